/* split: the reading and the writing half of an in-memory stream (tokio's io::split).
 *
 * A stream is split to be read and written by different threads. Halves need no lock between them:
 * the reading half of one end and the writing half of the other share a channel that both use at
 * the same time.
 *
 * Threads: a half is used by one thread at a time, as exclusive access gives in Rust; different
 * halves by different threads at the same time. No function blocks or waits for another thread but
 * for a moment. Wakers run and are dropped without any lock of core. */
#ifndef CORE_SPLIT_H
#define CORE_SPLIT_H

#include "core/result.h"
#include "core/slice.h"
#include "core/task.h"

#include <stddef.h>

typedef struct rdy_read_half rdy_read_half;
typedef struct rdy_write_half rdy_write_half;

/* rdy_read_half_poll_read copies at most `size` bytes to `buffer` and writes their number to
 * *count, which is 0 unless DONE. CLOSED, as often as it is called, when the writing half is shut
 * down or gone and everything it wrote has been read. WOULD_BLOCK while nothing is there: the task
 * is woken by a write, by shutdown and when either half goes. The waker of an earlier poll is given
 * up: dropped, or woken if this poll does not wait after all. Fewer bytes than are there may be
 * read while a write runs. A `size` of 0 is DONE 0 and waits for nothing. FAILED
 * ERROR_NOT_ENOUGH_MEMORY if the waker cannot be cloned. */
RDY_MUST_USE rdy_result rdy_read_half_poll_read(rdy_read_half *half, const rdy_task *task,
                                                void *buffer, size_t size, size_t *count);

/* rdy_write_half_poll_write takes on at most `size` bytes of `data` and writes their number to
 * *count, which is 0 unless DONE. CLOSED when this half is shut down or the reading half is gone.
 * WOULD_BLOCK while the stream holds as many bytes as its capacity: the task is woken by a read, by
 * shutdown and when either half goes. The waker of an earlier poll is given up as by a read. Fewer
 * bytes than there is room for may be taken on while a read runs. A `size` of 0 is CLOSED or DONE 0
 * and waits for nothing. FAILED ERROR_NOT_ENOUGH_MEMORY if no byte can be stored or the waker
 * cannot be cloned; nothing is taken on then. */
RDY_MUST_USE rdy_result rdy_write_half_poll_write(rdy_write_half *half, const rdy_task *task,
                                                  const void *data, size_t size, size_t *count);

/* rdy_write_half_poll_writev is poll_write of several pieces, one behind the other. */
RDY_MUST_USE rdy_result rdy_write_half_poll_writev(rdy_write_half *half, const rdy_task *task,
                                                   const struct rdy_slice *slices,
                                                   size_t slice_count, size_t *count);

/* rdy_write_half_poll_flush is DONE: what is written can be read at once. */
RDY_MUST_USE rdy_result rdy_write_half_poll_flush(rdy_write_half *half, const rdy_task *task);

/* rdy_write_half_poll_shutdown ends the stream behind what is written and wakes who waits on either
 * half. DONE, also the second time. */
RDY_MUST_USE rdy_result rdy_write_half_poll_shutdown(rdy_write_half *half, const rdy_task *task);

/* rdy_halves_are_a_pair tells whether two halves were split from the same stream. */
BOOL rdy_halves_are_a_pair(const rdy_read_half *reader, const rdy_write_half *writer);

/* rdy_read_half_destroy and rdy_write_half_destroy drop a half. The other side of its channel is
 * woken: a reader finds the end behind what was written, a writer CLOSED. */
void rdy_read_half_destroy(rdy_read_half *half);
void rdy_write_half_destroy(rdy_write_half *half);

#endif
