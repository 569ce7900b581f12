/* scheduler: actors, visible steps and choices.
 *
 * An actor is a simulated thread or a kernel action. A step runs one actor up to its next visible
 * operation: entry points call scheduler_step before they touch anything that another actor could
 * see, and whatever follows until the next such call belongs to that step.
 *
 * Threads   UNUSED -> READY     [scheduler_spawn]
 *           READY -> BLOCKED    [scheduler_block, scheduler_set_ready(false)]
 *           BLOCKED -> READY    [scheduler_wake, a timer, scheduler_set_ready(true)]
 *           READY -> FINISHED   [thread_main] */
#ifndef FAKES_SCHEDULER_H
#define FAKES_SCHEDULER_H

#include "fakes/world_state.h"

/* scheduler_step lets others run before the caller does `op` on `object` (an ordinal), then begins
 * the step and logs it with the arguments a and b. */
void scheduler_step(enum sim_op op, uint32_t object, uint64_t a, uint64_t b);

/* scheduler_continue begins a step that the caller goes on to without a choice before it. */
void scheduler_continue(enum sim_op op, uint32_t object, uint64_t a, uint64_t b);

/* scheduler_begin begins a step without offering a choice before it: for callers that have made
 * their own (locks). */
void scheduler_begin(struct sim_thread *thread, enum sim_op op, uint32_t object, uint64_t a,
                     uint64_t b);

/* scheduler_offer lets others run while the caller stands before next_op; it returns when the
 * caller has been chosen. The caller may be READY or BLOCKED on entry. */
void scheduler_offer(struct sim_thread *thread, enum sim_op next_op, uint32_t next_object);

/* scheduler_is_alone tells whether nobody but the running thread could be chosen. */
static inline bool scheduler_is_alone(const struct sim_world *world)
{
    return world->ready_count == 1 && world->actor_count == 0 && world->timer_count == 0 &&
           !world->ask_alone;
}

/* scheduler_block blocks the calling thread in `op` on `object` until somebody wakes it or
 * milliseconds have passed (INFINITE: never), in which case `timeout` is called to take it out of
 * whatever it is queued at and to wake it. On return a new step of `op` has begun. */
enum sim_wake_reason scheduler_block(enum sim_op op, uint32_t object, DWORD milliseconds,
                                     void (*timeout)(struct sim_thread *thread));

/* scheduler_suspend is scheduler_block without the new step: for callers that begin their own. */
void scheduler_suspend(enum sim_op op, uint32_t object, DWORD milliseconds,
                       void (*timeout)(struct sim_thread *thread));

/* scheduler_wake makes a blocked thread READY and disarms its timer. scheduler_release does all of
 * that but READY: for a thread that goes on to stand before a lock. */
void scheduler_wake(struct sim_thread *thread, enum sim_wake_reason reason);
void scheduler_release(struct sim_thread *thread, enum sim_wake_reason reason);

/* scheduler_set_ready sets or clears READY of a thread that stands before a lock. */
void scheduler_set_ready(struct sim_thread *thread, bool ready);

/* scheduler_arm starts the timer of a thread; scheduler_disarm stops it. */
void scheduler_arm(struct sim_thread *thread, DWORD milliseconds,
                   void (*timeout)(struct sim_thread *thread));
void scheduler_disarm(struct sim_thread *thread);

/* scheduler_alarm_set makes `run(argument)` a kernel action named `id` that may run when the clock
 * has reached `deadline` (100 ns units); an alarm that is set is set anew. The alarm stays the
 * caller's, zeroed before its first use, and lives until it has run or was cleared. */
struct sim_alarm {
    struct sim_alarm *next, *previous; /* of those that are set, the earliest first */
    bool set;
    int64_t deadline;
    sim_actor_id id;
    uint32_t object; /* for the log */
    void (*run)(void *argument);
    void *argument;
};
void scheduler_alarm_set(struct sim_alarm *alarm, sim_actor_id id, int64_t deadline,
                         uint32_t object, void (*run)(void *argument), void *argument);
void scheduler_alarm_clear(struct sim_alarm *alarm);

/* scheduler_pick asks the source for one of `count` alternatives within the running step. */
uint32_t scheduler_pick(enum sim_pick_kind kind, uint32_t count, const uint64_t *id,
                        const uint32_t *cost);

/* scheduler_pick_value is scheduler_pick over the ids 0 .. count-1, each but the first at
 * `cost`; count is at most SIM_PICK_VALUES_MAX. */
uint32_t scheduler_pick_value(enum sim_pick_kind kind, uint32_t count, uint32_t cost);
#define SIM_PICK_VALUES_MAX 64u

/* scheduler_fault tells whether to inject fault number `ordinal` (from 1) of `count` into `op`: 0
 * none. Asks only within the execution's budget. */
uint32_t scheduler_fault(enum sim_op op, uint32_t count);

/* scheduler_add_actor queues a kernel action; scheduler_remove_actor takes back the one of this
 * function and argument, if it still waits. */
void scheduler_add_actor(sim_actor_id id, enum sim_op op, uint32_t object, void (*run)(void *),
                         void *argument);
void scheduler_remove_actor(void (*run)(void *), void *argument);

/* scheduler_actor_id names a kernel action that serves the running step of the calling thread. */
sim_actor_id scheduler_actor_id(enum sim_actor_kind kind);

/* scheduler_spawn makes a READY thread. */
struct sim_thread *scheduler_spawn(const char *name, void (*body)(void *), void *argument);
/* scheduler_exit ends the calling thread. */
_Noreturn void scheduler_exit(void);

/* scheduler_log appends an entry of the acting actor. */
void scheduler_log(enum sim_event_kind kind, enum sim_op op, uint32_t object, uint64_t a,
                   uint64_t b, uint64_t c);

/* scheduler_run runs thread 0 and everybody it starts, on the host's stack, until all have
 * finished or the execution is stopped; scheduler_stop leaves the simulation for good. */
void scheduler_run(struct sim_world *world);
_Noreturn void scheduler_stop(struct sim_world *world);

/* scheduler_look_at_source takes over what the source wants to be told and asked. */
void scheduler_look_at_source(struct sim_world *world);

/* scheduler_reset forgets the threads and actions of the last execution. */
void scheduler_reset(struct sim_world *world);

#endif
