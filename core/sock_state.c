/* sock_state: see sock_state.h.
 *
 * The registration:
 *
 *    LIVE --> CLOSED
 *      |        |
 *      +--------+--> RETIRED
 *
 * LIVE   -> CLOSED  [digest, refused: somebody else has closed the socket]
 * LIVE   -> RETIRED [rdy_sock_retire]
 * CLOSED -> RETIRED [rdy_sock_retire]
 *
 * LIVE     reports under `token`, within `interest`.
 * CLOSED   the same, but there is nothing left to watch: the socket is never polled again, its
 *          handle may be another one's by now.
 * RETIRED  deregistered, dropped or detached: reports nothing and submits nothing.
 *
 * Its poll:
 *
 *            submit                   cancel
 *    IDLE ------------> PENDING ------------------> CANCELLED
 *      ^                   |                            |
 *      +-------------------+----------------------------+
 *                    packet processed
 *
 * IDLE      -> PENDING   [submit]
 * PENDING   -> CANCELLED [cancel]
 * PENDING   -> IDLE      [poll_done]
 * CANCELLED -> IDLE      [poll_done]
 *
 * IDLE       nothing in flight.
 * PENDING    a poll for `watched` is in flight; its packet holds a reference.
 * CANCELLED  the same, but it watches too little or nobody cares any more: it was asked to end.
 *            What it brings is looked at all the same.
 *
 * A condition is armed by register and reregister, by an operation that would block, and by a read
 * that left nothing to take: all of its direction, but for an end that was announced. It is
 * disarmed by the event that reports its direction. The events that remain armed then are the ends:
 * data is reported once, and so is the end behind it.
 *
 * Invariants
 * 1. references = 1 for the source (not RETIRED) + 1 unless IDLE + pins.
 * 2. A poll in flight is never submitted again, nor is its memory touched.
 * 3. LIVE: what is armed is watched, or the socket is in the update queue, or CANCELLED: then it
 *    will enter the queue when its packet is processed.
 * 4. armed is within what the interest asks for; RETIRED and CLOSED: nothing is armed.
 * 5. Bound until RETIRED with nothing in flight, or until detached. It has a place on a handle of
 *    the driver until RETIRED with nothing in flight. */
#include "core/sock_state.h"

#include "core/assert.h"
#include "core/interlocked.h"
#include "core/machine.h"
#include "core/source_state.h"

const struct rdy_machine_table rdy_sock_machine = {
    .name = "sock",
    .state_count = 3,
    .state =
        {[RDY_SOCK_LIVE] = "live", [RDY_SOCK_CLOSED] = "closed", [RDY_SOCK_RETIRED] = "retired"},
    .next = {[RDY_SOCK_LIVE] = RDY_TO(RDY_SOCK_CLOSED) | RDY_TO(RDY_SOCK_RETIRED),
             [RDY_SOCK_CLOSED] = RDY_TO(RDY_SOCK_RETIRED)},
};

const struct rdy_machine_table rdy_sock_poll_machine = {
    .name = "sock poll",
    .state_count = 3,
    .state = {[RDY_SOCK_POLL_IDLE] = "idle",
              [RDY_SOCK_POLL_PENDING] = "pending",
              [RDY_SOCK_POLL_CANCELLED] = "cancelled"},
    .next = {[RDY_SOCK_POLL_IDLE] = RDY_TO(RDY_SOCK_POLL_PENDING),
             [RDY_SOCK_POLL_PENDING] = RDY_TO(RDY_SOCK_POLL_CANCELLED) | RDY_TO(RDY_SOCK_POLL_IDLE),
             [RDY_SOCK_POLL_CANCELLED] = RDY_TO(RDY_SOCK_POLL_IDLE)},
};

/* After these nothing else happens on a socket: an event with one of them ends all. */
#define FINAL_EVENTS (RDY_AFD_ABORT | RDY_AFD_CONNECT_FAIL)
/* Conditions that never end once they hold, or not by any operation of ours. */
#define LASTING_EVENTS (RDY_AFD_DISCONNECT | RDY_AFD_RECEIVE_EXPEDITED | FINAL_EVENTS)
/* Read until it would block, and none of these holds any more. */
#define INPUT_EVENTS    (RDY_AFD_RECEIVE | RDY_AFD_ACCEPT)
#define READABLE_EVENTS (INPUT_EVENTS | RDY_AFD_DISCONNECT | FINAL_EVENTS)
#define WRITABLE_EVENTS (RDY_AFD_SEND | FINAL_EVENTS)
#define ALL_EVENTS      (READABLE_EVENTS | WRITABLE_EVENTS | RDY_AFD_RECEIVE_EXPEDITED)

static BOOL poll_done(struct rdy_overlapped *request, rdy_event *event);
static void pin(struct rdy_binding *binding);
static uint32_t detach(struct rdy_binding *binding);

static const struct rdy_binding_ops binding_ops = {.pin = pin, .detach = detach};

static void become(struct rdy_sock *sock, enum rdy_sock_state state)
{
    rdy_report_state(RDY_MACHINE_SOCK, sock, (int)sock->state, (int)state);
    sock->state = state;
}

static void poll_becomes(struct rdy_sock *sock, enum rdy_sock_poll_state state)
{
    rdy_report_state(RDY_MACHINE_SOCK_POLL, sock, (int)sock->poll, (int)state);
    sock->poll = state;
}

/* ---- conditions ---- */

/* What a registration asks the kernel for. */
static uint32_t conditions_of(rdy_interest interest)
{
    uint32_t events = 0;
    if (interest & RDY_INTEREST_READABLE) {
        events |= READABLE_EVENTS | RDY_AFD_RECEIVE_EXPEDITED;
    }
    if (interest & RDY_INTEREST_WRITABLE) {
        events |= WRITABLE_EVENTS;
    }
    return events;
}

/* What an event that reports `events` has said all there is to say about. */
static uint32_t covered_by(uint32_t events)
{
    if (events & FINAL_EVENTS) {
        return ALL_EVENTS;
    }
    return events | (events & READABLE_EVENTS ? INPUT_EVENTS : 0);
}

/* The bits of an event for what the kernel has found (the table in core/RESULTS.md). */
static uint32_t flags_of(uint32_t events, rdy_interest interest)
{
    static const struct {
        uint32_t events;
        uint32_t flags;
    } rows[] = {
        {READABLE_EVENTS, RDY_EVENT_READABLE},
        {WRITABLE_EVENTS, RDY_EVENT_WRITABLE},
        {FINAL_EVENTS, RDY_EVENT_ERROR},
        {RDY_AFD_DISCONNECT | FINAL_EVENTS, RDY_EVENT_READ_CLOSED},
        {FINAL_EVENTS, RDY_EVENT_WRITE_CLOSED},
        {RDY_AFD_RECEIVE_EXPEDITED, RDY_EVENT_PRIORITY},
    };
    uint32_t flags = 0;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        flags |= events & rows[i].events ? rows[i].flags : 0;
    }
    return flags & (interest | ~RDY_INTEREST_ALL);
}

/* Writes the event that reports `events`, all of them armed; FALSE if there are none. */
static BOOL report(struct rdy_sock *sock, uint32_t events, rdy_event *event)
{
    sock->armed &= ~covered_by(events);
    sock->announced |= events & LASTING_EVENTS;
    uint32_t flags = flags_of(events, sock->interest);
    if (flags == 0) {
        return FALSE;
    }
    *event = (rdy_event){.token = sock->token, .flags = flags};
    return TRUE;
}

/* Writes the event that reports a failure of the kernel to watch the socket: whatever operation
 * comes next returns it, so both directions are ready. */
static BOOL report_failure(struct rdy_sock *sock, DWORD error, rdy_event *event)
{
    sock->armed = 0;
    sock->source->error = error;
    *event = (rdy_event){.token = sock->token, .flags = sock->interest | RDY_EVENT_ERROR};
    return TRUE;
}

/* ---- polls ---- */

static BOOL is_in_flight(const struct rdy_sock *sock)
{
    return sock->poll != RDY_SOCK_POLL_IDLE;
}

static void sock_closed(struct rdy_sock *sock)
{
    sock->armed = 0;
    become(sock, RDY_SOCK_CLOSED);
}

/* IDLE -> PENDING, unless the kernel refuses. */
static rdy_result submit(struct rdy_sock *sock)
{
    const void *overlapped = &sock->request.overlapped.overlapped;
    InterlockedIncrement(&sock->references);
    rdy_report_request(RDY_OBSERVE_RETAIN, RDY_MACHINE_SOCK_POLL, sock, overlapped);
    rdy_result result = rdy_afd_poll(sock->afd, &sock->request, sock->base, sock->armed);
    if (result.status == RDY_DONE) {
        sock->watched = sock->armed;
        poll_becomes(sock, RDY_SOCK_POLL_PENDING);
        return result;
    }
    rdy_report_request(RDY_OBSERVE_RELEASE, RDY_MACHINE_SOCK_POLL, sock, overlapped);
    rdy_sock_release(sock); /* not the last one: the source's or a pin is left */
    if (result.os_error == ERROR_INVALID_HANDLE) {
        sock_closed(sock);
    }
    return result;
}

/* PENDING -> CANCELLED. */
static rdy_result cancel(struct rdy_sock *sock)
{
    rdy_result result = rdy_afd_cancel(sock->afd, &sock->request);
    if (result.status == RDY_DONE) {
        sock->watched = 0;
        poll_becomes(sock, RDY_SOCK_POLL_CANCELLED);
    }
    return result;
}

static BOOL needs_update(const struct rdy_sock *sock)
{
    switch (sock->poll) {
    case RDY_SOCK_POLL_IDLE:
        return sock->armed != 0;
    case RDY_SOCK_POLL_PENDING:
        /* A poll that watches more than is armed may stay: what is not armed is not reported. */
        return (sock->armed & ~sock->watched) != 0;
    case RDY_SOCK_POLL_CANCELLED:
        return FALSE; /* when its packet has been processed */
    }
    return FALSE;
}

/* Tells the kernel what is armed. */
static rdy_result update(struct rdy_sock *sock)
{
    rdy_selector_forget(sock->selector, &sock->update);
    if (!needs_update(sock)) {
        return rdy_done();
    }
    return is_in_flight(sock) ? cancel(sock) : submit(sock);
}

/* Tells the kernel, or leaves it to the thread that will wait. */
static rdy_result update_or_defer(struct rdy_sock *sock)
{
    if (!needs_update(sock) || rdy_selector_defers(sock->selector, &sock->update)) {
        return rdy_done();
    }
    return update(sock);
}

/* The caller is told of a failure, and what is armed stays so: the next wait tries again. */
static rdy_result update_or_retry(struct rdy_sock *sock)
{
    rdy_result result = update_or_defer(sock);
    if (result.status != RDY_DONE && needs_update(sock)) {
        rdy_selector_defer(sock->selector, &sock->update);
    }
    return result;
}

/* LIVE: what a finished poll has found. */
static BOOL digest(struct rdy_sock *sock, rdy_event *event)
{
    uint32_t events;
    rdy_result result = rdy_afd_answer(&sock->request, &events);
    if (result.status != RDY_DONE) {
        return report_failure(sock, result.os_error, event);
    }
    if (events & RDY_AFD_LOCAL_CLOSE) {
        sock_closed(sock);
        return FALSE;
    }
    return report(sock, events & sock->armed, event);
}

/* RETIRED and nothing in flight: gives back what the registration had of its registry. */
static void leave(struct rdy_sock *sock)
{
    rdy_afd_group_release(sock->afd);
    sock->afd = NULL;
    if (sock->binding.registry != NULL) {
        rdy_registry_unbind(&sock->binding);
    }
}

static BOOL poll_done(struct rdy_overlapped *overlapped, rdy_event *event)
{
    struct rdy_sock *sock = RDY_CONTAINER_OF(overlapped, struct rdy_sock, request.overlapped);
    const void *address = &overlapped->overlapped;
    rdy_report_request(RDY_OBSERVE_DISPATCH, RDY_MACHINE_SOCK_POLL, sock, address);
    AcquireSRWLockExclusive(&sock->source->lock);
    RDY_ASSERT(is_in_flight(sock));
    sock->watched = 0;
    poll_becomes(sock, RDY_SOCK_POLL_IDLE);
    BOOL reported = sock->state == RDY_SOCK_LIVE && digest(sock, event);
    if (sock->armed != 0) {
        /* Whoever is told of the event is likely to arm more before the next wait. */
        rdy_selector_defer(sock->selector, &sock->update);
    }
    if (sock->state == RDY_SOCK_RETIRED) {
        leave(sock);
    }
    ReleaseSRWLockExclusive(&sock->source->lock);
    rdy_report_request(RDY_OBSERVE_RELEASE, RDY_MACHINE_SOCK_POLL, sock, address);
    rdy_sock_release(sock);
    return reported;
}

/* ---- life ---- */

static rdy_result find_place(struct rdy_sock *sock, struct rdy_source_state *source)
{
    rdy_result result = rdy_afd_base_handle(source->socket, &sock->base);
    if (result.status == RDY_DONE) {
        result = rdy_afd_group_acquire(&sock->selector->group, &sock->afd);
    }
    return result;
}

rdy_result rdy_sock_create(struct rdy_source_state *source, rdy_registry *registry, uint64_t token,
                           rdy_interest interest, struct rdy_sock **sock)
{
    *sock = NULL;
    struct rdy_sock *created = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *created);
    if (created == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    created->references = 1;
    created->selector = rdy_registry_selector(registry);
    created->binding.ops = &binding_ops;
    rdy_overlapped_init(&created->request.overlapped, poll_done);
    created->state = RDY_SOCK_LIVE;
    created->poll = RDY_SOCK_POLL_IDLE;
    created->token = token;
    created->interest = interest;
    created->armed = conditions_of(interest);
    rdy_result result = find_place(created, source);
    if (result.status != RDY_DONE) {
        HeapFree(GetProcessHeap(), 0, created);
        return result;
    }
    created->source = rdy_source_state_retain(source);
    rdy_report_object(RDY_OBSERVE_CREATE, RDY_MACHINE_SOCK, created);
    rdy_registry_bind(registry, &created->binding);
    result = update_or_defer(created);
    if (result.status != RDY_DONE) {
        rdy_sock_retire(created);
        rdy_sock_release(created); /* and not the source's last one: its owner calls */
        return result;
    }
    *sock = created;
    return result;
}

void rdy_sock_release(struct rdy_sock *sock)
{
    LONG references = InterlockedDecrement(&sock->references);
    RDY_ASSERT(references >= 0);
    if (references > 0) {
        return;
    }
    struct rdy_source_state *source = sock->source;
    RDY_ASSERT(sock->state == RDY_SOCK_RETIRED && !is_in_flight(sock));
    RDY_ASSERT(sock->binding.registry == NULL && sock->afd == NULL && !sock->update.is_queued);
    rdy_report_object(RDY_OBSERVE_DESTROY, RDY_MACHINE_SOCK, sock);
    HeapFree(GetProcessHeap(), 0, sock);
    rdy_source_state_release(source);
}

rdy_result rdy_sock_change(struct rdy_sock *sock, uint64_t token, rdy_interest interest)
{
    uint64_t token_before = sock->token;
    rdy_interest interest_before = sock->interest;
    uint32_t armed_before = sock->armed;
    uint32_t announced_before = sock->announced;
    sock->token = token;
    sock->interest = interest;
    sock->announced = 0;
    sock->armed = sock->state == RDY_SOCK_LIVE ? conditions_of(interest) : 0;
    rdy_result result = update_or_retry(sock);
    if (result.status != RDY_DONE) {
        sock->token = token_before;
        sock->interest = interest_before;
        sock->armed = sock->state == RDY_SOCK_LIVE ? armed_before : 0;
        sock->announced = announced_before;
    }
    return result;
}

rdy_result rdy_sock_rearm(struct rdy_sock *sock, rdy_interest direction)
{
    if (sock->state != RDY_SOCK_LIVE) {
        return rdy_done();
    }
    sock->armed |= conditions_of(direction & sock->interest) & ~sock->announced;
    return update_or_retry(sock);
}

BOOL rdy_sock_has_ended(const struct rdy_sock *sock)
{
    return (sock->announced & (RDY_AFD_DISCONNECT | FINAL_EVENTS)) != 0;
}

void rdy_sock_retire(struct rdy_sock *sock)
{
    sock->interest = 0;
    sock->armed = 0;
    become(sock, RDY_SOCK_RETIRED);
    rdy_selector_forget(sock->selector, &sock->update);
    if (sock->poll == RDY_SOCK_POLL_PENDING) {
        /* Should the kernel refuse, the poll ends with the socket, and nothing is reported
         * either. */
        (void)cancel(sock);
    }
    if (!is_in_flight(sock)) {
        leave(sock);
    }
}

void rdy_sock_pin(struct rdy_sock *sock)
{
    InterlockedIncrement(&sock->references);
}

BOOL rdy_sock_flush(struct rdy_sock *sock, rdy_event *event)
{
    BOOL reported = FALSE;
    AcquireSRWLockExclusive(&sock->source->lock);
    rdy_result result = update(sock);
    if (result.status != RDY_DONE) {
        reported = report_failure(sock, result.os_error, event);
    }
    ReleaseSRWLockExclusive(&sock->source->lock);
    rdy_sock_release(sock);
    return reported;
}

static void pin(struct rdy_binding *binding)
{
    rdy_sock_pin(RDY_CONTAINER_OF(binding, struct rdy_sock, binding));
}

static uint32_t detach(struct rdy_binding *binding)
{
    struct rdy_sock *sock = RDY_CONTAINER_OF(binding, struct rdy_sock, binding);
    uint32_t outstanding = 0;
    BOOL was_registered = FALSE;
    AcquireSRWLockExclusive(&sock->source->lock);
    if (sock->state != RDY_SOCK_RETIRED) {
        was_registered = TRUE;
        rdy_sock_retire(sock);
        rdy_source_state_detach(sock->source);
    }
    if (sock->binding.registry != NULL) {
        rdy_registry_unbind(&sock->binding);
        outstanding = is_in_flight(sock);
    }
    ReleaseSRWLockExclusive(&sock->source->lock);
    if (was_registered) {
        rdy_sock_release(sock);
    }
    rdy_sock_release(sock);
    return outstanding;
}

/* ---- invariants ---- */

static void check_state(const struct rdy_sock *sock)
{
    BOOL is_bound = sock->binding.registry != NULL;
    switch (sock->state) {
    case RDY_SOCK_LIVE:
        RDY_ASSERT(is_bound && sock->afd != NULL);
        RDY_ASSERT(rdy_interest_is_valid(sock->interest));
        RDY_ASSERT((sock->armed & ~conditions_of(sock->interest)) == 0);
        RDY_ASSERT(!needs_update(sock) || sock->update.is_queued);
        break;
    case RDY_SOCK_CLOSED:
        RDY_ASSERT(is_bound && sock->afd != NULL);
        RDY_ASSERT(sock->armed == 0);
        break;
    case RDY_SOCK_RETIRED:
        RDY_ASSERT(sock->armed == 0 && sock->interest == 0);
        RDY_ASSERT(!sock->update.is_queued);
        RDY_ASSERT((sock->afd != NULL) == is_in_flight(sock));
        break;
    }
}

static void check_poll(const struct rdy_sock *sock)
{
    switch (sock->poll) {
    case RDY_SOCK_POLL_IDLE:
    case RDY_SOCK_POLL_CANCELLED:
        RDY_ASSERT(sock->watched == 0);
        break;
    case RDY_SOCK_POLL_PENDING:
        RDY_ASSERT(sock->watched != 0);
        break;
    }
}

void rdy_sock_check(struct rdy_sock *sock)
{
    LONG references = rdy_interlocked_read(&sock->references);
    LONG of_source = sock->state != RDY_SOCK_RETIRED;
    RDY_ASSERT(references >= of_source + is_in_flight(sock));
    check_state(sock);
    check_poll(sock);
}
