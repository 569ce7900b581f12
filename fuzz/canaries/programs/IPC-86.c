/* IPC-86: a server that finds its client gone asks for the next one without disconnecting first.
 *
 * ERROR_NO_DATA says that a client came and left; until DisconnectNamedPipe the instance belongs to
 * it, so ConnectNamedPipe answers the same again, and again.
 * Fixed: disconnect, then connect. */
#include "fuzz/canaries/programs/support.h"

static HANDLE listening_again;

static void look_in(void)
{
    HANDLE client = canary_pipe_client(0);

    canary_check(client != INVALID_HANDLE_VALUE, "nobody listens");
    CloseHandle(client);
}

static DWORD WINAPI look_in_twice(LPVOID unused)
{
    (void)unused;
    look_in();
    WaitForSingleObject(listening_again, INFINITE);
    look_in();
    return 0;
}

void iocplab_program(void)
{
    HANDLE server = canary_pipe_server(FILE_FLAG_OVERLAPPED, 64);
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    HANDLE visitor;
    int guests = 0;

    listening_again = canary_event(TRUE);
    visitor = canary_start(look_in_twice, NULL);
    while (guests < 2) {
        BOOL connected = ConnectNamedPipe(server, &overlapped);
        DWORD error = connected ? ERROR_SUCCESS : GetLastError();
        DWORD count;
        if (error == ERROR_IO_PENDING) {
            if (guests == 1) {
                SetEvent(listening_again);
            }
            error = canary_finish(server, &overlapped, &count);
        }
        if (error == ERROR_NO_DATA && !FIXED) {
            continue;
        }
        guests++;
        DisconnectNamedPipe(server);
    }
    canary_join(visitor);
    CloseHandle(listening_again);
    CloseHandle(overlapped.hEvent);
    CloseHandle(server);
}
