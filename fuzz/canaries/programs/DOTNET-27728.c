/* DOTNET-27728: the callback of a request that succeeds at once runs before its memory is given
 * back, and gives it back itself.
 *
 * .NET, corefx issue 27728: where a success skips the port, the OVERLAPPED was freed after the
 * user's continuation had run, which may have disposed the object it belongs to.
 * Fixed: first free, then call. */
#include "fuzz/canaries/programs/support.h"

struct stream {
    HANDLE handle;
    OVERLAPPED *overlapped; /* of the request in flight */
};

static void release_overlapped(struct stream *stream)
{
    HeapFree(GetProcessHeap(), 0, stream->overlapped);
    stream->overlapped = NULL;
}

/* The user closes the stream as soon as it has what it wants. */
static void dispose(struct stream *stream)
{
    if (stream->overlapped != NULL) {
        release_overlapped(stream);
    }
    CloseHandle(stream->handle);
    HeapFree(GetProcessHeap(), 0, stream);
}

static void read_done(struct stream *stream)
{
    if (FIXED) {
        release_overlapped(stream);
        dispose(stream);
    } else {
        dispose(stream);
        release_overlapped(stream);
    }
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    HANDLE port = CreateIoCompletionPort(both.server, NULL, 0, 0);
    struct stream *stream = HeapAlloc(GetProcessHeap(), 0, sizeof *stream);
    char bytes[8];

    SetFileCompletionNotificationModes(both.server, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS);
    stream->handle = both.server;
    stream->overlapped = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *stream->overlapped);
    canary_write(both.client, "bytes", 5);
    canary_check(ReadFile(both.server, bytes, sizeof bytes, NULL, stream->overlapped),
                 "the bytes are there, and the read pends");
    read_done(stream);
    CloseHandle(both.client);
    CloseHandle(port);
}
