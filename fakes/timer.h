/* timer: what time brings: timed waits of threads, and moments that the kernel has set for itself.
 * Only the earliest of all is an alternative of a choice; the clock moves when it is taken. */
#ifndef FAKES_TIMER_H
#define FAKES_TIMER_H

#include "fakes/world_state.h"

/* scheduler_arm starts the timer of a thread; scheduler_disarm stops it. */
void scheduler_arm(struct sim_thread *thread, DWORD milliseconds,
                   void (*timeout)(struct sim_thread *thread));
void scheduler_disarm(struct sim_thread *thread);

/* scheduler_alarm_set makes `run(argument)` a kernel action named `id` that may run when the clock
 * has reached `deadline` (100 ns units); an alarm that is set is set anew. The alarm stays the
 * caller's, zeroed before its first use, and lives until it has run or was cleared. */
struct sim_alarm {
    struct sim_alarm *next, *previous; /* of those that are set, the earliest first */
    bool set;
    int64_t deadline;
    sim_actor_id id;
    uint32_t object; /* for the log */
    void (*run)(void *argument);
    void *argument;
};
void scheduler_alarm_set(struct sim_alarm *alarm, sim_actor_id id, int64_t deadline,
                         uint32_t object, void (*run)(void *argument), void *argument);
void scheduler_alarm_clear(struct sim_alarm *alarm);

/* The next thing that time brings: a thread's timer, or else an alarm. */
struct sim_moment {
    struct sim_thread *timer; /* NULL: the alarm */
    struct sim_alarm *alarm;
    sim_actor_id id;
    struct sim_pending pending;
};

/* timer_next finds the earliest of those that are armed (timer_count is not 0); timer_pass lets it
 * come: the clock moves, and what waited for it happens. */
void timer_next(struct sim_world *world, struct sim_moment *moment);
void timer_pass(struct sim_world *world, const struct sim_moment *moment);

#endif
