/* tcp_connect: how connections begin: connect, listen, accept. See tcp.h; fact 6. */
#include "fakes/socket.h"

#define UNITS_A_SECOND INT64_C(10000000)
/* A refused SYN is sent again: the failure comes after about 2 s (Wine ws2_32/afd.c:514). */
#define REFUSED_AFTER (2 * UNITS_A_SECOND)
/* Nobody answers: three SYNs, 3 s, 6 s and 12 s apart (Microsoft Learn:
 * TcpMaxConnectRetransmissions).
 */
#define UNANSWERED_AFTER (21 * UNITS_A_SECOND)
#define BACKLOG_MAX      200u /* what SOMAXCONN stands for */

/* ---- connect ---- */

static struct sim_tcp_link *link_create(struct sim_socket *client, const struct sim_address *to)
{
    struct sim_world *world = sim_running;
    struct sim_tcp_link *link = arena_alloc(&world->arena, sizeof *link);
    link->thread = world->current->ordinal;
    link->step = world->current->step;
    link->end[SIM_TCP_CLIENT].socket = client;
    link->end[SIM_TCP_CLIENT].open = true;
    link->end[SIM_TCP_CLIENT].address = client->local;
    link->end[SIM_TCP_SERVER].address = *to;
    stream_init(link, SIM_TCP_CLIENT);
    stream_init(link, SIM_TCP_SERVER);
    client->tcp.link = link;
    client->tcp.side = SIM_TCP_CLIENT;
    return link;
}

static void connect_fail(struct sim_tcp_link *link, NTSTATUS status, DWORD error)
{
    struct sim_socket *client = link->end[SIM_TCP_CLIENT].socket;
    socket_touch(client, true);
    client->tcp.state = SIM_TCP_FAILED;
    client->tcp.status = status;
    client->tcp.link = NULL;
    client->error = error;
    link->end[SIM_TCP_CLIENT].open = false;
    link_release_if_done(link);
    socket_changed(client);
}

static void connect_refuse(struct sim_tcp_link *link)
{
    connect_fail(link, STATUS_CONNECTION_REFUSED, WSAECONNREFUSED);
}

static void connect_unanswered(void *argument)
{
    connect_fail(argument, STATUS_IO_TIMEOUT, WSAETIMEDOUT);
}

static void connect_again(void *argument)
{
    struct sim_tcp_link *link = argument;
    link->retried = true;
    syn_arrive(link);
    network_settle();
}

/* The listener that a SYN arrives at: bound to the very address before bound to any, and of those
 * the first (Wine ws2_32/sock.c test_reuseaddr); NULL if there is none with room. */
static struct sim_socket *listener_at(const struct sim_address *to)
{
    struct sim_socket *best = NULL;
    for (struct sim_socket *socket = binding_first(IPPROTO_TCP, to->port); socket != NULL;
         socket = binding_next(socket)) {
        bool exactly;
        if (socket->tcp.state == SIM_TCP_LISTENING &&
            binding_accepts(&socket->binding, to, &exactly) && (best == NULL || exactly)) {
            best = socket;
            if (exactly) {
                break;
            }
        }
    }
    if (best != NULL) {
        tcp_touch_accepts(best, false);
    }
    return best != NULL && best->tcp.attached < best->tcp.backlog ? best : NULL;
}

static void nobody_listens(struct sim_tcp_link *link)
{
    bool ends = link->refused || link->retried ||
                scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) != 0;
    if (ends) {
        connect_refuse(link);
        return;
    }
    scheduler_alarm_set(&link->alarm, SIM_ACTOR_ID(SIM_ACTOR_ALARM, link->thread, link->step),
                        sim_running->now + REFUSED_AFTER,
                        stream_from(link, SIM_TCP_CLIENT)->channel.ordinal, connect_again, link);
}

void syn_arrive(struct sim_tcp_link *link)
{
    struct sim_socket *client = link->end[SIM_TCP_CLIENT].socket;
    struct sim_socket *listener =
        link->refused ? NULL : listener_at(&link->end[SIM_TCP_SERVER].address);
    if (listener == NULL) {
        nobody_listens(link);
        return;
    }
    tcp_touch_accepts(listener, true);
    socket_touch(client, true);
    link_attach(link, listener);
    link->end[SIM_TCP_SERVER].open = true;
    client->tcp.state = SIM_TCP_CONNECTED;
    (void)segment_send(stream_from(link, SIM_TCP_CLIENT), SIM_SEGMENT_ACK, 0,
                       SIM_ACTOR_ID(SIM_ACTOR_REPLY, link->thread, link->step));
    socket_changed(client);
}

static bool is_here(const struct sim_address *address)
{
    return address_is_loopback(address);
}

/* Whether a connect of a socket in this state can begin: 0, or its error. */
static DWORD check_connect(const struct sim_socket *socket, const struct sim_address *to)
{
    static const DWORD while_connecting[] = {WSAEALREADY, WSAEINVAL, WSAEWOULDBLOCK};
    switch (socket->tcp.state) {
    case SIM_TCP_LISTENING:
        return WSAEINVAL;
    case SIM_TCP_CONNECTING: /* all are documented; Windows says the first (test_connecting_socket)
                              */
        return while_connecting[scheduler_pick_value(SIM_PICK_OUTCOME, 3, SIM_COST_REORDERING)];
    case SIM_TCP_CONNECTED:
    case SIM_TCP_RESET:
        return WSAEISCONN;
    case SIM_TCP_FAILED:
        if (socket_like_wine()) {
            return WSAECONNABORTED;
        }
        break;
    case SIM_TCP_IDLE:
        break;
    }
    if (to->port == 0 || address_is_any(to)) {
        return WSAEADDRNOTAVAIL;
    }
    bool speaks = to->version == 4 ? socket->family == AF_INET || !socket->options.v6only : true;
    return speaks ? 0 : WSAENETUNREACH;
}

DWORD tcp_connect(struct sim_socket *socket, const struct sim_address *to)
{
    socket_touch(socket, true);
    DWORD error = check_connect(socket, to);
    if (error != 0) {
        return error;
    }
    struct sim_address before = socket->remote;
    socket->remote = *to;
    error = socket_bind_if_needed(socket);
    if (error != 0) {
        socket->remote = before;
        return error;
    }
    if (address_is_any(&socket->local)) {
        socket->local = address_loopback(to->version, socket->local.port);
    }
    socket->tcp.state = SIM_TCP_CONNECTING;
    socket->error = 0;
    struct sim_tcp_link *link = link_create(socket, to);
    if (!is_here(to)) {
        scheduler_alarm_set(
            &link->alarm, scheduler_actor_id(SIM_ACTOR_ALARM), sim_running->now + UNANSWERED_AFTER,
            stream_from(link, SIM_TCP_CLIENT)->channel.ordinal, connect_unanswered, link);
        return WSAEWOULDBLOCK;
    }
    /* On the loopback it may have succeeded when the call returns: unusual (Wine afd.c:359). */
    if (socket->nonblocking && listener_at(to) != NULL &&
        scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) != 0) {
        syn_arrive(link);
        return 0;
    }
    (void)segment_send(stream_from(link, SIM_TCP_CLIENT), SIM_SEGMENT_SYN, 0,
                       scheduler_actor_id(SIM_ACTOR_SEGMENT));
    return WSAEWOULDBLOCK;
}

void tcp_refuse(struct sim_socket *socket)
{
    if (socket->tcp.state == SIM_TCP_CONNECTING) {
        socket->tcp.link->refused = true;
    }
}

/* ---- listen and accept ---- */

DWORD tcp_listen(struct sim_socket *socket, int backlog)
{
    socket_touch(socket, true);
    switch (socket->tcp.state) {
    case SIM_TCP_CONNECTING:
    case SIM_TCP_CONNECTED:
    case SIM_TCP_RESET:
        return WSAEISCONN;
    case SIM_TCP_IDLE:
    case SIM_TCP_LISTENING:
    case SIM_TCP_FAILED:
        break;
    }
    if (!socket->binding.bound) {
        return WSAEINVAL;
    }
    uint32_t wanted = backlog < 0 ? 0u - (uint32_t)backlog : (uint32_t)backlog;
    touch(SIM_RESOURCE_PORT_NUMBER, (uint64_t)IPPROTO_TCP << 16 | socket->local.port, true);
    tcp_touch_accepts(socket, true);
    socket->tcp.state = SIM_TCP_LISTENING;
    socket->tcp.backlog = wanted < 1 ? 1 : wanted > BACKLOG_MAX ? BACKLOG_MAX : wanted;
    return 0;
}

void ack_arrive(struct sim_tcp_link *link)
{
    struct sim_socket *listener = link->listener;
    if (listener == NULL) {
        return; /* it was closed and has sent RST */
    }
    tcp_touch_accepts(listener, true);
    link_detach(link); /* connections are accepted in the order in which this happens */
    link->acceptable = true;
    link_attach(link, listener);
    socket_changed(listener);
}

static struct sim_socket *accepted_socket(const struct sim_socket *listener,
                                          struct sim_tcp_link *link)
{
    struct sim_socket *socket;
    (void)socket_create(listener->family, listener->type, listener->protocol,
                        !listener->file.synchronous, &socket);
    struct sim_tcp_end *end = &link->end[SIM_TCP_SERVER];
    socket_touch(socket, true); /* a reset that arrives later reaches it, not the listener */
    socket->options = listener->options; /* Wine ws2_32/sock.c test_accept_inheritance */
    socket->nonblocking = listener->nonblocking;
    socket->local = end->address;
    socket->remote = link->end[SIM_TCP_CLIENT].address;
    socket->tcp.state = end->reset ? SIM_TCP_RESET : SIM_TCP_CONNECTED;
    socket->tcp.link = link;
    socket->tcp.side = SIM_TCP_SERVER;
    end->socket = socket;
    return socket;
}

DWORD tcp_accept(struct sim_socket *listener, struct sim_socket **out)
{
    socket_touch(listener, false);
    tcp_touch_accepts(listener, true);
    if (listener->tcp.state != SIM_TCP_LISTENING) {
        return WSAEINVAL;
    }
    struct sim_tcp_link *link = listener->tcp.links;
    while (link != NULL && !link->acceptable) {
        link = link->next;
    }
    if (link == NULL) {
        return WSAEWOULDBLOCK;
    }
    link_detach(link);
    struct sim_tcp_end *end = &link->end[SIM_TCP_SERVER];
    if (end->reset && scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) != 0) {
        end->open = false;
        link_release_if_done(link);
        return WSAECONNRESET;
    }
    *out = accepted_socket(listener, link);
    return 0;
}
