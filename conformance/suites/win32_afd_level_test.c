/* win32_afd_level_test: what a poll of everything finds, socket state by socket state.
 *
 * Evidence tags: WT is Wine's conformance tests, which also run on Windows (WT-todo: what they
 * found on Windows and Wine does not do); P is probe p_afd, recorded on Wine 8; doc is Microsoft
 * Learn. */
#include "conformance/suites/win32_net.h"

#include <string.h>

#define IDLE (SENDABLE | CONNECTED) /* of a connected socket */

static char much[1 << 16];

/* Calls send until the socket has no room; how much it took. */
static uint32_t fill(SOCKET s)
{
    uint32_t sent = 0;
    for (;;) {
        int took = send(s, much, sizeof much, 0);
        if (took == SOCKET_ERROR) {
            EXPECT_EQUAL(WSAGetLastError(), WSAEWOULDBLOCK);
            return sent;
        }
        sent += (uint32_t)took;
    }
}

/* 6.16: "TCP fresh / bound, never connected: 0": WT test_poll (it pends); P. */
static void fresh_and_bound_streams_have_nothing(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    EXPECT_LEVEL(&net, s, 0);
    struct sockaddr_in address = loopback(0);
    EXPECT_EQUAL(error_of(bind(s, (struct sockaddr *)&address, sizeof address)), 0);
    EXPECT_LEVEL(&net, s, 0);
    close_socket(&s);
    net_close(&net);
}

/* 6.16: "listener": WT test_poll; P. ACCEPT stays until all are accepted. */
static void listener_has_accept_while_a_connection_waits(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET listener = new_listener(&address), client[2], server[2];
    EXPECT_LEVEL(&net, listener, 0);
    for (unsigned i = 0; i < 2; i++) {
        client[i] = new_tcp();
        (void)connect_to(client[i], &address);
        EXPECT_LEVEL(&net, listener, ACCEPTABLE);
        await(&net, client[i], SENDABLE);
    }
    for (unsigned i = 0; i < 2; i++) {
        await(&net, listener, ACCEPTABLE);
        server[i] = accept(listener, NULL, NULL);
        EXPECT_EQUAL(error_of_socket(server[i]), 0);
    }
    EXPECT_LEVEL(&net, listener, 0);
    for (unsigned i = 0; i < 2; i++) {
        close_socket(&client[i]);
        close_socket(&server[i]);
    }
    close_socket(&listener);
    net_close(&net);
}

/* What a poll finds behind a connect to an address that nobody has; *error is what came of it. */
static ULONG level_while_connecting(DWORD *error)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct sockaddr_in address = loopback(9);
    address.sin_addr.s_addr = inet_addr("192.0.2.1");
    EXPECT_EQUAL(connect_to(s, &address), WSAEWOULDBLOCK);
    ULONG seen = level(&net, s);
    *error = socket_error(s);
    close_socket(&s);
    net_close(&net);
    return seen;
}

/* 6.16: "connecting: 0": WT; P (an address that nobody answers). */
static void connecting_stream_has_nothing(void)
{
    DWORD error;
    EXPECT_EQUAL(level_while_connecting(&error), 0);
    EXPECT_EQUAL(error, 0);
}

/* 6.16: the same, on a real network, of which some refuse for everybody, at once: under Wine on
 * such a one the refusal came before the look in 23 to 54 of 150 runs. */
static void connecting_stream_has_nothing_unless_the_network_refuses(void)
{
    DWORD error;
    ULONG seen = level_while_connecting(&error);
    if (seen != 0) {
        EXPECT_EQUAL(seen & CONNECT_FAIL, CONNECT_FAIL);
        EXPECT_EQUAL(error, WSAECONNREFUSED);
    }
    fact_saw(seen == 0 ? "nothing" : "refused before the look");
}

/* 6.17: "connect succeeded (simultaneously): SEND|CONNECT", "connected, idle": WT afd.c:759-783; P.
 */
static void connected_stream_has_send_and_connect(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    EXPECT_LEVEL(&net, pair.client, IDLE);
    EXPECT_LEVEL(&net, pair.server, IDLE);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.16: "connect failed: CONNECT_FAIL only, sticky until next connect": WT afd.c:514-600; P. */
static void refused_stream_has_connect_fail_until_the_next_connect(void)
{
    struct net net = net_open();
    struct sockaddr_in address = address_of_nobody();
    SOCKET s = new_tcp();
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, s, CONNECT_FAIL, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL(connect_to(s, &address), WSAEWOULDBLOCK);
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_POLLED(&net, &poll, CONNECT_FAIL);
        EXPECT_EQUAL((DWORD)poll.info.socket[0].status, (DWORD)STATUS_CONNECTION_REFUSED);
        EXPECT_EQUAL(socket_error(s), WSAECONNREFUSED);
        EXPECT_EQUAL((DWORD)start_poll(&net, &poll, s, ANYTHING, FOREVER) & 0xc0000000u, 0);
    }
    EXPECT_POLLED(&net, &poll, CONNECT_FAIL);
    close_socket(&s);
    net_close(&net);
}

/* 6.16: the same: the next connect begins anew (WT-todo afd.c:572). */
static void next_connect_takes_connect_fail_away(void)
{
    struct net net = net_open();
    struct sockaddr_in nobody = address_of_nobody();
    SOCKET s = new_tcp();
    EXPECT_EQUAL(connect_to(s, &nobody), WSAEWOULDBLOCK);
    EXPECT_LEVEL(&net, s, CONNECT_FAIL);
    struct sockaddr_in address;
    SOCKET listener = new_listener(&address);
    DWORD error = connect_to(s, &address);
    EXPECT(error == WSAEWOULDBLOCK || error == 0);
    EXPECT_LEVEL(&net, s, IDLE);
    EXPECT_EQUAL(socket_error(s), 0);
    close_socket(&s);
    close_socket(&listener);
    net_close(&net);
}

/* 6.16: doc (connect: WSAETIMEDOUT); nobody answers at an address that is not there. */
static void unanswered_stream_has_connect_fail_in_the_end(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct sockaddr_in address = loopback(9);
    address.sin_addr.s_addr = inet_addr("192.0.2.1");
    EXPECT_EQUAL(connect_to(s, &address), WSAEWOULDBLOCK);
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, s, CONNECT_FAIL, FOREVER) & 0xc0000000u, 0);
    EXPECT_POLLED(&net, &poll, CONNECT_FAIL);
    EXPECT_EQUAL((DWORD)poll.info.socket[0].status, (DWORD)STATUS_IO_TIMEOUT);
    EXPECT_EQUAL(socket_error(s), WSAETIMEDOUT);
    close_socket(&s);
    net_close(&net);
}

/* 6.17: "+ unread data: RECEIVE, while >= 1 byte unread": WT test_poll; P. */
static void unread_data_is_receive_to_the_last_byte(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    EXPECT_EQUAL(send_text(pair.server, "hello"), 0);
    EXPECT_LEVEL(&net, pair.client, IDLE | RECEIVE);
    receive_all(&net, pair.client, "hell");
    EXPECT_LEVEL(&net, pair.client, IDLE | RECEIVE);
    receive_all(&net, pair.client, "o");
    EXPECT_LEVEL(&net, pair.client, IDLE);
    EXPECT_LEVEL(&net, pair.server, IDLE);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.17: "+ urgent data: RECEIVE_EXPEDITED": WT test_poll. */
static void urgent_data_is_receive_expedited(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    char byte = 0;
    EXPECT_EQUAL(send(pair.client, "a", 1, MSG_OOB), 1);
    EXPECT_LEVEL(&net, pair.server, IDLE | EXPEDITED);
    EXPECT_EQUAL(recv(pair.server, &byte, 1, MSG_OOB), 1);
    EXPECT_EQUAL(byte, 'a');
    EXPECT_LEVEL(&net, pair.server, IDLE);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.17: "RECEIVE if SO_OOBINLINE": WT test_poll. */
static void urgent_data_inline_is_receive(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    EXPECT_EQUAL(set_option(pair.server, SOL_SOCKET, SO_OOBINLINE, 1), 0);
    EXPECT_EQUAL(send(pair.client, "a", 1, MSG_OOB), 1);
    EXPECT_LEVEL(&net, pair.server, IDLE | RECEIVE);
    char ahead; /* nothing goes ahead of the rest: doc (recv, WSAEINVAL) */
    EXPECT_EQUAL(error_of(recv(pair.server, &ahead, 1, MSG_OOB)), WSAEINVAL);
    receive_all(&net, pair.server, "a");
    EXPECT_LEVEL(&net, pair.server, IDLE);
    net_pair_close(&pair);
    net_close(&net);
}

/* Whether the socket stays without SEND for a while. */
static bool stays_full(struct net *net, SOCKET s)
{
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(net, &poll, s, SENDABLE, -100 * 10000) & 0xc0000000u, 0);
    EXPECT(take_poll(net) == &poll);
    return poll.info.count == 0;
}

/* 6.17: "send space exhausted: -SEND; back when space": WT test_poll; P "send buffer full". */
static void full_stream_has_no_send_until_there_is_room(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    uint32_t sent = 0, got = 0;
    do { /* what is under way still makes room */
        sent += fill(pair.client);
    } while (!stays_full(&net, pair.client));
    while (got < sent) {
        int took = recv(pair.server, much, sizeof much, 0);
        if (took == SOCKET_ERROR) {
            EXPECT_EQUAL(WSAGetLastError(), WSAEWOULDBLOCK);
            await(&net, pair.server, RECEIVE);
        } else {
            got += (uint32_t)took;
        }
    }
    EXPECT_LEVEL(&net, pair.client, IDLE);
    EXPECT_LEVEL(&net, pair.server, IDLE);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.17: the same, where nothing moves by itself: the buffers of both ends are full. */
static void full_buffers_of_both_ends_leave_connect_alone(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    while (fill(pair.client) != 0) {
        fact_settle();
    }
    EXPECT_EQUAL(level(&net, pair.client), CONNECTED);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.18: "peer FIN, all read or nothing sent: DISCONNECT, forever": WT test_poll; P. */
static void end_of_the_peer_is_disconnect_for_ever(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct text text;
    EXPECT_EQUAL(error_of(shutdown(pair.server, SD_SEND)), 0);
    EXPECT_LEVEL(&net, pair.client, IDLE | DISCONNECT);
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_EQUAL(receive(pair.client, 8, &text), 0);
        EXPECT_EQUAL(text.length, 0);
        EXPECT_LEVEL(&net, pair.client, IDLE | DISCONNECT);
    }
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.17: "peer FIN, unread data: RECEIVE|DISCONNECT": WT-todo afd.c:466-484. */
static void end_of_the_peer_behind_data_is_receive_and_disconnect(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    EXPECT_EQUAL(send_text(pair.server, "abc"), 0);
    EXPECT_EQUAL(error_of(shutdown(pair.server, SD_SEND)), 0);
    EXPECT_LEVEL(&net, pair.client, IDLE | RECEIVE | DISCONNECT);
    receive_all(&net, pair.client, "abc");
    EXPECT_LEVEL(&net, pair.client, IDLE | DISCONNECT);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.20: P; the fact above must fail under Wine. */
static void end_behind_data_is_told_when_it_was_read_where_sockets_are_wines(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    EXPECT_EQUAL(send_text(pair.server, "abc"), 0);
    EXPECT_EQUAL(error_of(shutdown(pair.server, SD_SEND)), 0);
    await(&net, pair.client, RECEIVE);
    EXPECT_EQUAL(level(&net, pair.client) & DISCONNECT, 0);
    receive_all(&net, pair.client, "abc");
    await(&net, pair.client, DISCONNECT);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.18: "own shutdown(SEND): unchanged", "own shutdown(RECEIVE): unchanged": WT test_poll; P. */
static void own_shutdown_changes_nothing(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    EXPECT_EQUAL(error_of(shutdown(pair.client, SD_RECEIVE)), 0);
    EXPECT_LEVEL(&net, pair.client, IDLE);
    EXPECT_EQUAL(send_text(pair.server, "abc"), 0);
    EXPECT_LEVEL(&net, pair.client, IDLE | RECEIVE);
    EXPECT_EQUAL(error_of(shutdown(pair.server, SD_SEND)), 0);
    EXPECT_LEVEL(&net, pair.server, IDLE);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.18: "both shutdown: SEND|DISCONNECT|CONNECT": P. */
static void shutdown_of_both_ends_is_disconnect(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    EXPECT_EQUAL(error_of(shutdown(pair.client, SD_SEND)), 0);
    EXPECT_EQUAL(error_of(shutdown(pair.server, SD_SEND)), 0);
    EXPECT_LEVEL(&net, pair.client, IDLE | DISCONNECT);
    EXPECT_LEVEL(&net, pair.server, IDLE | DISCONNECT);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.18: "peer fully closed": as its FIN. P. */
static void close_of_the_peer_is_disconnect(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    close_socket(&pair.server);
    EXPECT_LEVEL(&net, pair.client, IDLE | DISCONNECT);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.18: "RST received: SEND|CONNECT|ABORT": WT test_poll_reset; P. */
static void reset_is_abort_beside_send_and_connect(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    close_hard(&pair.server);
    EXPECT_LEVEL(&net, pair.client, IDLE | ABORTED);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.18: "pended poll with mask lacking SEND gets ABORT only": WT test_poll_reset; P. */
static void poll_that_pends_gets_only_abort_of_a_reset(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct poll poll;
    EXPECT_EQUAL(
        (DWORD)start_poll(&net, &poll, pair.client, ANYTHING & ~(SENDABLE | CONNECTED), FOREVER),
        STATUS_PENDING);
    close_hard(&pair.server);
    EXPECT_POLLED(&net, &poll, ABORTED);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.18: "send to a peer that closed (RST comes back): as RST": P. */
static void send_to_a_closed_peer_brings_a_reset_back(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    close_socket(&pair.server);
    await(&net, pair.client, DISCONNECT);
    EXPECT_EQUAL(send_text(pair.client, "z"), 0);
    EXPECT_LEVEL(&net, pair.client, IDLE | ABORTED);
    EXPECT_EQUAL(socket_error(pair.client), 0);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.19: "UDP unbound/bound: SEND": WT test_poll; P. */
static void datagram_socket_has_send(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET fresh = new_udp(), bound = new_bound_udp(&address);
    EXPECT_LEVEL(&net, fresh, SENDABLE);
    EXPECT_LEVEL(&net, bound, SENDABLE);
    close_socket(&fresh);
    close_socket(&bound);
    net_close(&net);
}

/* 6.19: "UDP + datagram queued (0-length too): RECEIVE": WT test_poll; P. */
static void datagram_is_receive_an_empty_one_too(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET to = new_bound_udp(&address), from = new_udp();
    static const char *const texts[] = {"data", ""};
    for (unsigned i = 0; i < 2; i++) {
        struct text text;
        int length = (int)strlen(texts[i]);
        EXPECT_EQUAL(sendto(from, texts[i], length, 0, (struct sockaddr *)&address, sizeof address),
                     length);
        EXPECT_LEVEL(&net, to, SENDABLE | RECEIVE);
        EXPECT_EQUAL(receive(to, TEXT_MAX, &text), 0);
        EXPECT_EQUAL(text.length, length);
        EXPECT_LEVEL(&net, to, SENDABLE);
    }
    close_socket(&to);
    close_socket(&from);
    net_close(&net);
}

/* 6.19: "UDP connected: |CONNECT": WT-todo afd.c (test_poll, last part). */
static void connected_datagram_socket_has_connect(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET to = new_bound_udp(&address), from = new_udp();
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, from, CONNECTED, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL(connect_to(from, &address), 0);
    EXPECT_POLLED(&net, &poll, CONNECTED);
    EXPECT_LEVEL(&net, from, SENDABLE | CONNECTED);
    close_socket(&to);
    close_socket(&from);
    net_close(&net);
}

/* 6.19: "UDP ICMP unreachable received: |RECEIVE, recv 10054": doc (recvfrom: WSAECONNRESET). */
static void unreachable_report_is_receive(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET to = new_bound_udp(&address), from = new_udp();
    EXPECT_EQUAL(connect_to(from, &address), 0);
    close_socket(&to);
    EXPECT_EQUAL(send_text(from, "x"), 0);
    struct poll poll;
    struct text text;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, from, RECEIVE, FOREVER) & 0xc0000000u, 0);
    EXPECT_POLLED(&net, &poll, RECEIVE);
    EXPECT_EQUAL(receive(from, TEXT_MAX, &text), WSAECONNRESET);
    EXPECT_EQUAL(receive(from, TEXT_MAX, &text), WSAEWOULDBLOCK);
    close_socket(&from);
    net_close(&net);
}

static const struct fact facts[] = {
    FACT(fresh_and_bound_streams_have_nothing, FACT_PLAIN),
    FACT(listener_has_accept_while_a_connection_waits, FACT_PLAIN),
    /* Else the 21 s may pass first. */
    FACT(connecting_stream_has_nothing, FACT_DULL_ONLY | FACT_SIMULATED_ONLY),
    {FACT_OF(connecting_stream_has_nothing_unless_the_network_refuses), .flags = FACT_REAL_ONLY,
     FACT_OUTCOMES("nothing", "refused before the look")},
    FACT(connected_stream_has_send_and_connect, 0),
    {FACT_OF(refused_stream_has_connect_fail_until_the_next_connect), .flags = FACT_PLAIN},
    {FACT_OF(next_connect_takes_connect_fail_away), .flags = FACT_PLAIN,
     .on_wine = "the next connect is WSAECONNABORTED"},
    {FACT_OF(unanswered_stream_has_connect_fail_in_the_end),
     .flags = FACT_PLAIN | FACT_SIMULATED_ONLY, .unsettled = "doc; it takes 21 s"},
    FACT(unread_data_is_receive_to_the_last_byte, FACT_PLAIN),
    FACT(urgent_data_is_receive_expedited, FACT_PLAIN),
    FACT(urgent_data_inline_is_receive, FACT_PLAIN),
    FACT(full_stream_has_no_send_until_there_is_room, FACT_PLAIN),
    FACT(full_buffers_of_both_ends_leave_connect_alone,
         FACT_PLAIN | FACT_SIMULATED_ONLY | FACT_SMALL_BUFFERS),
    FACT(end_of_the_peer_is_disconnect_for_ever, FACT_PLAIN),
    {FACT_OF(end_of_the_peer_behind_data_is_receive_and_disconnect), .flags = FACT_PLAIN,
     .on_wine = "DISCONNECT comes when the data has been read"},
    FACT(end_behind_data_is_told_when_it_was_read_where_sockets_are_wines,
         FACT_PLAIN | FACT_SIMULATED_ONLY | FACT_WINE_SOCKETS),
    FACT(own_shutdown_changes_nothing, FACT_PLAIN),
    FACT(shutdown_of_both_ends_is_disconnect, FACT_PLAIN),
    FACT(close_of_the_peer_is_disconnect, FACT_PLAIN),
    FACT(reset_is_abort_beside_send_and_connect, FACT_PLAIN),
    FACT(poll_that_pends_gets_only_abort_of_a_reset, FACT_PLAIN),
    FACT(send_to_a_closed_peer_brings_a_reset_back, FACT_PLAIN),
    FACT(datagram_socket_has_send, FACT_PLAIN),
    FACT(datagram_is_receive_an_empty_one_too, FACT_PLAIN),
    {FACT_OF(connected_datagram_socket_has_connect), .flags = FACT_PLAIN, .on_wine = "no CONNECT"},
    {FACT_OF(unreachable_report_is_receive), .flags = FACT_PLAIN, .on_wine = "it is lost"},
};

FACT_SUITE(win32_afd_level);
