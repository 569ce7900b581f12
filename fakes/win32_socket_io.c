/* win32_socket_io: sending and receiving (ws2_32; fact 6). Overlapped calls are not modelled. */
#include "fakes/win32_socket.h"

#include "fakes/scheduler.h"

#define SEND_FLAGS    (MSG_OOB | MSG_DONTROUTE)
#define RECEIVE_FLAGS (MSG_OOB | MSG_PEEK)

static void refuse_overlapped(const void *overlapped, const void *routine)
{
    if (overlapped != NULL || routine != NULL) {
        sim_report(SIM_ORACLE_UNMODELLED, "an overlapped call of a socket");
    }
}

static struct sim_transfer transfer_of(const WSABUF *buffers, DWORD count, DWORD flags)
{
    struct sim_transfer transfer = {
        .buffers = buffers, .count = count, .flags = flags, .most = UINT32_MAX};
    for (DWORD i = 0; i < count; i++) {
        transfer.total += buffers[i].len;
    }
    return transfer;
}

static int64_t deadline_of(int32_t timeout_ms)
{
    return timeout_ms > 0 ? sim_running->now + (int64_t)timeout_ms * 10000 : INT64_MAX;
}

/* ---- send ---- */

/* Faults of a stream: 1 no resources, 2 a short transfer, 3 the network resets the connection. Of
 * datagrams: 1 no resources, 2 this one is lost. */
enum { FAULT_RESOURCES = 1, FAULT_SHORT = 2, FAULT_LOST = 2, FAULT_RESET = 3 };

/* Repeats the transport's call until all is sent; a socket that must not block takes what there is
 * room for. */
static DWORD send_all(struct sim_socket *socket, struct sim_transfer *transfer)
{
    int64_t deadline = deadline_of(socket->options.send_timeout_ms);
    for (;;) {
        DWORD error = socket->transport->send(socket, transfer);
        bool blocks = !socket->nonblocking;
        if (error == 0 && (transfer->done == transfer->total || !blocks)) {
            return 0;
        }
        if (error == WSAEWOULDBLOCK && blocks) {
            error = winsock_wait(socket, SIM_OP_SEND, AFD_POLL_SEND, deadline);
        }
        if (error != 0) {
            return transfer->done != 0 && error == WSAEWOULDBLOCK ? 0 : error;
        }
    }
}

static DWORD send_with_faults(struct sim_socket *socket, struct sim_transfer *transfer)
{
    bool stream = socket->type == SOCK_STREAM;
    uint32_t fault = scheduler_fault(SIM_OP_SEND, stream ? 3 : 2);
    if (fault == FAULT_RESOURCES) {
        return WSAENOBUFS;
    }
    if (stream && fault == FAULT_SHORT && transfer->total > 1) {
        transfer->most = transfer->total / 2;
    } else if (stream && fault == FAULT_RESET) {
        tcp_break(socket);
    }
    DWORD error = send_all(socket, transfer);
    if (!stream && fault == FAULT_LOST && error == 0) {
        udp_lose(socket);
    }
    return error;
}

static int send_buffers(SOCKET s, const WSABUF *buffers, DWORD count, DWORD flags,
                        const struct sockaddr *name, int name_length, uint32_t *sent)
{
    struct sim_transfer transfer = transfer_of(buffers, count, flags);
    struct sim_socket *socket = winsock_enter(SIM_OP_SEND, s, transfer.total);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    struct sim_address to;
    DWORD error = flags & ~(DWORD)SEND_FLAGS ? WSAEOPNOTSUPP : 0;
    if (error == 0 && name != NULL && socket->type == SOCK_DGRAM) { /* streams ignore the name */
        error = address_read(&to, socket->family, name, name_length);
        transfer.to = &to;
    }
    object_retain(&socket->file.object);
    if (error == 0) {
        error = send_with_faults(socket, &transfer);
    }
    *sent = transfer.done;
    int result = winsock_leave(SIM_OP_SEND, socket, 0, error);
    object_release(&socket->file.object);
    return result;
}

int sendto(SOCKET s, const char *buffer, int length, int flags, const struct sockaddr *to,
           int to_length)
{
    WSABUF buffers = {(ULONG)length, (char *)(uintptr_t)buffer};
    uint32_t sent;
    return send_buffers(s, &buffers, 1, (DWORD)flags, to, to_length, &sent) == 0 ? (int)sent
                                                                                 : SOCKET_ERROR;
}

int send(SOCKET s, const char *buffer, int length, int flags)
{
    return sendto(s, buffer, length, flags, NULL, 0);
}

int WSASendTo(SOCKET s, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags,
              const struct sockaddr *to, int to_length, LPWSAOVERLAPPED overlapped,
              LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    refuse_overlapped(overlapped, (const void *)(uintptr_t)routine);
    uint32_t done;
    int result = send_buffers(s, buffers, count, flags, to, to_length, &done);
    if (result == 0 && sent != NULL) {
        *sent = done;
    }
    return result;
}

int WSASend(SOCKET s, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags,
            LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    return WSASendTo(s, buffers, count, sent, flags, NULL, 0, overlapped, routine);
}

/* ---- receive ---- */

#define READABLE (AFD_POLL_RECEIVE | AFD_POLL_DISCONNECT | AFD_POLL_ABORT | AFD_POLL_CONNECT_FAIL)

static DWORD receive_some(struct sim_socket *socket, struct sim_transfer *transfer)
{
    int64_t deadline = deadline_of(socket->options.receive_timeout_ms);
    uint32_t levels =
        transfer->flags & MSG_OOB ? AFD_POLL_RECEIVE_EXPEDITED | AFD_POLL_ABORT : READABLE;
    for (;;) {
        DWORD error = socket->transport->receive(socket, transfer);
        if (error != WSAEWOULDBLOCK || socket->nonblocking) {
            return error;
        }
        error = winsock_wait(socket, SIM_OP_RECV, levels, deadline);
        if (error != 0) {
            return error;
        }
    }
}

/* Faults: 1 no resources, 2 the network resets the connection of a stream. */
static DWORD receive_with_faults(struct sim_socket *socket, struct sim_transfer *transfer)
{
    bool stream = socket->type == SOCK_STREAM;
    uint32_t fault = scheduler_fault(SIM_OP_RECV, stream ? 2 : 1);
    if (fault == FAULT_RESOURCES) {
        return WSAENOBUFS;
    }
    if (fault == 2) {
        tcp_break(socket);
    }
    return receive_some(socket, transfer);
}

/* A datagram that is larger than the buffers fills them, tells where it comes from, and yet is the
 * error WSAEMSGSIZE. */
static int receive_buffers(SOCKET s, const WSABUF *buffers, DWORD count, DWORD flags,
                           struct sockaddr *name, int *name_length, uint32_t *received)
{
    struct sim_transfer transfer = transfer_of(buffers, count, flags);
    struct sim_socket *socket = winsock_enter(SIM_OP_RECV, s, transfer.total);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    object_retain(&socket->file.object);
    if (flags & MSG_WAITALL) {
        sim_report(SIM_ORACLE_UNMODELLED, "MSG_WAITALL");
    }
    DWORD error =
        flags & ~(DWORD)RECEIVE_FLAGS ? WSAEOPNOTSUPP : receive_with_faults(socket, &transfer);
    *received = transfer.done;
    if ((error == 0 || error == WSAEMSGSIZE) && name != NULL && transfer.from.version != 0) {
        DWORD name_error = address_write(&transfer.from, socket->family, name, name_length);
        error = error == 0 ? name_error : error;
    }
    int result = winsock_leave(SIM_OP_RECV, socket, 0, error);
    object_release(&socket->file.object);
    return result;
}

int recvfrom(SOCKET s, char *buffer, int length, int flags, struct sockaddr *from, int *from_length)
{
    WSABUF buffers = {(ULONG)length, buffer};
    uint32_t received;
    int result = receive_buffers(s, &buffers, 1, (DWORD)flags, from, from_length, &received);
    return result == 0 ? (int)received : SOCKET_ERROR;
}

int recv(SOCKET s, char *buffer, int length, int flags)
{
    return recvfrom(s, buffer, length, flags, NULL, NULL);
}

int WSARecvFrom(SOCKET s, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                struct sockaddr *from, int *from_length, LPWSAOVERLAPPED overlapped,
                LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    refuse_overlapped(overlapped, (const void *)(uintptr_t)routine);
    uint32_t done;
    int result = receive_buffers(s, buffers, count, *flags, from, from_length, &done);
    if (result == 0) {
        *flags = 0;
        if (received != NULL) {
            *received = done;
        }
    }
    return result;
}

int WSARecv(SOCKET s, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
            LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    return WSARecvFrom(s, buffers, count, received, flags, NULL, NULL, overlapped, routine);
}
