/* win32_addresses: who has the port behind a group of them, has them. See win32_addresses.h. */
#include "conformance/worlds/win32_addresses.h"

#include "conformance/scenario.h"

#include <windows.h>

#include <stdbool.h>

/* Below what sockets get that ask for no port (Linux: from 32768 on): those would be in the way. */
#define FIRST_PORT   10000u
#define GROUPS       900u
#define GROUP_PORTS  (CONF_SOURCES_MAX + 1u)
#define GOLDEN_RATIO UINT32_C(2654435761)

static bool bind_at(SOCKET s, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return bind(s, (const struct sockaddr *)&address, sizeof(address)) == 0;
}

uint16_t conf_win32_addresses_claim(struct conf_win32_addresses *addresses)
{
    LARGE_INTEGER now; /* processes of two Wines have the same numbers */
    WSADATA data;
    SOCKET s;

    if (WSAStartup(MAKEWORD(2, 2), &data) != 0) {
        return 0;
    }
    QueryPerformanceCounter(&now);
    s = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    for (uint32_t i = 0; i < GROUPS && s != INVALID_SOCKET; i++) {
        uint32_t group = GetCurrentProcessId() * GOLDEN_RATIO ^ (uint32_t)now.QuadPart;
        uint32_t base = FIRST_PORT + (group % GROUPS + i) % GROUPS * GROUP_PORTS;
        if (bind_at(s, (uint16_t)(base + CONF_SOURCES_MAX))) {
            addresses->claim = s;
            return (uint16_t)base;
        }
    }
    if (s != INVALID_SOCKET) {
        closesocket(s);
    }
    WSACleanup();
    return 0;
}

void conf_win32_addresses_release(struct conf_win32_addresses *addresses)
{
    if (addresses->claim != 0) {
        closesocket(addresses->claim);
        addresses->claim = 0;
        WSACleanup();
    }
}
