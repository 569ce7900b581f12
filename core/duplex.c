/* duplex: see duplex.h.
 *
 *            channel[0]
 *    one  writer ───► reader  two
 *         reader ◄─── writer
 *            channel[1] */
#include "core/duplex.h"

#include "core/duplex_state.h"
#include "core/overlapped.h"

struct duplex_block {
    struct rdy_channel_block block;
    struct rdy_duplex one, two;
    struct rdy_channel channel[2];
};

static void init(rdy_duplex *duplex, rdy_read_half *reader, rdy_write_half *writer)
{
    rdy_stream_end_init(&duplex->end, reader, writer);
    duplex->source = NULL;
    duplex->drop_source = NULL;
}

/* Ends the registration of an end, for good. */
static void drop_source(rdy_duplex *duplex)
{
    if (duplex->source != NULL) {
        duplex->drop_source(duplex->source);
        duplex->source = NULL;
    }
}

rdy_result rdy_duplex_create(size_t capacity, rdy_duplex **one, rdy_duplex **two)
{
    *one = NULL;
    *two = NULL;
    if (!rdy_stream_capacity_is_valid(capacity)) {
        return rdy_failed(ERROR_INVALID_PARAMETER);
    }
    struct duplex_block *created = HeapAlloc(GetProcessHeap(), 0, sizeof *created);
    if (created == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    struct rdy_channel *channel = created->channel;
    created->block.channels = 2;
    rdy_channel_init(&channel[0], &created->block, rdy_stream_capacity(capacity));
    rdy_channel_init(&channel[1], &created->block, rdy_stream_capacity(capacity));
    init(&created->one, &channel[1].reader, &channel[0].writer);
    init(&created->two, &channel[0].reader, &channel[1].writer);
    *one = &created->one;
    *two = &created->two;
    return rdy_done();
}

rdy_result rdy_duplex_poll_read(rdy_duplex *duplex, const rdy_task *task, void *buffer, size_t size,
                                size_t *count)
{
    return rdy_read_half_poll_read(duplex->end.reader, task, buffer, size, count);
}

rdy_result rdy_duplex_poll_write(rdy_duplex *duplex, const rdy_task *task, const void *data,
                                 size_t size, size_t *count)
{
    return rdy_write_half_poll_write(duplex->end.writer, task, data, size, count);
}

rdy_result rdy_duplex_poll_writev(rdy_duplex *duplex, const rdy_task *task,
                                  const struct rdy_slice *slices, size_t slice_count, size_t *count)
{
    return rdy_write_half_poll_writev(duplex->end.writer, task, slices, slice_count, count);
}

rdy_result rdy_duplex_poll_flush(rdy_duplex *duplex, const rdy_task *task)
{
    return rdy_write_half_poll_flush(duplex->end.writer, task);
}

rdy_result rdy_duplex_poll_shutdown(rdy_duplex *duplex, const rdy_task *task)
{
    return rdy_write_half_poll_shutdown(duplex->end.writer, task);
}

void rdy_duplex_split(rdy_duplex *duplex, rdy_read_half **reader, rdy_write_half **writer)
{
    drop_source(duplex);
    rdy_stream_end_split(&duplex->end, reader, writer);
}

rdy_result rdy_duplex_unsplit(rdy_read_half *reader, rdy_write_half *writer, rdy_duplex **duplex)
{
    struct rdy_stream_end *end = rdy_stream_end_unsplit(reader, writer);

    *duplex = end == NULL ? NULL : RDY_CONTAINER_OF(end, rdy_duplex, end);
    return end == NULL ? rdy_failed(ERROR_INVALID_PARAMETER) : rdy_done();
}

void rdy_duplex_destroy(rdy_duplex *duplex)
{
    drop_source(duplex);
    rdy_stream_end_deinit(&duplex->end);
}

void rdy_duplex_check(rdy_duplex *duplex)
{
    rdy_stream_end_check(&duplex->end);
}
