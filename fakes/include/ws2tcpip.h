/* ws2tcpip.h of the simulated Win32: IPv6, the options of IP, and names that are numbers. */
#ifndef FAKES_WS2TCPIP_H
#define FAKES_WS2TCPIP_H

#include <winsock2.h>

/* The host's <unistd.h> has a socklen_t of its own: whichever header comes first, theirs stays out
 * of the way. */
#ifdef __socklen_t_defined
typedef int sim_socklen_t;
#define socklen_t sim_socklen_t
#else
#define __socklen_t_defined
typedef int socklen_t;
#endif

typedef struct in6_addr {
    union {
        UCHAR Byte[16];
        USHORT Word[8];
    } u;
} IN6_ADDR, *PIN6_ADDR;
#define s6_addr u.Byte

typedef struct sockaddr_in6 {
    SHORT sin6_family;
    USHORT sin6_port;
    ULONG sin6_flowinfo;
    struct in6_addr sin6_addr;
    ULONG sin6_scope_id;
} SOCKADDR_IN6, *PSOCKADDR_IN6;

FAKES_STATIC_ASSERT(sizeof(struct sockaddr_in6) == 28, "layout of sockaddr_in6");

#define IN6ADDR_ANY_INIT \
    {                    \
        {                \
            {            \
                0        \
            }            \
        }                \
    }
#define IN6ADDR_LOOPBACK_INIT                                  \
    {                                                          \
        {                                                      \
            {                                                  \
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 \
            }                                                  \
        }                                                      \
    }

#define INET_ADDRSTRLEN  22
#define INET6_ADDRSTRLEN 65

#define IP_TOS             3
#define IP_TTL             4
#define IP_MULTICAST_IF    9
#define IP_MULTICAST_TTL   10
#define IP_MULTICAST_LOOP  11
#define IP_ADD_MEMBERSHIP  12
#define IP_DROP_MEMBERSHIP 13

#define IPV6_UNICAST_HOPS    4
#define IPV6_MULTICAST_IF    9
#define IPV6_MULTICAST_HOPS  10
#define IPV6_MULTICAST_LOOP  11
#define IPV6_ADD_MEMBERSHIP  12
#define IPV6_JOIN_GROUP      IPV6_ADD_MEMBERSHIP
#define IPV6_DROP_MEMBERSHIP 13
#define IPV6_LEAVE_GROUP     IPV6_DROP_MEMBERSHIP
#define IPV6_V6ONLY          27

typedef struct ip_mreq {
    struct in_addr imr_multiaddr;
    struct in_addr imr_interface;
} IP_MREQ, *PIP_MREQ;

typedef struct ipv6_mreq {
    struct in6_addr ipv6mr_multiaddr;
    ULONG ipv6mr_interface;
} IPV6_MREQ, *PIPV6_MREQ;

#define AI_PASSIVE     0x01
#define AI_CANONNAME   0x02
#define AI_NUMERICHOST 0x04
#define AI_NUMERICSERV 0x08

#define EAI_FAMILY   WSAEAFNOSUPPORT
#define EAI_SOCKTYPE WSAESOCKTNOSUPPORT
#define EAI_NONAME   WSAHOST_NOT_FOUND
#define EAI_SERVICE  WSATYPE_NOT_FOUND
#define EAI_MEMORY   WSA_NOT_ENOUGH_MEMORY
#define EAI_BADFLAGS WSAEINVAL

typedef struct addrinfo {
    int ai_flags;
    int ai_family;
    int ai_socktype;
    int ai_protocol;
    size_t ai_addrlen;
    char *ai_canonname;
    struct sockaddr *ai_addr;
    struct addrinfo *ai_next;
} ADDRINFOA, *PADDRINFOA;

#ifdef __cplusplus
extern "C" {
#endif

int WSAAPI inet_pton(int family, const char *text, void *address) __asm__("sim_inet_pton");
const char *WSAAPI inet_ntop(int family, const void *address, char *text,
                             size_t size) __asm__("sim_inet_ntop");
/* Names that are numbers, and "localhost". */
int WSAAPI getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                       struct addrinfo **result) __asm__("sim_getaddrinfo");
void WSAAPI freeaddrinfo(struct addrinfo *list) __asm__("sim_freeaddrinfo");

#ifdef __cplusplus
}
#endif

#endif
