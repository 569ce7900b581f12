/* stream_end: see stream_end.h. */
#include "core/stream_end.h"

#include "core/assert.h"

void rdy_stream_end_init(struct rdy_stream_end *end, rdy_read_half *reader, rdy_write_half *writer)
{
    end->reader = reader;
    end->writer = writer;
    end->is_split = FALSE;
    reader->half.end = end;
    writer->half.end = end;
}

void rdy_stream_end_split(struct rdy_stream_end *end, rdy_read_half **reader,
                          rdy_write_half **writer)
{
    RDY_ASSERT(!end->is_split);
    end->is_split = TRUE;
    *reader = end->reader;
    *writer = end->writer;
}

struct rdy_stream_end *rdy_stream_end_unsplit(rdy_read_half *reader, rdy_write_half *writer)
{
    struct rdy_stream_end *end = reader->half.end;

    if (writer->half.end != end) {
        return NULL;
    }
    RDY_ASSERT(end->is_split);
    end->is_split = FALSE;
    return end;
}

void rdy_stream_end_deinit(struct rdy_stream_end *end)
{
    rdy_read_half *reader = end->reader; /* the end may go with the first half */
    rdy_write_half *writer = end->writer;

    RDY_ASSERT(!end->is_split);
    rdy_write_half_destroy(writer);
    rdy_read_half_destroy(reader);
}

void rdy_stream_end_check(const struct rdy_stream_end *end)
{
    RDY_ASSERT(!end->is_split);
    RDY_ASSERT(end->reader->half.end == end);
    RDY_ASSERT(end->writer->half.end == end);
    rdy_channel_check(end->reader->half.channel);
    rdy_channel_check(end->writer->half.channel);
}
