/* soundness_socket_program: see soundness_socket_program.h. */
#include "fuzz/suites/soundness_socket_program.h"

#include "fakes/world.h"
#include "fuzz/explore/strategy.h"

#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <winternl.h>

#include <stdio.h>
#include <string.h>

#define READABLE       (0x1 | 0x2 | 0x8 | 0x10) /* AFD_POLL_RECEIVE, its likes, ABORT */
#define WRITABLE       (0x4 | 0x10)             /* AFD_POLL_SEND, ABORT */
#define ACCEPTABLE     0x80                     /* AFD_POLL_ACCEPT */
#define IOCTL_AFD_POLL 0x12024
#define NEVER          INT64_MAX
#define SOON           (-10000) /* 100 ns units: a millisecond from now */
#define LISTENER_PORT  77u
#define NOBODYS_PORT   78u
#define DATAGRAM_PORT  80u

/* What an operation needs to be there. */
enum need { NEEDS_STREAM = 1, NEEDS_LISTENER = 2, NEEDS_DATAGRAMS = 4, NEEDS_PORT = 8 };

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
    const struct soundness_socket_program *program;
    struct sockaddr_in address, nobody, datagram_address[2];
    SOCKET listener;
    SOCKET visitor; /* its connection waits to be accepted */
    SOCKET end[2];  /* of the connection */
    SOCKET datagram[2];
    HANDLE port, device;
    struct poll poll[SOUNDNESS_THREADS_MAX][SOUNDNESS_OPERATIONS_MAX];
    struct poll *latest[SOUNDNESS_THREADS_MAX]; /* of a thread */
    uint64_t seen[SOUNDNESS_THREADS_MAX];       /* hash of what a thread's operations returned */
    uint64_t left;                              /* hash of what was there in the end */
} run;

/* The operation that runs: whose, and the how manyth. */
struct turn {
    uint32_t thread, index, which;
};

/* ---- results ---- */

static uint64_t result(int value)
{
    return value >= 0 ? (uint64_t)value : 1000u + (uint64_t)WSAGetLastError();
}

static SOCKET nonblocking(SOCKET s)
{
    u_long one = 1;
    (void)ioctlsocket(s, FIONBIO, &one);
    return s;
}

static uint64_t receive_from(SOCKET s, int flags)
{
    char data[4];
    int count = recv(s, data, 3, flags);
    uint64_t hash = result(count);
    for (int i = 0; i < count; i++) {
        hash = hash * 31 + (uint8_t)data[i];
    }
    return hash;
}

static uint64_t set(SOCKET s, int level, int option, int value)
{
    return result(setsockopt(s, level, option, (const char *)&value, sizeof value));
}

static uint64_t close_hard(SOCKET s)
{
    struct linger linger = {1, 0};
    (void)setsockopt(s, SOL_SOCKET, SO_LINGER, (char *)&linger, sizeof linger);
    return result(closesocket(s));
}

static const struct sockaddr *name_of(const struct sockaddr_in *address)
{
    return (const struct sockaddr *)address;
}

/* ---- streams ---- */

static uint64_t do_send(const struct turn *turn)
{
    char data[2] = {(char)turn->thread, (char)turn->index};
    return result(send(run.end[turn->which], data, sizeof data, 0));
}

static uint64_t do_send_urgent(const struct turn *turn)
{
    char data = (char)turn->thread;
    return result(send(run.end[turn->which], &data, 1, MSG_OOB));
}

static uint64_t do_receive(const struct turn *turn)
{
    return receive_from(run.end[turn->which], 0);
}

static uint64_t do_receive_urgent(const struct turn *turn)
{
    return receive_from(run.end[turn->which], MSG_OOB);
}

static uint64_t do_peek(const struct turn *turn)
{
    return receive_from(run.end[turn->which], MSG_PEEK);
}

static uint64_t do_shut_send(const struct turn *turn)
{
    return result(shutdown(run.end[turn->which], SD_SEND));
}

static uint64_t do_shut_receive(const struct turn *turn)
{
    return result(shutdown(run.end[turn->which], SD_RECEIVE));
}

static uint64_t do_close(const struct turn *turn)
{
    return result(closesocket(run.end[turn->which]));
}

static uint64_t do_close_hard(const struct turn *turn)
{
    return close_hard(run.end[turn->which]);
}

static uint64_t do_take_urgent_inline(const struct turn *turn)
{
    return set(run.end[turn->which], SOL_SOCKET, SO_OOBINLINE, 1);
}

static uint64_t do_shrink_receive(const struct turn *turn)
{
    return set(run.end[turn->which], SOL_SOCKET, SO_RCVBUF, 1);
}

static uint64_t do_shrink_send(const struct turn *turn)
{
    return set(run.end[turn->which], SOL_SOCKET, SO_SNDBUF, 1);
}

static uint64_t do_get_error(const struct turn *turn)
{
    int error = 0, size = sizeof error;
    (void)getsockopt(run.end[turn->which], SOL_SOCKET, SO_ERROR, (char *)&error, &size);
    return (uint64_t)error;
}

static uint64_t do_get_peer(const struct turn *turn)
{
    struct sockaddr_in peer;
    int size = sizeof peer;
    return result(getpeername(run.end[turn->which], (struct sockaddr *)&peer, &size));
}

/* ---- polls ---- */

static uint64_t submit(const struct turn *turn, SOCKET s, uint32_t events, int64_t timeout,
                       bool exclusive)
{
    struct poll *poll = &run.poll[turn->thread][turn->index];
    poll->info.timeout = timeout;
    poll->info.count = 1;
    poll->info.exclusive = exclusive;
    poll->info.handle = s;
    poll->info.events = events;
    poll->block.Status = STATUS_PENDING;
    run.latest[turn->thread] = poll;
    return (uint32_t)NtDeviceIoControlFile(run.device, NULL, NULL, poll, &poll->block,
                                           IOCTL_AFD_POLL, &poll->info, sizeof poll->info,
                                           &poll->info, sizeof poll->info);
}

static uint64_t do_poll_read(const struct turn *turn)
{
    return submit(turn, run.end[turn->which], READABLE, NEVER, false);
}

static uint64_t do_poll_write(const struct turn *turn)
{
    return submit(turn, run.end[turn->which], WRITABLE, NEVER, false);
}

static uint64_t do_poll_alone(const struct turn *turn)
{
    return submit(turn, run.end[turn->which], READABLE, NEVER, true);
}

static uint64_t do_poll_a_while(const struct turn *turn)
{
    return submit(turn, run.end[turn->which], READABLE, SOON, false);
}

static uint64_t do_poll_listener(const struct turn *turn)
{
    return submit(turn, run.listener, ACCEPTABLE, NEVER, false);
}

static uint64_t do_poll_datagram(const struct turn *turn)
{
    return submit(turn, run.datagram[turn->which], READABLE, NEVER, false);
}

static uint64_t do_cancel(const struct turn *turn)
{
    IO_STATUS_BLOCK block;
    struct poll *poll = run.latest[turn->thread];
    return poll == NULL ? 0 : (uint32_t)NtCancelIoFileEx(run.device, &poll->block, &block);
}

static uint64_t do_cancel_all(const struct turn *turn)
{
    (void)turn;
    return CancelIoEx(run.device, NULL) ? 1 : GetLastError();
}

static uint64_t packet(const OVERLAPPED_ENTRY *entry)
{
    const struct poll *poll = (const struct poll *)entry->lpOverlapped;
    uint64_t hash = (uint64_t)(poll - &run.poll[0][0]);
    hash = hash * 31 + poll->info.events + (uint32_t)poll->block.Status;
    return hash * 31 + poll->info.count;
}

/* Takes the packets that are there. */
static uint64_t do_look(const struct turn *turn)
{
    (void)turn;
    OVERLAPPED_ENTRY entry[8];
    ULONG count = 0;
    if (!GetQueuedCompletionStatusEx(run.port, entry, 8, &count, 0, FALSE)) {
        return GetLastError();
    }
    uint64_t hash = count;
    for (ULONG i = 0; i < count; i++) {
        hash = hash * 31 + packet(&entry[i]);
    }
    return hash;
}

/* ---- connecting ---- */

static uint64_t do_connect(const struct turn *turn)
{
    (void)turn;
    SOCKET s = nonblocking(socket(AF_INET, SOCK_STREAM, 0));
    return result(connect(s, name_of(&run.address), sizeof run.address));
}

static uint64_t do_connect_to_nobody(const struct turn *turn)
{
    (void)turn;
    SOCKET s = nonblocking(socket(AF_INET, SOCK_STREAM, 0));
    return result(connect(s, name_of(&run.nobody), sizeof run.nobody));
}

/* Becomes who nobody was. */
static uint64_t do_listen(const struct turn *turn)
{
    (void)turn;
    SOCKET s = nonblocking(socket(AF_INET, SOCK_STREAM, 0));
    uint64_t bound = result(bind(s, name_of(&run.nobody), sizeof run.nobody));
    return bound * 31 + result(listen(s, 1));
}

static uint64_t do_accept(const struct turn *turn)
{
    (void)turn;
    SOCKET s = accept(run.listener, NULL, NULL);
    return s == INVALID_SOCKET ? (uint64_t)WSAGetLastError() : receive_from(s, 0);
}

static uint64_t do_close_listener(const struct turn *turn)
{
    (void)turn;
    return result(closesocket(run.listener));
}

static uint64_t do_visitor_sends(const struct turn *turn)
{
    char data = (char)turn->thread;
    return result(send(run.visitor, &data, 1, 0));
}

static uint64_t do_visitor_receives(const struct turn *turn)
{
    (void)turn;
    return receive_from(run.visitor, 0);
}

static uint64_t do_visitor_goes(const struct turn *turn)
{
    return turn->which ? close_hard(run.visitor) : result(closesocket(run.visitor));
}

/* ---- datagrams ---- */

static uint64_t do_send_datagram(const struct turn *turn)
{
    char data[2] = {(char)turn->thread, (char)turn->index};
    return result(sendto(run.datagram[turn->which], data, sizeof data, 0,
                         name_of(&run.datagram_address[1 - turn->which]), sizeof run.address));
}

static uint64_t do_send_to_nobody(const struct turn *turn)
{
    char data = (char)turn->thread;
    return result(
        sendto(run.datagram[turn->which], &data, 1, 0, name_of(&run.nobody), sizeof run.nobody));
}

static uint64_t do_receive_datagram(const struct turn *turn)
{
    return receive_from(run.datagram[turn->which], 0);
}

static uint64_t do_close_datagram(const struct turn *turn)
{
    return result(closesocket(run.datagram[turn->which]));
}

/* From now on it hears only the other one; or only somebody who is not there. */
static uint64_t do_connect_datagram(const struct turn *turn)
{
    const struct sockaddr_in *peer =
        turn->index == 0 ? &run.nobody : &run.datagram_address[1 - turn->which];
    return result(connect(run.datagram[turn->which], name_of(peer), sizeof *peer));
}

static uint64_t do_hear_no_reports(const struct turn *turn)
{
    BOOL reports = FALSE;
    DWORD size;
    return result(WSAIoctl(run.datagram[turn->which], SIO_UDP_CONNRESET, &reports, sizeof reports,
                           NULL, 0, &size, NULL, NULL));
}

static uint64_t do_shrink_datagrams(const struct turn *turn)
{
    return set(run.datagram[turn->which], SOL_SOCKET, SO_RCVBUF, 1);
}

/* ---- all of them ---- */

static const struct {
    const char *name;
    uint32_t needs;
    uint64_t (*run)(const struct turn *turn);
} operations[] = {
    {"send", NEEDS_STREAM, do_send},
    {"send urgent", NEEDS_STREAM, do_send_urgent},
    {"receive", NEEDS_STREAM, do_receive},
    {"receive urgent", NEEDS_STREAM, do_receive_urgent},
    {"peek", NEEDS_STREAM, do_peek},
    {"shut send", NEEDS_STREAM, do_shut_send},
    {"shut receive", NEEDS_STREAM, do_shut_receive},
    {"close", NEEDS_STREAM, do_close},
    {"close hard", NEEDS_STREAM, do_close_hard},
    {"urgent inline", NEEDS_STREAM, do_take_urgent_inline},
    {"shrink receive", NEEDS_STREAM, do_shrink_receive},
    {"shrink send", NEEDS_STREAM, do_shrink_send},
    {"get error", NEEDS_STREAM, do_get_error},
    {"get peer", NEEDS_STREAM, do_get_peer},
    {"poll read", NEEDS_STREAM | NEEDS_PORT, do_poll_read},
    {"poll write", NEEDS_STREAM | NEEDS_PORT, do_poll_write},
    {"poll alone", NEEDS_STREAM | NEEDS_PORT, do_poll_alone},
    {"poll a while", NEEDS_STREAM | NEEDS_PORT, do_poll_a_while},
    {"poll listener", NEEDS_LISTENER | NEEDS_PORT, do_poll_listener},
    {"poll datagram", NEEDS_DATAGRAMS | NEEDS_PORT, do_poll_datagram},
    {"cancel", NEEDS_PORT, do_cancel},
    {"cancel all", NEEDS_PORT, do_cancel_all},
    {"look", NEEDS_PORT, do_look},
    {"connect", NEEDS_LISTENER, do_connect},
    {"connect to nobody", NEEDS_LISTENER, do_connect_to_nobody},
    {"listen", NEEDS_LISTENER, do_listen},
    {"accept", NEEDS_LISTENER, do_accept},
    {"close listener", NEEDS_LISTENER, do_close_listener},
    {"visitor sends", NEEDS_LISTENER, do_visitor_sends},
    {"visitor receives", NEEDS_LISTENER, do_visitor_receives},
    {"visitor goes", NEEDS_LISTENER, do_visitor_goes},
    {"send datagram", NEEDS_DATAGRAMS, do_send_datagram},
    {"send to nobody", NEEDS_DATAGRAMS, do_send_to_nobody},
    {"receive datagram", NEEDS_DATAGRAMS, do_receive_datagram},
    {"close datagram", NEEDS_DATAGRAMS, do_close_datagram},
    {"connect datagram", NEEDS_DATAGRAMS, do_connect_datagram},
    {"no reports", NEEDS_DATAGRAMS, do_hear_no_reports},
    {"shrink datagrams", NEEDS_DATAGRAMS, do_shrink_datagrams},
};

uint32_t soundness_operation_count(void)
{
    return sizeof operations / sizeof operations[0];
}

void soundness_program_print(const struct soundness_socket_program *program)
{
    for (uint32_t t = 0; t < program->threads; t++) {
        printf("thread %u:", t);
        for (uint32_t i = 0; i < program->count[t]; i++) {
            const struct soundness_operation *operation = &program->operation[t][i];
            printf(" [%s %u]", operations[operation->code].name, operation->which);
        }
        putchar('\n');
    }
}

static uint32_t needs_of(const struct soundness_socket_program *program)
{
    uint32_t needs = 0;
    for (uint32_t t = 0; t < program->threads; t++) {
        for (uint32_t i = 0; i < program->count[t]; i++) {
            needs |= operations[program->operation[t][i].code].needs;
        }
    }
    return needs;
}

bool soundness_program_polls(const struct soundness_socket_program *program)
{
    return needs_of(program) & NEEDS_PORT;
}

/* ---- an execution ---- */

static void thread_body(void *argument)
{
    uint32_t self = (uint32_t)(uintptr_t)argument;
    const struct soundness_socket_program *program = run.program;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < program->count[self]; i++) {
        const struct soundness_operation *operation = &program->operation[self][i];
        struct turn turn = {self, i, operation->which};
        seen = fuzz_seed_mix(seen ^ operations[operation->code].run(&turn), i);
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

static struct sockaddr_in loopback(uint32_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((u_short)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static SOCKET connected(void)
{
    SOCKET s = socket(AF_INET, SOCK_STREAM, 0);
    (void)connect(s, name_of(&run.address), sizeof run.address);
    sim_wait_quiescent(); /* how it comes about is not what the program is about */
    return nonblocking(s);
}

static void set_up(uint32_t needs)
{
    WSADATA data;
    (void)WSAStartup(MAKEWORD(2, 2), &data);
    run.address = loopback(LISTENER_PORT);
    run.nobody = loopback(NOBODYS_PORT);
    if (needs & (NEEDS_STREAM | NEEDS_LISTENER)) {
        run.listener = socket(AF_INET, SOCK_STREAM, 0);
        (void)bind(run.listener, name_of(&run.address), sizeof run.address);
        (void)listen(run.listener, 2);
    }
    if (needs & NEEDS_STREAM) {
        run.end[0] = connected();
        run.end[1] = nonblocking(accept(run.listener, NULL, NULL));
    }
    if (needs & NEEDS_LISTENER) {
        (void)nonblocking(run.listener);
        run.visitor = connected();
    }
    for (uint32_t i = 0; needs & NEEDS_DATAGRAMS && i < 2; i++) {
        run.datagram[i] = nonblocking(socket(AF_INET, SOCK_DGRAM, 0));
        run.datagram_address[i] = loopback(DATAGRAM_PORT + i);
        (void)bind(run.datagram[i], name_of(&run.datagram_address[i]), sizeof run.address);
    }
    if (needs & NEEDS_PORT) {
        open_device();
    }
}

/* What is left when nothing can happen any more. Packets of different polls may be there in any
 * order: that tells nothing. */
static void look_at_what_is_left(uint32_t needs)
{
    OVERLAPPED_ENTRY entry;
    ULONG count;
    uint64_t hash = 0;
    for (uint32_t i = 0; i < 2; i++) {
        hash = fuzz_seed_mix(hash ^ (needs & NEEDS_STREAM ? receive_from(run.end[i], 0) : 0), i);
        hash = fuzz_seed_mix(
            hash ^ (needs & NEEDS_DATAGRAMS ? receive_from(run.datagram[i], 0) : 0), i);
    }
    while (needs & NEEDS_PORT &&
           GetQueuedCompletionStatusEx(run.port, &entry, 1, &count, 0, FALSE)) {
        hash += fuzz_seed_mix(packet(&entry), 1);
    }
    run.left = hash;
}

void soundness_program_run(void *program)
{
    memset(&run, 0, sizeof run);
    run.program = program;
    uint32_t needs = needs_of(run.program);
    set_up(needs);
    for (uint32_t t = 0; t < run.program->threads; t++) {
        sim_spawn("t", thread_body, (void *)(uintptr_t)t);
    }
    sim_wait_quiescent();
    look_at_what_is_left(needs);
}

uint64_t soundness_program_seen(void)
{
    uint64_t hash = run.left;
    for (uint32_t t = 0; t < run.program->threads; t++) {
        hash = fuzz_seed_mix(hash ^ run.seen[t], t);
    }
    return hash;
}
