/* win32_pipe: what a handle of a named pipe tells of itself (Microsoft Learn: GetNamedPipeInfo). */
#include "fakes/pipe.h"

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
    if (end->detached) {
        SetLastError(ERROR_PIPE_NOT_CONNECTED);
        return FALSE;
    }
    if (out_size != NULL || in_size != NULL || instances_max != NULL) {
        sim_report(SIM_ORACLE_UNMODELLED, "GetNamedPipeInfo of sizes and instances");
    }
    *flags = (end->side == SIM_PIPE_SERVER ? PIPE_SERVER_END : PIPE_CLIENT_END) |
             (end->pipe->name->message_type ? PIPE_TYPE_MESSAGE : PIPE_TYPE_BYTE);
    return TRUE;
}
