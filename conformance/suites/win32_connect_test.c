/* win32_connect_test: how stream connections begin: listen, accept, connect.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's ws2_32/sock.c, which also runs on Windows
 * (WT-todo: what it found on Windows and Wine does not do); P is probe p_afd, recorded on Wine 8.
 */
#include "conformance/suites/win32_net.h"

#include <string.h>

static DWORD bind_to(SOCKET s, const struct sockaddr_in *address)
{
    return error_of(bind(s, (const struct sockaddr *)address, sizeof *address));
}

/* ---- listen and accept ---- */

/* 7.3: "listen": WT test_listen; P. */
static void listen_needs_a_bound_socket(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET s = new_tcp(), datagrams = new_bound_udp(&address);
    address = loopback(0);
    EXPECT_EQUAL(error_of(listen(s, 1)), WSAEINVAL);
    EXPECT_EQUAL(error_of(listen(datagrams, 1)), WSAEOPNOTSUPP);
    EXPECT_EQUAL(bind_to(s, &address), 0);
    EXPECT_EQUAL(option_of(s, SOL_SOCKET, SO_ACCEPTCONN), 0);
    EXPECT_EQUAL(error_of(listen(s, 0)), 0);
    EXPECT_EQUAL(error_of(listen(s, SOMAXCONN)), 0);
    EXPECT_EQUAL(option_of(s, SOL_SOCKET, SO_ACCEPTCONN), 1);
    close_socket(&datagrams);
    close_socket(&s);
    net_close(&net);
}

/* 7.3: "listen: connected 10056": doc. */
static void listen_of_a_connected_socket_is_refused(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    EXPECT_EQUAL(error_of(listen(pair.client, 1)), WSAEISCONN);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.4: "accept: none 10035; not listening 10022": P. */
static void accept_of_nothing_would_block(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET listener = new_listener(&address), s = new_tcp();
    EXPECT_EQUAL(error_of_socket(accept(listener, NULL, NULL)), WSAEWOULDBLOCK);
    EXPECT_EQUAL(error_of_socket(accept(s, NULL, NULL)), WSAEINVAL);
    close_socket(&s);
    close_socket(&listener);
    net_close(&net);
}

/* 7.4: "accept: inherits non-blocking": doc; P. Options: WT test_accept_inheritance. */
static void accepted_socket_inherits_from_its_listener(void)
{
    struct net net = net_open();
    struct sockaddr_in address, peer;
    SOCKET listener = new_listener(&address), client = new_tcp();
    struct linger linger = {1, 555}, got = {0, 0};
    struct text text;
    int length = sizeof got, peer_length = sizeof peer;
    EXPECT_EQUAL(set_option(listener, SOL_SOCKET, SO_KEEPALIVE, 1), 0);
    EXPECT_EQUAL(set_option(listener, SOL_SOCKET, SO_RCVTIMEO, 0x123), 0);
    EXPECT_EQUAL(set_option(listener, IPPROTO_TCP, TCP_NODELAY, 1), 0);
    EXPECT_EQUAL(
        error_of(setsockopt(listener, SOL_SOCKET, SO_LINGER, (const char *)&linger, sizeof linger)),
        0);
    (void)connect_to(client, &address);
    await(&net, listener, ACCEPTABLE);
    SOCKET server = accept(listener, (struct sockaddr *)&peer, &peer_length);
    EXPECT_EQUAL(error_of_socket(server), 0);
    EXPECT_EQUAL(peer_length, sizeof peer);
    EXPECT_EQUAL(receive(server, 1, &text), WSAEWOULDBLOCK);
    EXPECT_EQUAL(option_of(server, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_EQUAL(option_of(server, SOL_SOCKET, SO_RCVTIMEO), 0x123);
    EXPECT_EQUAL(option_of(server, IPPROTO_TCP, TCP_NODELAY), 1);
    EXPECT_EQUAL(error_of(getsockopt(server, SOL_SOCKET, SO_LINGER, (char *)&got, &length)), 0);
    EXPECT_EQUAL(got.l_linger, 555);
    close_socket(&client);
    close_socket(&server);
    close_socket(&listener);
    net_close(&net);
}

/* 7.4: Both ends agree who they are: WT test_getpeername, test_shutdown. */
static void names_of_both_ends_agree(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    const SOCKET ends[2] = {pair.client, pair.server};
    for (unsigned i = 0; i < 2; i++) {
        struct sockaddr_in mine, theirs;
        int length = sizeof mine;
        EXPECT_EQUAL(error_of(getsockname(ends[i], (struct sockaddr *)&mine, &length)), 0);
        length = sizeof theirs;
        EXPECT_EQUAL(error_of(getpeername(ends[1 - i], (struct sockaddr *)&theirs, &length)), 0);
        EXPECT_EQUAL(memcmp(&mine, &theirs, sizeof mine), 0);
    }
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.4: "accept: peer already gone: 10054 or a dead socket". */
static void accept_of_a_connection_that_was_reset(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET listener = new_listener(&address), client = new_tcp();
    (void)connect_to(client, &address);
    await(&net, client, SENDABLE);
    await(&net, listener, ACCEPTABLE);
    close_hard(&client);
    SOCKET server = accept(listener, NULL, NULL);
    if (server == INVALID_SOCKET) {
        EXPECT_EQUAL(WSAGetLastError(), WSAECONNRESET);
        fact_saw("refused");
    } else {
        await(&net, server, ABORTED);
        fact_saw("a dead socket");
        close_socket(&server);
    }
    close_socket(&listener);
    net_close(&net);
}

static struct net shared_net;
static struct sockaddr_in shared_address;
static SOCKET shared_socket;

static DWORD WINAPI connect_and_close(LPVOID argument)
{
    (void)argument;
    SOCKET s = new_socket(AF_INET, SOCK_STREAM);
    DWORD error = connect_to(s, &shared_address);
    close_socket(&s);
    return error;
}

/* 7.4: a blocking accept waits, and so does a blocking connect. */
static void blocking_accept_waits_for_a_connection(void)
{
    shared_net = net_open();
    SOCKET listener = new_listener(&shared_address);
    set_blocking(listener, true);
    HANDLE thread = start_thread(connect_and_close, NULL);
    SOCKET server = accept(listener, NULL, NULL);
    EXPECT_EQUAL(error_of_socket(server), 0);
    EXPECT_EQUAL(join_thread(thread), 0);
    close_socket(&server);
    close_socket(&listener);
    net_close(&shared_net);
}

static DWORD WINAPI close_the_shared_socket(LPVOID argument)
{
    (void)argument;
    fact_spin();
    return error_of(closesocket(shared_socket));
}

/* 7.13: doc (accept, recv: WSAEINTR "the blocking call was cancelled"). */
static void close_of_a_socket_interrupts_who_waits_for_it(void)
{
    shared_net = net_open();
    shared_socket = new_listener(&shared_address);
    set_blocking(shared_socket, true);
    HANDLE thread = start_thread(close_the_shared_socket, NULL);
    DWORD error = error_of_socket(accept(shared_socket, NULL, NULL));
    EXPECT(error == WSAEINTR || error == WSAENOTSOCK);
    EXPECT_EQUAL(join_thread(thread), 0);
    net_close(&shared_net);
}

/* ---- connect ---- */

/* 7.5: "connect: 10035 on start (0 is legal but unusual)": WT afd.c:359; P. */
static void connect_of_a_nonblocking_socket_would_block_or_is_done(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET listener = new_listener(&address), client = new_tcp();
    DWORD error = connect_to(client, &address);
    EXPECT(error == WSAEWOULDBLOCK || error == 0);
    fact_saw(error == 0 ? "done" : "would block");
    EXPECT_LEVEL(&net, client, SENDABLE | CONNECTED);
    EXPECT_EQUAL(socket_error(client), 0);
    close_socket(&client);
    close_socket(&listener);
    net_close(&net);
}

/* 7.5: "connected 10056; on listener 10022": WT test_connect; P. */
static void connect_of_a_connected_or_listening_socket_is_refused(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    struct pair pair = net_pair_open(&net);
    SOCKET listener = new_listener(&address);
    EXPECT_EQUAL(connect_to(pair.client, &address), WSAEISCONN);
    EXPECT_EQUAL(connect_to(pair.server, &address), WSAEISCONN);
    EXPECT_EQUAL(connect_to(listener, &address), WSAEINVAL);
    close_socket(&listener);
    net_pair_close(&pair);
    net_close(&net);
}

static SOCKET connecting(void)
{
    SOCKET s = new_tcp();
    struct sockaddr_in address = loopback(9);
    address.sin_addr.s_addr = inet_addr("192.0.2.1");
    EXPECT_EQUAL(connect_to(s, &address), WSAEWOULDBLOCK);
    return s;
}

/* 7.5: "while connecting 10037 (also 10022/10035 seen)": WT test_connecting_socket; doc (connect).
 */
static void connect_while_connecting_is_already(void)
{
    struct net net = net_open();
    SOCKET s = connecting();
    struct sockaddr_in address = loopback(9);
    address.sin_addr.s_addr = inet_addr("192.0.2.1");
    switch (connect_to(s, &address)) {
    case WSAEALREADY:
        fact_saw("already");
        break;
    case WSAEINVAL:
        fact_saw("invalid");
        break;
    case WSAEWOULDBLOCK:
        fact_saw("would block");
        break;
    default:
        fact_failed(__FILE__, __LINE__, "one of the documented errors");
    }
    close_socket(&s);
    net_close(&net);
}

/* 7.6: WT-todo test_connecting_socket. */
static void transfers_of_a_connecting_socket_are_not_connected(void)
{
    struct net net = net_open();
    SOCKET s = connecting();
    struct text text;
    EXPECT_EQUAL(send_text(s, "x"), WSAENOTCONN);
    EXPECT_EQUAL(receive(s, 1, &text), WSAENOTCONN);
    EXPECT_EQUAL(socket_error(s), 0);
    close_socket(&s);
    net_close(&net);
}

/* 7.6: WT-todo test_connecting_socket: a connecting socket has a peer. */
static void connecting_socket_has_a_peer(void)
{
    struct net net = net_open();
    SOCKET s = connecting();
    struct sockaddr_in peer;
    int length = sizeof peer;
    EXPECT_EQUAL(error_of(getpeername(s, (struct sockaddr *)&peer, &length)), 0);
    EXPECT_EQUAL(peer.sin_addr.s_addr, inet_addr("192.0.2.1"));
    length = sizeof peer;
    EXPECT_EQUAL(error_of(getsockname(s, (struct sockaddr *)&peer, &length)), 0);
    EXPECT(peer.sin_port != 0);
    close_socket(&s);
    net_close(&net);
}

/* 7.7: "SO_ERROR: sticky 10061 after async refused, not cleared by reading": WT sock.c:8098-8107;
 * P. */
static void refused_connect_leaves_a_sticky_error(void)
{
    struct net net = net_open();
    struct sockaddr_in address = address_of_nobody(), peer;
    SOCKET s = new_tcp();
    int length = sizeof peer;
    EXPECT_EQUAL(connect_to(s, &address), WSAEWOULDBLOCK);
    await(&net, s, CONNECT_FAIL);
    EXPECT_EQUAL(socket_error(s), WSAECONNREFUSED);
    EXPECT_EQUAL(socket_error(s), WSAECONNREFUSED);
    EXPECT_EQUAL(error_of(getpeername(s, (struct sockaddr *)&peer, &length)), WSAENOTCONN);
    close_socket(&s);
    net_close(&net);
}

/* 7.7: "recv: 10057 connect failed", "send: 10057": WT-todo. */
static void transfers_after_a_refused_connect_are_not_connected(void)
{
    struct net net = net_open();
    struct sockaddr_in address = address_of_nobody();
    SOCKET s = new_tcp();
    struct text text;
    EXPECT_EQUAL(connect_to(s, &address), WSAEWOULDBLOCK);
    await(&net, s, CONNECT_FAIL);
    EXPECT_EQUAL(receive(s, 1, &text), WSAENOTCONN);
    EXPECT_EQUAL(send_text(s, "x"), WSAENOTCONN);
    close_socket(&s);
    net_close(&net);
}

/* 7.7: "refused on loopback: failure after about 2 s", "0 after sync failure (WT-todo)". */
static void refused_connect_of_a_blocking_socket_is_its_answer_and_no_error_stays(void)
{
    struct net net = net_open();
    struct sockaddr_in address = address_of_nobody();
    SOCKET s = new_socket(AF_INET, SOCK_STREAM);
    EXPECT_EQUAL(connect_to(s, &address), WSAECONNREFUSED);
    EXPECT_EQUAL(socket_error(s), 0);
    EXPECT_LEVEL(&net, s, CONNECT_FAIL);
    close_socket(&s);
    net_close(&net);
}

/* 7.7: WT afd.c:514 (over 2 s on Windows): the SYN is sent again meanwhile, and may find a
 * listener. */
static void refusal_takes_its_time_and_a_late_listener_may_still_be_found(void)
{
    struct net net = net_open();
    struct sockaddr_in address = address_of_nobody();
    SOCKET client = new_tcp(), listener = new_tcp();
    EXPECT_EQUAL(connect_to(client, &address), WSAEWOULDBLOCK);
    fact_spin();
    EXPECT_EQUAL(bind_to(listener, &address), 0);
    EXPECT_EQUAL(error_of(listen(listener, 1)), 0);
    struct poll poll;
    (void)start_poll(&net, &poll, client, SENDABLE | CONNECT_FAIL, FOREVER);
    EXPECT(take_poll(&net) == &poll);
    fact_saw(poll.info.socket[0].events == SENDABLE ? "connected" : "refused");
    close_socket(&client);
    close_socket(&listener);
    net_close(&net);
}

/* How long a blocking connect takes that fails with this error. */
static ULONGLONG failing_connect_ms(const struct sockaddr_in *address, DWORD error)
{
    SOCKET s = new_socket(AF_INET, SOCK_STREAM);
    ULONGLONG began = GetTickCount64();
    EXPECT_EQUAL(connect_to(s, address), error);
    ULONGLONG took = GetTickCount64() - began;
    close_socket(&s);
    return took;
}

/* 7.7: "refused on loopback: failure after about 2 s": WT afd.c:514; doc
 * (TcpMaxConnectRetransmissions: 3 s, 6 s, 12 s). */
static void connect_that_fails_takes_its_time(void)
{
    struct net net = net_open();
    struct sockaddr_in nobody = address_of_nobody(), nowhere = loopback(9);
    nowhere.sin_addr.s_addr = inet_addr("192.0.2.1");
    ULONGLONG refused = failing_connect_ms(&nobody, WSAECONNREFUSED);
    EXPECT(refused >= 1985 && refused < 2100); /* the tick of the clock */
    ULONGLONG unanswered = failing_connect_ms(&nowhere, WSAETIMEDOUT);
    EXPECT(unanswered >= 20985 && unanswered < 21100);
    net_close(&net);
}

/* 7.3: doc (listen: a full backlog refuses). */
static void full_backlog_refuses(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET listener = new_listener(&address), first = new_tcp(), second = new_tcp();
    EXPECT_EQUAL(error_of(listen(listener, 1)), 0);
    (void)connect_to(first, &address);
    await(&net, first, SENDABLE);
    EXPECT_EQUAL(connect_to(second, &address), WSAEWOULDBLOCK);
    await(&net, second, CONNECT_FAIL);
    EXPECT_EQUAL(socket_error(second), WSAECONNREFUSED);
    close_socket(&first);
    close_socket(&second);
    close_socket(&listener);
    net_close(&net);
}

/* 7.5: a connect to nowhere. doc (connect: WSAEADDRNOTAVAIL). */
static void connect_to_nowhere_is_refused(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct sockaddr_in address = loopback(0);
    EXPECT_EQUAL(connect_to(s, &address), WSAEADDRNOTAVAIL);
    address = loopback(9);
    address.sin_addr.s_addr = htonl(INADDR_ANY);
    EXPECT_EQUAL(connect_to(s, &address), WSAEADDRNOTAVAIL);
    close_socket(&s);
    net_close(&net);
}

/* ---- IPv6 ---- */

/* 7.14: WT test_ipv6only: IPv6 and IPv4 wildcards of one port do not meet unless asked. */
static void ipv6_listener_takes_ipv4_only_if_told(void)
{
    struct net net = net_open();
    for (int only = 1; only >= 0; only--) {
        SOCKET listener = new_socket(AF_INET6, SOCK_STREAM), client = new_tcp();
        struct sockaddr_in6 any;
        int length = sizeof any;
        memset(&any, 0, sizeof any);
        any.sin6_family = AF_INET6;
        EXPECT_EQUAL(option_of(listener, IPPROTO_IPV6, IPV6_V6ONLY), 1);
        EXPECT_EQUAL(set_option(listener, IPPROTO_IPV6, IPV6_V6ONLY, only), 0);
        EXPECT_EQUAL(error_of(bind(listener, (struct sockaddr *)&any, sizeof any)), 0);
        EXPECT_EQUAL(error_of(getsockname(listener, (struct sockaddr *)&any, &length)), 0);
        EXPECT_EQUAL(error_of(listen(listener, 1)), 0);
        struct sockaddr_in address = loopback(ntohs(any.sin6_port));
        (void)connect_to(client, &address);
        await(&net, client, only ? CONNECT_FAIL : SENDABLE);
        if (!only) {
            SOCKET server = accept(listener, (struct sockaddr *)&any, &length);
            EXPECT_EQUAL(error_of_socket(server), 0);
            static const UCHAR mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 127, 0, 0, 1};
            EXPECT_EQUAL(memcmp(&any.sin6_addr, mapped, sizeof mapped), 0);
            close_socket(&server);
        }
        close_socket(&client);
        close_socket(&listener);
    }
    net_close(&net);
}

/* 7.14: The same over ::1. */
static void ipv6_connection_carries_bytes(void)
{
    struct net net = net_open();
    SOCKET listener = new_socket(AF_INET6, SOCK_STREAM), client = new_socket(AF_INET6, SOCK_STREAM);
    struct sockaddr_in6 address;
    int length = sizeof address;
    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    EXPECT_EQUAL(inet_pton(AF_INET6, "::1", &address.sin6_addr), 1);
    EXPECT_EQUAL(error_of(bind(listener, (struct sockaddr *)&address, sizeof address)), 0);
    EXPECT_EQUAL(error_of(getsockname(listener, (struct sockaddr *)&address, &length)), 0);
    EXPECT_EQUAL(error_of(listen(listener, 1)), 0);
    EXPECT_EQUAL(error_of(connect(client, (struct sockaddr *)&address, sizeof address)), 0);
    SOCKET server = accept(listener, NULL, NULL);
    EXPECT_EQUAL(error_of_socket(server), 0);
    EXPECT_EQUAL(send_text(client, "six"), 0);
    receive_all(&net, server, "six");
    close_socket(&client);
    close_socket(&server);
    close_socket(&listener);
    net_close(&net);
}

static const struct fact facts[] = {
    FACT(listen_needs_a_bound_socket, FACT_PLAIN),
    {FACT_OF(listen_of_a_connected_socket_is_refused), .flags = FACT_PLAIN,
     .on_wine = "WSAEINVAL, for nobody has bound it"},
    FACT(accept_of_nothing_would_block, 0),
    FACT(accepted_socket_inherits_from_its_listener, FACT_PLAIN),
    FACT(names_of_both_ends_agree, FACT_PLAIN),
    {FACT_OF(accept_of_a_connection_that_was_reset), .flags = FACT_PLAIN,
     .unsettled = "doc (accept)", FACT_OUTCOMES("refused", "a dead socket")},
    FACT(blocking_accept_waits_for_a_connection, FACT_PLAIN),
    {FACT_OF(close_of_a_socket_interrupts_who_waits_for_it),
     .flags = FACT_PLAIN | FACT_BAD_HANDLES | FACT_SPINS, .on_wine = "ERROR_OPERATION_ABORTED",
     .unsettled = "doc"},
    {FACT_OF(connect_of_a_nonblocking_socket_would_block_or_is_done), .flags = FACT_PLAIN,
     FACT_OUTCOMES("would block", "done")},
    FACT(connect_of_a_connected_or_listening_socket_is_refused, FACT_PLAIN),
    {FACT_OF(connect_while_connecting_is_already), .flags = FACT_SIMULATED_ONLY,
     FACT_OUTCOMES("already", "invalid", "would block")},
    {FACT_OF(transfers_of_a_connecting_socket_are_not_connected), .flags = FACT_DULL_ONLY,
     .on_wine = "WT-todo: they would block"}, /* else the 21 s may pass first */
    {FACT_OF(connecting_socket_has_a_peer), .flags = FACT_DULL_ONLY, /* likewise */
     .on_wine = "WT-todo: not connected"},
    FACT(refused_connect_leaves_a_sticky_error, FACT_PLAIN),
    {FACT_OF(transfers_after_a_refused_connect_are_not_connected), .flags = FACT_PLAIN,
     .on_wine = "0 and WSAECONNRESET"},
    {FACT_OF(refused_connect_of_a_blocking_socket_is_its_answer_and_no_error_stays),
     .flags = FACT_PLAIN, .on_wine = "WT-todo: the error stays"},
    {FACT_OF(refusal_takes_its_time_and_a_late_listener_may_still_be_found),
     .flags = FACT_PLAIN | FACT_SIMULATED_ONLY, .unsettled = "WT: over 2 s; the rest inferred",
     FACT_OUTCOMES("connected", "refused")},
    {FACT_OF(connect_that_fails_takes_its_time),
     .flags = FACT_SIMULATED_ONLY | FACT_DULL_ONLY, /* else a refusal may come at once */
     .unsettled = "WT: over 2 s; doc"},
    {FACT_OF(full_backlog_refuses), .flags = FACT_PLAIN | FACT_SIMULATED_ONLY,
     .unsettled = "doc; the hosts of Wine drop the SYN instead"},
    FACT(connect_to_nowhere_is_refused, FACT_PLAIN | FACT_SIMULATED_ONLY),
    FACT(ipv6_listener_takes_ipv4_only_if_told, FACT_PLAIN),
    FACT(ipv6_connection_carries_bytes, FACT_PLAIN),
};

FACT_SUITE(win32_connect);
