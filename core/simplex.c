/* simplex: see simplex.h. */
#include "core/simplex.h"

#include "core/overlapped.h"
#include "core/stream_end.h"

struct rdy_simplex {
    struct rdy_stream_end end;
};

struct simplex_block {
    struct rdy_channel_block block;
    struct rdy_simplex simplex;
    struct rdy_channel channel;
};

rdy_result rdy_simplex_create(size_t capacity, rdy_simplex **simplex)
{
    *simplex = NULL;
    if (!rdy_stream_capacity_is_valid(capacity)) {
        return rdy_failed(ERROR_INVALID_PARAMETER);
    }
    struct simplex_block *created = HeapAlloc(GetProcessHeap(), 0, sizeof *created);
    if (created == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    created->block.channels = 1;
    rdy_channel_init(&created->channel, &created->block, rdy_stream_capacity(capacity));
    rdy_stream_end_init(&created->simplex.end, &created->channel.reader, &created->channel.writer);
    *simplex = &created->simplex;
    return rdy_done();
}

rdy_result rdy_simplex_poll_read(rdy_simplex *simplex, const rdy_task *task, void *buffer,
                                 size_t size, size_t *count)
{
    return rdy_read_half_poll_read(simplex->end.reader, task, buffer, size, count);
}

rdy_result rdy_simplex_poll_write(rdy_simplex *simplex, const rdy_task *task, const void *data,
                                  size_t size, size_t *count)
{
    return rdy_write_half_poll_write(simplex->end.writer, task, data, size, count);
}

rdy_result rdy_simplex_poll_writev(rdy_simplex *simplex, const rdy_task *task,
                                   const struct rdy_slice *slices, size_t slice_count,
                                   size_t *count)
{
    return rdy_write_half_poll_writev(simplex->end.writer, task, slices, slice_count, count);
}

rdy_result rdy_simplex_poll_flush(rdy_simplex *simplex, const rdy_task *task)
{
    return rdy_write_half_poll_flush(simplex->end.writer, task);
}

rdy_result rdy_simplex_poll_shutdown(rdy_simplex *simplex, const rdy_task *task)
{
    return rdy_write_half_poll_shutdown(simplex->end.writer, task);
}

void rdy_simplex_split(rdy_simplex *simplex, rdy_read_half **reader, rdy_write_half **writer)
{
    rdy_stream_end_split(&simplex->end, reader, writer);
}

rdy_result rdy_simplex_unsplit(rdy_read_half *reader, rdy_write_half *writer, rdy_simplex **simplex)
{
    struct rdy_stream_end *end = rdy_stream_end_unsplit(reader, writer);

    *simplex = end == NULL ? NULL : RDY_CONTAINER_OF(end, rdy_simplex, end);
    return end == NULL ? rdy_failed(ERROR_INVALID_PARAMETER) : rdy_done();
}

void rdy_simplex_destroy(rdy_simplex *simplex)
{
    rdy_stream_end_deinit(&simplex->end);
}

void rdy_simplex_check(rdy_simplex *simplex)
{
    rdy_stream_end_check(&simplex->end);
}
