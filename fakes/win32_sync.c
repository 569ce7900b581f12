/* win32_sync: locks, condition variables, events and waits. */
#include "fakes/lock.h"
#include "fakes/object.h"
#include "fakes/scheduler.h"
#include "fakes/wait.h"

static uint32_t ordinal_of(HANDLE handle)
{
    const struct sim_object *object = handle_peek(handle);
    return object != NULL ? object->ordinal : 0;
}

VOID InitializeSRWLock(PSRWLOCK lock)
{
    lock->Ptr = NULL;
}

VOID AcquireSRWLockExclusive(PSRWLOCK lock)
{
    lock_acquire(&lock->Ptr, false);
}

VOID ReleaseSRWLockExclusive(PSRWLOCK lock)
{
    lock_release(&lock->Ptr, false);
}

VOID AcquireSRWLockShared(PSRWLOCK lock)
{
    lock_acquire(&lock->Ptr, true);
}

VOID ReleaseSRWLockShared(PSRWLOCK lock)
{
    lock_release(&lock->Ptr, true);
}

BOOLEAN TryAcquireSRWLockExclusive(PSRWLOCK lock)
{
    return lock_try_acquire(&lock->Ptr, false);
}

BOOLEAN TryAcquireSRWLockShared(PSRWLOCK lock)
{
    return lock_try_acquire(&lock->Ptr, true);
}

VOID InitializeConditionVariable(PCONDITION_VARIABLE variable)
{
    variable->Ptr = NULL;
}

BOOL SleepConditionVariableSRW(PCONDITION_VARIABLE variable, PSRWLOCK lock, DWORD milliseconds,
                               ULONG flags)
{
    bool shared = flags & CONDITION_VARIABLE_LOCKMODE_SHARED;
    if (!condition_sleep(&variable->Ptr, &lock->Ptr, shared, milliseconds)) {
        SetLastError(ERROR_TIMEOUT);
        return FALSE;
    }
    return TRUE;
}

VOID WakeConditionVariable(PCONDITION_VARIABLE variable)
{
    condition_wake(&variable->Ptr, false);
}

VOID WakeAllConditionVariable(PCONDITION_VARIABLE variable)
{
    condition_wake(&variable->Ptr, true);
}

void sim_interlocked(const volatile void *address)
{
    if (sim_running != NULL) {
        scheduler_step(SIM_OP_INTERLOCKED, 0, 0, 0);
        touch(SIM_RESOURCE_WORD, (uintptr_t)address, true);
    }
}

void sim_interlocked_read(const volatile void *address)
{
    if (sim_running != NULL) {
        scheduler_step(SIM_OP_INTERLOCKED_READ, 0, 0, 0);
        touch(SIM_RESOURCE_WORD, (uintptr_t)address, false);
    }
}

HANDLE CreateEventW(LPSECURITY_ATTRIBUTES security, BOOL manual_reset, BOOL initial, LPCWSTR name)
{
    (void)security;
    scheduler_step(SIM_OP_CREATE_EVENT, 0, (uint64_t)manual_reset, (uint64_t)initial);
    if (name != NULL) {
        sim_report(SIM_ORACLE_UNMODELLED, "an event with a name");
    }
    if (scheduler_fault(SIM_OP_CREATE_EVENT, 1) != 0) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return NULL;
    }
    return handle_open(wait_event_create(manual_reset, initial), 0);
}

BOOL SetEvent(HANDLE event)
{
    scheduler_step(SIM_OP_SET_EVENT, ordinal_of(event), 0, 0);
    struct sim_object *object = handle_find(event, SIM_OBJECT_EVENT, NULL);
    if (object == NULL) {
        return FALSE;
    }
    object->signalled = true;
    wait_signal(object);
    return TRUE;
}

BOOL ResetEvent(HANDLE event)
{
    scheduler_step(SIM_OP_RESET_EVENT, ordinal_of(event), 0, 0);
    struct sim_object *object = handle_find(event, SIM_OBJECT_EVENT, NULL);
    if (object == NULL) {
        return FALSE;
    }
    touch(SIM_RESOURCE_OBJECT, object->ordinal, true);
    object->signalled = false;
    return TRUE;
}

HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES security, LONG count, LONG maximum, LPCWSTR name)
{
    (void)security;
    scheduler_step(SIM_OP_CREATE_SEMAPHORE, 0, (uint64_t)count, (uint64_t)maximum);
    if (name != NULL) {
        sim_report(SIM_ORACLE_UNMODELLED, "a semaphore with a name");
    }
    if (maximum <= 0 || count < 0 || count > maximum) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if (scheduler_fault(SIM_OP_CREATE_SEMAPHORE, 1) != 0) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return NULL;
    }
    return handle_open(wait_semaphore_create(count, maximum), 0);
}

BOOL ReleaseSemaphore(HANDLE semaphore, LONG add, LONG *previous)
{
    scheduler_step(SIM_OP_RELEASE_SEMAPHORE, ordinal_of(semaphore), (uint64_t)add, 0);
    struct sim_object *object = handle_find(semaphore, SIM_OBJECT_SEMAPHORE, NULL);
    if (object == NULL) {
        return FALSE;
    }
    if (!wait_semaphore_release(object, add, previous)) {
        SetLastError(add <= 0 ? ERROR_INVALID_PARAMETER : ERROR_TOO_MANY_POSTS);
        return FALSE;
    }
    return TRUE;
}

HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES security, BOOL owned, LPCWSTR name)
{
    (void)security;
    scheduler_step(SIM_OP_CREATE_MUTEX, 0, (uint64_t)owned, 0);
    if (name != NULL) {
        sim_report(SIM_ORACLE_UNMODELLED, "a mutex with a name");
    }
    if (scheduler_fault(SIM_OP_CREATE_MUTEX, 1) != 0) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return NULL;
    }
    return handle_open(wait_mutex_create(owned), 0);
}

BOOL ReleaseMutex(HANDLE mutex)
{
    scheduler_step(SIM_OP_RELEASE_MUTEX, ordinal_of(mutex), 0, 0);
    struct sim_object *object = handle_find(mutex, SIM_OBJECT_MUTEX, NULL);
    if (object == NULL) {
        return FALSE;
    }
    if (!wait_mutex_release(object)) {
        SetLastError(ERROR_NOT_OWNER);
        return FALSE;
    }
    return TRUE;
}

static struct sim_object *find_waitable(HANDLE handle)
{
    struct sim_object *object = handle_find(handle, 0, NULL);
    if (object != NULL && object->type == SIM_OBJECT_PORT) {
        sim_report(SIM_ORACLE_UNMODELLED, "a wait on a completion port (fact 8.3)");
    }
    return object;
}

DWORD WaitForSingleObject(HANDLE handle, DWORD milliseconds)
{
    scheduler_step(SIM_OP_WAIT_SINGLE, ordinal_of(handle), milliseconds, 0);
    struct sim_object *object = find_waitable(handle);
    return object != NULL ? wait_for(SIM_OP_WAIT_SINGLE, &object, 1, false, milliseconds)
                          : WAIT_FAILED;
}

DWORD WaitForMultipleObjects(DWORD count, const HANDLE *handles, BOOL all, DWORD milliseconds)
{
    scheduler_step(SIM_OP_WAIT_MULTIPLE, count != 0 ? ordinal_of(handles[0]) : 0, count,
                   milliseconds);
    if (count == 0 || count > SIM_WAIT_OBJECTS_MAX) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return WAIT_FAILED;
    }
    struct sim_object *objects[SIM_WAIT_OBJECTS_MAX];
    for (DWORD i = 0; i < count; i++) {
        objects[i] = find_waitable(handles[i]);
        if (objects[i] == NULL) {
            return WAIT_FAILED;
        }
    }
    return wait_for(SIM_OP_WAIT_MULTIPLE, objects, count, all, milliseconds);
}

/* ---- critical sections: a lock that its owner may enter again ---- */

VOID InitializeCriticalSection(LPCRITICAL_SECTION section)
{
    *section = (CRITICAL_SECTION){.RecursionCount = 0};
}

BOOL InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section, DWORD spin_count)
{
    (void)spin_count;
    InitializeCriticalSection(section);
    return TRUE;
}

VOID DeleteCriticalSection(LPCRITICAL_SECTION section)
{
    if (section->RecursionCount != 0) {
        sim_report(SIM_ORACLE_MISUSE, "DeleteCriticalSection of one that is owned");
    }
    section->LockSemaphore = NULL;
}

static HANDLE self_id(void)
{
    return (HANDLE)(uintptr_t)GetCurrentThreadId();
}

VOID EnterCriticalSection(LPCRITICAL_SECTION section)
{
    if (section->OwningThread != self_id()) {
        lock_acquire(&section->LockSemaphore, false);
        section->OwningThread = self_id();
    }
    section->RecursionCount++;
}

BOOL TryEnterCriticalSection(LPCRITICAL_SECTION section)
{
    if (section->OwningThread != self_id()) {
        if (!lock_try_acquire(&section->LockSemaphore, false)) {
            return FALSE;
        }
        section->OwningThread = self_id();
    }
    section->RecursionCount++;
    return TRUE;
}

VOID LeaveCriticalSection(LPCRITICAL_SECTION section)
{
    if (section->OwningThread != self_id()) {
        sim_report(SIM_ORACLE_MISUSE, "LeaveCriticalSection of one that the thread does not own");
    }
    if (--section->RecursionCount == 0) {
        section->OwningThread = NULL;
        lock_release(&section->LockSemaphore, false);
    }
}

BOOL SleepConditionVariableCS(PCONDITION_VARIABLE variable, LPCRITICAL_SECTION section,
                              DWORD milliseconds)
{
    if (section->OwningThread != self_id() || section->RecursionCount != 1) {
        sim_report(SIM_ORACLE_MISUSE, "SleepConditionVariableCS needs the section entered once");
    }
    section->OwningThread = NULL;
    section->RecursionCount = 0;
    bool woken = condition_sleep(&variable->Ptr, &section->LockSemaphore, false, milliseconds);
    section->OwningThread = self_id();
    section->RecursionCount = 1;
    if (!woken) {
        SetLastError(ERROR_TIMEOUT);
    }
    return woken;
}

/* ---- one-time initialisation ---- */

BOOL InitOnceExecuteOnce(PINIT_ONCE once, PINIT_ONCE_FN initialise, PVOID parameter,
                         LPVOID *context)
{
    if (once_begin(&once->Ptr)) {
        PVOID made = NULL;
        BOOL ok = initialise(once, parameter, &made);
        once_end(&once->Ptr, ok, made);
        if (!ok) {
            return FALSE;
        }
    }
    if (context != NULL) {
        *context = once_context(&once->Ptr);
    }
    return TRUE;
}
