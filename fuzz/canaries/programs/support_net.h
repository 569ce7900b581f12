/* support_net: what the programs with sockets share: UDP sockets of the loopback, and polls of the
 * driver below Winsock. Knows Win32 only. */
#ifndef FUZZ_CANARIES_PROGRAMS_SUPPORT_NET_H
#define FUZZ_CANARIES_PROGRAMS_SUPPORT_NET_H

#include "fuzz/canaries/programs/support.h"

#include <stdint.h>
#include <winsock2.h>
#include <winternl.h>

#define CANARY_RECEIVE     0x001u /* AFD_POLL_* */
#define CANARY_SEND        0x004u
#define CANARY_LOCAL_CLOSE 0x020u

/* canary_socket starts Winsock and makes a UDP socket at a port of 127.0.0.1; canary_datagram sends
 * one of a byte from it to such a port; canary_socket_close gives both back. */
SOCKET canary_socket(uint16_t port);
void canary_datagram(SOCKET from, uint16_t port);
void canary_socket_close(SOCKET s);

/* What a poll asks for and what it finds, as the driver has it. */
struct canary_poll {
    IO_STATUS_BLOCK block;
    struct {
        int64_t timeout;
        uint32_t count, exclusive;
        uint64_t handle;
        uint32_t events;
        int32_t status;
    } info;
};

/* canary_afd_open opens a handle of the driver whose packets come to `port`. */
HANDLE canary_afd_open(HANDLE port);

/* canary_afd_poll asks whether a socket has any of `events`: the status. The packet, which comes
 * unless that is an error, carries `poll`. */
int32_t canary_afd_poll(HANDLE afd, struct canary_poll *poll, SOCKET s, uint32_t events,
                        BOOL exclusive);

/* canary_packet waits for a packet and returns the poll that it carries. */
struct canary_poll *canary_packet(HANDLE port);

#endif
