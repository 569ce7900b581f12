/* tcp: TCP over the simulated loopback: connections, listeners, streams.
 *
 * A socket
 *   IDLE       -> LISTENING  [tcp_listen]
 *   IDLE       -> CONNECTING [tcp_connect]
 *   FAILED     -> CONNECTING [tcp_connect]
 *   CONNECTING -> CONNECTED  [syn_arrive: a listener has room]
 *   CONNECTING -> FAILED     [connect_fail: refused, or nobody answers]
 *   CONNECTED  -> RESET      [end_reset: the peer, or the network, has reset]
 * Accepted sockets begin CONNECTED, or RESET when the peer was faster.
 *
 * A connection (link) has two ends, each with the stream that arrives there. Segments of a stream
 * are in flight until they arrive, in order; data arrives as far as the receiver has room. What a
 * sender has room for are the bytes in flight. In order of sending:
 *   SYN    the connect; arrives at a listener, which has room, or is refused or unanswered
 *   ACK    follows when the client is connected; only then the listener can accept
 *   DATA, URGENT, FIN
 *   RST    ends the connection where it arrives; what is in flight the other way is dropped
 * An end whose socket is closed answers data with RST.
 *
 * Invariants
 * T1  unread_bytes and flight_bytes are the sums over their lists.
 * T2  the first segment in flight is an action (channel.in_flight) unless it is data for which the
 *     reader has no room; then the reader's next read makes it one.
 * T3  a link lives while an end is open, somebody lingers, or a listener has it. */
#ifndef FAKES_TCP_H
#define FAKES_TCP_H

#include "fakes/address.h"
#include "fakes/network.h"
#include "fakes/scheduler.h"

struct sim_socket;
struct sim_transfer;
struct sim_transport;
struct sim_tcp_link;

enum sim_tcp_state {
    SIM_TCP_IDLE,
    SIM_TCP_LISTENING,
    SIM_TCP_CONNECTING,
    SIM_TCP_CONNECTED,
    SIM_TCP_RESET,
    SIM_TCP_FAILED
};

enum sim_tcp_side { SIM_TCP_CLIENT = 0, SIM_TCP_SERVER = 1 };

enum sim_tcp_segment_kind {
    SIM_SEGMENT_SYN,
    SIM_SEGMENT_ACK,
    SIM_SEGMENT_DATA,
    SIM_SEGMENT_URGENT, /* one byte */
    SIM_SEGMENT_FIN,
    SIM_SEGMENT_RST
};

struct sim_tcp_segment {
    struct sim_tcp_segment *next;
    enum sim_tcp_segment_kind kind;
    sim_actor_id id; /* of its arrival; 0: the rest of one that arrived in part */
    uint32_t size, offset;
    char data[];
};

/* What arrives at one end. */
struct sim_tcp_stream {
    struct sim_channel channel;
    struct sim_tcp_link *link;
    enum sim_tcp_side reader;
    struct sim_tcp_segment *flight, *flight_last;
    struct sim_tcp_segment *unread, *unread_last;
    uint32_t flight_bytes, unread_bytes;
    bool fin_sent, fin_arrived;
    bool exhausted; /* the writer has no room; it is told again when it has `resume` bytes */
    uint32_t resume;
    bool urgent_waits;
    char urgent;
};

struct sim_tcp_end {
    struct sim_socket *socket; /* NULL: not accepted yet, or closed */
    struct sim_address address;
    bool open;                  /* a socket, or a place in a listener's queue */
    bool reset;                 /* it has received RST, or sent it */
    bool held;                  /* by a closesocket that lingers */
    struct sim_thread *lingers; /* it waits there until nothing of the end is in flight */
    struct sim_tcp_stream in;
};

struct sim_tcp_link {
    struct sim_tcp_end end[2];
    uint32_t thread, step;                /* of the connect: name of what the network does for it */
    struct sim_socket *listener;          /* from SYN until it is accepted */
    struct sim_tcp_link *next, *previous; /* of the listener */
    bool acceptable;                      /* its ACK has arrived */
    bool refused;                         /* a fault: whoever listens */
    bool retried;
    struct sim_alarm alarm; /* of the connect: the next SYN, or its end */
};

struct sim_tcp {
    enum sim_tcp_state state;
    struct sim_tcp_link *link; /* CONNECTING, CONNECTED, RESET */
    enum sim_tcp_side side;
    /* LISTENING */
    uint32_t backlog, attached, acceptable;
    struct sim_tcp_link *links, *links_last; /* attached, in order of arrival */
    /* FAILED */
    NTSTATUS status;
};

extern const struct sim_transport tcp_transport;

void tcp_init(struct sim_socket *socket);
DWORD tcp_listen(struct sim_socket *socket, int backlog);
/* tcp_accept takes the connection that has waited longest: 0, WSAEWOULDBLOCK, WSAEINVAL if it does
 * not listen, WSAECONNRESET for one whose peer has gone (or a dead socket: both are legal). */
DWORD tcp_accept(struct sim_socket *listener, struct sim_socket **out);
/* tcp_break is a fault: the network resets the connection of a socket, if there is one. */
void tcp_break(struct sim_socket *socket);
/* tcp_refuse is a fault: the connect that has just begun will be refused. */
void tcp_refuse(struct sim_socket *socket);
/* tcp_hold_unsent returns the end of a socket of which something is in flight, NULL if nothing is.
 * It outlives the socket until tcp_linger, which waits, in the running step of `op`, until all of
 * it has arrived, and then resets the connection unless it has. */
struct sim_tcp_end *tcp_hold_unsent(struct sim_socket *socket);
void tcp_linger(struct sim_tcp_end *end, enum sim_op op, uint32_t seconds);
bool tcp_has_unsent(const struct sim_socket *socket);

/* ---- between tcp.c, tcp_connect.c and tcp_stream.c ---- */

static inline struct sim_tcp_stream *stream_from(struct sim_tcp_link *link,
                                                 enum sim_tcp_side writer)
{
    return &link->end[1 - writer].in;
}

struct sim_tcp_segment *segment_send(struct sim_tcp_stream *stream, enum sim_tcp_segment_kind kind,
                                     uint32_t size, sim_actor_id id);
void stream_init(struct sim_tcp_link *link, enum sim_tcp_side reader);
/* stream_drop forgets what is in flight, stream_clear what has arrived, too. */
void stream_drop(struct sim_tcp_stream *stream);
/* stream_reader_gone forgets what has arrived; what is in flight goes on to nobody. */
void stream_reader_gone(struct sim_tcp_stream *stream);
void stream_clear(struct sim_tcp_stream *stream);
uint32_t tcp_send_room(const struct sim_socket *socket);

/* end_reset is an RST that arrives; end_abort sends one, whose arrival is named `id`. */
void end_reset(struct sim_tcp_link *link, enum sim_tcp_side side);
void end_abort(struct sim_tcp_link *link, enum sim_tcp_side side, sim_actor_id id);
/* link_attach puts a connection into the queue of a listener, link_detach takes it out. */
void link_attach(struct sim_tcp_link *link, struct sim_socket *listener);
void link_detach(struct sim_tcp_link *link);
/* link_release_if_done gives back a link that nobody can see any more. */
void link_release_if_done(struct sim_tcp_link *link);

/* what SYN and ACK do where they arrive */
void syn_arrive(struct sim_tcp_link *link);
void ack_arrive(struct sim_tcp_link *link);

DWORD tcp_connect(struct sim_socket *socket, const struct sim_address *to);
DWORD tcp_send(struct sim_socket *socket, struct sim_transfer *transfer);
DWORD tcp_receive(struct sim_socket *socket, struct sim_transfer *transfer);
DWORD tcp_shutdown(struct sim_socket *socket, int how);

#endif
