/* thread: the life of simulated threads. See thread.h. */
#include "fakes/scheduler.h"

#include "fakes/lock.h"
#include "fakes/object.h"
#include "fakes/port.h"
#include "fakes/request.h"
#include "fakes/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- ready set ---- */

static void ready_insert(struct sim_world *world, struct sim_thread *thread)
{
    world->ready[thread->ordinal / 64] |= UINT64_C(1) << (thread->ordinal % 64);
    world->ready_count++;
    thread->state = SIM_THREAD_READY;
}

static void ready_remove(struct sim_world *world, struct sim_thread *thread,
                         enum sim_thread_state state)
{
    world->ready[thread->ordinal / 64] &= ~(UINT64_C(1) << (thread->ordinal % 64));
    world->ready_count--;
    thread->state = state;
    if (thread->port != NULL) {
        port_slot_freed(thread->port);
    }
}

void scheduler_set_ready(struct sim_thread *thread, bool ready)
{
    if (ready && thread->state == SIM_THREAD_BLOCKED) {
        ready_insert(sim_running, thread);
    } else if (!ready && thread->state == SIM_THREAD_READY) {
        ready_remove(sim_running, thread, SIM_THREAD_BLOCKED);
    }
}

/* ---- waiting ---- */

void scheduler_suspend(enum sim_op op, uint32_t object, DWORD milliseconds,
                       void (*timeout)(struct sim_thread *thread))
{
    struct sim_world *world = sim_running;
    struct sim_thread *thread = world->current;
    scheduler_log(SIM_EVENT_BLOCK, op, object, milliseconds, 0, 0);
    scheduler_arm(thread, milliseconds, timeout);
    thread->wake_reason = SIM_WAKE_NONE;
    ready_remove(world, thread, SIM_THREAD_BLOCKED);
    scheduler_offer(thread, op, object);
}

enum sim_wake_reason scheduler_block(enum sim_op op, uint32_t object, DWORD milliseconds,
                                     void (*timeout)(struct sim_thread *thread))
{
    struct sim_thread *thread = sim_running->current;
    scheduler_suspend(op, object, milliseconds, timeout);
    scheduler_begin(thread, op, object, 0, 0);
    touch(SIM_RESOURCE_WAKE, thread->ordinal, true);
    order_acquire(SIM_RESOURCE_WAKE, thread->ordinal);
    return thread->wake_reason;
}

void scheduler_release(struct sim_thread *thread, enum sim_wake_reason reason)
{
    scheduler_disarm(thread);
    thread->wake_reason = reason;
    thread->wait_key = NULL;
    touch(SIM_RESOURCE_WAKE, thread->ordinal, true);
    if (reason != SIM_WAKE_TIMEOUT) {
        order_release(SIM_RESOURCE_WAKE, thread->ordinal);
    }
    scheduler_log(SIM_EVENT_WAKE, SIM_OP_NONE, 0, thread->ordinal, reason, 0);
}

void scheduler_wake(struct sim_thread *thread, enum sim_wake_reason reason)
{
    scheduler_release(thread, reason);
    ready_insert(sim_running, thread);
}

/* ---- life of a thread ---- */

/* Everything that could have waited for the end of a thread, or ends with it. */
static void thread_finish(struct sim_world *world, struct sim_thread *thread)
{
    if (__builtin_expect(thread->locks_held != 0, 0)) {
        lock_thread_exit(thread);
    }
    if (world->requests != NULL && !thread->keeps_requests) {
        request_thread_exit(thread->ordinal);
    }
    if (world->mutexes != NULL) {
        wait_abandon_mutexes(thread);
    }
    object_thread_finished(thread);
    ready_remove(world, thread, SIM_THREAD_FINISHED);
    world->live_count--;
}

/* Whether anybody but who joins a thread could tell its end from its last step. What others do must
 * not decide this: no step would say that it depends on them. */
static bool end_is_seen(const struct sim_thread *thread)
{
    return thread->object != NULL || thread->port != NULL ||
           (thread->has_submitted && !thread->keeps_requests) || wait_owns_mutex(thread);
}

/* The last step of a thread; returns who goes on. An end that nobody sees commutes with whatever
 * others do (Lipton, CACM 1975): it is no choice. */
static struct sim_thread *thread_end(struct sim_world *world, struct sim_thread *thread)
{
    if (end_is_seen(thread)) {
        scheduler_step(SIM_OP_THREAD_EXIT, 0, thread->exit_code, 0);
    } else {
        scheduler_continue(SIM_OP_THREAD_EXIT, 0, thread->exit_code, 0);
    }
    thread_finish(world, thread);
    struct sim_thread *next = scheduler_next(world, thread);
    world->current = next;
    return next;
}

static struct sim_fiber *thread_main(void *argument)
{
    struct sim_thread *thread = argument;
    scheduler_begin(thread, SIM_OP_THREAD_START, 0, 0, 0);
    touch(SIM_RESOURCE_WAKE, thread->ordinal, true);
    order_acquire(SIM_RESOURCE_WAKE, thread->ordinal);
    thread->body(thread->argument);
    return &thread_end(sim_running, thread)->fiber;
}

void scheduler_exit(void)
{
    struct sim_thread *thread = sim_running->current;
    fiber_exit_to(&thread->fiber, &thread_end(sim_running, thread)->fiber);
}

static void __attribute__((noinline, cold)) stack_reserve(struct sim_thread *thread)
{
    if (!fiber_reserve(&thread->fiber, SIM_STACK_SIZE)) {
        fprintf(stderr, "fakes: the host refuses memory for a stack\n");
        abort();
    }
}

/* Clears what belongs to one execution, a cache line at a time: a string instruction takes longer
 * to start than this takes. */
static inline void thread_clear(struct sim_thread *thread)
{
    _Static_assert(offsetof(struct sim_thread, fiber) % 64 == 0, "whole cache lines are cleared");
    char *line = (char *)thread;
    for (size_t i = 0; i < offsetof(struct sim_thread, fiber); i += 64) {
        memset(line + i, 0, 64);
    }
}

struct sim_thread *scheduler_spawn(const char *name, void (*body)(void *), void *argument)
{
    struct sim_world *world = sim_running;
    if (world->thread_count == SIM_THREADS_MAX) {
        sim_report(SIM_ORACLE_UNMODELLED, "more than %u threads in one execution", SIM_THREADS_MAX);
    }
    struct sim_thread *thread = &world->thread[world->thread_count];
    thread_clear(thread);
    if (thread->fiber.reserved == NULL) {
        stack_reserve(thread);
    }
    thread->ordinal = world->thread_count++;
    scheduler_look_at_source(world);
    thread->name = name;
    thread->body = body;
    thread->argument = argument;
    fiber_prepare(&thread->fiber, thread_main, thread);
    thread->next_op = SIM_OP_THREAD_START;
    ready_insert(world, thread);
    world->live_count++;
    return thread;
}

void thread_reset(struct sim_world *world)
{
    world->thread_count = 0;
    for (uint32_t i = 0; i < SIM_READY_WORDS; i++) {
        world->ready[i] = 0;
    }
    world->ready_count = 0;
    world->live_count = 0;
    world->joiners = 0;
    world->quiescent = NULL;
    world->current = NULL;
}
