/* named_pipe_life_test: connections that end, pipes and polls that go, in every order and while
 * other threads are at work. */
#include "conformance/suites/pipe_fixture.h"

#include <string.h>

#define QUOTA 4096u
#define BIG   16384u

#define NS_PER_MS UINT64_C(1000000)

static const struct rdy_named_pipe_options small = {.buffer_size = QUOTA};

static void drop(rdy_named_pipe **pipe)
{
    rdy_named_pipe_check(*pipe);
    rdy_named_pipe_destroy(*pipe);
    *pipe = NULL;
}

static HANDLE start(LPTHREAD_START_ROUTINE body, void *argument)
{
    HANDLE thread = CreateThread(NULL, 0, body, argument, 0, NULL);
    EXPECT(thread != NULL);
    return thread;
}

static void join(HANDLE thread)
{
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CloseHandle(thread);
}

/* ---- connections ---- */

/* A packet of the last connection may have to be processed before the server listens again. */
static void open_when_listening(struct pipe_fixture *fixture)
{
    rdy_result result = fixture_open(NULL, &fixture->client);
    while (result.status != RDY_DONE) {
        expect_failed(result, ERROR_PIPE_BUSY);
        EXPECT_EQUAL(flags_of(fixture, SERVER_TOKEN, NS_PER_MS, NULL), 0);
        result = fixture_open(NULL, &fixture->client);
    }
}

/* Connects the server to a new client and takes the event. */
static void connect_anew(struct pipe_fixture *fixture)
{
    rdy_result result = rdy_named_pipe_connect(fixture->server);
    if (result.status == RDY_WOULD_BLOCK) {
        open_when_listening(fixture);
        uint32_t flags = 0;
        while ((flags & RDY_EVENT_WRITABLE) == 0) {
            flags = flags_of(fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL);
        }
        EXPECT((flags & RDY_EVENT_ERROR) == 0);
        result = rdy_named_pipe_connect(fixture->server);
    }
    expect_done(result);
    expect_done(rdy_named_pipe_register(fixture->client, fixture->registry, CLIENT_TOKEN,
                                        RDY_INTEREST_ALL));
}

static void exchange(struct pipe_fixture *fixture, const char *to_client, const char *to_server)
{
    size_t count = 99;
    while (rdy_named_pipe_write(fixture->server, to_client, strlen(to_client), &count).status ==
           RDY_WOULD_BLOCK) {
        (void)flags_of(fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL);
    }
    EXPECT_EQUAL(count, strlen(to_client));
    await(fixture, fixture->client, CLIENT_TOKEN, to_client);
    put(fixture->client, to_server);
    await(fixture, fixture->server, SERVER_TOKEN, to_server);
}

static void server_serves_one_client_after_another(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    for (int i = 0; i < 3; i++) {
        exchange(&fixture, "ping", "pong");
        drop(&fixture.client);
        expect_done(rdy_named_pipe_disconnect(fixture.server));
        connect_anew(&fixture);
    }
    fixture_end(&fixture);
}

static void nothing_pending_crosses_a_disconnect(void)
{
    struct pipe_fixture fixture = fixture_connected(&small);
    fixture_register(&fixture);
    size_t count;
    expect_would_block(read_result(fixture.server, 1, &count));
    expect_done(write_result(fixture.server, BIG, &count));
    expect_done(rdy_named_pipe_disconnect(fixture.server));
    drop(&fixture.client);
    connect_anew(&fixture);
    exchange(&fixture, "new", "too");
    fixture_end(&fixture);
}

static void unread_data_does_not_cross_a_disconnect(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    put(fixture.client, "old");
    while ((flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL) & RDY_EVENT_READABLE) == 0) {
        /* writability, perhaps */
    }
    expect_done(rdy_named_pipe_disconnect(fixture.server));
    drop(&fixture.client);
    connect_anew(&fixture);
    exchange(&fixture, "new", "too");
    fixture_end(&fixture);
}

static void write_error_does_not_cross_a_disconnect(void)
{
    struct pipe_fixture fixture = fixture_connected(&small);
    fixture_register(&fixture);
    size_t count;
    expect_done(write_result(fixture.server, BIG, &count));
    drop(&fixture.client);
    while ((flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL) & RDY_EVENT_ERROR) == 0) {
        /* the end of the stream may come first */
    }
    expect_done(rdy_named_pipe_disconnect(fixture.server));
    DWORD error = 99;
    expect_done(rdy_named_pipe_take_error(fixture.server, &error));
    EXPECT_EQUAL(error, 0);
    connect_anew(&fixture);
    exchange(&fixture, "new", "too");
    fixture_end(&fixture);
}

static void connect_given_up_is_not_the_next_connects_error(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    expect_done(
        rdy_named_pipe_register(fixture.server, fixture.registry, SERVER_TOKEN, RDY_INTEREST_ALL));
    for (int i = 0; i < 2; i++) {
        expect_would_block(rdy_named_pipe_connect(fixture.server));
        expect_done(rdy_named_pipe_disconnect(fixture.server));
    }
    connect_anew(&fixture);
    DWORD error = 99;
    expect_done(rdy_named_pipe_take_error(fixture.server, &error));
    EXPECT_EQUAL(error, 0);
    exchange(&fixture, "ping", "pong");
    fixture_end(&fixture);
}

static void connect_asked_for_while_the_old_packet_is_queued_is_submitted_later(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    expect_done(
        rdy_named_pipe_register(fixture.server, fixture.registry, SERVER_TOKEN, RDY_INTEREST_ALL));
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    expect_done(rdy_named_pipe_disconnect(fixture.server));
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    EXPECT_EQUAL(flags_of(&fixture, SERVER_TOKEN, 0, NULL), 0);
    open_when_listening(&fixture);
    EXPECT_EQUAL(flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    fixture_end(&fixture);
}

static void transfers_wait_while_the_connect_does(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    expect_done(
        rdy_named_pipe_register(fixture.server, fixture.registry, SERVER_TOKEN, RDY_INTEREST_ALL));
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    expect_done(rdy_named_pipe_disconnect(fixture.server));
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    size_t count;
    expect_would_block(read_result(fixture.server, 1, &count));
    expect_would_block(write_result(fixture.server, 1, &count));
    rdy_named_pipe_check(fixture.server);
    connect_anew(&fixture);
    exchange(&fixture, "ping", "pong");
    fixture_end(&fixture);
}

/* A server whose connect was cancelled behind its back; the event of that is taken. */
static struct pipe_fixture connect_failed(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    expect_done(
        rdy_named_pipe_register(fixture.server, fixture.registry, SERVER_TOKEN, RDY_INTEREST_ALL));
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    EXPECT(CancelIoEx(rdy_named_pipe_raw_handle(fixture.server), NULL));
    EXPECT_EQUAL(flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL),
                 RDY_EVENT_READABLE | RDY_EVENT_WRITABLE | RDY_EVENT_ERROR);
    EXPECT_EQUAL(flags_of(&fixture, SERVER_TOKEN, 0, NULL), 0);
    rdy_named_pipe_check(fixture.server);
    return fixture;
}

static void failed_connect_is_the_answer_of_the_next_connect(void)
{
    struct pipe_fixture fixture = connect_failed();
    expect_failed(rdy_named_pipe_connect(fixture.server), ERROR_OPERATION_ABORTED);
    connect_anew(&fixture);
    exchange(&fixture, "ping", "pong");
    fixture_end(&fixture);
}

static void failed_connect_is_the_answer_of_the_next_transfer(void)
{
    struct pipe_fixture fixture = connect_failed();
    size_t count;
    expect_failed(write_result(fixture.server, 1, &count), ERROR_OPERATION_ABORTED);
    expect_would_block(read_result(fixture.server, 1, &count));
    fixture_end(&fixture);
}

static void take_error_tells_of_a_failed_connect_once(void)
{
    struct pipe_fixture fixture = connect_failed();
    DWORD error = 99;
    expect_done(rdy_named_pipe_take_error(fixture.server, &error));
    EXPECT_EQUAL(error, ERROR_OPERATION_ABORTED);
    expect_done(rdy_named_pipe_take_error(fixture.server, &error));
    EXPECT_EQUAL(error, 0);
    fixture_end(&fixture);
}

static void disconnect_forgets_a_failed_connect(void)
{
    struct pipe_fixture fixture = connect_failed();
    expect_done(rdy_named_pipe_disconnect(fixture.server));
    DWORD error = 99;
    expect_done(rdy_named_pipe_take_error(fixture.server, &error));
    EXPECT_EQUAL(error, 0);
    fixture_end(&fixture);
}

static void disconnected_client_fails_to_read_and_write(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    expect_done(rdy_named_pipe_disconnect(fixture.server));
    uint32_t flags = 0;
    while ((flags & RDY_EVENT_READABLE) == 0) {
        flags |= flags_of(&fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL);
    }
    EXPECT(flags & RDY_EVENT_ERROR);
    size_t count;
    expect_failed(read_result(fixture.client, 1, &count), ERROR_PIPE_NOT_CONNECTED);
    expect_failed(read_result(fixture.client, 1, &count), ERROR_PIPE_NOT_CONNECTED);
    expect_failed(write_result(fixture.client, 1, &count), ERROR_PIPE_NOT_CONNECTED);
    fixture_end(&fixture);
}

static void disconnect_twice_says_so(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    expect_done(rdy_named_pipe_disconnect(fixture.server));
    expect_failed(rdy_named_pipe_disconnect(fixture.server), ERROR_PIPE_NOT_CONNECTED);
    fixture_end(&fixture);
}

static void disconnect_while_listening_is_done(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    expect_done(rdy_named_pipe_disconnect(fixture.server));
    fixture_end(&fixture);
}

static void disconnect_of_a_client_changes_nothing(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    put(fixture.server, "kept");
    EXPECT_EQUAL(flags_of(&fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    expect_failed(rdy_named_pipe_disconnect(fixture.client), ERROR_INVALID_FUNCTION);
    take(fixture.client, "kept");
    fixture_end(&fixture);
}

/* ---- ends, in every order ---- */

static void pipe_goes_before_the_poll(void)
{
    struct pipe_fixture fixture = fixture_connected(&small);
    fixture_register(&fixture);
    size_t count;
    expect_done(write_result(fixture.client, BIG, &count));
    drop(&fixture.client);
    drop(&fixture.server);
    EXPECT_EQUAL(flags_of(&fixture, SERVER_TOKEN, 0, NULL), 0);
    EXPECT_EQUAL(flags_of(&fixture, CLIENT_TOKEN, 0, NULL), 0);
    fixture_end(&fixture);
}

static void poll_goes_before_the_pipe(void)
{
    struct pipe_fixture fixture = fixture_connected(&small);
    fixture_register(&fixture);
    size_t count;
    expect_done(write_result(fixture.client, BIG, &count));
    rdy_poll_destroy(fixture.poll);
    fixture.poll = NULL;
    DWORD error;
    expect_failed(read_result(fixture.client, 1, &count), ERROR_INVALID_HANDLE);
    expect_failed(write_result(fixture.client, 1, &count), ERROR_INVALID_HANDLE);
    expect_failed(rdy_named_pipe_connect(fixture.server), ERROR_INVALID_HANDLE);
    expect_failed(rdy_named_pipe_disconnect(fixture.server), ERROR_INVALID_HANDLE);
    expect_failed(rdy_named_pipe_take_error(fixture.server, &error), ERROR_INVALID_HANDLE);
    fixture_end(&fixture);
}

static void registering_a_detached_pipe_is_refused(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    rdy_poll_destroy(fixture.poll);
    expect_done(rdy_poll_create(&fixture.poll));
    rdy_registry *other = rdy_poll_registry(fixture.poll);
    expect_failed(rdy_named_pipe_register(fixture.client, other, 1, RDY_INTEREST_ALL),
                  ERROR_INVALID_HANDLE);
    expect_failed(rdy_named_pipe_reregister(fixture.client, other, 1, RDY_INTEREST_ALL),
                  ERROR_INVALID_HANDLE);
    expect_failed(rdy_named_pipe_deregister(fixture.client, other), ERROR_INVALID_HANDLE);
    fixture_end(&fixture);
}

static void poll_goes_while_connect_is_pending(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    expect_done(
        rdy_named_pipe_register(fixture.server, fixture.registry, SERVER_TOKEN, RDY_INTEREST_ALL));
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    rdy_poll_destroy(fixture.poll);
    fixture.poll = NULL;
    fixture_end(&fixture);
}

static void deregistered_pipe_is_reaped_with_the_poll(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    expect_done(rdy_named_pipe_deregister(fixture.client, fixture.registry));
    rdy_poll_destroy(fixture.poll);
    fixture.poll = NULL;
    fixture_end(&fixture);
}

static void peer_reads_all_that_a_dropped_pipe_accepted(void)
{
    struct pipe_fixture fixture = fixture_connected(&small);
    fixture_register(&fixture);
    size_t count;
    expect_done(write_result(fixture.client, BIG, &count));
    drop(&fixture.client);
    size_t arrived = 0;
    rdy_result result = read_result(fixture.server, BIG, &count);
    while (result.status != RDY_CLOSED) {
        if (result.status == RDY_WOULD_BLOCK) {
            uint32_t of_client = 0;
            (void)flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, &of_client);
            EXPECT_EQUAL(of_client, 0);
        } else {
            expect_done(result);
            arrived += count;
        }
        result = read_result(fixture.server, BIG, &count);
    }
    EXPECT_EQUAL(arrived, BIG);
    fixture_end(&fixture);
}

static void dropped_pipe_closes_its_handle_at_once(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    drop(&fixture.client);
    size_t count;
    expect_failed(write_result(fixture.server, 1, &count), ERROR_NO_DATA); /* nobody polled */
    fixture_end(&fixture);
}

/* The handle that closes with the pipe is not the last one: nothing ends by itself. */
static void dropped_pipe_is_cancelled_although_a_duplicate_is_open(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    expect_done(
        rdy_named_pipe_register(fixture.server, fixture.registry, SERVER_TOKEN, RDY_INTEREST_ALL));
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    HANDLE duplicate = NULL;
    EXPECT(DuplicateHandle(GetCurrentProcess(), rdy_named_pipe_raw_handle(fixture.server),
                           GetCurrentProcess(), &duplicate, 0, FALSE, DUPLICATE_SAME_ACCESS));
    fixture_end(&fixture);
    CloseHandle(duplicate);
}

static void two_polls_end_independently(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    rdy_poll *other;
    expect_done(rdy_poll_create(&other));
    expect_done(
        rdy_named_pipe_register(fixture.server, fixture.registry, SERVER_TOKEN, RDY_INTEREST_ALL));
    expect_done(rdy_named_pipe_register(fixture.client, rdy_poll_registry(other), CLIENT_TOKEN,
                                        RDY_INTEREST_ALL));
    put(fixture.client, "text");
    rdy_poll_destroy(other);
    await(&fixture, fixture.server, SERVER_TOKEN, "text");
    fixture_end(&fixture);
}

/* ---- threads ---- */

static DWORD WINAPI destroy_server(LPVOID argument)
{
    struct pipe_fixture *fixture = argument;
    drop(&fixture->server);
    return 0;
}

static DWORD WINAPI destroy_poll(LPVOID argument)
{
    struct pipe_fixture *fixture = argument;
    rdy_poll_destroy(fixture->poll);
    fixture->poll = NULL;
    return 0;
}

static DWORD WINAPI open_and_leave(LPVOID argument)
{
    (void)argument;
    rdy_named_pipe *client;
    if (fixture_open(NULL, &client).status == RDY_DONE) {
        rdy_named_pipe_destroy(client);
    }
    return 0;
}

static DWORD WINAPI connect_server(LPVOID argument)
{
    struct pipe_fixture *fixture = argument;
    rdy_result result = rdy_named_pipe_connect(fixture->server);
    EXPECT(result.status == RDY_DONE || result.status == RDY_WOULD_BLOCK);
    return 0;
}

static void client_may_come_and_leave_while_connect_returns(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    expect_done(
        rdy_named_pipe_register(fixture.server, fixture.registry, SERVER_TOKEN, RDY_INTEREST_ALL));
    HANDLE visitor = start(open_and_leave, NULL);
    HANDLE server = start(connect_server, &fixture);
    uint32_t flags = 0;
    while ((flags & RDY_EVENT_READ_CLOSED) == 0) {
        flags |= flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL);
    }
    join(visitor);
    join(server);
    size_t count;
    EXPECT_EQUAL(read_result(fixture.server, 1, &count).status, RDY_CLOSED);
    fixture_end(&fixture);
}

static void pipe_may_go_while_its_packets_are_processed(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    put(fixture.client, "text");
    HANDLE thread = start(destroy_server, &fixture);
    (void)flags_of(&fixture, SERVER_TOKEN, 0, NULL);
    join(thread);
    EXPECT_EQUAL(flags_of(&fixture, SERVER_TOKEN, 0, NULL), 0);
    fixture_end(&fixture);
}

static void pipe_and_poll_may_go_at_once(void)
{
    struct pipe_fixture fixture = fixture_connected(&small);
    fixture_register(&fixture);
    size_t count;
    expect_done(write_result(fixture.server, BIG, &count));
    HANDLE poll = start(destroy_poll, &fixture);
    HANDLE server = start(destroy_server, &fixture);
    drop(&fixture.client);
    join(poll);
    join(server);
    fixture_end(&fixture);
}

/* With nothing in flight it leaves its registry at once, perhaps while that is looking for it. */
static void idle_pipe_and_poll_may_go_at_once(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    expect_done(rdy_named_pipe_register(fixture.client, fixture.registry, CLIENT_TOKEN,
                                        RDY_INTEREST_WRITABLE));
    EXPECT_EQUAL(flags_of(&fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    HANDLE poll = start(destroy_poll, &fixture);
    drop(&fixture.client);
    join(poll);
    fixture_end(&fixture);
}

static DWORD WINAPI write_text(LPVOID argument)
{
    struct pipe_fixture *fixture = argument;
    put(fixture->client, "text");
    return 0;
}

static void reregister_may_race_the_data(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    HANDLE writer = start(write_text, &fixture);
    expect_done(
        rdy_named_pipe_reregister(fixture.server, fixture.registry, 9, RDY_INTEREST_READABLE));
    await(&fixture, fixture.server, 9, "text");
    join(writer);
    fixture_end(&fixture);
}

static DWORD WINAPI destroy_client(LPVOID argument)
{
    struct pipe_fixture *fixture = argument;
    drop(&fixture->client);
    return 0;
}

/* The write is pending when the peer goes, or it is not: one packet comes, or none, and never a
 * second answer. */
static void peer_may_go_while_a_write_is_submitted(void)
{
    struct pipe_fixture fixture = fixture_connected(&small);
    fixture_register(&fixture);
    HANDLE peer = start(destroy_client, &fixture);
    size_t count;
    rdy_result result = write_result(fixture.server, BIG, &count);
    join(peer);
    if (result.status == RDY_DONE) {
        while ((flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL) & RDY_EVENT_ERROR) == 0) {
            /* the end of the stream may come first */
        }
        expect_failed(write_result(fixture.server, 1, &count), ERROR_BROKEN_PIPE);
    } else {
        expect_failed(result, ERROR_NO_DATA);
    }
    fixture_end(&fixture);
}

static void peer_may_go_while_a_read_is_submitted(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    HANDLE peer = start(destroy_client, &fixture);
    size_t count;
    rdy_result result = read_result(fixture.server, 1, &count);
    while (result.status == RDY_WOULD_BLOCK) {
        (void)flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL);
        result = read_result(fixture.server, 1, &count);
    }
    EXPECT_EQUAL(result.status, RDY_CLOSED);
    join(peer);
    fixture_end(&fixture);
}

static DWORD WINAPI disconnect_server(LPVOID argument)
{
    struct pipe_fixture *fixture = argument;
    expect_done(rdy_named_pipe_disconnect(fixture->server));
    return 0;
}

static void disconnect_may_race_reading_and_polling(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    fixture_register(&fixture);
    put(fixture.client, "text");
    HANDLE thread = start(disconnect_server, &fixture);
    (void)flags_of(&fixture, SERVER_TOKEN, 0, NULL);
    size_t count;
    (void)read_result(fixture.server, 1, &count).status;
    join(thread);
    rdy_named_pipe_check(fixture.server);
    drop(&fixture.client);
    connect_anew(&fixture);
    exchange(&fixture, "new", "too");
    fixture_end(&fixture);
}

struct stream {
    rdy_named_pipe *pipe;
    rdy_poll *poll;
    uint64_t token;
    size_t size;
};

/* A byte of a stream as a function of its place. */
static unsigned char byte_at(size_t place)
{
    return (unsigned char)(place * 7 + place / 251);
}

static void wait_for(const struct stream *stream)
{
    rdy_event event = {0};
    size_t count = 99;
    expect_done(rdy_poll_wait(stream->poll, &event, 1, RDY_WAIT_FOREVER, &count));
    EXPECT_EQUAL(event.token, stream->token);
}

/* One write, waited for. An empty one is done when the pipe has all of the one before. */
static size_t write_some(const struct stream *stream, const unsigned char *block, size_t size)
{
    size_t count = 99;
    rdy_result result = rdy_named_pipe_write(stream->pipe, block, size, &count);
    while (result.status == RDY_WOULD_BLOCK) {
        wait_for(stream);
        result = rdy_named_pipe_write(stream->pipe, block, size, &count);
    }
    expect_done(result);
    return count;
}

static DWORD WINAPI write_stream(LPVOID argument)
{
    const struct stream *stream = argument;
    size_t done = 0;
    while (done < stream->size) {
        unsigned char block[3000];
        size_t size = stream->size - done < sizeof block ? stream->size - done : sizeof block;
        for (size_t i = 0; i < size; i++) {
            block[i] = byte_at(done + i);
        }
        done += write_some(stream, block, size);
    }
    EXPECT_EQUAL(write_some(stream, NULL, 0), 0);
    return 0;
}

static void read_stream(const struct stream *stream)
{
    size_t done = 0;
    while (done < stream->size) {
        unsigned char block[2000];
        size_t count = 99;
        rdy_result result = rdy_named_pipe_read(stream->pipe, block, sizeof block, &count);
        if (result.status == RDY_WOULD_BLOCK) {
            wait_for(stream);
            continue;
        }
        expect_done(result);
        for (size_t i = 0; i < count; i++) {
            EXPECT_EQUAL(block[i], byte_at(done + i));
        }
        done += count;
    }
    EXPECT_EQUAL(done, stream->size);
}

/* Two threads, each with a poll of its own, and a pipe that takes only a part at a time. */
static void pass_stream(struct pipe_fixture fixture)
{
    rdy_poll *other;
    expect_done(rdy_poll_create(&other));
    expect_done(rdy_named_pipe_register(fixture.server, fixture.registry, SERVER_TOKEN,
                                        RDY_INTEREST_WRITABLE));
    expect_done(rdy_named_pipe_register(fixture.client, rdy_poll_registry(other), CLIENT_TOKEN,
                                        RDY_INTEREST_READABLE));
    struct stream out = {fixture.server, fixture.poll, SERVER_TOKEN, 3 * QUOTA + 100};
    struct stream in = {fixture.client, other, CLIENT_TOKEN, 3 * QUOTA + 100};
    HANDLE writer = start(write_stream, &out);
    read_stream(&in);
    join(writer);
    rdy_poll_destroy(other);
    fixture_end(&fixture);
}

static void stream_arrives_whole_and_in_order(void)
{
    pass_stream(fixture_connected(&small));
}

/* Handles from outside keep their notification modes: every success queues a packet. */
static void stream_through_raw_handles_arrives_whole(void)
{
    struct pipe_fixture fixture = {0};
    expect_done(rdy_poll_create(&fixture.poll));
    fixture.registry = rdy_poll_registry(fixture.poll);
    WCHAR name[CONF_PIPE_PATH_MAX];
    HANDLE server =
        CreateNamedPipeW(fixture_name(name), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                         PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, QUOTA, QUOTA, 0, NULL);
    HANDLE client = CreateFileW(fixture_name(name), GENERIC_READ | GENERIC_WRITE, 0, NULL,
                                OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    expect_done(rdy_named_pipe_from_raw_handle(server, &fixture.server));
    expect_done(rdy_named_pipe_from_raw_handle(client, &fixture.client));
    pass_stream(fixture);
}

static void stream_of_messages_arrives_whole(void)
{
    static const struct rdy_named_pipe_options messages = {.buffer_size = QUOTA,
                                                           .message_mode = TRUE};
    pass_stream(fixture_connected(&messages));
}

static void stream_arrives_whole_although_the_pipe_takes_parts(void)
{
    stream_arrives_whole_and_in_order();
}

/* ---- faults ---- */

/* One call of the system fails: whatever it was, somebody is told and nothing is left behind. */
static void any_failure_is_told_and_leaves_nothing(void)
{
    rdy_poll *poll;
    rdy_named_pipe *server = NULL, *client = NULL;
    if (rdy_poll_create(&poll).status != RDY_DONE) {
        return;
    }
    rdy_registry *registry = rdy_poll_registry(poll);
    BOOL failed = fixture_create(NULL, &server).status != RDY_DONE ||
                  fixture_open(NULL, &client).status != RDY_DONE;
    if (!failed) {
        failed |=
            rdy_named_pipe_register(server, registry, SERVER_TOKEN, RDY_INTEREST_ALL).status !=
            RDY_DONE;
        failed |=
            rdy_named_pipe_register(client, registry, CLIENT_TOKEN, RDY_INTEREST_ALL).status !=
            RDY_DONE;
        failed |= rdy_named_pipe_connect(server).status != RDY_DONE;
        size_t count;
        failed |= write_result(client, 5, &count).status != RDY_DONE;
    }
    struct pipe_fixture fixture = {poll, registry, server, client};
    if (!failed) {
        uint32_t flags = 0;
        while ((flags & RDY_EVENT_READABLE) == 0) {
            flags |= flags_of(&fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, NULL);
        }
        size_t count;
        rdy_result result = read_result(server, 5, &count);
        EXPECT(result.status == RDY_DONE || (flags & RDY_EVENT_ERROR));
        EXPECT(result.status == RDY_DONE || result.status == RDY_FAILED);
        if (result.status == RDY_FAILED) { /* nothing is lost: it can be read again */
            await(&fixture, server, SERVER_TOKEN, "\0\0\0\0\0");
        }
    }
    fixture_end(&fixture);
}

/* The connect is submitted when the packet of the one before it comes, with nobody there to be
 * told. */
static void error_of_a_deferred_connect_is_an_event_and_the_next_operations_answer(void)
{
    struct pipe_fixture fixture = {0};
    if (rdy_poll_create(&fixture.poll).status != RDY_DONE) {
        return;
    }
    fixture.registry = rdy_poll_registry(fixture.poll);
    if (fixture_create(NULL, &fixture.server).status == RDY_DONE &&
        rdy_named_pipe_register(fixture.server, fixture.registry, SERVER_TOKEN,
                                RDY_INTEREST_READABLE)
                .status == RDY_DONE &&
        rdy_named_pipe_connect(fixture.server).status == RDY_WOULD_BLOCK &&
        rdy_named_pipe_disconnect(fixture.server).status == RDY_DONE &&
        rdy_named_pipe_connect(fixture.server).status == RDY_WOULD_BLOCK) {
        size_t count;
        uint32_t flags = flags_of(&fixture, SERVER_TOKEN, NS_PER_MS, NULL);
        if (flags != 0) {
            EXPECT_EQUAL(flags, RDY_EVENT_READABLE | RDY_EVENT_ERROR);
            expect_failed(read_result(fixture.server, 1, &count), ERROR_NO_SYSTEM_RESOURCES);
            rdy_result next = read_result(fixture.server, 1, &count);
            EXPECT(next.status != RDY_DONE && next.os_error != ERROR_NO_SYSTEM_RESOURCES);
        }
    }
    fixture_end(&fixture);
}

static const struct fact facts[] = {
    FACT(server_serves_one_client_after_another, 0),
    FACT(nothing_pending_crosses_a_disconnect, 0),
    FACT(unread_data_does_not_cross_a_disconnect, 0),
    FACT(write_error_does_not_cross_a_disconnect, 0),
    FACT(connect_given_up_is_not_the_next_connects_error, 0),
    FACT(connect_asked_for_while_the_old_packet_is_queued_is_submitted_later, 0),
    FACT(transfers_wait_while_the_connect_does, 0),
    FACT(failed_connect_is_the_answer_of_the_next_connect, 0),
    FACT(failed_connect_is_the_answer_of_the_next_transfer, 0),
    FACT(take_error_tells_of_a_failed_connect_once, 0),
    FACT(disconnect_forgets_a_failed_connect, 0),
    FACT(disconnected_client_fails_to_read_and_write, 0),
    FACT(disconnect_twice_says_so, 0),
    FACT(disconnect_while_listening_is_done, 0),
    FACT(disconnect_of_a_client_changes_nothing, 0),
    FACT(pipe_goes_before_the_poll, 0),
    FACT(poll_goes_before_the_pipe, 0),
    FACT(registering_a_detached_pipe_is_refused, 0),
    FACT(poll_goes_while_connect_is_pending, 0),
    FACT(deregistered_pipe_is_reaped_with_the_poll, 0),
    FACT(peer_reads_all_that_a_dropped_pipe_accepted, 0),
    FACT(dropped_pipe_closes_its_handle_at_once, 0),
    FACT(dropped_pipe_is_cancelled_although_a_duplicate_is_open, 0),
    FACT(two_polls_end_independently, 0),
    FACT(client_may_come_and_leave_while_connect_returns, 0),
    FACT(pipe_may_go_while_its_packets_are_processed, 0),
    FACT(pipe_and_poll_may_go_at_once, 0),
    FACT(idle_pipe_and_poll_may_go_at_once, 0),
    FACT(reregister_may_race_the_data, 0),
    FACT(peer_may_go_while_a_write_is_submitted, 0),
    FACT(peer_may_go_while_a_read_is_submitted, 0),
    FACT(disconnect_may_race_reading_and_polling, 0),
    FACT(stream_arrives_whole_and_in_order, 0),
    FACT(stream_through_raw_handles_arrives_whole, 0),
    FACT(stream_of_messages_arrives_whole, 0),
    FACT(stream_arrives_whole_although_the_pipe_takes_parts, FACT_WITH_SHORT_WRITES),
    FACT(any_failure_is_told_and_leaves_nothing, FACT_WITH_FAULTS),
    FACT(error_of_a_deferred_connect_is_an_event_and_the_next_operations_answer, FACT_WITH_FAULTS),
};

FACT_SUITE(named_pipe_life);
