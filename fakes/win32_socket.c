/* win32_socket: making, binding, connecting, accepting and closing sockets (ws2_32; fact 6). */
#include "fakes/win32_socket.h"

#include "fakes/scheduler.h"

#include <string.h>

#define VERSION_HIGHEST MAKEWORD(2, 2)

/* ---- the library ---- */

int WSAStartup(WORD version, LPWSADATA data)
{
    if (data == NULL) {
        return WSAEFAULT;
    }
    *data = (WSADATA){.wVersion = version > VERSION_HIGHEST ? VERSION_HIGHEST : version,
                      .wHighVersion = VERSION_HIGHEST};
    if (LOBYTE(version) == 0) {
        return WSAVERNOTSUPPORTED;
    }
    sim_running->winsock_starts++;
    return 0;
}

int WSACleanup(void)
{
    if (sim_running->winsock_starts == 0) {
        SetLastError(WSANOTINITIALISED);
        return SOCKET_ERROR;
    }
    sim_running->winsock_starts--;
    return 0;
}

int WSAGetLastError(void)
{
    return (int)GetLastError();
}

void WSASetLastError(int error)
{
    SetLastError((DWORD)error);
}

/* ---- what all calls do ---- */

struct sim_socket *winsock_enter(enum sim_op op, SOCKET s, uint64_t detail)
{
    const struct sim_object *object = handle_peek((HANDLE)s);
    scheduler_step(op, object != NULL ? object->ordinal : 0, detail, 0);
    return socket_at(s);
}

int winsock_leave(enum sim_op op, const struct sim_socket *socket, int result, DWORD error)
{
    network_settle();
    scheduler_log(SIM_EVENT_RETURN, op, socket->file.object.ordinal, (uint64_t)(int64_t)result,
                  error, 0);
    SetLastError(error);
    return error == 0 ? result : SOCKET_ERROR;
}

DWORD winsock_wait(struct sim_socket *socket, enum sim_op op, uint32_t levels, int64_t deadline)
{
    switch (socket_wait(socket, op, levels, deadline)) {
    case SIM_WAKE_TIMEOUT:
        return WSAETIMEDOUT;
    case SIM_WAKE_ABANDONED:
        return WSAEINTR;
    case SIM_WAKE_NONE:
    case SIM_WAKE_DONE:
        break;
    }
    return 0;
}

/* ---- making ---- */

static SOCKET open_socket(int family, int type, int protocol, bool overlapped)
{
    scheduler_step(SIM_OP_SOCKET, 0, (uint64_t)family, (uint64_t)type);
    struct sim_socket *socket = NULL;
    DWORD error = sim_running->winsock_starts == 0         ? WSANOTINITIALISED
                  : scheduler_fault(SIM_OP_SOCKET, 1) != 0 ? WSAENOBUFS
                                                           : 0;
    if (error == 0) {
        error = socket_create(family, type, protocol, overlapped, &socket);
    }
    SetLastError(error);
    if (error != 0) {
        scheduler_log(SIM_EVENT_RETURN, SIM_OP_SOCKET, 0, 0, error, 0);
        return INVALID_SOCKET;
    }
    SOCKET s = (SOCKET)socket_publish(socket);
    scheduler_log(SIM_EVENT_RETURN, SIM_OP_SOCKET, socket->file.object.ordinal, s, 0, 0);
    return s;
}

SOCKET socket(int family, int type, int protocol)
{
    return open_socket(family, type, protocol, true);
}

SOCKET WSASocketW(int family, int type, int protocol, LPWSAPROTOCOL_INFOW info, GROUP group,
                  DWORD flags)
{
    if (info != NULL || group != 0 ||
        (flags & ~(DWORD)(WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT))) {
        sim_report(SIM_ORACLE_UNMODELLED, "WSASocketW with a protocol, a group or flags 0x%x",
                   flags);
    }
    return open_socket(family, type, protocol, flags & WSA_FLAG_OVERLAPPED);
}

/* ---- names ---- */

static DWORD bind_to(struct sim_socket *socket, const struct sockaddr *name, int length)
{
    struct sim_address address;
    DWORD error = address_read(&address, socket->family, name, length);
    if (error != 0) {
        return error;
    }
    socket_touch(socket, true);
    if (socket->binding.bound || socket->local.version != 0) {
        return WSAEINVAL;
    }
    if (!address_is_any(&address) && !address_is_loopback(&address)) {
        return WSAEADDRNOTAVAIL;
    }
    error = binding_claim(socket, &address, false);
    if (error == 0) {
        socket->local = socket->binding.address;
    }
    return error;
}

int bind(SOCKET s, const struct sockaddr *name, int length)
{
    struct sim_socket *socket = winsock_enter(SIM_OP_BIND, s, 0);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    DWORD error = scheduler_fault(SIM_OP_BIND, 1) != 0 ? WSAENOBUFS : bind_to(socket, name, length);
    return winsock_leave(SIM_OP_BIND, socket, 0, error);
}

int getsockname(SOCKET s, struct sockaddr *name, int *length)
{
    struct sim_socket *socket = winsock_enter(SIM_OP_GET_SOCKET_NAME, s, 0);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    socket_touch(socket, false);
    DWORD error = socket->local.version == 0
                      ? WSAEINVAL
                      : address_write(&socket->local, socket->family, name, length);
    return winsock_leave(SIM_OP_GET_SOCKET_NAME, socket, 0, error);
}

/* A socket has a peer from the connect on, not only when it is connected (Wine ws2_32/sock.c
 * test_connecting_socket, on Windows). */
static bool has_peer(const struct sim_socket *socket)
{
    return socket->remote.version != 0 &&
           (socket->type != SOCK_STREAM || socket->tcp.state != SIM_TCP_FAILED);
}

int getpeername(SOCKET s, struct sockaddr *name, int *length)
{
    struct sim_socket *socket = winsock_enter(SIM_OP_GET_PEER_NAME, s, 0);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    socket_touch(socket, false);
    DWORD error = has_peer(socket) ? address_write(&socket->remote, socket->family, name, length)
                                   : WSAENOTCONN;
    return winsock_leave(SIM_OP_GET_PEER_NAME, socket, 0, error);
}

/* ---- listening ---- */

int listen(SOCKET s, int backlog)
{
    struct sim_socket *socket = winsock_enter(SIM_OP_LISTEN, s, (uint64_t)(int64_t)backlog);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    DWORD error = WSAEOPNOTSUPP;
    if (socket->type == SOCK_STREAM) {
        error = scheduler_fault(SIM_OP_LISTEN, 1) != 0 ? WSAENOBUFS : tcp_listen(socket, backlog);
    }
    return winsock_leave(SIM_OP_LISTEN, socket, 0, error);
}

/* Faults: 1 no resources, 2 the connection is reset as it is accepted. */
static DWORD accept_one(struct sim_socket *listener, struct sim_socket **accepted)
{
    bool ready = listener->transport->level(listener) & AFD_POLL_ACCEPT;
    uint32_t fault = scheduler_fault(SIM_OP_ACCEPT, ready ? 2 : 1);
    if (fault == 1) {
        return WSAENOBUFS;
    }
    DWORD error;
    while ((error = tcp_accept(listener, accepted)) == WSAEWOULDBLOCK && !listener->nonblocking) {
        error = winsock_wait(listener, SIM_OP_ACCEPT, AFD_POLL_ACCEPT, INT64_MAX);
        if (error != 0) {
            return error;
        }
    }
    if (error == 0 && fault == 2) {
        tcp_break(*accepted);
    }
    return error;
}

SOCKET accept(SOCKET s, struct sockaddr *name, int *length)
{
    struct sim_socket *listener = winsock_enter(SIM_OP_ACCEPT, s, 0);
    if (listener == NULL) {
        return INVALID_SOCKET;
    }
    struct sim_socket *accepted = NULL;
    struct sim_address probe = address_any(4, 0);
    struct sockaddr_storage room;
    int room_size = length != NULL ? *length : 0;
    object_retain(&listener->file.object);
    DWORD error =
        name != NULL ? address_write(&probe, listener->family, (struct sockaddr *)&room, &room_size)
                     : 0;
    if (error == 0) {
        error = listener->type == SOCK_STREAM ? accept_one(listener, &accepted) : WSAEOPNOTSUPP;
    }
    SOCKET handle = INVALID_SOCKET;
    if (error == 0) {
        if (name != NULL) {
            (void)address_write(&accepted->remote, accepted->family, name, length);
        }
        handle = (SOCKET)socket_publish(accepted);
    }
    (void)winsock_leave(SIM_OP_ACCEPT, listener, (int)handle, error);
    object_release(&listener->file.object);
    return handle;
}

/* ---- connecting ---- */

/* Waits for the end of a connect that has begun. A failure that the call itself reports is no
 * longer the socket's error (Wine ws2_32/sock.c test_WSAPoll, on Windows). */
static DWORD connect_wait(struct sim_socket *socket)
{
    DWORD error =
        winsock_wait(socket, SIM_OP_CONNECT, AFD_POLL_CONNECT | AFD_POLL_CONNECT_FAIL, INT64_MAX);
    if (error == 0 && socket->tcp.state == SIM_TCP_FAILED) {
        error = socket->error;
        socket->error = 0;
    }
    return error;
}

/* Faults: 1 no resources, 2 the connect will be refused. */
static DWORD connect_to(struct sim_socket *socket, const struct sockaddr *name, int length)
{
    struct sim_address address = {0};
    bool stream = socket->type == SOCK_STREAM;
    bool dissolves = !stream && name != NULL && length >= (int)sizeof name->sa_family &&
                     name->sa_family == AF_UNSPEC;
    DWORD error = dissolves ? 0 : address_read(&address, socket->family, name, length);
    if (error != 0) {
        return error;
    }
    uint32_t fault = scheduler_fault(SIM_OP_CONNECT, stream ? 2 : 1);
    if (fault == 1) {
        return WSAENOBUFS;
    }
    bool idle = stream && socket->tcp.state != SIM_TCP_CONNECTING;
    error = socket->transport->connect(socket, &address);
    if (fault == 2 && idle) {
        tcp_refuse(socket);
    }
    if (error == WSAEWOULDBLOCK && !socket->nonblocking && idle) {
        error = connect_wait(socket);
    }
    return error;
}

int connect(SOCKET s, const struct sockaddr *name, int length)
{
    struct sim_socket *socket = winsock_enter(SIM_OP_CONNECT, s, 0);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    object_retain(&socket->file.object);
    DWORD error = connect_to(socket, name, length);
    int result = winsock_leave(SIM_OP_CONNECT, socket, 0, error);
    object_release(&socket->file.object);
    return result;
}

/* ---- ending ---- */

int shutdown(SOCKET s, int how)
{
    struct sim_socket *socket = winsock_enter(SIM_OP_SHUTDOWN, s, (uint64_t)(int64_t)how);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    return winsock_leave(SIM_OP_SHUTDOWN, socket, 0, socket->transport->shutdown(socket, how));
}

/* Closing waits only for what the last handle of a stream that lingers has sent (Microsoft Learn:
 * closesocket); a socket that must not block refuses instead, and stays open. */
static DWORD close_lingering(struct sim_socket *socket, SOCKET s)
{
    if (socket->nonblocking && tcp_has_unsent(socket)) {
        return WSAEWOULDBLOCK;
    }
    uint32_t seconds = (uint32_t)socket->options.linger_s;
    struct sim_tcp_end *end = tcp_hold_unsent(socket);
    (void)handle_close((HANDLE)s);
    network_settle();
    if (end != NULL) {
        tcp_linger(end, SIM_OP_CLOSE_SOCKET, seconds);
    }
    return 0;
}

int closesocket(SOCKET s)
{
    struct sim_socket *socket = winsock_enter(SIM_OP_CLOSE_SOCKET, s, 0);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    bool lingers = socket->type == SOCK_STREAM && socket->options.linger_on &&
                   socket->options.linger_s > 0 && socket->file.object.handles == 1;
    DWORD error = 0;
    object_retain(&socket->file.object);
    if (lingers) {
        error = close_lingering(socket, s);
    } else {
        (void)handle_close((HANDLE)s);
    }
    int result = winsock_leave(SIM_OP_CLOSE_SOCKET, socket, 0, error);
    object_release(&socket->file.object);
    return result;
}
