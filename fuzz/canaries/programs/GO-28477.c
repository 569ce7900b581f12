/* GO-28477: closing a file waits for its reader and does not end the read.
 *
 * Go, issue 28477: os.File.Close of a pipe waits until nobody uses the descriptor; a read that is
 * pending uses it until the peer writes.
 * Fixed: close writes down that it wants to, cancels, and only then waits. */
#include "fuzz/canaries/programs/support.h"

static struct canary_pipe both;
static LONG closing;
static HANDLE unused_now; /* set when the reader is done with the descriptor */

static DWORD WINAPI read_once(LPVOID unused)
{
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    char bytes[8];
    DWORD count;

    (void)unused;
    ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
    if (FIXED && ReadAcquire(&closing)) {
        CancelIoEx(both.server, &overlapped);
    }
    canary_finish(both.server, &overlapped, &count);
    CloseHandle(overlapped.hEvent);
    SetEvent(unused_now);
    return 0;
}

static void close_file(void)
{
    InterlockedExchange(&closing, 1);
    if (FIXED) {
        CancelIoEx(both.server, NULL);
    }
    WaitForSingleObject(unused_now, INFINITE);
    CloseHandle(both.server);
    both.server = INVALID_HANDLE_VALUE;
}

void iocplab_program(void)
{
    HANDLE reader;

    both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    unused_now = canary_event(TRUE);
    reader = canary_start(read_once, NULL);
    close_file();
    canary_join(reader);
    canary_pipe_close(&both);
    CloseHandle(unused_now);
}
