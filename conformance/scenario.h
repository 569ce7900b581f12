/* scenario: a program of I/O verbs on a few threads, as data.
 *
 * The one representation that people (text), fuzzers (bytes), the runner, the shrinker and the
 * oracles share. Plain data with fixed capacities: it may be copied by assignment and kept in
 * shared memory. Text and bytes both decode to it; any finding prints as text.
 * SCENARIO.md is the grammar. Knows nothing of core or fakes. */
#ifndef CONFORMANCE_SCENARIO_H
#define CONFORMANCE_SCENARIO_H

#include "conformance/port.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_SOURCES_MAX 24
#define CONF_THREADS_MAX 8
#define CONF_VERBS_MAX   256 /* over all threads */
#define CONF_LABELS_MAX  16
#define CONF_ALLOW_MAX   128
#define CONF_ORACLES_MAX 48
#define CONF_NAME_MAX    32 /* with the final 0 */
#define CONF_ABOUT_MAX   256
#define CONF_IO_MAX      262144  /* bytes of one read or write */
#define CONF_QUOTA_MAX   262144  /* bytes of a pipe's buffer or of a stream */
#define CONF_BUDGET_MAX  255     /* operations of a task in one poll */
#define CONF_BACKLOG_MAX 200     /* connections that may wait at a listener */
#define CONF_EVENTS_MAX  64      /* events of one poll, and the default of max= */
#define CONF_TIMEOUT_MAX 3600000 /* milliseconds of a finite timeout */
#define CONF_NONE        0xff    /* no source, thread or label */

enum conf_source_kind {
    CONF_POLL,
    CONF_WAKER,           /* in=POLL token=N */
    CONF_PIPE_SERVER,     /* name=N [mode=byte|message] */
    CONF_PIPE_CLIENT,     /* name=N: through the port under test */
    CONF_RAW_PIPE_SERVER, /* the same outside the port: plain handles [blocking=yes|no] */
    CONF_RAW_PIPE_CLIENT,
    CONF_SIMPLEX,          /* capacity=N [split=no|yes]: reads what it writes */
    CONF_DUPLEX,           /* the same, or of=DUPLEX: the other end of that one */
    CONF_READ_HALF,        /* of=SIMPLEX or DUPLEX: what it is split into */
    CONF_WRITE_HALF,       /* the same */
    CONF_TASK,             /* [budget=N] [does=ACTION to=STREAM]: polls streams and is woken */
    CONF_TCP_LISTENER,     /* name=N [family=v4|v6]: sockets, through the port under test */
    CONF_TCP_STREAM,       /* the same: connects to the listener of that name */
    CONF_TCP_ACCEPTED,     /* the same: what a listener of that name accepts */
    CONF_UDP,              /* the same: datagrams */
    CONF_RAW_TCP_LISTENER, /* the same outside the port: plain sockets [backlog=N] */
    CONF_RAW_TCP_STREAM,
    CONF_RAW_TCP_ACCEPTED,
    CONF_RAW_UDP,
    CONF_USER_SOURCE, /* somebody says what it is ready for */
    CONF_SOURCE_KIND_COUNT
};

enum conf_pipe_mode { CONF_PIPE_BYTE, CONF_PIPE_MESSAGE };

/* What a task does when it is told something. */
enum conf_action {
    CONF_ACTION_NONE,
    CONF_ACTION_POLL_READ,  /* a wake polls a stream, in the thread that wakes */
    CONF_ACTION_POLL_WRITE, /* the same */
    CONF_ACTION_DROP,       /* a wake drops a stream */
    CONF_ACTION_DROP_LAST,  /* a waker that is dropped drops a stream */
    CONF_ACTION_COUNT
};

static inline bool conf_action_polls(uint8_t action)
{
    return action == CONF_ACTION_POLL_READ || action == CONF_ACTION_POLL_WRITE;
}

struct conf_source {
    uint8_t kind;     /* enum conf_source_kind */
    uint8_t poll;     /* waker: index of its poll, else CONF_NONE */
    uint8_t pipe;     /* pipes, sockets: index into conf_scenario.pipe_name, else CONF_NONE */
    uint8_t mode;     /* enum conf_pipe_mode */
    uint8_t blocking; /* raw kinds: 1 when its calls block */
    uint8_t of;       /* second duplex ends, halves, tasks with an action: index of the stream */
    uint8_t split;    /* streams: 1 when it begins as halves */
    uint8_t action;   /* task: enum conf_action */
    uint8_t family;   /* sockets: enum conf_family */
    uint64_t token;   /* waker */
    uint32_t quota; /* pipe servers: buffer size, 0 for the default of 65536; simplex, first duplex
                     * ends: capacity, may be 0; task: budget, 0 for none; raw listeners: backlog,
                     * 0 for the default of 200 */
    uint32_t line;  /* where it was declared, 0 if decoded from bytes */
    char name[CONF_NAME_MAX];
};

enum conf_verb_code {
    CONF_VERB_REGISTER, /* SOURCE in POLL token=N interest=r|w|rw */
    CONF_VERB_REREGISTER,
    CONF_VERB_DEREGISTER,
    CONF_VERB_DROP,
    CONF_VERB_POLL, /* POLL [timeout=inf|MS] [max=N] */
    CONF_VERB_WAKE,
    CONF_VERB_OPEN,    /* clients */
    CONF_VERB_CONNECT, /* pipe servers; TCP streams; udp: SOURCE to SOCKET */
    CONF_VERB_DISCONNECT,
    CONF_VERB_READ,  /* SOURCE BYTES */
    CONF_VERB_WRITE, /* SOURCE BYTES */
    CONF_VERB_TAKE_ERROR,
    CONF_VERB_JOIN,        /* THREAD: wait until it has run its verbs */
    CONF_VERB_POLL_READ,   /* STREAM BYTES by TASK */
    CONF_VERB_POLL_WRITE,  /* STREAM BYTES by TASK */
    CONF_VERB_POLL_WRITEV, /* STREAM BYTES by TASK: in pieces, one of them empty */
    CONF_VERB_FLUSH,
    CONF_VERB_SHUTDOWN, /* sockets: how=read|write|both */
    CONF_VERB_SPLIT,    /* a stream into its halves */
    CONF_VERB_UNSPLIT,  /* and back: STREAM is the stream they were */
    CONF_VERB_ACCEPT,   /* LISTENER as ACCEPTED */
    CONF_VERB_PEEK,     /* SOCKET BYTES */
    CONF_VERB_READV,    /* SOCKET BYTES: in pieces, one of them empty */
    CONF_VERB_WRITEV,
    CONF_VERB_RECV_FROM, /* SOCKET BYTES */
    CONF_VERB_SEND_TO,   /* SOCKET BYTES to SOCKET [cast=one|group|broadcast] */
    CONF_VERB_OPTION,    /* SOCKET OPTION=VALUE */
    CONF_VERB_ADDRESS,   /* SOCKET of=local|peer */
    CONF_VERB_URGENT,    /* plain sockets: a byte that goes ahead of the others */
    CONF_VERB_READY,     /* USER flags=LETTERS: what it is ready for from now on */
    CONF_VERB_COUNT
};

#define CONF_INTEREST_READABLE 1u
#define CONF_INTEREST_WRITABLE 2u

#define CONF_TIMEOUT_INFINITE UINT32_MAX

/* `how` of ready: flags of enum conf_event_flag. */
#define CONF_READY_FLAGS 0x3fu

struct conf_verb {
    uint8_t code;     /* enum conf_verb_code */
    uint8_t thread;   /* whose verb it is */
    uint8_t source;   /* index, CONF_NONE for join */
    uint8_t poll;     /* (re)register, deregister: index of the poll */
    uint8_t interest; /* (re)register */
    uint8_t target;   /* join: index of the thread */
    uint8_t label;    /* -> label: index, CONF_NONE if none */
    uint8_t task;     /* poll-*: index of the task, else CONF_NONE */
    uint8_t other;    /* accept: the stream it makes; send-to, connect of udp: whom; else NONE */
    uint8_t how;      /* sockets: enum conf_shutdown, _cast, _address_of, _option; ready: flags */
    uint32_t size; /* transfers: bytes; option: value; poll: max events, 0 for the default of 64 */
    uint32_t timeout_ms; /* poll */
    uint64_t token;      /* (re)register */
    uint32_t line, column;
};

/* What a labelled verb came to, as a litmus outcome: the word of its result. */
enum conf_word {
    CONF_WORD_DONE,
    CONF_WORD_WOULD_BLOCK,
    CONF_WORD_CLOSED,
    CONF_WORD_FAILED,
    CONF_WORD_GONE, /* the source had been dropped, or was never opened */
    CONF_WORD_IDLE, /* a poll that the runner ended because nothing more could happen */
    CONF_WORD_COUNT
};

struct conf_allow {
    uint8_t word[CONF_LABELS_MAX]; /* one enum conf_word for each name in `outcome` */
};

enum conf_result_write { CONF_RESULT_AT_DEQUEUE, CONF_RESULT_EARLY, CONF_RESULT_ANY };

/* Settings of the world; real worlds refuse a scenario that needs one they do not have. */
struct conf_settings {
    uint8_t result_write;   /* result-write=dequeue|early|any */
    uint8_t fresh_handles;  /* handles=reuse|fresh */
    uint8_t waiters_any;    /* waiters=lifo|any */
    uint8_t cancel_races;   /* cancel=sync|races */
    uint8_t short_writes;   /* short-pipe-writes=no|yes */
    uint8_t pending_done;   /* pending-though-done=no|yes */
    uint8_t coarse_clock;   /* clock=exact|coarse */
    uint8_t faults;         /* faults=N */
    uint8_t prompt_network; /* network=delayed|prompt */
    uint8_t late_polls;     /* late-polls=no|yes */
    uint8_t spurious_polls; /* spurious-polls=no|yes */
    uint8_t crossed_polls;  /* crossed-polls=no|yes */
    uint8_t layers;         /* layers=none|base|bsp */
    uint8_t socket_buffer;  /* socket-buffer=N: bytes, 0 for the default of 65536 */
    uint8_t late_packets;   /* late-packets=no|yes */
    uint8_t wine_sockets;   /* sockets=windows|wine */
};

/* One line of the decisions block, unparsed: a slice of the text it was read from. The decision
 * grammar belongs to the simulator (fakes/decision_text). */
struct conf_decision_line {
    const char *text;
    uint32_t length;
    uint32_t line, column;
};

struct conf_scenario {
    char name[CONF_NAME_MAX * 2];
    char about[CONF_ABOUT_MAX];
    struct conf_settings settings;
    uint8_t source_count, thread_count, pipe_count, label_count;
    uint8_t drop_count; /* 0: the order of declaration */
    uint8_t outcome_count, forbid_count;
    uint8_t forbid_given; /* forbid or require named oracles; else every oracle is on */
    uint16_t verb_count;
    uint16_t allow_count;
    struct conf_source source[CONF_SOURCES_MAX];
    char thread_name[CONF_THREADS_MAX][CONF_NAME_MAX];
    char pipe_name[CONF_SOURCES_MAX][CONF_NAME_MAX];
    char label_name[CONF_LABELS_MAX][CONF_NAME_MAX];
    struct conf_verb verb[CONF_VERBS_MAX];       /* grouped by thread, in program order */
    uint16_t thread_first[CONF_THREADS_MAX + 1]; /* verbs of thread t: [first[t], first[t + 1]) */
    uint8_t drop[CONF_SOURCES_MAX];
    uint8_t outcome[CONF_LABELS_MAX]; /* label indexes */
    struct conf_allow allow[CONF_ALLOW_MAX];
    char forbid[CONF_ORACLES_MAX][CONF_NAME_MAX]; /* oracle ids that are on */
};

/* conf_scenario_init makes *scenario the empty program: a name, default settings, nothing else. */
void conf_scenario_init(struct conf_scenario *scenario, const char *name);

/* conf_scenario_equal compares what two legal scenarios say, whatever their positions in text and
 * whatever lies in parts they do not use. */
bool conf_scenario_equal(const struct conf_scenario *left, const struct conf_scenario *right);

#endif
