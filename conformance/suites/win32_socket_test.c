/* win32_socket_test: making, binding and naming sockets, and their options.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's ws2_32/sock.c, which also runs on Windows
 * (WT-todo: what it found on Windows and Wine does not do); P is probe p_afd, recorded on Wine 8.
 */
#include "conformance/suites/win32_net.h"

#include <string.h>

/* ---- socket ---- */

/* 7.1: "socket": WT test_WithoutWSAStartup. */
static void socket_before_startup_is_not_initialised(void)
{
    WSASetLastError(0);
    EXPECT_EQUAL(error_of_socket(socket(AF_INET, SOCK_STREAM, 0)), WSANOTINITIALISED);
    EXPECT_EQUAL(error_of(WSACleanup()), WSANOTINITIALISED);
}

/* 7.1: "10047/10043": doc. */
static void socket_of_an_unknown_kind_is_refused(void)
{
    struct net net = net_open();
    EXPECT_EQUAL(error_of_socket(socket(0x7f, SOCK_STREAM, 0)), WSAEAFNOSUPPORT);
    EXPECT_EQUAL(error_of_socket(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP)), WSAEPROTONOSUPPORT);
    net_close(&net);
}

/* 7.1: WSAGetLastError and GetLastError are one (wepoll ws.c relies on it); a success sets it to 0
 * (WT, all of it: since Windows 7). */
static void last_error_is_shared_and_cleared_by_success(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    char byte;
    EXPECT_EQUAL(recv(s, &byte, 1, 0), SOCKET_ERROR);
    EXPECT_EQUAL(GetLastError(), (DWORD)WSAGetLastError());
    EXPECT_EQUAL(option_of(s, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
    EXPECT_EQUAL(GetLastError(), 0);
    close_socket(&s);
    net_close(&net);
}

/* 7.1: WSASocketW, as Rust's standard library calls it. */
static void wide_socket_call_makes_a_socket(void)
{
    struct net net = net_open();
    SOCKET s = WSASocketW(AF_INET6, SOCK_STREAM, IPPROTO_TCP, NULL, 0,
                          WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    EXPECT_EQUAL(error_of_socket(s), 0);
    EXPECT_EQUAL(option_of(s, IPPROTO_IPV6, IPV6_V6ONLY), 1);
    close_socket(&s);
    net_close(&net);
}

/* ---- bind ---- */

static DWORD bind_to(SOCKET s, const struct sockaddr_in *address)
{
    return error_of(bind(s, (const struct sockaddr *)address, sizeof *address));
}

/* 7.2: "bind": WT test_bind. */
static void bind_refuses_what_it_must(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct sockaddr_in address = loopback(0);
    EXPECT_EQUAL(error_of(bind(s, NULL, sizeof address)), WSAEFAULT);
    EXPECT_EQUAL(error_of(bind(s, (struct sockaddr *)&address, sizeof address - 1)), WSAEFAULT);
    address.sin_family = 0x5a;
    EXPECT_EQUAL(bind_to(s, &address), WSAEAFNOSUPPORT);
    address = loopback(0);
    address.sin_addr.s_addr = inet_addr("192.0.2.0");
    EXPECT_EQUAL(bind_to(s, &address), WSAEADDRNOTAVAIL);
    address = loopback(0);
    EXPECT_EQUAL(bind_to(s, &address), 0);
    EXPECT_EQUAL(bind_to(s, &address), WSAEINVAL);
    close_socket(&s);
    net_close(&net);
}

enum sharing { DEFAULT, REUSE, EXCLUSIVE };

struct sharing_row {
    enum sharing first;
    bool first_specific;
    enum sharing second;
    bool second_specific;
    DWORD error;
};

static void share(SOCKET s, enum sharing how)
{
    if (how != DEFAULT) {
        int option = how == REUSE ? SO_REUSEADDR : SO_EXCLUSIVEADDRUSE;
        EXPECT_EQUAL(set_option(s, SOL_SOCKET, option, 1), 0);
    }
}

/* 6 "in use 10048; EXCLUSIVEADDRUSE/forbidden 10013": doc (Using SO_REUSEADDR and
 * SO_EXCLUSIVEADDRUSE); those with a star in WT test_reuseaddr. */
static const struct sharing_row sharing_rows[] = {
    {DEFAULT, true, DEFAULT, true, WSAEADDRINUSE},   /* * */
    {DEFAULT, false, DEFAULT, false, WSAEADDRINUSE}, /* * */
    {DEFAULT, false, DEFAULT, true, 0},              /* * */
    {DEFAULT, true, DEFAULT, false, 0},              /* * */
    {DEFAULT, true, REUSE, true, WSAEACCES},         /* * */
    {REUSE, true, REUSE, true, 0},                   /* * */
    {REUSE, false, REUSE, false, 0},
    {DEFAULT, false, REUSE, false, WSAEACCES},
    {EXCLUSIVE, false, DEFAULT, true, WSAEACCES},      /* * */
    {DEFAULT, false, EXCLUSIVE, true, 0},              /* * */
    {EXCLUSIVE, false, EXCLUSIVE, true, WSAEACCES},    /* * */
    {EXCLUSIVE, true, DEFAULT, false, 0},              /* * */
    {DEFAULT, true, EXCLUSIVE, false, WSAEADDRINUSE},  /* * */
    {DEFAULT, false, EXCLUSIVE, false, WSAEADDRINUSE}, /* * */
    {EXCLUSIVE, true, DEFAULT, true, WSAEADDRINUSE},   /* * */
    {DEFAULT, true, EXCLUSIVE, true, WSAEADDRINUSE},   /* * */
};

static void check_sharing(const struct sharing_row *row)
{
    struct sockaddr_in address;
    SOCKET probe = new_listener(&address), first = new_tcp(), second = new_tcp();
    close_socket(&probe);
    share(first, row->first);
    share(second, row->second);
    address.sin_addr.s_addr = htonl(row->first_specific ? INADDR_LOOPBACK : INADDR_ANY);
    EXPECT_EQUAL(bind_to(first, &address), 0);
    address.sin_addr.s_addr = htonl(row->second_specific ? INADDR_LOOPBACK : INADDR_ANY);
    EXPECT_EQUAL(bind_to(second, &address), row->error);
    close_socket(&first);
    close_socket(&second);
}

/* 7.2 */
static void port_is_shared_as_both_sockets_want_it(void)
{
    struct net net = net_open();
    for (size_t i = 0; i < sizeof sharing_rows / sizeof sharing_rows[0]; i++) {
        check_sharing(&sharing_rows[i]);
    }
    net_close(&net);
}

/* 7.2: WT test_reuseaddr. */
static void reuse_and_exclusive_exclude_each_other(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    EXPECT_EQUAL(set_option(s, SOL_SOCKET, SO_REUSEADDR, 1), 0);
    EXPECT_EQUAL(set_option(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1), WSAEINVAL);
    EXPECT_EQUAL(set_option(s, SOL_SOCKET, SO_REUSEADDR, 0), 0);
    EXPECT_EQUAL(set_option(s, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1), 0);
    EXPECT_EQUAL(set_option(s, SOL_SOCKET, SO_REUSEADDR, 1), WSAEINVAL);
    close_socket(&s);
    net_close(&net);
}

/* 7.2: WT test_reuseaddr ("any addr together with loopback"), whichever was there first. */
static void listener_of_the_very_address_gets_the_connection(void)
{
    struct net net = net_open();
    for (unsigned wild_first = 0; wild_first < 2; wild_first++) {
        struct sockaddr_in address, any;
        SOCKET listener[2] = {new_listener(&address), new_tcp()};
        if (wild_first) { /* the port is known to be free */
            close_socket(&listener[0]);
            listener[0] = new_tcp();
        }
        any = address;
        any.sin_addr.s_addr = htonl(INADDR_ANY);
        if (wild_first) {
            EXPECT_EQUAL(bind_to(listener[0], &any), 0);
            EXPECT_EQUAL(error_of(listen(listener[0], 1)), 0);
        }
        EXPECT_EQUAL(bind_to(listener[1], wild_first ? &address : &any), 0);
        EXPECT_EQUAL(error_of(listen(listener[1], 1)), 0);
        SOCKET client = new_tcp();
        (void)connect_to(client, &address);
        await(&net, listener[wild_first], ACCEPTABLE);
        EXPECT_EQUAL(level(&net, listener[1 - wild_first]), 0);
        close_socket(&client);
        close_socket(&listener[0]);
        close_socket(&listener[1]);
    }
    net_close(&net);
}

/* 7.2: "getsockname unbound 10022": WT test_getsockname; P. */
static void name_of_a_socket_is_there_when_it_is_bound(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct sockaddr_in address;
    int length = sizeof address;
    EXPECT_EQUAL(error_of(getsockname(s, (struct sockaddr *)&address, &length)), WSAEINVAL);
    struct sockaddr_in any = loopback(0);
    any.sin_addr.s_addr = htonl(INADDR_ANY);
    EXPECT_EQUAL(bind_to(s, &any), 0);
    length = sizeof address - 1;
    EXPECT_EQUAL(error_of(getsockname(s, (struct sockaddr *)&address, &length)), WSAEFAULT);
    EXPECT_EQUAL(length, sizeof address - 1);
    length = sizeof address;
    EXPECT_EQUAL(error_of(getsockname(s, (struct sockaddr *)&address, &length)), 0);
    EXPECT(address.sin_port != 0);
    EXPECT_EQUAL(address.sin_addr.s_addr, htonl(INADDR_ANY));
    close_socket(&s);
    net_close(&net);
}

/* ---- options and names ---- */

/* 7.19: WT test_set_getsockopt. */
static void options_are_kept_as_they_are_set(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    char byte = 1;
    EXPECT_EQUAL(option_of(s, IPPROTO_TCP, TCP_NODELAY), 0);
    EXPECT_EQUAL(error_of(setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &byte, 1)), 0);
    EXPECT_EQUAL(option_of(s, IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQUAL(error_of(setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &byte, 0)), WSAEFAULT);
    EXPECT_EQUAL(error_of(setsockopt(s, SOL_SOCKET, SO_LINGER, NULL, 4)), WSAEFAULT);
    EXPECT_EQUAL(set_option(s, SOL_SOCKET, SO_SNDBUF, 4096), 0);
    EXPECT_EQUAL(option_of(s, SOL_SOCKET, SO_SNDBUF), 4096);
    EXPECT_EQUAL(set_option(s, IPPROTO_IP, IP_TTL, 42), 0);
    EXPECT_EQUAL(option_of(s, IPPROTO_IP, IP_TTL), 42);
    EXPECT_EQUAL(set_option(s, SOL_SOCKET, SO_ACCEPTCONN, 1), WSAENOPROTOOPT);
    close_socket(&s);
    net_close(&net);
}

/* 7.19: doc (inet_pton, inet_ntop). */
static void addresses_are_read_and_written(void)
{
    static const char *const texts[] = {"127.0.0.1", "0.0.0.0", "255.255.255.255"};
    static const char *const texts6[] = {
        "::", "::1", "1::", "fe80::1:2", "1:2:3:4:5:6:7:8", "::ffff:127.0.0.1", "1:0:0:4::8"};
    static const char *const wrong[] = {"1.2.3", "1.2.3.256", "", "1.2.3.4.5"};
    static const char *const wrong6[] = {":", "1:2", "1::2::3", "12345::", "1:2:3:4:5:6:7:8:9"};
    UCHAR bytes[16];
    char text[INET6_ADDRSTRLEN];
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        EXPECT_EQUAL(inet_pton(AF_INET, texts[i], bytes), 1);
        EXPECT_EQUAL(strcmp(inet_ntop(AF_INET, bytes, text, sizeof text), texts[i]), 0);
    }
    for (size_t i = 0; i < sizeof texts6 / sizeof texts6[0]; i++) {
        EXPECT_EQUAL(inet_pton(AF_INET6, texts6[i], bytes), 1);
        EXPECT_EQUAL(strcmp(inet_ntop(AF_INET6, bytes, text, sizeof text), texts6[i]), 0);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        EXPECT_EQUAL(inet_pton(AF_INET, wrong[i], bytes), 0);
    }
    for (size_t i = 0; i < sizeof wrong6 / sizeof wrong6[0]; i++) {
        EXPECT_EQUAL(inet_pton(AF_INET6, wrong6[i], bytes), 0);
    }
}

/* 7.19: doc (getaddrinfo). */
static void names_that_are_numbers_are_resolved(void)
{
    struct net net = net_open();
    struct addrinfo hints, *list = NULL;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICHOST;
    EXPECT_EQUAL(getaddrinfo("127.0.0.1", "80", &hints, &list), 0);
    EXPECT_EQUAL(list->ai_family, AF_INET);
    EXPECT_EQUAL(((struct sockaddr_in *)(void *)list->ai_addr)->sin_port, htons(80));
    EXPECT(list->ai_next == NULL);
    freeaddrinfo(list);
    EXPECT_EQUAL(getaddrinfo("::1", NULL, &hints, &list), 0);
    EXPECT_EQUAL(list->ai_family, AF_INET6);
    freeaddrinfo(list);
    EXPECT_EQUAL(getaddrinfo("no.number", "80", &hints, &list), WSAHOST_NOT_FOUND);
    net_close(&net);
}

static const struct fact facts[] = {
    FACT(socket_before_startup_is_not_initialised, 0),
    FACT(socket_of_an_unknown_kind_is_refused, 0),
    {FACT_OF(last_error_is_shared_and_cleared_by_success), .flags = 0,
     .on_wine = "getsockopt leaves it alone"},
    FACT(wide_socket_call_makes_a_socket, 0),
    FACT(bind_refuses_what_it_must, 0),
    FACT(port_is_shared_as_both_sockets_want_it, 0),
    FACT(reuse_and_exclusive_exclude_each_other, 0),
    {FACT_OF(listener_of_the_very_address_gets_the_connection), .flags = FACT_PLAIN,
     .on_wine = "WT-todo: a wildcard does not share with a listener"},
    FACT(name_of_a_socket_is_there_when_it_is_bound, 0),
    FACT(options_are_kept_as_they_are_set, 0),
    FACT(addresses_are_read_and_written, 0),
    FACT(names_that_are_numbers_are_resolved, 0),
};

FACT_SUITE(win32_socket);
