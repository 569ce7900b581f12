/* duplex_source_test: an end of a duplex that is registered with a poll is reported like any other
 * source. */
#include "conformance/suites/socket_fixture.h"
#include "conformance/suites/task_fixture.h"
#include "core/duplex.h"

#include <string.h>

#define TOKEN    UINT64_C(60)
#define CAPACITY 4u

#define IS_OVER (RDY_EVENT_READABLE | RDY_EVENT_READ_CLOSED)
#define IS_LEFT (RDY_EVENT_WRITABLE | RDY_EVENT_WRITE_CLOSED)

/* `own` is registered, `peer` is used by a task. */
struct fixture {
    rdy_poll *poll;
    rdy_duplex *own, *peer;
    struct counted_task task;
};

static void set_up(struct fixture *fixture, rdy_interest interest)
{
    expect_done(rdy_poll_create(&fixture->poll));
    expect_done(rdy_duplex_create(CAPACITY, &fixture->own, &fixture->peer));
    counted_task_init(&fixture->task);
    if (interest != 0) {
        expect_done(
            rdy_duplex_register(fixture->own, rdy_poll_registry(fixture->poll), TOKEN, interest));
    }
}

static void drop(rdy_duplex **end)
{
    rdy_duplex_destroy(*end);
    *end = NULL;
}

static void tear_down(struct fixture *fixture)
{
    if (fixture->own != NULL) {
        drop(&fixture->own);
    }
    if (fixture->peer != NULL) {
        drop(&fixture->peer);
    }
    EXPECT_EQUAL(counted_task_live(&fixture->task), 0);
    rdy_poll_check(fixture->poll);
    rdy_poll_destroy(fixture->poll);
}

static void register_own(struct fixture *fixture, rdy_interest interest)
{
    expect_done(
        rdy_duplex_register(fixture->own, rdy_poll_registry(fixture->poll), TOKEN, interest));
}

static uint32_t next_event(struct fixture *fixture)
{
    return events_of(fixture->poll, TOKEN, RDY_WAIT_FOREVER, NULL);
}

static void peer_writes(struct fixture *fixture, size_t size)
{
    static const BYTE bytes[CAPACITY];
    size_t count;
    expect_done(rdy_duplex_poll_write(fixture->peer, &fixture->task.task, bytes, size, &count));
    EXPECT_EQUAL(count, size);
}

static void peer_reads(struct fixture *fixture, size_t size)
{
    BYTE bytes[CAPACITY];
    size_t count;
    expect_done(rdy_duplex_poll_read(fixture->peer, &fixture->task.task, bytes, size, &count));
    EXPECT_EQUAL(count, size);
}

/* Reads until it would block; returns how many bytes there were. */
static size_t drain(struct fixture *fixture)
{
    BYTE bytes[CAPACITY];
    size_t count, sum = 0;
    rdy_result result;
    while (result = rdy_duplex_read(fixture->own, bytes, sizeof bytes, &count),
           result.status == RDY_DONE) {
        sum += count;
    }
    EXPECT_EQUAL(result.status, RDY_WOULD_BLOCK);
    return sum;
}

/* Writes until it would block. */
static void fill(struct fixture *fixture)
{
    static const BYTE bytes[CAPACITY];
    size_t count;
    rdy_result result;
    while (result = rdy_duplex_write(fixture->own, bytes, sizeof bytes, &count),
           result.status == RDY_DONE) {
    }
    EXPECT_EQUAL(result.status, RDY_WOULD_BLOCK);
}

/* ---- what is reported ---- */

static void registration_reports_what_is_ready(void)
{
    struct fixture fixture;
    set_up(&fixture, 0);
    peer_writes(&fixture, 1);
    register_own(&fixture, RDY_INTEREST_ALL);
    EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_READABLE | RDY_EVENT_WRITABLE);
    expect_silence(fixture.poll);
    tear_down(&fixture);
}

static void bytes_are_reported_after_each_would_block(void)
{
    struct fixture fixture;
    set_up(&fixture, RDY_INTEREST_READABLE);
    expect_silence(fixture.poll);
    for (int i = 0; i < 3; i++) {
        peer_writes(&fixture, 1);
        EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_READABLE);
        EXPECT_EQUAL(drain(&fixture), 1);
        expect_silence(fixture.poll);
    }
    tear_down(&fixture);
}

static void room_is_reported_after_each_would_block(void)
{
    struct fixture fixture;
    set_up(&fixture, RDY_INTEREST_WRITABLE);
    for (int i = 0; i < 3; i++) {
        EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_WRITABLE);
        fill(&fixture);
        expect_silence(fixture.poll);
        peer_reads(&fixture, 1);
    }
    tear_down(&fixture);
}

static void only_the_direction_that_is_ready_is_reported(void)
{
    struct fixture fixture;
    set_up(&fixture, RDY_INTEREST_ALL);
    peer_writes(&fixture, 1);
    (void)await_events(fixture.poll, TOKEN, RDY_EVENT_READABLE | RDY_EVENT_WRITABLE);
    EXPECT_EQUAL(drain(&fixture), 1);
    fill(&fixture);
    expect_silence(fixture.poll);
    peer_reads(&fixture, CAPACITY);
    EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_WRITABLE);
    fill(&fixture);
    peer_writes(&fixture, 1);
    EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_READABLE);
    tear_down(&fixture);
}

static void would_block_of_one_direction_keeps_what_the_other_is_owed(void)
{
    struct fixture fixture;
    set_up(&fixture, RDY_INTEREST_ALL);
    EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_WRITABLE);
    peer_writes(&fixture, 1); /* which nobody has been told */
    fill(&fixture);
    EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_READABLE);
    tear_down(&fixture);
}

/* ---- ends ---- */

static void the_drop_of_the_peer_is_reported(void)
{
    struct fixture fixture;
    set_up(&fixture, RDY_INTEREST_ALL);
    EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_WRITABLE);
    fill(&fixture);
    EXPECT_EQUAL(drain(&fixture), 0);
    drop(&fixture.peer);
    EXPECT_EQUAL(await_events(fixture.poll, TOKEN, IS_OVER | IS_LEFT), IS_OVER | IS_LEFT);
    tear_down(&fixture);
}

static void what_ended_before_is_reported_by_registration(void)
{
    struct fixture fixture;
    set_up(&fixture, 0);
    drop(&fixture.peer);
    register_own(&fixture, RDY_INTEREST_ALL);
    EXPECT_EQUAL(next_event(&fixture), IS_OVER | IS_LEFT);
    tear_down(&fixture);
}

static void bytes_before_the_end_are_reported_with_it(void)
{
    struct fixture fixture;
    BYTE bytes[CAPACITY];
    size_t count;
    set_up(&fixture, 0);
    peer_writes(&fixture, 2);
    drop(&fixture.peer);
    register_own(&fixture, RDY_INTEREST_READABLE);
    EXPECT_EQUAL(next_event(&fixture), IS_OVER);
    expect_done(rdy_duplex_read(fixture.own, bytes, sizeof bytes, &count));
    EXPECT_EQUAL(count, 2);
    EXPECT_EQUAL(rdy_duplex_read(fixture.own, bytes, sizeof bytes, &count).status, RDY_CLOSED);
    tear_down(&fixture);
}

static void shutdown_of_the_peer_ends_one_direction(void)
{
    struct fixture fixture;
    set_up(&fixture, RDY_INTEREST_ALL);
    EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_WRITABLE);
    expect_done(rdy_duplex_poll_shutdown(fixture.peer, &fixture.task.task));
    EXPECT_EQUAL(next_event(&fixture), IS_OVER);
    fill(&fixture);
    tear_down(&fixture);
}

static void own_shutdown_is_write_closed(void)
{
    struct fixture fixture;
    set_up(&fixture, 0);
    expect_done(rdy_duplex_poll_shutdown(fixture.own, &fixture.task.task));
    register_own(&fixture, RDY_INTEREST_ALL);
    EXPECT_EQUAL(next_event(&fixture), IS_LEFT);
    tear_down(&fixture);
}

/* ---- registration ---- */

static void reregistration_reports_again_and_under_its_own_token(void)
{
    struct fixture fixture;
    uint32_t others = 0;
    set_up(&fixture, RDY_INTEREST_READABLE);
    peer_writes(&fixture, 1);
    EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_READABLE);
    expect_done(rdy_duplex_reregister(fixture.own, rdy_poll_registry(fixture.poll), TOKEN + 1,
                                      RDY_INTEREST_ALL));
    EXPECT_EQUAL(events_of(fixture.poll, TOKEN + 1, RDY_WAIT_FOREVER, &others),
                 RDY_EVENT_READABLE | RDY_EVENT_WRITABLE);
    EXPECT_EQUAL(others, 0);
    tear_down(&fixture);
}

static void a_deregistered_end_is_silent(void)
{
    struct fixture fixture;
    rdy_registry *registry;
    set_up(&fixture, RDY_INTEREST_ALL);
    registry = rdy_poll_registry(fixture.poll);
    expect_done(rdy_duplex_deregister(fixture.own, registry));
    peer_writes(&fixture, 1);
    expect_silence(fixture.poll);
    EXPECT_EQUAL(drain(&fixture), 1);
    peer_writes(&fixture, 1);
    expect_silence(fixture.poll);
    expect_failed(rdy_duplex_deregister(fixture.own, registry), ERROR_NOT_FOUND);
    expect_failed(rdy_duplex_reregister(fixture.own, registry, TOKEN, RDY_INTEREST_ALL),
                  ERROR_NOT_FOUND);
    register_own(&fixture, RDY_INTEREST_READABLE);
    EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_READABLE);
    tear_down(&fixture);
}

static void splitting_ends_the_registration(void)
{
    struct fixture fixture;
    rdy_read_half *reader;
    rdy_write_half *writer;
    set_up(&fixture, RDY_INTEREST_ALL);
    rdy_duplex_split(fixture.own, &reader, &writer);
    peer_writes(&fixture, 1);
    expect_silence(fixture.poll);
    expect_done(rdy_duplex_unsplit(reader, writer, &fixture.own));
    register_own(&fixture, RDY_INTEREST_READABLE);
    EXPECT_EQUAL(next_event(&fixture), RDY_EVENT_READABLE);
    tear_down(&fixture);
}

static void an_end_outlives_its_poll(void)
{
    struct fixture fixture;
    BYTE byte;
    size_t count;
    set_up(&fixture, RDY_INTEREST_ALL);
    peer_writes(&fixture, 1);
    rdy_poll_destroy(fixture.poll);
    expect_done(rdy_duplex_read(fixture.own, &byte, 1, &count));
    expect_failed(rdy_duplex_read(fixture.own, &byte, 1, &count), ERROR_INVALID_HANDLE);
    expect_done(rdy_poll_create(&fixture.poll));
    tear_down(&fixture);
}

static const struct fact facts[] = {
    FACT(registration_reports_what_is_ready, 0),
    FACT(bytes_are_reported_after_each_would_block, 0),
    FACT(room_is_reported_after_each_would_block, 0),
    FACT(only_the_direction_that_is_ready_is_reported, 0),
    FACT(would_block_of_one_direction_keeps_what_the_other_is_owed, 0),
    FACT(the_drop_of_the_peer_is_reported, 0),
    FACT(what_ended_before_is_reported_by_registration, 0),
    FACT(bytes_before_the_end_are_reported_with_it, 0),
    FACT(shutdown_of_the_peer_ends_one_direction, 0),
    FACT(own_shutdown_is_write_closed, 0),
    FACT(reregistration_reports_again_and_under_its_own_token, 0),
    FACT(a_deregistered_end_is_silent, 0),
    FACT(splitting_ends_the_registration, 0),
    FACT(an_end_outlives_its_poll, 0),
};

FACT_SUITE(duplex_source);
