/* ASIO-312: when a completion cannot be posted, it goes to a queue beside the port and loses its
 * result on the way.
 *
 * chriskohlhoff/asio, issue 312: PostQueuedCompletionStatus may fail; the operation is then kept in
 * a list that a later call serves, but the bytes and the error that went into the call are gone.
 * Fixed: the result is kept in the operation. */
#include "fakes/world.h"
#include "fuzz/canaries/programs/support.h"

/* The post may fail. */
const struct sim_settings iocplab_program_settings = {.faults_max = 1};

struct operation {
    OVERLAPPED overlapped;
    DWORD bytes; /* the result, where it is kept */
};

static struct operation *waiting; /* could not be posted */

static void post_completion(HANDLE port, struct operation *operation, DWORD bytes)
{
    if (FIXED) {
        operation->bytes = bytes;
    }
    if (!PostQueuedCompletionStatus(port, bytes, 0, &operation->overlapped)) {
        waiting = operation;
    }
}

/* Returns the bytes of the operation that has completed. */
static DWORD run_one(HANDLE port)
{
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;

    if (waiting != NULL) {
        return waiting->bytes;
    }
    GetQueuedCompletionStatus(port, &bytes, &key, &overlapped, INFINITE);
    return bytes;
}

void iocplab_program(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    struct operation operation = {.bytes = 0};

    if (port == NULL) {
        return; /* that was the fault */
    }
    waiting = NULL;
    post_completion(port, &operation, 5);
    canary_check(run_one(port) == 5, "the result is lost");
    CloseHandle(port);
}
