/* DOTNET-53062: a cancelled request is expected to end with ERROR_OPERATION_ABORTED and nothing
 * else.
 *
 * .NET, issue 53062: what ends first decides: the peer that leaves while the request is being
 * cancelled makes it ERROR_BROKEN_PIPE, which surfaced as an error nobody had reckoned with.
 * Fixed: whatever a request ends with after it was cancelled, it counts as cancelled. */
#include "fakes/world.h"
#include "fuzz/canaries/programs/support.h"

/* A cancel may lose. */
const struct sim_settings iocplab_program_settings = {.cancel_races = true};

static DWORD WINAPI close_peer(LPVOID client)
{
    CloseHandle(client);
    return 0;
}

static BOOL was_cancelled(DWORD error)
{
    return FIXED || error == ERROR_OPERATION_ABORTED;
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    char bytes[8];
    DWORD count;
    HANDLE closer;

    ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
    closer = canary_start(close_peer, both.client);
    if (CancelIoEx(both.server, &overlapped)) {
        DWORD error = canary_finish(both.server, &overlapped, &count);
        canary_check(was_cancelled(error), "a cancelled read reports a strange error");
    }
    canary_join(closer);
    CloseHandle(both.server);
    CloseHandle(overlapped.hEvent);
}
