/* source_state: see source_state.h.
 *
 *                     register
 *    UNREGISTERED <-------------> REGISTERED --> DETACHED
 *         |          deregister       |              |
 *         +---------------------------+--------------+----> DROPPED
 *
 * UNREGISTERED -> REGISTERED   [rdy_source_state_register]
 * REGISTERED   -> UNREGISTERED [rdy_source_state_deregister]
 * REGISTERED   -> DETACHED     [rdy_source_state_detach]
 * any other    -> DROPPED      [rdy_source_state_drop]
 *
 * UNREGISTERED  a plain non-blocking socket: its operations ask the kernel and arm nothing.
 * REGISTERED    watched by `sock`.
 * DETACHED      its registry is gone or going while it was registered: its operations ask nobody.
 * DROPPED       the owner is gone: packets to come pin the memory.
 *
 * Invariants
 * 1. references = 1 for the owner (not DROPPED) + 1 for each registration object, of which only the
 *    last may be registered: others wait for the packet of a poll that was cancelled.
 * 2. The socket is open until DROPPED, and no poll of it is submitted after that. */
#include "core/source_state.h"

#include "core/assert.h"
#include "core/interlocked.h"
#include "core/machine.h"
#include "core/sock_state.h"

const struct rdy_machine_table rdy_io_source_machine = {
    .name = "io source",
    .state_count = 4,
    .state = {[RDY_IO_SOURCE_UNREGISTERED] = "unregistered",
              [RDY_IO_SOURCE_REGISTERED] = "registered",
              [RDY_IO_SOURCE_DETACHED] = "detached",
              [RDY_IO_SOURCE_DROPPED] = "dropped"},
    .next = {[RDY_IO_SOURCE_UNREGISTERED] =
                 RDY_TO(RDY_IO_SOURCE_REGISTERED) | RDY_TO(RDY_IO_SOURCE_DROPPED),
             [RDY_IO_SOURCE_REGISTERED] = RDY_TO(RDY_IO_SOURCE_UNREGISTERED) |
                                          RDY_TO(RDY_IO_SOURCE_DETACHED) |
                                          RDY_TO(RDY_IO_SOURCE_DROPPED),
             [RDY_IO_SOURCE_DETACHED] = RDY_TO(RDY_IO_SOURCE_DROPPED)},
};

static void become(struct rdy_source_state *state, enum rdy_io_source_state next)
{
    rdy_report_state(RDY_MACHINE_IO_SOURCE, state, (int)state->state, (int)next);
    state->state = next;
}

/* ---- memory and references ---- */

void rdy_source_state_init(struct rdy_source_state *state, SOCKET socket)
{
    state->references = 1;
    InitializeSRWLock(&state->lock);
    state->socket = socket;
    state->state = RDY_IO_SOURCE_UNREGISTERED;
    rdy_report_object(RDY_OBSERVE_CREATE, RDY_MACHINE_IO_SOURCE, state);
}

struct rdy_source_state *rdy_source_state_retain(struct rdy_source_state *state)
{
    InterlockedIncrement(&state->references);
    return state;
}

void rdy_source_state_release(struct rdy_source_state *state)
{
    LONG references = InterlockedDecrement(&state->references);
    RDY_ASSERT(references >= 0);
    if (references == 0) {
        RDY_ASSERT(state->state == RDY_IO_SOURCE_DROPPED);
        rdy_report_object(RDY_OBSERVE_DESTROY, RDY_MACHINE_IO_SOURCE, state);
        HeapFree(GetProcessHeap(), 0, state);
    }
}

/* ---- registration ---- */

/* Takes the registration out of the source, which it has nothing to say to any more. */
static struct rdy_sock *take_sock(struct rdy_source_state *state)
{
    struct rdy_sock *sock = state->sock;
    state->sock = NULL;
    state->error = ERROR_SUCCESS;
    return sock;
}

/* Under the lock. Returns the reference that is to be released without it. */
static struct rdy_sock *retire(struct rdy_source_state *state)
{
    rdy_sock_retire(state->sock);
    return take_sock(state);
}

void rdy_source_state_detach(struct rdy_source_state *state)
{
    (void)take_sock(state);
    become(state, RDY_IO_SOURCE_DETACHED);
}

rdy_result rdy_source_state_register(struct rdy_source_state *state, rdy_registry *registry,
                                     uint64_t token, rdy_interest interest)
{
    if (!rdy_interest_is_valid(interest)) {
        return rdy_failed(ERROR_INVALID_PARAMETER);
    }
    AcquireSRWLockExclusive(&state->lock);
    rdy_result result;
    if (state->state == RDY_IO_SOURCE_DETACHED) {
        result = rdy_failed(ERROR_INVALID_HANDLE);
    } else if (state->state == RDY_IO_SOURCE_REGISTERED) {
        result = rdy_failed(ERROR_ALREADY_EXISTS);
    } else {
        result = rdy_sock_create(state, registry, token, interest, &state->sock);
    }
    if (result.status == RDY_DONE) {
        become(state, RDY_IO_SOURCE_REGISTERED);
    }
    ReleaseSRWLockExclusive(&state->lock);
    return result;
}

/* DONE if the source is registered with this registry. */
static rdy_result registered_with(const struct rdy_source_state *state,
                                  const rdy_registry *registry)
{
    if (state->state == RDY_IO_SOURCE_DETACHED) {
        return rdy_failed(ERROR_INVALID_HANDLE);
    }
    if (state->state != RDY_IO_SOURCE_REGISTERED) {
        return rdy_failed(ERROR_NOT_FOUND);
    }
    if (state->sock->binding.registry != registry) {
        return rdy_failed(ERROR_ALREADY_EXISTS);
    }
    return rdy_done();
}

rdy_result rdy_source_state_reregister(struct rdy_source_state *state, rdy_registry *registry,
                                       uint64_t token, rdy_interest interest)
{
    if (!rdy_interest_is_valid(interest)) {
        return rdy_failed(ERROR_INVALID_PARAMETER);
    }
    AcquireSRWLockExclusive(&state->lock);
    rdy_result result = registered_with(state, registry);
    if (result.status == RDY_DONE) {
        result = rdy_sock_change(state->sock, token, interest);
        if (result.status == RDY_DONE) {
            state->error = ERROR_SUCCESS; /* the kernel is asked again */
        }
    }
    ReleaseSRWLockExclusive(&state->lock);
    return result;
}

rdy_result rdy_source_state_deregister(struct rdy_source_state *state, rdy_registry *registry)
{
    struct rdy_sock *retired = NULL;
    AcquireSRWLockExclusive(&state->lock);
    rdy_result result = registered_with(state, registry);
    if (result.status == RDY_DONE) {
        retired = retire(state);
        become(state, RDY_IO_SOURCE_UNREGISTERED);
    }
    ReleaseSRWLockExclusive(&state->lock);
    if (retired != NULL) {
        rdy_sock_release(retired);
    }
    return result;
}

SOCKET rdy_source_state_drop(struct rdy_source_state *state)
{
    rdy_source_state_check(state);
    struct rdy_sock *retired = NULL;
    AcquireSRWLockExclusive(&state->lock);
    if (state->state == RDY_IO_SOURCE_REGISTERED) {
        retired = retire(state);
    }
    become(state, RDY_IO_SOURCE_DROPPED);
    SOCKET socket = state->socket;
    state->socket = INVALID_SOCKET;
    ReleaseSRWLockExclusive(&state->lock);
    if (retired != NULL) {
        rdy_sock_release(retired);
    }
    rdy_source_state_release(state);
    return socket;
}

/* ---- operations ---- */

rdy_result rdy_source_state_take_error(struct rdy_source_state *state, DWORD *error)
{
    AcquireSRWLockExclusive(&state->lock);
    rdy_result result =
        state->state == RDY_IO_SOURCE_DETACHED ? rdy_failed(ERROR_INVALID_HANDLE) : rdy_done();
    *error = state->error;
    state->error = ERROR_SUCCESS;
    ReleaseSRWLockExclusive(&state->lock);
    return result;
}

rdy_result rdy_source_state_enter(struct rdy_source_state *state)
{
    DWORD error;
    rdy_result result = rdy_source_state_take_error(state, &error);
    return error == ERROR_SUCCESS ? result : rdy_failed(error);
}

rdy_result rdy_source_state_would_block(struct rdy_source_state *state, rdy_interest direction)
{
    AcquireSRWLockExclusive(&state->lock);
    rdy_result result = rdy_done();
    if (state->state == RDY_IO_SOURCE_DETACHED) {
        result = rdy_failed(ERROR_INVALID_HANDLE);
    } else if (state->state == RDY_IO_SOURCE_REGISTERED) {
        result = rdy_sock_rearm(state->sock, direction);
    }
    ReleaseSRWLockExclusive(&state->lock);
    return result.status == RDY_DONE ? rdy_would_block() : result;
}

void rdy_source_state_drained(struct rdy_source_state *state, rdy_interest direction)
{
    AcquireSRWLockExclusive(&state->lock);
    if (state->state == RDY_IO_SOURCE_REGISTERED && !rdy_sock_has_ended(state->sock)) {
        rdy_result result = rdy_sock_rearm(state->sock, direction);
        (void)result; /* the operation was done all the same */
    }
    ReleaseSRWLockExclusive(&state->lock);
}

rdy_result rdy_source_state_refused(struct rdy_source_state *state, rdy_interest direction,
                                    int error)
{
    if (error == WSAEWOULDBLOCK) {
        return rdy_source_state_would_block(state, direction);
    }
    return rdy_failed((DWORD)error);
}

/* ---- invariants ---- */

void rdy_source_state_check(struct rdy_source_state *state)
{
    AcquireSRWLockExclusive(&state->lock);
    LONG references = rdy_interlocked_read(&state->references);
    BOOL is_registered = state->state == RDY_IO_SOURCE_REGISTERED;
    RDY_ASSERT(references >= (state->state != RDY_IO_SOURCE_DROPPED) + is_registered);
    RDY_ASSERT((state->sock != NULL) == is_registered);
    RDY_ASSERT(state->error == ERROR_SUCCESS || is_registered);
    RDY_ASSERT((state->socket == INVALID_SOCKET) == (state->state == RDY_IO_SOURCE_DROPPED));
    if (is_registered) {
        RDY_ASSERT(state->sock->source == state);
        RDY_ASSERT(state->sock->state != RDY_SOCK_RETIRED);
        rdy_sock_check(state->sock);
    }
    ReleaseSRWLockExclusive(&state->lock);
}
