/* lock: SRW locks, condition variables and one-time initialisation: one user word each, state in
 * the world.
 *
 * A word holds (serial of the execution, slot): zero and words of earlier executions read as fresh,
 * so that locks need no destruction. A thread that stands before an acquire is READY exactly when
 * the lock could be had; who gets it is a choice of the scheduler.
 * Recursive acquisition, release by a stranger and a lock held at thread exit are reported. */
#ifndef FAKES_LOCK_H
#define FAKES_LOCK_H

#include "fakes/world_state.h"

bool locks_reserve(struct sim_world *world);
void locks_release(struct sim_world *world);
void locks_reset(struct sim_world *world);

void lock_acquire(void **word, bool shared);
bool lock_try_acquire(void **word, bool shared);
void lock_release(void **word, bool shared);

/* condition_sleep releases the lock, waits, and acquires it again; false after a timeout. */
bool condition_sleep(void **variable, void **word, bool shared, DWORD milliseconds);
void condition_wake(void **variable, bool all);

/* once_begin returns true if the caller must initialise (and then call once_end), false once it is
 * done; it blocks while another thread does it. */
bool once_begin(void **word);
void once_end(void **word, bool succeeded, void *context);
void *once_context(void **word);

/* lock_describe_owner writes who holds what a thread stands before, for the wait graph. */
size_t lock_describe_owner(const struct sim_thread *thread, char *out, size_t size);

/* lock_thread_exit reports locks that the ending thread still holds. */
void lock_thread_exit(struct sim_thread *thread);

#endif
