/* named_pipe_test: registration, readiness and transfers of core's named pipes. How they are made
 * is in named_pipe_create_test.c, their ends and races in named_pipe_life_test.c. */
#include "conformance/suites/pipe_fixture.h"

#include <string.h>

#define TOKEN UINT64_C(0x8000000000000001)
#define R     RDY_INTEREST_READABLE
#define W     RDY_INTEREST_WRITABLE

/* Server quota of facts about writes that wait: one write of BIG leaves much with the kernel. */
#define QUOTA 4096u
#define BIG   16384u

static const struct rdy_named_pipe_options small = {.buffer_size = QUOTA};

static rdy_result enlist(struct pipe_fixture *fixture, rdy_named_pipe *pipe, uint64_t token,
                         rdy_interest interest)
{
    return rdy_named_pipe_register(pipe, fixture->registry, token, interest);
}

static rdy_result enlist_again(struct pipe_fixture *fixture, rdy_named_pipe *pipe, uint64_t token,
                               rdy_interest interest)
{
    return rdy_named_pipe_reregister(pipe, fixture->registry, token, interest);
}

static uint32_t flags_now(struct pipe_fixture *fixture, uint64_t token)
{
    return flags_of(fixture, token, 0, NULL);
}

/* ---- registration ---- */

static void unregistered_pipe_would_block_and_submits_nothing(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    size_t count;
    DWORD error = 99;
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    expect_would_block(read_result(fixture.client, 1, &count));
    EXPECT_EQUAL(count, 0);
    expect_would_block(write_result(fixture.client, 1, &count));
    EXPECT_EQUAL(count, 0);
    expect_done(rdy_named_pipe_take_error(fixture.client, &error));
    EXPECT_EQUAL(error, 0);
    expect_done(rdy_named_pipe_disconnect(fixture.server));
    fixture_end(&fixture);
}

static void registration_errors_change_nothing(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    rdy_poll *other;
    expect_done(rdy_poll_create(&other));
    rdy_registry *elsewhere = rdy_poll_registry(other);
    rdy_named_pipe *pipe = fixture.client;
    expect_failed(enlist(&fixture, pipe, TOKEN, 0), ERROR_INVALID_PARAMETER);
    expect_failed(enlist(&fixture, pipe, TOKEN, 4), ERROR_INVALID_PARAMETER);
    expect_failed(enlist_again(&fixture, pipe, TOKEN, 0), ERROR_INVALID_PARAMETER);
    expect_failed(enlist_again(&fixture, pipe, TOKEN, W), ERROR_NOT_FOUND);
    expect_failed(rdy_named_pipe_deregister(pipe, fixture.registry), ERROR_NOT_FOUND);
    expect_done(enlist(&fixture, pipe, TOKEN, W));
    expect_failed(enlist(&fixture, pipe, 5, R), ERROR_ALREADY_EXISTS);
    expect_failed(rdy_named_pipe_register(pipe, elsewhere, 5, W), ERROR_ALREADY_EXISTS);
    expect_failed(rdy_named_pipe_reregister(pipe, elsewhere, 5, W), ERROR_ALREADY_EXISTS);
    expect_failed(rdy_named_pipe_deregister(pipe, elsewhere), ERROR_ALREADY_EXISTS);
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    expect_done(rdy_named_pipe_deregister(pipe, fixture.registry));
    expect_failed(rdy_named_pipe_register(pipe, elsewhere, 5, W), ERROR_ALREADY_EXISTS);
    expect_done(enlist(&fixture, pipe, TOKEN, W));
    rdy_poll_destroy(other);
    fixture_end(&fixture);
}

static void registering_a_client_reports_writable(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    expect_done(enlist(&fixture, fixture.client, TOKEN, R | W));
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    EXPECT_EQUAL(flags_now(&fixture, TOKEN), 0);
    fixture_end(&fixture);
}

static void registering_a_listening_server_reports_nothing(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    expect_done(enlist(&fixture, fixture.server, TOKEN, R | W));
    EXPECT_EQUAL(flags_now(&fixture, TOKEN), 0);
    size_t count;
    expect_would_block(read_result(fixture.server, 1, &count));
    expect_would_block(write_result(fixture.server, 1, &count));
    EXPECT_EQUAL(flags_now(&fixture, TOKEN), 0);
    fixture_end(&fixture);
}

static void registering_a_server_that_has_a_client_reports_writable(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    expect_done(enlist(&fixture, fixture.server, TOKEN, W));
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    fixture_end(&fixture);
}

static void every_token_comes_back_whole(void)
{
    static const uint64_t tokens[] = {
        0, 1, 2, UINT64_C(1) << 63, UINT64_MAX, UINT64_MAX - 1, UINT64_C(0x123456789abcdef1)};
    struct pipe_fixture fixture = fixture_connected(NULL);
    expect_done(enlist(&fixture, fixture.client, 77, W));
    for (size_t i = 0; i < sizeof tokens / sizeof tokens[0]; i++) {
        expect_done(enlist_again(&fixture, fixture.client, tokens[i], W));
        rdy_event event = {.token = ~tokens[i]};
        size_t count = 99;
        expect_done(rdy_poll_wait(fixture.poll, &event, 1, RDY_WAIT_FOREVER, &count));
        EXPECT_EQUAL(count, 1);
        EXPECT_EQUAL(event.token, tokens[i]);
    }
    fixture_end(&fixture);
}

static void deregistered_token_is_not_reported(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    expect_done(enlist(&fixture, fixture.client, TOKEN, R | W));
    expect_done(rdy_named_pipe_deregister(fixture.client, fixture.registry));
    uint32_t others = 0;
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, 0, &others), 0);
    EXPECT_EQUAL(others, 0);
    fixture_end(&fixture);
}

static void announcement_is_reported_under_the_token_of_the_moment(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    expect_done(enlist(&fixture, fixture.client, 5, W));
    expect_done(rdy_named_pipe_deregister(fixture.client, fixture.registry));
    expect_done(enlist(&fixture, fixture.client, 6, W));
    expect_done(enlist_again(&fixture, fixture.client, TOKEN, W));
    uint32_t others = 0;
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, &others), RDY_EVENT_WRITABLE);
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, 0, &others), 0);
    EXPECT_EQUAL(others, 0);
    fixture_end(&fixture);
}

static void data_that_came_while_deregistered_is_announced(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    expect_done(rdy_named_pipe_deregister(fixture.client, fixture.registry));
    put(fixture.server, "early");
    EXPECT_EQUAL(flags_now(&fixture, CLIENT_TOKEN), 0);
    expect_done(enlist(&fixture, fixture.client, TOKEN, R));
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    take(fixture.client, "early");
    fixture_end(&fixture);
}

static void reregister_announces_again(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    put(fixture.server, "data");
    EXPECT_EQUAL(flags_of(&fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    expect_done(enlist_again(&fixture, fixture.client, TOKEN, R | W));
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, NULL),
                 RDY_EVENT_READABLE | RDY_EVENT_WRITABLE);
    take(fixture.client, "data");
    fixture_end(&fixture);
}

static void events_stay_within_the_interest(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    expect_done(enlist_again(&fixture, fixture.client, TOKEN, W));
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    put(fixture.server, "data");
    EXPECT_EQUAL(flags_now(&fixture, TOKEN), 0);
    expect_done(enlist_again(&fixture, fixture.client, TOKEN, R));
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    fixture_end(&fixture);
}

/* ---- connect ---- */

static void connect_waits_for_the_client(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    expect_done(enlist(&fixture, fixture.server, TOKEN, R | W));
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    EXPECT_EQUAL(flags_now(&fixture, TOKEN), 0);
    expect_done(fixture_open(NULL, &fixture.client));
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    expect_done(rdy_named_pipe_connect(fixture.server));
    fixture_end(&fixture);
}

static void connect_to_a_client_that_has_left_is_done_and_read_closed(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    expect_done(enlist(&fixture, fixture.server, TOKEN, R | W));
    rdy_named_pipe_destroy(fixture.client);
    fixture.client = NULL;
    expect_done(rdy_named_pipe_connect(fixture.server));
    uint32_t flags = 0;
    while ((flags & RDY_EVENT_READABLE) == 0) {
        flags |= flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, NULL);
    }
    size_t count;
    rdy_result result = read_result(fixture.server, 1, &count);
    EXPECT_EQUAL(result.status, RDY_CLOSED);
    EXPECT_EQUAL(result.os_error, ERROR_BROKEN_PIPE);
    fixture_end(&fixture);
}

static void connect_of_a_client_is_an_invalid_function(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    expect_done(enlist(&fixture, fixture.client, TOKEN, R | W));
    expect_failed(rdy_named_pipe_connect(fixture.client), ERROR_INVALID_FUNCTION);
    fixture_end(&fixture);
}

/* ---- reading ---- */

static void read_returns_what_was_written_in_pieces_of_any_size(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    put(fixture.server, "abcdef");
    EXPECT_EQUAL(flags_of(&fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    char buffer[4] = "????";
    size_t count = 99;
    expect_done(rdy_named_pipe_read(fixture.client, buffer, 4, &count));
    EXPECT(count == 4 && memcmp(buffer, "abcd", 4) == 0);
    expect_done(rdy_named_pipe_read(fixture.client, buffer, 0, &count));
    EXPECT_EQUAL(count, 0);
    take(fixture.client, "ef");
    expect_would_block(rdy_named_pipe_read(fixture.client, buffer, 4, &count));
    EXPECT_EQUAL(count, 0);
    fixture_end(&fixture);
}

static void readable_is_reported_once_until_read_would_block(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    put(fixture.server, "a");
    EXPECT_EQUAL(flags_of(&fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    EXPECT_EQUAL(flags_now(&fixture, CLIENT_TOKEN), 0);
    take(fixture.client, "a");
    size_t count;
    expect_would_block(read_result(fixture.client, 1, &count));
    EXPECT_EQUAL(flags_now(&fixture, CLIENT_TOKEN), 0);
    put(fixture.server, "b");
    EXPECT_EQUAL(flags_of(&fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    take(fixture.client, "b");
    fixture_end(&fixture);
}

static void data_before_the_end_is_read_first_and_the_end_every_time(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    put(fixture.client, "last");
    rdy_named_pipe_destroy(fixture.client);
    fixture.client = NULL;
    await(&fixture, fixture.server, SERVER_TOKEN, "last");
    size_t count;
    rdy_result result = read_result(fixture.server, 1, &count);
    while (result.status == RDY_WOULD_BLOCK) {
        (void)flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL);
        result = read_result(fixture.server, 1, &count);
    }
    for (int i = 0; i < 3; i++) {
        EXPECT_EQUAL(result.status, RDY_CLOSED);
        EXPECT_EQUAL(result.os_error, ERROR_BROKEN_PIPE);
        EXPECT_EQUAL(count, 0);
        result = read_result(fixture.server, 1, &count);
    }
    fixture_end(&fixture);
}

static void end_is_reported_once_a_registration(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    rdy_named_pipe_destroy(fixture.client);
    fixture.client = NULL;
    const uint32_t end = RDY_EVENT_READABLE | RDY_EVENT_READ_CLOSED;
    EXPECT_EQUAL(flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL), end);
    for (int i = 0; i < 3; i++) {
        size_t count;
        EXPECT_EQUAL(read_result(fixture.server, 1, &count).status, RDY_CLOSED);
        EXPECT_EQUAL(flags_now(&fixture, SERVER_TOKEN), 0);
    }
    expect_done(enlist_again(&fixture, fixture.server, TOKEN, R));
    EXPECT_EQUAL(flags_of(&fixture, TOKEN, RDY_WAIT_FOREVER, NULL), end);
    EXPECT_EQUAL(flags_now(&fixture, TOKEN), 0);
    fixture_end(&fixture);
}

/* ---- writing ---- */

static void write_the_kernel_cannot_take_yet_is_done_and_the_next_would_block(void)
{
    struct pipe_fixture fixture = fixture_connected(&small);
    fixture_register(&fixture);
    size_t count;
    expect_done(write_result(fixture.server, BIG, &count));
    EXPECT_EQUAL(count, BIG);
    expect_would_block(write_result(fixture.server, 1, &count));
    EXPECT_EQUAL(count, 0);
    size_t arrived = 0;
    uint32_t of_server = 0;
    while (arrived < BIG) {
        rdy_result result = read_result(fixture.client, BIG, &count);
        if (result.status == RDY_WOULD_BLOCK) {
            (void)flags_of(&fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, &of_server);
            continue;
        }
        expect_done(result);
        arrived += count;
    }
    if (of_server == 0) {
        of_server = flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL);
    }
    EXPECT_EQUAL(of_server, RDY_EVENT_WRITABLE);
    expect_done(write_result(fixture.server, 1, &count));
    fixture_end(&fixture);
}

static void write_to_a_closed_peer_fails(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    rdy_named_pipe_destroy(fixture.client);
    fixture.client = NULL;
    size_t count;
    expect_failed(write_result(fixture.server, 1, &count), ERROR_NO_DATA);
    EXPECT_EQUAL(count, 0);
    expect_failed(write_result(fixture.server, 0, &count), ERROR_NO_DATA);
    fixture_end(&fixture);
}

static void accepted_write_that_fails_is_an_event_and_the_next_write_reports_it(void)
{
    struct pipe_fixture fixture = fixture_connected(&small);
    fixture_register(&fixture);
    size_t count;
    expect_done(write_result(fixture.server, BIG, &count));
    rdy_named_pipe_destroy(fixture.client);
    fixture.client = NULL;
    uint32_t flags = 0;
    while ((flags & RDY_EVENT_WRITABLE) == 0) {
        flags |= flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL);
    }
    EXPECT(flags & RDY_EVENT_ERROR);
    EXPECT(flags & RDY_EVENT_WRITE_CLOSED);
    rdy_named_pipe_check(fixture.server);
    expect_failed(write_result(fixture.server, 1, &count), ERROR_BROKEN_PIPE);
    expect_failed(write_result(fixture.server, 1, &count), ERROR_NO_DATA);
    fixture_end(&fixture);
}

static void take_error_reports_a_failed_write_once(void)
{
    struct pipe_fixture fixture = fixture_connected(&small);
    fixture_register(&fixture);
    size_t count;
    expect_done(write_result(fixture.server, BIG, &count));
    rdy_named_pipe_destroy(fixture.client);
    fixture.client = NULL;
    while ((flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL) & RDY_EVENT_ERROR) == 0) {
        /* the end of the stream may come first */
    }
    DWORD error = 99;
    expect_done(rdy_named_pipe_take_error(fixture.server, &error));
    EXPECT_EQUAL(error, ERROR_BROKEN_PIPE);
    expect_done(rdy_named_pipe_take_error(fixture.server, &error));
    EXPECT_EQUAL(error, 0);
    fixture_end(&fixture);
}

static void empty_write_is_done_and_tells_the_reader_nothing(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    size_t count = 99;
    expect_done(rdy_named_pipe_write(fixture.server, NULL, 0, &count));
    EXPECT_EQUAL(count, 0);
    EXPECT_EQUAL(flags_now(&fixture, CLIENT_TOKEN), 0);
    expect_would_block(read_result(fixture.client, 1, &count));
    fixture_end(&fixture);
}

/* ---- message mode ---- */

static const struct rdy_named_pipe_options messages = {.message_mode = TRUE};

/* Successes queue packets here: the request is free again when its packet was processed. */
static void put_message(struct pipe_fixture *fixture, size_t size)
{
    size_t count;
    rdy_result result = write_result(fixture->server, size, &count);
    while (result.status == RDY_WOULD_BLOCK) {
        while ((flags_of(fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL) & RDY_EVENT_WRITABLE) ==
               0) {
            /* events of the other end */
        }
        result = write_result(fixture->server, size, &count);
    }
    expect_done(result);
    EXPECT_EQUAL(count, size);
}

static size_t next_message(struct pipe_fixture *fixture, size_t room)
{
    size_t count;
    rdy_result result = read_result(fixture->client, room, &count);
    while (result.status == RDY_WOULD_BLOCK) {
        (void)flags_of(fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL);
        result = read_result(fixture->client, room, &count);
    }
    expect_done(result);
    return count;
}

static void messages_are_not_merged(void)
{
    struct pipe_fixture fixture = fixture_connected(&messages);
    fixture_register(&fixture);
    put_message(&fixture, 5);
    put_message(&fixture, 7);
    EXPECT_EQUAL(next_message(&fixture, 100), 5);
    EXPECT_EQUAL(next_message(&fixture, 100), 7);
    fixture_end(&fixture);
}

static void empty_message_is_done_with_zero_bytes(void)
{
    struct pipe_fixture fixture = fixture_connected(&messages);
    fixture_register(&fixture);
    put_message(&fixture, 0);
    put_message(&fixture, 3);
    EXPECT_EQUAL(next_message(&fixture, 100), 0);
    EXPECT_EQUAL(next_message(&fixture, 100), 3);
    fixture_end(&fixture);
}

/* Larger than what core reads ahead, before and while a read is pending. */
static void message_larger_than_the_read_buffer_loses_nothing(void)
{
    struct pipe_fixture fixture = fixture_connected(&messages);
    expect_done(enlist(&fixture, fixture.server, SERVER_TOKEN, R | W));
    put_message(&fixture, 10000);
    expect_done(enlist(&fixture, fixture.client, CLIENT_TOKEN, R));
    size_t sum = 0;
    while (sum < 10000) {
        sum += next_message(&fixture, BIG);
    }
    EXPECT_EQUAL(sum, 10000);
    size_t count;
    expect_would_block(read_result(fixture.client, 1, &count));
    put_message(&fixture, 9000);
    sum = 0;
    while (sum < 9000) {
        sum += next_message(&fixture, BIG);
    }
    EXPECT_EQUAL(sum, 9000);
    fixture_end(&fixture);
}

static const struct fact facts[] = {
    FACT(unregistered_pipe_would_block_and_submits_nothing, 0),
    FACT(registration_errors_change_nothing, 0),
    FACT(registering_a_client_reports_writable, 0),
    FACT(registering_a_listening_server_reports_nothing, 0),
    FACT(registering_a_server_that_has_a_client_reports_writable, 0),
    FACT(every_token_comes_back_whole, 0),
    FACT(deregistered_token_is_not_reported, 0),
    FACT(announcement_is_reported_under_the_token_of_the_moment, 0),
    FACT(data_that_came_while_deregistered_is_announced, 0),
    FACT(reregister_announces_again, 0),
    FACT(events_stay_within_the_interest, 0),
    FACT(connect_waits_for_the_client, 0),
    FACT(connect_to_a_client_that_has_left_is_done_and_read_closed, 0),
    FACT(connect_of_a_client_is_an_invalid_function, 0),
    FACT(read_returns_what_was_written_in_pieces_of_any_size, 0),
    FACT(readable_is_reported_once_until_read_would_block, 0),
    FACT(data_before_the_end_is_read_first_and_the_end_every_time, 0),
    FACT(end_is_reported_once_a_registration, 0),
    FACT(write_the_kernel_cannot_take_yet_is_done_and_the_next_would_block, 0),
    FACT(write_to_a_closed_peer_fails, 0),
    FACT(accepted_write_that_fails_is_an_event_and_the_next_write_reports_it, 0),
    FACT(take_error_reports_a_failed_write_once, 0),
    FACT(empty_write_is_done_and_tells_the_reader_nothing, 0),
    FACT(messages_are_not_merged, 0),
    FACT(empty_message_is_done_with_zero_bytes, 0),
    FACT(message_larger_than_the_read_buffer_loses_nothing, 0),
};

FACT_SUITE(named_pipe);
