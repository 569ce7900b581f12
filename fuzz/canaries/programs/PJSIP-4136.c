/* PJSIP-4136: the first repair of PJSIP-985: before a key is freed, its completion is waited for,
 * but only half a second.
 *
 * pjsip 4136. However long it is, a time that has passed says nothing about a request.
 * Fixed: wait for the packet. */
#include "fakes/world.h"
#include "fuzz/canaries/programs/support.h"

#define PATIENCE_MS 500

/* A cancel may end later than anybody waits. */
const struct sim_settings iocplab_program_settings = {.cancel_races = true, .coarse_clock = true};

struct key {
    OVERLAPPED overlapped;
    char bytes[8];
};

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    HANDLE port = CreateIoCompletionPort(both.server, NULL, 0, 0);
    struct key *key = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *key);
    DWORD count;
    ULONG_PTR completion_key;
    OVERLAPPED *overlapped;

    ReadFile(both.server, key->bytes, sizeof key->bytes, NULL, &key->overlapped);
    CancelIoEx(both.server, &key->overlapped);
    GetQueuedCompletionStatus(port, &count, &completion_key, &overlapped,
                              FIXED ? INFINITE : PATIENCE_MS);
    HeapFree(GetProcessHeap(), 0, key);
    canary_pipe_close(&both);
    CloseHandle(port);
}
