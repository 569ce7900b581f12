/* GOWINIO-357: close waits for a connect that nobody completes.
 *
 * go-winio 0.6.2, issue 357: Close waits for the listener, which waits for an overlapped
 * ConnectNamedPipe.
 * Fixed: close writes down that it wants to, then cancels; the listener looks at that once its
 * connect is submitted. */
#include "fuzz/canaries/programs/support.h"

static HANDLE server;
static LONG closing;

static DWORD WINAPI run_listener(LPVOID unused)
{
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    DWORD count;

    (void)unused;
    ConnectNamedPipe(server, &overlapped);
    if (FIXED && ReadAcquire(&closing)) {
        CancelIoEx(server, &overlapped);
    }
    canary_finish(server, &overlapped, &count);
    CloseHandle(overlapped.hEvent);
    return 0;
}

void iocplab_program(void)
{
    HANDLE listener;

    server = canary_pipe_server(FILE_FLAG_OVERLAPPED, 64);
    listener = canary_start(run_listener, NULL);
    InterlockedExchange(&closing, 1);
    if (FIXED) {
        CancelIoEx(server, NULL);
    }
    canary_join(listener);
    CloseHandle(server);
}
