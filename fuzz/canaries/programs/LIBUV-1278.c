/* LIBUV-1278: a poll that tells of the close of its socket is taken for news of a watcher that has
 * stopped.
 *
 * libuv 0.10.28 (issue 1278, commit 12bb46c09): closing the socket under a watcher ends its poll
 * with LOCAL_CLOSE; when the watcher has been stopped meanwhile, handling that again trips over an
 * assertion. Fixed: whoever has stopped is not stopped again. */
#include "fuzz/canaries/programs/support_net.h"

#define PORT 900

static struct {
    SOCKET s;
    BOOL active;
    BOOL closed;
} watcher;

static void stop(void)
{
    canary_check(watcher.active, "a watcher is stopped that does not run");
    watcher.active = FALSE;
}

static void handle_packet(const struct canary_poll *poll)
{
    if (poll->info.events & CANARY_LOCAL_CLOSE) {
        if (!FIXED || watcher.active) {
            stop();
        }
        watcher.closed = TRUE;
    }
}

/* The user closes his socket, whenever he likes. */
static DWORD WINAPI close_socket(LPVOID unused)
{
    (void)unused;
    canary_socket_close(watcher.s);
    return 0;
}

void iocplab_program(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    HANDLE afd = canary_afd_open(port);
    struct canary_poll poll;
    HANDLE user;
    OVERLAPPED_ENTRY entry;
    ULONG count;

    watcher.s = canary_socket(PORT);
    watcher.active = TRUE;
    watcher.closed = FALSE;
    canary_check(canary_afd_poll(afd, &poll, watcher.s, CANARY_RECEIVE, FALSE) >= 0,
                 "a poll failed");
    user = canary_start(close_socket, NULL);
    /* A turn of the loop, then somebody is no longer interested, then the loop goes on. */
    if (GetQueuedCompletionStatusEx(port, &entry, 1, &count, 0, FALSE)) {
        handle_packet(&poll);
    }
    if (watcher.active) {
        stop();
    }
    if (!watcher.closed) {
        handle_packet(canary_packet(port));
    }
    canary_join(user);
    CloseHandle(afd);
    CloseHandle(port);
}
