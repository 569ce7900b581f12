/* win32_stream_test: what streams carry and how connections end.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's ws2_32/sock.c, which also runs on Windows
 * (WT-todo: what it found on Windows and Wine does not do); P is probe p_afd, recorded on Wine 8.
 */
#include "conformance/suites/win32_net.h"

#include <string.h>

static char much[1 << 16];

/* ---- transfers ---- */

/* 7.8: "recv: 10057 never connected", "send: 10057": doc; Wine's send differs. */
static void receive_of_a_fresh_socket_is_not_connected(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct text text;
    EXPECT_EQUAL(receive(s, 1, &text), WSAENOTCONN);
    close_socket(&s);
    net_close(&net);
}

/* 7.8 */
static void send_of_a_fresh_socket_is_not_connected(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    EXPECT_EQUAL(send_text(s, "x"), WSAENOTCONN);
    close_socket(&s);
    net_close(&net);
}

/* 7.8: "recv: n; 0 after FIN drained; 10035 none": P. */
static void bytes_arrive_in_order_and_the_end_after_them(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct text text;
    EXPECT_EQUAL(receive(pair.client, 8, &text), WSAEWOULDBLOCK);
    EXPECT_EQUAL(send_text(pair.server, "hello "), 0);
    EXPECT_EQUAL(send_text(pair.server, "world"), 0);
    close_socket(&pair.server);
    receive_all(&net, pair.client, "hello world");
    await(&net, pair.client, DISCONNECT);
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_EQUAL(receive(pair.client, 8, &text), 0);
        EXPECT_EQUAL(text.length, 0);
    }
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.8: doc (recv: MSG_PEEK). */
static void peek_takes_nothing(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    char bytes[4];
    u_long count = POISON;
    EXPECT_EQUAL(send_text(pair.server, "abc"), 0);
    await(&net, pair.client, RECEIVE);
    EXPECT_EQUAL(recv(pair.client, bytes, 2, MSG_PEEK), 2);
    EXPECT_EQUAL(memcmp(bytes, "ab", 2), 0);
    EXPECT_EQUAL(error_of(ioctlsocket(pair.client, FIONREAD, &count)), 0);
    EXPECT_EQUAL(count, 3);
    receive_all(&net, pair.client, "abc");
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.8: WT test_WSARecv, test_send; several buffers make one transfer. */
static void buffers_are_gathered_and_scattered(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    char in[2][3], out[3][3] = {"ab", "c", "de"};
    WSABUF send_buffers[] = {{2, out[0]}, {1, out[1]}, {2, out[2]}};
    WSABUF receive_buffers[] = {{3, in[0]}, {3, in[1]}};
    DWORD count = POISON, flags = 0;
    EXPECT_EQUAL(error_of(WSASend(pair.server, send_buffers, 3, &count, 0, NULL, NULL)), 0);
    EXPECT_EQUAL(count, 5);
    await(&net, pair.client, RECEIVE);
    EXPECT_EQUAL(error_of(WSARecv(pair.client, receive_buffers, 2, &count, &flags, NULL, NULL)), 0);
    EXPECT_EQUAL(count, 5);
    EXPECT_EQUAL(memcmp(in[0], "abc", 3), 0);
    EXPECT_EQUAL(memcmp(in[1], "de", 2), 0);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.8: WT test_empty_recv. */
static void receive_without_room_takes_nothing(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    char none;
    EXPECT_EQUAL(send_text(pair.server, "data"), 0);
    await(&net, pair.client, RECEIVE);
    EXPECT_EQUAL(recv(pair.client, &none, 0, 0), 0);
    receive_all(&net, pair.client, "data");
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.8: "send: 1..n; 10035 buffer full": doc (send); P. */
static void send_takes_what_there_is_room_for(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    static const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
    int took = send(pair.client, text, sizeof text - 1, 0);
    EXPECT(took == 16);
    EXPECT(send(pair.client, text + took, 20, 0) <= 16);
    char expected[17];
    memcpy(expected, text, 16);
    expected[16] = 0;
    receive_all(&net, pair.server, expected);
    net_pair_close(&pair);
    net_close(&net);
}

static DWORD WINAPI drain(LPVOID argument)
{
    char bytes[1000];
    DWORD got = 0;
    for (;;) {
        int took = recv(*(SOCKET *)argument, bytes, sizeof bytes, 0);
        if (took <= 0) {
            return got;
        }
        got += (DWORD)took;
    }
}

/* 7.8: WT test_send; a socket that blocks sends all of it. */
static void blocking_send_sends_everything(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    set_blocking(pair.client, true);
    set_blocking(pair.server, true);
    HANDLE thread = start_thread(drain, &pair.server);
    EXPECT_EQUAL(send(pair.client, much, 5000, 0), 5000);
    EXPECT_EQUAL(error_of(shutdown(pair.client, SD_SEND)), 0);
    EXPECT_EQUAL(join_thread(thread), 5000);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.8: WT test_timeout (SO_RCVTIMEO). */
static void receive_of_a_blocking_socket_times_out(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct text text;
    set_blocking(pair.client, true);
    EXPECT_EQUAL(set_option(pair.client, SOL_SOCKET, SO_RCVTIMEO, 20), 0);
    EXPECT_EQUAL(receive(pair.client, 1, &text), WSAETIMEDOUT);
    net_pair_close(&pair);
    net_close(&net);
}

/* ---- the end of a connection ---- */

/* 7.9: "recv: 10054 after RST, every time": WT-todo test_tcp_reset. */
static void receive_after_a_reset_is_connection_reset_every_time(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct text text;
    close_hard(&pair.server);
    await(&net, pair.client, ABORTED);
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_EQUAL(receive(pair.client, 8, &text), WSAECONNRESET);
    }
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.20: P; the fact above must fail under Wine. */
static void receive_after_a_reset_may_be_the_end_where_sockets_are_wines(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct text text;
    close_hard(&pair.server);
    await(&net, pair.client, ABORTED);
    DWORD error = receive(pair.client, 8, &text);
    EXPECT(error == WSAECONNRESET || error == 0);
    net_pair_close(&pair);
    net_close(&net);
    fact_saw(error == 0 ? "the end" : "reset");
}

/* 7.9: "SO_ERROR: 0 after RST": WT :13316; P. */
static void reset_is_no_error_of_the_socket(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    close_hard(&pair.server);
    await(&net, pair.client, ABORTED);
    EXPECT_EQUAL(socket_error(pair.client), 0);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.9: "send: 10054/10053 after RST": P. */
static void send_after_a_reset_is_reset_or_aborted(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    close_hard(&pair.server);
    await(&net, pair.client, ABORTED);
    DWORD error = send_text(pair.client, "x");
    EXPECT(error == WSAECONNRESET || error == WSAECONNABORTED);
    fact_saw(error == WSAECONNRESET ? "reset" : "aborted");
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.9: "after RST with unread data: {10054, data first}": P. */
static void unread_data_may_outlive_a_reset(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct text text;
    EXPECT_EQUAL(send_text(pair.server, "abc"), 0);
    await(&net, pair.client, RECEIVE);
    close_hard(&pair.server);
    await(&net, pair.client, ABORTED);
    DWORD error = receive(pair.client, 8, &text);
    if (error == 0) {
        EXPECT(text_is(&text, "abc"));
        fact_saw("data first");
    } else {
        EXPECT_EQUAL(error, WSAECONNRESET);
        fact_saw("reset");
    }
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.11: "first send after peer close succeeds, then RST": P. */
static void send_to_a_closed_peer_succeeds_once(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    close_socket(&pair.server);
    await(&net, pair.client, DISCONNECT);
    EXPECT_EQUAL(send_text(pair.client, "x"), 0);
    await(&net, pair.client, ABORTED);
    DWORD error = send_text(pair.client, "x");
    EXPECT(error == WSAECONNRESET || error == WSAECONNABORTED);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.10: "unread data at close: RST": inferred. */
static void close_with_unread_data_resets(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    EXPECT_EQUAL(send_text(pair.client, "abc"), 0);
    await(&net, pair.server, RECEIVE);
    close_socket(&pair.server);
    await(&net, pair.client, ABORTED);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.10: doc (closesocket: graceful by default): what was sent arrives after the close. */
static void close_delivers_what_was_sent(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    EXPECT_EQUAL(send_text(pair.server, "last words"), 0);
    close_socket(&pair.server);
    receive_all(&net, pair.client, "last words");
    EXPECT_LEVEL(&net, pair.client, SENDABLE | CONNECTED | DISCONNECT);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.10: "linger{1,0}": WT close_with_rst. What was under way may be lost. */
static void hard_close_may_lose_what_was_under_way(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct text text;
    EXPECT_EQUAL(send_text(pair.server, "abc"), 0);
    close_hard(&pair.server);
    struct poll poll;
    (void)start_poll(&net, &poll, pair.client, RECEIVE | ABORTED, FOREVER);
    EXPECT(take_poll(&net) == &poll);
    fact_saw(poll.info.socket[0].events & RECEIVE ? "it arrives" : "it is lost");
    await(&net, pair.client, ABORTED);
    (void)receive(pair.client, 8, &text);
    net_pair_close(&pair);
    net_close(&net);
}

static DWORD WINAPI read_later(LPVOID argument)
{
    fact_spin();
    return drain(argument);
}

/* 7.10: doc (closesocket: SO_LINGER with a time waits). */
static void close_that_lingers_waits_until_all_has_arrived_or_its_time_is_over(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct linger linger = {1, 30};
    EXPECT_EQUAL(error_of(setsockopt(pair.client, SOL_SOCKET, SO_LINGER, (const char *)&linger,
                                     sizeof linger)),
                 0);
    set_blocking(pair.server, true);
    int sent = send(pair.client, much, 32, 0);
    EXPECT(sent > 0);
    set_blocking(pair.client, true);
    HANDLE thread = start_thread(read_later, &pair.server);
    close_socket(&pair.client);
    struct text text;
    bool all = join_thread(thread) == (DWORD)sent && receive(pair.server, 1, &text) == 0;
    fact_saw(all ? "all arrives" : "its time is over");
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.10: doc (closesocket: WSAEWOULDBLOCK, the socket is not closed). */
static void close_that_would_linger_is_refused_where_it_must_not_block(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct linger linger = {1, 30};
    EXPECT_EQUAL(error_of(setsockopt(pair.client, SOL_SOCKET, SO_LINGER, (const char *)&linger,
                                     sizeof linger)),
                 0);
    EXPECT_EQUAL(send(pair.client, much, 16, 0), 16);
    EXPECT_EQUAL(error_of(closesocket(pair.client)), WSAEWOULDBLOCK);
    await(&net, pair.server, RECEIVE);
    close_socket(&pair.client);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.12: "10058 after own shutdown(SEND)": WT test_shutdown; P. */
static void send_after_own_shutdown_is_shut_down(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_EQUAL(error_of(shutdown(pair.client, SD_SEND)), 0);
        EXPECT_EQUAL(send_text(pair.client, "x"), WSAESHUTDOWN);
    }
    EXPECT_EQUAL(send_text(pair.server, "still"), 0);
    receive_all(&net, pair.client, "still");
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.12: "10058 after own shutdown(RECEIVE)": WT test_shutdown; P. */
static void receive_after_own_shutdown_is_shut_down(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct text text;
    EXPECT_EQUAL(send_text(pair.server, "x"), 0);
    await(&net, pair.client, RECEIVE);
    EXPECT_EQUAL(error_of(shutdown(pair.client, SD_RECEIVE)), 0);
    EXPECT_EQUAL(receive(pair.client, 1, &text), WSAESHUTDOWN);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.12: doc (shutdown: WSAECONNRESET). */
static void shutdown_after_a_reset_is_connection_reset(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    close_hard(&pair.server);
    await(&net, pair.client, ABORTED);
    EXPECT_EQUAL(error_of(shutdown(pair.client, SD_SEND)), WSAECONNRESET);
    EXPECT_EQUAL(error_of(shutdown(pair.client, SD_BOTH)), WSAECONNRESET);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.20: P; the fact above must fail under Wine. */
static void shutdown_after_a_reset_may_be_done_where_sockets_are_wines(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    close_hard(&pair.server);
    await(&net, pair.client, ABORTED);
    DWORD error = error_of(shutdown(pair.client, SD_SEND));
    EXPECT(error == WSAECONNRESET || error == 0);
    EXPECT(error != 0 || send_text(pair.client, "x") == WSAESHUTDOWN);
    net_pair_close(&pair);
    net_close(&net);
    fact_saw(error == 0 ? "done" : "reset");
}

/* 7.12: "shutdown unconnected 10057": WT test_shutdown; P. */
static void shutdown_needs_a_connection(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    struct pair pair = net_pair_open(&net);
    SOCKET s = new_tcp(), listener = new_listener(&address);
    EXPECT_EQUAL(error_of(shutdown(s, SD_BOTH)), WSAENOTCONN);
    EXPECT_EQUAL(error_of(shutdown(listener, SD_SEND)), WSAENOTCONN);
    EXPECT_EQUAL(error_of(shutdown(pair.client, 0x1ead)), WSAEINVAL);
    close_socket(&listener);
    close_socket(&s);
    net_pair_close(&pair);
    net_close(&net);
}

/* 7.8: "getpeername not connected 10057": P. */
static void peer_of_a_fresh_socket_is_not_connected(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct sockaddr_in address;
    int length = sizeof address;
    EXPECT_EQUAL(error_of(getpeername(s, (struct sockaddr *)&address, &length)), WSAENOTCONN);
    close_socket(&s);
    net_close(&net);
}

/* 7.10: "recv: 10038 closed", "closesocket: twice 10038": P. */
static void calls_of_a_closed_socket_are_not_a_socket(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    SOCKET closed = s;
    struct text text;
    close_socket(&s);
    EXPECT_EQUAL(receive(closed, 1, &text), WSAENOTSOCK);
    EXPECT_EQUAL(error_of(closesocket(closed)), WSAENOTSOCK);
    EXPECT_EQUAL(error_of(listen((SOCKET)net.port, 1)), WSAENOTSOCK);
    net_close(&net);
}

/* 7.11: A listener that closes resets what waits for it: doc (closesocket: pending connections). */
static void close_of_a_listener_resets_what_waits_for_it(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET listener = new_listener(&address), client = new_tcp();
    (void)connect_to(client, &address);
    await(&net, client, SENDABLE);
    close_socket(&listener);
    await(&net, client, ABORTED);
    close_socket(&client);
    net_close(&net);
}

static const struct fact facts[] = {
    FACT(receive_of_a_fresh_socket_is_not_connected, 0),
    {FACT_OF(send_of_a_fresh_socket_is_not_connected), .flags = 0, .on_wine = "WSAECONNRESET"},
    FACT(bytes_arrive_in_order_and_the_end_after_them, FACT_PLAIN),
    FACT(peek_takes_nothing, FACT_PLAIN),
    FACT(buffers_are_gathered_and_scattered, FACT_PLAIN),
    FACT(receive_without_room_takes_nothing, FACT_PLAIN),
    FACT(send_takes_what_there_is_room_for, FACT_PLAIN | FACT_SIMULATED_ONLY | FACT_SMALL_BUFFERS),
    FACT(blocking_send_sends_everything, FACT_PLAIN),
    FACT(receive_of_a_blocking_socket_times_out, FACT_PLAIN),
    {FACT_OF(receive_after_a_reset_is_connection_reset_every_time), .flags = FACT_PLAIN,
     .on_wine = "0"},
    {FACT_OF(receive_after_a_reset_may_be_the_end_where_sockets_are_wines),
     .flags = FACT_PLAIN | FACT_SIMULATED_ONLY | FACT_WINE_SOCKETS,
     FACT_OUTCOMES("the end", "reset")},
    FACT(reset_is_no_error_of_the_socket, FACT_PLAIN),
    {FACT_OF(send_after_a_reset_is_reset_or_aborted), .flags = FACT_PLAIN,
     FACT_OUTCOMES("reset", "aborted")},
    {FACT_OF(unread_data_may_outlive_a_reset), .flags = FACT_PLAIN,
     FACT_OUTCOMES("data first", "reset")},
    FACT(send_to_a_closed_peer_succeeds_once, FACT_PLAIN),
    {FACT_OF(close_with_unread_data_resets), .flags = FACT_PLAIN, .unsettled = "P; inferred"},
    FACT(close_delivers_what_was_sent, FACT_PLAIN),
    {FACT_OF(hard_close_may_lose_what_was_under_way), .flags = FACT_PLAIN,
     FACT_OUTCOMES("it arrives", "it is lost")},
    {FACT_OF(close_that_lingers_waits_until_all_has_arrived_or_its_time_is_over),
     .flags = FACT_PLAIN, FACT_OUTCOMES("all arrives", "its time is over")},
    {FACT_OF(close_that_would_linger_is_refused_where_it_must_not_block),
     .flags = FACT_SIMULATED_ONLY | FACT_DULL_ONLY, /* else all has arrived */
     .unsettled = "doc (closesocket)"},
    FACT(send_after_own_shutdown_is_shut_down, FACT_PLAIN),
    FACT(receive_after_own_shutdown_is_shut_down, FACT_PLAIN),
    {FACT_OF(shutdown_after_a_reset_is_connection_reset), .flags = FACT_PLAIN, .on_wine = "success",
     .unsettled = "doc (shutdown)"},
    {FACT_OF(shutdown_after_a_reset_may_be_done_where_sockets_are_wines),
     .flags = FACT_PLAIN | FACT_SIMULATED_ONLY | FACT_WINE_SOCKETS, FACT_OUTCOMES("done", "reset")},
    FACT(shutdown_needs_a_connection, FACT_PLAIN),
    FACT(peer_of_a_fresh_socket_is_not_connected, 0),
    FACT(calls_of_a_closed_socket_are_not_a_socket, FACT_BAD_HANDLES),
    FACT(close_of_a_listener_resets_what_waits_for_it, FACT_PLAIN),
};

FACT_SUITE(win32_stream);
