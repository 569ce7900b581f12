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
    (void)address;
    if (sim_running != NULL) {
        scheduler_step(SIM_OP_INTERLOCKED, 0, 0, 0);
    }
}

void sim_interlocked_read(const volatile void *address)
{
    (void)address;
    if (sim_running != NULL) {
        scheduler_step(SIM_OP_INTERLOCKED_READ, 0, 0, 0);
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
    object->signalled = false;
    return TRUE;
}

DWORD WaitForSingleObject(HANDLE handle, DWORD milliseconds)
{
    scheduler_step(SIM_OP_WAIT_SINGLE, ordinal_of(handle), milliseconds, 0);
    struct sim_object *object = handle_find(handle, 0, NULL);
    if (object == NULL) {
        return WAIT_FAILED;
    }
    if (object->type == SIM_OBJECT_PORT) {
        sim_report(SIM_ORACLE_UNMODELLED, "a wait on a completion port (fact 8.3)");
    }
    return wait_for(SIM_OP_WAIT_SINGLE, &object, 1, false, milliseconds);
}
