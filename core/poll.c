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
#include "core/machine.h"
#include "core/selector.h"

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

/* Once so many waits in a row have found one packet each, only one in so many asks for more: where
 * each packet is a request to a server, as in Wine, it would ask once more in vain. Packets that
 * come at once are then taken one a wait, until that one wait finds them. */
#define SINGLES_MAX 16u

struct rdy_poll {
    rdy_registry *registry; /* one reference; its selector knows the state */
    ULONG singles;          /* waits in a row that found one packet; the waiter's */
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
    rdy_report_object(RDY_OBSERVE_CREATE, RDY_MACHINE_POLL, created);
    *poll = created;
    return rdy_done();
}

rdy_registry *rdy_poll_registry(rdy_poll *poll)
{
    return poll->registry;
}

static void begin_waiting(rdy_poll *poll)
{
    BOOL was_idle = rdy_selector_begin(rdy_registry_selector(poll->registry));
    RDY_ASSERT(was_idle);
    rdy_report_state(RDY_MACHINE_POLL, poll, RDY_POLL_IDLE, RDY_POLL_WAITING);
}

static void end_waiting(rdy_poll *poll)
{
    rdy_report_state(RDY_MACHINE_POLL, poll, RDY_POLL_WAITING, RDY_POLL_IDLE);
    rdy_selector_end(rdy_registry_selector(poll->registry));
}

/* How many packets to ask for, of which `max` have room. */
static ULONG packets_wanted(const rdy_poll *poll, size_t max)
{
    if (poll->singles > SINGLES_MAX && poll->singles % SINGLES_MAX != 0) {
        return 1;
    }
    return max < DEQUEUE_BATCH ? (ULONG)max : DEQUEUE_BATCH;
}

/* Takes packets once; WOULD_BLOCK when there were none within the timeout. A packet has at most one
 * event, and no more are taken than fit: nothing has to be kept for later. */
static rdy_result dequeue(rdy_poll *poll, rdy_event *events, size_t max, DWORD timeout_ms,
                          size_t *count)
{
    OVERLAPPED_ENTRY entries[DEQUEUE_BATCH];
    ULONG packets;
    rdy_result result =
        rdy_completion_port_get_many(rdy_registry_port(poll->registry), entries,
                                     packets_wanted(poll, max - *count), timeout_ms, &packets);
    poll->singles = packets > 1 ? 0 : poll->singles + packets;
    for (ULONG i = 0; i < packets; i++) {
        if (rdy_overlapped_dispatch(&entries[i], &events[*count])) {
            ++*count;
        }
    }
    return result;
}

static rdy_result wait_until(rdy_poll *poll, rdy_event *events, size_t max,
                             const struct rdy_deadline *deadline, size_t *count)
{
    for (;;) {
        rdy_selector_flush(rdy_registry_selector(poll->registry), events, max, count);
        if (*count == max) {
            return rdy_done();
        }
        /* Sources that could not be polled do not keep the others from being reported. */
        DWORD timeout_ms = *count > 0 ? 0 : rdy_deadline_remaining_ms(deadline);
        rdy_result result = dequeue(poll, events, max, timeout_ms, count);
        if (*count > 0) {
            return rdy_done();
        }
        if (result.status == RDY_FAILED) {
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
    begin_waiting(poll);
    struct rdy_deadline deadline = rdy_deadline_in(timeout_ns);
    rdy_result result = wait_until(poll, events, max, &deadline, count);
    end_waiting(poll);
    return result;
}

void rdy_poll_destroy(rdy_poll *poll)
{
    rdy_poll_check(poll);
    RDY_ASSERT(!rdy_selector_is_polling(rdy_registry_selector(poll->registry)));
    rdy_registry_release(poll->registry);
    rdy_report_object(RDY_OBSERVE_DESTROY, RDY_MACHINE_POLL, poll);
    HeapFree(GetProcessHeap(), 0, poll);
}

void rdy_poll_check(rdy_poll *poll)
{
    rdy_registry_check(poll->registry);
}
