/* Code that knows nothing of core: plain Win32 in the simulated world. */
#include "fakes/world.h"

#include <winsock2.h>
#include <windows.h>

#include <stdio.h>

#define KEY ((ULONG_PTR)7)

static ULONG_PTR came; /* the key that was dequeued */

static void post_and_get(void *argument)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    OVERLAPPED *overlapped;
    DWORD bytes;

    (void)argument;
    if (PostQueuedCompletionStatus(port, 0, KEY, NULL)) {
        (void)GetQueuedCompletionStatus(port, &bytes, &came, &overlapped, INFINITE);
    }
    CloseHandle(port);
}

int main(void)
{
    struct sim_settings settings = {0};
    struct sim_outcome outcome;
    struct sim_world *world = sim_world_create();

    if (world == NULL) {
        return 1;
    }
    sim_world_run(world, &settings, &sim_source_dull, post_and_get, NULL, &outcome);
    sim_world_destroy(world);
    printf("%s\n", outcome.oracle == NULL ? "no finding" : outcome.message);
    return outcome.oracle != NULL || came != KEY;
}
