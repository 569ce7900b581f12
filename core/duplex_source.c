/* duplex_source: an end of a duplex as a readiness source.
 *
 * To the channels of the end its source is a task: where an operation would block it leaves a
 * waker, and that one, when it is woken, tells the source (core/source.h) what the direction is
 * ready for.
 *
 * Invariants
 * 1. references = 1 for the end, until it is dropped or split, + 1 for each waker.
 * 2. While registered, for each direction of the interest between operations: a waker is left, or
 *    `ready` has been told since it was woken. A successful operation takes back the waker that it
 *    finds there, so the direction is watched anew behind it: it may still have to be reported.
 * 3. The lock comes before that of the source. No channel is changed under it, so no waker runs. */
#include "core/duplex.h"

#include "core/assert.h"
#include "core/duplex_state.h"
#include "core/event.h"
#include "core/interlocked.h"
#include "core/source.h"

#define READ_FLAGS  (RDY_EVENT_READABLE | RDY_EVENT_READ_CLOSED)
#define WRITE_FLAGS (RDY_EVENT_WRITABLE | RDY_EVENT_WRITE_CLOSED)

struct rdy_duplex_source {
    LONG references; /* interlocked */
    LONG flags;   /* interlocked: REGISTERED, and directions whose waker was dropped, not woken */
    SRWLOCK lock; /* guards all that follows */
    struct rdy_stream_end *end; /* NULL once the end has dropped its source */
    rdy_source *source;
    uint32_t ready; /* what the source was told last: enum rdy_event_flag */
};

#define REGISTERED ((LONG)4) /* beside the flags of interests */

/* ---- wakers: one kind for each direction ---- */

static rdy_task_waker reader_clone(void *data);
static rdy_task_waker writer_clone(void *data);
static void reader_wake(void *data);
static void writer_wake(void *data);
static void reader_wake_by_ref(void *data);
static void writer_wake_by_ref(void *data);
static void reader_drop(void *data);
static void writer_drop(void *data);

static const struct rdy_task_waker_ops reader_ops = {.clone = reader_clone,
                                                     .wake = reader_wake,
                                                     .wake_by_ref = reader_wake_by_ref,
                                                     .drop = reader_drop};
static const struct rdy_task_waker_ops writer_ops = {.clone = writer_clone,
                                                     .wake = writer_wake,
                                                     .wake_by_ref = writer_wake_by_ref,
                                                     .drop = writer_drop};

static void release(struct rdy_duplex_source *source)
{
    LONG references = InterlockedDecrement(&source->references);

    RDY_ASSERT(references >= 0);
    if (references == 0) {
        RDY_ASSERT(source->end == NULL);
        HeapFree(GetProcessHeap(), 0, source);
    }
}

static rdy_task_waker waker_of(struct rdy_duplex_source *source, rdy_interest direction)
{
    return (rdy_task_waker){.ops = direction == RDY_INTEREST_READABLE ? &reader_ops : &writer_ops,
                            .data = source};
}

static struct rdy_channel_half *half_of(const struct rdy_stream_end *end, rdy_interest direction)
{
    return direction == RDY_INTEREST_READABLE ? &end->reader->half : &end->writer->half;
}

static uint32_t flags_of(rdy_interest direction)
{
    return direction == RDY_INTEREST_READABLE ? READ_FLAGS : WRITE_FLAGS;
}

/* Tells the source that a direction is ready. If somebody has used that up meanwhile, the event is
 * for nothing, but it is not lost: only the thread that uses the half could leave another waker. */
static rdy_result tell(struct rdy_duplex_source *source, rdy_interest direction)
{
    rdy_result result = rdy_done();

    AcquireSRWLockExclusive(&source->lock);
    if (source->end != NULL) {
        source->ready = (source->ready & ~flags_of(direction)) | direction |
                        rdy_channel_ready(half_of(source->end, direction));
        result = rdy_source_set_ready(source->source, source->ready);
    }
    ReleaseSRWLockExclusive(&source->lock);
    return result;
}

/* Says that a direction is ready for nothing, before somebody waits for it. */
static void forget(struct rdy_duplex_source *source, rdy_interest direction)
{
    AcquireSRWLockExclusive(&source->lock);
    source->ready &= ~flags_of(direction);
    /* It only announces the other direction: the next call does that, too, or says why not. */
    rdy_result result = rdy_source_set_ready(source->source, source->ready);
    (void)result;
    ReleaseSRWLockExclusive(&source->lock);
}

static rdy_task_waker clone(struct rdy_duplex_source *source, rdy_interest direction)
{
    LONG references = InterlockedIncrement(&source->references);

    RDY_ASSERT(references > 1);
    return waker_of(source, direction);
}

static void wake(struct rdy_duplex_source *source, rdy_interest direction)
{
    /* Nobody is here to be told: the source owes the event, and says so to the next. */
    rdy_result result = tell(source, direction);
    (void)result;
}

static rdy_task_waker reader_clone(void *data)
{
    return clone(data, RDY_INTEREST_READABLE);
}

static rdy_task_waker writer_clone(void *data)
{
    return clone(data, RDY_INTEREST_WRITABLE);
}

static void reader_wake(void *data)
{
    wake(data, RDY_INTEREST_READABLE);
    release(data);
}

static void writer_wake(void *data)
{
    wake(data, RDY_INTEREST_WRITABLE);
    release(data);
}

static void reader_wake_by_ref(void *data)
{
    wake(data, RDY_INTEREST_READABLE);
}

static void writer_wake_by_ref(void *data)
{
    wake(data, RDY_INTEREST_WRITABLE);
}

static void drop(struct rdy_duplex_source *source, rdy_interest direction)
{
    InterlockedOr(&source->flags, (LONG)direction);
    release(source);
}

static void reader_drop(void *data)
{
    drop(data, RDY_INTEREST_READABLE);
}

static void writer_drop(void *data)
{
    drop(data, RDY_INTEREST_WRITABLE);
}

/* ---- life ---- */

static void drop_source(struct rdy_duplex_source *source)
{
    AcquireSRWLockExclusive(&source->lock);
    rdy_source *dropped = source->source;
    source->end = NULL;
    source->source = NULL;
    ReleaseSRWLockExclusive(&source->lock);
    rdy_source_destroy(dropped);
    release(source);
}

/* Makes the source of an end, if it has none. */
static rdy_result ensure_source(rdy_duplex *duplex)
{
    RDY_ASSERT(!duplex->end.is_split);
    if (duplex->source != NULL) {
        return rdy_done();
    }
    struct rdy_duplex_source *created =
        HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *created);
    if (created == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    rdy_result result = rdy_source_create(&created->source);
    if (result.status != RDY_DONE) {
        HeapFree(GetProcessHeap(), 0, created);
        return result;
    }
    created->references = 1;
    InitializeSRWLock(&created->lock);
    created->end = &duplex->end;
    duplex->drop_source = drop_source;
    duplex->source = created;
    return rdy_done();
}

/* ---- registration ---- */

/* Sees to it that the source learns when a direction is ready: it is so now, or a waker is left. */
static rdy_result watch(rdy_duplex *duplex, rdy_interest direction)
{
    struct rdy_duplex_source *source = duplex->source;
    const rdy_task_waker waker = waker_of(source, direction);

    forget(source, direction);
    rdy_result result = rdy_channel_watch(half_of(&duplex->end, direction), &waker);
    RDY_ASSERT(result.status != RDY_FAILED); /* these wakers can always be cloned */
    return result.status == RDY_DONE ? tell(source, direction) : rdy_done();
}

static rdy_result watch_all(rdy_duplex *duplex, rdy_interest interest)
{
    rdy_result result = rdy_done();

    if (interest & RDY_INTEREST_READABLE) {
        result = watch(duplex, RDY_INTEREST_READABLE);
    }
    if (result.status == RDY_DONE && (interest & RDY_INTEREST_WRITABLE)) {
        result = watch(duplex, RDY_INTEREST_WRITABLE);
    }
    return result;
}

rdy_result rdy_duplex_register(rdy_duplex *duplex, rdy_registry *registry, uint64_t token,
                               rdy_interest interest)
{
    rdy_result result = ensure_source(duplex);
    if (result.status != RDY_DONE) {
        return result;
    }
    result = rdy_source_register(duplex->source->source, registry, token, interest);
    if (result.status != RDY_DONE) {
        return result;
    }
    InterlockedOr(&duplex->source->flags, REGISTERED);
    result = watch_all(duplex, interest);
    if (result.status != RDY_DONE) {
        InterlockedAnd(&duplex->source->flags, ~REGISTERED);
        /* The first failure is what the caller is told. */
        rdy_result undone = rdy_source_deregister(duplex->source->source, registry);
        (void)undone;
    }
    return result;
}

rdy_result rdy_duplex_reregister(rdy_duplex *duplex, rdy_registry *registry, uint64_t token,
                                 rdy_interest interest)
{
    if (duplex->source == NULL) {
        return rdy_failed(rdy_interest_is_valid(interest) ? ERROR_NOT_FOUND
                                                          : ERROR_INVALID_PARAMETER);
    }
    rdy_result result = rdy_source_reregister(duplex->source->source, registry, token, interest);
    return result.status == RDY_DONE ? watch_all(duplex, interest) : result;
}

rdy_result rdy_duplex_deregister(rdy_duplex *duplex, rdy_registry *registry)
{
    if (duplex->source == NULL) {
        return rdy_failed(ERROR_NOT_FOUND);
    }
    rdy_result result = rdy_source_deregister(duplex->source->source, registry);
    if (result.status == RDY_DONE) {
        InterlockedAnd(&duplex->source->flags, ~REGISTERED);
    }
    return result;
}

/* ---- operations ---- */

/* The waker of an operation of an end: its source's if it is registered, else none. */
static rdy_task_waker poller_of(rdy_duplex *duplex, rdy_interest direction)
{
    if (duplex->source == NULL || !(rdy_interlocked_read(&duplex->source->flags) & REGISTERED)) {
        return rdy_task_waker_none();
    }
    return waker_of(duplex->source, direction);
}

/* Ends an operation that would not block. If it has taken back a waker that was left before, or if
 * what the source knew was forgotten, an event may still be owed: the direction is watched again.
 */
static rdy_result go_on(rdy_duplex *duplex, rdy_interest direction, BOOL is_forgotten,
                        rdy_result result)
{
    LONG dropped = (LONG)direction;
    BOOL is_unknown =
        is_forgotten || (InterlockedAnd(&duplex->source->flags, ~dropped) & dropped) != 0;
    if (is_unknown) {
        /* The operation is done: if this fails, the next one that announces something says so. */
        rdy_result watched = watch(duplex, direction);
        (void)watched;
    }
    return result;
}

rdy_result rdy_duplex_read(rdy_duplex *duplex, void *buffer, size_t size, size_t *count)
{
    struct rdy_channel *channel = duplex->end.reader->half.channel;
    const LONG64 *word = &channel->writer.half.word;
    const rdy_task_waker waker = poller_of(duplex, RDY_INTEREST_READABLE);
    struct rdy_channel_poller poller = {.waker = &waker, .waits = FALSE};
    LONG64 peer = RDY_READ_ACQUIRE64(word);
    rdy_result result = rdy_channel_read(channel, &poller, peer, buffer, size, count);

    if (waker.ops == NULL) {
        return result;
    }
    if (result.status == RDY_WOULD_BLOCK) {
        forget(duplex->source, RDY_INTEREST_READABLE);
        poller.waits = TRUE;
        peer = RDY_READ_ACQUIRE64(word);
        result = rdy_channel_read(channel, &poller, peer, buffer, size, count);
    }
    return result.status == RDY_WOULD_BLOCK
               ? rdy_source_would_block(duplex->source->source, RDY_INTEREST_READABLE)
               : go_on(duplex, RDY_INTEREST_READABLE, poller.waits, result);
}

rdy_result rdy_duplex_write(rdy_duplex *duplex, const void *data, size_t size, size_t *count)
{
    struct rdy_channel *channel = duplex->end.writer->half.channel;
    const LONG64 *word = &channel->reader.half.word;
    const struct rdy_slice slice = {.data = data, .size = size};
    const rdy_task_waker waker = poller_of(duplex, RDY_INTEREST_WRITABLE);
    struct rdy_channel_poller poller = {.waker = &waker, .waits = FALSE};
    LONG64 peer = RDY_READ_ACQUIRE64(word);
    rdy_result result = rdy_channel_write(channel, &poller, peer, &slice, 1, count);

    if (waker.ops == NULL) {
        return result;
    }
    if (result.status == RDY_WOULD_BLOCK) {
        forget(duplex->source, RDY_INTEREST_WRITABLE);
        poller.waits = TRUE;
        peer = RDY_READ_ACQUIRE64(word);
        result = rdy_channel_write(channel, &poller, peer, &slice, 1, count);
    }
    return result.status == RDY_WOULD_BLOCK
               ? rdy_source_would_block(duplex->source->source, RDY_INTEREST_WRITABLE)
               : go_on(duplex, RDY_INTEREST_WRITABLE, poller.waits, result);
}
