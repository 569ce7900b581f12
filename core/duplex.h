/* duplex: two ends of a byte stream in memory (tokio::io::DuplexStream): what is written to one is
 * read from the other. */
#ifndef CORE_DUPLEX_H
#define CORE_DUPLEX_H

#include "core/result.h"
#include "core/split.h"
#include "core/task.h"

#include <stddef.h>

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
 * again, and goes when both are destroyed. Each half is the caller's. */
void rdy_duplex_split(rdy_duplex *duplex, rdy_read_half **reader, rdy_write_half **writer);

/* rdy_duplex_unsplit puts the halves of one stream together, which are gone then; *duplex is the
 * stream they were. FAILED ERROR_INVALID_PARAMETER if they are of different ones: then nothing has
 * changed. */
RDY_MUST_USE rdy_result rdy_duplex_unsplit(rdy_read_half *reader, rdy_write_half *writer,
                                           rdy_duplex **duplex);

/* rdy_duplex_destroy drops an end: the other one reads what is left and then the end of the stream,
 * and its writes are CLOSED. */
void rdy_duplex_destroy(rdy_duplex *duplex);

/* rdy_duplex_check asserts the invariants of the end. Nobody uses it or the other one meanwhile. */
void rdy_duplex_check(rdy_duplex *duplex);

#endif
