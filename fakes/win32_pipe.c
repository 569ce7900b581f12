/* win32_pipe: what a handle of a named pipe tells of itself and how it reads (Microsoft Learn:
 * GetNamedPipeInfo, SetNamedPipeHandleState). */
#include "fakes/pipe.h"
#include "fakes/scheduler.h"

static struct sim_pipe_end *end_find(HANDLE handle)
{
    struct sim_file *file = (struct sim_file *)handle_find(handle, SIM_OBJECT_FILE, NULL);
    if (file != NULL && !file_is_pipe(file)) {
        SetLastError(ERROR_INVALID_FUNCTION);
        return NULL;
    }
    return (struct sim_pipe_end *)file;
}

/* Side and type never change: nobody can observe when they are asked for, so this is no step. */
BOOL GetNamedPipeInfo(HANDLE pipe, LPDWORD flags, LPDWORD out_size, LPDWORD in_size,
                      LPDWORD instances_max)
{
    const struct sim_pipe_end *end = end_find(pipe);
    if (end == NULL) {
        return FALSE;
    }
    if (out_size != NULL || in_size != NULL || instances_max != NULL) {
        sim_report(SIM_ORACLE_UNMODELLED, "GetNamedPipeInfo of sizes and instances");
    }
    *flags = (end->side == SIM_PIPE_SERVER ? PIPE_SERVER_END : PIPE_CLIENT_END) |
             (end->pipe->name->message_type ? PIPE_TYPE_MESSAGE : PIPE_TYPE_BYTE);
    return TRUE;
}

BOOL SetNamedPipeHandleState(HANDLE pipe, LPDWORD mode, LPDWORD collection_max,
                             LPDWORD collection_timeout)
{
    const struct sim_object *object = handle_peek(pipe);
    scheduler_step(SIM_OP_SET_NAMED_PIPE_STATE, object != NULL ? object->ordinal : 0,
                   mode != NULL ? *mode : 0, 0);
    struct sim_pipe_end *end = end_find(pipe);
    if (end == NULL) {
        return FALSE;
    }
    if (mode == NULL || collection_max != NULL || collection_timeout != NULL ||
        (*mode & PIPE_NOWAIT)) {
        sim_report(SIM_ORACLE_UNMODELLED, "SetNamedPipeHandleState of more than the read mode");
    }
    DWORD error = scheduler_fault(SIM_OP_SET_NAMED_PIPE_STATE, 1) != 0 ? ERROR_NO_SYSTEM_RESOURCES
                  : (*mode & PIPE_READMODE_MESSAGE) && !end->pipe->name->message_type
                      ? ERROR_INVALID_PARAMETER
                      : ERROR_SUCCESS;
    scheduler_log(SIM_EVENT_RETURN, SIM_OP_SET_NAMED_PIPE_STATE, 0, error == ERROR_SUCCESS, error,
                  0);
    if (error != ERROR_SUCCESS) {
        SetLastError(error);
        return FALSE;
    }
    end->message_reads = *mode & PIPE_READMODE_MESSAGE;
    return TRUE;
}
