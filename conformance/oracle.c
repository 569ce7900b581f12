#include "conformance/oracle.h"

#include "conformance/oracle_data.h"
#include "conformance/oracle_deadlock.h"
#include "conformance/oracle_error.h"
#include "conformance/oracle_event.h"
#include "conformance/oracle_missing.h"
#include "conformance/oracle_object.h"
#include "conformance/oracle_outcome.h"
#include "conformance/oracle_socket.h"
#include "conformance/oracle_stream.h"
#include "conformance/oracle_wakeup.h"

#include <assert.h>
#include <string.h>

#define ON(kind)   (1u << CONF_RECORD_##kind)
#define VERB(code) (1u << CONF_VERB_##code)

/* Verbs that only sockets and user-made sources have. */
#define READING (VERB(READ) | VERB(READV) | VERB(PEEK))
#define ON_SOCKETS                                                                              \
    (VERB(ACCEPT) | VERB(PEEK) | VERB(READV) | VERB(WRITEV) | VERB(RECV_FROM) | VERB(SEND_TO) | \
     VERB(OPTION) | VERB(ADDRESS) | VERB(URGENT) | VERB(READY) | VERB(SHUTDOWN))
/* Verbs on sources that can report an error. */
#define FALLIBLE                                                                      \
    (VERB(REGISTER) | VERB(REREGISTER) | VERB(DEREGISTER) | VERB(WAKE) | VERB(OPEN) | \
     VERB(CONNECT) | VERB(DISCONNECT) | VERB(READ) | VERB(WRITE) | VERB(TAKE_ERROR) | ON_SOCKETS)
/* Verbs that are reasons for events. */
#define STIMULI (FALLIBLE & ~VERB(TAKE_ERROR))

/* Verbs that poll streams in memory, and all that work on one side of them. */
#define POLLING   (VERB(POLL_READ) | VERB(POLL_WRITE) | VERB(POLL_WRITEV))
#define STREAMING (POLLING | VERB(READ) | VERB(WRITE) | VERB(FLUSH) | VERB(SHUTDOWN))

/* A row that reads the history, and one that the simulated world reports by itself. */
#define ROW(oracle, clause_id, its_level, its_kinds, its_verbs, function, line)      \
    {                                                                                \
        .id = oracle, .clause = clause_id, .level = CONF_##its_level, .about = line, \
        .kinds = its_kinds, .verbs = its_verbs, .see = function                      \
    }
#define WORLD(oracle, clause_id, line)                                       \
    {                                                                        \
        .id = oracle, .clause = clause_id, .level = CONF_MUST, .about = line \
    }

const struct conf_oracle conf_oracle_table[] = {
    ROW("lost-wakeup", "POLL-1", MUST, ON(END) | ON(SETTLED) | ON(STUCK),
        VERB(READ) | VERB(WRITE) | VERB(ACCEPT) | VERB(RECV_FROM) | VERB(SEND_TO) | POLLING,
        conf_see_lost_wakeup, "an armed direction is ready and no event says so"),
    ROW("stale-token", "REG-3", MUST, ON(EVENT), 0, conf_see_stale_token,
        "a poll reports a token that was given up before it"),
    ROW("false-eof", "PIPE-5", MUST, ON(END) | ON(EVENT), READING | VERB(POLL_READ),
        conf_see_false_eof, "the end is reported although the peer has not closed"),
    ROW("wrong-error", "PIPE-8", MUST, ON(END), FALLIBLE | VERB(POLL), conf_see_wrong_error,
        "an error code that nothing explains"),
    ROW("cross-connection", "PIPE-6", MUST, ON(MISMATCH) | ON(EVENT), 0, conf_see_cross_connection,
        "bytes of one connection arrive on another"),
    ROW("data-corruption", "PIPE-3", MUST, ON(MISMATCH), 0, conf_see_data_corruption,
        "bytes arrive that were not sent"),
    ROW("data-loss", "PIPE-4", MUST, ON(MISMATCH) | ON(END), READING | VERB(POLL_READ),
        conf_see_data_loss, "accepted bytes never arrive"),
    ROW("deadlock", "LIVE-1", MUST, ON(STUCK), 0, conf_see_deadlock,
        "a thread is blocked for ever in a verb"),
    ROW("memory-leak", "MEM-3", MUST, ON(LEFT), 0, conf_see_memory_leak,
        "objects are left after the last drop"),
    ROW("event-storm", "POLL-5", SHOULD, ON(BEGIN) | ON(END) | ON(DROP_BEGIN) | ON(EVENT),
        STIMULI | STREAMING, conf_see_event_storm, "more events than reasons"),
    ROW("empty-poll", "POLL-3", SHOULD, ON(END), VERB(POLL), conf_see_empty_poll,
        "a poll returns early without an event"),
    ROW("interest-exceeded", "POLL-4", SHOULD, ON(EVENT), 0, conf_see_interest_exceeded,
        "readiness that was not asked for"),
    ROW("illegal-transition", "STATE-1", SHOULD, ON(STATE), 0, conf_see_illegal_transition,
        "a state machine makes a forbidden step"),
    ROW("reference-leak", "MEM-2", SHOULD, ON(SETTLED) | ON(LEFT), 0, conf_see_reference_leak,
        "a reference is never given back"),
    ROW("reference-underflow", "MEM-1", SHOULD,
        ON(SETTLED) | ON(DISPATCH) | ON(RELEASE) | ON(OBJECT_GONE), 0, conf_see_reference_underflow,
        "a reference is given back that was not held"),
    ROW("outcome", "LITMUS-1", SHOULD, ON(LEFT), 0, conf_see_outcome,
        "an outcome that the scenario does not allow"),
    ROW("wrong-result", "STREAM-1", MUST, ON(END) | ON(CREATED), STREAMING | VERB(ADDRESS),
        conf_see_wrong_result, "an operation answers what nothing explains"),
    ROW("double-wake", "STREAM-6", MUST, ON(TASK), 0, conf_see_double_wake,
        "a waker is consumed twice"),
    ROW("waker-leak", "STREAM-6", MUST, ON(LEFT), 0, conf_see_waker_leak,
        "a waker is never consumed"),
    ROW("spurious-wake", "STREAM-7", SHOULD, ON(END), STREAMING, conf_see_spurious_wake,
        "an operation that moved nothing wakes somebody"),
    ROW("wrong-event", "NET-5", SHOULD, ON(EVENT), 0, conf_see_wrong_event,
        "an event has a bit that nothing explains"),
    ROW("overdue-event", "POLL-11", SHOULD,
        ON(BEGIN) | ON(END) | ON(DROP_BEGIN) | ON(IDLE) | ON(EVENT), UINT32_MAX,
        conf_see_overdue_event, "an event comes after the poll that it was due in"),
    ROW("missing-error", "PIPE-13", SHOULD, ON(END), FALLIBLE, conf_see_missing_error,
        "an operation answers as if it had not failed"),
    WORLD("livelock", "LIVE-2", "too many steps without an end"),
    WORLD("assertion", "STATE-2", "the code under test found itself wrong"),
    WORLD("use-after-free", "MEM-4", "memory is used after it was freed"),
    WORLD("kernel-write-after-free", "MEM-5", "the kernel writes to freed memory"),
    WORLD("buffer-touched", "MEM-6", "a buffer is touched that the kernel owns"),
    WORLD("slot-reuse", "MEM-7", "two requests on one OVERLAPPED"),
    WORLD("handle-leak", "MEM-8", "handles are left after the last drop"),
    WORLD("misuse", "MEM-9", "a system call that is never right"),
    WORLD("unmodelled", "SIM-1", "the simulator does not know what Windows would do"),
};
static_assert(sizeof(conf_oracle_table) / sizeof(conf_oracle_table[0]) == CONF_ORACLE_COUNT,
              "the count is right");

const char *const conf_oracle_ids[] = {
    "lost-wakeup",
    "stale-token",
    "false-eof",
    "wrong-error",
    "cross-connection",
    "data-corruption",
    "data-loss",
    "deadlock",
    "memory-leak",
    "event-storm",
    "empty-poll",
    "interest-exceeded",
    "illegal-transition",
    "reference-leak",
    "reference-underflow",
    "outcome",
    "wrong-result",
    "double-wake",
    "waker-leak",
    "spurious-wake",
    "wrong-event",
    "overdue-event",
    "missing-error",
    "livelock",
    "assertion",
    "use-after-free",
    "kernel-write-after-free",
    "buffer-touched",
    "slot-reuse",
    "handle-leak",
    "misuse",
    "unmodelled",
    NULL,
};

const struct conf_oracle *conf_oracle_find(const char *id)
{
    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        if (strcmp(conf_oracle_table[i].id, id) == 0) {
            return &conf_oracle_table[i];
        }
    }
    return NULL;
}

bool conf_oracle_is_on(const struct conf_scenario *scenario, const char *id)
{
    if (!scenario->forbid_given) {
        return true;
    }
    for (unsigned i = 0; i < scenario->forbid_count; i++) {
        if (strcmp(scenario->forbid[i], id) == 0) {
            return true;
        }
    }
    return false;
}
