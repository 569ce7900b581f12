/* actor: kernel actions that wait for their turn, and who acts now. */
#ifndef FAKES_ACTOR_H
#define FAKES_ACTOR_H

#include "fakes/world_state.h"

/* actor_acting returns who runs the current step: the kernel action, or else the thread. */
static inline sim_actor_id actor_acting(const struct sim_world *world)
{
    return world->last_actor != 0 ? world->last_actor : world->current->ordinal;
}

/* scheduler_log appends an entry of the acting actor. */
void scheduler_log(enum sim_event_kind kind, enum sim_op op, uint32_t object, uint64_t a,
                   uint64_t b, uint64_t c);

/* scheduler_actor_id names a kernel action that serves the running step of the calling thread. */
sim_actor_id scheduler_actor_id(enum sim_actor_kind kind);

/* scheduler_add_actor queues a kernel action; scheduler_remove_actor takes back the one of this
 * function and argument, if it still waits. */
void scheduler_add_actor(sim_actor_id id, enum sim_op op, uint32_t object, void (*run)(void *),
                         void *argument);
void scheduler_remove_actor(void (*run)(void *), void *argument);

/* actor_begin begins the step of a kernel action; actor_run is that of the waiting one with this
 * index, which it takes out of the queue. */
void actor_begin(struct sim_world *world, sim_actor_id id, enum sim_op op);
void actor_run(struct sim_world *world, uint32_t index);

#endif
