/* win32_thread: threads and time. The clock is virtual: it stands still but for timers, and a
 * little for programs that only look at it. */
#include "fakes/object.h"
#include "fakes/scheduler.h"
#include "fakes/wait.h"

#include <process.h>

#define COUNTER_FREQUENCY INT64_C(10000000) /* 100 ns units, as on Windows 10 */

/* A program that does nothing but read the clock must see it move: 1 ms after so many reads. */
#define CLOCK_READS_A_MILLISECOND 1000u

#define PROCESS_ID UINT32_C(4)

struct start {
    LPTHREAD_START_ROUTINE routine;
    LPVOID parameter;
};

static void thread_body(void *argument)
{
    struct start start = *(struct start *)argument;
    arena_free(&sim_running->arena, argument, sizeof start);
    sim_running->current->exit_code = start.routine(start.parameter);
}

HANDLE CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack_size,
                    LPTHREAD_START_ROUTINE routine, LPVOID parameter, DWORD flags,
                    LPDWORD thread_id)
{
    (void)security;
    (void)stack_size;
    scheduler_step(SIM_OP_CREATE_THREAD, 0, 0, 0);
    if (flags != 0) {
        sim_report(SIM_ORACLE_UNMODELLED, "CreateThread with flags 0x%x", flags);
    }
    if (scheduler_fault(SIM_OP_CREATE_THREAD, 1) != 0) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    touch(SIM_RESOURCE_THREAD, SIM_THREADS_MAX, true); /* ordinals: in order of creation */
    struct start *start = arena_alloc(&sim_running->arena, sizeof *start);
    *start = (struct start){routine, parameter};
    struct sim_thread *thread = scheduler_spawn(NULL, thread_body, start);
    touch(SIM_RESOURCE_WAKE, thread->ordinal, true);
    order_release(SIM_RESOURCE_WAKE, thread->ordinal);
    if (thread_id != NULL) {
        *thread_id = (thread->ordinal + 1) * 4;
    }
    return handle_open(wait_thread_object_create(thread), 0);
}

uintptr_t _beginthreadex(void *security, unsigned stack_size, unsigned (*start)(void *),
                         void *argument, unsigned flags, unsigned *thread_id)
{
    return (uintptr_t)CreateThread(security, stack_size, start, argument, flags, thread_id);
}

BOOL GetExitCodeThread(HANDLE thread, LPDWORD exit_code)
{
    struct sim_object *object = handle_find(thread, SIM_OBJECT_THREAD, NULL);
    if (object == NULL) {
        return FALSE;
    }
    *exit_code = object->signalled ? ((struct sim_thread_object *)object)->exit_code : STILL_ACTIVE;
    return TRUE;
}

DWORD GetCurrentThreadId(void)
{
    return (sim_running->current->ordinal + 1) * 4;
}

DWORD GetCurrentProcessId(void)
{
    return PROCESS_ID;
}

BOOL SwitchToThread(void)
{
    scheduler_step(SIM_OP_SWITCH_TO_THREAD, 0, 0, 0);
    return TRUE;
}

static void sleep_over(struct sim_thread *thread)
{
    scheduler_wake(thread, SIM_WAKE_TIMEOUT); /* it is queued nowhere */
}

VOID Sleep(DWORD milliseconds)
{
    scheduler_step(SIM_OP_SLEEP, 0, milliseconds, 0);
    if (milliseconds != 0) {
        (void)scheduler_block(SIM_OP_SLEEP, 0, milliseconds, sleep_over);
    }
}

static int64_t clock_read(void)
{
    struct sim_world *world = sim_running;
    touch(SIM_RESOURCE_CLOCK, 0, false);
    if (++world->clock_reads % CLOCK_READS_A_MILLISECOND == 0) {
        world->now += COUNTER_FREQUENCY / 1000;
    }
    return world->now;
}

BOOL QueryPerformanceCounter(LARGE_INTEGER *count)
{
    count->QuadPart = clock_read();
    return TRUE;
}

BOOL QueryPerformanceFrequency(LARGE_INTEGER *frequency)
{
    frequency->QuadPart = COUNTER_FREQUENCY;
    return TRUE;
}

ULONGLONG GetTickCount64(void)
{
    return (ULONGLONG)(clock_read() / (COUNTER_FREQUENCY / 1000));
}

DWORD GetTickCount(void)
{
    return (DWORD)GetTickCount64();
}

/* ---- thread local storage: belongs to the simulated thread ---- */

DWORD TlsAlloc(void)
{
    struct sim_world *world = sim_running;
    if (world->tls_slots == UINT64_MAX) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return TLS_OUT_OF_INDEXES;
    }
    DWORD index = (DWORD)__builtin_ctzll(~world->tls_slots);
    world->tls_slots |= UINT64_C(1) << index;
    for (uint32_t i = 0; i < SIM_THREADS_MAX; i++) {
        world->thread[i].tls[index] = NULL;
    }
    return index;
}

static bool tls_is_open(DWORD index)
{
    if (index < SIM_TLS_SLOTS && (sim_running->tls_slots >> index & 1) != 0) {
        return true;
    }
    SetLastError(ERROR_INVALID_PARAMETER);
    return false;
}

BOOL TlsFree(DWORD index)
{
    if (!tls_is_open(index)) {
        return FALSE;
    }
    sim_running->tls_slots &= ~(UINT64_C(1) << index);
    return TRUE;
}

LPVOID TlsGetValue(DWORD index)
{
    if (!tls_is_open(index)) {
        return NULL;
    }
    SetLastError(ERROR_SUCCESS);
    return sim_running->current->tls[index];
}

BOOL TlsSetValue(DWORD index, LPVOID value)
{
    if (!tls_is_open(index)) {
        return FALSE;
    }
    sim_running->current->tls[index] = value;
    return TRUE;
}
