/* GOWINIO-53: the count of requests is not given back when a request fails at once.
 *
 * go-winio 53: the handle is closed by whoever ends the last request after close was called. A
 * path that returns early without counting down keeps it open for ever.
 * Fixed: every path counts down. */
#include "fuzz/canaries/programs/support.h"

static struct canary_pipe both;
static LONG users; /* the owner, and one for each request */

static void release(void)
{
    if (InterlockedDecrement(&users) == 0) {
        CloseHandle(both.server);
    }
}

static DWORD WINAPI read_once(LPVOID unused)
{
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    char bytes[8];
    DWORD count;

    (void)unused;
    if (ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped) ||
        GetLastError() == ERROR_IO_PENDING) {
        canary_finish(both.server, &overlapped, &count);
        release();
    } else if (FIXED) {
        release();
    }
    CloseHandle(overlapped.hEvent);
    return 0;
}

void iocplab_program(void)
{
    HANDLE reader;

    both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    users = 2;
    reader = canary_start(read_once, NULL);
    CloseHandle(both.client);
    canary_join(reader);
    release();
}
