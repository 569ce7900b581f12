/* named_pipe: see named_pipe.h. Life and registration of a pipe; its requests have modules of their
 * own (named_pipe_state.h).
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
 * UNBOUND    -> BOUND      [join_port]
 * BOUND      -> REGISTERED [enroll]
 * REGISTERED -> BOUND      [rdy_named_pipe_deregister; enroll, when the announcement fails]
 * BOUND      -> DETACHED   [detach]
 * REGISTERED -> DETACHED   [detach]
 * any other  -> DROPPED    [rdy_named_pipe_destroy]
 *
 * UNBOUND     bound to no port; nothing is in flight.
 * BOUND       bound to the port of binding.registry for ever; nothing is reported.
 * REGISTERED  reports under `token`, within `interest`.
 * DETACHED    its registry is gone or going: every request is cancelled, none is submitted.
 * DROPPED     the owner is gone: an accepted write goes on, packets to come pin the memory.
 *
 * Invariants
 *  1. references = 1 for the owner (not DROPPED) + 1 for each request in flight + pins of the
 *     registry. A request is in flight from a submission that was accepted, which the return value
 *     of the call says and nothing else, until its packet is processed.
 *  2. A request in flight is never submitted again, nor is its buffer touched.
 *  3. armed is part of interest; interest is 0 unless REGISTERED.
 *  4. What is due has a packet on its way that will report it, or its post has failed and the
 *     caller knows (is_owed). Not while is_listening: connect has yet to find the client.
 *  5. An armed reader has a read in flight, something to read, or as in 4.
 *  6. The handle is open until the owner is gone and no accepted write is left.
 *  7. Bound from join_port until detach, or until DROPPED with nothing in flight. */
#include "core/named_pipe.h"

#include "core/assert.h"
#include "core/completion_port.h"
#include "core/handle.h"
#include "core/interlocked.h"
#include "core/named_pipe_state.h"

const struct rdy_machine_table rdy_pipe_machine = {
    .name = "pipe",
    .state_count = 5,
    .state = {[RDY_PIPE_UNBOUND] = "unbound",
              [RDY_PIPE_BOUND] = "bound",
              [RDY_PIPE_REGISTERED] = "registered",
              [RDY_PIPE_DETACHED] = "detached",
              [RDY_PIPE_DROPPED] = "dropped"},
    .next = {[RDY_PIPE_UNBOUND] = RDY_TO(RDY_PIPE_BOUND) | RDY_TO(RDY_PIPE_DROPPED),
             [RDY_PIPE_BOUND] =
                 RDY_TO(RDY_PIPE_REGISTERED) | RDY_TO(RDY_PIPE_DETACHED) | RDY_TO(RDY_PIPE_DROPPED),
             [RDY_PIPE_REGISTERED] =
                 RDY_TO(RDY_PIPE_BOUND) | RDY_TO(RDY_PIPE_DETACHED) | RDY_TO(RDY_PIPE_DROPPED),
             [RDY_PIPE_DETACHED] = RDY_TO(RDY_PIPE_DROPPED)},
};

static void pin(struct rdy_binding *binding);
static uint32_t detach(struct rdy_binding *binding);

static const struct rdy_binding_ops binding_ops = {.pin = pin, .detach = detach};

static void become(rdy_named_pipe *pipe, enum rdy_pipe_state state)
{
    rdy_report_state(RDY_MACHINE_PIPE, pipe, (int)pipe->state, (int)state);
    pipe->state = state;
}

/* ---- memory and references ---- */

rdy_named_pipe *rdy_pipe_allocate(void)
{
    rdy_named_pipe *pipe = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *pipe);
    if (pipe == NULL) {
        return NULL;
    }
    pipe->references = 1;
    InitializeSRWLock(&pipe->lock);
    pipe->state = RDY_PIPE_UNBOUND;
    pipe->handle = INVALID_HANDLE_VALUE;
    pipe->binding.ops = &binding_ops;
    rdy_pipe_connect_init(pipe);
    rdy_pipe_read_init(pipe);
    rdy_pipe_write_init(pipe);
    rdy_pipe_event_init(pipe);
    rdy_report_object(RDY_OBSERVE_CREATE, RDY_MACHINE_PIPE, pipe);
    return pipe;
}

void rdy_pipe_deallocate(rdy_named_pipe *pipe)
{
    rdy_pipe_read_deinit(pipe);
    rdy_pipe_write_deinit(pipe);
    rdy_report_object(RDY_OBSERVE_DESTROY, RDY_MACHINE_PIPE, pipe);
    HeapFree(GetProcessHeap(), 0, pipe);
}

/* Not under the lock, unless another reference is sure to be left. */
static void release(rdy_named_pipe *pipe)
{
    LONG references = InterlockedDecrement(&pipe->references);
    RDY_ASSERT(references >= 0);
    if (references == 0) {
        RDY_ASSERT(pipe->binding.registry == NULL);
        RDY_ASSERT(!rdy_handle_is_open(pipe->handle));
        rdy_pipe_deallocate(pipe);
    }
}

void rdy_pipe_retain(rdy_named_pipe *pipe, enum rdy_machine machine,
                     const struct rdy_overlapped *request)
{
    InterlockedIncrement(&pipe->references);
    rdy_report_request(RDY_OBSERVE_RETAIN, machine, pipe, &request->overlapped);
}

void rdy_pipe_take_back(rdy_named_pipe *pipe, enum rdy_machine machine,
                        const struct rdy_overlapped *request)
{
    rdy_report_request(RDY_OBSERVE_RELEASE, machine, pipe, &request->overlapped);
    release(pipe); /* the submitter has another one: the owner's, or that of a packet */
}

static uint32_t in_flight_count(const rdy_named_pipe *pipe)
{
    return (uint32_t)(rdy_pipe_connect_is_in_flight(pipe) + rdy_pipe_read_is_in_flight(pipe) +
                      rdy_pipe_write_is_in_flight(pipe) + rdy_pipe_event_is_in_flight(pipe));
}

/* ---- destruction ---- */

static void forget_registration(rdy_named_pipe *pipe)
{
    pipe->interest = 0;
    pipe->armed = 0;
    pipe->event.is_owed = FALSE;
}

/* DROPPED: closes the handle and leaves the registry as soon as nothing needs them. */
static void wind_up(rdy_named_pipe *pipe)
{
    if (!rdy_pipe_write_is_accepted(pipe)) {
        rdy_handle_close(&pipe->handle);
    }
    if (pipe->binding.registry != NULL && in_flight_count(pipe) == 0) {
        rdy_registry_unbind(&pipe->binding);
    }
}

void rdy_named_pipe_destroy(rdy_named_pipe *pipe)
{
    rdy_named_pipe_check(pipe);
    AcquireSRWLockExclusive(&pipe->lock);
    rdy_pipe_connect_cancel(pipe);
    rdy_pipe_read_cancel(pipe);
    forget_registration(pipe);
    become(pipe, RDY_PIPE_DROPPED);
    wind_up(pipe);
    ReleaseSRWLockExclusive(&pipe->lock);
    release(pipe);
}

/* ---- packets ---- */

void rdy_pipe_enter(rdy_named_pipe *pipe, enum rdy_machine machine,
                    const struct rdy_overlapped *request)
{
    rdy_report_request(RDY_OBSERVE_DISPATCH, machine, pipe, &request->overlapped);
    AcquireSRWLockExclusive(&pipe->lock);
}

BOOL rdy_pipe_leave(rdy_named_pipe *pipe, enum rdy_machine machine,
                    const struct rdy_overlapped *request, rdy_event *event)
{
    BOOL reported = FALSE;
    if (pipe->state == RDY_PIPE_REGISTERED) {
        rdy_pipe_settle(pipe);
        reported = rdy_pipe_event_deliver(pipe, event);
    } else if (pipe->state == RDY_PIPE_DROPPED) {
        wind_up(pipe);
    }
    ReleaseSRWLockExclusive(&pipe->lock);
    rdy_report_request(RDY_OBSERVE_RELEASE, machine, pipe, &request->overlapped);
    release(pipe);
    return reported;
}

BOOL rdy_pipe_submits(const rdy_named_pipe *pipe)
{
    return pipe->state == RDY_PIPE_BOUND || pipe->state == RDY_PIPE_REGISTERED;
}

void rdy_pipe_settle(rdy_named_pipe *pipe)
{
    if (pipe->state == RDY_PIPE_REGISTERED && (pipe->armed & RDY_INTEREST_READABLE) &&
        !pipe->is_listening) {
        rdy_pipe_read_prime(pipe);
    }
}

/* ---- registration ---- */

static rdy_result join_port(rdy_named_pipe *pipe, rdy_registry *registry)
{
    if (pipe->state != RDY_PIPE_UNBOUND) {
        return rdy_done();
    }
    rdy_result result = rdy_completion_port_add_handle(rdy_registry_port(registry), pipe->handle);
    if (result.status == RDY_DONE) {
        rdy_registry_bind(registry, &pipe->binding);
        become(pipe, RDY_PIPE_BOUND);
    }
    return result;
}

/* BOUND or REGISTERED: takes a registration and announces what is ready, or leaves all as it was.
 */
static rdy_result enroll(rdy_named_pipe *pipe, uint64_t token, rdy_interest interest)
{
    uint64_t token_before = pipe->token;
    rdy_interest interest_before = pipe->interest;
    rdy_interest armed_before = pipe->armed;
    BOOL is_new = pipe->state == RDY_PIPE_BOUND;
    if (is_new) {
        become(pipe, RDY_PIPE_REGISTERED);
    }
    pipe->token = token;
    pipe->interest = interest;
    pipe->armed = interest;
    if ((interest & RDY_INTEREST_READABLE) || pipe->is_listening) {
        rdy_pipe_read_prime(pipe);
    }
    rdy_result result = rdy_pipe_event_announce(pipe);
    if (result.status == RDY_DONE) {
        return result;
    }
    pipe->token = token_before;
    pipe->interest = interest_before;
    pipe->armed = armed_before;
    if (is_new) {
        forget_registration(pipe);
        become(pipe, RDY_PIPE_BOUND);
    }
    return result;
}

/* What every registration call has to find: DONE if the pipe may belong to this registry. */
static rdy_result belongs_to(const rdy_named_pipe *pipe, const rdy_registry *registry)
{
    if (pipe->state == RDY_PIPE_DETACHED) {
        return rdy_failed(ERROR_INVALID_HANDLE);
    }
    if (pipe->binding.registry != NULL && pipe->binding.registry != registry) {
        return rdy_failed(ERROR_ALREADY_EXISTS);
    }
    return rdy_done();
}

rdy_result rdy_named_pipe_register(rdy_named_pipe *pipe, rdy_registry *registry, uint64_t token,
                                   rdy_interest interest)
{
    if (!rdy_interest_is_valid(interest)) {
        return rdy_failed(ERROR_INVALID_PARAMETER);
    }
    AcquireSRWLockExclusive(&pipe->lock);
    rdy_result result = belongs_to(pipe, registry);
    if (result.status == RDY_DONE && pipe->state == RDY_PIPE_REGISTERED) {
        result = rdy_failed(ERROR_ALREADY_EXISTS);
    }
    if (result.status == RDY_DONE) {
        result = join_port(pipe, registry);
    }
    if (result.status == RDY_DONE) {
        result = enroll(pipe, token, interest);
    }
    ReleaseSRWLockExclusive(&pipe->lock);
    return result;
}

/* DONE if the pipe is registered with this registry. */
static rdy_result registered_with(const rdy_named_pipe *pipe, const rdy_registry *registry)
{
    rdy_result result = belongs_to(pipe, registry);
    if (result.status == RDY_DONE && pipe->state != RDY_PIPE_REGISTERED) {
        return rdy_failed(ERROR_NOT_FOUND);
    }
    return result;
}

rdy_result rdy_named_pipe_reregister(rdy_named_pipe *pipe, rdy_registry *registry, uint64_t token,
                                     rdy_interest interest)
{
    if (!rdy_interest_is_valid(interest)) {
        return rdy_failed(ERROR_INVALID_PARAMETER);
    }
    AcquireSRWLockExclusive(&pipe->lock);
    rdy_result result = registered_with(pipe, registry);
    if (result.status == RDY_DONE) {
        result = enroll(pipe, token, interest);
    }
    ReleaseSRWLockExclusive(&pipe->lock);
    return result;
}

rdy_result rdy_named_pipe_deregister(rdy_named_pipe *pipe, rdy_registry *registry)
{
    AcquireSRWLockExclusive(&pipe->lock);
    rdy_result result = registered_with(pipe, registry);
    if (result.status == RDY_DONE) {
        forget_registration(pipe);
        become(pipe, RDY_PIPE_BOUND);
    }
    ReleaseSRWLockExclusive(&pipe->lock);
    return result;
}

static void pin(struct rdy_binding *binding)
{
    rdy_named_pipe *pipe = RDY_CONTAINER_OF(binding, rdy_named_pipe, binding);
    InterlockedIncrement(&pipe->references);
}

static uint32_t detach(struct rdy_binding *binding)
{
    rdy_named_pipe *pipe = RDY_CONTAINER_OF(binding, rdy_named_pipe, binding);
    uint32_t outstanding = 0;
    AcquireSRWLockExclusive(&pipe->lock);
    if (pipe->binding.registry != NULL) {
        rdy_registry_unbind(&pipe->binding);
        rdy_pipe_connect_cancel(pipe);
        rdy_pipe_read_cancel(pipe);
        rdy_pipe_write_cancel(pipe);
        outstanding = in_flight_count(pipe);
        forget_registration(pipe);
        if (pipe->state == RDY_PIPE_DROPPED) {
            wind_up(pipe);
        } else {
            become(pipe, RDY_PIPE_DETACHED);
        }
    }
    ReleaseSRWLockExclusive(&pipe->lock);
    release(pipe);
    return outstanding;
}

/* ---- operations ---- */

/* DONE if an operation may ask the kernel. */
static rdy_result may_submit(const rdy_named_pipe *pipe)
{
    if (pipe->state == RDY_PIPE_DETACHED) {
        return rdy_failed(ERROR_INVALID_HANDLE);
    }
    return pipe->state == RDY_PIPE_REGISTERED ? rdy_done() : rdy_would_block();
}

/* DONE if a read or a write may; FAILED with what a connect has left behind, which comes first. */
static rdy_result may_transfer(rdy_named_pipe *pipe)
{
    rdy_result result = may_submit(pipe);
    if (result.status == RDY_DONE) {
        DWORD error = rdy_pipe_connect_take_error(pipe);
        result = error == ERROR_SUCCESS ? result : rdy_failed(error);
    }
    return result;
}

static rdy_result settle_and_announce(rdy_named_pipe *pipe)
{
    rdy_pipe_settle(pipe);
    return rdy_pipe_event_announce(pipe);
}

rdy_result rdy_named_pipe_connect(rdy_named_pipe *pipe)
{
    AcquireSRWLockExclusive(&pipe->lock);
    rdy_result result = may_submit(pipe);
    if (result.status == RDY_DONE) {
        result = rdy_pipe_connect_ask(pipe);
        if (result.status != RDY_FAILED) {
            pipe->armed = pipe->interest; /* a connection is a new edge in both directions */
            rdy_result announced = settle_and_announce(pipe);
            result = announced.status == RDY_DONE ? result : announced;
        }
    }
    ReleaseSRWLockExclusive(&pipe->lock);
    return result;
}

static rdy_result disconnect(rdy_named_pipe *pipe)
{
    /* A connect that the kernel has not heard of yet is taken back, and that is all there is. */
    BOOL takes_back = rdy_pipe_connect_is_deferred(pipe);
    rdy_pipe_connect_cancel(pipe);
    rdy_pipe_read_cancel(pipe);
    rdy_pipe_write_cancel(pipe);
    BOOL succeeded = DisconnectNamedPipe(pipe->handle);
    DWORD error = succeeded ? ERROR_SUCCESS : GetLastError();
    /* Systems differ in whether they refuse while nobody is connected; there is nothing to end. */
    pipe->is_listening = error == ERROR_PIPE_LISTENING;
    BOOL is_refused = !succeeded && !pipe->is_listening;
    if (is_refused && !(takes_back && error == ERROR_PIPE_NOT_CONNECTED)) {
        return rdy_failed(error);
    }
    pipe->armed = 0;
    return rdy_done();
}

rdy_result rdy_named_pipe_disconnect(rdy_named_pipe *pipe)
{
    AcquireSRWLockExclusive(&pipe->lock);
    rdy_result result;
    if (pipe->state == RDY_PIPE_DETACHED) {
        result = rdy_failed(ERROR_INVALID_HANDLE);
    } else if (pipe->is_client) {
        result = rdy_failed(ERROR_INVALID_FUNCTION); /* before anything is given up */
    } else {
        result = disconnect(pipe);
        rdy_result announced = settle_and_announce(pipe);
        result = result.status == RDY_DONE ? announced : result;
    }
    ReleaseSRWLockExclusive(&pipe->lock);
    return result;
}

rdy_result rdy_named_pipe_read(rdy_named_pipe *pipe, void *buffer, size_t size, size_t *count)
{
    *count = 0;
    AcquireSRWLockExclusive(&pipe->lock);
    rdy_result result = may_transfer(pipe);
    if (result.status == RDY_DONE) {
        result = rdy_pipe_read_take(pipe, buffer, size, count);
    }
    ReleaseSRWLockExclusive(&pipe->lock);
    return result;
}

rdy_result rdy_named_pipe_write(rdy_named_pipe *pipe, const void *data, size_t size, size_t *count)
{
    *count = 0;
    AcquireSRWLockExclusive(&pipe->lock);
    rdy_result result = may_transfer(pipe);
    if (result.status == RDY_DONE) {
        result = rdy_pipe_write_put(pipe, data, size, count);
    }
    ReleaseSRWLockExclusive(&pipe->lock);
    return result;
}

rdy_result rdy_named_pipe_take_error(rdy_named_pipe *pipe, DWORD *error)
{
    *error = ERROR_SUCCESS;
    AcquireSRWLockExclusive(&pipe->lock);
    rdy_result result = rdy_done();
    if (pipe->state == RDY_PIPE_DETACHED) {
        result = rdy_failed(ERROR_INVALID_HANDLE);
    } else {
        *error = rdy_pipe_connect_take_error(pipe);
        if (*error == ERROR_SUCCESS) {
            *error = rdy_pipe_read_take_error(pipe);
        }
        if (*error == ERROR_SUCCESS) {
            *error = rdy_pipe_write_take_error(pipe);
        }
    }
    ReleaseSRWLockExclusive(&pipe->lock);
    return result;
}

/* ---- invariants ---- */

static void check_state(const rdy_named_pipe *pipe)
{
    BOOL is_open = rdy_handle_is_open(pipe->handle);
    BOOL is_bound = pipe->binding.registry != NULL;
    switch (pipe->state) {
    case RDY_PIPE_UNBOUND:
        RDY_ASSERT(is_open && !is_bound && in_flight_count(pipe) == 0);
        break;
    case RDY_PIPE_BOUND:
    case RDY_PIPE_REGISTERED:
        RDY_ASSERT(is_open && is_bound);
        break;
    case RDY_PIPE_DETACHED:
        RDY_ASSERT(is_open && !is_bound);
        break;
    case RDY_PIPE_DROPPED:
        RDY_ASSERT(is_open == rdy_pipe_write_is_accepted(pipe));
        break;
    }
    RDY_ASSERT((pipe->armed & ~pipe->interest) == 0);
    RDY_ASSERT((pipe->interest != 0) == (pipe->state == RDY_PIPE_REGISTERED));
}

static void check_progress(const rdy_named_pipe *pipe)
{
    BOOL will_report = rdy_pipe_event_is_in_flight(pipe) || pipe->event.is_owed;
    if (pipe->state != RDY_PIPE_REGISTERED || pipe->is_listening || will_report) {
        return;
    }
    RDY_ASSERT(!rdy_pipe_event_is_due(pipe));
    RDY_ASSERT(!(pipe->armed & RDY_INTEREST_READABLE) || rdy_pipe_read_is_in_flight(pipe));
}

void rdy_named_pipe_check(rdy_named_pipe *pipe)
{
    AcquireSRWLockExclusive(&pipe->lock);
    LONG owner = pipe->state != RDY_PIPE_DROPPED;
    LONG references = rdy_interlocked_read(&pipe->references);
    RDY_ASSERT(references >= owner + (LONG)in_flight_count(pipe));
    check_state(pipe);
    check_progress(pipe);
    rdy_pipe_connect_check(pipe);
    rdy_pipe_read_check(pipe);
    rdy_pipe_write_check(pipe);
    rdy_pipe_event_check(pipe);
    ReleaseSRWLockExclusive(&pipe->lock);
}
