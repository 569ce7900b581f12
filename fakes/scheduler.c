/* scheduler: who runs next. See scheduler.h. */
#include "fakes/scheduler.h"

#include "fakes/lock.h"
#include "fakes/object.h"
#include "fakes/port.h"
#include "fakes/request.h"
#include "fakes/wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sim_world *sim_running;

/* ---- ready set ---- */

static void ready_insert(struct sim_world *world, struct sim_thread *thread)
{
    world->ready[thread->ordinal / 64] |= UINT64_C(1) << (thread->ordinal % 64);
    world->ready_count++;
    thread->state = SIM_THREAD_READY;
}

static void ready_remove(struct sim_world *world, struct sim_thread *thread,
                         enum sim_thread_state state)
{
    world->ready[thread->ordinal / 64] &= ~(UINT64_C(1) << (thread->ordinal % 64));
    world->ready_count--;
    thread->state = state;
    if (thread->port != NULL) {
        port_slot_freed(thread->port);
    }
}

void scheduler_set_ready(struct sim_thread *thread, bool ready)
{
    if (ready && thread->state == SIM_THREAD_BLOCKED) {
        ready_insert(sim_running, thread);
    } else if (!ready && thread->state == SIM_THREAD_READY) {
        ready_remove(sim_running, thread, SIM_THREAD_BLOCKED);
    }
}

/* ---- log and identity ---- */

static sim_actor_id acting(const struct sim_world *world)
{
    return world->last_actor != 0 ? world->last_actor : world->current->ordinal;
}

void scheduler_log(enum sim_event_kind kind, enum sim_op op, uint32_t object, uint64_t a,
                   uint64_t b, uint64_t c)
{
    struct sim_world *world = sim_running;
    bool kernel = world->last_actor != 0;
    log_append(&world->log, (uint16_t)kind, (uint16_t)op, acting(world),
               kernel ? 0 : world->current->step, object, a, b, c);
}

sim_actor_id scheduler_actor_id(enum sim_actor_kind kind)
{
    const struct sim_thread *thread = sim_running->current;
    return SIM_ACTOR_ID(kind, thread->ordinal, thread->step);
}

/* ---- choices ---- */

void scheduler_look_at_source(struct sim_world *world)
{
    const struct sim_source *source = world->source;
    world->footprint_on = source->step != NULL;
    world->ask_alone = source->ask_alone;
    world->by_count = source->by_count && world->thread_count <= 64;
}

static void __attribute__((noinline, cold, noreturn))
bad_answer(struct sim_world *world, const struct sim_pick *pick, uint32_t index)
{
    if (index == SIM_PICK_STOP) {
        world->outcome->abandoned = true;
        scheduler_stop(world);
    }
    fprintf(stderr, "fakes: a decision source chose %u of %u\n", index, pick->count);
    abort();
}

/* Asks the source; what it answers is noted by `decided`. */
static inline uint32_t ask(struct sim_world *world, const struct sim_pick *pick)
{
    uint32_t index = world->source->pick(world->source, pick);
    if (__builtin_expect(index >= pick->count, 0)) {
        bad_answer(world, pick, index);
    }
    world->picks++;
    if (__builtin_expect(world->source->refresh, 0)) {
        world->source->refresh = false;
        scheduler_look_at_source(world);
    }
    return index;
}

static inline void decided(struct sim_world *world, const struct sim_pick *pick, uint32_t index,
                           uint64_t chosen, uint32_t cost)
{
    world->cost = sim_cost_add(world->cost, cost);
    struct sim_decision_log *log = world->decisions;
    if (log == NULL) {
        return;
    }
    if (log->count == log->capacity) {
        log->dropped++;
        return;
    }
    struct sim_decision *item = &log->item[log->count++];
    item->point = pick->point;
    item->chosen = chosen;
    item->cost = cost;
    item->index = (uint16_t)index;
    item->count = (uint16_t)pick->count;
    item->op = pick->op;
}

uint32_t scheduler_pick(enum sim_pick_kind kind, uint32_t count, const uint64_t *id,
                        const uint32_t *cost)
{
    if (count < 2) {
        return 0;
    }
    struct sim_world *world = sim_running;
    struct sim_thread *thread = world->current;
    bool kernel = world->last_actor != 0;
    uint32_t nth = kernel ? world->actor_nth[kind]++ : thread->pick_nth[kind]++;
    struct sim_pick pick = {
        .point = SIM_POINT(acting(world), kind, nth, kernel ? 0 : thread->step),
        .kind = kind,
        .op = kernel ? world->last_actor_op : thread->op,
        .count = count,
        .id = id,
        .cost = cost,
    };
    for (uint32_t i = 1; i < count; i++) {
        pick.cost_union |= cost[i];
    }
    uint32_t index = ask(world, &pick);
    decided(world, &pick, index, id[index], cost[index]);
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

/* ---- timers and kernel actions ---- */

void scheduler_arm(struct sim_thread *thread, DWORD milliseconds,
                   void (*timeout)(struct sim_thread *thread))
{
    struct sim_world *world = sim_running;
    thread->timeout = timeout;
    if (milliseconds == INFINITE) {
        return;
    }
    touch(SIM_RESOURCE_CLOCK, 0, false);
    thread->timer = (struct sim_timer){
        .armed = true,
        .deadline = world->now + (int64_t)milliseconds * 10000,
        .step = thread->step,
    };
    world->timer_count++;
}

void scheduler_disarm(struct sim_thread *thread)
{
    if (thread->timer.armed) {
        thread->timer.armed = false;
        sim_running->timer_count--;
    }
}

/* Windows' default clock interrupt, 64 a second: a wait may end early by less than this. */
#define TICK_UNITS INT64_C(156250)

/* A moment has come: the clock moves to it, or to a little before or after it. */
static void time_pass(struct sim_world *world, sim_actor_id id, int64_t deadline, uint64_t whose)
{
    world->last_actor = id;
    world->last_actor_op = SIM_OP_TIMER_FIRE;
    memset(world->actor_nth, 0, sizeof world->actor_nth);
    world->step_open = true;
    int64_t when = deadline;
    if (world->settings.coarse_clock) {
        switch (scheduler_pick_value(SIM_PICK_TIME, 3, SIM_COST_TIMEOUT)) {
        case 1:
            when -= TICK_UNITS - 1;
            break;
        case 2:
            when += TICK_UNITS;
            break;
        default:
            break;
        }
    }
    touch(SIM_RESOURCE_CLOCK, 0, true);
    world->now = when > world->now ? when : world->now;
    scheduler_log(SIM_EVENT_CLOCK, SIM_OP_TIMER_FIRE, 0, (uint64_t)world->now, whose, 0);
}

static sim_actor_id timer_id(const struct sim_thread *thread)
{
    return SIM_ACTOR_ID(SIM_ACTOR_TIMER, thread->ordinal, thread->timer.step);
}

static void timer_fire(struct sim_world *world, struct sim_thread *thread)
{
    time_pass(world, timer_id(thread), thread->timer.deadline, thread->ordinal);
    scheduler_disarm(thread);
    thread->timeout(thread);
}

static void alarm_fire(struct sim_world *world, struct sim_alarm *alarm)
{
    time_pass(world, alarm->id, alarm->deadline, 0);
    scheduler_log(SIM_EVENT_STEP, SIM_OP_ALARM, alarm->object, 0, 0, 0);
    scheduler_alarm_clear(alarm);
    alarm->run(alarm->argument);
}

void scheduler_alarm_set(struct sim_alarm *alarm, sim_actor_id id, int64_t deadline,
                         uint32_t object, void (*run)(void *argument), void *argument)
{
    struct sim_world *world = sim_running;
    scheduler_alarm_clear(alarm);
    touch(SIM_RESOURCE_CLOCK, 0, false);
    *alarm = (struct sim_alarm){
        .set = true,
        .deadline = deadline,
        .id = id,
        .object = object,
        .run = run,
        .argument = argument,
    };
    struct sim_alarm **link = &world->alarms;
    while (*link != NULL && (*link)->deadline <= deadline) {
        alarm->previous = *link;
        link = &(*link)->next;
    }
    alarm->next = *link;
    if (alarm->next != NULL) {
        alarm->next->previous = alarm;
    }
    *link = alarm;
    world->alarm_count++;
    world->timer_count++;
}

void scheduler_alarm_clear(struct sim_alarm *alarm)
{
    struct sim_world *world = sim_running;
    if (!alarm->set) {
        return;
    }
    alarm->set = false;
    if (alarm->previous != NULL) {
        alarm->previous->next = alarm->next;
    } else {
        world->alarms = alarm->next;
    }
    if (alarm->next != NULL) {
        alarm->next->previous = alarm->previous;
    }
    world->alarm_count--;
    world->timer_count--;
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

static void actor_run(struct sim_world *world, uint32_t index)
{
    struct sim_actor actor = world->actor[index];
    actor_take(world, index);
    world->last_actor = actor.id;
    world->last_actor_op = actor.op;
    memset(world->actor_nth, 0, sizeof world->actor_nth);
    world->step_open = true;
    scheduler_log(SIM_EVENT_STEP, actor.op, actor.object, 0, 0, 0);
    actor.run(actor.argument);
}

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
        .actor = acting(world),
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
    uint32_t timer_at;    /* == count without a timer */
    uint32_t cost_union;
    struct sim_thread *timer; /* the earliest is a thread's, or else an alarm */
    struct sim_alarm *alarm;
};

static void add_thread(struct sim_world *world, struct candidates *list, struct sim_thread *thread,
                       uint32_t cost)
{
    if (list->count < SIM_CANDIDATES_MAX - 1) {
        world->candidate[list->count] = thread;
        world->candidate_id[list->count] = thread->ordinal;
        world->candidate_pending[list->count] =
            (struct sim_pending){thread->next_op, thread->next_object};
        world->candidate_cost[list->count++] = cost;
        list->cost_union |= cost;
    }
}

static struct sim_thread *earliest_timer(struct sim_world *world)
{
    struct sim_thread *earliest = NULL;
    uint32_t left = world->timer_count - world->alarm_count;
    for (uint32_t i = 0; left != 0; i++) {
        struct sim_thread *thread = &world->thread[i];
        if (thread->timer.armed) {
            left--;
            if (earliest == NULL || thread->timer.deadline < earliest->timer.deadline) {
                earliest = thread;
            }
        }
    }
    return earliest;
}

/* The next thing that time brings, last among the alternatives. */
static void add_time(struct sim_world *world, struct candidates *list)
{
    struct sim_thread *timer = earliest_timer(world);
    struct sim_alarm *alarm = world->alarms;
    if (timer != NULL && (alarm == NULL || timer->timer.deadline <= alarm->deadline)) {
        list->timer = timer;
        world->candidate_id[list->count] = timer_id(timer);
        world->candidate_pending[list->count] =
            (struct sim_pending){SIM_OP_TIMER_FIRE, timer->next_object};
    } else {
        list->alarm = alarm;
        world->candidate_id[list->count] = alarm->id;
        world->candidate_pending[list->count] = (struct sim_pending){SIM_OP_ALARM, alarm->object};
    }
    uint32_t cost = list->count != 0 ? SIM_COST_TIMEOUT : 0;
    world->candidate_cost[list->count] = cost;
    list->cost_union |= cost;
    list->count++;
}

static struct candidates gather(struct sim_world *world, struct sim_thread *self)
{
    struct candidates list = {0};
    bool stays = self->state == SIM_THREAD_READY;
    if (stays) {
        add_thread(world, &list, self, 0);
    }
    uint32_t words = (world->thread_count + 63) / 64;
    for (uint32_t word = 0; word < words; word++) {
        for (uint64_t bits = world->ready[word]; bits != 0; bits &= bits - 1) {
            struct sim_thread *thread = &world->thread[word * 64 + (uint32_t)__builtin_ctzll(bits)];
            if (thread != self) {
                add_thread(world, &list, thread, stays ? SIM_COST_PREEMPTION : 0);
            }
        }
    }
    list.actors_from = list.count;
    for (uint32_t i = 0; i < world->actor_count && list.count < SIM_CANDIDATES_MAX - 1; i++) {
        world->candidate_id[list.count] = world->actor[i].id;
        world->candidate_cost[list.count] = 0;
        world->candidate_pending[list.count] =
            (struct sim_pending){world->actor[i].op, world->actor[i].object};
        list.count++;
    }
    list.timer_at = list.count;
    if (world->timer_count != 0) {
        add_time(world, &list);
    }
    return list;
}

/* The question "who runs next", as far as it does not depend on who can. */
static inline struct sim_pick *actor_pick(struct sim_world *world, uint32_t count,
                                          uint32_t cost_union)
{
    const struct sim_thread *self = world->current;
    bool kernel = world->last_actor != 0;
    struct sim_pick *pick = &world->actor_pick;
    pick->point = SIM_POINT(acting(world), SIM_PICK_ACTOR, 0, kernel ? 0 : self->step);
    pick->op = kernel ? world->last_actor_op : self->op;
    pick->count = count;
    pick->cost_union = cost_union;
    return pick;
}

static uint32_t choose(struct sim_world *world, const struct candidates *list)
{
    if (list->count == 1 && !world->source->ask_alone) {
        return 0;
    }
    struct sim_pick *pick = actor_pick(world, list->count, list->cost_union);
    pick->id = world->candidate_id;
    pick->cost = world->candidate_cost;
    pick->pending = world->candidate_pending;
    uint32_t index = ask(world, pick);
    if (list->count == 1) {
        world->picks--;
        return 0;
    }
    decided(world, pick, index, pick->id[index], pick->cost[index]);
    return index;
}

/* The choice among at most 64 threads and nothing else, for sources that only need the count: no
 * list is made. Same order of alternatives as gather. */
static struct sim_thread *choose_thread(struct sim_world *world, struct sim_thread *self)
{
    bool stays = self->state == SIM_THREAD_READY;
    uint64_t others = world->ready[0] & ~(UINT64_C(1) << self->ordinal);
    uint32_t index = 0;
    uint32_t count = world->ready_count;
    struct sim_pick *pick = NULL;
    if (count != 1) { /* by_count and ask_alone do not go together */
        pick = actor_pick(world, count, stays ? SIM_COST_PREEMPTION : 0);
        pick->id = NULL;
        pick->cost = NULL;
        pick->pending = NULL;
        index = ask(world, pick);
    }
    struct sim_thread *next = self;
    if (index != 0 || !stays) {
        for (uint32_t skip = index - stays; skip != 0; skip--) {
            others &= others - 1;
        }
        next = &world->thread[__builtin_ctzll(others)];
    }
    if (pick != NULL) {
        decided(world, pick, index, next->ordinal, index != 0 ? pick->cost_union : 0);
    }
    world->last_actor = 0;
    return next;
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
static struct sim_thread *next_thread(struct sim_world *world, struct sim_thread *self)
{
    for (;;) {
        if (world->ready_count != 0 && world->actor_count == 0 && world->timer_count == 0 &&
            world->by_count) {
            return choose_thread(world, self);
        }
        struct candidates list = gather(world, self);
        if (list.count == 0) {
            nobody_can_run(world);
            continue;
        }
        uint32_t index = choose(world, &list);
        if (index < list.actors_from) {
            world->last_actor = 0;
            return world->candidate[index];
        }
        if (++world->steps > world->steps_max) {
            sim_report(SIM_ORACLE_LIVELOCK, "no end after %u steps", world->steps_max);
        }
        if (index == list.timer_at && list.timer != NULL) {
            timer_fire(world, list.timer);
        } else if (index == list.timer_at) {
            alarm_fire(world, list.alarm);
        } else {
            actor_run(world, index - list.actors_from);
        }
        step_ended(world);
    }
}

/* ---- steps ---- */

/* What few steps need: the bound of all steps, and the pause for a debugger. */
static void __attribute__((noinline, cold)) look_at_step(struct sim_world *world,
                                                         const struct sim_thread *thread)
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
    thread->step++;
    thread->op = (uint16_t)op;
    world->step_open = true;
    memset(thread->pick_nth, 0, sizeof thread->pick_nth);
    if (++world->steps > world->steps_plain) {
        look_at_step(world, thread);
    }
    log_append(&world->log, SIM_EVENT_STEP, (uint16_t)op, thread->ordinal, thread->step, object, a,
               b, 0);
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

void scheduler_suspend(enum sim_op op, uint32_t object, DWORD milliseconds,
                       void (*timeout)(struct sim_thread *thread))
{
    struct sim_world *world = sim_running;
    struct sim_thread *thread = world->current;
    scheduler_log(SIM_EVENT_BLOCK, op, object, milliseconds, 0, 0);
    scheduler_arm(thread, milliseconds, timeout);
    thread->wake_reason = SIM_WAKE_NONE;
    ready_remove(world, thread, SIM_THREAD_BLOCKED);
    scheduler_offer(thread, op, object);
}

enum sim_wake_reason scheduler_block(enum sim_op op, uint32_t object, DWORD milliseconds,
                                     void (*timeout)(struct sim_thread *thread))
{
    struct sim_thread *thread = sim_running->current;
    scheduler_suspend(op, object, milliseconds, timeout);
    scheduler_begin(thread, op, object, 0, 0);
    touch(SIM_RESOURCE_WAKE, thread->ordinal, true);
    return thread->wake_reason;
}

void scheduler_release(struct sim_thread *thread, enum sim_wake_reason reason)
{
    scheduler_disarm(thread);
    thread->wake_reason = reason;
    thread->wait_key = NULL;
    touch(SIM_RESOURCE_WAKE, thread->ordinal, true);
    scheduler_log(SIM_EVENT_WAKE, SIM_OP_NONE, 0, thread->ordinal, reason, 0);
}

void scheduler_wake(struct sim_thread *thread, enum sim_wake_reason reason)
{
    scheduler_release(thread, reason);
    ready_insert(sim_running, thread);
}

/* ---- life of a thread ---- */

static void thread_main(void *argument)
{
    struct sim_thread *thread = argument;
    scheduler_begin(thread, SIM_OP_THREAD_START, 0, 0, 0);
    touch(SIM_RESOURCE_WAKE, thread->ordinal, true);
    thread->body(thread->argument);
    scheduler_exit();
}

struct sim_thread *scheduler_spawn(const char *name, void (*body)(void *), void *argument)
{
    struct sim_world *world = sim_running;
    if (world->thread_count == SIM_THREADS_MAX) {
        sim_report(SIM_ORACLE_UNMODELLED, "more than %u threads in one execution", SIM_THREADS_MAX);
    }
    struct sim_thread *thread = &world->thread[world->thread_count];
    if (!thread->stack_reserved) {
        if (!fiber_reserve(&thread->fiber, SIM_STACK_SIZE)) {
            fprintf(stderr, "fakes: the host refuses memory for a stack\n");
            abort();
        }
        thread->stack_reserved = true;
    }
    thread->ordinal = world->thread_count++;
    scheduler_look_at_source(world);
    thread->name = name;
    thread->body = body;
    thread->argument = argument;
    fiber_prepare(&thread->fiber, thread_main, thread);
    thread->next_op = SIM_OP_THREAD_START;
    thread->next_object = 0;
    ready_insert(world, thread);
    world->live_count++;
    return thread;
}

void scheduler_exit(void)
{
    struct sim_world *world = sim_running;
    struct sim_thread *thread = world->current;
    scheduler_step(SIM_OP_THREAD_EXIT, 0, thread->exit_code, 0);
    lock_thread_exit(thread);
    request_thread_exit(thread->ordinal);
    wait_abandon_mutexes(thread);
    object_thread_finished(thread);
    ready_remove(world, thread, SIM_THREAD_FINISHED);
    world->live_count--;
    step_ended(world);
    struct sim_thread *next = next_thread(world, thread);
    world->current = next;
    fiber_exit_to(&thread->fiber, &next->fiber);
}

/* ---- life of an execution ---- */

void scheduler_reset(struct sim_world *world)
{
    for (uint32_t i = 0; i < world->thread_count; i++) {
        struct sim_thread *thread = &world->thread[i];
        struct sim_fiber fiber = thread->fiber;
        memset(thread, 0, offsetof(struct sim_thread, waits_for));
        thread->fiber = fiber;
        thread->stack_reserved = true;
    }
    world->thread_count = 0;
    memset(world->ready, 0, sizeof world->ready);
    world->ready_count = 0;
    world->live_count = 0;
    world->joiners = 0;
    world->actor_count = 0;
    world->timer_count = 0;
    world->alarm_count = 0;
    world->alarms = NULL;
    world->quiescent = NULL;
    world->current = NULL;
    world->last_actor = 0;
    world->actor_pick.kind = SIM_PICK_ACTOR;
    world->steps = 0;
    world->picks = 0;
    world->cost = 0;
    world->faults = 0;
    world->now = 0;
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
