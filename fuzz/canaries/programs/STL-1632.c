/* STL-1632: an OVERLAPPED and its buffer on the stack of a function that cancels and returns.
 *
 * microsoft/STL 1632 (the parallelize tool): only queued callbacks were waited for; the one read
 * that was cancelled last ended after the frame was gone, and its result was written over whatever
 * lay there. The output of a cancelling AFD poll on the stack of libuv 0.10 (48d39345b) is the
 * same. Fixed: the function waits for the end of the request. */
#include "fakes/world.h"
#include "fuzz/canaries/programs/support.h"

#define FRAME 512 /* bytes: more than the frame of forget_read */

/* A cancel only asks. */
const struct sim_settings iocplab_program_settings = {.cancel_races = true};

static __attribute__((noinline)) void forget_read(HANDLE end, HANDLE event)
{
    OVERLAPPED overlapped = {.hEvent = event};
    char bytes[64];
    DWORD count;

    ReadFile(end, bytes, sizeof bytes, NULL, &overlapped);
    CancelIoEx(end, &overlapped);
    if (FIXED) {
        canary_finish(end, &overlapped, &count);
    }
}

/* Whoever comes next owns the stack. */
static __attribute__((noinline)) void use_stack(void)
{
    volatile char local[FRAME];

    for (int i = 0; i < FRAME; i++) {
        local[i] = 'x';
    }
    SwitchToThread();
    for (int i = 0; i < FRAME; i++) {
        canary_check(local[i] == 'x', "a local variable has changed by itself");
    }
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    HANDLE event = canary_event(TRUE);

    forget_read(both.server, event);
    use_stack();
    canary_pipe_close(&both);
    CloseHandle(event);
}
