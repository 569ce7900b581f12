/* GOWINIO-85: the one signal to close is consumed by an attempt that then wants to be repeated.
 *
 * go-winio, issue 85 (2018) and PR 369: Close sends one value and waits for the listener. An accept
 * in flight takes it; if a client came and left before ConnectNamedPipe, that fails with
 * ERROR_NO_DATA, which means "try again". The next attempt waits for a signal that was used up.
 * Fixed: whoever takes the signal reports the end, whatever the connect says. */
#include "fuzz/canaries/programs/support.h"

static HANDLE close_signal; /* releases one waiter */
static HANDLE closed;

enum attempt { ATTEMPT_AGAIN, ATTEMPT_CLOSED };

static enum attempt accept_once(void)
{
    HANDLE server = canary_pipe_server(FILE_FLAG_OVERLAPPED, 64);
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    HANDLE either[2] = {close_signal, overlapped.hEvent};
    BOOL connected = ConnectNamedPipe(server, &overlapped);
    DWORD error = connected ? ERROR_SUCCESS : GetLastError();
    DWORD count;
    BOOL closing;

    if (error == ERROR_IO_PENDING) {
        closing = WaitForMultipleObjects(2, either, FALSE, INFINITE) == WAIT_OBJECT_0;
        if (closing) {
            CancelIoEx(server, &overlapped);
        }
        error = canary_finish(server, &overlapped, &count);
    } else {
        closing = WaitForSingleObject(close_signal, 0) == WAIT_OBJECT_0;
    }
    CloseHandle(overlapped.hEvent);
    CloseHandle(server);
    if (!FIXED && error == ERROR_NO_DATA) {
        return ATTEMPT_AGAIN;
    }
    return closing ? ATTEMPT_CLOSED : ATTEMPT_AGAIN;
}

static DWORD WINAPI run_listener(LPVOID unused)
{
    (void)unused;
    while (accept_once() == ATTEMPT_AGAIN) {
    }
    SetEvent(closed);
    return 0;
}

/* A client that only looks whether the server is there. */
static DWORD WINAPI probe(LPVOID unused)
{
    HANDLE client = canary_pipe_client(0);

    (void)unused;
    if (client != INVALID_HANDLE_VALUE) {
        CloseHandle(client);
    }
    return 0;
}

void iocplab_program(void)
{
    HANDLE listener;
    HANDLE client;

    close_signal = canary_event(FALSE);
    closed = canary_event(TRUE);
    listener = canary_start(run_listener, NULL);
    client = canary_start(probe, NULL);
    SetEvent(close_signal);
    WaitForSingleObject(closed, INFINITE);
    canary_join(listener);
    canary_join(client);
    CloseHandle(close_signal);
    CloseHandle(closed);
}
