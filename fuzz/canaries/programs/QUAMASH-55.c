/* QUAMASH-55: a request is entered into the table of requests only after it was submitted.
 *
 * quamash, issue 55: the thread that takes packets looks a packet up in a table; one that comes
 * before its request was entered is unknown, is dropped, and its future never ends. mio 1954 is the
 * same with a reference instead of a table.
 * Fixed: enter first. */
#include "fuzz/canaries/programs/support.h"

static HANDLE port;
static HANDLE done;

static SRWLOCK lock;
static OVERLAPPED *entered; /* a table of one */

static void enter(OVERLAPPED *overlapped)
{
    AcquireSRWLockExclusive(&lock);
    entered = overlapped;
    ReleaseSRWLockExclusive(&lock);
}

static DWORD WINAPI poll_port(LPVOID unused)
{
    DWORD count;
    ULONG_PTR key;
    OVERLAPPED *overlapped;
    BOOL known;

    (void)unused;
    GetQueuedCompletionStatus(port, &count, &key, &overlapped, INFINITE);
    AcquireSRWLockExclusive(&lock);
    known = overlapped == entered;
    ReleaseSRWLockExclusive(&lock);
    if (known) {
        SetEvent(done);
    }
    return 0;
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    OVERLAPPED overlapped = {.hEvent = NULL};
    HANDLE poller;
    char bytes[8];

    port = CreateIoCompletionPort(both.server, NULL, 0, 0);
    done = canary_event(TRUE);
    canary_write(both.client, "bytes", 5);
    poller = canary_start(poll_port, NULL);
    if (FIXED) {
        enter(&overlapped);
    }
    ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
    if (!FIXED) {
        enter(&overlapped);
    }
    WaitForSingleObject(done, INFINITE);
    canary_join(poller);
    canary_pipe_close(&both);
    CloseHandle(done);
    CloseHandle(port);
}
