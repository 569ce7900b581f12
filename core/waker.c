/* waker: see waker.h.
 *
 *           wake, post accepted
 *    IDLE ----------------------> POSTED
 *      ^                            |
 *      +----------------------------+
 *             packet processed
 *
 * IDLE   -> POSTED [rdy_waker_wake]
 * POSTED -> IDLE   [packet_done]
 *
 * IDLE    no packet in flight.
 * POSTED  one packet in flight; it holds a reference. A wake now is merged into it: the packet has
 *         yet to be processed, so its event comes after that wake began.
 *
 * Invariants
 * 1. The post happens under the lock. A wake that finds POSTED therefore knows that the post was
 *    accepted: no caller is told DONE because of a post that then fails.
 * 2. references = 1 for the owner, until rdy_waker_destroy, + 1 while POSTED + pins of a registry
 *    that is torn down.
 * 3. Bound until detached, or until the owner is gone and nothing is in flight. */
#include "core/waker.h"

#include "core/assert.h"
#include "core/completion_port.h"
#include "core/interlocked.h"
#include "core/machine.h"

enum rdy_waker_state { RDY_WAKER_IDLE, RDY_WAKER_POSTED };

const struct rdy_machine_table rdy_waker_machine = {
    .name = "waker",
    .state_count = 2,
    .state = {[RDY_WAKER_IDLE] = "idle", [RDY_WAKER_POSTED] = "posted"},
    .next =
        {[RDY_WAKER_IDLE] = RDY_TO(RDY_WAKER_POSTED), [RDY_WAKER_POSTED] = RDY_TO(RDY_WAKER_IDLE)},
};

struct rdy_waker {
    LONG references;
    SRWLOCK lock; /* guards all that follows */
    enum rdy_waker_state state;
    BOOL is_owned; /* not yet destroyed by its owner */
    struct rdy_binding binding;
    struct rdy_overlapped request;
    uint64_t token;
};

static BOOL packet_done(struct rdy_overlapped *request, rdy_event *event);
static void pin(struct rdy_binding *binding);
static uint32_t detach(struct rdy_binding *binding);

static const struct rdy_binding_ops binding_ops = {.pin = pin, .detach = detach};

static void become(rdy_waker *waker, enum rdy_waker_state state)
{
    rdy_report_state(RDY_MACHINE_WAKER, waker, (int)waker->state, (int)state);
    waker->state = state;
}

static void release(rdy_waker *waker)
{
    LONG references = InterlockedDecrement(&waker->references);
    RDY_ASSERT(references >= 0);
    if (references == 0) {
        RDY_ASSERT(waker->binding.registry == NULL);
        rdy_report_object(RDY_OBSERVE_DESTROY, RDY_MACHINE_WAKER, waker);
        HeapFree(GetProcessHeap(), 0, waker);
    }
}

rdy_result rdy_waker_create(rdy_registry *registry, uint64_t token, rdy_waker **waker)
{
    *waker = NULL;
    rdy_waker *created = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *created);
    if (created == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    BOOL is_first = rdy_registry_claim_waker(registry);
    RDY_ASSERT(is_first);
    created->references = 1;
    InitializeSRWLock(&created->lock);
    created->state = RDY_WAKER_IDLE;
    created->is_owned = TRUE;
    created->binding.ops = &binding_ops;
    rdy_overlapped_init(&created->request, packet_done);
    created->token = token;
    rdy_report_object(RDY_OBSERVE_CREATE, RDY_MACHINE_WAKER, created);
    rdy_registry_bind(registry, &created->binding);
    *waker = created;
    return rdy_done();
}

/* Under the lock, while bound and IDLE. */
static rdy_result post(rdy_waker *waker)
{
    InterlockedIncrement(&waker->references);
    rdy_report_request(RDY_OBSERVE_RETAIN, RDY_MACHINE_WAKER, waker, &waker->request.overlapped);
    rdy_result result =
        rdy_completion_port_post(rdy_registry_port(waker->binding.registry), &waker->request);
    if (result.status == RDY_DONE) {
        become(waker, RDY_WAKER_POSTED);
    } else {
        rdy_report_request(RDY_OBSERVE_RELEASE, RDY_MACHINE_WAKER, waker,
                           &waker->request.overlapped);
        release(waker); /* not the last one: the owner's is left */
    }
    return result;
}

rdy_result rdy_waker_wake(rdy_waker *waker)
{
    AcquireSRWLockExclusive(&waker->lock);
    rdy_result result = rdy_done();
    if (waker->binding.registry == NULL) {
        result = rdy_failed(ERROR_INVALID_HANDLE); /* nobody is left to be woken */
    } else if (waker->state == RDY_WAKER_IDLE) {
        result = post(waker);
    }
    ReleaseSRWLockExclusive(&waker->lock);
    return result;
}

void rdy_waker_destroy(rdy_waker *waker)
{
    rdy_waker_check(waker);
    AcquireSRWLockExclusive(&waker->lock);
    waker->is_owned = FALSE;
    if (waker->binding.registry != NULL) {
        rdy_registry_return_waker(waker->binding.registry);
        if (waker->state == RDY_WAKER_IDLE) {
            rdy_registry_unbind(&waker->binding);
        }
    }
    ReleaseSRWLockExclusive(&waker->lock);
    release(waker);
}

void rdy_waker_check(rdy_waker *waker)
{
    AcquireSRWLockExclusive(&waker->lock);
    LONG references = rdy_interlocked_read(&waker->references);
    RDY_ASSERT(references >= waker->is_owned + (waker->state == RDY_WAKER_POSTED));
    RDY_ASSERT(waker->is_owned || waker->state == RDY_WAKER_POSTED);
    ReleaseSRWLockExclusive(&waker->lock);
}

static BOOL packet_done(struct rdy_overlapped *request, rdy_event *event)
{
    rdy_waker *waker = RDY_CONTAINER_OF(request, rdy_waker, request);
    rdy_report_request(RDY_OBSERVE_DISPATCH, RDY_MACHINE_WAKER, waker, &request->overlapped);
    AcquireSRWLockExclusive(&waker->lock);
    RDY_ASSERT(waker->state == RDY_WAKER_POSTED);
    become(waker, RDY_WAKER_IDLE);
    BOOL is_bound = waker->binding.registry != NULL;
    BOOL reports = is_bound && waker->is_owned;
    if (reports) {
        *event = (rdy_event){.token = waker->token, .flags = RDY_EVENT_READABLE};
    }
    if (is_bound && !waker->is_owned) {
        rdy_registry_unbind(&waker->binding);
    }
    ReleaseSRWLockExclusive(&waker->lock);
    rdy_report_request(RDY_OBSERVE_RELEASE, RDY_MACHINE_WAKER, waker, &request->overlapped);
    release(waker);
    return reports;
}

static void pin(struct rdy_binding *binding)
{
    rdy_waker *waker = RDY_CONTAINER_OF(binding, rdy_waker, binding);
    InterlockedIncrement(&waker->references);
}

static uint32_t detach(struct rdy_binding *binding)
{
    rdy_waker *waker = RDY_CONTAINER_OF(binding, rdy_waker, binding);
    uint32_t outstanding = 0;
    AcquireSRWLockExclusive(&waker->lock);
    if (waker->binding.registry != NULL) {
        rdy_registry_unbind(&waker->binding);
        outstanding = waker->state == RDY_WAKER_POSTED;
    }
    ReleaseSRWLockExclusive(&waker->lock);
    release(waker);
    return outstanding;
}
