/* counted: programs without a bug whose classes of schedules have been counted by others. */
#include "fakes/world.h"
#include "fuzz/explore/examples/examples.h"

#include <windows.h>

#define MUTEX_THREADS  3u
#define MUTEX_SECTIONS 4u

static SRWLOCK mutex;

static void enter_and_leave(void *unused)
{
    (void)unused;
    for (uint32_t i = 0; i < MUTEX_SECTIONS; i++) {
        AcquireSRWLockExclusive(&mutex);
        ReleaseSRWLockExclusive(&mutex);
    }
}

/* The traces are the orders of the sections: 12! / (4!)^3 = 34,650. */
void example_mutex(void *argument)
{
    static const char *const name[MUTEX_THREADS] = {"A", "B", "C"};
    (void)argument;
    InitializeSRWLock(&mutex);
    for (uint32_t i = 0; i < MUTEX_THREADS; i++) {
        sim_spawn(name[i], enter_and_leave, NULL);
    }
}

#define IOCP_PORTS       2u
#define IOCP_COMPLETIONS 4u

static HANDLE port[IOCP_PORTS];
static void complete(void *argument)
{
    uintptr_t number = (uintptr_t)argument;
    PostQueuedCompletionStatus(port[number % IOCP_PORTS], (DWORD)number, 0, NULL);
}

static void work(void *argument)
{
    HANDLE own = port[(uintptr_t)argument];
    for (uint32_t i = 0; i < IOCP_COMPLETIONS / IOCP_PORTS; i++) {
        DWORD bytes;
        ULONG_PTR key;
        LPOVERLAPPED overlapped;
        GetQueuedCompletionStatus(own, &bytes, &key, &overlapped, INFINITE);
    }
    CloseHandle(own);
}

/* Only the order of the two completions of a port can be seen: 2! * 2! = 4 classes. */
void example_iocp(void *argument)
{
    static const char *const completion[IOCP_COMPLETIONS] = {"K1", "K2", "K3", "K4"};
    static const char *const worker[IOCP_PORTS] = {"W1", "W2"};
    (void)argument;
    for (uint32_t i = 0; i < IOCP_PORTS; i++) {
        port[i] = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    }
    for (uint32_t i = 0; i < IOCP_COMPLETIONS; i++) {
        sim_spawn(completion[i], complete, (void *)(uintptr_t)i);
    }
    for (uint32_t i = 0; i < IOCP_PORTS; i++) {
        sim_spawn(worker[i], work, (void *)(uintptr_t)i);
    }
}
