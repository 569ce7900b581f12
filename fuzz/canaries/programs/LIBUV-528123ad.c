/* LIBUV-528123ad: the low bit of hEvent, which keeps a packet from the port, is tested instead of
 * set.
 *
 * libuv 0.7.10 (528123ad, 07f01752): the poll that cancels another one waits for its event and must
 * queue no packet: `event & 1` where `event | 1` was meant. That is no event at all: the packet
 * comes, and the wait never ends.
 * Fixed: set it. */
#include "fuzz/canaries/programs/support.h"

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    HANDLE port = CreateIoCompletionPort(both.server, NULL, 0, 0);
    HANDLE event = canary_event(TRUE);
    ULONG_PTR tagged = FIXED ? (ULONG_PTR)event | 1 : (ULONG_PTR)event & 1;
    OVERLAPPED overlapped = {.hEvent = (HANDLE)tagged};
    char bytes[8];

    ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
    canary_write(both.client, "bytes", 5);
    WaitForSingleObject(event, INFINITE);
    CloseHandle(event);
    canary_pipe_close(&both);
    CloseHandle(port);
}
