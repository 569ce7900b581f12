/* scheduler: who runs next. See scheduler.h. */
#include "fakes/scheduler.h"

struct sim_world *sim_running;

/* ---- the end of a step ---- */

static void step_tell(struct sim_world *world)
{
    if (!world->step_open) {
        return;
    }
    world->step_open = false;
    bool kernel = world->last_actor != 0;
    const struct sim_thread *thread = world->current;
    struct sim_step step = {
        .actor = actor_acting(world),
        .step = kernel ? 0 : thread->step,
        .op = kernel ? world->last_actor_op : thread->op,
        .footprint = &world->footprint,
    };
    world->source->step(world->source, &step);
    world->footprint.count = 0;
    world->footprint.everything = false;
    world->footprint.barrier = false;
}

static inline void step_ended(struct sim_world *world)
{
    if (__builtin_expect(world->footprint_on, 0)) {
        step_tell(world);
    }
}

/* ---- the choice of the next actor ---- */

struct candidates {
    uint32_t count;
    uint32_t actors_from; /* threads before, kernel actions from here */
    uint32_t moment_at;   /* == count without one */
    uint32_t cost_union;
    struct sim_moment moment;
};

static void add_thread(struct sim_world *world, struct candidates *list, struct sim_thread *thread,
                       uint32_t cost)
{
    _Static_assert(SIM_THREADS_MAX < SIM_CANDIDATES_MAX, "there is room for all threads");
    world->candidate_id[list->count] = thread->ordinal;
    world->candidate_pending[list->count] =
        (struct sim_pending){thread->next_op, thread->next_object};
    world->candidate_cost[list->count++] = cost;
    list->cost_union |= cost;
}

/* The next thing that time brings, last among the alternatives. */
static void add_moment(struct sim_world *world, struct candidates *list)
{
    timer_next(world, &list->moment);
    uint32_t cost = list->count != 0 ? SIM_COST_TIMEOUT : 0;
    world->candidate_id[list->count] = list->moment.id;
    world->candidate_pending[list->count] = list->moment.pending;
    world->candidate_cost[list->count++] = cost;
    list->cost_union |= cost;
}

/* Lists who can run: this thread first if it can, the others by ordinal, kernel actions, time. */
static void gather(struct sim_world *world, struct sim_thread *self, struct candidates *list)
{
    bool stays = self->state == SIM_THREAD_READY;
    list->count = 0;
    list->cost_union = 0;
    if (stays) {
        add_thread(world, list, self, 0);
    }
    uint32_t words = (world->thread_count + 63) / 64;
    for (uint32_t word = 0; word < words; word++) {
        for (uint64_t bits = world->ready[word]; bits != 0; bits &= bits - 1) {
            struct sim_thread *thread = &world->thread[word * 64 + (uint32_t)__builtin_ctzll(bits)];
            if (thread != self) {
                add_thread(world, list, thread, stays ? SIM_COST_PREEMPTION : 0);
            }
        }
    }
    list->actors_from = list->count;
    for (uint32_t i = 0; i < world->actor_count && list->count < SIM_CANDIDATES_MAX - 1; i++) {
        world->candidate_id[list->count] = world->actor[i].id;
        world->candidate_cost[list->count] = 0;
        world->candidate_pending[list->count] =
            (struct sim_pending){world->actor[i].op, world->actor[i].object};
        list->count++;
    }
    list->moment_at = list->count;
    if (world->timer_count != 0) {
        add_moment(world, list);
    }
}

/* The question "who runs next", as far as it does not depend on who can. */
static inline struct sim_pick *actor_pick(struct sim_world *world, uint64_t point, uint16_t op,
                                          uint32_t count, uint32_t cost_union)
{
    struct sim_pick *pick = &world->actor_pick;
    pick->point = point;
    pick->op = op;
    pick->count = count;
    pick->cost_union = cost_union;
    return pick;
}

/* Its point, and the operation there. */
static inline uint64_t actor_point(const struct sim_world *world)
{
    uint32_t step = world->last_actor != 0 ? 0 : world->current->step;
    return SIM_POINT(actor_acting(world), SIM_PICK_ACTOR, 0, step);
}

static inline uint16_t actor_op(const struct sim_world *world)
{
    return world->last_actor != 0 ? world->last_actor_op : world->current->op;
}

static uint32_t choose(struct sim_world *world, const struct candidates *list)
{
    if (list->count == 1 && !world->source->ask_alone) {
        return 0;
    }
    struct sim_pick *pick =
        actor_pick(world, actor_point(world), actor_op(world), list->count, list->cost_union);
    pick->id = world->candidate_id;
    pick->cost = world->candidate_cost;
    pick->pending = world->candidate_pending;
    uint32_t index = choice_ask(world, pick);
    if (list->count == 1) {
        world->picks--;
        return 0;
    }
    choice_note(world, pick->point, pick->op, list->count, index, pick->id[index],
                pick->cost[index]);
    return index;
}

/* Whether there are at most 64 threads and nothing else to choose from, for a source that needs
 * only the count. */
static inline bool is_plain(const struct sim_world *world)
{
    return world->by_count && world->ready_count != 0 &&
           (world->actor_count | world->timer_count) == 0;
}

/* The bit with this index among those of `set`. The first few without a loop: its end could not be
 * predicted. */
static inline uint64_t nth_bit(uint64_t set, uint32_t index)
{
    uint64_t first[4];
    first[0] = set;
    first[1] = first[0] & (first[0] - 1);
    first[2] = first[1] & (first[1] - 1);
    first[3] = first[2] & (first[2] - 1);
    uint64_t left = first[index < 3 ? index : 3];
    for (uint32_t i = 3; __builtin_expect(i < index, 0); i++) {
        left &= left - 1;
    }
    return left;
}

/* Notes and returns the thread with this index: the first if it stays, then the others. */
static inline struct sim_thread *take_thread(struct sim_world *world, struct sim_thread *self,
                                             uint64_t others, uint32_t index)
{
    uint32_t stays = self->state == SIM_THREAD_READY;
    uint32_t ordinal =
        index < stays ? self->ordinal : (uint32_t)__builtin_ctzll(nth_bit(others, index - stays));
    choice_note(world, actor_point(world), actor_op(world), world->ready_count, index, ordinal,
                index != 0 && stays ? SIM_COST_PREEMPTION : 0);
    world->last_actor = 0;
    return &world->thread[ordinal];
}

static struct sim_thread *__attribute__((noinline))
ask_for_thread(struct sim_world *world, struct sim_thread *self, uint64_t others)
{
    bool stays = self->state == SIM_THREAD_READY;
    struct sim_pick *pick = actor_pick(world, actor_point(world), actor_op(world),
                                       world->ready_count, stays ? SIM_COST_PREEMPTION : 0);
    pick->id = NULL;
    pick->cost = NULL;
    pick->pending = NULL;
    return take_thread(world, self, others, choice_ask(world, pick));
}

/* The choice of is_plain: no list is made. Same order of alternatives as gather. */
static struct sim_thread *choose_thread(struct sim_world *world, struct sim_thread *self)
{
    uint32_t stays = self->state == SIM_THREAD_READY;
    uint64_t others = world->ready[0] & ~(UINT64_C(1) << self->ordinal);
    uint32_t count = world->ready_count;
    if (count == 1) { /* by_count and ask_alone do not go together */
        world->last_actor = 0;
        return stays ? self : &world->thread[__builtin_ctzll(others)];
    }
    return world->source->script_left != 0
               ? take_thread(world, self, others, choice_script(world, count))
               : ask_for_thread(world, self, others);
}

static void nobody_can_run(struct sim_world *world)
{
    if (world->quiescent != NULL) {
        struct sim_thread *thread = world->quiescent;
        world->quiescent = NULL;
        scheduler_wake(thread, SIM_WAKE_DONE);
        return;
    }
    if (world->live_count == 0) {
        world_finished(world);
    }
    char graph[1024];
    sim_wait_graph(graph, sizeof graph);
    sim_report(SIM_ORACLE_DEADLOCK, "no thread can run and nothing is left to happen\n%s", graph);
}

/* Runs kernel actions until a thread is chosen, and returns it. */
static struct sim_thread *__attribute__((noinline))
next_of_all(struct sim_world *world, struct sim_thread *self)
{
    for (;;) {
        if (is_plain(world)) {
            return choose_thread(world, self);
        }
        struct candidates list;
        gather(world, self, &list);
        if (list.count == 0) {
            nobody_can_run(world);
            continue;
        }
        uint32_t index = choose(world, &list);
        if (index < list.actors_from) {
            world->last_actor = 0;
            return &world->thread[world->candidate_id[index]];
        }
        if (++world->steps > world->steps_max) {
            sim_report(SIM_ORACLE_LIVELOCK, "no end after %u steps", world->steps_max);
        }
        if (index == list.moment_at) {
            timer_pass(world, &list.moment);
        } else {
            actor_run(world, index - list.actors_from);
        }
        step_ended(world);
    }
}

static inline struct sim_thread *next_thread(struct sim_world *world, struct sim_thread *self)
{
    return is_plain(world) ? choose_thread(world, self) : next_of_all(world, self);
}

struct sim_thread *scheduler_next(struct sim_world *world, struct sim_thread *self)
{
    step_ended(world);
    return next_thread(world, self);
}

/* ---- steps ---- */

/* What few steps need: the bound of all steps, and the pause for a debugger. */
static void __attribute__((noinline, cold))
look_at_step(struct sim_world *world, const struct sim_thread *thread)
{
    char graph[1024];
    if (world->steps > world->steps_max) {
        sim_wait_graph(graph, sizeof graph);
        sim_report(SIM_ORACLE_LIVELOCK, "no end after %u steps\n%s", world->steps_max, graph);
    }
    if (world->pause.callback != NULL && thread->ordinal == world->pause.thread &&
        thread->step == world->pause.step) {
        world->pause.callback(world->pause.argument);
    }
}

void scheduler_begin(struct sim_thread *thread, enum sim_op op, uint32_t object, uint64_t a,
                     uint64_t b)
{
    struct sim_world *world = sim_running;
    uint32_t step = thread->step + 1;
    thread->step = step;
    thread->op = (uint16_t)op;
    world->step_open = true;
    log_append(&world->log, SIM_EVENT_STEP, (uint16_t)op, thread->ordinal, step, object, a, b, 0);
    if (__builtin_expect(++world->steps > world->steps_plain, 0)) {
        look_at_step(world, thread);
    }
}

void scheduler_offer(struct sim_thread *thread, enum sim_op next_op, uint32_t next_object)
{
    struct sim_world *world = sim_running;
    thread->next_op = (uint16_t)next_op;
    thread->next_object = next_object;
    step_ended(world);
    if (thread->state == SIM_THREAD_READY && scheduler_is_alone(world)) {
        return;
    }
    struct sim_thread *next = next_thread(world, thread);
    if (next != thread) {
        world->current = next;
        fiber_switch(&thread->fiber, &next->fiber);
    }
}

void scheduler_continue(enum sim_op op, uint32_t object, uint64_t a, uint64_t b)
{
    step_ended(sim_running);
    scheduler_begin(sim_running->current, op, object, a, b);
}

void scheduler_step(enum sim_op op, uint32_t object, uint64_t a, uint64_t b)
{
    struct sim_thread *thread = sim_running->current;
    scheduler_offer(thread, op, object);
    scheduler_begin(thread, op, object, a, b);
}

/* ---- life of an execution ---- */

void scheduler_reset(struct sim_world *world)
{
    thread_reset(world);
    world->actor_count = 0;
    world->timer_count = 0;
    world->alarm_count = 0;
    world->alarms = NULL;
    world->last_actor = 0;
    world->actor_pick.kind = SIM_PICK_ACTOR;
    world->steps = 0;
    world->picks = 0;
    world->cost = 0;
    world->faults = 0;
    world->now = 0;
    world->tick = INT64_MIN / 2; /* unknown */
    world->clock_reads = 0;
}

void scheduler_run(struct sim_world *world)
{
    fiber_adopt(&world->host);
    world->current = &world->thread[0];
    fiber_switch(&world->host, &world->thread[0].fiber);
}

void scheduler_stop(struct sim_world *world)
{
    struct sim_thread *thread = world->current;
    step_ended(world);
    world->running = false;
    fiber_exit_to(&thread->fiber, &world->host);
}
