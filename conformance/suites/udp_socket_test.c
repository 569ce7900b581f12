/* udp_socket_test: datagrams, connected and not, and what they are reported as. */
#include "conformance/suites/socket_fixture.h"
#include "core/udp_socket.h"

#include <string.h>

#define LEFT_TOKEN  UINT64_C(4)
#define RIGHT_TOKEN UINT64_C(5)

/* Two sockets of a poll; nothing is registered or connected. */
struct pair {
    rdy_poll *poll;
    rdy_registry *registry;
    rdy_udp_socket *left, *right;
    rdy_address left_address, right_address;
};

static rdy_udp_socket *make_socket(const rdy_address *address, rdy_address *bound)
{
    rdy_udp_socket *socket;
    expect_done(rdy_udp_socket_bind(address, &socket));
    expect_done(rdy_udp_socket_local_address(socket, bound));
    return socket;
}

static void address_is_what_it_was_made_of(void)
{
    static const uint8_t bytes[16] = {0xfe, 0x80, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    rdy_address v6 = rdy_address_v6(bytes, 0x1234, 7), v4 = rdy_address_v4(bytes, 0x1234);
    EXPECT_EQUAL(v6.as.v6.sin6_family, AF_INET6);
    EXPECT_EQUAL(v6.as.v6.sin6_port, htons(0x1234));
    EXPECT_EQUAL(v6.as.v6.sin6_scope_id, 7);
    EXPECT(memcmp(&v6.as.v6.sin6_addr, bytes, sizeof bytes) == 0);
    EXPECT_EQUAL(v6.size, sizeof v6.as.v6);
    EXPECT_EQUAL(rdy_address_port(&v6), 0x1234);
    EXPECT_EQUAL(v4.as.v4.sin_family, AF_INET);
    EXPECT_EQUAL(v4.as.v4.sin_port, htons(0x1234));
    EXPECT(memcmp(&v4.as.v4.sin_addr, bytes, 4) == 0);
    EXPECT_EQUAL(rdy_address_port(&v4), 0x1234);
}

static struct pair make_pair(void)
{
    struct pair pair = {0};
    rdy_address any_port = loopback(0);
    expect_done(rdy_poll_create(&pair.poll));
    pair.registry = rdy_poll_registry(pair.poll);
    pair.left = make_socket(&any_port, &pair.left_address);
    pair.right = make_socket(&any_port, &pair.right_address);
    return pair;
}

static void end_pair(struct pair *pair)
{
    rdy_udp_socket_check(pair->left);
    rdy_udp_socket_destroy(pair->left);
    rdy_udp_socket_check(pair->right);
    rdy_udp_socket_destroy(pair->right);
    if (pair->poll != NULL) {
        rdy_poll_check(pair->poll);
        rdy_poll_destroy(pair->poll);
    }
}

static void watch_right(struct pair *pair)
{
    expect_done(
        rdy_udp_socket_register(pair->right, pair->registry, RIGHT_TOKEN, RDY_INTEREST_READABLE));
}

static void send_right(struct pair *pair, const char *text)
{
    size_t count = 99;
    expect_done(
        rdy_udp_socket_send_to(pair->left, text, strlen(text), &pair->right_address, &count));
    EXPECT_EQUAL(count, strlen(text));
}

static void datagram_arrives_with_its_sender(void)
{
    struct pair pair = make_pair();
    watch_right(&pair);
    send_right(&pair, "hello");
    EXPECT_EQUAL(events_of(pair.poll, RIGHT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    char buffer[16];
    size_t count = 99;
    rdy_address from;
    expect_done(rdy_udp_socket_receive_from(pair.right, buffer, sizeof buffer, &count, &from));
    EXPECT_EQUAL(count, 5);
    EXPECT(memcmp(buffer, "hello", 5) == 0);
    EXPECT_EQUAL(rdy_address_port(&from), rdy_address_port(&pair.left_address));
    expect_would_block(
        rdy_udp_socket_receive_from(pair.right, buffer, sizeof buffer, &count, &from));
    EXPECT_EQUAL(count, 0);
    end_pair(&pair);
}

static void fresh_socket_is_writable(void)
{
    struct pair pair = make_pair();
    expect_done(rdy_udp_socket_register(pair.left, pair.registry, LEFT_TOKEN, RDY_INTEREST_ALL));
    EXPECT_EQUAL(events_of(pair.poll, LEFT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_WRITABLE);
    expect_silence(pair.poll);
    end_pair(&pair);
}

static void peek_leaves_the_datagram(void)
{
    struct pair pair = make_pair();
    watch_right(&pair);
    char buffer[16];
    size_t count = 99;
    rdy_address from;
    expect_would_block(rdy_udp_socket_peek_from(pair.right, buffer, sizeof buffer, &count, &from));
    EXPECT_EQUAL(count, 0);
    send_right(&pair, "ab");
    (void)await_events(pair.poll, RIGHT_TOKEN, RDY_EVENT_READABLE);
    expect_done(rdy_udp_socket_peek_from(pair.right, buffer, sizeof buffer, &count, &from));
    EXPECT_EQUAL(count, 2);
    EXPECT_EQUAL(rdy_address_port(&from), rdy_address_port(&pair.left_address));
    expect_done(rdy_udp_socket_receive_from(pair.right, buffer, sizeof buffer, &count, &from));
    EXPECT_EQUAL(count, 2);
    end_pair(&pair);
}

static void empty_datagram_is_no_end(void)
{
    struct pair pair = make_pair();
    watch_right(&pair);
    send_right(&pair, "");
    EXPECT_EQUAL(events_of(pair.poll, RIGHT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    char buffer[4];
    size_t count = 99;
    expect_done(rdy_udp_socket_receive(pair.right, buffer, sizeof buffer, &count));
    EXPECT_EQUAL(count, 0);
    expect_would_block(rdy_udp_socket_receive(pair.right, buffer, sizeof buffer, &count));
    end_pair(&pair);
}

static void datagram_that_does_not_fit_is_an_error(void)
{
    struct pair pair = make_pair();
    watch_right(&pair);
    send_right(&pair, "abcd");
    (void)await_events(pair.poll, RIGHT_TOKEN, RDY_EVENT_READABLE);
    char buffer[2] = {'?', '?'};
    size_t count = 99;
    expect_failed(rdy_udp_socket_receive(pair.right, buffer, sizeof buffer, &count), WSAEMSGSIZE);
    EXPECT_EQUAL(count, 0);
    EXPECT(buffer[0] == 'a' && buffer[1] == 'b');
    expect_would_block(rdy_udp_socket_receive(pair.right, buffer, sizeof buffer, &count));
    end_pair(&pair);
}

static void connected_sockets_need_no_addresses(void)
{
    struct pair pair = make_pair();
    rdy_address peer;
    expect_failed(rdy_udp_socket_peer_address(pair.left, &peer), WSAENOTCONN);
    expect_done(rdy_udp_socket_connect(pair.left, &pair.right_address));
    expect_done(rdy_udp_socket_connect(pair.right, &pair.left_address));
    expect_done(rdy_udp_socket_peer_address(pair.left, &peer));
    EXPECT_EQUAL(rdy_address_port(&peer), rdy_address_port(&pair.right_address));
    watch_right(&pair);
    size_t count = 99;
    expect_done(rdy_udp_socket_send(pair.left, "x", 1, &count));
    EXPECT_EQUAL(count, 1);
    (void)await_events(pair.poll, RIGHT_TOKEN, RDY_EVENT_READABLE);
    char buffer[4];
    expect_done(rdy_udp_socket_peek(pair.right, buffer, sizeof buffer, &count));
    EXPECT_EQUAL(count, 1);
    expect_done(rdy_udp_socket_receive(pair.right, buffer, sizeof buffer, &count));
    EXPECT_EQUAL(count, 1);
    EXPECT_EQUAL(buffer[0], 'x');
    end_pair(&pair);
}

static void connected_socket_hears_nobody_else(void)
{
    struct pair pair = make_pair();
    rdy_address any_port = loopback(0), address;
    rdy_udp_socket *stranger = make_socket(&any_port, &address);
    expect_done(rdy_udp_socket_connect(pair.right, &address));
    watch_right(&pair);
    send_right(&pair, "x");
    expect_silence(pair.poll);
    rdy_udp_socket_destroy(stranger);
    end_pair(&pair);
}

static void datagram_that_reaches_nobody_is_an_error(void)
{
    struct pair pair = make_pair();
    rdy_udp_socket_destroy(pair.right);
    expect_done(rdy_udp_socket_connect(pair.left, &pair.right_address));
    expect_done(
        rdy_udp_socket_register(pair.left, pair.registry, LEFT_TOKEN, RDY_INTEREST_READABLE));
    size_t count;
    expect_done(rdy_udp_socket_send(pair.left, "x", 1, &count));
    EXPECT_EQUAL(events_of(pair.poll, LEFT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    char buffer[4];
    expect_failed(rdy_udp_socket_receive(pair.left, buffer, sizeof buffer, &count), WSAECONNRESET);
    expect_would_block(rdy_udp_socket_receive(pair.left, buffer, sizeof buffer, &count));
    rdy_address any_port = loopback(0);
    pair.right = make_socket(&any_port, &pair.right_address);
    end_pair(&pair);
}

static void each_datagram_is_reported_after_receive_would_block(void)
{
    struct pair pair = make_pair();
    watch_right(&pair);
    char buffer[4];
    size_t count;
    for (int i = 0; i < 3; i++) {
        send_right(&pair, "x");
        (void)await_events(pair.poll, RIGHT_TOKEN, RDY_EVENT_READABLE);
        expect_silence(pair.poll);
        expect_done(rdy_udp_socket_receive(pair.right, buffer, sizeof buffer, &count));
        expect_would_block(rdy_udp_socket_receive(pair.right, buffer, sizeof buffer, &count));
    }
    end_pair(&pair);
}

static void socket_that_is_not_registered_works(void)
{
    struct pair pair = make_pair();
    char buffer[4];
    size_t count;
    expect_would_block(rdy_udp_socket_receive(pair.right, buffer, sizeof buffer, &count));
    send_right(&pair, "x");
    expect_silence(pair.poll);
    watch_right(&pair);
    (void)await_events(pair.poll, RIGHT_TOKEN, RDY_EVENT_READABLE);
    end_pair(&pair);
}

static void options_can_be_changed(void)
{
    struct pair pair = make_pair();
    BOOL flag = FALSE;
    DWORD number = 0;
    expect_done(rdy_udp_socket_broadcast(pair.left, &flag));
    EXPECT(!flag);
    expect_done(rdy_udp_socket_set_broadcast(pair.left, TRUE));
    expect_done(rdy_udp_socket_broadcast(pair.left, &flag));
    EXPECT(flag);
    expect_done(rdy_udp_socket_set_ttl(pair.left, 61));
    expect_done(rdy_udp_socket_ttl(pair.left, &number));
    EXPECT_EQUAL(number, 61);
    expect_done(rdy_udp_socket_set_multicast_ttl_v4(pair.left, 7));
    expect_done(rdy_udp_socket_multicast_ttl_v4(pair.left, &number));
    EXPECT_EQUAL(number, 7);
    expect_done(rdy_udp_socket_set_multicast_loop_v4(pair.left, FALSE));
    expect_done(rdy_udp_socket_multicast_loop_v4(pair.left, &flag));
    EXPECT(!flag);
    end_pair(&pair);
}

static rdy_address loopback_v6(void)
{
    static const uint8_t bytes[16] = {[15] = 1};
    return rdy_address_v6(bytes, 0, 0);
}

static void datagram_arrives_over_version_6(void)
{
    rdy_poll *poll;
    rdy_address any_port = loopback_v6(), left_address, right_address, from;
    expect_done(rdy_poll_create(&poll));
    rdy_udp_socket *left = make_socket(&any_port, &left_address);
    rdy_udp_socket *right = make_socket(&any_port, &right_address);
    EXPECT_EQUAL(rdy_address_family(&right_address), AF_INET6);
    expect_done(rdy_udp_socket_register(right, rdy_poll_registry(poll), RIGHT_TOKEN,
                                        RDY_INTEREST_READABLE));
    size_t count;
    expect_done(rdy_udp_socket_send_to(left, "x", 1, &right_address, &count));
    (void)await_events(poll, RIGHT_TOKEN, RDY_EVENT_READABLE);
    char buffer[4];
    expect_done(rdy_udp_socket_receive_from(right, buffer, sizeof buffer, &count, &from));
    EXPECT_EQUAL(count, 1);
    EXPECT_EQUAL(rdy_address_port(&from), rdy_address_port(&left_address));
    rdy_udp_socket_destroy(left);
    rdy_udp_socket_destroy(right);
    rdy_poll_destroy(poll);
}

static void options_of_version_6_can_be_changed(void)
{
    rdy_address any_port = loopback_v6(), address;
    rdy_udp_socket *socket = make_socket(&any_port, &address);
    BOOL flag = FALSE;
    expect_done(rdy_udp_socket_only_v6(socket, &flag));
    EXPECT(flag);
    expect_done(rdy_udp_socket_set_multicast_loop_v6(socket, FALSE));
    expect_done(rdy_udp_socket_multicast_loop_v6(socket, &flag));
    EXPECT(!flag);
    rdy_udp_socket_destroy(socket);
}

static struct in_addr v4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    const uint8_t bytes[4] = {a, b, c, d};
    struct in_addr address;
    memcpy(&address, bytes, sizeof address);
    return address;
}

static void groups_are_joined_and_left(void)
{
    struct pair pair = make_pair();
    struct in_addr group = v4(224, 0, 0, 251), any = v4(0, 0, 0, 0);
    expect_done(rdy_udp_socket_join_multicast_v4(pair.left, group, any));
    expect_done(rdy_udp_socket_leave_multicast_v4(pair.left, group, any));
    EXPECT_EQUAL(rdy_udp_socket_leave_multicast_v4(pair.left, group, any).status, RDY_FAILED);
    end_pair(&pair);
}

static void raw_sockets_go_out_and_in(void)
{
    struct pair pair = make_pair();
    watch_right(&pair);
    SOCKET raw = rdy_udp_socket_raw_socket(pair.right);
    EXPECT(rdy_udp_socket_into_raw_socket(pair.right) == raw);
    expect_done(rdy_udp_socket_from_raw_socket(raw, &pair.right));
    watch_right(&pair);
    send_right(&pair, "x");
    EXPECT_EQUAL(events_of(pair.poll, RIGHT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    char byte;
    SOCKET again = rdy_udp_socket_raw_socket(pair.right);
    EXPECT_EQUAL(recv(again, &byte, 1, 0), 1);
    expect_would_block(rdy_udp_socket_would_block(pair.right, RDY_INTEREST_READABLE));
    send_right(&pair, "y");
    EXPECT_EQUAL(events_of(pair.poll, RIGHT_TOKEN, RDY_WAIT_FOREVER, NULL), RDY_EVENT_READABLE);
    end_pair(&pair);
}

static void operations_ask_nobody_once_their_poll_is_gone(void)
{
    struct pair pair = make_pair();
    watch_right(&pair);
    rdy_poll_destroy(pair.poll);
    pair.poll = NULL;
    char buffer[4];
    size_t count = 99;
    rdy_address from;
    expect_failed(rdy_udp_socket_receive(pair.right, buffer, sizeof buffer, &count),
                  ERROR_INVALID_HANDLE);
    expect_failed(rdy_udp_socket_receive_from(pair.right, buffer, sizeof buffer, &count, &from),
                  ERROR_INVALID_HANDLE);
    expect_failed(rdy_udp_socket_send(pair.right, buffer, 1, &count), ERROR_INVALID_HANDLE);
    expect_failed(rdy_udp_socket_send_to(pair.right, buffer, 1, &pair.left_address, &count),
                  ERROR_INVALID_HANDLE);
    end_pair(&pair);
}

static const struct fact facts[] = {
    FACT(address_is_what_it_was_made_of, 0),
    FACT(datagram_arrives_with_its_sender, 0),
    FACT(fresh_socket_is_writable, 0),
    FACT(peek_leaves_the_datagram, 0),
    FACT(empty_datagram_is_no_end, 0),
    FACT(datagram_that_does_not_fit_is_an_error, 0),
    FACT(connected_sockets_need_no_addresses, 0),
    FACT(connected_socket_hears_nobody_else, 0),
    {FACT_OF(datagram_that_reaches_nobody_is_an_error), .on_wine = "the error is swallowed"},
    FACT(each_datagram_is_reported_after_receive_would_block, 0),
    FACT(socket_that_is_not_registered_works, 0),
    FACT(options_can_be_changed, 0),
    FACT(datagram_arrives_over_version_6, 0),
    FACT(options_of_version_6_can_be_changed, 0),
    FACT(groups_are_joined_and_left, 0),
    FACT(raw_sockets_go_out_and_in, 0),
    FACT(operations_ask_nobody_once_their_poll_is_gone, 0),
};

FACT_SUITE(udp_socket);
