/* channel: one direction of an in-memory byte stream (the SimplexStream inside tokio's mem.rs).
 *
 * Internal to core: programs use it through its halves (core/split.h), whose functions say what
 * the operations do. One thread at a time uses the writing half and one the reading half; the two
 * never wait for each other and take a lock only to leave or fetch a waker. */
#ifndef CORE_CHANNEL_H
#define CORE_CHANNEL_H

#include "core/compiler.h"
#include "core/event.h"
#include "core/overlapped.h"
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

/* A word: a position, and the state below it. */
#define RDY_CHANNEL_STATE_BITS 2
#define RDY_CHANNEL_STATE_MASK ((LONG64)3)

/* Diagram: channel.c. */
enum rdy_channel_state { RDY_CHANNEL_OPEN, RDY_CHANNEL_PARKED, RDY_CHANNEL_CLOSED };

struct rdy_stream_end;

/* What a half knows and only its thread touches, but for the word, which the other side reads. */
struct rdy_channel_half {
    LONG64 word;  /* position and enum rdy_channel_state; interlocked */
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
    const rdy_task_waker *waker; /* borrowed; a waker that is none if it never waits */
    BOOL waits;
};

/* rdy_channel_write takes on as many of the bytes as there is room for. Without room it answers
 * WOULD_BLOCK, and leaves a clone of the poller's waker if that waits. CLOSED once either side is.
 * `peer` is the reader's word, just read. */
RDY_MUST_USE rdy_result rdy_channel_write(struct rdy_channel *channel,
                                          const struct rdy_channel_poller *poller, LONG64 peer,
                                          const struct rdy_slice *slices, size_t slice_count,
                                          size_t *count);

/* rdy_channel_read hands out at most `size` bytes. Without any it answers CLOSED once the writer
 * is, or WOULD_BLOCK, and leaves a clone of the poller's waker if that waits. `peer` is the
 * writer's word, just read. */
RDY_MUST_USE rdy_result rdy_channel_read(struct rdy_channel *channel,
                                         const struct rdy_channel_poller *poller, LONG64 peer,
                                         void *buffer, size_t size, size_t *count);

/* rdy_channel_settle ends an operation whose progress was published while a side was parked: the
 * word of this side was `before`, the other one `peer` behind it. */
void rdy_channel_settle(struct rdy_channel_half *half, const rdy_task_waker *waker, LONG64 before,
                        LONG64 peer);

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

/* ---- the common case, inline: nobody waits, and nobody has closed ---- */

/* rdy_channel_publish makes `count` bytes of progress known and wakes the other side, if it
 * waits. */
static inline void rdy_channel_publish(struct rdy_channel_half *half,
                                       const struct rdy_channel_half *other,
                                       const rdy_task_waker *waker, size_t count)
{
    LONG64 before = half->word;

    InterlockedExchange64(&half->word, (before & ~RDY_CHANNEL_STATE_MASK) +
                                           ((LONG64)count << RDY_CHANNEL_STATE_BITS));
    LONG64 peer = RDY_READ_ACQUIRE64(&other->word);
    if (((before | peer) & RDY_CHANNEL_STATE_MASK) != 0) {
        rdy_channel_settle(half, waker, before, peer);
    }
}

/* rdy_channel_poll_write and rdy_channel_poll_read are the operations of a poller that waits. */
static inline rdy_result rdy_channel_poll_write(rdy_write_half *writer, const rdy_task_waker *waker,
                                                const void *data, size_t size, size_t *count)
{
    struct rdy_channel *channel = RDY_CONTAINER_OF(writer, struct rdy_channel, writer);
    struct rdy_channel_half *half = &writer->half;
    LONG64 peer = RDY_READ_ACQUIRE64(&channel->reader.half.word);

    if (((half->word | peer) & RDY_CHANNEL_STATE_MASK) == 0) {
        size_t used = (size_t)((half->word - peer) >> RDY_CHANNEL_STATE_BITS);
        size_t done = size < half->capacity - used ? size : half->capacity - used;
        if (done > 0 &&
            rdy_ring_put_straight(&channel->ring, &half->cursor,
                                  (uint64_t)(peer >> RDY_CHANNEL_STATE_BITS),
                                  (uint64_t)(half->word >> RDY_CHANNEL_STATE_BITS), data, done)) {
            *count = done;
            rdy_channel_publish(half, &channel->reader.half, waker, done);
            return rdy_done();
        }
    }
    const struct rdy_channel_poller poller = {.waker = waker, .waits = TRUE};
    const struct rdy_slice slice = {.data = data, .size = size};
    return rdy_channel_write(channel, &poller, peer, &slice, 1, count);
}

static inline rdy_result rdy_channel_poll_read(rdy_read_half *reader, const rdy_task_waker *waker,
                                               void *buffer, size_t size, size_t *count)
{
    struct rdy_channel *channel = RDY_CONTAINER_OF(reader, struct rdy_channel, reader);
    struct rdy_channel_half *half = &reader->half;
    LONG64 peer = RDY_READ_ACQUIRE64(&channel->writer.half.word);

    if (((half->word | peer) & RDY_CHANNEL_STATE_MASK) == 0) {
        size_t unread = (size_t)((peer - half->word) >> RDY_CHANNEL_STATE_BITS);
        size_t done = size < unread ? size : unread;
        if (done > 0 && rdy_ring_take_straight(&channel->ring, &half->cursor,
                                               (uint64_t)(half->word >> RDY_CHANNEL_STATE_BITS),
                                               buffer, done)) {
            *count = done;
            rdy_channel_publish(half, &channel->writer.half, waker, done);
            return rdy_done();
        }
    }
    const struct rdy_channel_poller poller = {.waker = waker, .waits = TRUE};
    return rdy_channel_read(channel, &poller, peer, buffer, size, count);
}

#endif
