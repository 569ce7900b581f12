/* scheduler: visible steps and who runs next.
 *
 * An actor is a simulated thread or a kernel action. A step runs one actor up to its next visible
 * operation: entry points call scheduler_step before they touch anything that another actor could
 * see, and whatever follows until the next such call belongs to that step. */
#ifndef FAKES_SCHEDULER_H
#define FAKES_SCHEDULER_H

#include "fakes/actor.h"
#include "fakes/choice.h"
#include "fakes/thread.h"
#include "fakes/timer.h"

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

/* scheduler_next ends the step of a thread that has blocked or finished, or stands before its next
 * one, and returns the thread that is chosen to go on; kernel actions run on the way. */
struct sim_thread *scheduler_next(struct sim_world *world, struct sim_thread *thread);

/* scheduler_run runs thread 0 and everybody it starts, on the host's stack, until all have
 * finished or the execution is stopped; scheduler_stop leaves the simulation for good. */
void scheduler_run(struct sim_world *world);
_Noreturn void scheduler_stop(struct sim_world *world);

/* scheduler_reset forgets the threads and actions of the last execution. */
void scheduler_reset(struct sim_world *world);

#endif
