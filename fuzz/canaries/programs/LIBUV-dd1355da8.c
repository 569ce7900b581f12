/* LIBUV-dd1355da8: a poll that tells of the close of its socket is followed by another one.
 *
 * libuv 0.10 (commit dd1355da8): the watcher of a socket that was closed under it went on polling:
 * each poll ends at once, and none with anything new. Fixed: LOCAL_CLOSE is the end, and so is a
 * socket that there is no more. */
#include "fuzz/canaries/programs/support_net.h"

#define PORT 900

/* The user closes his socket, whenever he likes. */
static DWORD WINAPI close_socket(LPVOID argument)
{
    canary_socket_close(*(SOCKET *)argument);
    return 0;
}

/* TRUE when the socket has gone. */
static BOOL watch_once(HANDLE port, HANDLE afd, SOCKET s)
{
    struct canary_poll poll;

    if (canary_afd_poll(afd, &poll, s, CANARY_RECEIVE, FALSE) < 0) {
        return TRUE;
    }
    return (canary_packet(port)->info.events & CANARY_LOCAL_CLOSE) != 0;
}

void iocplab_program(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    HANDLE afd = canary_afd_open(port);
    SOCKET s = canary_socket(PORT);
    HANDLE user = canary_start(close_socket, &s);

    while (!watch_once(port, afd, s) || !FIXED) {
    }
    canary_join(user);
    CloseHandle(afd);
    CloseHandle(port);
}
