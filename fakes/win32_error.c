/* win32_error: LastError, and the last words of a failing program. LastError belongs to the
 * simulated thread; outside an execution there is one for the process. */
#include "fakes/scheduler.h"
#include "fakes/status.h"

#include <winternl.h>

#include <stdio.h>
#include <string.h>

static DWORD outside_error;

DWORD GetLastError(void)
{
    return sim_running != NULL ? sim_running->current->last_error : outside_error;
}

VOID SetLastError(DWORD error)
{
    if (sim_running != NULL) {
        sim_running->current->last_error = error;
    } else {
        outside_error = error;
    }
}

ULONG RtlNtStatusToDosError(NTSTATUS status)
{
    return status_to_error(status);
}

VOID OutputDebugStringA(LPCSTR text)
{
    if (sim_running == NULL) {
        fputs(text, stderr);
        return;
    }
    snprintf(sim_running->debug_string, sizeof sim_running->debug_string, "%s", text);
}

VOID RaiseFailFastException(PVOID record, PVOID context, DWORD flags)
{
    (void)record;
    (void)context;
    (void)flags;
    if (sim_running == NULL) {
        fputs("fail fast outside an execution\n", stderr);
        __builtin_trap();
    }
    const char *text = sim_running->debug_string;
    sim_report(SIM_ORACLE_ASSERTION, "%s", text[0] != 0 ? text : "fail fast");
}
