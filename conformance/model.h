/* model: what a history says about every source at each moment.
 *
 * The facts that several oracles need, kept up to date record by record: who is registered where
 * and since when, which directions wait for an event, who is connected to whom, what was sent and
 * received. It knows the contract only as far as these facts go; the oracles judge.
 *
 * Where records leave room, because two verbs overlapped or a fault was injected, the model says
 * "maybe" or "racy", and no oracle concludes anything from that.
 *
 * Direction   IDLE -> ARMED   [register, reregister, connect; read or write that would block]
 *             ARMED -> IDLE   [an event with its bit; a failure the caller was told of; deregister;
 *                              disconnect; drop]
 *             (an armed direction whose event came stays ARMED with reported > since)
 * Source      ABSENT -> LIVE -> DROPPING -> DROPPED */
#ifndef CONFORMANCE_MODEL_H
#define CONFORMANCE_MODEL_H

#include "conformance/channel.h"
#include "conformance/datagram.h"
#include "conformance/history.h"
#include "conformance/stream.h"

#include <stdbool.h>
#include <stdint.h>

enum conf_life { CONF_ABSENT, CONF_LIVE, CONF_DROPPING, CONF_DROPPED };

enum conf_registered { CONF_REGISTERED_NO, CONF_REGISTERED_YES, CONF_REGISTERED_MAYBE };

/* One direction of a source, and what waits in it. Times are record numbers, 0 for never. */
struct conf_direction {
    bool armed;
    uint32_t since;    /* begin of the operation that armed it */
    uint32_t reported; /* last event with its bit */
    uint32_t ended;    /* last event with a bit of an end or an error */
};

/* What a socket or a user-made source is besides. */
struct conf_model_socket {
    uint8_t peer;     /* udp: whom it is connected to, CONF_NONE if nobody */
    bool is_lost;     /* udp: a connect has failed, so that is whom it was connected to before */
    uint8_t shutting; /* directions that shutdowns have begun for: a bit for each enum conf_way */
    uint8_t shut;     /* and have ended for */
    bool acted;       /* has begun to send anything: bytes, an end, a reset */
    bool connecting;  /* TCP: a connect has begun */
    bool hard;        /* a drop resets the connection */
    bool urgent;      /* has begun to send urgent data */
    bool is_quiet;    /* udp: was told not to broadcast, or is about to be */
    uint32_t broadcasts; /* udp: number of a record that says that it may, 0 for none */
    uint32_t connected;  /* number of a record that says that it is, 0 for none */
    uint8_t flags;       /* user-made: ready for */
    uint8_t flags_since; /* and at any time since its poll began */
};

struct conf_model_source {
    uint8_t kind; /* enum conf_source_kind */
    uint8_t life; /* enum conf_life */
    uint8_t registered;
    uint8_t poll;   /* of the registration */
    uint32_t bound; /* a bit for each poll that its handle may belong to for ever */
    uint8_t registering, reading, writing, disconnecting; /* verbs running now */
    bool connect_accepted;  /* servers: connect() was taken on in this epoch, while registered */
    bool connect_may_fail;  /* servers: it would block, and without a fault it only succeeds */
    uint32_t connect_since; /* servers: when a connect was last taken on so */
    uint8_t told;           /* a bit for each way: the next operation must return an error */
    uint8_t writer;         /* plain ends: the thread whose last write the kernel may still have */
    uint32_t interest;
    uint64_t token;
    uint32_t operations;              /* verbs begun */
    uint32_t operated;                /* when a verb last began or ended */
    uint32_t asked;                   /* plain ends: the most that a read asked for */
    uint32_t registrations;           /* grows whenever a registration verb begins or ends */
    uint32_t connections;             /* grows whenever a disconnect begins or ends */
    uint32_t epoch;                   /* servers: disconnects that are done */
    uint32_t epoch_since;             /* when the last one was */
    uint32_t epoch_first, epoch_last; /* clients: epochs of the server it may be connected to */
    uint32_t wakes;                   /* wakers: wakes begun */
    uint32_t registered_since;        /* begin of the registration */
    struct conf_model_socket socket;
    struct conf_direction direction[CONF_WAY_COUNT]; /* wakers use CONF_IN */
};

/* A verb between its begin and its end. */
struct conf_model_verb {
    bool running;
    struct conf_record begin;
    uint32_t seq;           /* of its begin */
    uint32_t registrations; /* of its source at that time */
    uint32_t connections;
    uint32_t epoch;
    uint32_t operations;
    bool owes_error; /* the event before it said so */
};

/* A token that was given up. */
struct conf_retired {
    uint8_t poll;
    uint8_t source;
    uint32_t seq; /* when, UINT32_MAX: nobody knows whether it was */
    uint32_t interest;
    uint64_t token;
};

#define CONF_RETIRED_MAX (CONF_VERBS_MAX + 2 * CONF_SOURCES_MAX)

/* Tells whether a thread did anything others could observe between two records. */
typedef bool (*conf_stepped_function)(void *context, uint8_t thread, uint32_t from, uint32_t to);

struct conf_model {
    const struct conf_scenario *scenario;
    conf_stepped_function stepped; /* NULL: always */
    void *stepped_context;
    bool settled;
    uint32_t retired_count;
    struct conf_model_source source[CONF_SOURCES_MAX];
    struct conf_model_verb verb[CONF_THREADS_MAX + 1]; /* by thread, the controller last */
    struct conf_stream_table streams;
    struct conf_datagram_table datagrams;
    struct conf_channel_table channels;
    struct conf_retired retired[CONF_RETIRED_MAX];
};

/* conf_model_begin makes the model of an empty history. The scenario must outlive it. */
void conf_model_begin(struct conf_model *model, const struct conf_scenario *scenario,
                      conf_stepped_function stepped, void *context);

/* conf_model_see takes in the next record; numbers grow. */
void conf_model_see(struct conf_model *model, const struct conf_record *record, uint32_t seq);

/* conf_model_verb returns the verb a thread runs; look at `running`. */
const struct conf_model_verb *conf_model_verb(const struct conf_model *model, uint8_t thread);

/* conf_model_waits tells whether an event is owed to this direction as soon as its operation would
 * not block: registered, within the interest, armed, and no event since. */
bool conf_model_waits(const struct conf_model *model, uint8_t source, enum conf_way way);

/* conf_model_waker_waits tells whether a waker was woken and no event of it came since. */
bool conf_model_waker_waits(const struct conf_model *model, uint8_t source);

/* conf_model_poll_is_gone tells whether the poll that a source belongs to may be gone, or going. */
bool conf_model_poll_is_gone(const struct conf_model *model, uint8_t source);

/* conf_model_is_used tells whether a verb runs on a source. */
bool conf_model_is_used(const struct conf_model *model, uint8_t source);

/* conf_model_is_server tells the ends that take connections: servers of pipes, and what listeners
 * accept. */
bool conf_model_is_server(const struct conf_model *model, uint8_t source);

#endif
