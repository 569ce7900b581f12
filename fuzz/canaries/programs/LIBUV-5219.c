/* LIBUV-5219: bytes of a write that is still pending count as available; they go away when it is
 * cancelled.
 *
 * libuv (issue 5219, open): what PeekNamedPipe counts may belong to a pending write of the peer. If
 * the peer cancels it between the peek and the read, the read waits for bytes that nobody sends.
 * Fixed: the read is one that can be taken back. */
#include "fuzz/canaries/programs/support.h"

#define QUOTA 4 /* less than what is written: the write pends, and all of it can be read */

static struct canary_pipe both;
static HANDLE retracted;

static DWORD WINAPI read_what_is_there(LPVOID unused)
{
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    HANDLE either[2] = {overlapped.hEvent, retracted};
    char bytes[8];
    DWORD available = 0;
    DWORD count;

    (void)unused;
    canary_check(PeekNamedPipe(both.server, NULL, 0, NULL, &available, NULL), "no peek");
    if (available > 0) {
        ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
        if (FIXED && WaitForMultipleObjects(2, either, FALSE, INFINITE) != WAIT_OBJECT_0) {
            CancelIoEx(both.server, &overlapped);
        }
        canary_finish(both.server, &overlapped, &count);
    }
    CloseHandle(overlapped.hEvent);
    return 0;
}

void iocplab_program(void)
{
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    DWORD count;
    HANDLE reader;

    both = canary_pipe_open(FILE_FLAG_OVERLAPPED, FILE_FLAG_OVERLAPPED, QUOTA);
    retracted = canary_event(TRUE);
    WriteFile(both.client, "pending", 7, NULL, &overlapped);
    reader = canary_start(read_what_is_there, NULL);
    CancelIoEx(both.client, &overlapped);
    canary_finish(both.client, &overlapped, &count);
    SetEvent(retracted);
    canary_join(reader);
    CloseHandle(retracted);
    CloseHandle(overlapped.hEvent);
    canary_pipe_close(&both);
}
