/* tcp_stream: the bytes of a connection, from send to recv. See tcp.h; fact 6. */
#include "fakes/socket.h"

#include <string.h>

static void touch_sent(const struct sim_tcp_stream *stream, bool write)
{
    touch(SIM_RESOURCE_SENT, stream->channel.ordinal, write);
}

static void touch_arrived(const struct sim_tcp_stream *stream, bool write)
{
    touch(SIM_RESOURCE_ARRIVED, stream->channel.ordinal, write);
}

/* ---- segments ---- */

static void segment_free(struct sim_tcp_segment *segment)
{
    arena_free(&sim_running->arena, segment, sizeof *segment + segment->size);
}

static struct sim_tcp_segment *flight_pop(struct sim_tcp_stream *stream)
{
    struct sim_tcp_segment *segment = stream->flight;
    stream->flight = segment->next;
    if (stream->flight == NULL) {
        stream->flight_last = NULL;
    }
    stream->flight_bytes -= segment->size - segment->offset;
    segment->next = NULL;
    return segment;
}

static struct sim_tcp_segment *unread_pop(struct sim_tcp_stream *stream)
{
    struct sim_tcp_segment *segment = stream->unread;
    stream->unread = segment->next;
    if (stream->unread == NULL) {
        stream->unread_last = NULL;
    }
    return segment;
}

static void unread_append(struct sim_tcp_stream *stream, struct sim_tcp_segment *segment)
{
    if (stream->unread_last != NULL) {
        stream->unread_last->next = segment;
    } else {
        stream->unread = segment;
    }
    stream->unread_last = segment;
    stream->unread_bytes += segment->size - segment->offset;
}

void stream_drop(struct sim_tcp_stream *stream)
{
    network_recall(&stream->channel);
    touch_sent(stream, true);
    while (stream->flight != NULL) {
        segment_free(flight_pop(stream));
    }
}

void stream_clear(struct sim_tcp_stream *stream)
{
    stream_drop(stream);
    while (stream->unread != NULL) {
        segment_free(unread_pop(stream));
    }
    stream->unread_bytes = 0;
    stream->urgent_waits = false;
}

/* ---- in flight ---- */

/* Whose options hold at the end where a stream arrives: of its socket, which inherits them when it
 * is accepted. The end has a reader. */
static const struct sim_socket *reader_of(const struct sim_tcp_stream *stream)
{
    const struct sim_tcp_end *end = &stream->link->end[stream->reader];
    return end->socket != NULL ? end->socket : stream->link->listener;
}

static uint32_t reader_room(const struct sim_tcp_stream *stream)
{
    const struct sim_socket *owner = reader_of(stream);
    uint32_t most = owner->options.receive_buffer > 0 ? (uint32_t)owner->options.receive_buffer : 1;
    return most > stream->unread_bytes ? most - stream->unread_bytes : 0;
}

static bool has_reader(const struct sim_tcp_stream *stream)
{
    const struct sim_tcp_end *end = &stream->link->end[stream->reader];
    return end->open && !end->reset;
}

/* Makes the first segment an action, unless it is one or waits for room (T2). What the reader does
 * meanwhile, to its options, too, makes no difference: a segment that arrives without room waits.
 */
static void stream_launch(struct sim_tcp_stream *stream)
{
    struct sim_tcp_segment *first = stream->flight;
    if (first == NULL || stream->channel.in_flight ||
        (first->kind == SIM_SEGMENT_DATA && has_reader(stream) && reader_room(stream) == 0)) {
        return;
    }
    if (first->id == 0) {
        first->id = scheduler_actor_id(SIM_ACTOR_WINDOW);
    }
    touch_sent(stream, true);
    network_launch(&stream->channel, first->id);
}

struct sim_tcp_segment *segment_send(struct sim_tcp_stream *stream, enum sim_tcp_segment_kind kind,
                                     uint32_t size, sim_actor_id id)
{
    struct sim_tcp_segment *segment = arena_alloc(&sim_running->arena, sizeof *segment + size);
    segment->kind = kind;
    segment->id = id;
    segment->size = size;
    if (stream->flight_last != NULL) {
        stream->flight_last->next = segment;
    } else {
        stream->flight = segment;
    }
    stream->flight_last = segment;
    stream->flight_bytes += size;
    touch_sent(stream, true);
    stream_launch(stream);
    return segment;
}

void stream_reader_gone(struct sim_tcp_stream *stream)
{
    while (stream->unread != NULL) {
        segment_free(unread_pop(stream));
    }
    stream->unread_bytes = 0;
    stream_launch(stream); /* what has waited for room arrives at nobody */
}

/* ---- arrival ---- */

/* Data for a socket that is closed: the answer is RST. */
static void answer_reset(struct sim_tcp_stream *stream, sim_actor_id about)
{
    struct sim_tcp_end *end = &stream->link->end[stream->reader];
    if (!end->open && !end->reset) {
        end_abort(
            stream->link, stream->reader,
            SIM_ACTOR_ID(SIM_ACTOR_REPLY, SIM_ACTOR_ID_THREAD(about), SIM_ACTOR_ID_STEP(about)));
    }
}

static void data_arrive(struct sim_tcp_stream *stream)
{
    struct sim_tcp_segment *segment = stream->flight;
    if (!has_reader(stream)) {
        answer_reset(stream, segment->id);
        segment_free(flight_pop(stream));
        return;
    }
    socket_touch_options(reader_of(stream), false);
    uint32_t left = segment->size - segment->offset;
    uint32_t room = reader_room(stream);
    if (left <= room) {
        unread_append(stream, flight_pop(stream));
        return;
    }
    segment->id = 0;
    if (room == 0) {
        return;
    }
    struct sim_tcp_segment *part = arena_alloc(&sim_running->arena, sizeof *part + room);
    part->size = room;
    memcpy(part->data, segment->data + segment->offset, room);
    segment->offset += room;
    stream->flight_bytes -= room;
    unread_append(stream, part);
}

static void urgent_arrive(struct sim_tcp_stream *stream)
{
    struct sim_tcp_segment *segment = flight_pop(stream);
    if (!has_reader(stream)) {
        answer_reset(stream, segment->id);
        segment_free(segment);
        return;
    }
    const struct sim_socket *owner = reader_of(stream);
    socket_touch_options(owner, false);
    if (owner->options.oobinline) {
        unread_append(stream, segment);
    } else {
        stream->urgent = segment->data[0];
        stream->urgent_waits = true;
        segment_free(segment);
    }
}

/* Room for the writer, who may wait for it, or for all that it has sent to arrive. */
static void tell_writer(struct sim_tcp_stream *stream)
{
    struct sim_tcp_end *writer = &stream->link->end[1 - stream->reader];
    if (writer->lingers != NULL && stream->flight == NULL) {
        scheduler_wake(writer->lingers, SIM_WAKE_DONE);
        writer->lingers = NULL;
    }
    if (stream->exhausted && writer->socket != NULL &&
        tcp_send_room(writer->socket) >= stream->resume) {
        stream->exhausted = false;
        socket_changed(writer->socket);
    }
}

static void segment_arrive(struct sim_channel *channel)
{
    struct sim_tcp_stream *stream = (struct sim_tcp_stream *)channel; /* its first member */
    struct sim_tcp_link *link = stream->link;
    struct sim_tcp_end *end = &link->end[stream->reader];
    touch_sent(stream, true);
    touch_arrived(stream, true);
    switch (stream->flight->kind) {
    case SIM_SEGMENT_SYN:
        segment_free(flight_pop(stream));
        syn_arrive(link);
        return; /* the link may be gone */
    case SIM_SEGMENT_ACK:
        segment_free(flight_pop(stream));
        ack_arrive(link);
        break;
    case SIM_SEGMENT_DATA:
        data_arrive(stream);
        break;
    case SIM_SEGMENT_URGENT:
        urgent_arrive(stream);
        break;
    case SIM_SEGMENT_FIN:
        segment_free(flight_pop(stream));
        stream->fin_arrived = true;
        break;
    case SIM_SEGMENT_RST:
        stream_drop(stream);
        if (has_reader(stream)) {
            end_reset(link, stream->reader);
        }
        break;
    }
    stream_launch(stream);
    tell_writer(stream);
    if (end->socket != NULL) {
        socket_changed(end->socket);
    }
    link_release_if_done(link);
}

void stream_init(struct sim_tcp_link *link, enum sim_tcp_side reader)
{
    struct sim_tcp_stream *stream = &link->end[reader].in;
    stream->link = link;
    stream->reader = reader;
    stream->channel.ordinal = ++sim_running->object_count;
    stream->channel.arrive = segment_arrive;
}

/* ---- send ---- */

uint32_t tcp_send_room(const struct sim_socket *socket)
{
    const struct sim_tcp_stream *out = stream_from(socket->tcp.link, socket->tcp.side);
    socket_touch_options(socket, false);
    uint32_t most = socket->options.send_buffer > 0 ? (uint32_t)socket->options.send_buffer : 1;
    return most > out->flight_bytes ? most - out->flight_bytes : 0;
}

/* When SEND comes back is nowhere specified: with the first byte of room, or with half of it. */
static void exhaust(const struct sim_socket *socket, struct sim_tcp_stream *out)
{
    if (out->exhausted) {
        return;
    }
    int32_t most = socket->options.send_buffer;
    out->exhausted = true;
    out->resume = 1;
    if (most > 3 && scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) != 0) {
        out->resume = (uint32_t)most / 2;
    }
}

static DWORD check_send(const struct sim_socket *socket)
{
    switch (socket->tcp.state) {
    case SIM_TCP_CONNECTING:
        return socket_like_wine() ? WSAEWOULDBLOCK : WSAENOTCONN;
    case SIM_TCP_IDLE:
    case SIM_TCP_LISTENING:
    case SIM_TCP_FAILED:
        return WSAENOTCONN;
    case SIM_TCP_CONNECTED:
    case SIM_TCP_RESET:
        break;
    }
    if (socket->send_shut) {
        return WSAESHUTDOWN;
    }
    if (socket->tcp.state == SIM_TCP_RESET) {
        static const DWORD after_reset[] = {WSAECONNRESET, WSAECONNABORTED};
        return after_reset[scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING)];
    }
    return 0;
}

static void write_segment(struct sim_tcp_stream *out, struct sim_transfer *transfer,
                          enum sim_tcp_segment_kind kind, uint32_t size)
{
    if (size != 0) {
        struct sim_tcp_segment *segment =
            segment_send(out, kind, size, scheduler_actor_id(SIM_ACTOR_SEGMENT));
        transfer_out(transfer, segment->data, size);
        transfer->done += size;
    }
}

DWORD tcp_send(struct sim_socket *socket, struct sim_transfer *transfer)
{
    socket_touch(socket, false);
    DWORD error = check_send(socket);
    if (error != 0) {
        return error;
    }
    struct sim_tcp_stream *out = stream_from(socket->tcp.link, socket->tcp.side);
    touch_sent(out, true);
    uint32_t size = transfer->total - transfer->done;
    uint32_t room = tcp_send_room(socket);
    if (size == 0) {
        return 0;
    }
    if (room == 0) {
        exhaust(socket, out);
        return WSAEWOULDBLOCK;
    }
    size = size < room ? size : room;
    size = size < transfer->most ? size : transfer->most;
    bool urgent = (transfer->flags & MSG_OOB) && transfer->done + size == transfer->total;
    write_segment(out, transfer, SIM_SEGMENT_DATA, size - urgent);
    write_segment(out, transfer, SIM_SEGMENT_URGENT, urgent);
    if (tcp_send_room(socket) == 0) {
        exhaust(socket, out);
    }
    return 0;
}

/* ---- receive ---- */

static DWORD check_receive(const struct sim_socket *socket)
{
    switch (socket->tcp.state) {
    case SIM_TCP_CONNECTING:
        return socket_like_wine() ? WSAEWOULDBLOCK : WSAENOTCONN;
    case SIM_TCP_IDLE:
    case SIM_TCP_LISTENING:
    case SIM_TCP_FAILED:
        return WSAENOTCONN;
    case SIM_TCP_CONNECTED:
    case SIM_TCP_RESET:
        break;
    }
    return socket->receive_shut ? WSAESHUTDOWN : 0;
}

static void read_urgent(struct sim_tcp_stream *in, struct sim_transfer *transfer)
{
    transfer_in(transfer, 0, &in->urgent, 1);
    transfer->done = 1;
    if (!(transfer->flags & MSG_PEEK)) {
        in->urgent_waits = false;
    }
}

static void read_bytes(struct sim_tcp_stream *in, struct sim_transfer *transfer)
{
    struct sim_tcp_segment *segment = in->unread;
    bool peek = transfer->flags & MSG_PEEK;
    while (segment != NULL && transfer->done < transfer->total) {
        uint32_t left = segment->size - segment->offset;
        uint32_t wants = transfer->total - transfer->done;
        uint32_t takes = left < wants ? left : wants;
        transfer_in(transfer, transfer->done, segment->data + segment->offset, takes);
        transfer->done += takes;
        struct sim_tcp_segment *next = segment->next;
        if (!peek) {
            segment->offset += takes;
            in->unread_bytes -= takes;
            if (takes == left) {
                segment_free(unread_pop(in));
            }
        }
        segment = next;
    }
    if (!peek) {
        stream_launch(in);
    }
}

/* What Wine says only now (tcp_level): the end behind what was read. */
static void tell_end(struct sim_socket *socket, const struct sim_tcp_stream *in)
{
    if (sim_running->settings.wine_sockets && in->fin_arrived && in->unread_bytes == 0) {
        socket_changed(socket);
    }
}

DWORD tcp_receive(struct sim_socket *socket, struct sim_transfer *transfer)
{
    socket_touch(socket, false);
    if (socket->tcp.state == SIM_TCP_FAILED && socket_like_wine()) {
        return 0;
    }
    DWORD error = check_receive(socket);
    if (error != 0) {
        return error;
    }
    struct sim_tcp_stream *in = &socket->tcp.link->end[socket->tcp.side].in;
    touch_arrived(in, true);
    bool inline_urgent = socket->options.oobinline && in->urgent_waits && in->unread == NULL;
    if ((transfer->flags & MSG_OOB) || inline_urgent) {
        if (in->urgent_waits && transfer->total != 0 &&
            (inline_urgent || !socket->options.oobinline)) {
            read_urgent(in, transfer);
            return 0;
        }
        return socket->options.oobinline ? WSAEINVAL : WSAEWOULDBLOCK;
    }
    if (in->unread_bytes != 0) { /* without room it takes nothing (Wine test_empty_recv) */
        read_bytes(in, transfer);
        tell_end(socket, in);
        return 0;
    }
    if (socket->tcp.state == SIM_TCP_RESET) {
        return socket_like_wine() ? 0 : WSAECONNRESET;
    }
    return in->fin_arrived ? 0 : WSAEWOULDBLOCK;
}

/* ---- shutdown ---- */

DWORD tcp_shutdown(struct sim_socket *socket, int how)
{
    socket_touch(socket, true);
    if (how != SD_RECEIVE && how != SD_SEND && how != SD_BOTH) {
        return WSAEINVAL;
    }
    switch (socket->tcp.state) {
    case SIM_TCP_IDLE:
    case SIM_TCP_LISTENING:
    case SIM_TCP_CONNECTING:
    case SIM_TCP_FAILED:
        return WSAENOTCONN;
    case SIM_TCP_RESET:
        if (!socket_like_wine()) {
            return WSAECONNRESET;
        }
        socket->receive_shut |= how != SD_SEND;
        socket->send_shut |= how != SD_RECEIVE;
        return 0;
    case SIM_TCP_CONNECTED:
        break;
    }
    socket->receive_shut |= how != SD_SEND;
    struct sim_tcp_stream *out = stream_from(socket->tcp.link, socket->tcp.side);
    if (how != SD_RECEIVE && !out->fin_sent) {
        socket->send_shut = true;
        out->fin_sent = true;
        (void)segment_send(out, SIM_SEGMENT_FIN, 0, scheduler_actor_id(SIM_ACTOR_SEGMENT));
    }
    return 0;
}
