/* win32_keyed: WaitOnAddress and its wakes (Microsoft Learn); keyed events of the native API (Wine
 * ntdll/om.c test_keyed_events, test_wait_on_address). */
#include "fakes/keyed_wait.h"
#include "fakes/scheduler.h"

#include <winternl.h>

#include <string.h>

/* ---- addresses ---- */

BOOL WaitOnAddress(volatile VOID *address, PVOID compare, SIZE_T size, DWORD milliseconds)
{
    struct sim_world *world = sim_running;
    scheduler_step(SIM_OP_WAIT_ON_ADDRESS, 0, size, milliseconds);
    if (size != 1 && size != 2 && size != 4 && size != 8) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    touch(SIM_RESOURCE_WORD, (uintptr_t)address, true);
    if (memcmp((const void *)(uintptr_t)address, compare, size) != 0 ||
        scheduler_fault(SIM_OP_WAIT_ON_ADDRESS, 1) != 0) { /* it may return for no reason */
        return TRUE;
    }
    if (milliseconds == 0 || !keyed_sleep(&world->addresses, (uintptr_t)address, SIM_KEYED_WAITS,
                                          SIM_OP_WAIT_ON_ADDRESS, 0, milliseconds)) {
        SetLastError(ERROR_TIMEOUT);
        return FALSE;
    }
    return TRUE;
}

VOID WakeByAddressSingle(PVOID address)
{
    scheduler_step(SIM_OP_WAKE_BY_ADDRESS, 0, 0, 0);
    touch(SIM_RESOURCE_WORD, (uintptr_t)address, true);
    (void)keyed_wake(&sim_running->addresses, (uintptr_t)address, SIM_KEYED_WAITS);
}

VOID WakeByAddressAll(PVOID address)
{
    scheduler_step(SIM_OP_WAKE_BY_ADDRESS_ALL, 0, 0, 0);
    touch(SIM_RESOURCE_WORD, (uintptr_t)address, true);
    while (keyed_wake(&sim_running->addresses, (uintptr_t)address, SIM_KEYED_WAITS)) {
    }
}

/* ---- keyed events ---- */

#define KEYED_EVENT_WAIT UINT32_C(1)
#define KEYED_EVENT_WAKE UINT32_C(2)

static uint32_t rights_of(ACCESS_MASK access)
{
    return (access & (KEYED_EVENT_WAIT | KEYED_EVENT_WAKE)) |
           (access & (GENERIC_READ | GENERIC_ALL) ? KEYED_EVENT_WAIT : 0) |
           (access & (GENERIC_WRITE | GENERIC_ALL) ? KEYED_EVENT_WAKE : 0);
}

NTSTATUS NtCreateKeyedEvent(PHANDLE event, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                            ULONG flags)
{
    scheduler_step(SIM_OP_CREATE_KEYED_EVENT, 0, access, flags);
    if (flags != 0 || (attributes != NULL && attributes->ObjectName != NULL)) {
        sim_report(SIM_ORACLE_UNMODELLED, "a keyed event with a name or flags");
    }
    if (scheduler_fault(SIM_OP_CREATE_KEYED_EVENT, 1) != 0) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    *event = handle_open(keyed_event_create(), rights_of(access));
    return STATUS_SUCCESS;
}

/* The queue behind a handle: NULL stands for one that the process always has. */
static NTSTATUS queue_of(HANDLE handle, uint32_t right, struct sim_keyed_queue **queue,
                         struct sim_object **object)
{
    uint32_t rights;
    *object = NULL;
    *queue = &sim_running->keyed_default;
    if (handle == NULL) {
        touch(SIM_RESOURCE_OBJECT, 0, true);
        return STATUS_SUCCESS;
    }
    DWORD error = GetLastError();
    *object = handle_find(handle, SIM_OBJECT_KEYED_EVENT, &rights);
    if (*object == NULL) {
        SetLastError(error); /* the native API leaves it alone */
        return handle_peek(handle) != NULL ? STATUS_OBJECT_TYPE_MISMATCH : STATUS_INVALID_HANDLE;
    }
    touch(SIM_RESOURCE_OBJECT, (*object)->ordinal, true);
    *queue = &((struct sim_keyed_event *)*object)->queue;
    return rights & right ? STATUS_SUCCESS : STATUS_ACCESS_DENIED;
}

#define UNITS_A_MILLISECOND INT64_C(10000)

/* A relative time in 100 ns units is negative; the clock ticks in milliseconds here. */
static DWORD milliseconds_of(const LARGE_INTEGER *timeout)
{
    if (timeout == NULL) {
        return INFINITE;
    }
    if (timeout->QuadPart > 0) {
        sim_report(SIM_ORACLE_UNMODELLED, "a wait with an absolute timeout");
    }
    return (DWORD)((-timeout->QuadPart + UNITS_A_MILLISECOND - 1) / UNITS_A_MILLISECOND);
}

static NTSTATUS meet(enum sim_op op, HANDLE event, uintptr_t key, BOOLEAN alertable,
                     const LARGE_INTEGER *timeout)
{
    bool waits = op == SIM_OP_WAIT_KEYED_EVENT;
    enum sim_keyed_side mine = waits ? SIM_KEYED_WAITS : SIM_KEYED_RELEASES;
    enum sim_keyed_side theirs = waits ? SIM_KEYED_RELEASES : SIM_KEYED_WAITS;
    struct sim_keyed_queue *queue;
    struct sim_object *object;
    if (alertable) {
        sim_report(SIM_ORACLE_UNMODELLED, "an alertable wait");
    }
    if (key & 1) {
        return STATUS_INVALID_PARAMETER_1;
    }
    NTSTATUS status = queue_of(event, waits ? KEYED_EVENT_WAIT : KEYED_EVENT_WAKE, &queue, &object);
    if (status != STATUS_SUCCESS || keyed_wake(queue, key, theirs)) {
        return status;
    }
    DWORD milliseconds = milliseconds_of(timeout);
    if (milliseconds == 0) {
        return STATUS_TIMEOUT;
    }
    if (object != NULL) {
        object_retain(object); /* the wait holds it */
    }
    bool met =
        keyed_sleep(queue, key, mine, op, object != NULL ? object->ordinal : 0, milliseconds);
    if (object != NULL) {
        object_release(object);
    }
    return met ? STATUS_SUCCESS : STATUS_TIMEOUT;
}

static uint32_t ordinal_of(HANDLE handle)
{
    const struct sim_object *object = handle_peek(handle);
    return object != NULL ? object->ordinal : 0;
}

NTSTATUS NtWaitForKeyedEvent(HANDLE event, PVOID key, BOOLEAN alertable, PLARGE_INTEGER timeout)
{
    scheduler_step(SIM_OP_WAIT_KEYED_EVENT, ordinal_of(event), 0, 0);
    return meet(SIM_OP_WAIT_KEYED_EVENT, event, (uintptr_t)key, alertable, timeout);
}

NTSTATUS NtReleaseKeyedEvent(HANDLE event, PVOID key, BOOLEAN alertable, PLARGE_INTEGER timeout)
{
    scheduler_step(SIM_OP_RELEASE_KEYED_EVENT, ordinal_of(event), 0, 0);
    return meet(SIM_OP_RELEASE_KEYED_EVENT, event, (uintptr_t)key, alertable, timeout);
}
