/* source_test: sources whose readiness their makers set. */
#include "conformance/suites/socket_fixture.h"
#include "core/source.h"

#define TOKEN UINT64_C(50)

static rdy_poll *make_poll(void)
{
    rdy_poll *poll;
    expect_done(rdy_poll_create(&poll));
    return poll;
}

static rdy_source *make_source(rdy_poll *poll, rdy_interest interest)
{
    rdy_source *source;
    expect_done(rdy_source_create(&source));
    if (interest != 0) {
        expect_done(rdy_source_register(source, rdy_poll_registry(poll), TOKEN, interest));
    }
    return source;
}

static void end(rdy_source *source, rdy_poll *poll)
{
    rdy_source_check(source);
    rdy_source_destroy(source);
    rdy_poll_check(poll);
    rdy_poll_destroy(poll);
}

static void readiness_is_reported_once(void)
{
    rdy_poll *poll = make_poll();
    rdy_source *source = make_source(poll, RDY_INTEREST_ALL);
    expect_silence(poll);
    expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE));
    EXPECT_EQUAL(events_of(poll, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE));
    expect_silence(poll);
    expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE | RDY_EVENT_WRITABLE));
    EXPECT_EQUAL(events_of(poll, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    end(source, poll);
}

static void readiness_is_reported_again_after_would_block(void)
{
    rdy_poll *poll = make_poll();
    rdy_source *source = make_source(poll, RDY_INTEREST_ALL);
    for (int i = 0; i < 2; i++) {
        expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE));
        EXPECT_EQUAL(events_of(poll, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
        expect_done(rdy_source_set_ready(source, 0));
        expect_would_block(rdy_source_would_block(source, RDY_INTEREST_READABLE));
        expect_silence(poll);
    }
    expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE));
    (void)await_events(poll, TOKEN, RDY_EVENT_READABLE);
    expect_would_block(rdy_source_would_block(source, RDY_INTEREST_READABLE)); /* still ready */
    EXPECT_EQUAL(events_of(poll, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    end(source, poll);
}

static void registration_reports_what_is_ready(void)
{
    rdy_poll *poll = make_poll();
    rdy_source *source = make_source(poll, 0);
    expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE | RDY_EVENT_WRITABLE));
    expect_done(rdy_source_register(source, rdy_poll_registry(poll), TOKEN, RDY_INTEREST_READABLE));
    EXPECT_EQUAL(events_of(poll, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    expect_done(
        rdy_source_reregister(source, rdy_poll_registry(poll), TOKEN + 1, RDY_INTEREST_ALL));
    uint32_t others = 0;
    EXPECT_EQUAL(events_of(poll, TOKEN + 1, RDY_WAIT_FOREVER, &others),
                 RDY_EVENT_READABLE | RDY_EVENT_WRITABLE);
    EXPECT_EQUAL(others, 0);
    end(source, poll);
}

static void flags_ride_along_with_their_direction(void)
{
    rdy_poll *poll = make_poll();
    rdy_source *source = make_source(poll, RDY_INTEREST_READABLE);
    uint32_t closed = RDY_EVENT_READ_CLOSED | RDY_EVENT_WRITE_CLOSED;
    expect_done(rdy_source_set_ready(source, RDY_EVENT_WRITABLE | closed | RDY_EVENT_ERROR));
    expect_silence(poll);
    expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE | RDY_EVENT_WRITABLE | closed |
                                                 RDY_EVENT_ERROR));
    EXPECT_EQUAL(events_of(poll, TOKEN, RDY_WAIT_FOREVER, NULL),
                 RDY_EVENT_READABLE | RDY_EVENT_READ_CLOSED | RDY_EVENT_ERROR);
    end(source, poll);
}

static void what_is_no_longer_ready_is_not_reported(void)
{
    rdy_poll *poll = make_poll();
    rdy_source *source = make_source(poll, RDY_INTEREST_ALL);
    expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE));
    expect_done(rdy_source_set_ready(source, 0));
    expect_silence(poll);
    end(source, poll);
}

static void deregistered_source_is_silent(void)
{
    rdy_poll *poll = make_poll();
    rdy_source *source = make_source(poll, RDY_INTEREST_ALL);
    expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE));
    expect_done(rdy_source_deregister(source, rdy_poll_registry(poll)));
    expect_silence(poll);
    expect_failed(rdy_source_deregister(source, rdy_poll_registry(poll)), ERROR_NOT_FOUND);
    end(source, poll);
}

static void registration_is_one_and_with_one_registry(void)
{
    rdy_poll *poll = make_poll(), *other = make_poll();
    rdy_registry *registry = rdy_poll_registry(poll);
    rdy_source *source = make_source(poll, 0);
    expect_failed(rdy_source_register(source, registry, TOKEN, 0), ERROR_INVALID_PARAMETER);
    expect_failed(rdy_source_reregister(source, registry, TOKEN, RDY_INTEREST_ALL),
                  ERROR_NOT_FOUND);
    expect_done(rdy_source_register(source, registry, TOKEN, RDY_INTEREST_ALL));
    expect_failed(rdy_source_register(source, registry, TOKEN, RDY_INTEREST_ALL),
                  ERROR_ALREADY_EXISTS);
    expect_done(rdy_source_deregister(source, registry));
    expect_failed(rdy_source_register(source, rdy_poll_registry(other), 1, RDY_INTEREST_ALL),
                  ERROR_ALREADY_EXISTS);
    rdy_poll_destroy(other);
    end(source, poll);
}

static void source_outlives_its_poll(void)
{
    rdy_poll *poll = make_poll();
    rdy_source *source = make_source(poll, RDY_INTEREST_ALL);
    expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE));
    rdy_poll_destroy(poll);
    expect_failed(rdy_source_set_ready(source, 0), ERROR_INVALID_HANDLE);
    expect_failed(rdy_source_would_block(source, RDY_INTEREST_ALL), ERROR_INVALID_HANDLE);
    rdy_source_check(source);
    rdy_source_destroy(source);
}

static void destroyed_source_is_silent(void)
{
    rdy_poll *poll = make_poll();
    rdy_source *source = make_source(poll, RDY_INTEREST_ALL);
    expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE));
    rdy_source_destroy(source);
    expect_silence(poll);
    rdy_poll_destroy(poll);
}

static DWORD WINAPI set_ready(LPVOID argument)
{
    expect_done(rdy_source_set_ready(argument, RDY_EVENT_WRITABLE));
    return 0;
}

static void readiness_set_while_another_thread_waits_is_reported(void)
{
    rdy_poll *poll = make_poll();
    rdy_source *source = make_source(poll, RDY_INTEREST_ALL);
    HANDLE thread = CreateThread(NULL, 0, set_ready, source, 0, NULL);
    EXPECT(thread != NULL);
    EXPECT_EQUAL(events_of(poll, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    EXPECT(CloseHandle(thread));
    end(source, poll);
}

static void failed_announcement_is_made_good_by_the_next(void)
{
    rdy_poll *poll;
    rdy_source *source;
    if (rdy_poll_create(&poll).status != RDY_DONE) {
        return;
    }
    if (rdy_source_create(&source).status == RDY_DONE) {
        expect_done(rdy_source_register(source, rdy_poll_registry(poll), TOKEN, RDY_INTEREST_ALL));
        rdy_result result = rdy_source_set_ready(source, RDY_EVENT_READABLE);
        rdy_source_check(source);
        if (result.status != RDY_DONE) {
            EXPECT_EQUAL(result.status, RDY_FAILED);
            expect_done(rdy_source_set_ready(source, RDY_EVENT_READABLE));
        }
        EXPECT_EQUAL(events_of(poll, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
        rdy_source_destroy(source);
    } else {
        EXPECT(source == NULL);
    }
    rdy_poll_destroy(poll);
}

static DWORD WINAPI destroy_poll(LPVOID argument)
{
    rdy_poll_destroy(argument);
    return 0;
}

/* With nothing posted it leaves its registry at once, perhaps while that is looking for it. */
static void source_and_poll_may_be_destroyed_at_once(void)
{
    rdy_poll *poll = make_poll();
    rdy_source *source = make_source(poll, RDY_INTEREST_ALL);
    HANDLE thread = CreateThread(NULL, 0, destroy_poll, poll, 0, NULL);
    EXPECT(thread != NULL);
    rdy_source_destroy(source);
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    EXPECT(CloseHandle(thread));
}

static const struct fact facts[] = {
    FACT(readiness_is_reported_once, 0),
    FACT(readiness_is_reported_again_after_would_block, 0),
    FACT(registration_reports_what_is_ready, 0),
    FACT(flags_ride_along_with_their_direction, 0),
    FACT(what_is_no_longer_ready_is_not_reported, 0),
    FACT(deregistered_source_is_silent, 0),
    FACT(registration_is_one_and_with_one_registry, 0),
    FACT(source_outlives_its_poll, 0),
    FACT(destroyed_source_is_silent, 0),
    FACT(readiness_set_while_another_thread_waits_is_reported, 0),
    FACT(source_and_poll_may_be_destroyed_at_once, 0),
    FACT(failed_announcement_is_made_good_by_the_next, FACT_WITH_FAULTS),
};

FACT_SUITE(source);
