/* MSQUIC-1843: CancelIo from another thread than the one that has submitted the request.
 *
 * msquic, PR 1843: CancelIo cancels what the calling thread has submitted, and nothing else; it
 * succeeds all the same.
 * Fixed: CancelIoEx. */
#include "fuzz/canaries/programs/support.h"

static struct canary_pipe both;
static HANDLE submitted;

static DWORD WINAPI read_once(LPVOID unused)
{
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    char bytes[8];
    DWORD count;

    (void)unused;
    ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
    SetEvent(submitted);
    canary_finish(both.server, &overlapped, &count);
    CloseHandle(overlapped.hEvent);
    return 0;
}

void iocplab_program(void)
{
    HANDLE reader;
    BOOL cancelled;

    both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    submitted = canary_event(TRUE);
    reader = canary_start(read_once, NULL);
    WaitForSingleObject(submitted, INFINITE);
    cancelled = FIXED ? CancelIoEx(both.server, NULL) : CancelIo(both.server);
    canary_check(cancelled, "the cancel failed");
    canary_join(reader);
    CloseHandle(submitted);
    canary_pipe_close(&both);
}
