/* duplex: two ends of a byte stream in memory (tokio::io::DuplexStream): what is written to one is
 * read from the other. */
#ifndef CORE_DUPLEX_H
#define CORE_DUPLEX_H

#include "core/interest.h"
#include "core/registry.h"
#include "core/result.h"
#include "core/split.h"
#include "core/task.h"

#include <stddef.h>
#include <stdint.h>

typedef struct rdy_duplex rdy_duplex;

/* rdy_duplex_create makes two ends that are connected to each other; each direction holds at most
 * `capacity` bytes, whose memory is taken when it is first needed. The caller owns *one and *two
 * and gives each back with rdy_duplex_destroy, or splits it. FAILED ERROR_INVALID_PARAMETER for a
 * capacity of 0 (nothing could ever be written), ERROR_NOT_ENOUGH_MEMORY; both are NULL then. */
RDY_MUST_USE rdy_result rdy_duplex_create(size_t capacity, rdy_duplex **one, rdy_duplex **two);

/* The operations of a stream that is not split are those of its halves (core/split.h). Reading and
 * writing may be done by two threads at the same time. */
RDY_MUST_USE rdy_result rdy_duplex_poll_read(rdy_duplex *duplex, const rdy_task *task, void *buffer,
                                             size_t size, size_t *count);
RDY_MUST_USE rdy_result rdy_duplex_poll_write(rdy_duplex *duplex, const rdy_task *task,
                                              const void *data, size_t size, size_t *count);
RDY_MUST_USE rdy_result rdy_duplex_poll_writev(rdy_duplex *duplex, const rdy_task *task,
                                               const struct rdy_slice *slices, size_t slice_count,
                                               size_t *count);
RDY_MUST_USE rdy_result rdy_duplex_poll_flush(rdy_duplex *duplex, const rdy_task *task);
RDY_MUST_USE rdy_result rdy_duplex_poll_shutdown(rdy_duplex *duplex, const rdy_task *task);

/* rdy_duplex_split takes the stream apart: it must not be used until its halves are put together
 * again, and goes when both are destroyed. Each half is the caller's. A registration ends. */
void rdy_duplex_split(rdy_duplex *duplex, rdy_read_half **reader, rdy_write_half **writer);

/* rdy_duplex_unsplit puts the halves of one stream together, which are gone then; *duplex is the
 * stream they were. FAILED ERROR_INVALID_PARAMETER if they are of different ones: then nothing has
 * changed. */
RDY_MUST_USE rdy_result rdy_duplex_unsplit(rdy_read_half *reader, rdy_write_half *writer,
                                           rdy_duplex **duplex);

/* ---- readiness: an end as a source of a poll, like a pipe or a socket ---- */

/* rdy_duplex_register makes the poll of `registry` report this end under `token`, within
 * `interest`. What is ready now is reported, too. From then on the poll is who waits on these
 * directions, as a task is that polls them: whoever was told last that an operation would block.
 * FAILED, and nothing has changed: ERROR_INVALID_PARAMETER for an empty or unknown interest,
 * ERROR_ALREADY_EXISTS if it is registered or was ever registered with another registry,
 * ERROR_INVALID_HANDLE once that registry is gone, ERROR_NOT_ENOUGH_MEMORY, or the code of
 * PostQueuedCompletionStatus. register, reregister, deregister and destroy of one end do not
 * overlap each other. */
RDY_MUST_USE rdy_result rdy_duplex_register(rdy_duplex *duplex, rdy_registry *registry,
                                            uint64_t token, rdy_interest interest);

/* rdy_duplex_reregister changes token and interest and reports what is ready now again. FAILED as
 * register, with ERROR_NOT_FOUND if it is not registered; the old registration holds then. */
RDY_MUST_USE rdy_result rdy_duplex_reregister(rdy_duplex *duplex, rdy_registry *registry,
                                              uint64_t token, rdy_interest interest);

/* rdy_duplex_deregister ends the registration: no wait that starts later reports its token. FAILED
 * ERROR_NOT_FOUND, ERROR_ALREADY_EXISTS or ERROR_INVALID_HANDLE, as reregister. */
RDY_MUST_USE rdy_result rdy_duplex_deregister(rdy_duplex *duplex, rdy_registry *registry);

/* rdy_duplex_read and rdy_duplex_write are poll_read and poll_write for those who wait with a poll:
 * while the end is registered, WOULD_BLOCK makes that direction be reported when it is ready; else
 * nobody is told. FAILED ERROR_INVALID_HANDLE instead of WOULD_BLOCK once the registry is gone, or
 * with the code of PostQueuedCompletionStatus if what is ready meanwhile cannot be reported. */
RDY_MUST_USE rdy_result rdy_duplex_read(rdy_duplex *duplex, void *buffer, size_t size,
                                        size_t *count);
RDY_MUST_USE rdy_result rdy_duplex_write(rdy_duplex *duplex, const void *data, size_t size,
                                         size_t *count);

/* rdy_duplex_destroy drops an end: the other one reads what is left and then the end of the stream,
 * and its writes are CLOSED. */
void rdy_duplex_destroy(rdy_duplex *duplex);

/* rdy_duplex_check asserts the invariants of the end. Nobody uses it or the other one meanwhile. */
void rdy_duplex_check(rdy_duplex *duplex);

#endif
