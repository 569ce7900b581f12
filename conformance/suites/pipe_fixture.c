/* pipe_fixture: see pipe_fixture.h. */
#include "conformance/suites/pipe_fixture.h"

#include <string.h>

#define EVENTS_MAX 8u
#define TEXT_MAX   64u
#define BLOCK_MAX  16384u

const WCHAR *fixture_name(WCHAR out[CONF_PIPE_PATH_MAX])
{
    conf_pipe_path("fact", out);
    return out;
}

rdy_result fixture_create(const struct rdy_named_pipe_options *options, rdy_named_pipe **pipe)
{
    WCHAR name[CONF_PIPE_PATH_MAX];
    return rdy_named_pipe_create(fixture_name(name), options, pipe);
}

rdy_result fixture_open(const struct rdy_named_pipe_options *options, rdy_named_pipe **pipe)
{
    WCHAR name[CONF_PIPE_PATH_MAX];
    return rdy_named_pipe_open(fixture_name(name), options, pipe);
}

struct pipe_fixture fixture_listening(const struct rdy_named_pipe_options *options)
{
    struct pipe_fixture fixture = {0};
    expect_done(rdy_poll_create(&fixture.poll));
    fixture.registry = rdy_poll_registry(fixture.poll);
    expect_done(fixture_create(options, &fixture.server));
    return fixture;
}

struct pipe_fixture fixture_connected(const struct rdy_named_pipe_options *options)
{
    struct pipe_fixture fixture = fixture_listening(options);
    expect_done(fixture_open(options, &fixture.client));
    return fixture;
}

static void destroy_pipe(rdy_named_pipe **pipe)
{
    if (*pipe != NULL) {
        rdy_named_pipe_check(*pipe);
        rdy_named_pipe_destroy(*pipe);
        *pipe = NULL;
    }
}

void fixture_end(struct pipe_fixture *fixture)
{
    destroy_pipe(&fixture->client);
    destroy_pipe(&fixture->server);
    if (fixture->poll != NULL) {
        rdy_poll_check(fixture->poll);
        rdy_poll_destroy(fixture->poll);
        fixture->poll = NULL;
    }
}

void fixture_register(struct pipe_fixture *fixture)
{
    expect_done(rdy_named_pipe_register(fixture->server, fixture->registry, SERVER_TOKEN,
                                        RDY_INTEREST_ALL));
    expect_done(rdy_named_pipe_register(fixture->client, fixture->registry, CLIENT_TOKEN,
                                        RDY_INTEREST_ALL));
    expect_done(rdy_named_pipe_connect(fixture->server));
    uint32_t of_client = 0;
    uint32_t of_server = flags_of(fixture, SERVER_TOKEN, RDY_WAIT_FOREVER, &of_client);
    EXPECT_EQUAL(of_server, RDY_EVENT_WRITABLE);
    if (of_client == 0) {
        of_client = flags_of(fixture, CLIENT_TOKEN, RDY_WAIT_FOREVER, NULL);
    }
    EXPECT_EQUAL(of_client, RDY_EVENT_WRITABLE);
    EXPECT_EQUAL(flags_of(fixture, SERVER_TOKEN, 0, &of_server), 0);
}

uint32_t flags_of(struct pipe_fixture *fixture, uint64_t token, uint64_t timeout_ns,
                  uint32_t *others)
{
    uint32_t flags = 0;
    size_t count;
    do {
        rdy_event events[EVENTS_MAX];
        count = 99;
        expect_done(rdy_poll_wait(fixture->poll, events, EVENTS_MAX, timeout_ns, &count));
        for (size_t i = 0; i < count; i++) {
            EXPECT(events[i].flags != 0);
            if (events[i].token == token) {
                flags |= events[i].flags;
            } else if (others != NULL) {
                *others |= events[i].flags;
            }
        }
    } while (flags == 0 && count > 0);
    return flags;
}

void expect_done(rdy_result result)
{
    EXPECT_EQUAL(result.os_error, ERROR_SUCCESS);
    EXPECT_EQUAL(result.status, RDY_DONE);
}

void expect_would_block(rdy_result result)
{
    EXPECT_EQUAL(result.os_error, ERROR_SUCCESS);
    EXPECT_EQUAL(result.status, RDY_WOULD_BLOCK);
}

void expect_failed(rdy_result result, DWORD os_error)
{
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT_EQUAL(result.os_error, os_error);
}

void put(rdy_named_pipe *pipe, const char *text)
{
    size_t count = 99;
    expect_done(rdy_named_pipe_write(pipe, text, strlen(text), &count));
    EXPECT_EQUAL(count, strlen(text));
}

void take(rdy_named_pipe *pipe, const char *text)
{
    char buffer[TEXT_MAX];
    memset(buffer, '?', sizeof buffer);
    size_t count = 99;
    expect_done(rdy_named_pipe_read(pipe, buffer, sizeof buffer, &count));
    EXPECT_EQUAL(count, strlen(text));
    EXPECT(memcmp(buffer, text, count) == 0);
}

void await(struct pipe_fixture *fixture, rdy_named_pipe *pipe, uint64_t token, const char *text)
{
    size_t size = strlen(text), done = 0;
    while (done < size) {
        char buffer[TEXT_MAX];
        size_t count = 99;
        rdy_result result = rdy_named_pipe_read(pipe, buffer, sizeof buffer, &count);
        if (result.status == RDY_WOULD_BLOCK) {
            EXPECT_EQUAL(count, 0);
            uint32_t flags;
            do {
                flags = flags_of(fixture, token, RDY_WAIT_FOREVER, NULL);
            } while ((flags & RDY_EVENT_READABLE) == 0);
            continue;
        }
        expect_done(result);
        EXPECT(count <= size - done);
        EXPECT(memcmp(buffer, text + done, count) == 0);
        done += count;
    }
}

rdy_result read_result(rdy_named_pipe *pipe, size_t size, size_t *count)
{
    static char block[BLOCK_MAX];
    *count = 99;
    return rdy_named_pipe_read(pipe, block, size, count);
}

rdy_result write_result(rdy_named_pipe *pipe, size_t size, size_t *count)
{
    static const char block[BLOCK_MAX];
    *count = 99;
    return rdy_named_pipe_write(pipe, block, size, count);
}
