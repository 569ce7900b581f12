/* timer: what time brings. See timer.h. */
#include "fakes/timer.h"

#include "fakes/actor.h"
#include "fakes/choice.h"

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
        .after_tick = world->now - world->tick < 10000,
    };
    world->timer_count++;
}

void scheduler_disarm(struct sim_thread *thread)
{
    if (thread->timer.armed) {
        touch(SIM_RESOURCE_CLOCK, 0, false); /* a later timer may be the next now */
        thread->timer.armed = false;
        sim_running->timer_count--;
    }
}

/* Windows' default clock interrupt, 64 a second: a wait may end early by less than this. */
#define TICK_UNITS INT64_C(156250)

/* By how much a moment comes late, or early (negative). The system counts from the tick before a
 * wait began: one that begins right after a tick, as when a wait has just ended early, cannot end
 * early by a millisecond or more. */
static int64_t lateness(const struct sim_world *world, bool after_tick)
{
    static const uint64_t any[3] = {0, 1, 2}, not_early[2] = {0, 2};
    static const uint32_t cost[3] = {0, SIM_COST_TIMEOUT, SIM_COST_TIMEOUT};
    if (!world->settings.coarse_clock) {
        return 0;
    }
    const uint64_t *id = after_tick ? not_early : any;
    switch (id[scheduler_pick(SIM_PICK_TIME, after_tick ? 2 : 3, id, cost)]) {
    case 1:
        return 1 - TICK_UNITS;
    case 2:
        return TICK_UNITS;
    default:
        return 0;
    }
}

/* A moment has come: the clock moves to it, or to a little before or after it. */
static void time_pass(struct sim_world *world, sim_actor_id id, int64_t deadline, bool after_tick,
                      uint64_t whose)
{
    actor_begin(world, id, SIM_OP_TIMER_FIRE);
    int64_t late = lateness(world, after_tick);
    touch(SIM_RESOURCE_CLOCK, 0, true);
    world->now = deadline + late > world->now ? deadline + late : world->now;
    if (late < 0) {
        world->tick = world->now;
    }
    scheduler_log(SIM_EVENT_CLOCK, SIM_OP_TIMER_FIRE, 0, (uint64_t)world->now, whose, 0);
}

static sim_actor_id timer_id(const struct sim_thread *thread)
{
    return SIM_ACTOR_ID(SIM_ACTOR_TIMER, thread->ordinal, thread->timer.step);
}

static void timer_fire(struct sim_world *world, struct sim_thread *thread)
{
    time_pass(world, timer_id(thread), thread->timer.deadline, thread->timer.after_tick,
              thread->ordinal);
    scheduler_disarm(thread);
    thread->timeout(thread);
}

static void alarm_fire(struct sim_world *world, struct sim_alarm *alarm)
{
    time_pass(world, alarm->id, alarm->deadline, false, 0);
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
    touch(SIM_RESOURCE_ALARMS, (uint64_t)deadline, true);
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
    touch(SIM_RESOURCE_CLOCK, 0, false);
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

void timer_next(struct sim_world *world, struct sim_moment *moment)
{
    struct sim_thread *timer = earliest_timer(world);
    struct sim_alarm *alarm = world->alarms;
    moment->timer = NULL;
    moment->alarm = NULL;
    if (timer != NULL && (alarm == NULL || timer->timer.deadline <= alarm->deadline)) {
        moment->timer = timer;
        moment->id = timer_id(timer);
        moment->pending = (struct sim_pending){SIM_OP_TIMER_FIRE, timer->next_object};
    } else {
        moment->alarm = alarm;
        moment->id = alarm->id;
        moment->pending = (struct sim_pending){SIM_OP_ALARM, alarm->object};
    }
}

void timer_pass(struct sim_world *world, const struct sim_moment *moment)
{
    if (moment->timer != NULL) {
        timer_fire(world, moment->timer);
    } else {
        alarm_fire(world, moment->alarm);
    }
}
