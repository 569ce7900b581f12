/* task_fixture: a task for facts about streams: it counts its wakers and what they are told. */
#ifndef CONFORMANCE_SUITES_TASK_FIXTURE_H
#define CONFORMANCE_SUITES_TASK_FIXTURE_H

#include "core/task.h"

/* Counted by interlocked operations: wakers run in any thread. */
struct counted_task {
    rdy_task task;  /* what operations are given */
    LONG wakes;     /* by wake or wake_by_ref */
    LONG live;      /* clones that are neither woken nor dropped */
    BOOL is_barren; /* clone has no memory */
    /* Called by each wake, and by each drop of a clone, if not NULL. */
    void (*on_wake)(void *argument);
    void (*on_drop)(void *argument);
    void *argument;
};

/* counted_task_init makes a task without budget and trace that only counts. */
void counted_task_init(struct counted_task *task);

/* counted_task_take_wakes returns how often the task was woken since the last call. */
LONG counted_task_take_wakes(struct counted_task *task);

/* counted_task_live returns how many clones of its waker there are. */
LONG counted_task_live(struct counted_task *task);

#endif
