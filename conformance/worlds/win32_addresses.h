/* win32_addresses: ports that no other process uses, for the sockets of scenarios. */
#ifndef CONFORMANCE_WORLDS_WIN32_ADDRESSES_H
#define CONFORMANCE_WORLDS_WIN32_ADDRESSES_H

#include <winsock2.h>

#include <stdint.h>

/* Zeroed memory claims nothing. */
struct conf_win32_addresses {
    SOCKET claim; /* bound to the port behind them; 0: nothing is claimed */
};

/* conf_win32_addresses_claim starts Winsock and returns the first of CONF_SOURCES_MAX ports of the
 * loopback interface that are this process's until _release; 0 if there are none. All who want some
 * must claim them so: also under another Wine on this machine. */
uint16_t conf_win32_addresses_claim(struct conf_win32_addresses *addresses);
void conf_win32_addresses_release(struct conf_win32_addresses *addresses);

#endif
