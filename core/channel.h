/* channel: one direction of an in-memory byte stream (the SimplexStream inside tokio's mem.rs).
 *
 * Internal to core: programs use it through its halves (core/split.h), whose functions say what
 * the operations do. One thread at a time uses the writing half and one the reading half; the two
 * never wait for each other and take a lock only to leave or fetch a waker. */
#ifndef CORE_CHANNEL_H
#define CORE_CHANNEL_H

#include "core/event.h"
#include "core/result.h"
#include "core/ring.h"
#include "core/split.h"
#include "core/task.h"

#include <stddef.h>
#include <stdint.h>

#define RDY_CACHE_LINE 64

/* Positions have 61 bits. */
#define RDY_CHANNEL_CAPACITY_MAX ((size_t)1 << 60)

enum rdy_channel_side { RDY_CHANNEL_READER, RDY_CHANNEL_WRITER };

/* Diagram: channel.c. */
enum rdy_channel_state { RDY_CHANNEL_OPEN, RDY_CHANNEL_PARKED, RDY_CHANNEL_CLOSED };

struct rdy_stream_end;

/* What a half knows and only its thread touches, but for the word, which the other side reads. */
struct rdy_channel_half {
    LONG64 word;  /* position << RDY_CHANNEL_STATE_BITS | enum rdy_channel_state; interlocked */
    LONG64 woken; /* the other side's word whose waker was fetched last */
    size_t capacity;
    struct rdy_ring_cursor cursor;
    enum rdy_channel_side side;
    struct rdy_channel *channel;
    struct rdy_stream_end *end; /* of the stream that the half is a part of */
};

struct rdy_read_half {
    struct rdy_channel_half half;
};

struct rdy_write_half {
    struct rdy_channel_half half;
};

/* The memory in which one or more channels lie, at its beginning; freed with the last of them. */
struct rdy_channel_block {
    LONG channels; /* interlocked */
};

struct rdy_channel {
    struct rdy_write_half writer;
    BYTE apart_from_reader[RDY_CACHE_LINE];
    struct rdy_read_half reader;
    BYTE apart_from_rest[RDY_CACHE_LINE];
    struct rdy_ring ring;
    struct rdy_channel_block *block;
    LONG references;         /* interlocked: 1 for each half that is not destroyed */
    SRWLOCK lock;            /* guards the wakers */
    rdy_task_waker waker[2]; /* by side: who waits there */
};

/* rdy_channel_init makes an open channel in memory of `block`, which counts it already. `capacity`
 * is 1 to RDY_CHANNEL_CAPACITY_MAX bytes. Both halves exist; the channel goes when both are
 * released. */
void rdy_channel_init(struct rdy_channel *channel, struct rdy_channel_block *block,
                      size_t capacity);

/* Who makes an operation, and whether it waits if it would block. */
struct rdy_channel_poller {
    rdy_task_waker waker; /* borrowed */
    BOOL waits;
};

/* rdy_channel_write takes on as many of the bytes as there is room for. Without room it answers
 * WOULD_BLOCK, and leaves a clone of the poller's waker if that waits. CLOSED once either side is.
 */
RDY_MUST_USE rdy_result rdy_channel_write(struct rdy_channel *channel,
                                          const struct rdy_channel_poller *poller,
                                          const struct rdy_slice *slices, size_t slice_count,
                                          size_t *count);

/* rdy_channel_read hands out at most `size` bytes. Without any it answers CLOSED once the writer
 * is, or WOULD_BLOCK, and leaves a clone of the poller's waker if that waits. */
RDY_MUST_USE rdy_result rdy_channel_read(struct rdy_channel *channel,
                                         const struct rdy_channel_poller *poller, void *buffer,
                                         size_t size, size_t *count);

/* rdy_channel_ready tells what a side is ready for now: enum rdy_event_flag, 0 if its operation
 * would block. Any thread, while the half exists. */
uint32_t rdy_channel_ready(const struct rdy_channel_half *half);

/* rdy_channel_watch is DONE if a side is ready; else it leaves a clone of *waker there and answers
 * WOULD_BLOCK. FAILED ERROR_NOT_ENOUGH_MEMORY if the waker cannot be cloned. */
RDY_MUST_USE rdy_result rdy_channel_watch(struct rdy_channel_half *half,
                                          const rdy_task_waker *waker);

/* rdy_channel_close closes a side, if it is not closed yet, and wakes both. */
void rdy_channel_close(struct rdy_channel_half *half);

/* rdy_channel_release closes a side and gives up its half: the last one frees the channel. */
void rdy_channel_release(struct rdy_channel_half *half);

/* rdy_channel_check asserts the invariants in core/channel.c. Nobody uses the channel meanwhile. */
void rdy_channel_check(struct rdy_channel *channel);

#endif
