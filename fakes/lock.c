/* lock: SRW locks and condition variables. See lock.h. */
#include "fakes/lock.h"

#include "fakes/host.h"
#include "fakes/scheduler.h"

#include <stdio.h>
#include <string.h>

#define LOCKS_MAX ((uint32_t)1 << 20)
#define SLOT_BITS 20u
#define SLOT_MASK ((uint64_t)LOCKS_MAX - 1)

/* A lock (owner, sharers, pending) or a condition variable (pending: the sleepers). */
struct sim_lock {
    uint32_t ordinal;
    struct sim_thread *owner;
    uint32_t sharers;
    bool done; /* one-time initialisation: finished, with this context */
    void *context;
    struct sim_thread *pending; /* who stands before it, in order of arrival, by wait_next */
};

struct sim_lock_table {
    struct sim_lock *lock; /* reserved: LOCKS_MAX */
};

bool locks_reserve(struct sim_world *world)
{
    struct sim_lock_table *table = host_reserve(sizeof *table);
    if (table == NULL) {
        return false;
    }
    world->locks = table;
    table->lock = host_reserve(LOCKS_MAX * sizeof *table->lock);
    return table->lock != NULL;
}

void locks_release(struct sim_world *world)
{
    if (world->locks != NULL) {
        if (world->locks->lock != NULL) {
            host_release(world->locks->lock, LOCKS_MAX * sizeof *world->locks->lock);
        }
        host_release(world->locks, sizeof *world->locks);
    }
}

void locks_reset(struct sim_world *world)
{
    world->lock_count = 0;
}

static struct sim_lock *__attribute__((noinline)) lock_fresh(struct sim_world *world, void **word)
{
    if (world->lock_count == LOCKS_MAX) {
        sim_report(SIM_ORACLE_UNMODELLED, "more than %u locks", LOCKS_MAX);
    }
    uint32_t slot = world->lock_count++;
    struct sim_lock *lock = &world->locks->lock[slot];
    *lock = (struct sim_lock){.ordinal = slot + 1};
    *word = (void *)(uintptr_t)(world->serial << SLOT_BITS | slot);
    return lock;
}

static void __attribute__((noinline, cold, noreturn)) report_no_lock(const struct sim_world *world)
{
    sim_report(SIM_ORACLE_MISUSE, "%s on memory that is no lock",
               sim_op_info(world->current->op)->name);
}

static inline struct sim_lock *lock_of(void **word)
{
    struct sim_world *world = sim_running;
    uint64_t value = (uint64_t)(uintptr_t)*word;
    if (value >> SLOT_BITS != world->serial) {
        return lock_fresh(world, word);
    }
    uint64_t slot = value & SLOT_MASK;
    if (slot >= world->lock_count) {
        report_no_lock(world);
    }
    return &world->locks->lock[slot];
}

/* ---- who stands before a lock ---- */

static void pending_add(struct sim_lock *lock, struct sim_thread *thread)
{
    struct sim_thread **link = &lock->pending;
    while (*link != NULL) {
        link = &(*link)->wait_next;
    }
    *link = thread;
    thread->wait_next = NULL;
    thread->wait_key = lock;
}

static void pending_remove(struct sim_lock *lock, struct sim_thread *thread)
{
    struct sim_thread **link = &lock->pending;
    while (*link != thread) {
        link = &(*link)->wait_next;
    }
    *link = thread->wait_next;
    thread->wait_next = NULL;
    thread->wait_key = NULL;
}

static bool can_acquire(const struct sim_lock *lock, bool shared)
{
    return lock->owner == NULL && (shared || lock->sharers == 0);
}

static void pending_update(struct sim_lock *lock)
{
    for (struct sim_thread *thread = lock->pending; thread; thread = thread->wait_next) {
        scheduler_set_ready(thread, can_acquire(lock, thread->wants_shared));
    }
}

static void take(struct sim_lock *lock, struct sim_thread *thread, bool shared)
{
    if (shared) {
        lock->sharers++;
    } else {
        lock->owner = thread;
    }
    thread->locks_held++;
    if (lock->pending != NULL) {
        pending_update(lock);
    }
}

static void touch_acquire(const struct sim_lock *lock, bool shared)
{
    touch(SIM_RESOURCE_LOCK, lock->ordinal,
          SIM_TOUCH_ACQUIRE | (shared ? SIM_TOUCH_READ : SIM_TOUCH_WRITE));
}

static enum sim_op acquire_op(bool shared)
{
    return shared ? SIM_OP_SRW_ACQUIRE_SHARED : SIM_OP_SRW_ACQUIRE;
}

/* The caller stands before the lock and has been chosen: the lock is free. */
static void acquire_chosen(struct sim_lock *lock, struct sim_thread *thread, bool shared)
{
    pending_remove(lock, thread);
    scheduler_begin(thread, acquire_op(shared), lock->ordinal, 0, 0);
    touch_acquire(lock, shared);
    take(lock, thread, shared);
}

static void __attribute__((noinline, cold, noreturn))
report_recursion(const struct sim_lock *lock, const struct sim_thread *thread)
{
    sim_report(SIM_ORACLE_DEADLOCK, "%s acquires lock #%u, which it holds",
               thread->name != NULL ? thread->name : "a thread", lock->ordinal);
}

void lock_acquire(void **word, bool shared)
{
    struct sim_world *world = sim_running;
    struct sim_thread *thread = world->current;
    struct sim_lock *lock = lock_of(word);
    if (lock->owner == thread) {
        report_recursion(lock, thread);
    }
    if (scheduler_is_alone(world) && can_acquire(lock, shared)) {
        scheduler_continue(acquire_op(shared), lock->ordinal, 0, 0);
        touch_acquire(lock, shared);
        take(lock, thread, shared);
        return;
    }
    thread->wants_shared = shared;
    pending_add(lock, thread);
    scheduler_set_ready(thread, can_acquire(lock, shared));
    scheduler_offer(thread, acquire_op(shared), lock->ordinal);
    acquire_chosen(lock, thread, shared);
}

bool lock_try_acquire(void **word, bool shared)
{
    if (!sim_running->settings.try_locks) {
        sim_report(SIM_ORACLE_UNMODELLED, "a lock is tried: the setting try_locks must be on");
    }
    struct sim_lock *lock = lock_of(word);
    scheduler_step(shared ? SIM_OP_SRW_TRY_ACQUIRE_SHARED : SIM_OP_SRW_TRY_ACQUIRE, lock->ordinal,
                   0, 0);
    if (!can_acquire(lock, shared)) {
        touch(SIM_RESOURCE_LOCK, lock->ordinal, SIM_TOUCH_READ);
        return false;
    }
    touch(SIM_RESOURCE_LOCK, lock->ordinal, shared ? SIM_TOUCH_READ : SIM_TOUCH_WRITE);
    order_acquire(SIM_RESOURCE_LOCK, lock->ordinal);
    take(lock, sim_running->current, shared);
    return true;
}

static void __attribute__((noinline, cold, noreturn))
report_stranger(const struct sim_lock *lock, const struct sim_thread *thread)
{
    sim_report(SIM_ORACLE_MISUSE, "%s releases lock #%u, which it does not hold",
               thread->name != NULL ? thread->name : "a thread", lock->ordinal);
}

static void give_back(struct sim_lock *lock, struct sim_thread *thread, bool shared)
{
    if (shared ? lock->sharers == 0 : lock->owner != thread) {
        report_stranger(lock, thread);
    }
    touch(SIM_RESOURCE_LOCK, lock->ordinal,
          SIM_TOUCH_RELEASE | (shared ? SIM_TOUCH_READ : SIM_TOUCH_WRITE));
    if (shared) {
        lock->sharers--;
    } else {
        lock->owner = NULL;
    }
    thread->locks_held--;
    if (lock->pending != NULL) {
        pending_update(lock);
    }
}

void lock_release(void **word, bool shared)
{
    struct sim_lock *lock = lock_of(word);
    enum sim_op op = shared ? SIM_OP_SRW_RELEASE_SHARED : SIM_OP_SRW_RELEASE;
    /* A release is a left mover (Lipton, CACM 1975): whoever could run between the last step and it
     * cannot tell the two apart, but by looking whether the lock is free. */
    if (sim_running->settings.try_locks) {
        scheduler_step(op, lock->ordinal, 0, 0);
    } else {
        scheduler_continue(op, lock->ordinal, 0, 0);
    }
    give_back(lock, sim_running->current, shared);
}

/* ---- condition variables: sleepers in order of arrival ---- */

/* A sleeper that is released goes on to stand before its lock. */
static void sleeper_release(struct sim_lock *condition, struct sim_thread *thread,
                            enum sim_wake_reason reason)
{
    struct sim_lock *lock = thread->sleeps_with;
    touch(SIM_RESOURCE_LOCK, condition->ordinal, true);
    pending_remove(condition, thread);
    scheduler_release(thread, reason);
    thread->next_op = (uint16_t)acquire_op(thread->wants_shared);
    thread->next_object = lock->ordinal;
    pending_add(lock, thread);
    scheduler_set_ready(thread, can_acquire(lock, thread->wants_shared));
}

static void sleep_timeout(struct sim_thread *thread)
{
    sleeper_release((struct sim_lock *)(uintptr_t)thread->wait_key, thread, SIM_WAKE_TIMEOUT);
}

bool condition_sleep(void **variable, void **word, bool shared, DWORD milliseconds)
{
    struct sim_thread *thread = sim_running->current;
    struct sim_lock *condition = lock_of(variable);
    struct sim_lock *lock = lock_of(word);
    scheduler_step(SIM_OP_CV_SLEEP, condition->ordinal, lock->ordinal, milliseconds);
    touch(SIM_RESOURCE_LOCK, condition->ordinal, true);
    give_back(lock, thread, shared);
    if (milliseconds == 0) {
        lock_acquire(word, shared);
        return false;
    }
    thread->wants_shared = shared;
    thread->sleeps_with = lock;
    pending_add(condition, thread);
    scheduler_suspend(SIM_OP_CV_SLEEP, condition->ordinal, milliseconds, sleep_timeout);
    acquire_chosen(lock, thread, shared);
    touch(SIM_RESOURCE_WAKE, thread->ordinal, true);
    order_acquire(SIM_RESOURCE_WAKE, thread->ordinal);
    return thread->wake_reason == SIM_WAKE_DONE;
}

static struct sim_thread *sleeper_choose(struct sim_lock *condition)
{
    if (sim_running->settings.waiters != SIM_WAITERS_ANY) {
        return condition->pending;
    }
    uint64_t id[SIM_PICK_VALUES_MAX];
    uint32_t cost[SIM_PICK_VALUES_MAX];
    uint32_t count = 0;
    for (struct sim_thread *thread = condition->pending;
         thread != NULL && count < SIM_PICK_VALUES_MAX; thread = thread->wait_next) {
        id[count] = thread->ordinal;
        cost[count] = count == 0 ? 0 : SIM_COST_REORDERING;
        count++;
    }
    return &sim_running->thread[id[scheduler_pick(SIM_PICK_WAITER, count, id, cost)]];
}

void condition_wake(void **variable, bool all)
{
    struct sim_lock *condition = lock_of(variable);
    scheduler_step(all ? SIM_OP_CV_WAKE_ALL : SIM_OP_CV_WAKE, condition->ordinal, 0, 0);
    touch(SIM_RESOURCE_LOCK, condition->ordinal, true);
    while (condition->pending != NULL) {
        struct sim_thread *thread = all ? condition->pending : sleeper_choose(condition);
        sleeper_release(condition, thread, SIM_WAKE_DONE);
        if (!all) {
            break;
        }
    }
}

/* ---- one-time initialisation: an owner while it runs, then done ---- */

bool once_begin(void **word)
{
    struct sim_thread *thread = sim_running->current;
    struct sim_lock *once = lock_of(word);
    scheduler_step(SIM_OP_INIT_ONCE, once->ordinal, 0, 0);
    touch(SIM_RESOURCE_LOCK, once->ordinal, true);
    order_acquire(SIM_RESOURCE_LOCK, once->ordinal);
    while (!once->done && once->owner != NULL) {
        if (once->owner == thread) {
            report_recursion(once, thread);
        }
        pending_add(once, thread);
        (void)scheduler_block(SIM_OP_INIT_ONCE, once->ordinal, INFINITE, NULL);
    }
    if (once->done) {
        return false;
    }
    once->owner = thread;
    return true;
}

void once_end(void **word, bool succeeded, void *context)
{
    struct sim_lock *once = lock_of(word);
    scheduler_step(SIM_OP_INIT_ONCE, once->ordinal, succeeded, 0);
    touch(SIM_RESOURCE_LOCK, once->ordinal, true);
    order_release(SIM_RESOURCE_LOCK, once->ordinal);
    once->owner = NULL;
    once->done = succeeded;
    once->context = context;
    while (once->pending != NULL) {
        struct sim_thread *thread = once->pending;
        pending_remove(once, thread);
        scheduler_wake(thread, SIM_WAKE_DONE);
    }
}

void *once_context(void **word)
{
    return lock_of(word)->context;
}

/* ---- reports ---- */

static bool is_lock_of_world(const void *key)
{
    const struct sim_lock *first = sim_running->locks->lock;
    return (const struct sim_lock *)key >= first &&
           (const struct sim_lock *)key < first + sim_running->lock_count;
}

size_t lock_describe_owner(const struct sim_thread *thread, char *out, size_t size)
{
    const struct sim_lock *lock = thread->wait_key;
    if (!is_lock_of_world(lock)) {
        return 0;
    }
    int written = 0;
    if (lock->owner != NULL) {
        written = snprintf(out, size, ", held by %s",
                           lock->owner->name != NULL ? lock->owner->name : "a thread");
    } else if (lock->sharers != 0) {
        written = snprintf(out, size, ", shared by %u", lock->sharers);
    }
    return written > 0 && (size_t)written < size ? (size_t)written : 0;
}

void lock_thread_exit(struct sim_thread *thread)
{
    if (thread->locks_held != 0) {
        sim_report(SIM_ORACLE_MISUSE, "%s ends and still holds %d lock(s)",
                   thread->name != NULL ? thread->name : "a thread", thread->locks_held);
    }
}
