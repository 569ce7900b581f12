/* strategy dpor: one schedule for each class of equivalent ones (source-DPOR with sleep sets;
 * Abdulla, Aronis, Jonsson, Sagonas, "Optimal dynamic partial order reduction", POPL 2014).
 *
 * Two executions are equivalent when they differ only in the order of steps that commute. The world
 * says after each step what it touched (fakes/footprint.h). A race is a pair of dependent steps of
 * two actors that nothing else orders; for each race of an execution some actor that could have
 * run before the earlier step is put on the backtrack list of the choice before that step. An actor
 * whose step has been explored from a choice sleeps in what is explored from there afterwards,
 * until a step dependent with its own wakes it.
 *
 * A transition is a step and what goes on with it before anybody is asked again. What it touches
 * may hang on what it finds, as with a kernel call that does one thing or another; the proofs of
 * the paper need a dependency that does not change so. Hence the races of those who could have
 * woken a sleeper before its waker did (dpor_end_transition). And no step may end, or begin a
 * choice, because of something it has not touched.
 *
 * Choices of data (faults, batch sizes, cancel results ...) are alternatives within a step: all of
 * them are taken.
 *
 * Invariants of the stack (node[0 .. depth)), between executions
 *  D1  Every node lies on the path to take next; `chosen` (actors) or `index` (data) says how.
 *  D2  An actor in `done` has been explored from its node completely; its footprint is kept in the
 *      node's slice of the sleepers' pool, which only the topmost actor node appends to.
 *  D3  chosen is not in done, not in asleep.
 *
 * Executions that end early (a finding, a stop) have not shown the steps that were still to come:
 * their races are unknown, so every choice on their path is expanded fully. */
#include "fuzz/explore/dpor.h"

#include "fakes/op.h"

#include <string.h>

/* ---- pools with stack discipline: what done actors touched ---- */

/* The slice of the actor that was added last; a new, empty one for another actor. */
static struct dpor_slice *top_slice(struct dpor_node *node, sim_actor_id actor)
{
    if (node->sleeper_count != 0 && node->sleeper[node->sleeper_count - 1].actor == actor) {
        return &node->sleeper[node->sleeper_count - 1].touched;
    }
    struct dpor_sleeper *sleeper = &node->sleeper[node->sleeper_count++];
    *sleeper = (struct dpor_sleeper){.actor = actor, .touched = {.first = node->touch_end}};
    return &sleeper->touched;
}

/* Adds touches to the slice on top. Without room the actor depends on everything: it will not sleep
 * for long, which costs executions but loses none. */
static void pool_add(struct dpor *dpor, struct dpor_node *node, sim_actor_id actor,
                     const struct dpor_slice *touched)
{
    struct dpor_slice *slice = top_slice(node, actor);
    slice->everything = slice->everything || touched->everything || touched->barrier;
    for (uint32_t i = 0; i < touched->count; i++) {
        const struct sim_touch *touch = &dpor->touch[touched->first + i];
        uint32_t at = slice->first;
        uint32_t end = slice->first + slice->count;
        while (at < end && dpor->pool[at].resource != touch->resource) {
            at++;
        }
        if (at < end) {
            dpor->pool[at].mode |= touch->mode;
        } else if (end == DPOR_POOL_MAX || slice->count == UINT16_MAX) {
            slice->everything = true;
        } else {
            dpor->pool[end] = *touch;
            slice->count++;
        }
    }
    node->touch_end = slice->first + slice->count;
}

/* ---- choosing ---- */

static void dpor_step(struct sim_source *source, const struct sim_step *step);

static bool is_asleep(const struct dpor *dpor, sim_actor_id actor)
{
    for (uint32_t i = 0; i < dpor->asleep_count; i++) {
        if (dpor->asleep[i].actor == actor) {
            return true;
        }
    }
    return false;
}

/* Choices of actors on the path: shards are told apart by these. An actor whose step is explored
 * here is explored with all alternatives of its data, or its footprint would not be known. */
static uint32_t actors_on_path(const struct dpor *dpor)
{
    if (dpor->depth == 0) {
        return 0;
    }
    const struct dpor_node *top = &dpor->node[dpor->depth - 1];
    return top->actors + !top->is_data;
}

static struct dpor_node *node_push(struct dpor *dpor)
{
    if (dpor->depth == DPOR_NODES_MAX) {
        dpor->overflow = 1;
        return NULL;
    }
    const struct dpor_node *below = dpor->depth != 0 ? &dpor->node[dpor->depth - 1] : NULL;
    uint32_t actors = actors_on_path(dpor);
    struct dpor_node *node = &dpor->node[dpor->depth++];
    memset(node, 0, offsetof(struct dpor_node, enabled));
    node->touch_end = below != NULL ? below->touch_end : 0;
    node->nap_first = below != NULL ? below->nap_first + below->nap_count : 0;
    node->event = dpor->event_count;
    node->actors = actors;
    return node;
}

/* Notes who sleeps at a new choice, so that later executions need not find out again. */
static bool take_naps(struct dpor *dpor, struct dpor_node *node)
{
    if (node->nap_first + dpor->asleep_count > DPOR_NAPS_MAX) {
        dpor->overflow = 1;
        return false;
    }
    node->nap_count = dpor->asleep_count;
    memcpy(&dpor->nap[node->nap_first], dpor->asleep, dpor->asleep_count * sizeof dpor->nap[0]);
    return true;
}

/* Who begins at a new choice: the dull one, but not a thread whose program has just let others go
 * first. It may wait for them, and execution by execution would only wait longer. */
static uint8_t first_awake(const struct sim_pick *pick, uint32_t awake)
{
    bool yields = pick->op == SIM_OP_SWITCH_TO_THREAD || pick->op == SIM_OP_SLEEP;
    bool stays = (sim_actor_id)pick->id[0] == SIM_POINT_ACTOR(pick->point);
    uint32_t others = yields && stays ? awake & ~UINT32_C(1) : awake;
    return (uint8_t)__builtin_ctz(others != 0 ? others : awake);
}

static uint32_t node_new_actor(struct dpor *dpor, const struct sim_pick *pick)
{
    if (fuzz_split_gives_up(&dpor->split, actors_on_path(dpor))) {
        dpor->blocked_now = 1;
        return SIM_PICK_STOP;
    }
    struct dpor_node *node = node_push(dpor);
    if (node == NULL || pick->count > DPOR_ENABLED_MAX) {
        dpor->overflow = 1;
        return SIM_PICK_STOP;
    }
    node->enabled_count = (uint8_t)pick->count;
    uint32_t awake = 0;
    for (uint32_t i = 0; i < pick->count; i++) {
        node->enabled[i] = (sim_actor_id)pick->id[i];
        if (!is_asleep(dpor, node->enabled[i])) {
            awake |= UINT32_C(1) << i;
        }
    }
    node->asleep = ~awake & (UINT32_MAX >> (32 - pick->count));
    if (awake == 0) { /* whatever runs here has been explored: not a new class */
        dpor->blocked_now = 1;
        dpor->depth--;
        return SIM_PICK_STOP;
    }
    if (!take_naps(dpor, node)) {
        return SIM_PICK_STOP;
    }
    node->chosen = first_awake(pick, awake);
    node->backtrack = UINT32_C(1) << node->chosen;
    dpor->script[dpor->at] = node->chosen;
    if (dpor->expands || fuzz_split_is_above(&dpor->split, node->actors)) {
        node->backtrack = awake; /* races found in one shard cannot tell the others */
    }
    return node->chosen;
}

/* What is done from this node sleeps behind it. */
static void fall_asleep(struct dpor *dpor, const struct dpor_node *node)
{
    for (uint32_t i = 0; i < node->sleeper_count; i++) {
        if (node->sleeper[i].actor == node->enabled[node->chosen]) {
            continue; /* touched by alternatives of a step not yet done */
        }
        if (dpor->asleep_count == DPOR_ASLEEP_MAX) {
            dpor->overflow = 1; /* fewer sleepers: redundant executions, nothing lost */
            return;
        }
        dpor->asleep[dpor->asleep_count++] = node->sleeper[i];
    }
}

static uint32_t dpor_pick_data(struct dpor *dpor, const struct sim_pick *pick)
{
    if (dpor->at == dpor->depth) {
        struct dpor_node *node = node_push(dpor);
        if (node == NULL) {
            return SIM_PICK_STOP;
        }
        node->is_data = true;
        node->count = (uint16_t)pick->count;
        dpor->script[dpor->at] = 0;
    }
    struct dpor_node *node = &dpor->node[dpor->at];
    if (!node->is_data || node->count != pick->count) {
        dpor->nondeterministic = 1;
        return SIM_PICK_STOP;
    }
    dpor->at++;
    return node->index;
}

static bool is_on_offer(const struct sim_pick *pick, sim_actor_id actor)
{
    for (uint32_t i = 0; pick != NULL && i < pick->count; i++) {
        if ((sim_actor_id)pick->id[i] == actor) {
            return true;
        }
    }
    return false;
}

/* Who could run before the last step and cannot after it was disabled by it, perhaps for ever (a
 * cancel that lost, a timer that was stopped): the race of the two shows here only. `pick` is the
 * choice after the step, NULL at the end of the execution. */
static void races_of_disabled(struct dpor *dpor, const struct sim_pick *pick)
{
    if (dpor->node_last == DPOR_NO_NODE) {
        return;
    }
    struct dpor_node *node = &dpor->node[dpor->node_last];
    for (uint32_t i = 0; i < node->enabled_count; i++) {
        if (i != node->chosen && !is_on_offer(pick, node->enabled[i])) {
            node->backtrack |= UINT32_C(1) << i;
        }
    }
    dpor->node_last = DPOR_NO_NODE; /* it is the step after this choice that counts */
}

/* Up to here the execution repeats the last one: from this choice on the world tells about every
 * step, and asks even where there is no choice. */
static void wake_up(struct dpor *dpor, const struct dpor_node *node)
{
    memcpy(dpor->asleep, &dpor->nap[node->nap_first], node->nap_count * sizeof dpor->asleep[0]);
    dpor->asleep_count = node->nap_count;
    dpor->source.by_count = false;
    dpor->source.ask_alone = true;
    dpor->source.step = dpor_step;
    dpor->source.refresh = true;
}

static uint32_t dpor_pick_alone(struct dpor *dpor, const struct sim_pick *pick)
{
    dpor->node_now = DPOR_NO_NODE;
    if (is_asleep(dpor, (sim_actor_id)pick->id[0])) {
        dpor->blocked_now = 1;
        return SIM_PICK_STOP;
    }
    return 0;
}

static uint32_t dpor_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct dpor *dpor = (struct dpor *)source;
    if (pick->kind != SIM_PICK_ACTOR) {
        return dpor_pick_data(dpor, pick);
    }
    dpor->asked = true;
    if (dpor->at > dpor->fresh_at || dpor->depth == 0) {
        races_of_disabled(dpor, pick);
    }
    if (pick->count == 1) {
        return dpor_pick_alone(dpor, pick);
    }
    if (dpor->at == dpor->depth) {
        uint32_t chosen = node_new_actor(dpor, pick);
        if (chosen == SIM_PICK_STOP) {
            return chosen;
        }
    }
    struct dpor_node *node = &dpor->node[dpor->at];
    if (node->enabled_count != pick->count || node->is_data) {
        dpor->nondeterministic = 1;
        return SIM_PICK_STOP;
    }
    if (dpor->source.step == NULL) {
        wake_up(dpor, node);
    }
    node->event = dpor->event_count;
    dpor->node_now = dpor->at;
    dpor->node_last = dpor->at;
    fall_asleep(dpor, node);
    dpor->at++;
    return node->chosen;
}

/* ---- learning from a step ---- */

static void note_wake(struct dpor *dpor, const struct dpor_event *event,
                      const struct dpor_slice *touched)
{
    if (dpor->event[event->start].node == DPOR_NO_NODE) {
        return;
    }
    if (dpor->wake_count == DPOR_WAKES_MAX) {
        dpor->overflow = 1;
        return;
    }
    dpor->wake[dpor->wake_count++] = (struct dpor_wake){event->start, *touched};
}

static void wake_sleepers(struct dpor *dpor, const struct dpor_event *event)
{
    sim_actor_id self = dpor->process[event->process].actor;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < dpor->asleep_count; i++) {
        const struct dpor_sleeper *sleeper = &dpor->asleep[i];
        if (sleeper->actor == self) {
            continue;
        }
        if (dpor_conflict(&sleeper->touched, dpor->pool, &event->touched, dpor->touch)) {
            note_wake(dpor, event, &sleeper->touched);
        } else {
            dpor->asleep[kept++] = *sleeper;
        }
    }
    dpor->asleep_count = kept;
}

static void dpor_step(struct sim_source *source, const struct sim_step *step)
{
    struct dpor *dpor = (struct dpor *)source;
    uint32_t index = dpor_event_add(dpor, step, dpor->node_now, true);
    dpor->node_now = DPOR_NO_NODE;
    dpor->asked = false;
    if (index != DPOR_NO_NODE) {
        wake_sleepers(dpor, &dpor->event[index]);
    }
}

/* ---- between executions ---- */

static void dpor_init(void *memory, const struct fuzz_strategy_config *config)
{
    struct dpor *dpor = memory;
    memset(dpor, 0, offsetof(struct dpor, node));
    dpor->source.pick = dpor_pick;
    dpor->expands = config->expands;
    fuzz_split_init(&dpor->split, config);
}

/* Adds what the step of a node, and what went on with it, has touched in this execution to what it
 * has in earlier ones. */
static void node_remember(struct dpor *dpor, struct dpor_node *node)
{
    for (uint32_t e = node->event; e < dpor->event_count && dpor->event[e].start == node->event;
         e++) {
        pool_add(dpor, node, node->enabled[node->chosen], &dpor->event[e].touched);
    }
}

static bool actor_advance(struct dpor *dpor, struct dpor_node *node)
{
    node->done |= UINT32_C(1) << node->chosen;
    uint32_t open = node->backtrack & ~node->done & ~node->asleep;
    if (open == 0) {
        return false;
    }
    node_remember(dpor, node);
    node->chosen = (uint8_t)__builtin_ctz(open);
    dpor->script[dpor->depth - 1] = node->chosen;
    return true;
}

/* Before a choice of data moves on, what its step touched in this alternative is kept at the
 * actor's node. Between the two there are only choices of data of the same step. */
static void remember_alternative(struct dpor *dpor)
{
    uint32_t at = dpor->depth;
    while (dpor->node[at - 1].is_data) {
        if (--at == 0) {
            return; /* of the very first step, which is no choice */
        }
    }
    node_remember(dpor, &dpor->node[at - 1]);
    for (uint32_t i = at; i < dpor->depth; i++) {
        dpor->node[i].touch_end = dpor->node[at - 1].touch_end;
    }
}

/* Moves the path on to the next one; false when there is none. */
static bool advance(struct dpor *dpor)
{
    while (dpor->depth != 0) {
        struct dpor_node *node = &dpor->node[dpor->depth - 1];
        if (!node->is_data) {
            if (actor_advance(dpor, node)) {
                return true;
            }
        } else if (node->index + 1 < node->count) {
            remember_alternative(dpor);
            dpor->script[dpor->depth - 1] = ++node->index;
            return true;
        }
        dpor->depth--;
    }
    return false;
}

static void expand_fully(struct dpor *dpor)
{
    for (uint32_t i = 0; i < dpor->depth; i++) {
        struct dpor_node *node = &dpor->node[i];
        if (!node->is_data) {
            node->backtrack = UINT32_MAX >> (32 - node->enabled_count);
        }
    }
}

/* Actors that end the execution before a lock have a race with whoever took it. */
static void races_of_blocked(struct dpor *dpor, const struct sim_world *world)
{
    uint32_t threads = sim_world_thread_count(world);
    for (uint32_t i = 0; i < threads; i++) {
        uint64_t resource;
        if (sim_world_blocked_acquire(world, i, &resource)) {
            dpor_blocked_races(dpor, i, resource);
        }
    }
}

static void dpor_end(void *memory, const struct fuzz_execution *execution)
{
    struct dpor *dpor = memory;
    if (dpor->source.script_left != 0 && execution->world != NULL) {
        dpor->nondeterministic = 1; /* it ended, or had other choices, where it went on before */
    }
    if (dpor->blocked_now) {
        dpor->sleep_blocked++;
    }
    dpor_end_transition(dpor);
    if (execution->world == NULL || execution->finding) {
        expand_fully(dpor);
    } else if (!dpor->blocked_now) {
        races_of_disabled(dpor, NULL);
        races_of_blocked(dpor, execution->world);
    }
}

static struct sim_source *dpor_begin(void *memory, uint64_t number)
{
    struct dpor *dpor = memory;
    (void)number;
    if (dpor->nondeterministic) {
        return NULL;
    }
    if (dpor->started && !advance(dpor) && !fuzz_split_again(&dpor->split)) {
        dpor->exhausted = 1;
        return NULL;
    }
    uint32_t fresh = dpor->depth;
    while (fresh != 0 && dpor->node[fresh - 1].is_data) {
        fresh--; /* back to the actor in whose step the path changes */
    }
    bool repeats = fresh != 0;
    dpor->fresh_at = repeats ? fresh - 1 : 0;
    dpor_keep_events(dpor, repeats ? dpor->node[dpor->fresh_at].event : 0);
    dpor->at = dpor->fresh_at; /* up to there the world follows the script */
    dpor->source.script = dpor->script;
    dpor->source.script_left = dpor->fresh_at;
    dpor->asleep_count = 0;
    dpor->blocked_now = 0;
    dpor->node_now = DPOR_NO_NODE;
    dpor->node_last = DPOR_NO_NODE;
    dpor->source.by_count = repeats;
    dpor->source.ask_alone = !repeats;
    dpor->source.step = repeats ? NULL : dpor_step;
    dpor->started = 1;
    return &dpor->source;
}

static void dpor_progress(const void *memory, struct fuzz_strategy_progress *progress)
{
    const struct dpor *dpor = memory;
    progress->complete = dpor->exhausted && !dpor->overflow && !dpor->nondeterministic;
    progress->blocked = dpor->sleep_blocked;
    progress->nondeterministic = dpor->nondeterministic;
}

const struct fuzz_strategy fuzz_strategy_dpor = {
    .name = "dpor",
    .about = "one schedule for each class of equivalent ones; complete when it ends",
    .one_per_class = true,
    .memory_size = sizeof(struct dpor),
    .init = dpor_init,
    .begin = dpor_begin,
    .end = dpor_end,
    .progress = dpor_progress,
};
