/* poll: see poll.h.
 *
 *          rdy_poll_wait begins
 *    IDLE ----------------------> WAITING
 *      ^                             |
 *      +-----------------------------+
 *          rdy_poll_wait returns, on every path
 *
 * IDLE    -> WAITING [rdy_poll_wait]
 * WAITING -> IDLE    [rdy_poll_wait]
 *
 * IDLE     nobody dequeues packets.
 * WAITING  one thread dequeues and dispatches, holding no lock of its own. */
#include "core/poll.h"

#include "core/assert.h"
#include "core/completion_port.h"
#include "core/interlocked.h"
#include "core/machine.h"

enum rdy_poll_state { RDY_POLL_IDLE, RDY_POLL_WAITING };

const struct rdy_machine_table rdy_poll_machine = {
    .name = "poll",
    .state_count = 2,
    .state = {[RDY_POLL_IDLE] = "idle", [RDY_POLL_WAITING] = "waiting"},
    .next =
        {[RDY_POLL_IDLE] = RDY_TO(RDY_POLL_WAITING), [RDY_POLL_WAITING] = RDY_TO(RDY_POLL_IDLE)},
};

/* Packets taken at a time: they lie on the stack of the polling thread. */
#define DEQUEUE_BATCH 128u

struct rdy_poll {
    rdy_registry *registry; /* one reference */
    LONG state;             /* enum rdy_poll_state */
};

rdy_result rdy_poll_create(rdy_poll **poll)
{
    *poll = NULL;
    rdy_poll *created = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *created);
    if (created == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    rdy_result result = rdy_registry_create(&created->registry);
    if (result.status != RDY_DONE) {
        HeapFree(GetProcessHeap(), 0, created);
        return result;
    }
    created->state = RDY_POLL_IDLE;
    rdy_report_object(RDY_OBSERVE_CREATE, RDY_MACHINE_POLL, created);
    *poll = created;
    return rdy_done();
}

rdy_registry *rdy_poll_registry(rdy_poll *poll)
{
    return poll->registry;
}

static void become(rdy_poll *poll, enum rdy_poll_state from, enum rdy_poll_state to)
{
    LONG before = InterlockedExchange(&poll->state, (LONG)to);
    RDY_ASSERT(before == (LONG)from);
    rdy_report_state(RDY_MACHINE_POLL, poll, (int)from, (int)to);
}

/* Takes packets once; WOULD_BLOCK when there were none within the timeout. A packet has at most one
 * event, and no more are taken than fit: nothing has to be kept for later. */
static rdy_result dequeue(rdy_registry *registry, rdy_event *events, size_t max, DWORD timeout_ms,
                          size_t *count)
{
    OVERLAPPED_ENTRY entries[DEQUEUE_BATCH];
    ULONG room = max < DEQUEUE_BATCH ? (ULONG)max : DEQUEUE_BATCH;
    ULONG packets;
    rdy_result result = rdy_completion_port_get_many(rdy_registry_port(registry), entries, room,
                                                     timeout_ms, &packets);
    for (ULONG i = 0; i < packets; i++) {
        if (rdy_overlapped_dispatch(&entries[i], &events[*count])) {
            ++*count;
        }
    }
    return result;
}

static rdy_result wait_until(rdy_registry *registry, rdy_event *events, size_t max,
                             const struct rdy_deadline *deadline, size_t *count)
{
    for (;;) {
        DWORD timeout_ms = rdy_deadline_remaining_ms(deadline);
        rdy_result result = dequeue(registry, events, max, timeout_ms, count);
        if (result.status == RDY_FAILED || *count > 0) {
            return result;
        }
        if (result.status == RDY_WOULD_BLOCK && rdy_deadline_remaining_ms(deadline) == 0) {
            return rdy_done();
        }
        /* Packets without an event, or the system's clock ended the wait too early. */
    }
}

rdy_result rdy_poll_wait(rdy_poll *poll, rdy_event *events, size_t max, uint64_t timeout_ns,
                         size_t *count)
{
    *count = 0;
    if (max == 0) {
        return rdy_failed(ERROR_INVALID_PARAMETER);
    }
    become(poll, RDY_POLL_IDLE, RDY_POLL_WAITING);
    struct rdy_deadline deadline = rdy_deadline_in(timeout_ns);
    rdy_result result = wait_until(poll->registry, events, max, &deadline, count);
    become(poll, RDY_POLL_WAITING, RDY_POLL_IDLE);
    return result;
}

void rdy_poll_destroy(rdy_poll *poll)
{
    rdy_poll_check(poll);
    RDY_ASSERT(rdy_interlocked_read(&poll->state) == RDY_POLL_IDLE);
    rdy_registry_release(poll->registry);
    rdy_report_object(RDY_OBSERVE_DESTROY, RDY_MACHINE_POLL, poll);
    HeapFree(GetProcessHeap(), 0, poll);
}

void rdy_poll_check(rdy_poll *poll)
{
    LONG state = rdy_interlocked_read(&poll->state);
    RDY_ASSERT(state == RDY_POLL_IDLE || state == RDY_POLL_WAITING);
    rdy_registry_check(poll->registry);
}
