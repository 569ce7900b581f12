/* udp: datagrams. See udp.h; facts 5.3 and 6. */
#include "fakes/udp.h"

#include "fakes/scheduler.h"
#include "fakes/socket.h"

#include <string.h>

static void datagram_free(struct sim_datagram *datagram)
{
    arena_free(&sim_running->arena, datagram, sizeof *datagram + datagram->size);
}

static void touch_arrived(const struct sim_socket *socket, bool write)
{
    touch(SIM_RESOURCE_ARRIVED, socket->udp.ordinal, write);
}

/* ---- arrival ---- */

static void outbox_release_if_done(struct sim_udp_outbox *outbox)
{
    if (outbox->socket == NULL && outbox->first == NULL) {
        arena_free(&sim_running->arena, outbox, sizeof *outbox);
    }
}

static struct sim_datagram *outbox_pop(struct sim_udp_outbox *outbox)
{
    struct sim_datagram *datagram = outbox->first;
    outbox->first = datagram->next;
    if (outbox->first == NULL) {
        outbox->last = NULL;
    }
    datagram->next = NULL;
    return datagram;
}

static void deliver(struct sim_socket *socket, struct sim_datagram *datagram)
{
    struct sim_udp *udp = &socket->udp;
    touch_arrived(socket, true);
    socket_touch_options(socket, false);
    if (udp->first != NULL &&
        udp->bytes + datagram->size > (uint32_t)socket->options.receive_buffer) {
        datagram_free(datagram);
        return;
    }
    if (udp->last != NULL) {
        udp->last->next = datagram;
    } else {
        udp->first = datagram;
    }
    udp->last = datagram;
    udp->bytes += datagram->size;
    socket_changed(socket);
}

static struct sim_datagram *copy_of(const struct sim_datagram *datagram)
{
    size_t size = sizeof *datagram + datagram->size;
    struct sim_datagram *copy = arena_alloc(&sim_running->arena, size);
    memcpy(copy, datagram, size);
    copy->next = NULL;
    return copy;
}

static bool is_member(const struct sim_socket *socket, const struct sim_address *group)
{
    const struct sim_udp_groups *groups = socket->udp.groups;
    for (uint32_t i = 0; groups != NULL && i < groups->count; i++) {
        if (address_same_host(&groups->group[i], group)) {
            return true;
        }
    }
    return false;
}

/* Whether a socket gets what is sent to a group or to everybody. On Windows the receiver decides
 * about its own loop (Microsoft Learn: IP_MULTICAST_LOOP). */
static bool hears(const struct sim_socket *socket, const struct sim_datagram *datagram)
{
    if (address_is_broadcast(&datagram->to)) {
        return socket->binding.address.version == 4 || socket->binding.dual;
    }
    return socket->options.multicast_loop && is_member(socket, &datagram->to);
}

static void deliver_to_many(struct sim_datagram *datagram)
{
    for (struct sim_socket *socket = binding_first(IPPROTO_UDP, datagram->to.port); socket != NULL;
         socket = binding_next(socket)) {
        socket_touch(socket, false);
        if (hears(socket, datagram)) {
            deliver(socket, copy_of(datagram));
        }
    }
    datagram_free(datagram);
}

/* The socket a datagram is for: connected to its sender before open to all, bound to the very
 * address before bound to any, and of those the first. */
static struct sim_socket *receiver_of(const struct sim_datagram *datagram)
{
    struct sim_socket *best = NULL;
    uint32_t best_score = 0;
    for (struct sim_socket *socket = binding_first(IPPROTO_UDP, datagram->to.port); socket != NULL;
         socket = binding_next(socket)) {
        bool exactly;
        bool connected = socket->remote.version != 0;
        socket_touch(socket, false);
        if (!binding_accepts(&socket->binding, &datagram->to, &exactly) ||
            (connected && !address_equal(&socket->remote, &datagram->from))) {
            continue;
        }
        uint32_t score = 1u + exactly + (connected ? 2u : 0u);
        if (score > best_score) {
            best = socket;
            best_score = score;
        }
    }
    return best;
}

static void report_unreachable(struct sim_socket *sender, struct sim_datagram *datagram)
{
    if (sender != NULL) {
        socket_touch_options(sender, false);
    }
    if (sender == NULL || !sender->options.reports_unreachable || socket_like_wine()) {
        datagram_free(datagram);
        return;
    }
    struct sim_datagram *report = arena_alloc(&sim_running->arena, sizeof *report);
    report->unreachable = true;
    report->from = datagram->to;
    datagram_free(datagram);
    deliver(sender, report);
}

static void datagram_arrive(struct sim_channel *channel)
{
    struct sim_udp_outbox *outbox = (struct sim_udp_outbox *)channel; /* its first member */
    touch(SIM_RESOURCE_SENT, channel->ordinal, true);
    struct sim_datagram *datagram = outbox_pop(outbox);
    if (outbox->first != NULL) {
        network_launch(channel, outbox->first->id);
    }
    if (address_is_multicast(&datagram->to) || address_is_broadcast(&datagram->to)) {
        deliver_to_many(datagram);
    } else if (address_is_loopback(&datagram->to)) {
        struct sim_socket *socket = receiver_of(datagram);
        if (socket != NULL) {
            deliver(socket, datagram);
        } else {
            report_unreachable(outbox->socket, datagram);
        }
    } else {
        datagram_free(datagram); /* beyond the loopback nobody answers */
    }
    outbox_release_if_done(outbox);
}

/* ---- level ---- */

static uint32_t udp_level(const struct sim_socket *socket)
{
    return AFD_POLL_SEND | (socket->udp.first != NULL ? AFD_POLL_RECEIVE : 0) |
           (socket->remote.version != 0 ? AFD_POLL_CONNECT : 0);
}

static void udp_touch_level(const struct sim_socket *socket, uint32_t mask)
{
    if (mask & AFD_POLL_CONNECT) {
        socket_touch(socket, false);
    }
    if (mask & AFD_POLL_RECEIVE) {
        touch_arrived(socket, false);
    }
}

/* ---- calls ---- */

static DWORD udp_connect(struct sim_socket *socket, const struct sim_address *to)
{
    socket_touch(socket, true);
    if (to->version == 0 || address_is_any(to)) { /* AF_UNSPEC, or nobody: dissolves it */
        socket->remote = (struct sim_address){0};
        return 0;
    }
    if (to->port == 0) {
        return WSAEADDRNOTAVAIL;
    }
    DWORD error = socket_bind_if_needed(socket);
    if (error != 0) {
        return error;
    }
    if (address_is_any(&socket->local) && address_is_loopback(to)) {
        socket->local = address_loopback(to->version, socket->local.port);
    }
    socket->remote = *to;
    socket_changed(socket);
    return 0;
}

/* Whether this may be sent: 0, or the error. */
static DWORD check_send(const struct sim_socket *socket, const struct sim_transfer *transfer,
                        const struct sim_address *to)
{
    if (socket->send_shut) {
        return WSAESHUTDOWN;
    }
    if (to->version == 0) {
        return WSAENOTCONN;
    }
    if (to->port == 0 || address_is_any(to)) {
        return WSAEADDRNOTAVAIL;
    }
    if (transfer->flags & MSG_OOB) {
        return WSAEOPNOTSUPP;
    }
    if (transfer->total > SIM_UDP_PAYLOAD_MAX) {
        return WSAEMSGSIZE;
    }
    return address_is_broadcast(to) && !socket->options.broadcast ? WSAEACCES : 0;
}

static DWORD udp_send(struct sim_socket *socket, struct sim_transfer *transfer)
{
    const struct sim_address *to = transfer->to != NULL ? transfer->to : &socket->remote;
    socket_touch(socket, false);
    DWORD error = check_send(socket, transfer, to);
    if (error == 0) {
        error = socket_bind_if_needed(socket);
    }
    if (error != 0) {
        return error;
    }
    struct sim_udp_outbox *outbox = socket->udp.outbox;
    touch(SIM_RESOURCE_SENT, outbox->channel.ordinal, true);
    struct sim_datagram *datagram =
        arena_alloc(&sim_running->arena, sizeof *datagram + transfer->total);
    datagram->id = scheduler_actor_id(SIM_ACTOR_SEGMENT);
    datagram->to = *to;
    datagram->from = socket->local;
    if (address_is_any(&datagram->from)) {
        datagram->from = address_loopback(to->version, socket->local.port);
    }
    datagram->size = transfer->total;
    transfer_out(transfer, datagram->data, transfer->total);
    transfer->done = transfer->total;
    if (outbox->last != NULL) {
        outbox->last->next = datagram;
        outbox->last = datagram;
    } else {
        outbox->first = outbox->last = datagram;
        network_launch(&outbox->channel, datagram->id);
    }
    return 0;
}

void udp_lose(struct sim_socket *socket)
{
    struct sim_udp_outbox *outbox = socket->udp.outbox;
    struct sim_datagram **link = &outbox->first;
    struct sim_datagram *before = NULL;
    while (*link != NULL && *link != outbox->last) {
        before = *link;
        link = &(*link)->next;
    }
    if (*link != NULL) {
        datagram_free(*link);
        *link = NULL;
        outbox->last = before;
    }
    if (outbox->first == NULL) {
        network_recall(&outbox->channel);
    }
}

static DWORD udp_receive(struct sim_socket *socket, struct sim_transfer *transfer)
{
    struct sim_udp *udp = &socket->udp;
    socket_touch(socket, false);
    touch_arrived(socket, true);
    if (socket->receive_shut) {
        return WSAESHUTDOWN;
    }
    if (!socket->binding.bound) {
        return WSAEINVAL;
    }
    if (transfer->flags & MSG_OOB) {
        return WSAEOPNOTSUPP;
    }
    struct sim_datagram *datagram = udp->first;
    if (datagram == NULL) {
        return WSAEWOULDBLOCK;
    }
    uint32_t takes = datagram->size < transfer->total ? datagram->size : transfer->total;
    transfer_in(transfer, 0, datagram->data, takes);
    transfer->done = takes;
    transfer->from = datagram->from;
    DWORD error = datagram->unreachable ? WSAECONNRESET : takes < datagram->size ? WSAEMSGSIZE : 0;
    if (!(transfer->flags & MSG_PEEK) || datagram->unreachable) {
        udp->first = datagram->next;
        if (udp->first == NULL) {
            udp->last = NULL;
        }
        udp->bytes -= datagram->size;
        datagram_free(datagram);
    }
    return error;
}

uint32_t udp_next_size(const struct sim_socket *socket)
{
    return socket->udp.first != NULL ? socket->udp.first->size : 0;
}

static DWORD udp_shutdown(struct sim_socket *socket, int how)
{
    socket_touch(socket, true);
    if (how != SD_RECEIVE && how != SD_SEND && how != SD_BOTH) {
        return WSAEINVAL;
    }
    socket->send_shut |=
        how != SD_RECEIVE; /* no peer is needed (Wine ws2_32/sock.c test_shutdown) */
    socket->receive_shut |= how != SD_SEND;
    return 0;
}

/* ---- groups ---- */

DWORD udp_join(struct sim_socket *socket, const struct sim_address *group)
{
    struct sim_udp *udp = &socket->udp;
    socket_touch(socket, true);
    if (!address_is_multicast(group)) {
        return WSAEADDRNOTAVAIL;
    }
    if (is_member(socket, group)) {
        return WSAEINVAL;
    }
    if (udp->groups == NULL) {
        udp->groups = arena_alloc(&sim_running->arena, sizeof *udp->groups);
    }
    if (udp->groups->count == SIM_UDP_GROUPS_MAX) {
        return WSAENOBUFS;
    }
    udp->groups->group[udp->groups->count++] = *group;
    return 0;
}

DWORD udp_leave(struct sim_socket *socket, const struct sim_address *group)
{
    struct sim_udp_groups *groups = socket->udp.groups;
    socket_touch(socket, true);
    for (uint32_t i = 0; groups != NULL && i < groups->count; i++) {
        if (address_same_host(&groups->group[i], group)) {
            groups->group[i] = groups->group[--groups->count];
            return 0;
        }
    }
    return WSAEADDRNOTAVAIL;
}

/* ---- life ---- */

void udp_init(struct sim_socket *socket)
{
    struct sim_udp_outbox *outbox = arena_alloc(&sim_running->arena, sizeof *outbox);
    outbox->socket = socket;
    outbox->channel.ordinal = ++sim_running->object_count;
    outbox->channel.arrive = datagram_arrive;
    socket->udp.outbox = outbox;
    socket->udp.ordinal = ++sim_running->object_count;
}

static void udp_close(struct sim_socket *socket)
{
    struct sim_udp *udp = &socket->udp;
    touch_arrived(socket, true);
    while (udp->first != NULL) {
        struct sim_datagram *datagram = udp->first;
        udp->first = datagram->next;
        datagram_free(datagram);
    }
    touch(SIM_RESOURCE_SENT, udp->outbox->channel.ordinal, true);
    arena_free(&sim_running->arena, udp->groups, sizeof *udp->groups);
    udp->outbox->socket = NULL;
    outbox_release_if_done(udp->outbox);
}

const struct sim_transport udp_transport = {
    .name = "udp",
    .level = udp_level,
    .touch_level = udp_touch_level,
    .connect = udp_connect,
    .send = udp_send,
    .receive = udp_receive,
    .shutdown = udp_shutdown,
    .close = udp_close,
};
