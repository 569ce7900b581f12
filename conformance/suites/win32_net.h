/* win32_net: what the suites of socket facts share: sockets, connections over the loopback, and
 * polls of the AFD driver whose every output is poisoned before the call.
 *
 * No fact sleeps. What must come, an event or a byte, is waited for by a poll or by a call that
 * blocks. */
#ifndef CONFORMANCE_SUITES_WIN32_NET_H
#define CONFORMANCE_SUITES_WIN32_NET_H

#include "conformance/suites/fact.h"
#include "conformance/suites/win32_thread.h"

#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0602
#endif
#define WIN32_NO_STATUS
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mswsock.h>
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>

#include <stdbool.h>

#define POISON      0xa5a5a5a5u
#define POISON_BYTE 0xa5
#define AFD_KEY     ((ULONG_PTR)42)
#define FOREVER     INT64_MAX

/* AFD_POLL_*, as the driver numbers them; no header has them. */
#define RECEIVE      0x001u
#define EXPEDITED    0x002u
#define SENDABLE     0x004u
#define DISCONNECT   0x008u
#define ABORTED      0x010u
#define LOCAL_CLOSE  0x020u
#define CONNECTED    0x040u
#define ACCEPTABLE   0x080u
#define CONNECT_FAIL 0x100u
#define ANYTHING     0x1ffu

/* ---- the world of a fact ---- */

struct net {
    HANDLE port;
    HANDLE afd; /* a helper handle, of the port by AFD_KEY */
};

/* net_open starts Winsock and opens a port and a helper; net_close ends both. */
struct net net_open(void);
void net_close(struct net *net);
HANDLE open_afd(const WCHAR *name);

/* ---- polls ---- */

struct poll {
    IO_STATUS_BLOCK block;
    struct {
        LARGE_INTEGER timeout;
        ULONG count, exclusive;
        struct {
            HANDLE handle;
            ULONG events;
            NTSTATUS status;
        } socket[1];
    } info;
};

/* start_poll poisons the poll, asks, and returns the status. Its packet carries the address of the
 * poll. poll_through chooses the file that is asked and more. */
NTSTATUS start_poll(struct net *net, struct poll *poll, SOCKET s, ULONG events, int64_t timeout);
NTSTATUS poll_through(HANDLE file, HANDLE event, void *context, struct poll *poll, SOCKET s,
                      ULONG events, int64_t timeout, ULONG exclusive);

/* cancel_poll is NtCancelIoFileEx. */
NTSTATUS cancel_poll(HANDLE file, struct poll *poll);

/* EXPECT_POLLED takes a packet and fails the fact unless it is this poll's, with these events and
 * all that goes with them. EXPECT_POLL_STATUS is for polls that end otherwise: status, information.
 */
#define EXPECT_POLLED(net, poll, events) expect_polled(__FILE__, __LINE__, (net), (poll), (events))
#define EXPECT_POLL_STATUS(net, poll, status, information) \
    expect_poll_status(__FILE__, __LINE__, (net), (poll), (DWORD)(status), (information))
#define EXPECT_NO_EVENT(net) expect_no_event(__FILE__, __LINE__, (net))

void expect_polled(const char *file, unsigned line, struct net *net, const struct poll *poll,
                   ULONG events);
void expect_poll_status(const char *file, unsigned line, struct net *net, const struct poll *poll,
                        DWORD status, ULONG_PTR information);
void expect_no_event(const char *file, unsigned line, struct net *net);
/* take_poll takes a packet and returns the poll it belongs to; try_poll only if there is one. */
struct poll *take_poll(struct net *net);
struct poll *try_poll(struct net *net);

/* await blocks until the socket has each of these conditions; level says all that it has. */
void await(struct net *net, SOCKET s, ULONG events);
ULONG level(struct net *net, SOCKET s);
/* EXPECT_LEVEL waits for what is expected, and fails if there is more. */
#define EXPECT_LEVEL(net, s, events) expect_level(__FILE__, __LINE__, (net), (s), (events))
void expect_level(const char *file, unsigned line, struct net *net, SOCKET s, ULONG events);

/* ---- sockets ---- */

SOCKET new_socket(int family, int type); /* blocking */
SOCKET new_tcp(void);                    /* IPv4, not blocking */
SOCKET new_udp(void);                    /* IPv4, not blocking */
SOCKET new_bound_udp(struct sockaddr_in *address);
void set_blocking(SOCKET s, bool blocking);
struct sockaddr_in loopback(u_short port); /* in the host's order */
/* new_listener listens on a port of its own, and does not block. */
SOCKET new_listener(struct sockaddr_in *address);
/* a port on which nobody listens */
struct sockaddr_in address_of_nobody(void);

/* error_of is the error of the call that answered this; 0 if it did not fail. */
DWORD error_of(int result);
DWORD error_of_socket(SOCKET s);
DWORD connect_to(SOCKET s, const struct sockaddr_in *address);
DWORD send_text(SOCKET s, const char *text);
/* receive reads at most `room` bytes (up to 64): the error, and the text in *text. */
#define TEXT_MAX 64
struct text {
    int length;
    char bytes[TEXT_MAX];
};
DWORD receive(SOCKET s, int room, struct text *text);
bool text_is(const struct text *text, const char *expected);
/* receive_all waits for as many bytes as `expected` has and compares them. */
void receive_all(struct net *net, SOCKET s, const char *expected);
DWORD socket_error(SOCKET s);
int option_of(SOCKET s, int level, int name);
DWORD set_option(SOCKET s, int level, int name, int value);
void close_socket(SOCKET *s);
/* close_hard resets the connection. */
void close_hard(SOCKET *s);

/* Two ends of a connection, not blocking, connected both; INVALID_SOCKET once closed. */
struct pair {
    SOCKET client, server;
};
struct pair net_pair_open(struct net *net);
void net_pair_close(struct pair *pair);

#endif
