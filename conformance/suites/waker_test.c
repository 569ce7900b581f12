/* waker_test: wakes reach the poll, merged or not, and are never lost. */
#include "conformance/suites/fact.h"
#include "core/poll.h"
#include "core/waker.h"

#define TOKEN      UINT64_C(0xfedcba9876543210)
#define EVENTS_MAX 8u
#define WAKERS_MAX 3u

static rdy_poll *make_poll(void)
{
    rdy_poll *poll;
    EXPECT_EQUAL(rdy_poll_create(&poll).status, RDY_DONE);
    return poll;
}

static rdy_waker *make_waker(rdy_poll *poll)
{
    rdy_waker *waker;
    EXPECT_EQUAL(rdy_waker_create(rdy_poll_registry(poll), TOKEN, &waker).status, RDY_DONE);
    return waker;
}

static size_t wait_events(rdy_poll *poll, uint64_t timeout_ns)
{
    rdy_event events[EVENTS_MAX];
    size_t count = 99;
    EXPECT_EQUAL(rdy_poll_wait(poll, events, EVENTS_MAX, timeout_ns, &count).status, RDY_DONE);
    for (size_t i = 0; i < count; i++) {
        EXPECT_EQUAL(events[i].token, TOKEN);
        EXPECT_EQUAL(events[i].flags, RDY_EVENT_READABLE);
    }
    return count;
}

static void wake_before_wait_is_reported(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker *waker = make_waker(poll);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    EXPECT_EQUAL(wait_events(poll, RDY_WAIT_FOREVER), 1);
    EXPECT_EQUAL(wait_events(poll, 0), 0);
    rdy_waker_destroy(waker);
    rdy_poll_destroy(poll);
}

static void wakes_before_a_wait_are_merged(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker *waker = make_waker(poll);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    EXPECT_EQUAL(wait_events(poll, 0), 1);
    EXPECT_EQUAL(wait_events(poll, 0), 0);
    rdy_waker_destroy(waker);
    rdy_poll_destroy(poll);
}

static void wake_after_an_event_is_a_new_event(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker *waker = make_waker(poll);
    for (int i = 0; i < 3; i++) {
        EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
        EXPECT_EQUAL(wait_events(poll, RDY_WAIT_FOREVER), 1);
    }
    rdy_waker_destroy(waker);
    rdy_poll_destroy(poll);
}

static DWORD WINAPI wake_from_thread(LPVOID argument)
{
    EXPECT_EQUAL(rdy_waker_wake(argument).status, RDY_DONE);
    return 0;
}

static void join(HANDLE thread)
{
    EXPECT(thread != NULL);
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CloseHandle(thread);
}

static void waiting_poll_is_woken_from_another_thread(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker *waker = make_waker(poll);
    HANDLE thread = CreateThread(NULL, 0, wake_from_thread, waker, 0, NULL);
    EXPECT_EQUAL(wait_events(poll, RDY_WAIT_FOREVER), 1);
    join(thread);
    rdy_waker_destroy(waker);
    rdy_poll_destroy(poll);
}

/* Every wake began before an event was reported: otherwise a wait for ever would hang here. */
static void no_wake_of_several_threads_is_lost(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker *waker = make_waker(poll);
    HANDLE threads[WAKERS_MAX];
    for (uint32_t i = 0; i < WAKERS_MAX; i++) {
        threads[i] = CreateThread(NULL, 0, wake_from_thread, waker, 0, NULL);
    }
    EXPECT_EQUAL(wait_events(poll, RDY_WAIT_FOREVER), 1);
    for (uint32_t i = 0; i < WAKERS_MAX; i++) {
        join(threads[i]);
    }
    EXPECT(wait_events(poll, 0) <= 1);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    EXPECT_EQUAL(wait_events(poll, RDY_WAIT_FOREVER), 1);
    rdy_waker_destroy(waker);
    rdy_poll_destroy(poll);
}

struct attempt {
    rdy_waker *waker;
    rdy_result result;
};

static DWORD WINAPI try_wake(LPVOID argument)
{
    struct attempt *attempt = argument;
    attempt->result = rdy_waker_wake(attempt->waker);
    return 0;
}

/* A wake that is told DONE has an event, also when it was merged into one whose post failed. */
static void wake_told_done_is_reported_although_a_post_fails(void)
{
    rdy_poll *poll;
    if (rdy_poll_create(&poll).status != RDY_DONE) {
        return;
    }
    rdy_waker *waker;
    if (rdy_waker_create(rdy_poll_registry(poll), TOKEN, &waker).status == RDY_DONE) {
        struct attempt attempts[2] = {{.waker = waker}, {.waker = waker}};
        HANDLE thread = CreateThread(NULL, 0, try_wake, &attempts[0], 0, NULL);
        (void)try_wake(&attempts[1]);
        if (thread != NULL) {
            join(thread);
        } else {
            attempts[0].result = (rdy_result){.status = RDY_FAILED};
        }
        BOOL any = attempts[0].result.status == RDY_DONE || attempts[1].result.status == RDY_DONE;
        EXPECT_EQUAL(wait_events(poll, 0), any ? 1 : 0);
        rdy_waker_destroy(waker);
    }
    rdy_poll_destroy(poll);
}

static void waker_works_until_the_last_reference_of_the_poll_is_gone(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker *waker = make_waker(poll);
    rdy_registry *clone = rdy_registry_clone(rdy_poll_registry(poll));
    rdy_poll_destroy(poll);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    rdy_registry_release(clone);
    rdy_result result = rdy_waker_wake(waker);
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT_EQUAL(result.os_error, ERROR_INVALID_HANDLE);
    rdy_waker_destroy(waker);
}

static void destroyed_waker_reports_nothing(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker *waker = make_waker(poll);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    rdy_waker_destroy(waker);
    EXPECT_EQUAL(wait_events(poll, 0), 0);
    rdy_poll_destroy(poll);
}

static void wake_in_flight_is_reaped_with_the_poll(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker *waker = make_waker(poll);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    rdy_waker_destroy(waker);
    rdy_poll_destroy(poll);
}

static void another_waker_may_follow_a_destroyed_one(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker_destroy(make_waker(poll));
    rdy_waker *waker = make_waker(poll);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    EXPECT_EQUAL(wait_events(poll, RDY_WAIT_FOREVER), 1);
    rdy_waker_destroy(waker);
    rdy_poll_destroy(poll);
}

static void second_waker_on_one_poll_is_an_assertion(void)
{
    rdy_poll *poll = make_poll();
    (void)make_waker(poll);
    (void)make_waker(poll);
}

static DWORD WINAPI destroy_poll(LPVOID argument)
{
    rdy_poll_destroy(argument);
    return 0;
}

static void destroy_both(rdy_poll *poll, rdy_waker *waker)
{
    HANDLE thread = CreateThread(NULL, 0, destroy_poll, poll, 0, NULL);
    rdy_waker_destroy(waker);
    join(thread);
}

static void waker_and_poll_may_be_destroyed_at_once(void)
{
    rdy_poll *poll = make_poll();
    destroy_both(poll, make_waker(poll));
}

static void posted_waker_and_poll_may_be_destroyed_at_once(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker *waker = make_waker(poll);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    destroy_both(poll, waker);
}

static void wake_may_race_the_end_of_the_poll(void)
{
    rdy_poll *poll = make_poll();
    rdy_waker *waker = make_waker(poll);
    HANDLE thread = CreateThread(NULL, 0, destroy_poll, poll, 0, NULL);
    rdy_result result = rdy_waker_wake(waker);
    EXPECT(result.status == RDY_DONE || result.os_error == ERROR_INVALID_HANDLE);
    join(thread);
    rdy_waker_check(waker);
    rdy_waker_destroy(waker);
}

static const struct fact facts[] = {
    FACT(wake_before_wait_is_reported, 0),
    FACT(wakes_before_a_wait_are_merged, 0),
    FACT(wake_after_an_event_is_a_new_event, 0),
    FACT(waiting_poll_is_woken_from_another_thread, 0),
    FACT(no_wake_of_several_threads_is_lost, 0),
    FACT(wake_told_done_is_reported_although_a_post_fails, FACT_WITH_FAULTS),
    FACT(waker_works_until_the_last_reference_of_the_poll_is_gone, 0),
    FACT(destroyed_waker_reports_nothing, 0),
    FACT(wake_in_flight_is_reaped_with_the_poll, 0),
    FACT(another_waker_may_follow_a_destroyed_one, 0),
    FACT(second_waker_on_one_poll_is_an_assertion, FACT_ENDS_IN_ASSERTION),
    FACT(waker_and_poll_may_be_destroyed_at_once, 0),
    FACT(posted_waker_and_poll_may_be_destroyed_at_once, 0),
    FACT(wake_may_race_the_end_of_the_poll, 0),
};

FACT_SUITE(waker);
