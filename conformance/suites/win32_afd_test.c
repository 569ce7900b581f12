/* win32_afd_test: the handles of \Device\Afd and the requests that poll sockets.
 *
 * Evidence tags: doc is Microsoft Learn; WT is Wine's conformance tests, which also run on Windows
 * (WT-todo: what they found on Windows and Wine does not do); P is probe p_afd, recorded on Wine 8.
 */
#include "conformance/suites/win32_net.h"

#include <string.h>

#define EMPTY_INFO 16u
#define BAD_SOCKET ((SOCKET)0x7770)

/* ---- the handle ---- */

/* 6.1: WT ws2_32/afd.c test_open_device; P. */
static void device_opens_under_any_name(void)
{
    struct net net = net_open();
    static const WCHAR *const names[] = {L"\\Device\\Afd", L"\\Device\\Afd\\",
                                         L"\\Device\\Afd\\foobar"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        HANDLE afd = open_afd(names[i]);
        EXPECT(CloseHandle(afd));
    }
    net_close(&net);
}

/* 6.20: "base == s without LSP": WT ws2_32/sock.c test_base_handle; P. */
static void base_of_a_socket_is_the_socket(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp(), base = 0;
    DWORD size = POISON;
    EXPECT_EQUAL(
        error_of(WSAIoctl(s, SIO_BASE_HANDLE, NULL, 0, &base, sizeof base, &size, NULL, NULL)), 0);
    EXPECT_EQUAL(base, s);
    EXPECT_EQUAL(size, sizeof base);
    close_socket(&s);
    net_close(&net);
}

static const DWORD bsp_codes[] = {SIO_BSP_HANDLE, SIO_BSP_HANDLE_SELECT, SIO_BSP_HANDLE_POLL};

/* 6.20: "or WSAEOPNOTSUPP": P. */
static void base_provider_knows_no_bsp_handles(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp(), base = 0;
    DWORD size;
    for (size_t i = 0; i < sizeof bsp_codes / sizeof bsp_codes[0]; i++) {
        EXPECT_EQUAL(
            error_of(WSAIoctl(s, bsp_codes[i], NULL, 0, &base, sizeof base, &size, NULL, NULL)),
            WSAEOPNOTSUPP);
    }
    close_socket(&s);
    net_close(&net);
}

/* 6.20: "bad socket: 10038": doc. */
static void base_of_what_is_no_socket_is_refused(void)
{
    struct net net = net_open();
    SOCKET base = 0;
    DWORD size;
    EXPECT_EQUAL(error_of(WSAIoctl(BAD_SOCKET, SIO_BASE_HANDLE, NULL, 0, &base, sizeof base, &size,
                                   NULL, NULL)),
                 WSAENOTSOCK);
    net_close(&net);
}

static SOCKET handle_below(SOCKET s, DWORD code, DWORD *error)
{
    SOCKET below = INVALID_SOCKET;
    DWORD size;
    *error = error_of(WSAIoctl(s, code, NULL, 0, &below, sizeof below, &size, NULL, NULL));
    return below;
}

/* 6.20: doc (Winsock ioctls: SIO_BASE_HANDLE). The driver knows only the base. */
static void layered_socket_tells_its_base_and_only_that_can_be_polled(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    DWORD error;
    SOCKET base = handle_below(s, SIO_BASE_HANDLE, &error);
    EXPECT_EQUAL(error, 0);
    EXPECT(base != s);
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, s, SENDABLE, FOREVER),
                 (DWORD)STATUS_INVALID_HANDLE);
    EXPECT_LEVEL(&net, base, SENDABLE);
    close_socket(&s);
    net_close(&net);
}

/* 6.20: Komodia's providers, as wepoll ws.c and mio selector.rs handle them. */
static void layered_socket_may_tell_only_what_is_below_it(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    DWORD error;
    (void)handle_below(s, SIO_BASE_HANDLE, &error);
    EXPECT_EQUAL(error, WSAEOPNOTSUPP);
    for (size_t i = 0; i < sizeof bsp_codes / sizeof bsp_codes[0]; i++) {
        SOCKET below = handle_below(s, bsp_codes[i], &error);
        EXPECT_EQUAL(error, 0);
        EXPECT(below != s);
        EXPECT_EQUAL(handle_below(below, SIO_BASE_HANDLE, &error), below);
    }
    close_socket(&s);
    net_close(&net);
}

/* ---- what a poll answers ---- */

static NTSTATUS poll_of_sizes(struct net *net, struct poll *poll, ULONG count, ULONG in, ULONG out)
{
    poll->info.count = count;
    poll->block.Status = STATUS_PENDING;
    return NtDeviceIoControlFile(net->afd, NULL, NULL, poll, &poll->block, 0x12024, &poll->info, in,
                                 &poll->info, out);
}

/* 6.2: "NumberOfHandles 0, size mismatch, out < in": WT test_poll. */
static void poll_of_wrong_sizes_is_invalid_parameter(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    struct poll poll;
    memset(&poll, 0, sizeof poll);
    poll.info.socket[0].handle = (HANDLE)s;
    poll.info.socket[0].events = SENDABLE;
    static const ULONG wrong[][3] = {{0, 32, 32}, {1, 31, 31}, {1, 32, 31}, {1, 0, 32}, {1, 32, 0}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        EXPECT_EQUAL((DWORD)poll_of_sizes(&net, &poll, wrong[i][0], wrong[i][1], wrong[i][2]),
                     (DWORD)STATUS_INVALID_PARAMETER);
        EXPECT_EQUAL((DWORD)poll.block.Status, STATUS_PENDING);
    }
    EXPECT_NO_EVENT(&net);
    close_socket(&s);
    net_close(&net);
}

/* 6.3: "handle not a socket / closed": WT test_poll; P. */
static void poll_of_a_closed_socket_is_invalid_handle(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    SOCKET closed = s;
    close_socket(&s);
    struct poll poll;
    NTSTATUS status = start_poll(&net, &poll, closed, SENDABLE, FOREVER);
    EXPECT_EQUAL(RtlNtStatusToDosError(status), ERROR_INVALID_HANDLE);
    EXPECT_EQUAL((DWORD)poll.block.Status, STATUS_PENDING);
    EXPECT_NO_EVENT(&net);
    net_close(&net);
}

/* 6.3: P "RtlNtStatusToDosError" of it is 6. */
static void poll_of_what_is_no_file_is_invalid_handle(void)
{
    struct net net = net_open();
    struct poll poll;
    NTSTATUS status = start_poll(&net, &poll, (SOCKET)net.port, SENDABLE, FOREVER);
    EXPECT_EQUAL((DWORD)status, (DWORD)STATUS_OBJECT_TYPE_MISMATCH);
    EXPECT_EQUAL(RtlNtStatusToDosError(status), ERROR_INVALID_HANDLE);
    net_close(&net);
}

/* 6.4: "some (mask & level) != 0: 0, packet": WT test_poll; P "poll when already ready". */
static void poll_of_a_ready_socket_succeeds_with_a_packet(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, s, ANYTHING, FOREVER), STATUS_SUCCESS);
    EXPECT_EQUAL((DWORD)poll.block.Status, STATUS_SUCCESS);
    EXPECT_POLLED(&net, &poll, SENDABLE);
    EXPECT_NO_EVENT(&net);
    close_socket(&s);
    net_close(&net);
}

/* 6.4: "Timeout == 0 and none": WT test_poll; P "timeout 0". */
static void poll_that_must_not_wait_succeeds_with_nothing(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, s, ANYTHING, 0), STATUS_SUCCESS);
    EXPECT_POLL_STATUS(&net, &poll, STATUS_SUCCESS, EMPTY_INFO);
    close_socket(&s);
    net_close(&net);
}

/* 6.5: "none: 0x103": WT test_poll; P "poll listener". */
static void poll_of_an_idle_socket_pends(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET listener = new_listener(&address), client = new_tcp();
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, listener, ANYTHING, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL((DWORD)poll.block.Status, STATUS_PENDING);
    EXPECT_NO_EVENT(&net);
    (void)connect_to(client, &address);
    EXPECT_POLLED(&net, &poll, ACCEPTABLE);
    EXPECT_NO_EVENT(&net);
    close_socket(&client);
    close_socket(&listener);
    net_close(&net);
}

/* 6.5: "timeout, negative: relative": WT test_poll; P "rel. timeout". */
static void poll_that_times_out_ends_with_nothing(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, s, ANYTHING, -20 * 10000), STATUS_PENDING);
    EXPECT_POLL_STATUS(&net, &poll, STATUS_TIMEOUT, EMPTY_INFO);
    EXPECT_EQUAL((uint64_t)poll.info.timeout.QuadPart, (uint64_t)(-20 * 10000));
    EXPECT_NO_EVENT(&net);
    close_socket(&s);
    net_close(&net);
}

/* 6.5: "positive: absolute": WT test_poll (a moment that has passed: it pends all the same). */
static void poll_until_a_moment_that_has_passed_times_out(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, s, ANYTHING, 1), STATUS_PENDING);
    EXPECT_POLL_STATUS(&net, &poll, STATUS_TIMEOUT, EMPTY_INFO);
    close_socket(&s);
    net_close(&net);
}

/* 6.7: "one-shot, level-triggered at submission": P. */
static void poll_reports_once_and_the_next_one_what_is_still_so(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct poll first, second;
    EXPECT_EQUAL((DWORD)start_poll(&net, &first, pair.client, RECEIVE, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL(send_text(pair.server, "abc"), 0);
    EXPECT_POLLED(&net, &first, RECEIVE);
    EXPECT_EQUAL(send_text(pair.server, "def"), 0);
    receive_all(&net, pair.client, "abcd");
    EXPECT_NO_EVENT(&net);
    EXPECT_EQUAL((DWORD)start_poll(&net, &second, pair.client, RECEIVE, FOREVER), STATUS_SUCCESS);
    EXPECT_POLLED(&net, &second, RECEIVE);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.9: "many polls on one socket are independent; all complete on an event": P "both". */
static void polls_of_one_socket_all_complete(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct poll polls[3];
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_EQUAL((DWORD)start_poll(&net, &polls[i], pair.client, RECEIVE, FOREVER),
                     STATUS_PENDING);
    }
    EXPECT_EQUAL(send_text(pair.server, "x"), 0);
    for (unsigned i = 0; i < 3; i++) {
        struct poll *poll = take_poll(&net);
        EXPECT(poll >= polls && poll < polls + 3);
        EXPECT_EQUAL(poll->info.socket[0].events, RECEIVE);
    }
    EXPECT_NO_EVENT(&net);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.9: WT test_poll ("valid to poll on a socket other than the one passed"); libuv's fast poll. */
static void poll_may_be_issued_through_another_socket(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct poll poll;
    EXPECT_EQUAL((DWORD)poll_through((HANDLE)pair.client, event, NULL, &poll, pair.server, RECEIVE,
                                     FOREVER, 0),
                 STATUS_PENDING);
    EXPECT_EQUAL(send_text(pair.client, "x"), 0);
    EXPECT_EQUAL(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL((DWORD)poll.block.Status, STATUS_SUCCESS);
    EXPECT_EQUAL(poll.info.socket[0].events, RECEIVE);
    EXPECT_NO_EVENT(&net);
    EXPECT(CloseHandle(event));
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.6: "ApcContext NULL: no packet": WT test_poll_completion_port. */
static void poll_without_a_context_queues_no_packet(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);
    struct poll poll;
    EXPECT_EQUAL(
        (DWORD)poll_through(net.afd, event, NULL, &poll, s, SENDABLE, FOREVER, 0) & 0xc0000000u, 0);
    EXPECT_EQUAL(WaitForSingleObject(event, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(poll.info.socket[0].events, SENDABLE);
    EXPECT_NO_EVENT(&net);
    EXPECT(CloseHandle(event));
    close_socket(&s);
    net_close(&net);
}

static VOID NTAPI never_called(PVOID context, PIO_STATUS_BLOCK block, ULONG reserved)
{
    (void)context;
    (void)block;
    (void)reserved;
    fact_failed(__FILE__, __LINE__, "no procedure call");
}

/* 6.2: "ApcRoutine on an IOCP handle": WT afd.c:2565. */
static void poll_with_a_routine_on_a_file_with_a_port_is_invalid_parameter(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    struct poll poll;
    memset(&poll, 0, sizeof poll);
    poll.info.count = 1;
    poll.info.socket[0].handle = (HANDLE)s;
    poll.info.socket[0].events = SENDABLE;
    EXPECT_EQUAL((DWORD)NtDeviceIoControlFile(net.afd, NULL, never_called, &poll, &poll.block,
                                              0x12024, &poll.info, sizeof poll.info, &poll.info,
                                              sizeof poll.info),
                 (DWORD)STATUS_INVALID_PARAMETER);
    EXPECT_NO_EVENT(&net);
    close_socket(&s);
    net_close(&net);
}

/* ---- exclusive polls ---- */

static NTSTATUS start_exclusive(struct net *net, struct poll *poll, SOCKET s, ULONG exclusive)
{
    return poll_through(net->afd, NULL, poll, poll, s, RECEIVE, FOREVER, exclusive);
}

/* 6.10: "Exclusive = 1": WT test_poll_exclusive; P "exclusive". */
static void exclusive_poll_ends_an_exclusive_main_poll(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    struct poll first, second;
    EXPECT_EQUAL((DWORD)start_exclusive(&net, &first, s, 1), STATUS_PENDING);
    EXPECT_EQUAL((DWORD)start_exclusive(&net, &second, s, 1), STATUS_PENDING);
    EXPECT_POLL_STATUS(&net, &first, STATUS_SUCCESS, EMPTY_INFO);
    EXPECT_NO_EVENT(&net);
    close_socket(&s);
    EXPECT_POLLED(&net, &second, LOCAL_CLOSE);
    net_close(&net);
}

/* 6.10: WT test_poll_exclusive: "if the main poll is non-exclusive neither itself nor the following
 * exclusives are terminated". */
static void exclusive_polls_beside_another_main_poll_stay(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    struct poll polls[3];
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_EQUAL((DWORD)start_exclusive(&net, &polls[i], s, i != 0), STATUS_PENDING);
    }
    EXPECT_NO_EVENT(&net);
    close_socket(&s);
    for (unsigned i = 0; i < 3; i++) {
        (void)take_poll(&net);
    }
    net_close(&net);
}

/* 6.10: WT test_poll_exclusive: "a new poll is considered the main poll if no others are queued".
 */
static void exclusive_poll_after_a_cancelled_one_becomes_the_main_poll(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    struct poll polls[3];
    EXPECT_EQUAL((DWORD)start_exclusive(&net, &polls[0], s, 0), STATUS_PENDING);
    EXPECT_EQUAL((DWORD)cancel_poll(net.afd, &polls[0]), STATUS_SUCCESS);
    EXPECT_POLL_STATUS(&net, &polls[0], STATUS_CANCELLED, 0);
    EXPECT_EQUAL((DWORD)start_exclusive(&net, &polls[1], s, 1), STATUS_PENDING);
    EXPECT_EQUAL((DWORD)start_exclusive(&net, &polls[2], s, 1), STATUS_PENDING);
    EXPECT_POLL_STATUS(&net, &polls[1], STATUS_SUCCESS, EMPTY_INFO);
    close_socket(&s);
    EXPECT_POLLED(&net, &polls[2], LOCAL_CLOSE);
    net_close(&net);
}

/* 6.10: WT test_poll_exclusive: "exclusive poll on different sockets". */
static void exclusive_polls_of_different_sockets_stay(void)
{
    struct net net = net_open();
    SOCKET s[2] = {new_udp(), new_udp()};
    struct poll polls[2];
    EXPECT_EQUAL((DWORD)start_exclusive(&net, &polls[0], s[0], 1), STATUS_PENDING);
    EXPECT_EQUAL((DWORD)start_exclusive(&net, &polls[1], s[1], 1), STATUS_PENDING);
    EXPECT_NO_EVENT(&net);
    for (unsigned i = 0; i < 2; i++) {
        close_socket(&s[i]);
        EXPECT_POLLED(&net, &polls[i], LOCAL_CLOSE);
    }
    net_close(&net);
}

/* ---- snapshots and delays ---- */

/* 6.8: "any set E with {trigger} subset of E subset of mask & level": both come up at once here. */
static void poll_completes_with_any_of_the_events_that_came_up(void)
{
    struct net net = net_open();
    struct sockaddr_in address;
    SOCKET listener = new_listener(&address), client = new_tcp();
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, client, SENDABLE | CONNECTED, FOREVER),
                 STATUS_PENDING);
    (void)connect_to(client, &address);
    EXPECT(take_poll(&net) == &poll);
    switch (poll.info.socket[0].events) {
    case SENDABLE | CONNECTED:
        fact_saw("send, connect");
        break;
    case SENDABLE:
        fact_saw("send");
        break;
    case CONNECTED:
        fact_saw("connect");
        break;
    default:
        fact_failed(__FILE__, __LINE__, "a subset of the events");
    }
    close_socket(&client);
    close_socket(&listener);
    net_close(&net);
}

/* 6.7: "snapshot at completion; not refreshed until dequeue (stale readiness is legal)". */
static void event_stays_in_the_queue_though_it_is_no_longer_so(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct poll poll;
    struct text text;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, pair.client, RECEIVE, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL(send_text(pair.server, "x"), 0);
    set_blocking(pair.client, true);
    EXPECT_EQUAL(receive(pair.client, 1, &text), 0);
    set_blocking(pair.client, false);
    EXPECT_EQUAL(receive(pair.client, 1, &text), WSAEWOULDBLOCK);
    EXPECT_POLLED(&net, &poll, RECEIVE);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.14: "loopback usually immediate but not synchronous with the peer's send". */
static void event_of_a_send_may_be_there_when_the_send_returns_or_not(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, pair.client, RECEIVE, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL(send_text(pair.server, "x"), 0);
    struct poll *came = try_poll(&net);
    fact_saw(came != NULL ? "at once" : "not yet");
    if (came == NULL) {
        EXPECT(take_poll(&net) == &poll);
    }
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.14: A kernel that completes the request some time after the event: data is there, the packet
 * not. */
static void poll_may_complete_some_time_after_its_event(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct poll poll;
    struct text text;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, pair.client, RECEIVE, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL(send_text(pair.server, "x"), 0);
    set_blocking(pair.client, true);
    EXPECT_EQUAL(receive(pair.client, 1, &text), 0);
    struct poll *came = try_poll(&net);
    fact_saw(came != NULL ? "before" : "after");
    if (came == NULL) {
        EXPECT(take_poll(&net) == &poll);
    }
    EXPECT_EQUAL(poll.info.socket[0].events, RECEIVE);
    net_pair_close(&pair);
    net_close(&net);
}

/* ---- cancel ---- */

/* 6.11: "cancelled: 0xC0000120, bytes 0, buffer untouched": P "cancelled". */
static void cancelled_poll_leaves_its_buffer_alone(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, s, RECEIVE | LOCAL_CLOSE, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL((DWORD)cancel_poll(net.afd, &poll), STATUS_SUCCESS);
    EXPECT_POLL_STATUS(&net, &poll, STATUS_CANCELLED, 0);
    EXPECT_EQUAL(poll.info.count, 1);
    EXPECT_EQUAL(poll.info.socket[0].events, RECEIVE | LOCAL_CLOSE);
    EXPECT_EQUAL((DWORD)cancel_poll(net.afd, &poll), (DWORD)STATUS_NOT_FOUND);
    close_socket(&s);
    EXPECT_NO_EVENT(&net);
    net_close(&net);
}

/* 6.11: "completed but undequeued: NOT_FOUND": P "cancel completed-but-queued". */
static void cancel_of_a_completed_poll_finds_nothing(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, s, SENDABLE, FOREVER) & 0xc0000000u, 0);
    EXPECT_EQUAL((DWORD)cancel_poll(net.afd, &poll), (DWORD)STATUS_NOT_FOUND);
    EXPECT_POLLED(&net, &poll, SENDABLE);
    close_socket(&s);
    net_close(&net);
}

/* 6.6: the cancel is for one block on one file. */
static void cancel_takes_only_the_poll_of_its_block(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    struct poll first, second;
    EXPECT_EQUAL((DWORD)start_poll(&net, &first, s, RECEIVE, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL((DWORD)start_poll(&net, &second, s, RECEIVE, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL((DWORD)cancel_poll(net.afd, &second), STATUS_SUCCESS);
    EXPECT_POLL_STATUS(&net, &second, STATUS_CANCELLED, 0);
    HANDLE other = open_afd(L"\\Device\\Afd\\Other");
    EXPECT_EQUAL((DWORD)cancel_poll(other, &first), (DWORD)STATUS_NOT_FOUND);
    EXPECT(CloseHandle(other));
    EXPECT_EQUAL((DWORD)cancel_poll(net.afd, NULL), STATUS_SUCCESS);
    EXPECT_POLL_STATUS(&net, &first, STATUS_CANCELLED, 0);
    close_socket(&s);
    net_close(&net);
}

/* 6.11: race result sets: doc. */
static void cancel_races_with_an_event(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, pair.client, RECEIVE, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL(send_text(pair.server, "x"), 0);
    bool found = cancel_poll(net.afd, &poll) == STATUS_SUCCESS;
    EXPECT(take_poll(&net) == &poll);
    bool cancelled = poll.block.Status == STATUS_CANCELLED;
    EXPECT(found || !cancelled);
    fact_saw(cancelled ? "found, cancelled" : found ? "found, event" : "not found, event");
    EXPECT_NO_EVENT(&net);
    net_pair_close(&pair);
    net_close(&net);
}

/* ---- closesocket, closing the helper, the end of the thread ---- */

/* 6.12: "closesocket of the polled socket: LOCAL_CLOSE exactly, whatever the mask": WT test_poll;
 * P. */
static void close_of_a_polled_socket_is_local_close_whatever_the_mask(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct poll poll, none;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, pair.client, RECEIVE | LOCAL_CLOSE, FOREVER),
                 STATUS_PENDING);
    EXPECT_EQUAL((DWORD)start_poll(&net, &none, pair.server, 0, FOREVER), STATUS_PENDING);
    close_socket(&pair.client);
    EXPECT_POLLED(&net, &poll, LOCAL_CLOSE);
    EXPECT_NO_EVENT(&net);
    close_socket(&pair.server);
    EXPECT_POLLED(&net, &none, LOCAL_CLOSE);
    net_close(&net);
}

/* 6.12: "last handle": P "closesocket with duplicate handle open". */
static void close_of_one_of_two_handles_is_no_event(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    HANDLE duplicate;
    struct poll poll;
    EXPECT(DuplicateHandle(GetCurrentProcess(), (HANDLE)pair.client, GetCurrentProcess(),
                           &duplicate, 0, FALSE, DUPLICATE_SAME_ACCESS));
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, pair.client, RECEIVE, FOREVER), STATUS_PENDING);
    close_socket(&pair.client);
    EXPECT_NO_EVENT(&net);
    EXPECT(CloseHandle(duplicate));
    EXPECT_POLLED(&net, &poll, LOCAL_CLOSE);
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.12: "{cancel; closesocket}: CANCELLED, an event, or LOCAL_CLOSE if the cancel lost". */
static void cancel_and_close_leave_one_packet(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    struct poll poll;
    EXPECT_EQUAL((DWORD)start_poll(&net, &poll, pair.client, RECEIVE, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL(send_text(pair.server, "x"), 0);
    bool found = cancel_poll(net.afd, &poll) == STATUS_SUCCESS;
    close_socket(&pair.client);
    EXPECT(take_poll(&net) == &poll);
    EXPECT_NO_EVENT(&net);
    if (poll.block.Status == STATUS_CANCELLED) {
        EXPECT(found);
        fact_saw("cancelled");
    } else if (poll.info.socket[0].events == LOCAL_CLOSE) {
        EXPECT(found);
        fact_saw("local close");
    } else {
        EXPECT_EQUAL(poll.info.socket[0].events, RECEIVE);
        fact_saw("event");
    }
    net_pair_close(&pair);
    net_close(&net);
}

/* 6.13: "closing the helper": WT-todo afd.c:760 (it goes on to its timeout); here, to its event. */
static void poll_outlives_the_helper_it_was_issued_through(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    HANDLE helper = open_afd(L"\\Device\\Afd\\Helper");
    EXPECT(CreateIoCompletionPort(helper, net.port, AFD_KEY, 0) == net.port);
    struct poll poll;
    EXPECT_EQUAL((DWORD)poll_through(helper, NULL, &poll, &poll, pair.client, RECEIVE, FOREVER, 0),
                 STATUS_PENDING);
    EXPECT(CloseHandle(helper));
    EXPECT_NO_EVENT(&net);
    EXPECT_EQUAL(send_text(pair.server, "x"), 0);
    EXPECT_POLLED(&net, &poll, RECEIVE);
    net_pair_close(&pair);
    net_close(&net);
}

static struct net shared_net;
static struct pair shared_pair;
static struct poll shared_poll;

static DWORD WINAPI poll_and_end(LPVOID argument)
{
    (void)argument;
    return (DWORD)start_poll(&shared_net, &shared_poll, shared_pair.client, RECEIVE, FOREVER);
}

/* 6.13: "thread exit": WT afd.c:2473-2610; P "thread exit". */
static void poll_that_owes_a_packet_outlives_its_thread(void)
{
    shared_net = net_open();
    shared_pair = net_pair_open(&shared_net);
    EXPECT_EQUAL(join_thread(start_thread(poll_and_end, NULL)), STATUS_PENDING);
    EXPECT_NO_EVENT(&shared_net);
    EXPECT_EQUAL(send_text(shared_pair.server, "x"), 0);
    EXPECT_POLLED(&shared_net, &shared_poll, RECEIVE);
    net_pair_close(&shared_pair);
    net_close(&shared_net);
}

static DWORD WINAPI poll_without_a_packet_and_end(LPVOID argument)
{
    (void)argument;
    return (DWORD)poll_through(shared_net.afd, NULL, NULL, &shared_poll, shared_pair.client,
                               RECEIVE, FOREVER, 0);
}

/* 6.13: "thread exit: && ApcContext != NULL": WT afd.c:2473-2610. */
static void poll_that_owes_no_packet_ends_with_its_thread(void)
{
    shared_net = net_open();
    shared_pair = net_pair_open(&shared_net);
    EXPECT_EQUAL(join_thread(start_thread(poll_without_a_packet_and_end, NULL)), STATUS_PENDING);
    EXPECT_EQUAL((DWORD)shared_poll.block.Status, (DWORD)STATUS_CANCELLED);
    EXPECT_NO_EVENT(&shared_net);
    net_pair_close(&shared_pair);
    net_close(&shared_net);
}

/* 6.3: "a stale poll of a recycled handle value would poll the new socket": lowest free value. */
static void handle_value_that_is_used_again_polls_the_new_socket(void)
{
    struct net net = net_open();
    SOCKET s = new_tcp();
    SOCKET stale = s;
    close_socket(&s);
    SOCKET another = new_udp();
    EXPECT_EQUAL(another, stale);
    EXPECT_LEVEL(&net, stale, SENDABLE);
    close_socket(&another);
    net_close(&net);
}

/* ---- what some systems are said to do ---- */

/* 6.15: DESIGN's faults: a poll reports what is not so. */
static void poll_may_be_spurious_where_the_world_says_so(void)
{
    struct net net = net_open();
    SOCKET s = new_udp();
    struct poll poll;
    (void)start_poll(&net, &poll, s, RECEIVE, -10 * 10000);
    EXPECT(take_poll(&net) == &poll);
    fact_saw(poll.info.count == 1 ? "spurious" : "timed out");
    close_socket(&s);
    net_close(&net);
}

/* 6.15: wepoll issue 35: polls of one socket through two helpers disturb each other. */
static void polls_of_two_helpers_may_be_crossed_where_the_world_says_so(void)
{
    struct net net = net_open();
    struct pair pair = net_pair_open(&net);
    HANDLE helper = open_afd(L"\\Device\\Afd\\Helper");
    EXPECT(CreateIoCompletionPort(helper, net.port, AFD_KEY, 0) == net.port);
    struct poll reads, ends;
    EXPECT_EQUAL((DWORD)start_poll(&net, &reads, pair.client, RECEIVE, FOREVER), STATUS_PENDING);
    EXPECT_EQUAL(
        (DWORD)poll_through(helper, NULL, &ends, &ends, pair.client, DISCONNECT, -10 * 10000, 0),
        STATUS_PENDING);
    EXPECT_EQUAL(send_text(pair.server, "x"), 0);
    bool crossed = false;
    for (unsigned i = 0; i < 2; i++) {
        const struct poll *poll = take_poll(&net);
        crossed |= poll == &ends && poll->info.count == 1;
    }
    fact_saw(crossed ? "crossed" : "apart");
    EXPECT(CloseHandle(helper));
    net_pair_close(&pair);
    net_close(&net);
}

static const struct fact facts[] = {
    FACT(device_opens_under_any_name, 0),
    FACT(base_of_a_socket_is_the_socket, 0),
    FACT(base_provider_knows_no_bsp_handles, 0),
    {FACT_OF(base_of_what_is_no_socket_is_refused), .flags = FACT_BAD_HANDLES,
     .on_wine = "success"},
    FACT(layered_socket_tells_its_base_and_only_that_can_be_polled,
         FACT_SIMULATED_ONLY | FACT_LAYERED),
    FACT(layered_socket_may_tell_only_what_is_below_it, FACT_SIMULATED_ONLY | FACT_LAYERED_BSP),
    FACT(poll_of_wrong_sizes_is_invalid_parameter, 0),
    FACT(poll_of_a_closed_socket_is_invalid_handle, 0),
    FACT(poll_of_what_is_no_file_is_invalid_handle, 0),
    FACT(poll_of_a_ready_socket_succeeds_with_a_packet, FACT_PLAIN),
    FACT(poll_that_must_not_wait_succeeds_with_nothing, FACT_PLAIN),
    FACT(poll_of_an_idle_socket_pends, 0),
    FACT(poll_that_times_out_ends_with_nothing, 0),
    FACT(poll_until_a_moment_that_has_passed_times_out, 0),
    FACT(poll_reports_once_and_the_next_one_what_is_still_so, FACT_PLAIN),
    FACT(polls_of_one_socket_all_complete, 0),
    FACT(poll_may_be_issued_through_another_socket, 0),
    FACT(poll_without_a_context_queues_no_packet, 0),
    FACT(poll_with_a_routine_on_a_file_with_a_port_is_invalid_parameter, 0),
    FACT(exclusive_poll_ends_an_exclusive_main_poll, FACT_PLAIN),
    FACT(exclusive_polls_beside_another_main_poll_stay, FACT_PLAIN),
    FACT(exclusive_poll_after_a_cancelled_one_becomes_the_main_poll, FACT_PLAIN),
    FACT(exclusive_polls_of_different_sockets_stay, FACT_PLAIN),
    {FACT_OF(poll_completes_with_any_of_the_events_that_came_up), .flags = FACT_SIMULATED_ONLY,
     .unsettled = "P: Wine tells SEND alone to a mask without CONNECT; inferred",
     FACT_OUTCOMES("send, connect", "send", "connect")},
    FACT(event_stays_in_the_queue_though_it_is_no_longer_so, FACT_PLAIN),
    {FACT_OF(event_of_a_send_may_be_there_when_the_send_returns_or_not), .flags = FACT_PLAIN,
     FACT_OUTCOMES("at once", "not yet")},
    {FACT_OF(poll_may_complete_some_time_after_its_event),
     .flags = FACT_SIMULATED_ONLY | FACT_LATE_POLLS, .unsettled = "inferred",
     FACT_OUTCOMES("before", "after")},
    FACT(cancelled_poll_leaves_its_buffer_alone, FACT_PLAIN),
    FACT(cancel_of_a_completed_poll_finds_nothing, 0),
    FACT(cancel_takes_only_the_poll_of_its_block, FACT_PLAIN),
    {FACT_OF(cancel_races_with_an_event), .flags = FACT_CANCEL_RACES | FACT_LATE_POLLS,
     FACT_OUTCOMES("found, cancelled", "found, event", "not found, event")},
    FACT(close_of_a_polled_socket_is_local_close_whatever_the_mask, FACT_PLAIN),
    FACT(close_of_one_of_two_handles_is_no_event, 0),
    {FACT_OF(cancel_and_close_leave_one_packet), .flags = FACT_CANCEL_RACES | FACT_LATE_POLLS,
     FACT_OUTCOMES("cancelled", "local close", "event")},
    {FACT_OF(poll_outlives_the_helper_it_was_issued_through), .flags = 0,
     .on_wine = "it ends with HANDLES_CLOSED"},
    FACT(poll_that_owes_a_packet_outlives_its_thread, 0),
    FACT(poll_that_owes_no_packet_ends_with_its_thread, FACT_PLAIN),
    FACT(handle_value_that_is_used_again_polls_the_new_socket, FACT_SIMULATED_ONLY),
    {FACT_OF(poll_may_be_spurious_where_the_world_says_so),
     .flags = FACT_SIMULATED_ONLY | FACT_SPURIOUS_POLLS, FACT_OUTCOMES("spurious", "timed out")},
    {FACT_OF(polls_of_two_helpers_may_be_crossed_where_the_world_says_so),
     .flags = FACT_SIMULATED_ONLY | FACT_CROSSED_POLLS, FACT_OUTCOMES("crossed", "apart")},
};

FACT_SUITE(win32_afd);
