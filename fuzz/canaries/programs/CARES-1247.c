/* CARES-1247: a dequeue that fails because the request did is taken for one that found nothing.
 *
 * c-ares, PR 1247 (2026): where GetQueuedCompletionStatusEx is missing it is emulated by a
 * loop over GetQueuedCompletionStatus, which ended with any FALSE. FALSE with an OVERLAPPED is the
 * packet of a failed request: it was dropped, nobody tended its connection any more, and the event
 * thread slept for ever.
 * Fixed: only FALSE without an OVERLAPPED is a timeout. */
#include "fuzz/canaries/programs/support.h"

#define BATCH 4u

static HANDLE port;

static DWORD WINAPI close_peer(LPVOID client)
{
    CloseHandle(client);
    return 0;
}

/* As GetQueuedCompletionStatusEx: waits for the first packet only. */
static ULONG dequeue(OVERLAPPED_ENTRY *entry, ULONG room, DWORD timeout_ms)
{
    ULONG count = 0;

    while (count < room) {
        OVERLAPPED_ENTRY *next = &entry[count];
        BOOL taken = GetQueuedCompletionStatus(port, &next->dwNumberOfBytesTransferred,
                                               &next->lpCompletionKey, &next->lpOverlapped,
                                               count == 0 ? timeout_ms : 0);
        if (FIXED) {
            taken = taken || next->lpOverlapped != NULL;
        }
        if (!taken) {
            break;
        }
        count++;
    }
    return count;
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    OVERLAPPED overlapped = {.hEvent = NULL};
    OVERLAPPED_ENTRY entry[BATCH];
    char bytes[8];
    HANDLE closer;
    BOOL pending;

    port = CreateIoCompletionPort(both.server, NULL, 0, 0);
    closer = canary_start(close_peer, both.client);
    pending = ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped) ||
              GetLastError() == ERROR_IO_PENDING;
    while (pending) {
        pending = dequeue(entry, BATCH, INFINITE) == 0;
    }
    canary_join(closer);
    CloseHandle(both.server);
    CloseHandle(port);
}
