/* stream_end: a reading and a writing half held together: what simplex and duplex ends have in
 * common. Internal to core. */
#ifndef CORE_STREAM_END_H
#define CORE_STREAM_END_H

#include "core/channel.h"

/* Lies in the block of its channels, which its halves keep alive. */
struct rdy_stream_end {
    rdy_read_half *reader;
    rdy_write_half *writer;
    BOOL is_split; /* the halves are on their own; only they and unsplit may be used */
};

/* rdy_stream_end_init puts an end together. */
void rdy_stream_end_init(struct rdy_stream_end *end, rdy_read_half *reader, rdy_write_half *writer);

/* rdy_stream_end_split gives the halves out. */
void rdy_stream_end_split(struct rdy_stream_end *end, rdy_read_half **reader,
                          rdy_write_half **writer);

/* rdy_stream_end_unsplit takes the halves of one end back and returns it, NULL if they are not of
 * the same one. */
struct rdy_stream_end *rdy_stream_end_unsplit(rdy_read_half *reader, rdy_write_half *writer);

/* rdy_stream_end_deinit drops both halves: the writing one first, so that a reader behind it finds
 * the end. */
void rdy_stream_end_deinit(struct rdy_stream_end *end);

/* rdy_stream_end_check asserts that the end is whole, and the invariants of both its channels.
 * Nobody uses them meanwhile. */
void rdy_stream_end_check(const struct rdy_stream_end *end);

/* rdy_stream_capacity_is_valid tells whether a stream may have this capacity. */
static inline BOOL rdy_stream_capacity_is_valid(size_t capacity)
{
    return capacity > 0;
}

/* rdy_stream_capacity returns the capacity that a channel gets: nobody can tell larger ones apart.
 */
static inline size_t rdy_stream_capacity(size_t capacity)
{
    return capacity < RDY_CHANNEL_CAPACITY_MAX ? capacity : RDY_CHANNEL_CAPACITY_MAX;
}

#endif
