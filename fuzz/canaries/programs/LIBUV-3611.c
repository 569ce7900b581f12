/* LIBUV-3611: a worker thread that connects writes the new handle into the object, which may be
 * closed meanwhile.
 *
 * libuv before 1.44.2 (ec6773541, PR 3611): uv_pipe_connect's worker stored the handle in the pipe.
 * A close that came first saw no handle; the one that came later was nobody's.
 * Fixed: the handle travels in the completion, and the loop, which knows whether the pipe is
 * closing, takes it from there. */
#include "fuzz/canaries/programs/support.h"

static HANDLE port;
static HANDLE handle; /* of the pipe object */

static DWORD WINAPI connect_pipe(LPVOID unused)
{
    HANDLE connected = canary_pipe_client(0);

    (void)unused;
    if (!FIXED) {
        InterlockedExchangePointer(&handle, connected);
    }
    PostQueuedCompletionStatus(port, 0, (ULONG_PTR)connected, NULL);
    return 0;
}

/* The owner closes the pipe while it is connecting. */
static void close_pipe(void)
{
    HANDLE known = InterlockedExchangePointer(&handle, INVALID_HANDLE_VALUE);

    if (known != INVALID_HANDLE_VALUE) {
        CloseHandle(known);
    }
}

/* The loop takes the completion of the connect: the pipe is closing, so nobody is told. */
static void finish_connect(void)
{
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;

    GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
    if (FIXED) {
        CloseHandle((HANDLE)key);
    }
}

void iocplab_program(void)
{
    HANDLE server = canary_pipe_server(0, 64);
    HANDLE worker;

    handle = INVALID_HANDLE_VALUE;
    port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    worker = canary_start(connect_pipe, NULL);
    close_pipe();
    finish_connect();
    canary_join(worker);
    CloseHandle(server);
    CloseHandle(port);
}
