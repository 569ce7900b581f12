/* GO-58870: a completion of somebody else's request is taken for one of one's own.
 *
 * Go, issue 58870 (libuv 2016 is the same): whoever calls ReadFile with an OVERLAPPED of his own on
 * a handle that belongs to the network poller's port makes a packet there. The poller takes the
 * OVERLAPPED for the head of its own operation and calls what it finds behind it.
 * Fixed: requests of one's own are told by the completion key. */
#include "fuzz/canaries/programs/support.h"

enum { KEY_OWN = 1, KEY_FOREIGN = 2 };

struct operation {
    OVERLAPPED overlapped;
    void (*done)(struct operation *operation);
};

/* What the user of the handle has; its tail is none of the poller's business. */
struct foreign {
    OVERLAPPED overlapped;
    ULONG_PTR number;
};

static BOOL finished;

static void finish(struct operation *operation)
{
    (void)operation;
    finished = TRUE;
}

static void poll_port(HANDLE port)
{
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;

    GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
    if (!FIXED || key == KEY_OWN) {
        struct operation *operation = (struct operation *)(void *)overlapped;
        operation->done(operation);
    }
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    HANDLE port = CreateIoCompletionPort(both.server, NULL, KEY_FOREIGN, 0);
    struct foreign foreign = {.number = 0};
    struct operation own = {.done = finish};
    char bytes[8];

    ReadFile(both.server, bytes, sizeof bytes, NULL, &foreign.overlapped);
    canary_write(both.client, "bytes", 5);
    PostQueuedCompletionStatus(port, 0, KEY_OWN, &own.overlapped);
    finished = FALSE;
    while (!finished) {
        poll_port(port);
    }
    canary_pipe_close(&both);
    CloseHandle(port);
}
