/* win32_socket_option: options and controls of sockets (ws2_32). What an option accepts and what it
 * refuses: Wine ws2_32/sock.c test_set_getsockopt, test_sockopt_validity, test_reuseaddr, on
 * Windows. */
#include "fakes/win32_socket.h"

#include "fakes/scheduler.h"

#include <mswsock.h>

#include <string.h>

/* ---- the table ---- */

enum option_kind {
    OPTION_FLAG,   /* any size is taken, 0 or 1 */
    OPTION_NUMBER, /* 4 bytes */
    OPTION_BYTE    /* 0 .. 255, any size */
};

enum option_scope { FOR_ALL, FOR_STREAMS, FOR_DATAGRAMS };

struct option {
    int level, name;
    enum option_kind kind;
    enum option_scope scope;
    size_t offset; /* of the value in struct sim_socket_options */
};

#define AT(member) offsetof(struct sim_socket_options, member)

static const struct option options[] = {
    {SOL_SOCKET, SO_REUSEADDR, OPTION_FLAG, FOR_ALL, AT(reuse)},
    {SOL_SOCKET, SO_EXCLUSIVEADDRUSE, OPTION_FLAG, FOR_ALL, AT(exclusive)},
    {SOL_SOCKET, SO_KEEPALIVE, OPTION_FLAG, FOR_STREAMS, AT(keepalive)},
    {SOL_SOCKET, SO_BROADCAST, OPTION_FLAG, FOR_DATAGRAMS, AT(broadcast)},
    {SOL_SOCKET, SO_DONTROUTE, OPTION_FLAG, FOR_ALL, AT(dontroute)},
    {SOL_SOCKET, SO_OOBINLINE, OPTION_FLAG, FOR_STREAMS, AT(oobinline)},
    {SOL_SOCKET, SO_SNDBUF, OPTION_NUMBER, FOR_ALL, AT(send_buffer)},
    {SOL_SOCKET, SO_RCVBUF, OPTION_NUMBER, FOR_ALL, AT(receive_buffer)},
    {SOL_SOCKET, SO_SNDTIMEO, OPTION_NUMBER, FOR_ALL, AT(send_timeout_ms)},
    {SOL_SOCKET, SO_RCVTIMEO, OPTION_NUMBER, FOR_ALL, AT(receive_timeout_ms)},
    {IPPROTO_TCP, TCP_NODELAY, OPTION_FLAG, FOR_STREAMS, AT(nodelay)},
    {IPPROTO_IP, IP_TTL, OPTION_BYTE, FOR_ALL, AT(ttl)},
    {IPPROTO_IP, IP_TOS, OPTION_BYTE, FOR_ALL, AT(tos)},
    {IPPROTO_IP, IP_MULTICAST_TTL, OPTION_BYTE, FOR_DATAGRAMS, AT(multicast_ttl)},
    {IPPROTO_IP, IP_MULTICAST_LOOP, OPTION_FLAG, FOR_DATAGRAMS, AT(multicast_loop)},
    {IPPROTO_IP, IP_MULTICAST_IF, OPTION_NUMBER, FOR_DATAGRAMS, AT(multicast_if)},
    {IPPROTO_IPV6, IPV6_UNICAST_HOPS, OPTION_BYTE, FOR_ALL, AT(ttl)},
    {IPPROTO_IPV6, IPV6_MULTICAST_HOPS, OPTION_BYTE, FOR_DATAGRAMS, AT(multicast_ttl)},
    {IPPROTO_IPV6, IPV6_MULTICAST_LOOP, OPTION_FLAG, FOR_DATAGRAMS, AT(multicast_loop)},
    {IPPROTO_IPV6, IPV6_MULTICAST_IF, OPTION_NUMBER, FOR_DATAGRAMS, AT(multicast_if)},
    {IPPROTO_IPV6, IPV6_V6ONLY, OPTION_FLAG, FOR_ALL, AT(v6only)},
};

static const struct option *option_find(int level, int name)
{
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        if (options[i].level == level && options[i].name == name) {
            return &options[i];
        }
    }
    return NULL;
}

static bool is_in_scope(const struct option *option, const struct sim_socket *socket)
{
    switch (option->scope) {
    case FOR_ALL:
        return true;
    case FOR_STREAMS:
        return socket->type == SOCK_STREAM;
    case FOR_DATAGRAMS:
        return socket->type == SOCK_DGRAM;
    }
    return false;
}

/* Options of TCP and of SOL_SOCKET that the protocol does not have are unknown to it; those of IP
 * are invalid. */
static DWORD out_of_scope(const struct option *option)
{
    return option->level == IPPROTO_IP || option->level == IPPROTO_IPV6 ? WSAEINVAL
                                                                        : WSAENOPROTOOPT;
}

static _Noreturn void unknown_option(int level, int name)
{
    sim_report(SIM_ORACLE_UNMODELLED, "option 0x%x of level 0x%x", (unsigned)name, (unsigned)level);
}

static int32_t *value_of(struct sim_socket *socket, const struct option *option)
{
    return (int32_t *)(void *)((char *)&socket->options + option->offset);
}

/* ---- set ---- */

/* Takes a value of at most 4 bytes; of shorter ones the rest is 0. */
static int32_t read_value(const char *value, int length)
{
    uint32_t number = 0;
    memcpy(&number, value, length < 4 ? (size_t)length : 4);
    return (int32_t)number;
}

static DWORD set_in_table(struct sim_socket *socket, const struct option *option, const char *value,
                          int length)
{
    if (!is_in_scope(option, socket)) {
        return out_of_scope(option);
    }
    if (option->kind == OPTION_NUMBER && length < 4) {
        return WSAEFAULT;
    }
    int32_t number = read_value(value, length);
    bool sharing = option->name == SO_REUSEADDR || option->name == SO_EXCLUSIVEADDRUSE;
    if (option->level == SOL_SOCKET && sharing && number != 0) {
        int32_t other =
            option->name == SO_REUSEADDR ? socket->options.exclusive : socket->options.reuse;
        if (other != 0) {
            return WSAEINVAL; /* they exclude each other */
        }
    }
    if (option->offset == AT(v6only) && socket->binding.bound) {
        return WSAEINVAL;
    }
    if (option->kind == OPTION_FLAG) {
        number = number != 0;
    } else if (option->kind == OPTION_BYTE && (number < 0 || number > 255)) {
        return WSAEINVAL;
    }
    *value_of(socket, option) = number;
    return 0;
}

static DWORD set_linger(struct sim_socket *socket, int name, const char *value, int length)
{
    if (socket->type != SOCK_STREAM) {
        return WSAENOPROTOOPT;
    }
    if (name == SO_DONTLINGER) {
        socket->options.linger_on = read_value(value, length) == 0;
        return 0;
    }
    if (length < (int)sizeof(struct linger)) {
        return WSAEFAULT;
    }
    struct linger linger;
    memcpy(&linger, value, sizeof linger);
    socket->options.linger_on = linger.l_onoff != 0;
    socket->options.linger_s = linger.l_linger;
    return 0;
}

/* Membership in a group; interfaces are all the loopback's. */
static DWORD set_membership(struct sim_socket *socket, int level, bool join, const char *value,
                            int length)
{
    struct sim_address group = address_any(level == IPPROTO_IP ? 4 : 6, 0);
    int size = level == IPPROTO_IP ? (int)sizeof(struct ip_mreq) : (int)sizeof(struct ipv6_mreq);
    if (socket->type != SOCK_DGRAM) {
        return WSAENOPROTOOPT;
    }
    if (length < size) {
        return WSAEFAULT;
    }
    memcpy(group.bytes, value, level == IPPROTO_IP ? 4 : 16); /* both begin with the group */
    return join ? udp_join(socket, &group) : udp_leave(socket, &group);
}

static DWORD set_option(struct sim_socket *socket, int level, int name, const char *value,
                        int length)
{
    socket_touch(socket, true);
    socket_touch_options(socket, true);
    if (value == NULL || length <= 0) {
        return WSAEFAULT;
    }
    if (level == SOL_SOCKET && (name == SO_LINGER || name == SO_DONTLINGER)) {
        return set_linger(socket, name, value, length);
    }
    if ((level == IPPROTO_IP && name == IP_ADD_MEMBERSHIP) ||
        (level == IPPROTO_IPV6 && name == IPV6_ADD_MEMBERSHIP)) {
        return set_membership(socket, level, true, value, length);
    }
    if ((level == IPPROTO_IP && name == IP_DROP_MEMBERSHIP) ||
        (level == IPPROTO_IPV6 && name == IPV6_DROP_MEMBERSHIP)) {
        return set_membership(socket, level, false, value, length);
    }
    if (level == SOL_SOCKET && name == SO_ACCEPTCONN) {
        return WSAENOPROTOOPT; /* it can only be asked for (Wine test_listen) */
    }
    const struct option *option = option_find(level, name);
    if (option == NULL) {
        unknown_option(level, name);
    }
    return set_in_table(socket, option, value, length);
}

int setsockopt(SOCKET s, int level, int name, const char *value, int length)
{
    struct sim_socket *socket =
        winsock_enter(SIM_OP_SET_SOCKET_OPTION, s, (uint64_t)(unsigned)name);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    DWORD error = scheduler_fault(SIM_OP_SET_SOCKET_OPTION, 1) != 0
                      ? WSAENOBUFS
                      : set_option(socket, level, name, value, length);
    if (error == 0) {
        socket_changed(socket);
    }
    return winsock_leave(SIM_OP_SET_SOCKET_OPTION, socket, 0, error);
}

/* ---- get ---- */

static DWORD write_value(int32_t number, enum option_kind kind, char *value, int *length)
{
    int least = kind == OPTION_NUMBER ? 4 : 1;
    if (*length < least) {
        return WSAEFAULT;
    }
    int size = *length < 4 ? *length : 4;
    memcpy(value, &number, (size_t)size);
    *length = size;
    return 0;
}

static DWORD get_linger(const struct sim_socket *socket, int name, char *value, int *length)
{
    if (socket->type != SOCK_STREAM) {
        return WSAENOPROTOOPT;
    }
    if (name == SO_DONTLINGER) {
        return write_value(!socket->options.linger_on, OPTION_FLAG, value, length);
    }
    struct linger linger = {(USHORT)socket->options.linger_on, (USHORT)socket->options.linger_s};
    if (*length < (int)sizeof linger) {
        return WSAEFAULT;
    }
    memcpy(value, &linger, sizeof linger);
    *length = (int)sizeof linger;
    return 0;
}

/* What is no option but a question: true, and the answer. */
static bool get_state(const struct sim_socket *socket, int name, int32_t *answer)
{
    switch (name) {
    case SO_ERROR:
        *answer = (int32_t)socket->error; /* it stays (Wine test_WSAPoll) */
        return true;
    case SO_TYPE:
        *answer = socket->type;
        return true;
    case SO_ACCEPTCONN:
        *answer = socket->type == SOCK_STREAM && socket->tcp.state == SIM_TCP_LISTENING;
        return true;
    default:
        return false;
    }
}

static DWORD get_option(struct sim_socket *socket, int level, int name, char *value, int *length)
{
    int32_t answer;
    socket_touch(socket, false);
    if (value == NULL || length == NULL) {
        return WSAEFAULT;
    }
    if (level == SOL_SOCKET && (name == SO_LINGER || name == SO_DONTLINGER)) {
        return get_linger(socket, name, value, length);
    }
    if (level == SOL_SOCKET && get_state(socket, name, &answer)) {
        return write_value(answer, OPTION_NUMBER, value, length);
    }
    const struct option *option = option_find(level, name);
    if (option == NULL) {
        unknown_option(level, name);
    }
    if (!is_in_scope(option, socket)) {
        return out_of_scope(option);
    }
    return write_value(*value_of(socket, option), option->kind, value, length);
}

int getsockopt(SOCKET s, int level, int name, char *value, int *length)
{
    struct sim_socket *socket =
        winsock_enter(SIM_OP_GET_SOCKET_OPTION, s, (uint64_t)(unsigned)name);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    return winsock_leave(SIM_OP_GET_SOCKET_OPTION, socket, 0,
                         get_option(socket, level, name, value, length));
}

/* ---- controls ---- */

static uint32_t readable_bytes(const struct sim_socket *socket)
{
    if (socket->type == SOCK_DGRAM) {
        return udp_next_size(socket);
    }
    const struct sim_tcp *tcp = &socket->tcp;
    return tcp->link != NULL ? tcp->link->end[tcp->side].in.unread_bytes : 0;
}

/* FIONBIO and FIONREAD, which both ioctlsocket and WSAIoctl take: 0, or the error. */
static DWORD common_control(struct sim_socket *socket, uint32_t code, const void *in, void *out,
                            size_t size, size_t *written)
{
    uint32_t number = 0;
    if (size < sizeof number) {
        return WSAEFAULT;
    }
    if (code == (uint32_t)FIONBIO) {
        socket_touch(socket, true);
        memcpy(&number, in, sizeof number);
        socket->nonblocking = number != 0;
        return 0;
    }
    if (code != (uint32_t)FIONREAD) {
        sim_report(SIM_ORACLE_UNMODELLED, "control 0x%x of a socket", code);
    }
    socket->transport->touch_level(socket, AFD_POLL_RECEIVE);
    number = readable_bytes(socket);
    memset(out, 0, size);
    memcpy(out, &number, sizeof number); /* little-endian: right whatever the size */
    *written = sizeof number;
    return 0;
}

int sim_ioctlsocket(SOCKET s, long command, void *argument, size_t size)
{
    struct sim_socket *socket =
        winsock_enter(SIM_OP_SOCKET_CONTROL, s, (uint64_t)(uint32_t)command);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    size_t written;
    DWORD error =
        scheduler_fault(SIM_OP_SOCKET_CONTROL, 1) != 0
            ? WSAENOBUFS
            : common_control(socket, (uint32_t)command, argument, argument, size, &written);
    return winsock_leave(SIM_OP_SOCKET_CONTROL, socket, 0, error);
}

/* The handle below this one. The base provider answers SIO_BASE_HANDLE with the handle itself and
 * knows nothing of SIO_BSP_HANDLE_* (probe p_afd). */
static DWORD base_handle(SOCKET s, DWORD code, HANDLE *answer)
{
    HANDLE below = layer_base((HANDLE)s);
    bool asks_base = code == SIO_BASE_HANDLE;
    if (below == NULL) {
        *answer = (HANDLE)s;
        return asks_base ? 0 : WSAEOPNOTSUPP;
    }
    *answer = below;
    bool answers = sim_running->settings.layers == SIM_LAYERS_BASE ? asks_base : !asks_base;
    return answers ? 0 : WSAEOPNOTSUPP;
}

static DWORD control(struct sim_socket *socket, SOCKET s, DWORD code, const void *in, DWORD in_size,
                     void *out, DWORD out_size, size_t *written)
{
    HANDLE handle;
    DWORD error;
    uint32_t number = 0;
    if (code == SIO_BASE_HANDLE || code == SIO_BSP_HANDLE || code == SIO_BSP_HANDLE_SELECT ||
        code == SIO_BSP_HANDLE_POLL) {
        error = base_handle(s, code, &handle);
        if (error == 0 && (out == NULL || out_size < sizeof handle)) {
            error = WSAEFAULT;
        }
        if (error == 0) {
            memcpy(out, &handle, sizeof handle);
            *written = sizeof handle;
        }
        return error;
    }
    if (code == SIO_UDP_CONNRESET && socket->type == SOCK_DGRAM) {
        if (in == NULL || in_size < sizeof number) {
            return WSAEFAULT;
        }
        socket_touch(socket, true);
        socket_touch_options(socket, true);
        memcpy(&number, in, sizeof number);
        socket->options.reports_unreachable = number != 0;
        return 0;
    }
    bool takes = code == (uint32_t)FIONBIO;
    return common_control(socket, code, in, out, takes ? in_size : out_size, written);
}

int WSAIoctl(SOCKET s, DWORD code, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
             LPDWORD returned, LPWSAOVERLAPPED overlapped,
             LPWSAOVERLAPPED_COMPLETION_ROUTINE routine)
{
    if (overlapped != NULL || routine != NULL) {
        sim_report(SIM_ORACLE_UNMODELLED, "an overlapped control of a socket");
    }
    struct sim_socket *socket = winsock_enter(SIM_OP_SOCKET_CONTROL, s, code);
    if (socket == NULL) {
        return SOCKET_ERROR;
    }
    size_t written = 0;
    DWORD error = returned == NULL ? WSAEFAULT
                  : scheduler_fault(SIM_OP_SOCKET_CONTROL, 1) != 0
                      ? WSAENOBUFS
                      : control(socket, s, code, in, in_size, out, out_size, &written);
    if (error == 0) {
        *returned = (DWORD)written;
    }
    return winsock_leave(SIM_OP_SOCKET_CONTROL, socket, 0, error);
}
