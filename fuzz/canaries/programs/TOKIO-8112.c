/* TOKIO-8112: the slot of a cancelled request is given to the next one before the completion of the
 * first has come.
 *
 * tokio 8112 (io_uring): completions name a slot of a table. A cancelled operation left its
 * slot at once; its late completion then ended the operation that had moved in.
 * Fixed: the slot stays taken until its completion came. */
#include "fakes/world.h"
#include "fuzz/canaries/programs/support.h"

/* A cancel only asks. */
const struct sim_settings iocplab_program_settings = {.cancel_races = true};

#define SLOTS 2u

struct request {
    OVERLAPPED overlapped; /* Offset names the slot */
    char bytes[8];
};

static BOOL is_taken[SLOTS];
static BOOL is_done[SLOTS];

static DWORD take_slot(void)
{
    DWORD slot = 0;

    while (is_taken[slot]) {
        slot++;
    }
    is_taken[slot] = TRUE;
    is_done[slot] = FALSE;
    return slot;
}

static void submit(HANDLE end, struct request *request)
{
    request->overlapped.Offset = take_slot();
    ReadFile(end, request->bytes, sizeof request->bytes, NULL, &request->overlapped);
}

static void cancel(HANDLE end, struct request *request)
{
    CancelIoEx(end, &request->overlapped);
    if (!FIXED) {
        is_taken[request->overlapped.Offset] = FALSE;
    }
}

static void poll_port(HANDLE port)
{
    DWORD count;
    ULONG_PTR key;
    OVERLAPPED *overlapped;

    GetQueuedCompletionStatus(port, &count, &key, &overlapped, INFINITE);
    is_done[overlapped->Offset] = TRUE;
    is_taken[overlapped->Offset] = FALSE;
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    HANDLE port = CreateIoCompletionPort(both.server, NULL, 0, 0);
    struct request first = {.bytes = ""};
    struct request second = {.bytes = ""};

    submit(both.server, &first);
    cancel(both.server, &first);
    submit(both.server, &second);
    poll_port(port); /* the end of the first: nobody has written anything */
    canary_check(!is_done[second.overlapped.Offset], "the second read has ended without bytes");
    canary_write(both.client, "bytes", 5);
    poll_port(port);
    canary_pipe_close(&both);
    CloseHandle(port);
}
