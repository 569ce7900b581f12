/* registry: see registry.h.
 *
 * Two counts, as of Arc and Weak. `references` (poll and clones) keep the completion port and the
 * right to register. `pins` keep the memory: one for all references together and one for each
 * bound source, because a source looks at its registry under its own lock, perhaps while the last
 * reference goes.
 *
 * Invariants
 * 1. A bound source is alive. It unbinds under its own lock before its last reference is given
 *    back, so whoever finds it in the list under the registry's lock may pin it.
 * 2. The lock of a source comes before the lock of a registry; no lock is held while packets are
 *    dequeued.
 * 3. The port is closed after every source was detached and every packet they waited for was
 *    dequeued. Detached sources submit nothing, so that number only falls.
 * 4. references > 0 => pins > 0 and the port is open. */
#include "core/registry.h"

#include "core/assert.h"
#include "core/completion_port.h"
#include "core/interlocked.h"
#include "core/machine.h"
#include "core/selector.h"

const struct rdy_machine_table rdy_registry_machine = {
    .name = "registry",
    .state_count = 1,
    .state = {"open"},
};

/* Packets taken at a time while a registry is torn down. */
#define REAP_BATCH 16u

struct rdy_registry {
    LONG references;
    LONG pins;
    LONG waker_claimed; /* 0 or 1 */
    struct rdy_completion_port port;
    struct rdy_selector selector;
    SRWLOCK lock;             /* guards the list */
    struct rdy_binding bound; /* its head; ops and registry unused */
};

static void unpin(rdy_registry *registry);
static uint64_t detach_all(rdy_registry *registry);
static void reap(rdy_registry *registry, uint64_t outstanding);

rdy_result rdy_registry_create(rdy_registry **registry)
{
    *registry = NULL;
    rdy_registry *created = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *created);
    if (created == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    rdy_result result = rdy_completion_port_init(&created->port);
    if (result.status != RDY_DONE) {
        HeapFree(GetProcessHeap(), 0, created);
        return result;
    }
    rdy_selector_init(&created->selector, &created->port);
    created->references = 1;
    created->pins = 1;
    InitializeSRWLock(&created->lock);
    created->bound.next = &created->bound;
    created->bound.previous = &created->bound;
    rdy_report_object(RDY_OBSERVE_CREATE, RDY_MACHINE_REGISTRY, created);
    *registry = created;
    return rdy_done();
}

rdy_registry *rdy_registry_clone(rdy_registry *registry)
{
    LONG references = InterlockedIncrement(&registry->references);
    RDY_ASSERT(references > 1);
    return registry;
}

void rdy_registry_release(rdy_registry *registry)
{
    LONG references = InterlockedDecrement(&registry->references);
    RDY_ASSERT(references >= 0);
    if (references > 0) {
        return;
    }
    uint64_t outstanding = detach_all(registry);
    reap(registry, outstanding);
    rdy_selector_deinit(&registry->selector);
    rdy_completion_port_deinit(&registry->port);
    unpin(registry);
}

void rdy_registry_bind(rdy_registry *registry, struct rdy_binding *binding)
{
    RDY_ASSERT(binding->registry == NULL);
    InterlockedIncrement(&registry->pins);
    binding->registry = registry;
    AcquireSRWLockExclusive(&registry->lock);
    binding->next = &registry->bound;
    binding->previous = registry->bound.previous;
    binding->previous->next = binding;
    registry->bound.previous = binding;
    ReleaseSRWLockExclusive(&registry->lock);
}

void rdy_registry_unbind(struct rdy_binding *binding)
{
    rdy_registry *registry = binding->registry;
    AcquireSRWLockExclusive(&registry->lock);
    binding->previous->next = binding->next;
    binding->next->previous = binding->previous;
    ReleaseSRWLockExclusive(&registry->lock);
    binding->next = NULL;
    binding->previous = NULL;
    binding->registry = NULL;
    unpin(registry);
}

const struct rdy_completion_port *rdy_registry_port(const rdy_registry *registry)
{
    return &registry->port;
}

struct rdy_selector *rdy_registry_selector(rdy_registry *registry)
{
    return &registry->selector;
}

BOOL rdy_registry_claim_waker(rdy_registry *registry)
{
    return InterlockedExchange(&registry->waker_claimed, 1) == 0;
}

void rdy_registry_return_waker(rdy_registry *registry)
{
    InterlockedExchange(&registry->waker_claimed, 0);
}

void rdy_registry_check(rdy_registry *registry)
{
    AcquireSRWLockExclusive(&registry->lock);
    RDY_ASSERT(rdy_interlocked_read(&registry->references) > 0);
    RDY_ASSERT(rdy_interlocked_read(&registry->pins) > 0);
    const struct rdy_binding *head = &registry->bound;
    for (const struct rdy_binding *binding = head->next; binding != head; binding = binding->next) {
        RDY_ASSERT(binding->registry == registry);
        RDY_ASSERT(binding->next->previous == binding);
        RDY_ASSERT(binding->previous->next == binding);
    }
    ReleaseSRWLockExclusive(&registry->lock);
    rdy_selector_check(&registry->selector);
}

static void unpin(rdy_registry *registry)
{
    LONG pins = InterlockedDecrement(&registry->pins);
    RDY_ASSERT(pins >= 0);
    if (pins == 0) {
        rdy_report_object(RDY_OBSERVE_DESTROY, RDY_MACHINE_REGISTRY, registry);
        HeapFree(GetProcessHeap(), 0, registry);
    }
}

static struct rdy_binding *pin_first(rdy_registry *registry)
{
    AcquireSRWLockExclusive(&registry->lock);
    struct rdy_binding *first = registry->bound.next;
    if (first == &registry->bound) {
        first = NULL;
    } else {
        first->ops->pin(first);
    }
    ReleaseSRWLockExclusive(&registry->lock);
    return first;
}

/* Ends when the list is empty: detach unbinds, and nobody binds without a reference. */
static uint64_t detach_all(rdy_registry *registry)
{
    uint64_t outstanding = 0;
    struct rdy_binding *binding = pin_first(registry);
    while (binding != NULL) {
        outstanding += binding->ops->detach(binding);
        binding = pin_first(registry);
    }
    return outstanding;
}

static void reap(rdy_registry *registry, uint64_t outstanding)
{
    OVERLAPPED_ENTRY entries[REAP_BATCH];
    while (outstanding > 0) {
        ULONG count;
        rdy_result result =
            rdy_completion_port_get_many(&registry->port, entries, REAP_BATCH, INFINITE, &count);
        if (result.status != RDY_DONE) {
            /* The kernel still owns what is outstanding: the references of those requests keep
             * their memory, which is lost rather than handed out again. */
            return;
        }
        RDY_ASSERT(count <= outstanding);
        for (ULONG i = 0; i < count; i++) {
            BOOL reported = rdy_overlapped_dispatch(&entries[i], NULL);
            RDY_ASSERT(!reported);
        }
        outstanding -= count;
    }
}
