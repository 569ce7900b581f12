/* DOTNET-115453: an object is disposed while a request is pending, and nobody is left to take its
 * completion.
 *
 * .NET, issue 115453: the OVERLAPPED of a request belongs to its completion; when the port goes
 * first, it is nobody's.
 * Fixed: dispose takes the packets that are due before it closes the port. */
#include "fuzz/canaries/programs/support.h"

struct request {
    OVERLAPPED overlapped;
    char bytes[8];
};

static void dispose(HANDLE server, HANDLE port)
{
    DWORD count;
    ULONG_PTR key;
    OVERLAPPED *overlapped;

    CancelIoEx(server, NULL);
    CloseHandle(server);
    if (FIXED) {
        GetQueuedCompletionStatus(port, &count, &key, &overlapped, INFINITE);
        HeapFree(GetProcessHeap(), 0, overlapped); /* the head of the request */
    }
    CloseHandle(port);
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    HANDLE port = CreateIoCompletionPort(both.server, NULL, 0, 0);
    struct request *request = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *request);

    ReadFile(both.server, request->bytes, sizeof request->bytes, NULL, &request->overlapped);
    dispose(both.server, port);
    CloseHandle(both.client);
}
