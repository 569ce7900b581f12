/* afd: the driver below Winsock, asked what a socket is ready for (mio sys/windows/afd.rs).
 *
 * A handle of \Device\Afd that is no socket takes polls of any sockets. A poll answers once: when
 * one of the conditions it was given holds, which may be so at once. Internal to core. */
#ifndef CORE_AFD_H
#define CORE_AFD_H

#include "core/completion_port.h"
#include "core/overlapped.h"
#include "core/result.h"

#include <stdint.h>

/* Conditions of a socket (AFD_POLL_*). All hold for as long as they say, and so are reported by
 * every poll that asks for them. CONNECT (0x40) is left out: it holds as long as the connection. */
enum rdy_afd_event {
    RDY_AFD_RECEIVE = 0x001,           /* data or a datagram is there */
    RDY_AFD_RECEIVE_EXPEDITED = 0x002, /* urgent data is there */
    RDY_AFD_SEND = 0x004,              /* there is room to send; connected, if it is a stream */
    RDY_AFD_DISCONNECT = 0x008,        /* the peer has ended its half */
    RDY_AFD_ABORT = 0x010,             /* the connection was reset */
    RDY_AFD_LOCAL_CLOSE = 0x020,       /* the socket was closed; reported unasked */
    RDY_AFD_ACCEPT = 0x080,            /* a connection waits to be accepted */
    RDY_AFD_CONNECT_FAIL = 0x100       /* the attempt to connect has failed */
};

/* AFD_POLL_INFO for one socket; the layout is the driver's. */
struct rdy_afd_poll_info {
    LARGE_INTEGER timeout; /* 100 ns; the largest value: none */
    ULONG handle_count;
    ULONG is_exclusive;
    struct {
        HANDLE handle;
        ULONG events; /* enum rdy_afd_event: asked for, then answered */
        NTSTATUS status;
    } handle;
};

/* A poll, embedded in what asks for it. All of it is the kernel's until its packet is processed. */
struct rdy_afd_request {
    struct rdy_overlapped overlapped;
    struct rdy_afd_poll_info info;
};

/* A handle of the driver. The members below it belong to core/afd_group.c. */
struct rdy_afd {
    HANDLE handle;
    ULONG socket_count;
    struct rdy_afd_group *group;
    struct rdy_afd *next, *previous;
};

/* rdy_afd_open opens a handle whose polls queue their packets at `port`. FAILED with the Win32 code
 * for what NtCreateFile answered, or with that of CreateIoCompletionPort or
 * SetFileCompletionNotificationModes; nothing is open then. Give it back with rdy_afd_close, when
 * no poll of it is in flight. */
RDY_MUST_USE rdy_result rdy_afd_open(struct rdy_afd *afd, const struct rdy_completion_port *port);
void rdy_afd_close(struct rdy_afd *afd);

/* rdy_afd_poll asks whether any of `events` holds for the socket with the base handle `socket`.
 * DONE: the request's packet will come, now or when one does. FAILED: none will
 * (ERROR_INVALID_HANDLE: the socket is closed). The request has no packet in flight. Never
 * blocks. */
RDY_MUST_USE rdy_result rdy_afd_poll(const struct rdy_afd *afd, struct rdy_afd_request *request,
                                     SOCKET socket, uint32_t events);

/* rdy_afd_cancel asks the kernel to end a poll in flight. Its packet is still to come, with or
 * without events, also if the poll was found to have ended: DONE. Never blocks. */
RDY_MUST_USE rdy_result rdy_afd_cancel(const struct rdy_afd *afd, struct rdy_afd_request *request);

/* rdy_afd_answer writes what a poll has found to *events, 0 if it was cancelled. FAILED with the
 * Win32 code of a poll that failed in another way. Only once its packet was dequeued. */
RDY_MUST_USE rdy_result rdy_afd_answer(const struct rdy_afd_request *request, uint32_t *events);

/* rdy_afd_base_handle finds the handle under which the driver knows a socket: below the layered
 * service providers that may have wrapped it (wepoll ws.c, mio get_base_socket). FAILED with the
 * code of WSAIoctl (WSAENOTSOCK). */
RDY_MUST_USE rdy_result rdy_afd_base_handle(SOCKET socket, SOCKET *base);

#endif
