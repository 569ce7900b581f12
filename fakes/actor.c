/* actor: kernel actions that wait for their turn. See actor.h. */
#include "fakes/actor.h"

#include <string.h>

void scheduler_log(enum sim_event_kind kind, enum sim_op op, uint32_t object, uint64_t a,
                   uint64_t b, uint64_t c)
{
    struct sim_world *world = sim_running;
    bool kernel = world->last_actor != 0;
    log_append(&world->log, (uint16_t)kind, (uint16_t)op, actor_acting(world),
               kernel ? 0 : world->current->step, object, a, b, c);
}

sim_actor_id scheduler_actor_id(enum sim_actor_kind kind)
{
    const struct sim_thread *thread = sim_running->current;
    return SIM_ACTOR_ID(kind, thread->ordinal, thread->step);
}

void scheduler_add_actor(sim_actor_id id, enum sim_op op, uint32_t object, void (*run)(void *),
                         void *argument)
{
    struct sim_world *world = sim_running;
    if (world->actor_count == SIM_ACTORS_MAX) {
        sim_report(SIM_ORACLE_UNMODELLED, "more than %u kernel actions wait at once",
                   SIM_ACTORS_MAX);
    }
    world->actor[world->actor_count++] =
        (struct sim_actor){id, (uint16_t)op, object, run, argument};
}

static void actor_take(struct sim_world *world, uint32_t index)
{
    world->actor_count--;
    memmove(&world->actor[index], &world->actor[index + 1],
            (world->actor_count - index) * sizeof world->actor[0]);
}

void scheduler_remove_actor(void (*run)(void *), void *argument)
{
    struct sim_world *world = sim_running;
    for (uint32_t i = 0; i < world->actor_count; i++) {
        if (world->actor[i].run == run && world->actor[i].argument == argument) {
            actor_take(world, i);
            return;
        }
    }
}

void actor_begin(struct sim_world *world, sim_actor_id id, enum sim_op op)
{
    world->last_actor = id;
    world->last_actor_op = (uint16_t)op;
    memset(world->actor_nth, 0, sizeof world->actor_nth);
    world->step_open = true;
}

void actor_run(struct sim_world *world, uint32_t index)
{
    struct sim_actor actor = world->actor[index];
    actor_take(world, index);
    actor_begin(world, actor.id, (enum sim_op)actor.op);
    scheduler_log(SIM_EVENT_STEP, (enum sim_op)actor.op, actor.object, 0, 0, 0);
    actor.run(actor.argument);
}
