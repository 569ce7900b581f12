/* named_pipe_create_test: how named pipes of core are made: created, opened, taken over. */
#include "conformance/suites/pipe_fixture.h"

#define QUOTA 4096u

static const struct rdy_named_pipe_options messages = {.message_mode = TRUE};

static rdy_result enlist_server(struct pipe_fixture *fixture, rdy_interest interest)
{
    return rdy_named_pipe_register(fixture->server, fixture->registry, SERVER_TOKEN, interest);
}

/* ---- created and opened ---- */

static void open_without_a_server_is_file_not_found(void)
{
    rdy_named_pipe *client = (rdy_named_pipe *)(uintptr_t)1;
    expect_failed(fixture_open(NULL, &client), ERROR_FILE_NOT_FOUND);
    EXPECT(client == NULL);
}

static void open_of_a_taken_instance_is_pipe_busy(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    rdy_named_pipe *second = (rdy_named_pipe *)(uintptr_t)1;
    expect_failed(fixture_open(NULL, &second), ERROR_PIPE_BUSY);
    EXPECT(second == NULL);
    fixture_end(&fixture);
}

/* Under a name of its own: where it fails, its pipes stay behind. */
static void first_instance_of_a_name_in_use_is_refused(void)
{
    WCHAR name[CONF_PIPE_PATH_MAX];
    conf_pipe_path("first", name);
    const struct rdy_named_pipe_options first = {.first_instance = TRUE};
    rdy_named_pipe *server, *second = (rdy_named_pipe *)(uintptr_t)1;
    expect_done(rdy_named_pipe_create(name, &first, &server));
    expect_failed(rdy_named_pipe_create(name, &first, &second), ERROR_ACCESS_DENIED);
    EXPECT(second == NULL);
    rdy_named_pipe_destroy(server);
}

static void second_instance_serves_a_second_client(void)
{
    struct pipe_fixture fixture = fixture_connected(NULL);
    rdy_named_pipe *server, *client;
    expect_done(fixture_create(NULL, &server));
    expect_done(fixture_open(NULL, &client));
    rdy_named_pipe_destroy(client);
    rdy_named_pipe_destroy(server);
    fixture_end(&fixture);
}

static void failed_creation_leaves_nothing(void)
{
    rdy_named_pipe *server = (rdy_named_pipe *)(uintptr_t)1;
    rdy_result created = fixture_create(NULL, &server);
    if (created.status != RDY_DONE) {
        EXPECT(created.status == RDY_FAILED && created.os_error != ERROR_SUCCESS);
        EXPECT(server == NULL);
        return;
    }
    rdy_named_pipe *client = (rdy_named_pipe *)(uintptr_t)1;
    rdy_result opened = fixture_open(NULL, &client);
    if (opened.status == RDY_DONE) {
        rdy_named_pipe_destroy(client);
    } else {
        EXPECT(opened.status == RDY_FAILED && opened.os_error != ERROR_SUCCESS);
        EXPECT(client == NULL);
    }
    rdy_named_pipe_destroy(server);
}

/* What cannot be asked for messages is not a client that reads bytes. */
static void message_client_that_cannot_read_messages_is_refused(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    rdy_named_pipe *client = (rdy_named_pipe *)(uintptr_t)1;
    expect_failed(fixture_open(&messages, &client), ERROR_INVALID_PARAMETER);
    EXPECT(client == NULL);
    fixture_end(&fixture);
}

/* ---- taken over ---- */

/* A connection whose client was a handle of others. */
static struct pipe_fixture raw_client(HANDLE *handle)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    WCHAR name[CONF_PIPE_PATH_MAX];
    *handle = CreateFileW(fixture_name(name), GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                          FILE_FLAG_OVERLAPPED, NULL);
    EXPECT(*handle != INVALID_HANDLE_VALUE);
    expect_done(rdy_named_pipe_from_raw_handle(*handle, &fixture.client));
    return fixture;
}

static void raw_handle_is_taken_over_and_given_out(void)
{
    HANDLE handle;
    struct pipe_fixture fixture = raw_client(&handle);
    EXPECT(rdy_named_pipe_raw_handle(fixture.client) == handle);
    fixture_register(&fixture);
    put(fixture.server, "in");
    await(&fixture, fixture.client, CLIENT_TOKEN, "in");
    put(fixture.client, "out");
    await(&fixture, fixture.server, SERVER_TOKEN, "out");
    expect_failed(rdy_named_pipe_disconnect(fixture.client), ERROR_INVALID_FUNCTION);
    fixture_end(&fixture);
}

static struct pipe_fixture raw_server(void)
{
    struct pipe_fixture fixture = fixture_listening(NULL);
    rdy_named_pipe_destroy(fixture.server);
    WCHAR name[CONF_PIPE_PATH_MAX];
    HANDLE handle =
        CreateNamedPipeW(fixture_name(name), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                         PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, QUOTA, QUOTA, 0, NULL);
    EXPECT(handle != INVALID_HANDLE_VALUE);
    expect_done(rdy_named_pipe_from_raw_handle(handle, &fixture.server));
    return fixture;
}

static uint32_t server_flags(struct pipe_fixture *fixture, uint64_t timeout_ns)
{
    return flags_of(fixture, SERVER_TOKEN, timeout_ns, NULL);
}

static void raw_server_handle_is_a_server(void)
{
    struct pipe_fixture fixture = raw_server();
    expect_done(enlist_server(&fixture, RDY_INTEREST_ALL));
    EXPECT_EQUAL(server_flags(&fixture, 0), 0);
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    expect_done(fixture_open(NULL, &fixture.client));
    EXPECT_EQUAL(server_flags(&fixture, RDY_WAIT_FOREVER), RDY_EVENT_WRITABLE);
    fixture_end(&fixture);
}

/* Nothing tells whether somebody is there but an operation: a writer may be told to try, once. */
static void raw_server_that_listens_makes_its_writer_wait(void)
{
    struct pipe_fixture fixture = raw_server();
    size_t count;
    expect_done(enlist_server(&fixture, RDY_INTEREST_WRITABLE));
    (void)server_flags(&fixture, 0);
    expect_would_block(write_result(fixture.server, 1, &count));
    rdy_named_pipe_check(fixture.server);
    EXPECT_EQUAL(server_flags(&fixture, 0), 0);
    expect_would_block(rdy_named_pipe_connect(fixture.server));
    EXPECT_EQUAL(server_flags(&fixture, 0), 0);
    expect_done(fixture_open(NULL, &fixture.client));
    EXPECT_EQUAL(server_flags(&fixture, RDY_WAIT_FOREVER), RDY_EVENT_WRITABLE);
    fixture_end(&fixture);
}

static void raw_client_that_cannot_disconnect_keeps_what_it_reads(void)
{
    HANDLE handle;
    struct pipe_fixture fixture = raw_client(&handle);
    fixture_register(&fixture);
    put(fixture.server, "kept");
    EXPECT_EQUAL(flags_of(&fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    expect_failed(rdy_named_pipe_disconnect(fixture.client), ERROR_INVALID_FUNCTION);
    take(fixture.client, "kept");
    fixture_end(&fixture);
}

static const struct fact facts[] = {
    FACT(open_without_a_server_is_file_not_found, 0),
    FACT(open_of_a_taken_instance_is_pipe_busy, 0),
    {FACT_OF(first_instance_of_a_name_in_use_is_refused),
     .on_wine = "Wine 8 ignores FILE_FLAG_FIRST_PIPE_INSTANCE"},
    FACT(second_instance_serves_a_second_client, 0),
    FACT(message_client_that_cannot_read_messages_is_refused, 0),
    FACT(raw_handle_is_taken_over_and_given_out, 0),
    FACT(raw_server_handle_is_a_server, 0),
    FACT(raw_server_that_listens_makes_its_writer_wait, 0),
    FACT(raw_client_that_cannot_disconnect_keeps_what_it_reads, 0),
    FACT(failed_creation_leaves_nothing, FACT_WITH_FAULTS),
};

FACT_SUITE(named_pipe_create);
