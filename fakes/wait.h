/* wait: dispatcher objects (events, threads, files, semaphores, mutexes) and who waits for them.
 *
 * A signal releases waiters in the order in which they came, as far as it goes: an auto-reset event
 * releases one and is consumed by it, a semaphore as many as its count, a mutex one, which then
 * owns it. A mutex whose owner ends is abandoned: its next owner is told (WAIT_ABANDONED). */
#ifndef FAKES_WAIT_H
#define FAKES_WAIT_H

#include "fakes/object.h"

struct sim_object *wait_event_create(bool manual_reset, bool signalled);
struct sim_object *wait_semaphore_create(LONG count, LONG maximum);
struct sim_object *wait_mutex_create(bool owned);
struct sim_object *wait_thread_object_create(struct sim_thread *thread);
void wait_object_destroy(struct sim_object *object);

/* wait_signal releases the waiters of an object that has become signalled. */
void wait_signal(struct sim_object *object);

/* wait_for waits in the running step of `op` until one of the objects (all of them, if `all`) is
 * signalled, and consumes it. It returns the index, WAIT_TIMEOUT after `milliseconds`. */
DWORD wait_for(enum sim_op op, struct sim_object *const *objects, uint32_t count, bool all,
               DWORD milliseconds);

/* wait_semaphore_release adds to the count; false if that would exceed the maximum. */
bool wait_semaphore_release(struct sim_object *object, LONG add, LONG *previous);
/* wait_mutex_release gives up one hold; false if the caller is not the owner. */
bool wait_mutex_release(struct sim_object *object);
/* wait_owns_mutex tells whether a thread owns a mutex; wait_abandon_mutexes releases all. */
bool wait_owns_mutex(const struct sim_thread *thread);
void wait_abandon_mutexes(struct sim_thread *thread);

/* wait_thread_join blocks until a thread has finished; wait_thread_finished releases who does. */
void wait_thread_join(struct sim_thread *thread);
void wait_thread_finished(struct sim_thread *thread);

#endif
