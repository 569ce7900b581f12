/* real_bench_pipe: a named pipe in one thread, by core and by plain calls. */
#include "fuzz/cli/real_bench.h"

#include "core/named_pipe.h"
#include "core/poll.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME          L"\\\\.\\pipe\\iocplab-bench"
#define PLAIN_NAME    L"\\\\.\\pipe\\iocplab-bench-plain"
#define SERVER_TOKEN  UINT64_C(1)
#define CLIENT_TOKEN  UINT64_C(2)
#define EVENTS_MAX    64u
#define PLAIN_PACKETS 64u
#define THROUGHPUT    65536u
#define PIPE_QUOTA    65536u

struct ends {
    rdy_poll *poll;
    rdy_named_pipe *server, *client;
    rdy_event event[EVENTS_MAX];
    BYTE bytes[THROUGHPUT];
};

static bool is_done(rdy_result result)
{
    return result.status == RDY_DONE;
}

/* ---- by core ---- */

static void ends_destroy(void *context)
{
    struct ends *ends = context;

    if (ends->client != NULL) {
        rdy_named_pipe_destroy(ends->client);
    }
    if (ends->server != NULL) {
        rdy_named_pipe_destroy(ends->server);
    }
    if (ends->poll != NULL) {
        rdy_poll_destroy(ends->poll);
    }
    free(ends);
}

/* drain reads an end until it would block; false when something else comes. */
static bool drain(struct ends *ends, rdy_named_pipe *pipe, size_t *total)
{
    for (;;) {
        size_t count;
        rdy_result result = rdy_named_pipe_read(pipe, ends->bytes, sizeof ends->bytes, &count);
        if (result.status != RDY_DONE) {
            return result.status == RDY_WOULD_BLOCK;
        }
        *total += count;
    }
}

static bool ends_connect(struct ends *ends)
{
    rdy_registry *registry;
    size_t count, total = 0;

    if (!is_done(rdy_poll_create(&ends->poll))) {
        return false;
    }
    registry = rdy_poll_registry(ends->poll);
    return is_done(rdy_named_pipe_create(NAME, NULL, &ends->server)) &&
           is_done(rdy_named_pipe_open(NAME, NULL, &ends->client)) &&
           is_done(
               rdy_named_pipe_register(ends->server, registry, SERVER_TOKEN, RDY_INTEREST_ALL)) &&
           is_done(
               rdy_named_pipe_register(ends->client, registry, CLIENT_TOKEN, RDY_INTEREST_ALL)) &&
           is_done(rdy_named_pipe_connect(ends->server)) &&
           is_done(rdy_poll_wait(ends->poll, ends->event, EVENTS_MAX, 0, &count)) &&
           drain(ends, ends->server, &total) && drain(ends, ends->client, &total);
}

static void *ends_create(void)
{
    struct ends *ends = calloc(1, sizeof *ends);

    if (ends != NULL && !ends_connect(ends)) {
        ends_destroy(ends);
        return NULL;
    }
    return ends;
}

/* pass writes one byte and polls until the other end is readable, as an event loop does. */
static bool pass(struct ends *ends, rdy_named_pipe *from, rdy_named_pipe *to, uint64_t token)
{
    size_t written, total = 0;

    if (!is_done(rdy_named_pipe_write(from, "x", 1, &written))) {
        return false;
    }
    while (total == 0) {
        size_t count;
        if (!is_done(
                rdy_poll_wait(ends->poll, ends->event, EVENTS_MAX, RDY_WAIT_FOREVER, &count))) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (ends->event[i].token == token && (ends->event[i].flags & RDY_EVENT_READABLE) != 0 &&
                !drain(ends, to, &total)) {
                return false;
            }
        }
    }
    return true;
}

static bool pingpong(void *context, uint32_t trips)
{
    struct ends *ends = context;

    for (uint32_t i = 0; i < trips; i++) {
        if (!pass(ends, ends->client, ends->server, SERVER_TOKEN) ||
            !pass(ends, ends->server, ends->client, CLIENT_TOKEN)) {
            return false;
        }
    }
    return true;
}

/* A trip is 64 KiB from the client to the server. */
static bool transfer(void *context, uint32_t trips)
{
    struct ends *ends = context;
    size_t wanted = (size_t)trips * THROUGHPUT, sent = 0, got = 0;

    while (got < wanted) {
        size_t count = 0;
        rdy_result result = {.status = RDY_DONE};
        while (sent < wanted && result.status == RDY_DONE) {
            result = rdy_named_pipe_write(ends->client, ends->bytes, THROUGHPUT, &count);
            sent += count;
        }
        if ((result.status != RDY_DONE && result.status != RDY_WOULD_BLOCK) ||
            !is_done(
                rdy_poll_wait(ends->poll, ends->event, EVENTS_MAX, RDY_WAIT_FOREVER, &count))) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            if (ends->event[i].token == SERVER_TOKEN && !drain(ends, ends->server, &got)) {
                return false;
            }
        }
    }
    return true;
}

/* ---- by plain calls: a read, a write, and their two packets ---- */

struct plain {
    HANDLE port, server, client;
    OVERLAPPED_ENTRY entry[PLAIN_PACKETS];
    BYTE bytes[THROUGHPUT];
};

static void plain_destroy(void *context)
{
    struct plain *plain = context;

    CloseHandle(plain->client);
    CloseHandle(plain->server);
    CloseHandle(plain->port);
    free(plain);
}

static void *plain_create(void)
{
    struct plain *plain = calloc(1, sizeof *plain);

    if (plain == NULL) {
        return NULL;
    }
    plain->port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    plain->server = CreateNamedPipeW(PLAIN_NAME, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, 0,
                                     PIPE_UNLIMITED_INSTANCES, PIPE_QUOTA, PIPE_QUOTA, 0, NULL);
    plain->client = CreateFileW(PLAIN_NAME, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                                FILE_FLAG_OVERLAPPED, NULL);
    if (CreateIoCompletionPort(plain->server, plain->port, 0, 0) == NULL ||
        CreateIoCompletionPort(plain->client, plain->port, 0, 0) == NULL) {
        plain_destroy(plain);
        return NULL;
    }
    return plain;
}

static bool plain_pass(struct plain *plain, HANDLE from, HANDLE to)
{
    OVERLAPPED read = {0}, write = {0};
    char byte;
    ULONG got = 0;

    if ((!ReadFile(to, &byte, 1, NULL, &read) && GetLastError() != ERROR_IO_PENDING) ||
        !WriteFile(from, "x", 1, NULL, &write)) {
        return false;
    }
    while (got < 2) {
        ULONG count;
        if (!GetQueuedCompletionStatusEx(plain->port, plain->entry, PLAIN_PACKETS, &count, INFINITE,
                                         FALSE)) {
            return false;
        }
        got += count;
    }
    return true;
}

static bool plain_pingpong(void *context, uint32_t trips)
{
    struct plain *plain = context;

    for (uint32_t i = 0; i < trips; i++) {
        if (!plain_pass(plain, plain->client, plain->server) ||
            !plain_pass(plain, plain->server, plain->client)) {
            return false;
        }
    }
    return true;
}

/* What moves bytes with the fewest calls: no packets, each write answered at once, as its quota has
 * room for it, and taken by one read. */
static void *quiet_create(void)
{
    const UCHAR modes = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE;
    struct plain *plain = plain_create();

    if (plain != NULL && (!SetFileCompletionNotificationModes(plain->server, modes) ||
                          !SetFileCompletionNotificationModes(plain->client, modes))) {
        plain_destroy(plain);
        return NULL;
    }
    return plain;
}

static bool plain_transfer(void *context, uint32_t trips)
{
    struct plain *plain = context;

    for (uint32_t i = 0; i < trips; i++) {
        OVERLAPPED write = {0}, read = {0};
        if (!WriteFile(plain->client, plain->bytes, THROUGHPUT, NULL, &write) ||
            !ReadFile(plain->server, plain->bytes, THROUGHPUT, NULL, &read) ||
            read.InternalHigh != THROUGHPUT) {
            return false;
        }
    }
    return true;
}

/* ---- benches ---- */

const struct cli_real_trip cli_real_trips_pipe[5] = {
    {"wine-pipe-pingpong", ends_create, pingpong, ends_destroy},
    {"wine-pipe-pingpong-plain", plain_create, plain_pingpong, plain_destroy},
    {"wine-pipe-throughput", ends_create, transfer, ends_destroy},
    {"wine-pipe-throughput-plain", quiet_create, plain_transfer, plain_destroy},
};

static void end(struct ends *ends, struct plain *plain)
{
    if (ends != NULL) {
        ends_destroy(ends);
    }
    if (plain != NULL) {
        plain_destroy(plain);
    }
}

bool cli_real_bench_pingpong(const struct cli_bench_options *options,
                             struct cli_bench_result *result)
{
    struct ends *ends = ends_create();
    struct plain *plain = plain_create();
    const struct cli_real_pair pair = {pingpong, ends, plain_pingpong, plain};
    bool good = ends != NULL && plain != NULL && cli_real_ratio(options, &pair, result);

    end(ends, plain);
    return good;
}

bool cli_real_bench_throughput(const struct cli_bench_options *options,
                               struct cli_bench_result *result)
{
    struct ends *ends = ends_create();
    struct plain *plain = quiet_create();
    const struct cli_real_pair pair = {transfer, ends, plain_transfer, plain};
    bool good =
        ends != NULL && plain != NULL && cli_real_throughput(options, &pair, THROUGHPUT, result);

    end(ends, plain);
    return good;
}
