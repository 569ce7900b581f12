/* tcp: what TCP sockets and connections are, and how they end. See tcp.h; facts 5.3 and 6. */
#include "fakes/socket.h"

void tcp_init(struct sim_socket *socket)
{
    socket->tcp.state = SIM_TCP_IDLE;
}

/* ---- links ---- */

void link_attach(struct sim_tcp_link *link, struct sim_socket *listener)
{
    struct sim_tcp *tcp = &listener->tcp;
    link->listener = listener;
    link->next = NULL;
    link->previous = tcp->links_last;
    if (tcp->links_last != NULL) {
        tcp->links_last->next = link;
    } else {
        tcp->links = link;
    }
    tcp->links_last = link;
    tcp->attached++;
    tcp->acceptable += link->acceptable;
}

void link_detach(struct sim_tcp_link *link)
{
    struct sim_tcp *tcp = &link->listener->tcp;
    if (link->previous != NULL) {
        link->previous->next = link->next;
    } else {
        tcp->links = link->next;
    }
    if (link->next != NULL) {
        link->next->previous = link->previous;
    } else {
        tcp->links_last = link->previous;
    }
    tcp->attached--;
    tcp->acceptable -= link->acceptable;
    link->listener = NULL;
}

void link_release_if_done(struct sim_tcp_link *link)
{
    const struct sim_tcp_end *client = &link->end[SIM_TCP_CLIENT];
    const struct sim_tcp_end *server = &link->end[SIM_TCP_SERVER];
    if (client->open || server->open || client->held || server->held) {
        return;
    }
    scheduler_alarm_clear(&link->alarm);
    stream_clear(stream_from(link, SIM_TCP_CLIENT));
    stream_clear(stream_from(link, SIM_TCP_SERVER));
    arena_free(&sim_running->arena, link, sizeof *link);
}

/* ---- level ---- */

static uint32_t tcp_level(const struct sim_socket *socket)
{
    const struct sim_tcp *tcp = &socket->tcp;
    switch (tcp->state) {
    case SIM_TCP_IDLE:
    case SIM_TCP_CONNECTING:
        return 0;
    case SIM_TCP_LISTENING:
        return tcp->acceptable != 0 ? AFD_POLL_ACCEPT : 0;
    case SIM_TCP_FAILED:
        return AFD_POLL_CONNECT_FAIL;
    case SIM_TCP_RESET:
        return AFD_POLL_SEND | AFD_POLL_CONNECT | AFD_POLL_ABORT;
    case SIM_TCP_CONNECTED:
        break;
    }
    const struct sim_tcp_stream *in = &tcp->link->end[tcp->side].in;
    uint32_t level = AFD_POLL_CONNECT;
    if (!stream_from(tcp->link, tcp->side)->exhausted) {
        level |= AFD_POLL_SEND;
    }
    if (in->unread_bytes != 0) {
        level |= AFD_POLL_RECEIVE;
    }
    if (in->urgent_waits) {
        level |= socket->options.oobinline ? AFD_POLL_RECEIVE : AFD_POLL_RECEIVE_EXPEDITED;
    }
    if (in->fin_arrived && !(in->unread_bytes != 0 && sim_running->settings.wine_sockets)) {
        level |= AFD_POLL_DISCONNECT;
    }
    return level;
}

static void tcp_touch_level(const struct sim_socket *socket, uint32_t mask)
{
    const struct sim_tcp *tcp = &socket->tcp;
    socket_touch(socket, false);
    if (tcp->state == SIM_TCP_LISTENING) {
        tcp_touch_accepts(socket, false);
    }
    if (tcp->state != SIM_TCP_CONNECTED) {
        return;
    }
    if (mask & (AFD_POLL_RECEIVE | AFD_POLL_RECEIVE_EXPEDITED | AFD_POLL_DISCONNECT)) {
        touch(SIM_RESOURCE_ARRIVED, tcp->link->end[tcp->side].in.channel.ordinal, false);
    }
    if (mask & AFD_POLL_SEND) {
        touch(SIM_RESOURCE_SENT, stream_from(tcp->link, tcp->side)->channel.ordinal, false);
    }
}

/* ---- reset ---- */

void end_reset(struct sim_tcp_link *link, enum sim_tcp_side side)
{
    struct sim_tcp_end *end = &link->end[side];
    end->reset = true;
    stream_drop(stream_from(link, side));
    if (end->in.unread_bytes != 0 &&
        scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) == 0) {
        stream_clear(&end->in); /* or else it can still be read, before the error (fact 6) */
    }
    if (end->lingers != NULL) {
        scheduler_wake(end->lingers, SIM_WAKE_DONE);
        end->lingers = NULL;
    }
    if (end->socket != NULL) {
        socket_touch(end->socket, true);
        end->socket->tcp.state = SIM_TCP_RESET;
        socket_changed(end->socket);
    } else if (link->listener != NULL) {
        tcp_touch_accepts(link->listener, true);
        if (!link->acceptable) { /* half open: nobody has heard of it */
            link_detach(link);
            end->open = false;
        }
    }
}

void end_abort(struct sim_tcp_link *link, enum sim_tcp_side side, sim_actor_id id)
{
    struct sim_tcp_end *end = &link->end[side], *peer = &link->end[1 - side];
    struct sim_tcp_stream *out = stream_from(link, side);
    end->reset = true;
    if (!peer->open || peer->reset) {
        return;
    }
    if (out->flight_bytes != 0 &&
        scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) != 0) {
        stream_drop(out); /* what was not sent yet is lost */
    }
    (void)segment_send(out, SIM_SEGMENT_RST, 0, id);
}

void tcp_break(struct sim_socket *socket)
{
    if (socket->tcp.state == SIM_TCP_CONNECTED) {
        struct sim_tcp_link *link = socket->tcp.link;
        stream_drop(stream_from(link, SIM_TCP_CLIENT));
        stream_drop(stream_from(link, SIM_TCP_SERVER));
        end_reset(link, SIM_TCP_CLIENT);
        end_reset(link, SIM_TCP_SERVER);
        link_release_if_done(link);
    }
}

/* ---- close ---- */

static void listener_close(struct sim_socket *listener)
{
    tcp_touch_accepts(listener, true);
    while (listener->tcp.links != NULL) {
        struct sim_tcp_link *link = listener->tcp.links;
        link_detach(link);
        end_abort(link, SIM_TCP_SERVER, SIM_ACTOR_ID(SIM_ACTOR_RESET, link->thread, link->step));
        link->end[SIM_TCP_SERVER].open = false;
        link_release_if_done(link);
    }
}

/* Graceful, unless the linger time is 0 or there is data that nobody will read. */
static void end_close(struct sim_socket *socket)
{
    struct sim_tcp_link *link = socket->tcp.link;
    struct sim_tcp_end *end = &link->end[socket->tcp.side];
    struct sim_tcp_stream *out = stream_from(link, socket->tcp.side);
    bool hard =
        (socket->options.linger_on && socket->options.linger_s == 0) || end->in.unread_bytes != 0;
    touch(SIM_RESOURCE_ARRIVED, end->in.channel.ordinal, true);
    if (socket->tcp.state == SIM_TCP_CONNECTED && hard) {
        end_abort(link, socket->tcp.side, scheduler_actor_id(SIM_ACTOR_SEGMENT));
    } else if (socket->tcp.state == SIM_TCP_CONNECTED && !out->fin_sent) {
        out->fin_sent = true;
        (void)segment_send(out, SIM_SEGMENT_FIN, 0, scheduler_actor_id(SIM_ACTOR_SEGMENT));
    }
    end->socket = NULL;
    end->open = false;
    stream_reader_gone(&end->in);
    link_release_if_done(link);
}

static void tcp_close(struct sim_socket *socket)
{
    switch (socket->tcp.state) {
    case SIM_TCP_IDLE:
    case SIM_TCP_FAILED:
        break;
    case SIM_TCP_LISTENING:
        listener_close(socket);
        break;
    case SIM_TCP_CONNECTING: /* what answers the SYN finds nobody */
        socket->tcp.link->end[SIM_TCP_CLIENT].open = false;
        link_release_if_done(socket->tcp.link);
        break;
    case SIM_TCP_CONNECTED:
    case SIM_TCP_RESET:
        end_close(socket);
        break;
    }
}

static void linger_timeout(struct sim_thread *thread)
{
    struct sim_tcp_end *end = (struct sim_tcp_end *)(uintptr_t)thread->wait_key;
    touch(SIM_RESOURCE_SENT, stream_from(end->in.link, end->in.reader)->channel.ordinal, false);
    end->lingers = NULL;
    scheduler_wake(thread, SIM_WAKE_TIMEOUT);
}

bool tcp_has_unsent(const struct sim_socket *socket)
{
    const struct sim_tcp *tcp = &socket->tcp;
    return tcp->state == SIM_TCP_CONNECTED && stream_from(tcp->link, tcp->side)->flight != NULL;
}

struct sim_tcp_end *tcp_hold_unsent(struct sim_socket *socket)
{
    if (!tcp_has_unsent(socket)) {
        return NULL;
    }
    struct sim_tcp_end *end = &socket->tcp.link->end[socket->tcp.side];
    end->held = true;
    return end;
}

void tcp_linger(struct sim_tcp_end *end, enum sim_op op, uint32_t seconds)
{
    struct sim_tcp_link *link = end->in.link;
    struct sim_thread *thread = sim_running->current;
    if (!end->reset && stream_from(link, end->in.reader)->flight != NULL) {
        end->lingers = thread;
        thread->wait_key = end;
        if (scheduler_block(op, end->in.channel.ordinal, seconds * 1000, linger_timeout) ==
            SIM_WAKE_TIMEOUT) {
            end_abort(link, end->in.reader, scheduler_actor_id(SIM_ACTOR_SEGMENT));
        }
    }
    end->held = false;
    link_release_if_done(link);
}

const struct sim_transport tcp_transport = {
    .name = "tcp",
    .level = tcp_level,
    .touch_level = tcp_touch_level,
    .connect = tcp_connect,
    .send = tcp_send,
    .receive = tcp_receive,
    .shutdown = tcp_shutdown,
    .close = tcp_close,
};
