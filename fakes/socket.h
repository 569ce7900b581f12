/* socket: Winsock sockets: files whose device is a transport, TCP or UDP.
 *
 * What a socket is ready for is its level, a set of AFD_POLL_* conditions that follows from its
 * state alone. Whatever changes the state calls socket_changed, which releases blocked calls and
 * completes polls (afd.h). Transports answer with Winsock errors; WSAEWOULDBLOCK means that the
 * call can go on when the level has what it waits for, and the entry points wait if the socket
 * blocks. */
#ifndef FAKES_SOCKET_H
#define FAKES_SOCKET_H

#include "fakes/binding.h"
#include "fakes/file.h"
#include "fakes/tcp.h"
#include "fakes/udp.h"

/* Conditions of the AFD driver (facts 5.3). */
#define AFD_POLL_RECEIVE           UINT32_C(0x0001)
#define AFD_POLL_RECEIVE_EXPEDITED UINT32_C(0x0002)
#define AFD_POLL_SEND              UINT32_C(0x0004)
#define AFD_POLL_DISCONNECT        UINT32_C(0x0008)
#define AFD_POLL_ABORT             UINT32_C(0x0010)
#define AFD_POLL_LOCAL_CLOSE       UINT32_C(0x0020)
#define AFD_POLL_CONNECT           UINT32_C(0x0040)
#define AFD_POLL_ACCEPT            UINT32_C(0x0080)
#define AFD_POLL_CONNECT_FAIL      UINT32_C(0x0100)

/* Bytes that go one way, and where they come from or go to. */
struct sim_transfer {
    const WSABUF *buffers;
    DWORD count;
    DWORD flags;    /* MSG_* */
    uint32_t total; /* bytes in the buffers */
    uint32_t done;
    uint32_t most; /* bytes one call of the transport may move: a fault makes transfers short */
    const struct sim_address *to; /* of a datagram; NULL: the peer */
    struct sim_address from;      /* version 0: not told */
};

struct sim_transport {
    const char *name;
    uint32_t (*level)(const struct sim_socket *socket);
    /* states what a look at the level, as far as `mask` goes, depends on */
    void (*touch_level)(const struct sim_socket *socket, uint32_t mask);
    DWORD (*connect)(struct sim_socket *socket, const struct sim_address *to);
    DWORD (*send)(struct sim_socket *socket, struct sim_transfer *transfer);
    DWORD (*receive)(struct sim_socket *socket, struct sim_transfer *transfer);
    DWORD (*shutdown)(struct sim_socket *socket, int how);
    void (*close)(struct sim_socket *socket); /* the last handle is gone */
};

/* Options as getsockopt shows them; flags are 0 or 1. */
struct sim_socket_options {
    int32_t reuse, exclusive, keepalive, broadcast, dontroute, oobinline;
    int32_t linger_on, linger_s;
    int32_t send_buffer, receive_buffer;         /* bytes */
    int32_t send_timeout_ms, receive_timeout_ms; /* 0: none */
    int32_t nodelay, ttl, tos, v6only;
    int32_t multicast_ttl, multicast_loop, multicast_if;
    int32_t reports_unreachable; /* SIO_UDP_CONNRESET */
};

struct sim_socket_waiter;
struct sim_poll;

struct sim_socket {
    struct sim_file file;
    const struct sim_transport *transport;
    int family, type, protocol;
    bool nonblocking;
    bool send_shut, receive_shut; /* by the socket's own shutdown */
    struct sim_binding binding;
    struct sim_address local, remote; /* version 0: none */
    struct sim_socket_options options;
    DWORD error; /* SO_ERROR */
    struct sim_socket_waiter *waiters;
    struct sim_poll *polls, *polls_last; /* pending, oldest first */
    struct sim_poll *main_poll;          /* the one that began when no other did (afd.h) */
    union {
        struct sim_tcp tcp;
        struct sim_udp udp;
    };
};

/* socket_create makes a socket without a handle: 0, or WSAEAFNOSUPPORT, WSAEPROTONOSUPPORT,
 * WSAESOCKTNOSUPPORT. socket_publish gives it its handles (several below a layered provider). */
DWORD socket_create(int family, int type, int protocol, bool overlapped, struct sim_socket **out);
HANDLE socket_publish(struct sim_socket *socket);

bool file_is_socket(const struct sim_file *file);

/* socket_changed is called when the level may have changed, upwards. */
void socket_changed(struct sim_socket *socket);

/* socket_wait blocks the calling thread, in the running step of `op`, until the level has one of
 * `levels`, or until `deadline` (100 ns units; INT64_MAX: none). SIM_WAKE_ABANDONED: it was closed.
 */
enum sim_wake_reason socket_wait(struct sim_socket *socket, enum sim_op op, uint32_t levels,
                                 int64_t deadline);

/* socket_like_wine decides whether a socket does here what those of Wine do. */
static inline bool socket_like_wine(void)
{
    return sim_running->settings.wine_sockets &&
           scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) != 0;
}

/* socket_touch states that the running step reads or writes the state of a socket. */
static inline void socket_touch(const struct sim_socket *socket, bool write)
{
    touch(SIM_RESOURCE_SOCKET, socket->file.object.ordinal, write);
}

/* socket_touch_options states that it reads or writes the options of a socket; who touches the
 * state reads them, too. */
static inline void socket_touch_options(const struct sim_socket *socket, bool write)
{
    touch(SIM_RESOURCE_OPTIONS, socket->file.object.ordinal, write);
}

/* tcp_touch_accepts states that it reads or writes what waits at a listener. */
static inline void tcp_touch_accepts(const struct sim_socket *listener, bool write)
{
    touch(SIM_RESOURCE_ACCEPTS, listener->file.object.ordinal, write);
}

/* socket_bind_if_needed binds to a dynamic port of the wildcard address unless the socket is bound.
 */
DWORD socket_bind_if_needed(struct sim_socket *socket);

/* transfer_out copies bytes of a transfer, from `done` on; transfer_in copies bytes into it. */
void transfer_out(const struct sim_transfer *transfer, void *out, uint32_t size);
void transfer_in(const struct sim_transfer *transfer, uint32_t at, const void *in, uint32_t size);

/* ---- layered providers: a handle that stands for another ---- */

/* socket_at finds the socket behind a handle, through layers; NULL with WSAENOTSOCK. */
struct sim_socket *socket_at(SOCKET handle);
/* layer_base returns the handle below a layered one; NULL if the handle is no layer. */
HANDLE layer_base(HANDLE handle);

#endif
