/* DOTNET-59090: the callback of a cancellation runs while it is being registered, finds nothing to
 * cancel, and is not called again.
 *
 * .NET, issue 59090: registering with a token that is cancelled already calls back at once. The
 * request was not submitted yet; it was submitted then, and never completed.
 * Fixed: look at the token once the request is submitted. */
#include "fuzz/canaries/programs/support.h"

static struct canary_pipe both;

/* A token and its one callback. */
static SRWLOCK lock;
static BOOL is_cancelled;
static BOOL is_registered;

static OVERLAPPED overlapped;
static BOOL is_submitted;

static void callback(void)
{
    if (is_submitted) {
        CancelIoEx(both.server, &overlapped);
    }
}

static void register_callback(void)
{
    AcquireSRWLockExclusive(&lock);
    is_registered = TRUE;
    if (is_cancelled) {
        callback();
    }
    ReleaseSRWLockExclusive(&lock);
}

static DWORD WINAPI cancel(LPVOID unused)
{
    (void)unused;
    AcquireSRWLockExclusive(&lock);
    is_cancelled = TRUE;
    if (is_registered) {
        callback();
    }
    ReleaseSRWLockExclusive(&lock);
    return 0;
}

static void submit(char *bytes, DWORD size)
{
    AcquireSRWLockExclusive(&lock);
    ReadFile(both.server, bytes, size, NULL, &overlapped);
    is_submitted = TRUE;
    if (FIXED && is_cancelled) {
        callback();
    }
    ReleaseSRWLockExclusive(&lock);
}

void iocplab_program(void)
{
    HANDLE canceller;
    char bytes[8];
    DWORD count;

    both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    overlapped.hEvent = canary_event(TRUE);
    canceller = canary_start(cancel, NULL);
    register_callback();
    submit(bytes, sizeof bytes);
    canary_finish(both.server, &overlapped, &count);
    canary_join(canceller);
    canary_pipe_close(&both);
    CloseHandle(overlapped.hEvent);
}
