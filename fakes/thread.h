/* thread: the life of simulated threads, and which of them can run.
 *
 * Threads   UNUSED -> READY     [scheduler_spawn]
 *           READY -> BLOCKED    [scheduler_suspend, scheduler_set_ready(false)]
 *           BLOCKED -> READY    [scheduler_wake, a timer, scheduler_set_ready(true)]
 *           READY -> FINISHED   [thread_main, scheduler_exit] */
#ifndef FAKES_THREAD_H
#define FAKES_THREAD_H

#include "fakes/world_state.h"

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

/* scheduler_spawn makes a READY thread. */
struct sim_thread *scheduler_spawn(const char *name, void (*body)(void *), void *argument);
/* scheduler_exit ends the calling thread. */
_Noreturn void scheduler_exit(void);

/* thread_reset forgets the threads of the last execution. */
void thread_reset(struct sim_world *world);

#endif
