/* support: see support.h. */
#include "fuzz/canaries/programs/support.h"

#define PIPE_NAME L"\\\\.\\pipe\\canary"

void canary_check(BOOL holds, const char *what)
{
    if (!holds) {
        OutputDebugStringA(what);
        RaiseFailFastException(NULL, NULL, 0);
    }
}

HANDLE canary_start(LPTHREAD_START_ROUTINE body, LPVOID argument)
{
    HANDLE thread = CreateThread(NULL, 0, body, argument, 0, NULL);

    canary_check(thread != NULL, "no thread could be created");
    return thread;
}

void canary_join(HANDLE thread)
{
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

HANDLE canary_event(BOOL manual)
{
    HANDLE event = CreateEventW(NULL, manual, FALSE, NULL);

    canary_check(event != NULL, "no event could be created");
    return event;
}

HANDLE canary_pipe_server(DWORD flags, DWORD quota)
{
    HANDLE server = CreateNamedPipeW(PIPE_NAME, PIPE_ACCESS_DUPLEX | flags, PIPE_TYPE_BYTE,
                                     PIPE_UNLIMITED_INSTANCES, quota, quota, 0, NULL);

    canary_check(server != INVALID_HANDLE_VALUE, "no pipe could be created");
    return server;
}

HANDLE canary_pipe_client(DWORD flags)
{
    return CreateFileW(PIPE_NAME, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, flags,
                       NULL);
}

struct canary_pipe canary_pipe_open(DWORD server_flags, DWORD client_flags, DWORD quota)
{
    struct canary_pipe pipe = {.server = canary_pipe_server(server_flags, quota),
                               .client = canary_pipe_client(client_flags)};

    canary_check(pipe.client != INVALID_HANDLE_VALUE, "the pipe could not be opened");
    return pipe;
}

void canary_pipe_close(struct canary_pipe *pipe)
{
    if (pipe->server != INVALID_HANDLE_VALUE) {
        CloseHandle(pipe->server);
        pipe->server = INVALID_HANDLE_VALUE;
    }
    if (pipe->client != INVALID_HANDLE_VALUE) {
        CloseHandle(pipe->client);
        pipe->client = INVALID_HANDLE_VALUE;
    }
}

void canary_write(HANDLE end, const void *bytes, DWORD size)
{
    DWORD written;

    canary_check(WriteFile(end, bytes, size, &written, NULL), "a write failed");
}

DWORD canary_finish(HANDLE end, OVERLAPPED *overlapped, DWORD *count)
{
    return GetOverlappedResult(end, overlapped, count, TRUE) ? ERROR_SUCCESS : GetLastError();
}
