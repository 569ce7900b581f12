/* The reduction is sound for random small programs of two or three threads over a TCP connection, a
 * listener, two UDP sockets and the polls of a device handle (soundness.h). */
#include "fuzz/suites/soundness.h"

#include "fuzz/explore/strategy.h"

#include <winsock2.h>
#include <winternl.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define THREADS_MAX    3u
#define OPERATIONS_MAX 2u
#define READABLE       (0x1 | 0x8 | 0x10) /* AFD_POLL_RECEIVE, DISCONNECT, ABORT */
#define WRITABLE       (0x4 | 0x10)       /* AFD_POLL_SEND, ABORT */
#define IOCTL_AFD_POLL 0x12024

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#define PROGRAMS 40u /* builds with sanitizers: ten times slower */
#else
#define PROGRAMS 400u
#endif

/* ---- programs ---- */

enum operation_code {
    SEND,
    RECEIVE,
    SHUT,
    CLOSE,
    CLOSE_HARD,
    POLL_READ,
    POLL_WRITE,
    CANCEL,
    LOOK, /* take packets that are there */
    CONNECT,
    ACCEPT,
    CLOSE_LISTENER,
    SEND_DATAGRAM,
    RECEIVE_DATAGRAM,
    INCREMENT
};

struct operation {
    enum operation_code code;
    uint32_t argument; /* which of two */
};

struct program {
    uint32_t threads;
    uint32_t count[THREADS_MAX];
    struct operation operation[THREADS_MAX][OPERATIONS_MAX];
    bool has_ports, has_stream, has_listener, has_datagrams;
};

static const enum operation_code mixes[][6] = {
    {SEND, RECEIVE, SEND, RECEIVE, INCREMENT, SHUT},
    {SEND, RECEIVE, POLL_READ, CANCEL, LOOK, CLOSE},
    {CONNECT, ACCEPT, CONNECT, ACCEPT, CLOSE_LISTENER, INCREMENT},
    {SEND_DATAGRAM, RECEIVE_DATAGRAM, SEND_DATAGRAM, RECEIVE_DATAGRAM, INCREMENT, SEND},
    {SEND, CLOSE_HARD, RECEIVE, POLL_READ, LOOK, POLL_WRITE},
    {POLL_WRITE, SEND, SHUT, RECEIVE, CLOSE, INCREMENT},
    {POLL_READ, POLL_READ, SEND, LOOK, CANCEL, CLOSE},
    {CONNECT, CLOSE, ACCEPT, SEND, RECEIVE, SEND_DATAGRAM},
};
#define MIX_COUNT (sizeof mixes / sizeof mixes[0])

static void note_what_it_needs(struct program *program, enum operation_code code)
{
    switch (code) {
    case CONNECT:
    case ACCEPT:
    case CLOSE_LISTENER:
        program->has_listener = true;
        break;
    case SEND_DATAGRAM:
    case RECEIVE_DATAGRAM:
        program->has_datagrams = true;
        break;
    case POLL_READ:
    case POLL_WRITE:
    case CANCEL:
    case LOOK:
        program->has_ports = true;
        program->has_stream = true;
        break;
    case SEND:
    case RECEIVE:
    case SHUT:
    case CLOSE:
    case CLOSE_HARD:
        program->has_stream = true;
        break;
    case INCREMENT:
        break;
    }
}

static void generate(struct program *program, uint64_t seed)
{
    uint64_t state = seed;
    memset(program, 0, sizeof *program);
    program->threads = soundness_below(&state, 3) == 0 ? 3 : 2;
    uint32_t each = program->threads == 2 ? OPERATIONS_MAX : 1;
    for (uint32_t t = 0; t < program->threads; t++) {
        program->count[t] = 1 + soundness_below(&state, each);
        for (uint32_t i = 0; i < program->count[t]; i++) {
            enum operation_code code = mixes[seed % MIX_COUNT][soundness_below(&state, 6)];
            program->operation[t][i] = (struct operation){code, soundness_below(&state, 2)};
            note_what_it_needs(program, code);
        }
    }
}

/* ---- running one ---- */

/* What IOCTL_AFD_POLL takes and gives. */
struct poll {
    IO_STATUS_BLOCK block;
    struct {
        int64_t timeout;
        uint32_t count, exclusive;
        uint64_t handle;
        uint32_t events;
        NTSTATUS status;
    } info;
};

/* Set up anew by each execution. Polls may outlive the threads that submit them. */
static struct {
    const struct program *program;
    LONG word[2];
    struct sockaddr_in address, datagram_address[2];
    SOCKET listener;
    SOCKET end[2]; /* of the connection */
    SOCKET datagram[2];
    HANDLE port, device;
    struct poll poll[THREADS_MAX][OPERATIONS_MAX];
    struct poll *latest[THREADS_MAX]; /* of a thread */
    uint64_t seen[THREADS_MAX];       /* hash of what the thread's operations returned */
} run;

static uint64_t result(int value)
{
    return value >= 0 ? (uint64_t)value : 1000u + (uint64_t)WSAGetLastError();
}

static uint64_t receive(SOCKET s)
{
    char data[4];
    int count = recv(s, data, 3, 0);
    uint64_t hash = result(count);
    for (int i = 0; i < count; i++) {
        hash = hash * 31 + (uint8_t)data[i];
    }
    return hash;
}

static uint64_t close_hard(SOCKET s)
{
    struct linger linger = {1, 0};
    (void)setsockopt(s, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger);
    return result(closesocket(s));
}

static uint64_t submit(uint32_t self, uint32_t i, SOCKET s, uint32_t events)
{
    struct poll *poll = &run.poll[self][i];
    poll->info.timeout = INT64_MAX;
    poll->info.count = 1;
    poll->info.handle = s;
    poll->info.events = events;
    poll->block.Status = STATUS_PENDING;
    run.latest[self] = poll;
    return (uint32_t)NtDeviceIoControlFile(run.device, NULL, NULL, poll, &poll->block,
                                           IOCTL_AFD_POLL, &poll->info, sizeof poll->info,
                                           &poll->info, sizeof poll->info);
}

static uint64_t look(void)
{
    OVERLAPPED_ENTRY entry[8];
    ULONG count = 0;
    if (!GetQueuedCompletionStatusEx(run.port, entry, 8, &count, 0, FALSE)) {
        return GetLastError();
    }
    uint64_t hash = count;
    for (ULONG i = 0; i < count; i++) {
        const struct poll *poll = (const struct poll *)entry[i].lpOverlapped;
        hash = hash * 31 + (uint64_t)(poll - &run.poll[0][0]);
        hash = hash * 31 + poll->info.events + (uint32_t)poll->block.Status;
    }
    return hash;
}

static SOCKET nonblocking(SOCKET s)
{
    u_long one = 1;
    (void)ioctlsocket(s, FIONBIO, &one);
    return s;
}

static uint64_t operate(uint32_t self, uint32_t i, const struct operation *operation)
{
    uint32_t which = operation->argument;
    char data[2] = {(char)self, (char)i};
    IO_STATUS_BLOCK block;
    SOCKET s;
    switch (operation->code) {
    case SEND:
        return result(send(run.end[which], data, sizeof data, 0));
    case RECEIVE:
        return receive(run.end[which]);
    case SHUT:
        return result(shutdown(run.end[which], SD_SEND));
    case CLOSE:
        return result(closesocket(run.end[which]));
    case CLOSE_HARD:
        return close_hard(run.end[which]);
    case POLL_READ:
        return submit(self, i, run.end[which], READABLE);
    case POLL_WRITE:
        return submit(self, i, run.end[which], WRITABLE);
    case CANCEL:
        return run.latest[self] == NULL
                   ? 0
                   : (uint32_t)NtCancelIoFileEx(run.device, &run.latest[self]->block, &block);
    case LOOK:
        return look();
    case CONNECT:
        s = nonblocking(socket(AF_INET, SOCK_STREAM, 0));
        return result(connect(s, (struct sockaddr *)&run.address, sizeof run.address));
    case ACCEPT:
        s = accept(run.listener, NULL, NULL);
        return s == INVALID_SOCKET ? (uint64_t)WSAGetLastError() : 1;
    case CLOSE_LISTENER:
        return result(closesocket(run.listener));
    case SEND_DATAGRAM:
        return result(sendto(run.datagram[which], data, sizeof data, 0,
                             (struct sockaddr *)&run.datagram_address[1 - which],
                             sizeof run.address));
    case RECEIVE_DATAGRAM:
        return receive(run.datagram[which]);
    case INCREMENT:
        return (uint64_t)InterlockedIncrement(&run.word[which]);
    }
    return 0;
}

static void thread_body(void *argument)
{
    uint32_t self = (uint32_t)(uintptr_t)argument;
    const struct program *program = run.program;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < program->count[self]; i++) {
        seen = fuzz_seed_mix(seen ^ operate(self, i, &program->operation[self][i]), i);
    }
    run.seen[self] = seen;
}

static void open_device(void)
{
    UNICODE_STRING name;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK block;
    RtlInitUnicodeString(&name, L"\\Device\\Afd\\Soundness");
    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    run.port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    (void)NtCreateFile(&run.device, SYNCHRONIZE, &attributes, &block, NULL, 0,
                       FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, NULL, 0);
    (void)CreateIoCompletionPort(run.device, run.port, 1, 0);
}

static void set_up(void)
{
    const struct program *program = run.program;
    WSADATA data;
    (void)WSAStartup(MAKEWORD(2, 2), &data);
    run.address.sin_family = AF_INET;
    run.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    run.address.sin_port = htons(77);
    if (program->has_stream || program->has_listener) {
        run.listener = socket(AF_INET, SOCK_STREAM, 0);
        (void)bind(run.listener, (struct sockaddr *)&run.address, sizeof run.address);
        (void)listen(run.listener, 5);
    }
    if (program->has_stream) {
        run.end[0] = socket(AF_INET, SOCK_STREAM, 0);
        (void)connect(run.end[0], (struct sockaddr *)&run.address, sizeof run.address);
        run.end[1] = nonblocking(accept(run.listener, NULL, NULL));
        (void)nonblocking(run.end[0]);
    }
    if (run.listener != 0) {
        (void)nonblocking(run.listener);
    }
    for (uint32_t i = 0; program->has_datagrams && i < 2; i++) {
        run.datagram[i] = nonblocking(socket(AF_INET, SOCK_DGRAM, 0));
        run.datagram_address[i] = run.address;
        run.datagram_address[i].sin_port = htons((u_short)(80 + i));
        (void)bind(run.datagram[i], (struct sockaddr *)&run.datagram_address[i],
                   sizeof run.address);
    }
    if (program->has_ports) {
        open_device();
    }
}

static void program_body(void *argument)
{
    memset(&run, 0, sizeof run);
    run.program = argument;
    set_up();
    for (uint32_t t = 0; t < run.program->threads; t++) {
        sim_spawn("t", thread_body, (void *)(uintptr_t)t);
    }
}

static uint64_t seen(void)
{
    uint64_t hash = 0;
    for (uint32_t t = 0; t < run.program->threads; t++) {
        hash = fuzz_seed_mix(hash ^ run.seen[t], t);
    }
    return hash;
}

/* ---- cases ---- */

static void make(uint64_t seed, struct soundness_program *made)
{
    static struct program program;
    generate(&program, seed);
    made->settings.leaks_allowed = true;
    made->settings.bad_handles = true;
    made->settings.cancel_races = seed / MIX_COUNT % 2;
    made->settings.late_polls = seed / MIX_COUNT % 4 == 0;
    made->has_ports = program.has_ports;
    made->body = program_body;
    made->argument = &program;
    made->seen = seen;
}

static void dpor_reaches_what_depth_first_search_reaches(void **state)
{
    (void)state;
    static const struct soundness soundness = {
        .programs = PROGRAMS, .schedules_max = 8000, .fewest = PROGRAMS / 5, .make = make};
    soundness_check(&soundness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dpor_reaches_what_depth_first_search_reaches),
    };
    return cmocka_run_group_tests_name("soundness_socket", tests, NULL, NULL);
}
