/* IPC-86: a server that finds its client gone asks for the next one without disconnecting first.
 *
 * ERROR_NO_DATA says that a client came and left; until DisconnectNamedPipe the instance belongs to
 * it, so ConnectNamedPipe answers the same again, and again.
 * Fixed: disconnect, then connect. */
#include "fuzz/canaries/programs/support.h"

static DWORD WINAPI look_and_stay(LPVOID unused)
{
    HANDLE client = canary_pipe_client(0);

    (void)unused;
    if (client != INVALID_HANDLE_VALUE) {
        CloseHandle(client);
    }
    do {
        SwitchToThread();
        client = canary_pipe_client(0);
    } while (client == INVALID_HANDLE_VALUE);
    CloseHandle(client);
    return 0;
}

void iocplab_program(void)
{
    HANDLE server = canary_pipe_server(FILE_FLAG_OVERLAPPED, 64);
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    HANDLE visitor = canary_start(look_and_stay, NULL);
    int guests = 0; /* clients that came, the one that only looks included */

    while (guests < 2) {
        BOOL connected = ConnectNamedPipe(server, &overlapped);
        DWORD error = connected ? ERROR_SUCCESS : GetLastError();
        DWORD count;
        if (error == ERROR_IO_PENDING) {
            error = canary_finish(server, &overlapped, &count);
        }
        if (error == ERROR_NO_DATA && !FIXED) {
            continue;
        }
        guests++;
        DisconnectNamedPipe(server);
    }
    canary_join(visitor);
    CloseHandle(overlapped.hEvent);
    CloseHandle(server);
}
