/* LIBUV-1843-abort: a read that was cancelled counts as one that succeeded with no bytes.
 *
 * libuv before 1.21.0 (4f60e0c1d, PR 1843): the worker of a stopped read reported success; success
 * without bytes is the end of the stream.
 * Fixed: the error of the read is looked at. */
#include "fuzz/canaries/programs/support.h"

static struct canary_pipe both;
static BOOL at_end;

static DWORD WINAPI read_once(LPVOID unused)
{
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    char bytes[8];
    DWORD count = 0;
    DWORD error;

    (void)unused;
    ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
    error = canary_finish(both.server, &overlapped, &count);
    if (FIXED) {
        at_end = error == ERROR_BROKEN_PIPE;
    } else {
        at_end = error == ERROR_BROKEN_PIPE || count == 0;
    }
    CloseHandle(overlapped.hEvent);
    return 0;
}

void iocplab_program(void)
{
    HANDLE worker;

    both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    worker = canary_start(read_once, NULL);
    while (!CancelIoEx(both.server, NULL)) { /* it may not have begun */
        SwitchToThread();
    }
    canary_join(worker);
    canary_check(!at_end, "the end of the stream was reported, but the peer has not closed");
    canary_pipe_close(&both);
}
