/* thread: threads and their handles, thread-local storage. Threads are the only objects there are.
 *
 * RUNNING -> FINISHED [finish], and whoever waits is woken. */
#include <windows.h>

#include "fakes/native/futex.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { RUNNING, FINISHED };

struct thread {
    LPTHREAD_START_ROUTINE start;
    LPVOID parameter;
    DWORD exit_code; /* FINISHED */
    uint32_t state;  /* a futex */
    int32_t references;
};

static __thread struct thread *current; /* NULL in threads that were not made here */

static void release(struct thread *thread)
{
    if (InterlockedDecrement(&thread->references) == 0) {
        free(thread);
    }
}

static void finish(struct thread *thread, DWORD exit_code)
{
    thread->exit_code = exit_code;
    __atomic_store_n(&thread->state, FINISHED, __ATOMIC_SEQ_CST);
    native_futex_wake(&thread->state, INT32_MAX);
    release(thread);
}

static void *run(void *argument)
{
    current = argument;
    finish(current, current->start(current->parameter));
    return NULL;
}

VOID ExitThread(DWORD exit_code)
{
    if (current != NULL) {
        finish(current, exit_code);
    }
    pthread_exit(NULL);
}

/* flags are not supported: no thread begins suspended. */
HANDLE CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack_size, LPTHREAD_START_ROUTINE start,
                    LPVOID parameter, DWORD flags, LPDWORD thread_id)
{
    struct thread *thread = flags == 0 && thread_id == NULL ? calloc(1, sizeof *thread) : NULL;
    pthread_attr_t attributes;
    pthread_t id;

    (void)security;
    (void)stack_size;
    if (thread == NULL) {
        SetLastError(flags == 0 && thread_id == NULL ? ERROR_NOT_ENOUGH_MEMORY
                                                     : ERROR_NOT_SUPPORTED);
        return NULL;
    }
    *thread = (struct thread){.start = start, .parameter = parameter, .references = 2};
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    int error = pthread_create(&id, &attributes, run, thread);
    pthread_attr_destroy(&attributes);
    if (error != 0) {
        free(thread);
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    return thread;
}

DWORD WaitForSingleObject(HANDLE object, DWORD milliseconds)
{
    struct thread *thread = object;
    BOOL is_in_time = TRUE;

    while (__atomic_load_n(&thread->state, __ATOMIC_SEQ_CST) == RUNNING) {
        if (!is_in_time) {
            return WAIT_TIMEOUT;
        }
        /* A wake-up for no reason makes a finite wait longer, at most by one timeout each. */
        is_in_time = native_futex_wait(&thread->state, RUNNING, milliseconds);
    }
    return WAIT_OBJECT_0;
}

BOOL GetExitCodeThread(HANDLE object, LPDWORD exit_code)
{
    struct thread *thread = object;
    bool is_running = __atomic_load_n(&thread->state, __ATOMIC_SEQ_CST) == RUNNING;

    *exit_code = is_running ? STILL_ACTIVE : thread->exit_code;
    return TRUE;
}

BOOL CloseHandle(HANDLE object)
{
    release(object);
    return TRUE;
}

DWORD GetCurrentThreadId(void)
{
    return (DWORD)syscall(SYS_gettid);
}

BOOL SwitchToThread(void)
{
    return sched_yield() == 0;
}

VOID Sleep(DWORD milliseconds)
{
    struct timespec left = {.tv_sec = milliseconds / 1000,
                            .tv_nsec = (long)(milliseconds % 1000) * 1000000};

    while (nanosleep(&left, &left) != 0) {
        /* a signal came in between */
    }
}

DWORD TlsAlloc(void)
{
    pthread_key_t key;

    return pthread_key_create(&key, NULL) == 0 ? (DWORD)key : TLS_OUT_OF_INDEXES;
}

BOOL TlsFree(DWORD index)
{
    return pthread_key_delete(index) == 0;
}

LPVOID TlsGetValue(DWORD index)
{
    SetLastError(ERROR_SUCCESS); /* so that a value of NULL is told from an error */
    return pthread_getspecific(index);
}

BOOL TlsSetValue(DWORD index, LPVOID value)
{
    return pthread_setspecific(index, value) == 0;
}
