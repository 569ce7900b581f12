/* win32_net: see win32_net.h. */
#include "conformance/suites/win32_net.h"

#include <string.h>

#define IOCTL_AFD_POLL  0x12024u
#define INFO_SIZE       32u
#define EMPTY_INFO_SIZE 16u
#define EVENTS_MAX      9u

NTSTATUS NTAPI NtCancelIoFileEx(HANDLE file, PIO_STATUS_BLOCK request, PIO_STATUS_BLOCK block);

/* ---- the world of a fact ---- */

HANDLE open_afd(const WCHAR *name)
{
    UNICODE_STRING string;
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK block;
    HANDLE afd = NULL;
    RtlInitUnicodeString(&string, name);
    InitializeObjectAttributes(&attributes, &string, 0, NULL, NULL);
    NTSTATUS status =
        NtCreateFile(&afd, SYNCHRONIZE, &attributes, &block, NULL, 0,
                     FILE_SHARE_READ | FILE_SHARE_WRITE, 1 /* FILE_OPEN */, 0, NULL, 0);
    EXPECT_EQUAL((DWORD)status, STATUS_SUCCESS);
    return afd;
}

struct net net_open(void)
{
    WSADATA data;
    EXPECT_EQUAL(WSAStartup(MAKEWORD(2, 2), &data), 0);
    struct net net = {
        .port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0),
        .afd = open_afd(L"\\Device\\Afd\\Iocplab"),
    };
    EXPECT(net.port != NULL);
    EXPECT(CreateIoCompletionPort(net.afd, net.port, AFD_KEY, 0) == net.port);
    return net;
}

void net_close(struct net *net)
{
    EXPECT(CloseHandle(net->afd));
    EXPECT(CloseHandle(net->port));
    EXPECT_EQUAL(WSACleanup(), 0);
}

/* ---- polls ---- */

NTSTATUS poll_through(HANDLE file, HANDLE event, void *context, struct poll *poll, SOCKET s,
                      ULONG events, int64_t timeout, ULONG exclusive)
{
    memset(poll, POISON_BYTE, sizeof *poll);
    poll->block.Status = STATUS_PENDING;
    poll->info.timeout.QuadPart = timeout;
    poll->info.count = 1;
    poll->info.exclusive = exclusive;
    poll->info.socket[0].handle = (HANDLE)s;
    poll->info.socket[0].events = events;
    return NtDeviceIoControlFile(file, event, NULL, context, &poll->block, IOCTL_AFD_POLL,
                                 &poll->info, sizeof poll->info, &poll->info, sizeof poll->info);
}

NTSTATUS start_poll(struct net *net, struct poll *poll, SOCKET s, ULONG events, int64_t timeout)
{
    return poll_through(net->afd, NULL, poll, poll, s, events, timeout, 0);
}

NTSTATUS cancel_poll(HANDLE file, struct poll *poll)
{
    IO_STATUS_BLOCK block;
    memset(&block, POISON_BYTE, sizeof block);
    NTSTATUS status = NtCancelIoFileEx(file, poll != NULL ? &poll->block : NULL, &block);
    EXPECT(status != STATUS_SUCCESS || block.Status == STATUS_SUCCESS);
    return status;
}

static struct poll *take(struct net *net, DWORD milliseconds)
{
    OVERLAPPED_ENTRY entry;
    ULONG count = POISON;
    if (!GetQueuedCompletionStatusEx(net->port, &entry, 1, &count, milliseconds, FALSE)) {
        return NULL;
    }
    struct poll *poll = (struct poll *)(void *)entry.lpOverlapped;
    EXPECT_EQUAL(entry.lpCompletionKey, AFD_KEY);
    EXPECT_EQUAL((DWORD)entry.Internal, (DWORD)poll->block.Status);
    EXPECT_EQUAL(entry.dwNumberOfBytesTransferred, poll->block.Information);
    return poll;
}

struct poll *take_poll(struct net *net)
{
    struct poll *poll = take(net, INFINITE);
    EXPECT(poll != NULL);
    return poll;
}

struct poll *try_poll(struct net *net)
{
    return take(net, 0);
}

static void expect_number(const char *file, unsigned line, const char *what, uint64_t actual,
                          uint64_t expected)
{
    fact_expect_equal(file, line, what, actual, expected);
}

/* What was asked is read while the kernel owns it: legal here, where nothing has been answered. */
#if defined(__has_attribute)
#if __has_attribute(no_sanitize)
__attribute__((no_sanitize("address")))
#endif
#endif
static void
read_in_flight(const struct poll *poll, HANDLE *polled, int64_t *timeout)
{
    *polled = poll->info.socket[0].handle;
    *timeout = poll->info.timeout.QuadPart;
}

void expect_polled(const char *file, unsigned line, struct net *net, const struct poll *poll,
                   ULONG events)
{
    HANDLE polled;
    int64_t timeout;
    read_in_flight(poll, &polled, &timeout);
    EXPECT(take_poll(net) == poll);
    expect_number(file, line, "status", (DWORD)poll->block.Status, STATUS_SUCCESS);
    expect_number(file, line, "information", poll->block.Information, INFO_SIZE);
    expect_number(file, line, "count", poll->info.count, 1);
    expect_number(file, line, "events", poll->info.socket[0].events, events);
    expect_number(file, line, "handle", (uintptr_t)poll->info.socket[0].handle, (uintptr_t)polled);
    expect_number(file, line, "timeout", (uint64_t)poll->info.timeout.QuadPart, (uint64_t)timeout);
    if (!(events & CONNECT_FAIL)) {
        expect_number(file, line, "status of the socket", (DWORD)poll->info.socket[0].status, 0);
    }
}

void expect_poll_status(const char *file, unsigned line, struct net *net, const struct poll *poll,
                        DWORD status, ULONG_PTR information)
{
    EXPECT(take_poll(net) == poll);
    expect_number(file, line, "status", (DWORD)poll->block.Status, status);
    expect_number(file, line, "information", poll->block.Information, information);
    if (information == EMPTY_INFO_SIZE) {
        expect_number(file, line, "count", poll->info.count, 0);
    }
}

void expect_no_event(const char *file, unsigned line, struct net *net)
{
    if (try_poll(net) != NULL) {
        fact_failed(file, line, "no packet");
    }
}

ULONG level(struct net *net, SOCKET s)
{
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(net, &poll, s, ANYTHING, 0) & 0xc0000000u, 0);
    EXPECT(take_poll(net) == &poll);
    return poll.info.count != 0 ? poll.info.socket[0].events : 0;
}

void await(struct net *net, SOCKET s, ULONG events)
{
    for (unsigned bit = 0; bit < EVENTS_MAX; bit++) {
        if (events & 1u << bit) {
            struct poll poll;
            EXPECT_EQUAL((DWORD)start_poll(net, &poll, s, 1u << bit, FOREVER) & 0xc0000000u, 0);
            EXPECT(take_poll(net) == &poll);
            EXPECT_EQUAL(poll.info.socket[0].events, 1u << bit);
        }
    }
}

void expect_level(const char *file, unsigned line, struct net *net, SOCKET s, ULONG events)
{
    await(net, s, events);
    expect_number(file, line, "level", level(net, s), events);
}

/* ---- sockets ---- */

DWORD error_of(int result)
{
    return result != SOCKET_ERROR ? 0 : (DWORD)WSAGetLastError();
}

DWORD error_of_socket(SOCKET s)
{
    return s != INVALID_SOCKET ? 0 : (DWORD)WSAGetLastError();
}

void set_blocking(SOCKET s, bool blocking)
{
    u_long argument = !blocking;
    EXPECT_EQUAL(error_of(ioctlsocket(s, FIONBIO, &argument)), 0);
}

SOCKET new_socket(int family, int type)
{
    SOCKET s = socket(family, type, 0);
    EXPECT_EQUAL(error_of_socket(s), 0);
    return s;
}

SOCKET new_tcp(void)
{
    SOCKET s = new_socket(AF_INET, SOCK_STREAM);
    set_blocking(s, false);
    return s;
}

SOCKET new_udp(void)
{
    SOCKET s = new_socket(AF_INET, SOCK_DGRAM);
    set_blocking(s, false);
    return s;
}

struct sockaddr_in loopback(u_short port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static void bind_somewhere(SOCKET s, struct sockaddr_in *address)
{
    int length = sizeof *address;
    *address = loopback(0);
    EXPECT_EQUAL(error_of(bind(s, (struct sockaddr *)address, sizeof *address)), 0);
    EXPECT_EQUAL(error_of(getsockname(s, (struct sockaddr *)address, &length)), 0);
    EXPECT_EQUAL(length, sizeof *address);
    EXPECT(address->sin_port != 0);
}

SOCKET new_bound_udp(struct sockaddr_in *address)
{
    SOCKET s = new_udp();
    bind_somewhere(s, address);
    return s;
}

SOCKET new_listener(struct sockaddr_in *address)
{
    SOCKET s = new_tcp();
    bind_somewhere(s, address);
    EXPECT_EQUAL(error_of(listen(s, 16)), 0);
    return s;
}

struct sockaddr_in address_of_nobody(void)
{
    struct sockaddr_in address;
    SOCKET s = new_tcp();
    bind_somewhere(s, &address);
    close_socket(&s);
    return address;
}

DWORD connect_to(SOCKET s, const struct sockaddr_in *address)
{
    WSASetLastError((int)POISON);
    return error_of(connect(s, (const struct sockaddr *)address, sizeof *address));
}

DWORD send_text(SOCKET s, const char *text)
{
    WSASetLastError((int)POISON);
    int length = (int)strlen(text);
    int sent = send(s, text, length, 0);
    DWORD error = error_of(sent);
    if (error == 0) {
        EXPECT_EQUAL(sent, length);
    }
    return error;
}

DWORD receive(SOCKET s, int room, struct text *text)
{
    memset(text, POISON_BYTE, sizeof *text);
    WSASetLastError((int)POISON);
    text->length = recv(s, text->bytes, room, 0);
    return error_of(text->length);
}

bool text_is(const struct text *text, const char *expected)
{
    size_t length = strlen(expected);
    return text->length == (int)length && memcmp(text->bytes, expected, length) == 0 &&
           (length == TEXT_MAX || (unsigned char)text->bytes[length] == POISON_BYTE);
}

void receive_all(struct net *net, SOCKET s, const char *expected)
{
    size_t length = strlen(expected), have = 0;
    while (have < length) {
        struct text text;
        int room = length - have < TEXT_MAX ? (int)(length - have) : TEXT_MAX;
        DWORD error = receive(s, room, &text);
        if (error == WSAEWOULDBLOCK) {
            await(net, s, RECEIVE);
            continue;
        }
        EXPECT_EQUAL(error, 0);
        EXPECT(text.length > 0);
        EXPECT(memcmp(text.bytes, expected + have, (size_t)text.length) == 0);
        have += (size_t)text.length;
    }
}

int option_of(SOCKET s, int level_, int name)
{
    int value = 0, length = sizeof value;
    EXPECT_EQUAL(error_of(getsockopt(s, level_, name, (char *)&value, &length)), 0);
    return value;
}

DWORD set_option(SOCKET s, int level_, int name, int value)
{
    return error_of(setsockopt(s, level_, name, (const char *)&value, sizeof value));
}

DWORD socket_error(SOCKET s)
{
    return (DWORD)option_of(s, SOL_SOCKET, SO_ERROR);
}

void close_socket(SOCKET *s)
{
    if (*s != INVALID_SOCKET) {
        SOCKET closed = *s;
        *s = INVALID_SOCKET;
        EXPECT_EQUAL(error_of(closesocket(closed)), 0);
    }
}

void close_hard(SOCKET *s)
{
    struct linger linger = {1, 0};
    EXPECT_EQUAL(
        error_of(setsockopt(*s, SOL_SOCKET, SO_LINGER, (const char *)&linger, sizeof linger)), 0);
    close_socket(s);
}

struct pair net_pair_open(struct net *net)
{
    struct sockaddr_in address;
    SOCKET listener = new_listener(&address);
    struct pair pair = {.client = new_tcp()};
    DWORD error = connect_to(pair.client, &address);
    EXPECT(error == WSAEWOULDBLOCK || error == 0);
    await(net, listener, ACCEPTABLE);
    pair.server = accept(listener, NULL, NULL);
    EXPECT_EQUAL(error_of_socket(pair.server), 0);
    await(net, pair.client, SENDABLE);
    close_socket(&listener);
    return pair;
}

void net_pair_close(struct pair *pair)
{
    close_socket(&pair->client);
    close_socket(&pair->server);
}
