/* selector: see selector.h.
 *
 * Invariants
 * 1. is_polling is set before the queue is looked at, and a change enters the queue only while it
 *    is not set, both under the lock: either the waiter finds the change or its maker finds the
 *    waiter, and none is lost. The waiter itself may add sockets (rdy_selector_defer): it looks at
 *    the queue before it sleeps.
 * 2. A socket in the queue is alive. It leaves the queue under its own lock before its last
 *    reference is given back, so whoever finds it there under the selector's lock may pin it.
 * 3. The lock of a socket comes before the selector's. */
#include "core/selector.h"

#include "core/assert.h"
#include "core/sock_state.h"

void rdy_selector_init(struct rdy_selector *selector, const struct rdy_completion_port *port)
{
    rdy_afd_group_init(&selector->group, port);
    InitializeSRWLock(&selector->lock);
    selector->is_polling = FALSE;
    selector->updates.next = &selector->updates;
    selector->updates.previous = &selector->updates;
}

void rdy_selector_deinit(struct rdy_selector *selector)
{
    RDY_ASSERT(selector->updates.next == &selector->updates);
    rdy_afd_group_deinit(&selector->group);
}

BOOL rdy_selector_begin(struct rdy_selector *selector)
{
    AcquireSRWLockExclusive(&selector->lock);
    BOOL is_first = !selector->is_polling;
    selector->is_polling = TRUE;
    ReleaseSRWLockExclusive(&selector->lock);
    return is_first;
}

void rdy_selector_end(struct rdy_selector *selector)
{
    AcquireSRWLockExclusive(&selector->lock);
    RDY_ASSERT(selector->is_polling);
    selector->is_polling = FALSE;
    ReleaseSRWLockExclusive(&selector->lock);
}

BOOL rdy_selector_is_polling(struct rdy_selector *selector)
{
    AcquireSRWLockExclusive(&selector->lock);
    BOOL is_polling = selector->is_polling;
    ReleaseSRWLockExclusive(&selector->lock);
    return is_polling;
}

/* The first socket of the queue, pinned, which stays there; NULL if there is none. */
static struct rdy_sock *pin_first(struct rdy_selector *selector)
{
    struct rdy_sock *sock = NULL;
    AcquireSRWLockExclusive(&selector->lock);
    struct rdy_update *first = selector->updates.next;
    if (first != &selector->updates) {
        sock = RDY_CONTAINER_OF(first, struct rdy_sock, update);
        rdy_sock_pin(sock);
    }
    ReleaseSRWLockExclusive(&selector->lock);
    return sock;
}

void rdy_selector_flush(struct rdy_selector *selector, rdy_event *events, size_t max, size_t *count)
{
    /* Ends: each socket leaves the queue, and others enter only by calls that fail meanwhile. */
    while (*count < max) {
        struct rdy_sock *sock = pin_first(selector);
        if (sock == NULL) {
            return;
        }
        if (rdy_sock_flush(sock, &events[*count])) {
            ++*count;
        }
    }
}

static void append(struct rdy_selector *selector, struct rdy_update *update)
{
    if (!update->is_queued) {
        update->is_queued = TRUE;
        update->next = &selector->updates;
        update->previous = selector->updates.previous;
        update->previous->next = update;
        selector->updates.previous = update;
    }
}

BOOL rdy_selector_defers(struct rdy_selector *selector, struct rdy_update *update)
{
    AcquireSRWLockExclusive(&selector->lock);
    BOOL defers = !selector->is_polling;
    if (defers) {
        append(selector, update);
    }
    ReleaseSRWLockExclusive(&selector->lock);
    return defers;
}

void rdy_selector_defer(struct rdy_selector *selector, struct rdy_update *update)
{
    AcquireSRWLockExclusive(&selector->lock);
    append(selector, update);
    ReleaseSRWLockExclusive(&selector->lock);
}

void rdy_selector_forget(struct rdy_selector *selector, struct rdy_update *update)
{
    if (!update->is_queued) {
        return;
    }
    AcquireSRWLockExclusive(&selector->lock);
    update->previous->next = update->next;
    update->next->previous = update->previous;
    ReleaseSRWLockExclusive(&selector->lock);
    *update = (struct rdy_update){0};
}

void rdy_selector_check(struct rdy_selector *selector)
{
    AcquireSRWLockExclusive(&selector->lock);
    const struct rdy_update *head = &selector->updates;
    for (const struct rdy_update *update = head->next; update != head; update = update->next) {
        RDY_ASSERT(update->next->previous == update);
        RDY_ASSERT(update->previous->next == update);
    }
    ReleaseSRWLockExclusive(&selector->lock);
    rdy_afd_group_check(&selector->group);
}
