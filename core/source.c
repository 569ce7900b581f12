/* source: see source.h. Life and registration are those of a pipe (core/named_pipe.c), without a
 * handle:
 *
 *              register            deregister
 *   UNBOUND ------------+        +------------+
 *      |                v        |            v
 *      |              BOUND --> REGISTERED   BOUND
 *      |                |  register  |
 *      |                |            |         the registry is gone
 *      |                +------------+--------------------> DETACHED
 *      |                |            |                         |
 *      +----------------+------------+-------------------------+----> DROPPED
 *                                                                destroy
 *
 * UNBOUND    -> BOUND      [rdy_source_register]
 * BOUND      -> REGISTERED [enroll]
 * REGISTERED -> BOUND      [rdy_source_deregister; enroll, when the announcement fails]
 * BOUND      -> DETACHED   [detach]
 * REGISTERED -> DETACHED   [detach]
 * any other  -> DROPPED    [rdy_source_destroy]
 *
 * Its announcement, a posted packet that carries nothing: what it reports is read from the source
 * when it is processed, so it is never stale.
 *
 *           announce, post accepted
 *    IDLE -------------------------> POSTED
 *      ^                               |
 *      +-------------------------------+
 *                packet processed
 *
 * IDLE   -> POSTED [announce]
 * POSTED -> IDLE   [packet_done]
 *
 * Invariants
 * 1. references = 1 for the owner (not DROPPED) + 1 while POSTED + pins of the registry.
 * 2. armed is part of interest; interest is 0 unless REGISTERED.
 * 3. What is due (armed and ready) is POSTED, or its post has failed and the caller knows
 *    (is_owed).
 * 4. Bound from its first registration until detached, or until DROPPED and IDLE. */
#include "core/source.h"

#include "core/assert.h"
#include "core/completion_port.h"
#include "core/interlocked.h"
#include "core/machine.h"

enum rdy_source_life {
    RDY_SOURCE_UNBOUND,
    RDY_SOURCE_BOUND,
    RDY_SOURCE_REGISTERED,
    RDY_SOURCE_DETACHED,
    RDY_SOURCE_DROPPED
};

enum rdy_source_event_state { RDY_SOURCE_EVENT_IDLE, RDY_SOURCE_EVENT_POSTED };

const struct rdy_machine_table rdy_source_machine = {
    .name = "source",
    .state_count = 5,
    .state = {[RDY_SOURCE_UNBOUND] = "unbound",
              [RDY_SOURCE_BOUND] = "bound",
              [RDY_SOURCE_REGISTERED] = "registered",
              [RDY_SOURCE_DETACHED] = "detached",
              [RDY_SOURCE_DROPPED] = "dropped"},
    .next = {[RDY_SOURCE_UNBOUND] = RDY_TO(RDY_SOURCE_BOUND) | RDY_TO(RDY_SOURCE_DROPPED),
             [RDY_SOURCE_BOUND] = RDY_TO(RDY_SOURCE_REGISTERED) | RDY_TO(RDY_SOURCE_DETACHED) |
                                  RDY_TO(RDY_SOURCE_DROPPED),
             [RDY_SOURCE_REGISTERED] = RDY_TO(RDY_SOURCE_BOUND) | RDY_TO(RDY_SOURCE_DETACHED) |
                                       RDY_TO(RDY_SOURCE_DROPPED),
             [RDY_SOURCE_DETACHED] = RDY_TO(RDY_SOURCE_DROPPED)},
};

const struct rdy_machine_table rdy_source_event_machine = {
    .name = "source event",
    .state_count = 2,
    .state = {[RDY_SOURCE_EVENT_IDLE] = "idle", [RDY_SOURCE_EVENT_POSTED] = "posted"},
    .next = {[RDY_SOURCE_EVENT_IDLE] = RDY_TO(RDY_SOURCE_EVENT_POSTED),
             [RDY_SOURCE_EVENT_POSTED] = RDY_TO(RDY_SOURCE_EVENT_IDLE)},
};

struct rdy_source {
    LONG references;
    SRWLOCK lock; /* guards all that follows */
    enum rdy_source_life state;
    struct rdy_binding binding;
    uint64_t token;        /* REGISTERED */
    rdy_interest interest; /* REGISTERED, else 0 */
    rdy_interest armed;    /* directions whose readiness has yet to be reported */
    uint32_t ready;        /* what its maker says: enum rdy_event_flag */
    enum rdy_source_event_state event;
    BOOL is_owed; /* the last post failed, and its caller knows */
    struct rdy_overlapped request;
};

static BOOL packet_done(struct rdy_overlapped *request, rdy_event *event);
static void pin(struct rdy_binding *binding);
static uint32_t detach(struct rdy_binding *binding);

static const struct rdy_binding_ops binding_ops = {.pin = pin, .detach = detach};

static void become(rdy_source *source, enum rdy_source_life state)
{
    rdy_report_state(RDY_MACHINE_SOURCE, source, (int)source->state, (int)state);
    source->state = state;
}

static void event_becomes(rdy_source *source, enum rdy_source_event_state state)
{
    rdy_report_state(RDY_MACHINE_SOURCE_EVENT, source, (int)source->event, (int)state);
    source->event = state;
}

/* ---- life ---- */

/* Not under the lock, unless another reference is sure to be left. */
static void release(rdy_source *source)
{
    LONG references = InterlockedDecrement(&source->references);
    RDY_ASSERT(references >= 0);
    if (references == 0) {
        RDY_ASSERT(source->binding.registry == NULL);
        rdy_report_object(RDY_OBSERVE_DESTROY, RDY_MACHINE_SOURCE, source);
        HeapFree(GetProcessHeap(), 0, source);
    }
}

rdy_result rdy_source_create(rdy_source **source)
{
    *source = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof **source);
    if (*source == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    (*source)->references = 1;
    InitializeSRWLock(&(*source)->lock);
    (*source)->state = RDY_SOURCE_UNBOUND;
    (*source)->binding.ops = &binding_ops;
    (*source)->event = RDY_SOURCE_EVENT_IDLE;
    rdy_overlapped_init(&(*source)->request, packet_done);
    rdy_report_object(RDY_OBSERVE_CREATE, RDY_MACHINE_SOURCE, *source);
    return rdy_done();
}

static void forget_registration(rdy_source *source)
{
    source->interest = 0;
    source->armed = 0;
    source->is_owed = FALSE;
}

/* DROPPED: leaves the registry as soon as no packet needs it. */
static void wind_up(rdy_source *source)
{
    if (source->binding.registry != NULL && source->event == RDY_SOURCE_EVENT_IDLE) {
        rdy_registry_unbind(&source->binding);
    }
}

void rdy_source_destroy(rdy_source *source)
{
    rdy_source_check(source);
    AcquireSRWLockExclusive(&source->lock);
    forget_registration(source);
    become(source, RDY_SOURCE_DROPPED);
    wind_up(source);
    ReleaseSRWLockExclusive(&source->lock);
    release(source);
}

/* ---- announcements ---- */

/* What is due: each direction that is armed and ready, with the bits that ride along with it. */
static uint32_t due_flags(const rdy_source *source)
{
    uint32_t riding = 0;
    uint32_t flags = source->ready & source->armed;
    if (flags != 0) {
        riding |= RDY_EVENT_ERROR;
    }
    if (flags & RDY_EVENT_READABLE) {
        riding |= RDY_EVENT_READ_CLOSED | RDY_EVENT_PRIORITY;
    }
    if (flags & RDY_EVENT_WRITABLE) {
        riding |= RDY_EVENT_WRITE_CLOSED;
    }
    return flags | (source->ready & riding);
}

/* Sees to it that what is due is reported. */
static rdy_result announce(rdy_source *source)
{
    if (source->event == RDY_SOURCE_EVENT_POSTED || due_flags(source) == 0) {
        return rdy_done();
    }
    const void *overlapped = &source->request.overlapped;
    InterlockedIncrement(&source->references);
    rdy_report_request(RDY_OBSERVE_RETAIN, RDY_MACHINE_SOURCE_EVENT, source, overlapped);
    rdy_result result =
        rdy_completion_port_post(rdy_registry_port(source->binding.registry), &source->request);
    source->is_owed = result.status != RDY_DONE;
    if (result.status == RDY_DONE) {
        event_becomes(source, RDY_SOURCE_EVENT_POSTED);
    } else {
        rdy_report_request(RDY_OBSERVE_RELEASE, RDY_MACHINE_SOURCE_EVENT, source, overlapped);
        release(source); /* not the last one: the owner's is left */
    }
    return result;
}

static BOOL deliver(rdy_source *source, rdy_event *event)
{
    uint32_t flags = due_flags(source);
    if (flags == 0) {
        return FALSE;
    }
    *event = (rdy_event){.token = source->token, .flags = flags};
    source->armed &= ~flags;
    source->is_owed = FALSE;
    return TRUE;
}

static BOOL packet_done(struct rdy_overlapped *request, rdy_event *event)
{
    rdy_source *source = RDY_CONTAINER_OF(request, rdy_source, request);
    const void *overlapped = &request->overlapped;
    rdy_report_request(RDY_OBSERVE_DISPATCH, RDY_MACHINE_SOURCE_EVENT, source, overlapped);
    AcquireSRWLockExclusive(&source->lock);
    RDY_ASSERT(source->event == RDY_SOURCE_EVENT_POSTED);
    event_becomes(source, RDY_SOURCE_EVENT_IDLE);
    BOOL reported = deliver(source, event);
    if (source->state == RDY_SOURCE_DROPPED) {
        wind_up(source);
    }
    ReleaseSRWLockExclusive(&source->lock);
    rdy_report_request(RDY_OBSERVE_RELEASE, RDY_MACHINE_SOURCE_EVENT, source, overlapped);
    release(source);
    return reported;
}

rdy_result rdy_source_set_ready(rdy_source *source, uint32_t flags)
{
    AcquireSRWLockExclusive(&source->lock);
    source->ready = flags;
    rdy_result result =
        source->state == RDY_SOURCE_DETACHED ? rdy_failed(ERROR_INVALID_HANDLE) : announce(source);
    ReleaseSRWLockExclusive(&source->lock);
    return result;
}

rdy_result rdy_source_would_block(rdy_source *source, rdy_interest direction)
{
    AcquireSRWLockExclusive(&source->lock);
    source->armed |= direction & source->interest;
    rdy_result result =
        source->state == RDY_SOURCE_DETACHED ? rdy_failed(ERROR_INVALID_HANDLE) : announce(source);
    ReleaseSRWLockExclusive(&source->lock);
    return result.status == RDY_DONE ? rdy_would_block() : result;
}

/* ---- registration ---- */

/* BOUND or REGISTERED: takes a registration and announces what is ready, or leaves all as it
 * was. */
static rdy_result enroll(rdy_source *source, uint64_t token, rdy_interest interest)
{
    uint64_t token_before = source->token;
    rdy_interest interest_before = source->interest;
    rdy_interest armed_before = source->armed;
    BOOL is_new = source->state == RDY_SOURCE_BOUND;
    if (is_new) {
        become(source, RDY_SOURCE_REGISTERED);
    }
    source->token = token;
    source->interest = interest;
    source->armed = interest;
    rdy_result result = announce(source);
    if (result.status == RDY_DONE) {
        return result;
    }
    source->token = token_before;
    source->interest = interest_before;
    source->armed = armed_before;
    if (is_new) {
        forget_registration(source);
        become(source, RDY_SOURCE_BOUND);
    }
    return result;
}

/* DONE if the source may belong to this registry. */
static rdy_result belongs_to(const rdy_source *source, const rdy_registry *registry)
{
    if (source->state == RDY_SOURCE_DETACHED) {
        return rdy_failed(ERROR_INVALID_HANDLE);
    }
    if (source->binding.registry != NULL && source->binding.registry != registry) {
        return rdy_failed(ERROR_ALREADY_EXISTS);
    }
    return rdy_done();
}

/* DONE if the source is registered with this registry. */
static rdy_result registered_with(const rdy_source *source, const rdy_registry *registry)
{
    rdy_result result = belongs_to(source, registry);
    if (result.status == RDY_DONE && source->state != RDY_SOURCE_REGISTERED) {
        return rdy_failed(ERROR_NOT_FOUND);
    }
    return result;
}

rdy_result rdy_source_register(rdy_source *source, rdy_registry *registry, uint64_t token,
                               rdy_interest interest)
{
    if (!rdy_interest_is_valid(interest)) {
        return rdy_failed(ERROR_INVALID_PARAMETER);
    }
    AcquireSRWLockExclusive(&source->lock);
    rdy_result result = belongs_to(source, registry);
    if (result.status == RDY_DONE && source->state == RDY_SOURCE_REGISTERED) {
        result = rdy_failed(ERROR_ALREADY_EXISTS);
    }
    if (result.status == RDY_DONE && source->state == RDY_SOURCE_UNBOUND) {
        rdy_registry_bind(registry, &source->binding);
        become(source, RDY_SOURCE_BOUND);
    }
    if (result.status == RDY_DONE) {
        result = enroll(source, token, interest);
    }
    ReleaseSRWLockExclusive(&source->lock);
    return result;
}

rdy_result rdy_source_reregister(rdy_source *source, rdy_registry *registry, uint64_t token,
                                 rdy_interest interest)
{
    if (!rdy_interest_is_valid(interest)) {
        return rdy_failed(ERROR_INVALID_PARAMETER);
    }
    AcquireSRWLockExclusive(&source->lock);
    rdy_result result = registered_with(source, registry);
    if (result.status == RDY_DONE) {
        result = enroll(source, token, interest);
    }
    ReleaseSRWLockExclusive(&source->lock);
    return result;
}

rdy_result rdy_source_deregister(rdy_source *source, rdy_registry *registry)
{
    AcquireSRWLockExclusive(&source->lock);
    rdy_result result = registered_with(source, registry);
    if (result.status == RDY_DONE) {
        forget_registration(source);
        become(source, RDY_SOURCE_BOUND);
    }
    ReleaseSRWLockExclusive(&source->lock);
    return result;
}

static void pin(struct rdy_binding *binding)
{
    rdy_source *source = RDY_CONTAINER_OF(binding, rdy_source, binding);
    InterlockedIncrement(&source->references);
}

static uint32_t detach(struct rdy_binding *binding)
{
    rdy_source *source = RDY_CONTAINER_OF(binding, rdy_source, binding);
    uint32_t outstanding = 0;
    AcquireSRWLockExclusive(&source->lock);
    if (source->binding.registry != NULL) {
        rdy_registry_unbind(&source->binding);
        outstanding = source->event == RDY_SOURCE_EVENT_POSTED;
        forget_registration(source);
        if (source->state != RDY_SOURCE_DROPPED) {
            become(source, RDY_SOURCE_DETACHED);
        }
    }
    ReleaseSRWLockExclusive(&source->lock);
    release(source);
    return outstanding;
}

/* ---- invariants ---- */

void rdy_source_check(rdy_source *source)
{
    AcquireSRWLockExclusive(&source->lock);
    BOOL is_bound = source->binding.registry != NULL;
    BOOL is_posted = source->event == RDY_SOURCE_EVENT_POSTED;
    LONG references = rdy_interlocked_read(&source->references);
    RDY_ASSERT(references >= (source->state != RDY_SOURCE_DROPPED) + is_posted);
    switch (source->state) {
    case RDY_SOURCE_UNBOUND:
        RDY_ASSERT(!is_bound && !is_posted);
        break;
    case RDY_SOURCE_BOUND:
    case RDY_SOURCE_REGISTERED:
        RDY_ASSERT(is_bound);
        break;
    case RDY_SOURCE_DETACHED:
        RDY_ASSERT(!is_bound);
        break;
    case RDY_SOURCE_DROPPED:
        RDY_ASSERT(!is_bound || is_posted);
        break;
    }
    RDY_ASSERT((source->armed & ~source->interest) == 0);
    RDY_ASSERT((source->interest != 0) == (source->state == RDY_SOURCE_REGISTERED));
    RDY_ASSERT(due_flags(source) == 0 || is_posted || source->is_owed);
    ReleaseSRWLockExclusive(&source->lock);
}
