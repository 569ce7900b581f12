/* WEPOLL-35: one socket is polled through two handles of the driver, and each waits for its own
 * news.
 *
 * wepoll issue 35 (open; trio 52 has seen it): with the socket in two ports, polls lose events or
 * get those of the other. Nobody has confirmed that of Windows itself, so the world has a setting
 * for it. Fixed: one poll, of which both are told. */
#include "fakes/world.h"
#include "fuzz/canaries/programs/support_net.h"

#define PORT 900

const struct sim_settings iocplab_program_settings = {.crossed_polls = true};

void iocplab_program(void)
{
    HANDLE port[2], afd[2];
    SOCKET s = canary_socket(PORT), peer = canary_socket(PORT + 1);
    struct canary_poll poll[2];

    for (int i = 0; i < 2; i++) {
        port[i] = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
        afd[i] = canary_afd_open(port[i]);
    }
    for (int i = 0; i < (FIXED ? 1 : 2); i++) {
        canary_check(canary_afd_poll(afd[i], &poll[i], s, CANARY_RECEIVE, FALSE) >= 0,
                     "a poll failed");
    }
    canary_datagram(peer, PORT);
    for (int i = 0; i < (FIXED ? 1 : 2); i++) {
        canary_check(canary_packet(port[i])->info.events == CANARY_RECEIVE,
                     "a poll tells what nobody has asked for");
    }
    canary_socket_close(s);
    canary_socket_close(peer);
    for (int i = 0; i < 2; i++) {
        CloseHandle(afd[i]);
        CloseHandle(port[i]);
    }
}
