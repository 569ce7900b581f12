/* MYPY-21228: a read that only asks whether there is something is cancelled although it has got
 * something.
 *
 * mypy, PR 21228 (found in 21221): ready_to_read imitates select with a read of one byte on each
 * connection. Those that are not done when it looks are cancelled and forgotten; one that completes
 * between the look and the cancel has taken its byte.
 * Fixed: what counts is how the read ended, not what was seen before. */
#include "fuzz/canaries/programs/support.h"

static DWORD WINAPI send_bytes(LPVOID client)
{
    canary_write(client, "ab", 2);
    return 0;
}

/* Returns how many bytes it has got, at most one: the first of the connection. */
static DWORD ready_to_read(HANDLE server, char *byte)
{
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    DWORD count = 0;
    BOOL is_done;

    ReadFile(server, byte, 1, NULL, &overlapped);
    is_done = WaitForSingleObject(overlapped.hEvent, 0) == WAIT_OBJECT_0;
    if (!is_done) {
        CancelIoEx(server, &overlapped);
    }
    if (canary_finish(server, &overlapped, &count) != ERROR_SUCCESS || !(is_done || FIXED)) {
        count = 0;
    }
    CloseHandle(overlapped.hEvent);
    return count;
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    HANDLE sender = canary_start(send_bytes, both.client);
    char bytes[2];
    DWORD count = ready_to_read(both.server, bytes);
    DWORD more;

    canary_join(sender);
    ReadFile(both.server, bytes + count, (DWORD)sizeof bytes - count, NULL, &overlapped);
    canary_finish(both.server, &overlapped, &more);
    canary_check(count + more == sizeof bytes && bytes[0] == 'a' && bytes[1] == 'b',
                 "a byte is missing");
    CloseHandle(overlapped.hEvent);
    canary_pipe_close(&both);
}
