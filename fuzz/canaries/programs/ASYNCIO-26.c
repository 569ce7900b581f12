/* ASYNCIO-26: the buffer of a read goes with its socket although the read is still pending.
 *
 * somdoron/AsyncIO, issues 26 and 12: disposing a socket unpinned the buffer and the OVERLAPPED at
 * once; a read that ends later writes into whatever is there then.
 * Fixed: dispose only marks; the completion frees. */
#include "fakes/world.h"
#include "fuzz/canaries/programs/support.h"

/* A cancel only asks. */
const struct sim_settings iocplab_program_settings = {.cancel_races = true};

#define SIZE 64

struct request {
    OVERLAPPED overlapped;
    char *bytes;
    BOOL is_disposed;
};

static void release(struct request *request)
{
    HeapFree(GetProcessHeap(), 0, request->bytes);
    request->bytes = NULL;
}

static void dispose(struct request *request, HANDLE handle)
{
    CancelIoEx(handle, &request->overlapped);
    request->is_disposed = TRUE;
    if (!FIXED) {
        release(request);
    }
}

static void complete(struct request *request)
{
    if (request->is_disposed && request->bytes != NULL) {
        release(request);
    }
    HeapFree(GetProcessHeap(), 0, request);
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    HANDLE port = CreateIoCompletionPort(both.server, NULL, 0, 0);
    struct request *request = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *request);
    DWORD count;
    ULONG_PTR key;
    OVERLAPPED *overlapped;

    request->bytes = HeapAlloc(GetProcessHeap(), 0, SIZE);
    ReadFile(both.server, request->bytes, SIZE, NULL, &request->overlapped);
    dispose(request, both.server);
    GetQueuedCompletionStatus(port, &count, &key, &overlapped, INFINITE);
    complete((struct request *)(void *)overlapped);
    canary_pipe_close(&both);
    CloseHandle(port);
}
