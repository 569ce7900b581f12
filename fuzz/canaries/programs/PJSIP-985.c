/* PJSIP-985: a key with a read in flight is unregistered and freed; its completion comes later.
 *
 * pjsip, issue 985 (demikernel 1149 and others are the same): cancelling or closing only asks. The
 * OVERLAPPED is the kernel's until its packet was dequeued.
 * Fixed: the key is freed by whoever takes that packet. */
#include "fakes/world.h"
#include "fuzz/canaries/programs/support.h"

/* A cancel only asks. */
const struct sim_settings iocplab_program_settings = {.cancel_races = true};

struct key {
    OVERLAPPED overlapped;
    HANDLE handle;
    char bytes[8];
};

static void unregister(struct key *key)
{
    CancelIoEx(key->handle, &key->overlapped);
    if (!FIXED) {
        HeapFree(GetProcessHeap(), 0, key);
    }
}

static void poll_port(HANDLE port)
{
    DWORD count;
    ULONG_PTR completion_key;
    OVERLAPPED *overlapped;

    GetQueuedCompletionStatus(port, &count, &completion_key, &overlapped, INFINITE);
    HeapFree(GetProcessHeap(), 0, overlapped); /* the head of the key, which is going */
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    HANDLE port = CreateIoCompletionPort(both.server, NULL, 0, 0);
    struct key *key = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *key);

    key->handle = both.server;
    ReadFile(both.server, key->bytes, sizeof key->bytes, NULL, &key->overlapped);
    unregister(key);
    poll_port(port);
    canary_pipe_close(&both);
    CloseHandle(port);
}
