/* GOWINIO-324: one signal to close, two that wait for it.
 *
 * go-winio, PR 324: the channel that tells of the end gets one value; the listener and the accept
 * in flight both read from it, and one of them goes on waiting.
 * Fixed: the channel is closed instead: a signal that stays. */
#include "fuzz/canaries/programs/support.h"

#define WAITERS 2

static HANDLE close_signal;

static DWORD WINAPI wait_for_close(LPVOID unused)
{
    (void)unused;
    WaitForSingleObject(close_signal, INFINITE);
    return 0;
}

void iocplab_program(void)
{
    HANDLE waiter[WAITERS];

    close_signal = canary_event(FIXED);
    for (int i = 0; i < WAITERS; i++) {
        waiter[i] = canary_start(wait_for_close, NULL);
    }
    SetEvent(close_signal);
    for (int i = 0; i < WAITERS; i++) {
        canary_join(waiter[i]);
    }
    CloseHandle(close_signal);
}
