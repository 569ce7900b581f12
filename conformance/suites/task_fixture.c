/* task_fixture: see task_fixture.h. */
#include "conformance/suites/task_fixture.h"

#include "conformance/suites/fact.h"

static rdy_task_waker clone(void *data);
static void wake(void *data);
static void wake_by_ref(void *data);
static void drop(void *data);

static const struct rdy_task_waker_ops ops = {
    .clone = clone, .wake = wake, .wake_by_ref = wake_by_ref, .drop = drop};

void counted_task_init(struct counted_task *task)
{
    *task = (struct counted_task){.task.waker = {.ops = &ops, .data = task}};
}

LONG counted_task_take_wakes(struct counted_task *task)
{
    return InterlockedExchange(&task->wakes, 0);
}

LONG counted_task_live(struct counted_task *task)
{
    return InterlockedExchangeAdd(&task->live, 0);
}

static rdy_task_waker clone(void *data)
{
    struct counted_task *task = data;

    if (task->is_barren) {
        return rdy_task_waker_none();
    }
    InterlockedIncrement(&task->live);
    return task->task.waker;
}

static void consume(struct counted_task *task)
{
    LONG left = InterlockedDecrement(&task->live);

    EXPECT(left >= 0);
}

static void wake(void *data)
{
    struct counted_task *task = data;

    consume(task);
    wake_by_ref(task);
}

static void wake_by_ref(void *data)
{
    struct counted_task *task = data;

    InterlockedIncrement(&task->wakes);
    if (task->on_wake != NULL) {
        task->on_wake(task->argument);
    }
}

static void drop(void *data)
{
    struct counted_task *task = data;

    consume(task);
    if (task->on_drop != NULL) {
        task->on_drop(task->argument);
    }
}
