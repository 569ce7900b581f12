/* win32_udp_test: datagram sockets.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's ws2_32/sock.c, which also runs on Windows
 * (WT-todo: what it found on Windows and Wine does not do); P is probe p_afd, recorded on Wine 8.
 */
#include "conformance/suites/win32_net.h"

#include <string.h>

static int send_datagram(SOCKET s, const char *text, const struct sockaddr_in *to)
{
    WSASetLastError((int)POISON);
    return sendto(s, text, (int)strlen(text), 0, (const struct sockaddr *)to, sizeof *to);
}

/* Waits for the datagram that comes next, and expects it to be this one. */
static void receive_datagram(struct net *net, SOCKET s, const char *expected)
{
    struct text text;
    await(net, s, RECEIVE);
    EXPECT_EQUAL(receive(s, TEXT_MAX, &text), 0);
    EXPECT(text_is(&text, expected));
}

/* 7.15: P "udp w/ datagram". Borders are kept, and the sender is told. */
static void datagrams_keep_their_borders_and_name_their_sender(void)
{
    struct net net = net_open();
    struct sockaddr_in to, from, told;
    SOCKET receiver = new_bound_udp(&to), sender = new_bound_udp(&from);
    char bytes[16];
    int length = sizeof told;
    EXPECT_EQUAL(send_datagram(sender, "one", &to), 3);
    EXPECT_EQUAL(send_datagram(sender, "two", &to), 3);
    await(&net, receiver, RECEIVE);
    EXPECT_EQUAL(recvfrom(receiver, bytes, sizeof bytes, 0, (struct sockaddr *)&told, &length), 3);
    EXPECT_EQUAL(memcmp(bytes, "one", 3), 0);
    EXPECT_EQUAL(length, sizeof told);
    EXPECT_EQUAL(memcmp(&told, &from, sizeof told), 0);
    receive_datagram(&net, receiver, "two");
    close_socket(&receiver);
    close_socket(&sender);
    net_close(&net);
}

/* 7.15: "too small buffer: -1/10040 with buffer filled (also MSG_PEEK)": P; doc (recvfrom). */
static void datagram_larger_than_the_buffer_fills_it_and_is_message_size(void)
{
    struct net net = net_open();
    struct sockaddr_in to;
    SOCKET receiver = new_bound_udp(&to), sender = new_udp();
    char bytes[4];
    EXPECT_EQUAL(send_datagram(sender, "0123456789", &to), 10);
    await(&net, receiver, RECEIVE);
    for (unsigned i = 0; i < 2; i++) {
        memset(bytes, POISON_BYTE, sizeof bytes);
        EXPECT_EQUAL(error_of(recv(receiver, bytes, sizeof bytes, i == 0 ? MSG_PEEK : 0)),
                     WSAEMSGSIZE);
        EXPECT_EQUAL(memcmp(bytes, "0123", 4), 0);
    }
    EXPECT_EQUAL(error_of(recv(receiver, bytes, sizeof bytes, 0)), WSAEWOULDBLOCK);
    close_socket(&receiver);
    close_socket(&sender);
    net_close(&net);
}

/* 7.15: doc (recvfrom: MSG_PEEK). */
static void peek_leaves_the_datagram(void)
{
    struct net net = net_open();
    struct sockaddr_in to;
    SOCKET receiver = new_bound_udp(&to), sender = new_udp();
    char bytes[8];
    u_long next = POISON;
    EXPECT_EQUAL(send_datagram(sender, "data", &to), 4);
    await(&net, receiver, RECEIVE);
    EXPECT_EQUAL(recv(receiver, bytes, sizeof bytes, MSG_PEEK), 4);
    EXPECT_EQUAL(error_of(ioctlsocket(receiver, FIONREAD, &next)), 0);
    EXPECT_EQUAL(next, 4);
    receive_datagram(&net, receiver, "data");
    close_socket(&receiver);
    close_socket(&sender);
    net_close(&net);
}

/* 7.15: "10035": WT test_connect_udp. Unbound, it is invalid (WT-todo). */
static void receive_of_nothing_would_block(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET s = new_bound_udp(&address);
    struct text text;
    EXPECT_EQUAL(receive(s, 8, &text), WSAEWOULDBLOCK);
    close_socket(&s);
    net_close(&net);
}

/* 7.15 */
static void receive_of_an_unbound_socket_is_invalid(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    struct text text;
    EXPECT_EQUAL(receive(s, 8, &text), WSAEINVAL);
    close_socket(&s);
    net_close(&net);
}

/* 7.17: WT-todo test_connect_udp. */
static void send_without_an_address_is_not_connected(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    EXPECT_EQUAL(send_text(s, "data"), WSAENOTCONN);
    close_socket(&s);
    net_close(&net);
}

/* 7.17: A send binds: WT test_getpeername ("sendto does not change a socket's connection state").
 */
static void first_send_binds_the_socket(void)
{
    struct net net = net_open();
    struct sockaddr_in to, name;
    SOCKET receiver = new_bound_udp(&to), sender = new_udp();
    int length = sizeof name;
    EXPECT_EQUAL(error_of(getsockname(sender, (struct sockaddr *)&name, &length)), WSAEINVAL);
    EXPECT_EQUAL(send_datagram(sender, "x", &to), 1);
    length = sizeof name;
    EXPECT_EQUAL(error_of(getsockname(sender, (struct sockaddr *)&name, &length)), 0);
    EXPECT(name.sin_port != 0);
    EXPECT_EQUAL(error_of(getpeername(sender, (struct sockaddr *)&name, &length)), WSAENOTCONN);
    close_socket(&receiver);
    close_socket(&sender);
    net_close(&net);
}

/* 7.17: WT test_connect_udp: connect, connect again, and dissolve. */
static void connect_sets_the_peer_and_may_be_dissolved(void)
{
    struct net net = net_open();
    struct sockaddr_in first, second, peer, none;
    SOCKET one = new_bound_udp(&first), two = new_bound_udp(&second), s = new_udp();
    int length = sizeof peer;
    EXPECT_EQUAL(connect_to(s, &first), 0);
    EXPECT_EQUAL(error_of(getpeername(s, (struct sockaddr *)&peer, &length)), 0);
    EXPECT_EQUAL(memcmp(&peer, &first, sizeof peer), 0);
    EXPECT_EQUAL(send_text(s, "first"), 0);
    EXPECT_EQUAL(connect_to(s, &second), 0);
    EXPECT_EQUAL(send_text(s, "second"), 0);
    receive_datagram(&net, one, "first");
    receive_datagram(&net, two, "second");
    memset(&none, 0, sizeof none);
    none.sin_family = AF_UNSPEC;
    EXPECT_EQUAL(connect_to(s, &none), 0);
    EXPECT_EQUAL(error_of(getpeername(s, (struct sockaddr *)&peer, &length)), WSAENOTCONN);
    close_socket(&one);
    close_socket(&two);
    close_socket(&s);
    net_close(&net);
}

/* 7.17: doc (connect: "all datagrams received from another address are discarded"). */
static void connected_socket_hears_only_its_peer(void)
{
    struct net net = net_open();
    struct sockaddr_in address, friend_address, stranger_address;
    SOCKET s = new_bound_udp(&address), peer = new_bound_udp(&friend_address);
    SOCKET stranger = new_bound_udp(&stranger_address);
    EXPECT_EQUAL(connect_to(s, &friend_address), 0);
    EXPECT_EQUAL(send_datagram(stranger, "no", &address), 2);
    EXPECT_EQUAL(send_datagram(peer, "yes", &address), 3);
    receive_datagram(&net, s, "yes");
    close_socket(&s);
    close_socket(&peer);
    close_socket(&stranger);
    net_close(&net);
}

/* 7.16: "10054 after ICMP": doc (recvfrom: WSAECONNRESET). */
static void datagram_to_nobody_comes_back_as_connection_reset(void)
{
    struct net net = net_open();
    struct sockaddr_in nobody, address;
    SOCKET gone = new_bound_udp(&nobody), s = new_bound_udp(&address);
    struct text text;
    close_socket(&gone);
    EXPECT_EQUAL(send_datagram(s, "x", &nobody), 1);
    await(&net, s, RECEIVE);
    EXPECT_EQUAL(receive(s, 8, &text), WSAECONNRESET);
    EXPECT_EQUAL(receive(s, 8, &text), WSAEWOULDBLOCK);
    EXPECT_EQUAL(send_datagram(s, "x", &address), 1);
    receive_datagram(&net, s, "x");
    close_socket(&s);
    net_close(&net);
}

/* 7.16: doc (SIO_UDP_CONNRESET). */
static void report_can_be_switched_off(void)
{
    struct net net = net_open();
    struct sockaddr_in nobody, address;
    SOCKET gone = new_bound_udp(&nobody), s = new_bound_udp(&address);
    BOOL reports = FALSE;
    DWORD size;
    close_socket(&gone);
    EXPECT_EQUAL(error_of(WSAIoctl(s, SIO_UDP_CONNRESET, &reports, sizeof reports, NULL, 0, &size,
                                   NULL, NULL)),
                 0);
    EXPECT_EQUAL(send_datagram(s, "lost", &nobody), 4);
    EXPECT_EQUAL(send_datagram(s, "found", &address), 5);
    receive_datagram(&net, s, "found");
    close_socket(&s);
    net_close(&net);
}

/* 7.16: a datagram is not there when the send returns, or it is. */
static void datagram_may_arrive_after_the_send_has_returned(void)
{
    struct net net = net_open();
    struct sockaddr_in to;
    SOCKET receiver = new_bound_udp(&to), sender = new_udp();
    struct text text;
    EXPECT_EQUAL(send_datagram(sender, "x", &to), 1);
    DWORD error = receive(receiver, 8, &text);
    EXPECT(error == 0 || error == WSAEWOULDBLOCK);
    fact_saw(error == 0 ? "at once" : "later");
    if (error != 0) {
        receive_datagram(&net, receiver, "x");
    }
    close_socket(&receiver);
    close_socket(&sender);
    net_close(&net);
}

static struct net shared_net;
static struct sockaddr_in shared_address;

static DWORD WINAPI send_other(LPVOID argument)
{
    SOCKET s = new_udp();
    (void)argument;
    EXPECT_EQUAL(send_datagram(s, "other", &shared_address), 5);
    close_socket(&s);
    return 0;
}

/* 7.16: Datagrams of one sender keep their order here; those of two do not. What a closed socket
 * has sent arrives all the same. */
static void datagrams_of_two_senders_come_in_any_order(void)
{
    shared_net = net_open();
    SOCKET receiver = new_bound_udp(&shared_address), sender = new_udp();
    struct text text;
    HANDLE thread = start_thread(send_other, NULL);
    EXPECT_EQUAL(send_datagram(sender, "mine", &shared_address), 4);
    EXPECT_EQUAL(join_thread(thread), 0);
    await(&shared_net, receiver, RECEIVE);
    EXPECT_EQUAL(receive(receiver, TEXT_MAX, &text), 0);
    fact_saw(text_is(&text, "mine") ? "mine first" : "other first");
    receive_datagram(&shared_net, receiver, text_is(&text, "mine") ? "other" : "mine");
    close_socket(&receiver);
    close_socket(&sender);
    net_close(&shared_net);
}

/* 7.15: doc (recvfrom: a full buffer drops what comes). */
static void full_buffer_drops_what_comes(void)
{
    struct net net = net_open();
    struct sockaddr_in to;
    SOCKET receiver = new_bound_udp(&to), sender = new_udp();
    struct text text;
    static const char *const texts[] = {"0123456789", "abcdefghij", "tail"};
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_EQUAL(send_datagram(sender, texts[i], &to), (int)strlen(texts[i]));
    }
    fact_settle();
    receive_datagram(&net, receiver, "0123456789");
    receive_datagram(&net, receiver, "tail");
    EXPECT_EQUAL(receive(receiver, 8, &text), WSAEWOULDBLOCK);
    close_socket(&receiver);
    close_socket(&sender);
    net_close(&net);
}

/* 7.17: doc (sendto: WSAEMSGSIZE, WSAEADDRNOTAVAIL). */
static void sends_that_cannot_be_are_refused(void)
{
    struct net net = net_open();
    struct sockaddr_in to;
    SOCKET receiver = new_bound_udp(&to), s = new_udp();
    static char large[65508];
    EXPECT_EQUAL(error_of(sendto(s, large, sizeof large, 0, (struct sockaddr *)&to, sizeof to)),
                 WSAEMSGSIZE);
    to.sin_port = 0;
    EXPECT_EQUAL(error_of(send_datagram(s, "x", &to)), WSAEADDRNOTAVAIL);
    close_socket(&receiver);
    close_socket(&s);
    net_close(&net);
}

/* 7.17: WT test_shutdown, last part. */
static void shutdown_needs_no_peer(void)
{
    struct net net = net_open();
    struct sockaddr_in to;
    SOCKET s = new_bound_udp(&to);
    struct text text;
    EXPECT_EQUAL(error_of(shutdown(s, SD_RECEIVE)), 0);
    EXPECT_EQUAL(receive(s, 8, &text), WSAESHUTDOWN);
    EXPECT_EQUAL(error_of(shutdown(s, SD_SEND)), 0);
    EXPECT_EQUAL(error_of(send_datagram(s, "x", &to)), WSAESHUTDOWN);
    close_socket(&s);
    net_close(&net);
}

/* ---- groups and broadcasts ---- */

#define GROUP_TEXT "239.1.2.3"

static SOCKET member_of(const char *group, struct sockaddr_in *address)
{
    SOCKET s = new_udp();
    struct sockaddr_in any = loopback(0);
    struct ip_mreq request;
    int length = sizeof *address;
    any.sin_addr.s_addr = htonl(INADDR_ANY);
    any.sin_port = address->sin_port;
    EXPECT_EQUAL(set_option(s, SOL_SOCKET, SO_REUSEADDR, 1), 0);
    EXPECT_EQUAL(error_of(bind(s, (struct sockaddr *)&any, sizeof any)), 0);
    EXPECT_EQUAL(error_of(getsockname(s, (struct sockaddr *)address, &length)), 0);
    request.imr_multiaddr.s_addr = inet_addr(group);
    request.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQUAL(error_of(setsockopt(s, IPPROTO_IP, IP_ADD_MEMBERSHIP, (const char *)&request,
                                     sizeof request)),
                 0);
    return s;
}

/* 7.18: doc (IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IP_MULTICAST_LOOP: of the receiver). */
static void group_hears_what_is_sent_to_it_while_it_is_joined(void)
{
    struct net net = net_open();
    struct sockaddr_in address = loopback(0), to;
    SOCKET one = member_of(GROUP_TEXT, &address), two = member_of(GROUP_TEXT, &address);
    SOCKET deaf = member_of(GROUP_TEXT, &address), sender = new_udp();
    struct ip_mreq request;
    struct text text;
    EXPECT_EQUAL(set_option(deaf, IPPROTO_IP, IP_MULTICAST_LOOP, 0), 0);
    to = address;
    to.sin_addr.s_addr = inet_addr(GROUP_TEXT);
    EXPECT_EQUAL(send_datagram(sender, "all", &to), 3);
    receive_datagram(&net, one, "all");
    receive_datagram(&net, two, "all");
    EXPECT_EQUAL(receive(deaf, 8, &text), WSAEWOULDBLOCK);
    request.imr_multiaddr.s_addr = inet_addr(GROUP_TEXT);
    request.imr_interface.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQUAL(error_of(setsockopt(one, IPPROTO_IP, IP_DROP_MEMBERSHIP, (const char *)&request,
                                     sizeof request)),
                 0);
    EXPECT_EQUAL(error_of(setsockopt(one, IPPROTO_IP, IP_DROP_MEMBERSHIP, (const char *)&request,
                                     sizeof request)),
                 WSAEADDRNOTAVAIL);
    EXPECT_EQUAL(send_datagram(sender, "few", &to), 3);
    receive_datagram(&net, two, "few");
    EXPECT_EQUAL(receive(one, 8, &text), WSAEWOULDBLOCK);
    close_socket(&one);
    close_socket(&two);
    close_socket(&deaf);
    close_socket(&sender);
    net_close(&net);
}

/* 7.18: doc (SO_BROADCAST; sendto: WSAEACCES). */
static void broadcast_must_be_asked_for(void)
{
    struct net net = net_open();
    struct sockaddr_in address = loopback(0), to;
    SOCKET one = member_of(GROUP_TEXT, &address), sender = new_udp();
    to = address;
    to.sin_addr.s_addr = htonl(INADDR_BROADCAST);
    EXPECT_EQUAL(error_of(send_datagram(sender, "x", &to)), WSAEACCES);
    EXPECT_EQUAL(set_option(sender, SOL_SOCKET, SO_BROADCAST, 1), 0);
    EXPECT_EQUAL(send_datagram(sender, "all", &to), 3);
    receive_datagram(&net, one, "all");
    close_socket(&one);
    close_socket(&sender);
    net_close(&net);
}

/* 7.19: WT test_sockopt_validity. */
static void options_of_groups_are_those_of_datagrams(void)
{
    struct net net = net_open();
    SOCKET s = new_udp(), stream = new_tcp();
    EXPECT_EQUAL(set_option(s, IPPROTO_IP, IP_TTL, 9), 0);
    EXPECT_EQUAL(option_of(s, IPPROTO_IP, IP_TTL), 9);
    EXPECT_EQUAL(option_of(s, IPPROTO_IP, IP_MULTICAST_TTL), 1);
    EXPECT_EQUAL(option_of(s, IPPROTO_IP, IP_MULTICAST_LOOP), 1);
    EXPECT_EQUAL(set_option(s, IPPROTO_IP, IP_MULTICAST_TTL, 7), 0);
    EXPECT_EQUAL(option_of(s, IPPROTO_IP, IP_MULTICAST_TTL), 7);
    EXPECT_EQUAL(set_option(s, IPPROTO_IP, IP_MULTICAST_TTL, 256), WSAEINVAL);
    EXPECT_EQUAL(set_option(stream, IPPROTO_IP, IP_MULTICAST_TTL, 1), WSAEINVAL);
    EXPECT_EQUAL(set_option(s, SOL_SOCKET, SO_BROADCAST, 1), 0);
    EXPECT_EQUAL(option_of(s, SOL_SOCKET, SO_BROADCAST), 1);
    close_socket(&s);
    close_socket(&stream);
    net_close(&net);
}

/* 7.18: The same over IPv6: groups are ff00::/8. */
static void ipv6_group_hears_what_is_sent_to_it(void)
{
    struct net net = net_open();
    SOCKET s = new_socket(AF_INET6, SOCK_DGRAM), sender = new_socket(AF_INET6, SOCK_DGRAM);
    struct sockaddr_in6 address;
    struct ipv6_mreq request;
    int length = sizeof address;
    char bytes[8];
    memset(&address, 0, sizeof address);
    memset(&request, 0, sizeof request);
    address.sin6_family = AF_INET6;
    EXPECT_EQUAL(error_of(bind(s, (struct sockaddr *)&address, sizeof address)), 0);
    EXPECT_EQUAL(error_of(getsockname(s, (struct sockaddr *)&address, &length)), 0);
    EXPECT_EQUAL(inet_pton(AF_INET6, "ff02::5", &request.ipv6mr_multiaddr), 1);
    EXPECT_EQUAL(error_of(setsockopt(s, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, (const char *)&request,
                                     sizeof request)),
                 0);
    address.sin6_addr = request.ipv6mr_multiaddr;
    EXPECT_EQUAL(sendto(sender, "six", 3, 0, (struct sockaddr *)&address, sizeof address), 3);
    EXPECT_EQUAL(recv(s, bytes, sizeof bytes, 0), 3);
    close_socket(&s);
    close_socket(&sender);
    net_close(&net);
}

static const struct fact facts[] = {
    FACT(datagrams_keep_their_borders_and_name_their_sender, FACT_PLAIN),
    FACT(datagram_larger_than_the_buffer_fills_it_and_is_message_size, FACT_PLAIN),
    FACT(peek_leaves_the_datagram, FACT_PLAIN),
    FACT(receive_of_nothing_would_block, 0),
    {FACT_OF(receive_of_an_unbound_socket_is_invalid), .flags = 0,
     .on_wine = "WT-todo: it would block"},
    {FACT_OF(send_without_an_address_is_not_connected), .flags = 0,
     .on_wine = "WT-todo: another error"},
    FACT(first_send_binds_the_socket, 0),
    FACT(connect_sets_the_peer_and_may_be_dissolved, FACT_PLAIN),
    FACT(connected_socket_hears_only_its_peer, FACT_PLAIN),
    {FACT_OF(datagram_to_nobody_comes_back_as_connection_reset), .flags = FACT_PLAIN,
     .on_wine = "it is lost"},
    FACT(report_can_be_switched_off, FACT_PLAIN),
    {FACT_OF(datagram_may_arrive_after_the_send_has_returned), .flags = FACT_PLAIN,
     FACT_OUTCOMES("at once", "later")},
    {FACT_OF(datagrams_of_two_senders_come_in_any_order), .flags = FACT_PLAIN,
     FACT_OUTCOMES("mine first", "other first")},
    FACT(full_buffer_drops_what_comes, FACT_PLAIN | FACT_SIMULATED_ONLY | FACT_SMALL_BUFFERS),
    {FACT_OF(sends_that_cannot_be_are_refused), .flags = 0, .on_wine = "port 0 is WSAEINVAL"},
    FACT(shutdown_needs_no_peer, 0),
    FACT(group_hears_what_is_sent_to_it_while_it_is_joined, FACT_PLAIN | FACT_SIMULATED_ONLY),
    FACT(broadcast_must_be_asked_for, FACT_PLAIN | FACT_SIMULATED_ONLY),
    FACT(options_of_groups_are_those_of_datagrams, 0),
    FACT(ipv6_group_hears_what_is_sent_to_it, FACT_PLAIN | FACT_SIMULATED_ONLY),
};

FACT_SUITE(win32_udp);
