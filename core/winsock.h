/* winsock: what sockets need of the operating system, beside win32.h: IPv6, multicast and the codes
 * that see through layered providers. */
#ifndef CORE_WINSOCK_H
#define CORE_WINSOCK_H

#include "core/win32.h"

#include <ws2tcpip.h>
#include <mswsock.h>

#endif
