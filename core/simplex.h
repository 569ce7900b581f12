/* simplex: bytes in memory, one way (tokio::io::SimplexStream): what is written to it is read from
 * it. Mostly used split. */
#ifndef CORE_SIMPLEX_H
#define CORE_SIMPLEX_H

#include "core/result.h"
#include "core/split.h"
#include "core/task.h"

#include <stddef.h>

typedef struct rdy_simplex rdy_simplex;

/* rdy_simplex_create makes a stream that holds at most `capacity` bytes. The caller owns *simplex
 * and gives it back with rdy_simplex_destroy, or splits it. FAILED ERROR_INVALID_PARAMETER for a
 * capacity of 0 (nothing could ever be written), ERROR_NOT_ENOUGH_MEMORY; *simplex is NULL then. */
RDY_MUST_USE rdy_result rdy_simplex_create(size_t capacity, rdy_simplex **simplex);

/* The operations of a stream that is not split are those of its halves (core/split.h). Reading and
 * writing may be done by two threads at the same time. */
RDY_MUST_USE rdy_result rdy_simplex_poll_read(rdy_simplex *simplex, const rdy_task *task,
                                              void *buffer, size_t size, size_t *count);
RDY_MUST_USE rdy_result rdy_simplex_poll_write(rdy_simplex *simplex, const rdy_task *task,
                                               const void *data, size_t size, size_t *count);
RDY_MUST_USE rdy_result rdy_simplex_poll_writev(rdy_simplex *simplex, const rdy_task *task,
                                                const struct rdy_slice *slices, size_t slice_count,
                                                size_t *count);
RDY_MUST_USE rdy_result rdy_simplex_poll_flush(rdy_simplex *simplex, const rdy_task *task);
RDY_MUST_USE rdy_result rdy_simplex_poll_shutdown(rdy_simplex *simplex, const rdy_task *task);

/* rdy_simplex_split takes the stream apart: it must not be used until its halves are put together
 * again, and goes when both are destroyed. Each half is the caller's. */
void rdy_simplex_split(rdy_simplex *simplex, rdy_read_half **reader, rdy_write_half **writer);

/* rdy_simplex_unsplit puts the halves of one stream together, which are gone then; *simplex is the
 * stream they were. FAILED ERROR_INVALID_PARAMETER if they are of different ones: then nothing has
 * changed. */
RDY_MUST_USE rdy_result rdy_simplex_unsplit(rdy_read_half *reader, rdy_write_half *writer,
                                            rdy_simplex **simplex);

/* rdy_simplex_destroy drops the stream and what is in it. */
void rdy_simplex_destroy(rdy_simplex *simplex);

/* rdy_simplex_check asserts the invariants of the stream. Nobody uses it meanwhile. */
void rdy_simplex_check(rdy_simplex *simplex);

#endif
