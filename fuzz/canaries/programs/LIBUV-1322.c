/* LIBUV-1322: a cancel that comes before the worker has begun to read is lost.
 *
 * libuv before 1.13.0 (c42a4ca37, PR 1322): uv_read_stop cancelled the read of its worker thread;
 * when the worker had not yet entered ReadFile, there was nothing to cancel, and the worker then
 * read for ever.
 * Fixed: the wish is written down first, and the worker looks at it once its read is submitted. */
#include "fuzz/canaries/programs/support.h"

static struct canary_pipe both;
static LONG stopped;

static DWORD WINAPI read_until_stopped(LPVOID unused)
{
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    char bytes[8];
    DWORD count;

    (void)unused;
    ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
    if (FIXED && ReadAcquire(&stopped)) {
        CancelIoEx(both.server, &overlapped);
    }
    canary_finish(both.server, &overlapped, &count);
    CloseHandle(overlapped.hEvent);
    return 0;
}

void iocplab_program(void)
{
    HANDLE worker;

    both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    worker = canary_start(read_until_stopped, NULL);
    InterlockedExchange(&stopped, 1);
    CancelIoEx(both.server, NULL);
    canary_join(worker);
    canary_pipe_close(&both);
}
