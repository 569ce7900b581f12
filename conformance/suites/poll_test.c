/* poll_test: waiting, its deadline, and the life of a poll and its registry. */
#include "conformance/ports/pipe_name.h"
#include "conformance/suites/fact.h"
#include "core/deadline.h"
#include "core/named_pipe.h"
#include "core/poll.h"
#include "core/waker.h"

#define NS_PER_MS  UINT64_C(1000000)
#define EVENTS_MAX 8u

#define SINGLE_WAITS 40u  /* more than it takes until a wait asks for one packet */
#define ROUNDS_MAX   200u /* a simulated system may answer with one packet for long */

static rdy_poll *make_poll(void)
{
    rdy_poll *poll;
    EXPECT_EQUAL(rdy_poll_create(&poll).status, RDY_DONE);
    return poll;
}

static uint64_t now_ns(void)
{
    LARGE_INTEGER counter, frequency;
    QueryPerformanceCounter(&counter);
    QueryPerformanceFrequency(&frequency);
    uint64_t counts = (uint64_t)counter.QuadPart, rate = (uint64_t)frequency.QuadPart;
    return counts / rate * 1000000000u + counts % rate * 1000000000u / rate;
}

static size_t wait_events(rdy_poll *poll, size_t max, uint64_t timeout_ns)
{
    rdy_event events[EVENTS_MAX];
    size_t count = 99;
    EXPECT_EQUAL(rdy_poll_wait(poll, events, max, timeout_ns, &count).status, RDY_DONE);
    EXPECT(count <= max);
    return count;
}

static void wait_for_no_events_is_invalid(void)
{
    rdy_poll *poll = make_poll();
    rdy_event event;
    size_t count = 99;
    rdy_result result = rdy_poll_wait(poll, &event, 0, 0, &count);
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT_EQUAL(result.os_error, ERROR_INVALID_PARAMETER);
    EXPECT_EQUAL(count, 0);
    EXPECT_EQUAL(wait_events(poll, 1, 0), 0); /* and the poll is as good as before */
    rdy_poll_destroy(poll);
}

static void timeout_zero_returns_at_once(void)
{
    rdy_poll *poll = make_poll();
    EXPECT_EQUAL(wait_events(poll, EVENTS_MAX, 0), 0);
    rdy_poll_destroy(poll);
}

static void timeout_is_never_early(void)
{
    static const uint64_t timeouts_ns[] = {1, 1000, NS_PER_MS - 1, NS_PER_MS, 16 * NS_PER_MS + 1};
    rdy_poll *poll = make_poll();
    for (size_t i = 0; i < sizeof timeouts_ns / sizeof timeouts_ns[0]; i++) {
        uint64_t start = now_ns();
        EXPECT_EQUAL(wait_events(poll, EVENTS_MAX, timeouts_ns[i]), 0);
        EXPECT(now_ns() - start >= timeouts_ns[i]);
    }
    rdy_poll_destroy(poll);
}

static void deadline_rounds_up_and_never_overflows(void)
{
    struct rdy_deadline passed = rdy_deadline_in(0);
    EXPECT_EQUAL(rdy_deadline_remaining_ms(&passed), 0);
    struct rdy_deadline soon = rdy_deadline_in(NS_PER_MS / 2 * 3);
    EXPECT(rdy_deadline_remaining_ms(&soon) <= 2);
    struct rdy_deadline distant = rdy_deadline_in(UINT64_C(50) * 24 * 3600 * 1000 * NS_PER_MS);
    EXPECT_EQUAL(rdy_deadline_remaining_ms(&distant), INFINITE - 1);
    struct rdy_deadline never = rdy_deadline_in(RDY_WAIT_FOREVER);
    EXPECT_EQUAL(rdy_deadline_remaining_ms(&never), INFINITE);
    struct rdy_deadline beyond = rdy_deadline_in(RDY_WAIT_FOREVER - 1);
    EXPECT(rdy_deadline_remaining_ms(&beyond) >= INFINITE - 1);
}

static void sub_millisecond_deadline_still_waits(void)
{
    struct rdy_deadline deadline = rdy_deadline_in(NS_PER_MS / 2);
    EXPECT_EQUAL(rdy_deadline_remaining_ms(&deadline), 1);
}

struct source {
    rdy_named_pipe *server, *client;
};

static struct source make_source(void)
{
    struct source source;
    WCHAR name[CONF_PIPE_PATH_MAX];
    conf_pipe_path("poll", name);
    EXPECT_EQUAL(rdy_named_pipe_create(name, NULL, &source.server).status, RDY_DONE);
    EXPECT_EQUAL(rdy_named_pipe_open(name, NULL, &source.client).status, RDY_DONE);
    return source;
}

static void events_beyond_the_buffer_are_kept(void)
{
    rdy_poll *poll = make_poll();
    rdy_registry *registry = rdy_poll_registry(poll);
    struct source source = make_source();
    EXPECT_EQUAL(rdy_named_pipe_register(source.client, registry, 1, RDY_INTEREST_WRITABLE).status,
                 RDY_DONE);
    EXPECT_EQUAL(rdy_named_pipe_register(source.server, registry, 2, RDY_INTEREST_WRITABLE).status,
                 RDY_DONE);
    EXPECT_EQUAL(wait_events(poll, 1, RDY_WAIT_FOREVER), 1);
    EXPECT_EQUAL(wait_events(poll, 1, RDY_WAIT_FOREVER), 1);
    EXPECT_EQUAL(wait_events(poll, 1, 0), 0);
    rdy_named_pipe_destroy(source.client);
    rdy_named_pipe_destroy(source.server);
    rdy_poll_destroy(poll);
}

/* One by one at first, and in the end at once again. */
static void events_that_come_at_once_after_many_single_ones_are_reported(void)
{
    rdy_poll *poll = make_poll();
    rdy_registry *registry = rdy_poll_registry(poll);
    struct source source = make_source();
    EXPECT_EQUAL(rdy_named_pipe_register(source.client, registry, 1, RDY_INTEREST_WRITABLE).status,
                 RDY_DONE);
    for (unsigned i = 0; i < SINGLE_WAITS; i++) {
        EXPECT_EQUAL(wait_events(poll, EVENTS_MAX, RDY_WAIT_FOREVER), 1);
        EXPECT_EQUAL(
            rdy_named_pipe_reregister(source.client, registry, 1, RDY_INTEREST_WRITABLE).status,
            RDY_DONE);
    }
    EXPECT_EQUAL(rdy_named_pipe_register(source.server, registry, 2, RDY_INTEREST_WRITABLE).status,
                 RDY_DONE);
    size_t at_once = 0;
    for (unsigned round = 0; at_once != 2; round++) {
        EXPECT(round < ROUNDS_MAX);
        at_once = wait_events(poll, EVENTS_MAX, RDY_WAIT_FOREVER);
        if (at_once == 1) {
            EXPECT_EQUAL(wait_events(poll, EVENTS_MAX, RDY_WAIT_FOREVER), 1);
        }
        EXPECT_EQUAL(wait_events(poll, EVENTS_MAX, 0), 0);
        EXPECT_EQUAL(
            rdy_named_pipe_reregister(source.client, registry, 1, RDY_INTEREST_WRITABLE).status,
            RDY_DONE);
        EXPECT_EQUAL(
            rdy_named_pipe_reregister(source.server, registry, 2, RDY_INTEREST_WRITABLE).status,
            RDY_DONE);
    }
    rdy_named_pipe_destroy(source.client);
    rdy_named_pipe_destroy(source.server);
    rdy_poll_destroy(poll);
}

static void packets_without_an_event_do_not_end_a_wait(void)
{
    rdy_poll *poll = make_poll();
    rdy_registry *registry = rdy_poll_registry(poll);
    struct source source = make_source();
    EXPECT_EQUAL(rdy_named_pipe_register(source.client, registry, 1, RDY_INTEREST_WRITABLE).status,
                 RDY_DONE);
    EXPECT_EQUAL(rdy_named_pipe_deregister(source.client, registry).status, RDY_DONE);
    uint64_t start = now_ns();
    EXPECT_EQUAL(wait_events(poll, EVENTS_MAX, 3 * NS_PER_MS), 0);
    EXPECT(now_ns() - start >= 3 * NS_PER_MS);
    rdy_named_pipe_destroy(source.client);
    rdy_named_pipe_destroy(source.server);
    rdy_poll_destroy(poll);
}

static void timeout_zero_passes_packets_without_an_event(void)
{
    rdy_poll *poll = make_poll();
    rdy_registry *registry = rdy_poll_registry(poll);
    rdy_waker *waker;
    EXPECT_EQUAL(rdy_waker_create(registry, 7, &waker).status, RDY_DONE);
    struct source source = make_source();
    EXPECT_EQUAL(rdy_named_pipe_register(source.client, registry, 1, RDY_INTEREST_WRITABLE).status,
                 RDY_DONE);
    EXPECT_EQUAL(rdy_named_pipe_deregister(source.client, registry).status, RDY_DONE);
    EXPECT_EQUAL(rdy_waker_wake(waker).status, RDY_DONE);
    EXPECT_EQUAL(wait_events(poll, 1, 0), 1); /* behind the packet of the deregistered pipe */
    rdy_waker_destroy(waker);
    rdy_named_pipe_destroy(source.client);
    rdy_named_pipe_destroy(source.server);
    rdy_poll_destroy(poll);
}

static void clone_keeps_the_registry_alive(void)
{
    rdy_poll *poll = make_poll();
    rdy_registry *clone = rdy_registry_clone(rdy_poll_registry(poll));
    EXPECT(clone == rdy_poll_registry(poll));
    rdy_poll_destroy(poll);
    rdy_registry_check(clone);
    struct source source = make_source();
    EXPECT_EQUAL(rdy_named_pipe_register(source.client, clone, 1, RDY_INTEREST_ALL).status,
                 RDY_DONE);
    rdy_registry_release(clone);
    rdy_result result = rdy_named_pipe_connect(source.client);
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT_EQUAL(result.os_error, ERROR_INVALID_HANDLE);
    rdy_named_pipe_destroy(source.client);
    rdy_named_pipe_destroy(source.server);
}

static DWORD WINAPI wait_for_ever(LPVOID argument)
{
    (void)wait_events(argument, EVENTS_MAX, RDY_WAIT_FOREVER);
    return 0;
}

static void two_threads_waiting_at_once_is_an_assertion(void)
{
    rdy_poll *poll = make_poll();
    EXPECT(CreateThread(NULL, 0, wait_for_ever, poll, 0, NULL) != NULL);
    fact_settle();
    (void)wait_events(poll, EVENTS_MAX, 0);
}

struct registering {
    rdy_registry *registry;
    rdy_named_pipe *pipe;
};

static DWORD WINAPI register_from_thread(LPVOID argument)
{
    struct registering *registering = argument;
    EXPECT_EQUAL(
        rdy_named_pipe_register(registering->pipe, registering->registry, 9, RDY_INTEREST_ALL)
            .status,
        RDY_DONE);
    return 0;
}

static void source_registered_while_another_thread_waits_is_reported(void)
{
    rdy_poll *poll = make_poll();
    struct source source = make_source();
    struct registering registering = {rdy_poll_registry(poll), source.client};
    HANDLE thread = CreateThread(NULL, 0, register_from_thread, &registering, 0, NULL);
    EXPECT(thread != NULL);
    EXPECT_EQUAL(wait_events(poll, EVENTS_MAX, RDY_WAIT_FOREVER), 1);
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CloseHandle(thread);
    rdy_poll_check(poll);
    rdy_named_pipe_destroy(source.client);
    rdy_named_pipe_destroy(source.server);
    rdy_poll_destroy(poll);
}

static DWORD WINAPI release_clone(LPVOID argument)
{
    rdy_registry_release(argument);
    return 0;
}

static void poll_and_clone_may_go_at_once(void)
{
    rdy_poll *poll = make_poll();
    rdy_registry *clone = rdy_registry_clone(rdy_poll_registry(poll));
    struct source source = make_source();
    EXPECT_EQUAL(rdy_named_pipe_register(source.client, clone, 1, RDY_INTEREST_ALL).status,
                 RDY_DONE);
    EXPECT_EQUAL(rdy_named_pipe_register(source.server, clone, 2, RDY_INTEREST_ALL).status,
                 RDY_DONE);
    HANDLE thread = CreateThread(NULL, 0, release_clone, clone, 0, NULL);
    EXPECT(thread != NULL);
    rdy_poll_destroy(poll);
    rdy_named_pipe_destroy(source.client);
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CloseHandle(thread);
    rdy_named_pipe_destroy(source.server);
}

static void failed_creation_leaves_nothing(void)
{
    rdy_poll *poll = (rdy_poll *)(uintptr_t)1;
    rdy_result result = rdy_poll_create(&poll);
    if (result.status == RDY_DONE) {
        rdy_poll_destroy(poll);
        return;
    }
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT(result.os_error != ERROR_SUCCESS);
    EXPECT(poll == NULL);
}

static const struct fact facts[] = {
    FACT(wait_for_no_events_is_invalid, 0),
    FACT(timeout_zero_returns_at_once, 0),
    FACT(timeout_is_never_early, 0),
    FACT(deadline_rounds_up_and_never_overflows, 0),
    /* A real clock goes on between two looks at it. */
    FACT(sub_millisecond_deadline_still_waits, FACT_SIMULATED_ONLY),
    FACT(events_beyond_the_buffer_are_kept, 0),
    FACT(events_that_come_at_once_after_many_single_ones_are_reported, 0),
    FACT(packets_without_an_event_do_not_end_a_wait, 0),
    FACT(timeout_zero_passes_packets_without_an_event, 0),
    FACT(clone_keeps_the_registry_alive, 0),
    FACT(two_threads_waiting_at_once_is_an_assertion, FACT_ENDS_IN_ASSERTION),
    FACT(source_registered_while_another_thread_waits_is_reported, 0),
    FACT(poll_and_clone_may_go_at_once, 0),
    FACT(failed_creation_leaves_nothing, FACT_WITH_FAULTS),
};

FACT_SUITE(poll);
