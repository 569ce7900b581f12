/* win32_socket: what the entry points of Winsock share. */
#ifndef FAKES_WIN32_SOCKET_H
#define FAKES_WIN32_SOCKET_H

#include "fakes/socket.h"

/* winsock_enter begins a call on a socket: a step, after which the socket is found; NULL with
 * WSAENOTSOCK. winsock_leave ends it: the network does what is due, and the error is LastError, 0
 * included (as since Windows 7; Wine ws2_32/sock.c). It returns `result`, or SOCKET_ERROR. */
struct sim_socket *winsock_enter(enum sim_op op, SOCKET s, uint64_t detail);
int winsock_leave(enum sim_op op, const struct sim_socket *socket, int result, DWORD error);

/* winsock_wait waits in a call that blocks until the level has one of `levels`: 0, WSAETIMEDOUT
 * after the deadline, WSAEINTR when the socket has been closed meanwhile. The caller holds the
 * socket. */
DWORD winsock_wait(struct sim_socket *socket, enum sim_op op, uint32_t levels, int64_t deadline);

#endif
