/* winsock2.h of the simulated Win32.
 *
 * Names that the host's C library defines, too, carry an assembler label: code calls them by their
 * real names and is linked to sim_*. The host's <sys/socket.h> cannot be in the same translation
 * unit. select is not simulated. */
#ifndef FAKES_WINSOCK2_H
#define FAKES_WINSOCK2_H

#include <windows.h>

#include "win32/wsa.h"

typedef UINT_PTR SOCKET;
typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned int u_int;
/* As wide as the host's: the calls that take one know its size. */
typedef unsigned long u_long;
typedef unsigned int GROUP;

#define INVALID_SOCKET ((SOCKET)(~(SOCKET)0))
#define SOCKET_ERROR   (-1)
#define WSAAPI
#define FAR

#define AF_UNSPEC 0
#define AF_INET   2
#define AF_INET6  23
#define PF_UNSPEC AF_UNSPEC
#define PF_INET   AF_INET
#define PF_INET6  AF_INET6

#define SOCK_STREAM 1
#define SOCK_DGRAM  2
#define SOCK_RAW    3

#define IPPROTO_IP   0
#define IPPROTO_TCP  6
#define IPPROTO_UDP  17
#define IPPROTO_IPV6 41

#define SOL_SOCKET 0xffff

#define SO_DEBUG            0x0001
#define SO_ACCEPTCONN       0x0002
#define SO_REUSEADDR        0x0004
#define SO_KEEPALIVE        0x0008
#define SO_DONTROUTE        0x0010
#define SO_BROADCAST        0x0020
#define SO_LINGER           0x0080
#define SO_OOBINLINE        0x0100
#define SO_DONTLINGER       ((int)(~SO_LINGER))
#define SO_EXCLUSIVEADDRUSE ((int)(~SO_REUSEADDR))
#define SO_SNDBUF           0x1001
#define SO_RCVBUF           0x1002
#define SO_SNDTIMEO         0x1005
#define SO_RCVTIMEO         0x1006
#define SO_ERROR            0x1007
#define SO_TYPE             0x1008

#define TCP_NODELAY 0x0001

#define SOMAXCONN 0x7fffffff

#define MSG_OOB       0x1
#define MSG_PEEK      0x2
#define MSG_DONTROUTE 0x4
#define MSG_WAITALL   0x8

#define SD_RECEIVE 0
#define SD_SEND    1
#define SD_BOTH    2

#define WSA_FLAG_OVERLAPPED        0x01
#define WSA_FLAG_NO_HANDLE_INHERIT 0x80

#define FIONREAD   ((long)0x4004667F)
#define FIONBIO    ((long)0x8004667E)
#define SIOCATMARK ((long)0x40047307)

#define IOC_OUT       0x40000000
#define IOC_IN        0x80000000
#define IOC_WS2       0x08000000
#define IOC_VENDOR    0x18000000
#define _WSAIOR(x, y) (IOC_OUT | (x) | (y))
#define _WSAIOW(x, y) (IOC_IN | (x) | (y))

#define INADDR_ANY       ((ULONG)0x00000000)
#define INADDR_LOOPBACK  ((ULONG)0x7f000001)
#define INADDR_BROADCAST ((ULONG)0xffffffff)
#define INADDR_NONE      ((ULONG)0xffffffff)

typedef struct in_addr {
    union {
        struct {
            UCHAR s_b1, s_b2, s_b3, s_b4;
        } S_un_b;
        struct {
            USHORT s_w1, s_w2;
        } S_un_w;
        ULONG S_addr;
    } S_un;
} IN_ADDR, *PIN_ADDR;
#define s_addr S_un.S_addr

typedef struct sockaddr {
    USHORT sa_family;
    CHAR sa_data[14];
} SOCKADDR, *PSOCKADDR, *LPSOCKADDR;

typedef struct sockaddr_in {
    SHORT sin_family;
    USHORT sin_port;
    struct in_addr sin_addr;
    CHAR sin_zero[8];
} SOCKADDR_IN, *PSOCKADDR_IN;

typedef struct sockaddr_storage {
    SHORT ss_family;
    CHAR __ss_pad1[6];
    LONGLONG __ss_align;
    CHAR __ss_pad2[112];
} SOCKADDR_STORAGE, *PSOCKADDR_STORAGE;

typedef struct linger {
    USHORT l_onoff;
    USHORT l_linger; /* seconds */
} LINGER, *PLINGER;

typedef struct _WSABUF {
    ULONG len;
    CHAR *buf;
} WSABUF, *LPWSABUF;

#define WSADESCRIPTION_LEN 256
#define WSASYS_STATUS_LEN  128

typedef struct WSAData {
    WORD wVersion;
    WORD wHighVersion;
    USHORT iMaxSockets;
    USHORT iMaxUdpDg;
    CHAR *lpVendorInfo;
    CHAR szDescription[WSADESCRIPTION_LEN + 1];
    CHAR szSystemStatus[WSASYS_STATUS_LEN + 1];
} WSADATA, *LPWSADATA;

#define MAKEWORD(low, high) ((WORD)((BYTE)(low) | (WORD)(BYTE)(high) << 8))
#define LOBYTE(word)        ((BYTE)(word))
#define HIBYTE(word)        ((BYTE)((WORD)(word) >> 8))

typedef OVERLAPPED WSAOVERLAPPED, *LPWSAOVERLAPPED;
typedef void(CALLBACK *LPWSAOVERLAPPED_COMPLETION_ROUTINE)(DWORD error, DWORD transferred,
                                                           LPWSAOVERLAPPED overlapped, DWORD flags);

/* WSASocketW takes it; nobody here looks into one. */
typedef struct _WSAPROTOCOL_INFOW WSAPROTOCOL_INFOW, *LPWSAPROTOCOL_INFOW;

FAKES_STATIC_ASSERT(sizeof(struct in_addr) == 4, "layout of in_addr");
FAKES_STATIC_ASSERT(sizeof(struct sockaddr) == 16, "layout of sockaddr");
FAKES_STATIC_ASSERT(sizeof(struct sockaddr_in) == 16, "layout of sockaddr_in");
FAKES_STATIC_ASSERT(sizeof(struct sockaddr_storage) == 128, "layout of sockaddr_storage");
FAKES_STATIC_ASSERT(sizeof(WSABUF) == 16, "layout of WSABUF");

#ifdef __cplusplus
extern "C" {
#endif

int WSAAPI WSAStartup(WORD version, LPWSADATA data);
int WSAAPI WSACleanup(void);
int WSAAPI WSAGetLastError(void);
void WSAAPI WSASetLastError(int error);

SOCKET WSAAPI socket(int family, int type, int protocol) __asm__("sim_socket");
SOCKET WSAAPI WSASocketW(int family, int type, int protocol, LPWSAPROTOCOL_INFOW info, GROUP group,
                         DWORD flags);
int WSAAPI bind(SOCKET s, const struct sockaddr *name, int length) __asm__("sim_bind");
int WSAAPI listen(SOCKET s, int backlog) __asm__("sim_listen");
SOCKET WSAAPI accept(SOCKET s, struct sockaddr *name, int *length) __asm__("sim_accept");
int WSAAPI connect(SOCKET s, const struct sockaddr *name, int length) __asm__("sim_connect");
int WSAAPI shutdown(SOCKET s, int how) __asm__("sim_shutdown");
int WSAAPI closesocket(SOCKET s);

int WSAAPI send(SOCKET s, const char *buffer, int length, int flags) __asm__("sim_send");
int WSAAPI sendto(SOCKET s, const char *buffer, int length, int flags, const struct sockaddr *to,
                  int to_length) __asm__("sim_sendto");
int WSAAPI recv(SOCKET s, char *buffer, int length, int flags) __asm__("sim_recv");
int WSAAPI recvfrom(SOCKET s, char *buffer, int length, int flags, struct sockaddr *from,
                    int *from_length) __asm__("sim_recvfrom");
int WSAAPI WSASend(SOCKET s, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags,
                   LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);
int WSAAPI WSASendTo(SOCKET s, LPWSABUF buffers, DWORD count, LPDWORD sent, DWORD flags,
                     const struct sockaddr *to, int to_length, LPWSAOVERLAPPED overlapped,
                     LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);
int WSAAPI WSARecv(SOCKET s, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                   LPWSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);
int WSAAPI WSARecvFrom(SOCKET s, LPWSABUF buffers, DWORD count, LPDWORD received, LPDWORD flags,
                       struct sockaddr *from, int *from_length, LPWSAOVERLAPPED overlapped,
                       LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);

int WSAAPI getsockname(SOCKET s, struct sockaddr *name, int *length) __asm__("sim_getsockname");
int WSAAPI getpeername(SOCKET s, struct sockaddr *name, int *length) __asm__("sim_getpeername");
int WSAAPI getsockopt(SOCKET s, int level, int option, char *value,
                      int *length) __asm__("sim_getsockopt");
int WSAAPI setsockopt(SOCKET s, int level, int option, const char *value,
                      int length) __asm__("sim_setsockopt");
int WSAAPI WSAIoctl(SOCKET s, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                    LPDWORD returned, LPWSAOVERLAPPED overlapped,
                    LPWSAOVERLAPPED_COMPLETION_ROUTINE routine);
/* The argument is a u_long of the caller, whatever that is as wide as. */
int sim_ioctlsocket(SOCKET s, long command, void *argument, size_t size);
#define ioctlsocket(s, command, argument) \
    sim_ioctlsocket((s), (command), (argument), sizeof *(argument))

u_short WSAAPI htons(u_short value) __asm__("sim_htons");
u_short WSAAPI ntohs(u_short value) __asm__("sim_ntohs");
ULONG WSAAPI htonl(ULONG value) __asm__("sim_htonl");
ULONG WSAAPI ntohl(ULONG value) __asm__("sim_ntohl");
ULONG WSAAPI inet_addr(const char *text) __asm__("sim_inet_addr");

#ifdef __cplusplus
}
#endif

#endif
