/* win32_file: files and named pipes (facts 1.1, 1.2, 3, 4). */
#include "fakes/file.h"
#include "fakes/pipe.h"
#include "fakes/request_memory.h"
#include "fakes/scheduler.h"
#include "fakes/status.h"
#include "fakes/wait.h"

static const uint16_t pipe_prefix[] = {'\\', '\\', '.', '\\', 'p', 'i', 'p', 'e', '\\'};
#define PIPE_PREFIX_LENGTH (sizeof pipe_prefix / sizeof pipe_prefix[0])

static uint32_t ordinal_of(HANDLE handle)
{
    const struct sim_object *object = handle_peek(handle);
    return object != NULL ? object->ordinal : 0;
}

static struct sim_file *file_find(HANDLE handle)
{
    return (struct sim_file *)handle_find(handle, SIM_OBJECT_FILE, NULL);
}

/* The name behind \\.\pipe\, NULL if it is none. */
static const uint16_t *pipe_name(const WCHAR *full, uint32_t *length)
{
    const uint16_t *text = (const uint16_t *)full;
    for (size_t i = 0; i < PIPE_PREFIX_LENGTH; i++) {
        uint16_t unit = text[i] >= 'A' && text[i] <= 'Z' ? (uint16_t)(text[i] + 32) : text[i];
        if (unit != pipe_prefix[i]) {
            return NULL;
        }
    }
    text += PIPE_PREFIX_LENGTH;
    *length = 0;
    while (text[*length] != 0 && *length < SIM_PIPE_NAME_MAX) {
        (*length)++;
    }
    return *length != 0 && *length < SIM_PIPE_NAME_MAX ? text : NULL;
}

static HANDLE answer_handle(enum sim_op op, NTSTATUS status, struct sim_pipe_end *end)
{
    if (status != STATUS_SUCCESS) {
        SetLastError(status_to_error(status));
        scheduler_log(SIM_EVENT_RETURN, op, 0, 0, GetLastError(), 0);
        return INVALID_HANDLE_VALUE;
    }
    HANDLE handle = handle_open(&end->file.object, end->access);
    scheduler_log(SIM_EVENT_RETURN, op, end->file.object.ordinal, (uint64_t)(uintptr_t)handle, 0,
                  0);
    return handle;
}

HANDLE CreateNamedPipeW(LPCWSTR name, DWORD open_mode, DWORD pipe_mode, DWORD instances_max,
                        DWORD out_size, DWORD in_size, DWORD default_timeout,
                        LPSECURITY_ATTRIBUTES security)
{
    (void)default_timeout;
    (void)security;
    scheduler_step(SIM_OP_CREATE_NAMED_PIPE, 0, open_mode, pipe_mode);
    uint32_t length;
    const uint16_t *text = pipe_name(name, &length);
    if (text == NULL) {
        return answer_handle(SIM_OP_CREATE_NAMED_PIPE, STATUS_OBJECT_NAME_INVALID, NULL);
    }
    if (scheduler_fault(SIM_OP_CREATE_NAMED_PIPE, 1) != 0) {
        return answer_handle(SIM_OP_CREATE_NAMED_PIPE, STATUS_INSUFFICIENT_RESOURCES, NULL);
    }
    struct sim_pipe_end *end = NULL;
    NTSTATUS status =
        pipe_create(text, length, open_mode, pipe_mode, instances_max, out_size, in_size, &end);
    return answer_handle(SIM_OP_CREATE_NAMED_PIPE, status, end);
}

HANDLE CreateFileW(LPCWSTR name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security,
                   DWORD disposition, DWORD flags, HANDLE template_file)
{
    (void)share;
    (void)security;
    (void)template_file;
    scheduler_step(SIM_OP_CREATE_FILE, 0, access, flags);
    uint32_t length;
    const uint16_t *text = pipe_name(name, &length);
    if (text == NULL || disposition != OPEN_EXISTING) {
        sim_report(SIM_ORACLE_UNMODELLED, "CreateFileW of what is no existing named pipe");
    }
    if (scheduler_fault(SIM_OP_CREATE_FILE, 1) != 0) {
        return answer_handle(SIM_OP_CREATE_FILE, STATUS_INSUFFICIENT_RESOURCES, NULL);
    }
    struct sim_pipe_end *end = NULL;
    NTSTATUS status = pipe_open(text, length, access, !(flags & FILE_FLAG_OVERLAPPED), &end);
    return answer_handle(SIM_OP_CREATE_FILE, status, end);
}

BOOL ReadFile(HANDLE file, LPVOID buffer, DWORD size, LPDWORD read, LPOVERLAPPED overlapped)
{
    scheduler_step(SIM_OP_READ_FILE, ordinal_of(file), size, 0);
    struct sim_file *object = file_find(file);
    return object != NULL &&
           file_transfer(object, SIM_OP_READ_FILE, buffer, size, read, overlapped);
}

BOOL WriteFile(HANDLE file, LPCVOID buffer, DWORD size, LPDWORD written, LPOVERLAPPED overlapped)
{
    scheduler_step(SIM_OP_WRITE_FILE, ordinal_of(file), size, 0);
    struct sim_file *object = file_find(file);
    return object != NULL && file_transfer(object, SIM_OP_WRITE_FILE, (void *)(uintptr_t)buffer,
                                           size, written, overlapped);
}

static struct sim_file *pipe_find(HANDLE handle)
{
    struct sim_file *file = file_find(handle);
    if (file != NULL && !file_is_pipe(file)) {
        SetLastError(ERROR_INVALID_FUNCTION);
        return NULL;
    }
    return file;
}

static BOOL answer_status(enum sim_op op, NTSTATUS status)
{
    DWORD error = status_to_error(status);
    scheduler_log(SIM_EVENT_RETURN, op, 0, error == 0, error, 0);
    if (error != 0) {
        SetLastError(error);
    }
    return error == 0;
}

BOOL ConnectNamedPipe(HANDLE pipe, LPOVERLAPPED overlapped)
{
    scheduler_step(SIM_OP_CONNECT_NAMED_PIPE, ordinal_of(pipe), 0, 0);
    struct sim_file *file = pipe_find(pipe);
    if (file == NULL) {
        return FALSE;
    }
    if (scheduler_fault(SIM_OP_CONNECT_NAMED_PIPE, 1) != 0) {
        SetLastError(ERROR_NO_SYSTEM_RESOURCES);
        return FALSE;
    }
    struct sim_request_parameters parameters = {
        .op = SIM_OP_CONNECT_NAMED_PIPE, .file = file, .overlapped = overlapped};
    return file_submit(&parameters, pipe_connect, NULL);
}

BOOL DisconnectNamedPipe(HANDLE pipe)
{
    scheduler_step(SIM_OP_DISCONNECT_NAMED_PIPE, ordinal_of(pipe), 0, 0);
    struct sim_file *file = pipe_find(pipe);
    if (file == NULL) {
        return FALSE;
    }
    return answer_status(SIM_OP_DISCONNECT_NAMED_PIPE, pipe_disconnect(file));
}

BOOL SetNamedPipeHandleState(HANDLE pipe, LPDWORD mode, LPDWORD max_count, LPDWORD timeout)
{
    scheduler_step(SIM_OP_SET_NAMED_PIPE_STATE, ordinal_of(pipe), mode != NULL ? *mode : 0, 0);
    struct sim_file *file = pipe_find(pipe);
    if (file == NULL) {
        return FALSE;
    }
    if (max_count != NULL || timeout != NULL) {
        SetLastError(ERROR_INVALID_PARAMETER); /* remote pipes only */
        return FALSE;
    }
    if (scheduler_fault(SIM_OP_SET_NAMED_PIPE_STATE, 1) != 0) {
        return answer_status(SIM_OP_SET_NAMED_PIPE_STATE, STATUS_INSUFFICIENT_RESOURCES);
    }
    NTSTATUS status = mode != NULL ? pipe_set_mode(file, *mode) : STATUS_SUCCESS;
    return answer_status(SIM_OP_SET_NAMED_PIPE_STATE, status);
}

BOOL PeekNamedPipe(HANDLE pipe, LPVOID buffer, DWORD size, LPDWORD read, LPDWORD available,
                   LPDWORD left)
{
    scheduler_step(SIM_OP_PEEK_NAMED_PIPE, ordinal_of(pipe), size, 0);
    struct sim_file *file = pipe_find(pipe);
    if (file == NULL) {
        return FALSE;
    }
    uint32_t got[3];
    NTSTATUS status = pipe_peek(file, buffer, buffer != NULL ? size : 0, &got[0], &got[1], &got[2]);
    if (status == STATUS_SUCCESS) {
        DWORD *out[3] = {read, available, left};
        for (int i = 0; i < 3; i++) {
            if (out[i] != NULL) {
                *out[i] = got[i];
            }
        }
    }
    return answer_status(SIM_OP_PEEK_NAMED_PIPE, status);
}

BOOL GetOverlappedResult(HANDLE file, LPOVERLAPPED overlapped, LPDWORD bytes, BOOL wait)
{
    scheduler_step(SIM_OP_GET_OVERLAPPED_RESULT, ordinal_of(file), (uint64_t)wait, 0);
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)overlapped, false);
    if ((NTSTATUS)overlapped->Internal == STATUS_PENDING && wait) {
        struct sim_request *request = memory_find_slot(overlapped, NULL);
        struct sim_object *object =
            request != NULL && request->event != NULL ? request->event : handle_peek(file);
        if (object == NULL) {
            SetLastError(ERROR_INVALID_HANDLE);
            return FALSE;
        }
        (void)wait_for(SIM_OP_GET_OVERLAPPED_RESULT, &object, 1, false, INFINITE);
        touch(SIM_RESOURCE_BLOCK, (uintptr_t)overlapped, false);
    }
    NTSTATUS status = (NTSTATUS)overlapped->Internal;
    if (status == STATUS_PENDING) {
        SetLastError(ERROR_IO_INCOMPLETE);
        scheduler_log(SIM_EVENT_RETURN, SIM_OP_GET_OVERLAPPED_RESULT, 0, 0, ERROR_IO_INCOMPLETE, 0);
        return FALSE;
    }
    *bytes = (DWORD)overlapped->InternalHigh;
    DWORD error = status_to_error(status);
    scheduler_log(SIM_EVENT_RETURN, SIM_OP_GET_OVERLAPPED_RESULT, 0, error == 0, error, *bytes);
    if (error != 0) {
        SetLastError(error);
    }
    return error == 0;
}

BOOL sim_has_overlapped_io_completed(const OVERLAPPED *overlapped)
{
    scheduler_step(SIM_OP_HAS_OVERLAPPED_IO_COMPLETED, 0, 0, 0);
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)overlapped, false);
    return (NTSTATUS)overlapped->Internal != STATUS_PENDING;
}

static BOOL answer_cancel(enum sim_op op, bool found)
{
    DWORD error = found ? 0 : ERROR_NOT_FOUND;
    scheduler_log(SIM_EVENT_RETURN, op, 0, found, error, 0);
    if (!found) {
        SetLastError(error);
    }
    return found;
}

BOOL CancelIoEx(HANDLE file, LPOVERLAPPED overlapped)
{
    scheduler_step(SIM_OP_CANCEL_IO_EX, ordinal_of(file), overlapped != NULL, 0);
    struct sim_file *object = file_find(file);
    return object != NULL &&
           answer_cancel(SIM_OP_CANCEL_IO_EX, file_cancel(object, overlapped, UINT32_MAX) != 0);
}

BOOL CancelIo(HANDLE file)
{
    scheduler_step(SIM_OP_CANCEL_IO, ordinal_of(file), 0, 0);
    struct sim_file *object = file_find(file);
    if (object == NULL) {
        return FALSE;
    }
    file_cancel_and_wait(object, SIM_OP_CANCEL_IO);
    return answer_cancel(SIM_OP_CANCEL_IO, true); /* TRUE even if there was nothing (fact 3) */
}
