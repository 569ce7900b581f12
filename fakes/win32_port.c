/* win32_port: completion ports (facts 2; Microsoft Learn, probe p_iocp). */
#include "fakes/file.h"
#include "fakes/port.h"
#include "fakes/scheduler.h"

#include <winternl.h>

#define ENTRIES_AT_ONCE 128u /* dequeued by one call at most: bounds the stack it takes */

static uint32_t ordinal_of(HANDLE handle)
{
    const struct sim_object *object = handle_peek(handle);
    return object != NULL ? object->ordinal : 0;
}

static HANDLE port_open(DWORD concurrency)
{
    if (scheduler_fault(SIM_OP_CREATE_PORT, 1) != 0) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return NULL;
    }
    return handle_open(&port_create(concurrency)->object, 0);
}

HANDLE CreateIoCompletionPort(HANDLE file, HANDLE existing_port, ULONG_PTR key, DWORD concurrency)
{
    scheduler_step(SIM_OP_CREATE_PORT, ordinal_of(file), key, concurrency);
    if (file == INVALID_HANDLE_VALUE) {
        if (existing_port != NULL) {
            SetLastError(ERROR_INVALID_PARAMETER);
            return NULL;
        }
        return port_open(concurrency);
    }
    struct sim_object *object = handle_find(file, SIM_OBJECT_FILE, NULL);
    if (object == NULL) {
        return NULL;
    }
    struct sim_port *port = NULL;
    if (existing_port != NULL) {
        port = (struct sim_port *)handle_find(existing_port, SIM_OBJECT_PORT, NULL);
        if (port == NULL) {
            return NULL;
        }
    }
    if (scheduler_fault(SIM_OP_CREATE_PORT, 1) != 0) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return NULL;
    }
    HANDLE handle = existing_port;
    if (port == NULL) {
        handle = port_open(concurrency);
        if (handle == NULL) {
            return NULL;
        }
        port = (struct sim_port *)handle_peek(handle);
    }
    DWORD error = file_associate((struct sim_file *)object, port, key);
    if (error != 0) {
        if (existing_port == NULL) {
            (void)handle_close(handle);
        }
        SetLastError(error);
        return NULL;
    }
    return handle;
}

BOOL PostQueuedCompletionStatus(HANDLE port, DWORD bytes, ULONG_PTR key, LPOVERLAPPED overlapped)
{
    scheduler_step(SIM_OP_POST, ordinal_of(port), bytes, key);
    struct sim_object *object = handle_find(port, SIM_OBJECT_PORT, NULL);
    if (object == NULL) {
        return FALSE;
    }
    if (scheduler_fault(SIM_OP_POST, 1) != 0) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return FALSE;
    }
    port_post((struct sim_port *)object, bytes, key, overlapped);
    return TRUE;
}

static void log_return(enum sim_op op, uint32_t count, DWORD error)
{
    scheduler_log(SIM_EVENT_RETURN, op, 0, count, error, 0);
}

/* Begins a dequeue. A thread that would wait stands at the port at once: nobody can tell this from
 * a wait that begins a little later, but by the order of waiters, and that is the order in which
 * their previous steps ended. A thread that finds packets, or only looks, takes a step; that it has
 * found some belongs to the step before. */
static struct sim_port *dequeue_enter(HANDLE port, enum sim_op op, DWORD count, DWORD milliseconds)
{
    struct sim_object *object = handle_peek(port);
    bool may_wait = milliseconds != 0 && object != NULL && object->type == SIM_OBJECT_PORT;
    if (may_wait) {
        handle_touch(port);
    }
    if (!may_wait || port_finds((struct sim_port *)object, count, milliseconds)) {
        scheduler_step(op, ordinal_of(port), count, milliseconds);
    }
    return (struct sim_port *)handle_find(port, SIM_OBJECT_PORT, NULL);
}

BOOL GetQueuedCompletionStatusEx(HANDLE port, LPOVERLAPPED_ENTRY entries, ULONG count,
                                 ULONG *removed, DWORD milliseconds, BOOL alertable)
{
    if (alertable) {
        sim_report(SIM_ORACLE_UNMODELLED, "an alertable wait");
    }
    if (count == 0) {
        sim_report(SIM_ORACLE_UNMODELLED, "GetQueuedCompletionStatusEx with room for 0 entries");
    }
    struct sim_port *object = dequeue_enter(port, SIM_OP_DEQUEUE_EX, count, milliseconds);
    if (object == NULL) {
        return FALSE;
    }
    struct sim_dequeued taken[ENTRIES_AT_ONCE];
    DWORD error = 0;
    uint32_t got =
        port_dequeue(object, SIM_OP_DEQUEUE_EX, taken,
                     count < ENTRIES_AT_ONCE ? count : ENTRIES_AT_ONCE, milliseconds, &error);
    log_return(SIM_OP_DEQUEUE_EX, got, error);
    if (got == 0) {
        *removed = 1; /* nothing was removed: a quirk of Windows (Wine kernel32/file.c:5557) */
        SetLastError(error);
        return FALSE;
    }
    for (uint32_t i = 0; i < got; i++) {
        entries[i].lpCompletionKey = taken[i].key;
        entries[i].lpOverlapped = taken[i].overlapped;
        entries[i].Internal = taken[i].status;
        entries[i].dwNumberOfBytesTransferred = taken[i].bytes;
    }
    *removed = got;
    return TRUE;
}

BOOL GetQueuedCompletionStatus(HANDLE port, DWORD *bytes, ULONG_PTR *key, LPOVERLAPPED *overlapped,
                               DWORD milliseconds)
{
    *overlapped = NULL;
    struct sim_port *object = dequeue_enter(port, SIM_OP_DEQUEUE, 1, milliseconds);
    if (object == NULL) {
        return FALSE;
    }
    struct sim_dequeued taken;
    DWORD error = 0;
    uint32_t got = port_dequeue(object, SIM_OP_DEQUEUE, &taken, 1, milliseconds, &error);
    log_return(SIM_OP_DEQUEUE, got, error);
    if (got == 0) {
        SetLastError(error);
        return FALSE;
    }
    *bytes = taken.bytes;
    *key = taken.key;
    *overlapped = taken.overlapped;
    if (taken.status >> 30 >= 2) { /* a failed request: FALSE with an OVERLAPPED */
        SetLastError(RtlNtStatusToDosError((NTSTATUS)taken.status));
        return FALSE;
    }
    return TRUE;
}

BOOL SetFileCompletionNotificationModes(HANDLE file, UCHAR flags)
{
    scheduler_step(SIM_OP_SET_NOTIFICATION_MODES, ordinal_of(file), flags, 0);
    struct sim_object *object = handle_find(file, SIM_OBJECT_FILE, NULL);
    if (object == NULL) {
        return FALSE;
    }
    if (flags & ~(FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE)) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return FALSE;
    }
    if (scheduler_fault(SIM_OP_SET_NOTIFICATION_MODES, 1) != 0) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return FALSE;
    }
    ((struct sim_file *)object)->notification_modes |= flags; /* once set, never cleared */
    return TRUE;
}
