/* split: see split.h. */
#include "core/split.h"

#include "core/channel.h"

rdy_result rdy_read_half_poll_read(rdy_read_half *half, const rdy_task *task, void *buffer,
                                   size_t size, size_t *count)
{
    *count = 0;
    if (!rdy_task_proceed(task, half)) {
        return rdy_would_block();
    }
    rdy_result result = rdy_channel_poll_read(half, &task->waker, buffer, size, count);
    if (result.status != RDY_WOULD_BLOCK) {
        rdy_task_progressed(task);
    }
    return result;
}

rdy_result rdy_write_half_poll_write(rdy_write_half *half, const rdy_task *task, const void *data,
                                     size_t size, size_t *count)
{
    *count = 0;
    if (!rdy_task_proceed(task, half)) {
        return rdy_would_block();
    }
    rdy_result result = rdy_channel_poll_write(half, &task->waker, data, size, count);
    if (result.status != RDY_WOULD_BLOCK) {
        rdy_task_progressed(task);
    }
    return result;
}

rdy_result rdy_write_half_poll_writev(rdy_write_half *half, const rdy_task *task,
                                      const struct rdy_slice *slices, size_t slice_count,
                                      size_t *count)
{
    struct rdy_channel *channel = half->half.channel;
    const struct rdy_channel_poller poller = {.waker = &task->waker, .waits = TRUE};

    *count = 0;
    if (!rdy_task_proceed(task, half)) {
        return rdy_would_block();
    }
    LONG64 peer = RDY_READ_ACQUIRE64(&channel->reader.half.word);
    rdy_result result = rdy_channel_write(channel, &poller, peer, slices, slice_count, count);
    if (result.status != RDY_WOULD_BLOCK) {
        rdy_task_progressed(task);
    }
    return result;
}

rdy_result rdy_write_half_poll_flush(rdy_write_half *half, const rdy_task *task)
{
    (void)half;
    (void)task;
    return rdy_done(); /* nothing is kept back */
}

rdy_result rdy_write_half_poll_shutdown(rdy_write_half *half, const rdy_task *task)
{
    (void)task;
    rdy_channel_close(&half->half);
    return rdy_done();
}

BOOL rdy_halves_are_a_pair(const rdy_read_half *reader, const rdy_write_half *writer)
{
    return reader->half.end == writer->half.end;
}

void rdy_read_half_destroy(rdy_read_half *half)
{
    rdy_channel_release(&half->half);
}

void rdy_write_half_destroy(rdy_write_half *half)
{
    rdy_channel_release(&half->half);
}
