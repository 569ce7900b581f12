/* channel: see channel.h.
 *
 * Each side has a word of its own: how many bytes it has written or read, and its state.
 *
 *            nothing to read, no room to write
 *    OPEN ------------------------------------> PARKED
 *      ^                                           |
 *      +-------------------------------------------+
 *      |        it goes on after all               |
 *      |                                           |
 *      +-----------------> CLOSED <----------------+
 *          shutdown, drop
 *
 * OPEN   -> PARKED [park]
 * PARKED -> OPEN   [rdy_channel_publish, withdraw]
 * OPEN   -> CLOSED [rdy_channel_close]
 * PARKED -> CLOSED [rdy_channel_close]
 *
 * OPEN    nobody waits on this side.
 * PARKED  a waker was left for the other side, which may have fetched it since.
 * CLOSED  of the writer: no byte follows its position. Of the reader: nobody reads any more.
 *
 * Invariants
 * 1. A word is written by its own side only, and always by an interlocked exchange. Its position
 *    never falls, and 0 <= written - read <= capacity.
 * 2. A side's waker is there only while its state is PARKED, or is about to become so.
 * 3. No wake-up is lost. A side parks in this order: it stores its waker under the lock, makes its
 *    word PARKED, looks at the other word, and waits only if that still says so. The other side
 *    makes progress in this order: it publishes its word, looks at the parked word, fetches the
 *    waker. The exchanges are full barriers, so at least one of them sees the other.
 * 4. Progress is not undone. So a side that is parked and could go on by now will never wait at
 *    that position again, and who has fetched a waker for such a word need not look for another one
 *    until the word changes. A side that could not go on has parked behind the progress that is
 *    being published, and knows of it.
 * 5. Wakers are cloned, run and dropped without the lock, and nothing of the channel is touched
 *    behind the last one: it may have dropped the stream. */
#include "core/channel.h"

#include "core/assert.h"
#include "core/compiler.h"
#include "core/machine.h"

/* A word that no side ever has. */
#define NO_WORD ((LONG64)-1)

const struct rdy_machine_table rdy_channel_machine = {
    .name = "channel",
    .state_count = 1,
    .state = {"open"},
};

const struct rdy_machine_table rdy_channel_side_machine = {
    .name = "channel side",
    .state_count = 3,
    .state = {[RDY_CHANNEL_OPEN] = "open",
              [RDY_CHANNEL_PARKED] = "parked",
              [RDY_CHANNEL_CLOSED] = "closed"},
    .next = {[RDY_CHANNEL_OPEN] = RDY_TO(RDY_CHANNEL_PARKED) | RDY_TO(RDY_CHANNEL_CLOSED),
             [RDY_CHANNEL_PARKED] = RDY_TO(RDY_CHANNEL_OPEN) | RDY_TO(RDY_CHANNEL_CLOSED)},
};

/* ---- words ---- */

static inline enum rdy_channel_state state_of(LONG64 word)
{
    return (enum rdy_channel_state)(word & RDY_CHANNEL_STATE_MASK);
}

static inline uint64_t position_of(LONG64 word)
{
    return (uint64_t)word >> RDY_CHANNEL_STATE_BITS;
}

static inline LONG64 word_of(uint64_t position, enum rdy_channel_state state)
{
    return (LONG64)(position << RDY_CHANNEL_STATE_BITS) | (LONG64)state;
}

static inline struct rdy_channel_half *other(const struct rdy_channel_half *half)
{
    struct rdy_channel *channel = half->channel;

    return half->side == RDY_CHANNEL_READER ? &channel->writer.half : &channel->reader.half;
}

static void report(const struct rdy_channel_half *half, enum rdy_channel_state from,
                   enum rdy_channel_state to)
{
    rdy_report_state(half->side == RDY_CHANNEL_READER ? RDY_MACHINE_CHANNEL_READER
                                                      : RDY_MACHINE_CHANNEL_WRITER,
                     half->channel, (int)from, (int)to);
}

/* Changes the state of a side, and is a full barrier. */
static void become(struct rdy_channel_half *half, enum rdy_channel_state state)
{
    enum rdy_channel_state before = state_of(half->word);

    InterlockedExchange64(&half->word, word_of(position_of(half->word), state));
    report(half, before, state);
}

/* ---- wakers ---- */

/* Under the lock. */
static rdy_task_waker take_out(struct rdy_channel *channel, enum rdy_channel_side side)
{
    rdy_task_waker waker = channel->waker[side];

    channel->waker[side] = rdy_task_waker_none();
    return waker;
}

/* Fetches the waker of a side, if there is one. */
static rdy_task_waker fetch(struct rdy_channel *channel, enum rdy_channel_side side)
{
    AcquireSRWLockExclusive(&channel->lock);
    rdy_task_waker waker = take_out(channel, side);
    ReleaseSRWLockExclusive(&channel->lock);
    return waker;
}

/* Tells whether the waker that a parked side has left is still there and as good as this one. */
static BOOL has_left(struct rdy_channel_half *half, const rdy_task_waker *waker)
{
    struct rdy_channel *channel = half->channel;

    if (state_of(half->word) != RDY_CHANNEL_PARKED) {
        return FALSE;
    }
    AcquireSRWLockExclusive(&channel->lock);
    BOOL is_left = rdy_task_waker_will_wake(channel->waker[half->side], *waker);
    ReleaseSRWLockExclusive(&channel->lock);
    return is_left;
}

/* Leaves a clone of a waker for the other side; FALSE if there is no memory. What the other word
 * says is to be looked at again behind this, and then *replaced is to be given up. */
static BOOL park(struct rdy_channel_half *half, const rdy_task_waker *waker,
                 rdy_task_waker *replaced)
{
    struct rdy_channel *channel = half->channel;

    *replaced = rdy_task_waker_none();
    if (has_left(half, waker)) {
        return TRUE;
    }
    rdy_task_waker fresh = waker->ops->clone(waker->data);
    if (fresh.ops == NULL) {
        return FALSE;
    }
    AcquireSRWLockExclusive(&channel->lock);
    *replaced = channel->waker[half->side];
    channel->waker[half->side] = fresh;
    ReleaseSRWLockExclusive(&channel->lock);
    if (state_of(half->word) != RDY_CHANNEL_PARKED) {
        become(half, RDY_CHANNEL_PARKED);
    }
    return TRUE;
}

/* Does away with the waker that a side has left: it is that of the poller, who goes on, or of
 * somebody who may have to wait again: he looks for himself. */
static void let_go(rdy_task_waker left, const rdy_task_waker *waker)
{
    if (rdy_task_waker_will_wake(left, *waker)) {
        rdy_task_waker_drop(left);
    } else {
        rdy_task_waker_wake(left);
    }
}

/* Ends the waiting of whose waker was replaced: only the task told last to wait does. If this one
 * goes on after all, that is the other one. */
static void give_up(rdy_task_waker replaced, const rdy_task_waker *waker, rdy_result result)
{
    if (result.status == RDY_WOULD_BLOCK) {
        rdy_task_waker_drop(replaced);
    } else {
        let_go(replaced, waker);
    }
}

/* Takes back what a side has left, if it has, without progress. */
static void withdraw(struct rdy_channel_half *half, const rdy_task_waker *waker)
{
    if (state_of(half->word) == RDY_CHANNEL_PARKED) {
        become(half, RDY_CHANNEL_OPEN);
        let_go(fetch(half->channel, half->side), waker);
    }
}

/* Tells whether the other side could go on at the position in its word. */
static BOOL may_go_on(const struct rdy_channel_half *half, LONG64 peer)
{
    uint64_t mine = position_of(half->word);

    return half->side == RDY_CHANNEL_READER ? position_of(peer) - mine < half->capacity
                                            : position_of(peer) < mine;
}

void rdy_channel_settle(struct rdy_channel_half *half, const rdy_task_waker *waker, LONG64 before,
                        LONG64 peer)
{
    struct rdy_channel *channel = half->channel;
    rdy_task_waker mine = rdy_task_waker_none();
    rdy_task_waker theirs = rdy_task_waker_none();

    if (state_of(before) == RDY_CHANNEL_PARKED) {
        report(half, RDY_CHANNEL_PARKED, RDY_CHANNEL_OPEN);
        mine = fetch(channel, half->side);
    }
    if (state_of(peer) == RDY_CHANNEL_PARKED && peer != half->woken && may_go_on(half, peer)) {
        half->woken = peer;
        theirs = fetch(channel, other(half)->side);
    }
    let_go(mine, waker);
    rdy_task_waker_wake(theirs);
}

/* ---- writing ---- */

static size_t room_of(const struct rdy_channel_half *half, LONG64 peer)
{
    return half->capacity - (size_t)(position_of(half->word) - position_of(peer));
}

/* There was no room: waits for the reader unless that has changed. DONE if it has; *peer is the
 * reader's word then. */
static RDY_NOINLINE rdy_result wait_for_room(struct rdy_channel_half *half,
                                             const struct rdy_channel_poller *poller, LONG64 *peer)
{
    rdy_result result = rdy_would_block();
    rdy_task_waker replaced;

    if (!poller->waits) {
        return result;
    }
    if (!park(half, poller->waker, &replaced)) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    *peer = RDY_READ_ACQUIRE64(&other(half)->word);
    if (state_of(*peer) == RDY_CHANNEL_CLOSED) {
        withdraw(half, poller->waker);
        result = rdy_closed(ERROR_BROKEN_PIPE);
    } else if (room_of(half, *peer) > 0) {
        result = rdy_done();
    }
    give_up(replaced, poller->waker, result);
    return result;
}

static size_t put(struct rdy_channel_half *half, LONG64 peer, const struct rdy_slice *slices,
                  size_t slice_count)
{
    size_t room = room_of(half, peer);
    size_t done = 0;

    for (size_t i = 0; i < slice_count && done < room; i++) {
        size_t size = slices[i].size < room - done ? slices[i].size : room - done;
        size_t count = rdy_ring_put(&half->channel->ring, &half->cursor, position_of(peer),
                                    position_of(half->word) + done, slices[i].data, size);
        done += count;
        if (count < size) {
            break;
        }
    }
    return done;
}

static BOOL are_empty(const struct rdy_slice *slices, size_t slice_count)
{
    size_t i = 0;

    while (i < slice_count && slices[i].size == 0) {
        i++;
    }
    return i == slice_count;
}

rdy_result rdy_channel_write(struct rdy_channel *channel, const struct rdy_channel_poller *poller,
                             LONG64 peer, const struct rdy_slice *slices, size_t slice_count,
                             size_t *count)
{
    struct rdy_channel_half *half = &channel->writer.half;

    *count = 0;
    if (state_of(half->word) == RDY_CHANNEL_CLOSED || state_of(peer) == RDY_CHANNEL_CLOSED) {
        return rdy_closed(ERROR_BROKEN_PIPE);
    }
    if (are_empty(slices, slice_count)) {
        return rdy_done();
    }
    if (room_of(half, peer) == 0) {
        rdy_result result = wait_for_room(half, poller, &peer);
        if (result.status != RDY_DONE) {
            return result;
        }
    }
    size_t done = put(half, peer, slices, slice_count);
    if (done == 0) {
        withdraw(half, poller->waker);
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    *count = done;
    rdy_channel_publish(half, other(half), poller->waker, done);
    return rdy_done();
}

/* ---- reading ---- */

/* How many bytes are there, by the writer's word. */
static size_t unread_of(const struct rdy_channel_half *half, LONG64 peer)
{
    return (size_t)(position_of(peer) - position_of(half->word));
}

/* There was nothing to read: waits for the writer unless that has changed. DONE if it has; *peer is
 * the writer's word then. */
static RDY_NOINLINE rdy_result wait_for_bytes(struct rdy_channel_half *half,
                                              const struct rdy_channel_poller *poller, LONG64 *peer)
{
    rdy_result result = rdy_would_block();
    rdy_task_waker replaced;

    if (!poller->waits) {
        return result;
    }
    if (!park(half, poller->waker, &replaced)) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    *peer = RDY_READ_ACQUIRE64(&other(half)->word);
    if (unread_of(half, *peer) > 0) {
        result = rdy_done();
    } else if (state_of(*peer) == RDY_CHANNEL_CLOSED) {
        withdraw(half, poller->waker);
        result = rdy_closed(ERROR_BROKEN_PIPE);
    }
    give_up(replaced, poller->waker, result);
    return result;
}

rdy_result rdy_channel_read(struct rdy_channel *channel, const struct rdy_channel_poller *poller,
                            LONG64 peer, void *buffer, size_t size, size_t *count)
{
    struct rdy_channel_half *half = &channel->reader.half;

    *count = 0;
    if (size == 0) {
        return rdy_done();
    }
    if (unread_of(half, peer) == 0) {
        /* One look at the word tells of the end and of the bytes before it. */
        if (state_of(peer) == RDY_CHANNEL_CLOSED) {
            return rdy_closed(ERROR_BROKEN_PIPE);
        }
        rdy_result result = wait_for_bytes(half, poller, &peer);
        if (result.status != RDY_DONE) {
            return result;
        }
    }
    size_t unread = unread_of(half, peer);
    size_t done = size < unread ? size : unread;
    rdy_ring_take(&channel->ring, &half->cursor, position_of(half->word), buffer, done);
    *count = done;
    rdy_channel_publish(half, other(half), poller->waker, done);
    return rdy_done();
}

/* ---- readiness ---- */

static uint32_t readiness(const struct rdy_channel_half *half, LONG64 own, LONG64 peer)
{
    BOOL is_over = state_of(peer) == RDY_CHANNEL_CLOSED;

    if (half->side == RDY_CHANNEL_READER) {
        uint32_t flags = position_of(peer) > position_of(own) || is_over ? RDY_EVENT_READABLE : 0;
        return flags | (is_over ? RDY_EVENT_READ_CLOSED : 0);
    }
    if (is_over || state_of(own) == RDY_CHANNEL_CLOSED) {
        return RDY_EVENT_WRITABLE | RDY_EVENT_WRITE_CLOSED;
    }
    return position_of(own) - position_of(peer) < half->capacity ? RDY_EVENT_WRITABLE : 0;
}

uint32_t rdy_channel_ready(const struct rdy_channel_half *half)
{
    LONG64 own = RDY_READ_ACQUIRE64(&half->word);

    return readiness(half, own, RDY_READ_ACQUIRE64(&other(half)->word));
}

rdy_result rdy_channel_watch(struct rdy_channel_half *half, const rdy_task_waker *waker)
{
    rdy_result result = rdy_would_block();
    rdy_task_waker replaced;

    if (rdy_channel_ready(half) != 0) {
        return rdy_done();
    }
    if (!park(half, waker, &replaced)) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    if (rdy_channel_ready(half) != 0) {
        withdraw(half, waker);
        result = rdy_done();
    }
    give_up(replaced, waker, result);
    return result;
}

/* ---- life ---- */

static void init_half(struct rdy_channel_half *half, struct rdy_channel *channel,
                      enum rdy_channel_side side, size_t capacity)
{
    half->word = word_of(0, RDY_CHANNEL_OPEN);
    half->woken = NO_WORD;
    half->capacity = capacity;
    half->cursor = (struct rdy_ring_cursor){0};
    half->side = side;
    half->channel = channel;
    half->end = NULL;
}

void rdy_channel_init(struct rdy_channel *channel, struct rdy_channel_block *block, size_t capacity)
{
    RDY_ASSERT(capacity > 0 && capacity <= RDY_CHANNEL_CAPACITY_MAX);
    init_half(&channel->writer.half, channel, RDY_CHANNEL_WRITER, capacity);
    init_half(&channel->reader.half, channel, RDY_CHANNEL_READER, capacity);
    rdy_ring_init(&channel->ring, capacity);
    channel->block = block;
    channel->references = 2;
    InitializeSRWLock(&channel->lock);
    channel->waker[RDY_CHANNEL_READER] = rdy_task_waker_none();
    channel->waker[RDY_CHANNEL_WRITER] = rdy_task_waker_none();
    rdy_report_object(RDY_OBSERVE_CREATE, RDY_MACHINE_CHANNEL, channel);
}

/* Wakes whoever waits on either side: a task that shares the closed half with others, too. */
void rdy_channel_close(struct rdy_channel_half *half)
{
    struct rdy_channel *channel = half->channel;

    if (state_of(half->word) == RDY_CHANNEL_CLOSED) {
        return;
    }
    become(half, RDY_CHANNEL_CLOSED);
    AcquireSRWLockExclusive(&channel->lock);
    rdy_task_waker reader = take_out(channel, RDY_CHANNEL_READER);
    rdy_task_waker writer = take_out(channel, RDY_CHANNEL_WRITER);
    ReleaseSRWLockExclusive(&channel->lock);
    rdy_task_waker_wake(reader);
    rdy_task_waker_wake(writer);
}

static void release_block(struct rdy_channel_block *block)
{
    LONG channels = InterlockedDecrement(&block->channels);

    RDY_ASSERT(channels >= 0);
    if (channels == 0) {
        HeapFree(GetProcessHeap(), 0, block);
    }
}

void rdy_channel_release(struct rdy_channel_half *half)
{
    struct rdy_channel *channel = half->channel;

    rdy_channel_close(half);
    LONG references = InterlockedDecrement(&channel->references);
    RDY_ASSERT(references >= 0);
    if (references == 0) {
        rdy_channel_check(channel);
        rdy_ring_deinit(&channel->ring, &channel->reader.half.cursor);
        rdy_report_object(RDY_OBSERVE_DESTROY, RDY_MACHINE_CHANNEL, channel);
        release_block(channel->block);
    }
}

static void check_side(const struct rdy_channel *channel, const struct rdy_channel_half *half)
{
    RDY_ASSERT(half->channel == channel);
    RDY_ASSERT(state_of(half->word) <= RDY_CHANNEL_CLOSED);
    RDY_ASSERT(channel->waker[half->side].ops == NULL ||
               state_of(half->word) == RDY_CHANNEL_PARKED);
}

void rdy_channel_check(struct rdy_channel *channel)
{
    uint64_t written = position_of(channel->writer.half.word);
    uint64_t read = position_of(channel->reader.half.word);

    RDY_ASSERT(read <= written && written - read <= channel->writer.half.capacity);
    check_side(channel, &channel->writer.half);
    check_side(channel, &channel->reader.half);
}
