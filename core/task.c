/* task: see task.h. */
#include "core/task.h"

static rdy_task_waker noop_clone(void *data)
{
    (void)data;
    return rdy_task_waker_noop();
}

static void noop(void *data)
{
    (void)data;
}

rdy_task_waker rdy_task_waker_noop(void)
{
    static const struct rdy_task_waker_ops ops = {
        .clone = noop_clone, .wake = noop, .wake_by_ref = noop, .drop = noop};

    return (rdy_task_waker){.ops = &ops, .data = NULL};
}

void rdy_task_waker_wake(rdy_task_waker waker)
{
    if (waker.ops != NULL) {
        waker.ops->wake(waker.data);
    }
}

void rdy_task_waker_drop(rdy_task_waker waker)
{
    if (waker.ops != NULL) {
        waker.ops->drop(waker.data);
    }
}
