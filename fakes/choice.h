/* choice: asking the source. Every question of a world goes through here. */
#ifndef FAKES_CHOICE_H
#define FAKES_CHOICE_H

#include "fakes/world_state.h"

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

/* scheduler_look_at_source takes over what the source wants to be told and asked. */
void scheduler_look_at_source(struct sim_world *world);

/* choice_bad_answer ends the execution: the source said SIM_PICK_STOP, or nonsense. */
_Noreturn void choice_bad_answer(struct sim_world *world, const struct sim_pick *pick,
                                 uint32_t index);

/* choice_ask asks the source; choice_note records what it answered, of the three fields of the
 * question that are recorded. */
static inline uint32_t choice_ask(struct sim_world *world, const struct sim_pick *pick)
{
    struct sim_source *source = world->source;
    uint32_t index = sim_source_ask(source, pick);
    if (__builtin_expect(index >= pick->count, 0)) {
        choice_bad_answer(world, pick, index);
    }
    world->picks++;
    if (__builtin_expect(source->refresh, 0)) {
        source->refresh = false;
        scheduler_look_at_source(world);
    }
    return index;
}

/* choice_script takes the next answer of the source's script, which has one left: as choice_ask,
 * but nobody has to put the question. */
static inline uint32_t choice_script(struct sim_world *world, uint32_t count)
{
    uint32_t index = sim_source_script(world->source, count);
    if (__builtin_expect(index >= count, 0)) {
        choice_bad_answer(world, &world->actor_pick, index);
    }
    world->picks++;
    return index;
}

static inline void choice_note(struct sim_world *world, uint64_t point, uint16_t op, uint32_t count,
                               uint32_t index, uint64_t chosen, uint32_t cost)
{
    if (cost != 0) {
        world->cost = sim_cost_add(world->cost, cost);
    }
    struct sim_decision_log *log = world->decisions;
    if (log == NULL) {
        return;
    }
    if (__builtin_expect(log->count == log->capacity, 0)) {
        log->dropped++;
        return;
    }
    struct sim_decision *item = &log->item[log->count++];
    item->point = point;
    item->chosen = chosen;
    item->cost = cost;
    item->index = (uint16_t)index;
    item->count = (uint16_t)count;
    item->op = op;
}

#endif
