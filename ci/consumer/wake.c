#include "wake.h"

#include "core/observe.h"
#include "core/poll.h"
#include "core/waker.h"

#define TOKEN UINT64_C(7)

static LONG observations;

static void count(const struct rdy_observation *observation)
{
    if (observation->machine == RDY_MACHINE_WAKER) {
        InterlockedIncrement(&observations);
    }
}

static DWORD WINAPI wake(LPVOID waker)
{
    return rdy_waker_wake(waker).status != RDY_DONE;
}

static int wait_for_wake(rdy_poll *poll, rdy_waker *waker)
{
    rdy_event event = {0};
    size_t events = 0;
    DWORD failed = 1;
    HANDLE thread = CreateThread(NULL, 0, wake, waker, 0, NULL);
    if (thread == NULL) {
        return -1;
    }
    rdy_result result = rdy_poll_wait(poll, &event, 1, RDY_WAIT_FOREVER, &events);
    (void)WaitForSingleObject(thread, INFINITE);
    (void)GetExitCodeThread(thread, &failed);
    CloseHandle(thread);
    return result.status == RDY_DONE && events == 1 && event.token == TOKEN && failed == 0
               ? (int)observations
               : -1;
}

int wake_another(void)
{
    int came = -1;
    rdy_poll *poll;
    rdy_waker *waker;

    observations = 0;
    rdy_observe = count;
    if (rdy_poll_create(&poll).status != RDY_DONE) {
        return -1;
    }
    if (rdy_waker_create(rdy_poll_registry(poll), TOKEN, &waker).status == RDY_DONE) {
        came = wait_for_wake(poll, waker);
        rdy_waker_destroy(waker);
    }
    rdy_poll_destroy(poll);
    rdy_observe = NULL;
    return came;
}
