/* task: what a task brings along when it polls a stream (std::task::Context): its waker, and, if
 * its executor wants them, a budget and a trace.
 *
 * An operation that cannot go on answers WOULD_BLOCK, keeps a clone of the waker and consumes it
 * once: it wakes it when polling again makes sense, or drops it when nobody waits for that any
 * more. Wakers run and are dropped in whatever thread makes the progress, never under a lock of
 * core: they may call anything, also operations on the stream that wakes them. */
#ifndef CORE_TASK_H
#define CORE_TASK_H

#include "core/win32.h"

#include <stddef.h>
#include <stdint.h>

struct rdy_task_waker_ops;

/* A waker (std::task::RawWaker): a value that names a task. `ops` is NULL in a waker that is none.
 */
typedef struct rdy_task_waker {
    const struct rdy_task_waker_ops *ops;
    void *data;
} rdy_task_waker;

/* What an executor gives to its wakers. Any thread may call any of them at any time. */
struct rdy_task_waker_ops {
    /* clone returns another waker of the task, to be consumed on its own, by wake or by drop. A
     * waker without ops says that there is no memory. */
    rdy_task_waker (*clone)(void *data);
    /* wake consumes a waker: its task is to be polled. */
    void (*wake)(void *data);
    /* wake_by_ref says the same and consumes nothing. */
    void (*wake_by_ref)(void *data);
    /* drop consumes a waker and says nothing. */
    void (*drop)(void *data);
};

/* rdy_task_waker_none is a waker that is none. */
static inline rdy_task_waker rdy_task_waker_none(void)
{
    return (rdy_task_waker){NULL, NULL};
}

/* rdy_task_waker_noop returns a waker that does nothing, for those who poll by hand
 * (Waker::noop). */
rdy_task_waker rdy_task_waker_noop(void);

/* rdy_task_waker_will_wake tells whether two wakers name the same task. FALSE may be wrong. */
static inline BOOL rdy_task_waker_will_wake(rdy_task_waker left, rdy_task_waker right)
{
    return left.ops == right.ops && left.data == right.data;
}

/* rdy_task_waker_wake and rdy_task_waker_drop consume a waker, if it is one. */
void rdy_task_waker_wake(rdy_task_waker waker);
void rdy_task_waker_drop(rdy_task_waker waker);

/* How much a task may do before it has to let others run (tokio task::coop). Only operations that
 * make progress consume it; one that finds it used up wakes its task, so that it is polled again,
 * and answers WOULD_BLOCK. The executor fills it before each poll of the task. */
struct rdy_task_budget {
    uint32_t left;
};

/* What tokio gives a task for each poll. */
#define RDY_TASK_BUDGET UINT32_C(128)

/* rdy_task_trace is told of each leaf operation, by the address of its half of a stream. TRUE: the
 * operation does nothing and answers WOULD_BLOCK, and the tracer sees to it that the task is polled
 * again (tokio trace_leaf). It may call anything. */
typedef BOOL (*rdy_task_trace)(void *argument, const void *half);

/* Borrowed for the length of a call; a task is polled by one thread at a time. */
typedef struct rdy_task {
    rdy_task_waker waker;
    struct rdy_task_budget *budget; /* NULL: no limit */
    rdy_task_trace trace;           /* NULL: nobody traces */
    void *trace_argument;
} rdy_task;

/* ---- for modules that make leaf operations ---- */

/* rdy_task_proceed tells whether an operation may begin; if not, it answers WOULD_BLOCK, and the
 * task has been woken or is the tracer's business. */
static inline BOOL rdy_task_proceed(const rdy_task *task, const void *half)
{
    if (task->trace != NULL && task->trace(task->trace_argument, half)) {
        return FALSE;
    }
    if (task->budget != NULL && task->budget->left == 0) {
        task->waker.ops->wake_by_ref(task->waker.data);
        return FALSE;
    }
    return TRUE;
}

/* rdy_task_progressed notes that an operation which might have blocked did not. What it woke may
 * have polled the same task meanwhile and used the budget up. */
static inline void rdy_task_progressed(const rdy_task *task)
{
    if (task->budget != NULL && task->budget->left > 0) {
        task->budget->left--;
    }
}

#endif
