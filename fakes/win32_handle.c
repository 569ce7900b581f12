/* win32_handle: handles of any kind. */
#include "fakes/object.h"
#include "fakes/scheduler.h"

#define CURRENT_PROCESS ((HANDLE)(intptr_t)-1)

static uint32_t ordinal_of(HANDLE handle)
{
    const struct sim_object *object = handle_peek(handle);
    return object != NULL ? object->ordinal : 0;
}

BOOL CloseHandle(HANDLE object)
{
    scheduler_step(SIM_OP_CLOSE_HANDLE, ordinal_of(object), 0, 0);
    if (handle_find(object, 0, NULL) == NULL) {
        return FALSE;
    }
    (void)handle_close(object);
    return TRUE;
}

BOOL DuplicateHandle(HANDLE source_process, HANDLE source, HANDLE target_process, HANDLE *target,
                     DWORD access, BOOL inherit, DWORD options)
{
    (void)access;
    (void)inherit;
    scheduler_step(SIM_OP_DUPLICATE_HANDLE, ordinal_of(source), 0, 0);
    if (source_process != CURRENT_PROCESS || target_process != CURRENT_PROCESS) {
        sim_report(SIM_ORACLE_UNMODELLED, "DuplicateHandle between processes");
    }
    uint32_t rights;
    struct sim_object *object = handle_find(source, 0, &rights);
    if (object == NULL) {
        return FALSE;
    }
    if (scheduler_fault(SIM_OP_DUPLICATE_HANDLE, 1) != 0) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return FALSE;
    }
    *target = handle_duplicate(object, rights);
    if (options & DUPLICATE_CLOSE_SOURCE) {
        (void)handle_close(source);
    }
    return TRUE;
}

BOOL GetHandleInformation(HANDLE object, DWORD *flags)
{
    if (handle_find(object, 0, NULL) == NULL) {
        return FALSE;
    }
    *flags = 0;
    return TRUE;
}

HANDLE GetCurrentProcess(void)
{
    return CURRENT_PROCESS;
}
