/* MIO-WAKER-KEY-PARITY: packets are told apart by their completion key before it is seen that they
 * have no OVERLAPPED.
 *
 * mio, sys/windows/selector.rs: keys of pipes are odd, keys of AFD handles even, and a packet
 * without an OVERLAPPED is the waker's, whose key is a token of the user's and may be anything. The
 * order of the two tests is all that keeps an odd token from being taken for a pipe (mutant; core
 * asks the function beside the OVERLAPPED and no key).
 * Fixed: the test for the OVERLAPPED comes first. */
#include "fuzz/canaries/programs/support.h"

struct pipe_operation {
    OVERLAPPED overlapped;
    void (*done)(struct pipe_operation *operation);
};

static ULONG_PTR reported; /* the token of the waker */

static void dispatch(const OVERLAPPED_ENTRY *entry)
{
    BOOL is_pipe = entry->lpCompletionKey % 2 == 1;

    if (FIXED && entry->lpOverlapped == NULL) {
        reported = entry->lpCompletionKey;
    } else if (is_pipe) {
        struct pipe_operation *operation = (struct pipe_operation *)(void *)entry->lpOverlapped;
        operation->done(operation);
    } else if (entry->lpOverlapped == NULL) {
        reported = entry->lpCompletionKey;
    }
}

void iocplab_program(void)
{
    const ULONG_PTR token = 7;
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    OVERLAPPED_ENTRY entry;
    ULONG count;

    reported = 0;
    PostQueuedCompletionStatus(port, 1, token, NULL);
    GetQueuedCompletionStatusEx(port, &entry, 1, &count, INFINITE, FALSE);
    dispatch(&entry);
    canary_check(reported == token, "the waker's token was not reported");
    CloseHandle(port);
}
