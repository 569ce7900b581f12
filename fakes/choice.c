/* choice: questions within a step. See choice.h. */
#include "fakes/choice.h"

#include "fakes/actor.h"
#include "fakes/scheduler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void scheduler_look_at_source(struct sim_world *world)
{
    const struct sim_source *source = world->source;
    world->footprint_on = source->step != NULL;
    world->ask_alone = source->ask_alone;
    world->by_count = source->by_count && world->thread_count <= 64;
}

void __attribute__((noinline, cold))
choice_bad_answer(struct sim_world *world, const struct sim_pick *pick, uint32_t index)
{
    if (index == SIM_PICK_STOP) {
        world->outcome->abandoned = true;
        scheduler_stop(world);
    }
    fprintf(stderr, "fakes: a decision source chose %u of %u\n", index, pick->count);
    abort();
}

/* How many choices of this kind the running step has had before. */
static uint32_t count_choice(struct sim_world *world, enum sim_pick_kind kind)
{
    struct sim_thread *thread = world->current;
    if (world->last_actor != 0) {
        return world->actor_nth[kind]++;
    }
    if (thread->pick_step != thread->step) {
        memset(thread->pick_nth, 0, sizeof thread->pick_nth);
        thread->pick_step = thread->step;
    }
    return thread->pick_nth[kind]++;
}

uint32_t scheduler_pick(enum sim_pick_kind kind, uint32_t count, const uint64_t *id,
                        const uint32_t *cost)
{
    if (count < 2) {
        return 0;
    }
    struct sim_world *world = sim_running;
    const struct sim_thread *thread = world->current;
    bool kernel = world->last_actor != 0;
    uint32_t nth = count_choice(world, kind);
    struct sim_pick pick = {
        .point = SIM_POINT(actor_acting(world), kind, nth, kernel ? 0 : thread->step),
        .kind = kind,
        .op = kernel ? world->last_actor_op : thread->op,
        .count = count,
        .id = id,
        .cost = cost,
    };
    for (uint32_t i = 1; i < count; i++) {
        pick.cost_union |= cost[i];
    }
    uint32_t index = choice_ask(world, &pick);
    choice_note(world, pick.point, pick.op, count, index, id[index], cost[index]);
    return index;
}

uint32_t scheduler_pick_value(enum sim_pick_kind kind, uint32_t count, uint32_t cost)
{
    static const uint64_t values[SIM_PICK_VALUES_MAX] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    uint32_t costs[SIM_PICK_VALUES_MAX];
    if (count < 2) {
        return 0;
    }
    if (count > SIM_PICK_VALUES_MAX) {
        count = SIM_PICK_VALUES_MAX;
    }
    costs[0] = 0;
    for (uint32_t i = 1; i < count; i++) {
        costs[i] = cost;
    }
    return scheduler_pick(kind, count, values, costs);
}

uint32_t scheduler_fault(enum sim_op op, uint32_t count)
{
    struct sim_world *world = sim_running;
    if (world->faults >= world->settings.faults_max || world->last_actor != 0 ||
        world->current->faults_suspended != 0 || !sim_op_info(op)->faultable) {
        return 0;
    }
    touch(SIM_RESOURCE_FAULTS, 0, false);
    uint32_t fault = scheduler_pick_value(SIM_PICK_FAULT, count + 1, SIM_COST_FAULT);
    if (fault != 0) {
        world->faults++;
        touch(SIM_RESOURCE_FAULTS, 0, true);
        scheduler_log(SIM_EVENT_FAULT, op, 0, fault, 0, 0);
    }
    return fault;
}
