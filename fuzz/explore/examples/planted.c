/* planted: programs with the bug their name stands for. */
#include "fakes/world.h"
#include "fuzz/explore/examples/examples.h"

#include <windows.h>

#define THREADS_MAX 16u

static const char *const names[THREADS_MAX] = {"t1",  "t2",  "t3",  "t4",  "t5",  "t6",
                                               "t7",  "t8",  "t9",  "t10", "t11", "t12",
                                               "t13", "t14", "t15", "t16"};

static void check(BOOL holds, const char *what)
{
    if (!holds) {
        sim_report(SIM_ORACLE_ASSERTION, "%s", what);
    }
}

/* ---- reorder: a = 1; b = -1 by every setter; the checker must not see one without the other ----
 */

static LONG first, second;

static void set_both(void *unused)
{
    (void)unused;
    InterlockedExchange(&first, 1);
    InterlockedExchange(&second, -1);
}

static void check_both(void *unused)
{
    (void)unused;
    LONG a = ReadAcquire(&first);
    LONG b = ReadAcquire(&second);
    check((a == 0 && b == 0) || (a == 1 && b == -1), "a reader saw one store without the other");
}

void example_reorder(void *argument)
{
    uint32_t setters = *(const uint32_t *)argument;
    first = second = 0;
    for (uint32_t i = 0; i < setters; i++) {
        sim_spawn(names[i], set_both, NULL);
    }
    sim_spawn("checker", check_both, NULL);
}

/* ---- twostage: the second value is published in a critical section of its own ---- */

static SRWLOCK stage_lock[2];
static LONG stage[2];

static void publish(void *unused)
{
    (void)unused;
    AcquireSRWLockExclusive(&stage_lock[0]);
    stage[0] = 1;
    ReleaseSRWLockExclusive(&stage_lock[0]);
    AcquireSRWLockExclusive(&stage_lock[1]);
    stage[1] = stage[0] + 1;
    ReleaseSRWLockExclusive(&stage_lock[1]);
}

static void observe(void *unused)
{
    (void)unused;
    AcquireSRWLockExclusive(&stage_lock[0]);
    LONG one = stage[0];
    ReleaseSRWLockExclusive(&stage_lock[0]);
    if (one == 0) {
        return;
    }
    AcquireSRWLockExclusive(&stage_lock[1]);
    LONG two = stage[1];
    ReleaseSRWLockExclusive(&stage_lock[1]);
    check(two == one + 1, "the second stage lags behind the first");
}

void example_twostage(void *argument)
{
    uint32_t pairs = *(const uint32_t *)argument;
    for (uint32_t i = 0; i < 2; i++) {
        InitializeSRWLock(&stage_lock[i]);
        stage[i] = 0;
    }
    for (uint32_t i = 0; i < pairs; i++) {
        sim_spawn(names[2 * i], publish, NULL);
        sim_spawn(names[2 * i + 1], observe, NULL);
    }
}

/* ---- dining: everybody takes the left fork first ---- */

static SRWLOCK fork_lock[THREADS_MAX];
static uint32_t philosophers;

static void dine(void *argument)
{
    uint32_t seat = (uint32_t)(uintptr_t)argument;
    SRWLOCK *left = &fork_lock[seat];
    SRWLOCK *right = &fork_lock[(seat + 1) % philosophers];
    AcquireSRWLockExclusive(left);
    AcquireSRWLockExclusive(right);
    ReleaseSRWLockExclusive(right);
    ReleaseSRWLockExclusive(left);
}

void example_dining(void *argument)
{
    philosophers = *(const uint32_t *)argument;
    for (uint32_t i = 0; i < philosophers; i++) {
        InitializeSRWLock(&fork_lock[i]);
    }
    for (uint32_t i = 0; i < philosophers; i++) {
        sim_spawn(names[i], dine, (void *)(uintptr_t)i);
    }
}

/* ---- safestack: a lock-free stack of indexes whose pop suffers from ABA (D. Vyukov) ---- */

#define CELLS 3

static LONG head, free_count;
static LONG next[CELLS];
static LONG value[CELLS]; /* who holds the cell */

static LONG stack_pop(void)
{
    while (ReadAcquire(&free_count) > 1) {
        LONG top = ReadAcquire(&head);
        LONG below = InterlockedExchange(&next[top], -1);
        if (below >= 0) {
            if (InterlockedCompareExchange(&head, below, top) == top) {
                InterlockedDecrement(&free_count);
                return top;
            }
            InterlockedExchange(&next[top], below);
        }
    }
    return -1;
}

static void stack_push(LONG index)
{
    LONG top = ReadAcquire(&head);
    do {
        InterlockedExchange(&next[index], top);
        LONG seen = InterlockedCompareExchange(&head, index, top);
        if (seen == top) {
            break;
        }
        top = seen;
    } while (TRUE);
    InterlockedIncrement(&free_count);
}

static void use_cells(void *argument)
{
    LONG self = (LONG)(intptr_t)argument;
    for (uint32_t i = 0; i < 2; i++) {
        LONG cell = stack_pop();
        while (cell < 0) {
            SwitchToThread();
            cell = stack_pop();
        }
        InterlockedExchange(&value[cell], self);
        check(ReadAcquire(&value[cell]) == self, "two threads hold one cell");
        stack_push(cell);
    }
}

void example_safestack(void *argument)
{
    (void)argument;
    head = 0;
    free_count = CELLS;
    for (LONG i = 0; i < CELLS; i++) {
        next[i] = i + 1 < CELLS ? i + 1 : -1;
        value[i] = 0;
    }
    for (uint32_t i = 0; i < 3; i++) {
        sim_spawn(names[i], use_cells, (void *)(uintptr_t)(i + 1));
    }
}
