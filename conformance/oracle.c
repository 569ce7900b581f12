#include "conformance/oracle.h"

#include "conformance/oracle_data.h"
#include "conformance/oracle_deadlock.h"
#include "conformance/oracle_error.h"
#include "conformance/oracle_event.h"
#include "conformance/oracle_object.h"
#include "conformance/oracle_outcome.h"
#include "conformance/oracle_wakeup.h"

#include <assert.h>
#include <string.h>

#define ON(kind) (1u << CONF_RECORD_##kind)

/* Column order: id, clause, level, about, kinds, see. */
const struct conf_oracle conf_oracle_table[] = {
    /* judged from the history, in any world */
    {"lost-wakeup", "POLL-1", CONF_MUST, "an armed direction is ready and no event says so",
     ON(END) | ON(SETTLED) | ON(STUCK), conf_see_lost_wakeup},
    {"stale-token", "REG-3", CONF_MUST, "a poll reports a token that was given up before it",
     ON(EVENT), conf_see_stale_token},
    {"false-eof", "PIPE-5", CONF_MUST, "the end is reported although the peer has not closed",
     ON(END) | ON(EVENT), conf_see_false_eof},
    {"wrong-error", "PIPE-8", CONF_MUST, "an error code that nothing explains", ON(END),
     conf_see_wrong_error},
    {"cross-connection", "PIPE-6", CONF_MUST, "bytes of one connection arrive on another",
     ON(MISMATCH), conf_see_cross_connection},
    {"data-corruption", "PIPE-3", CONF_MUST, "bytes arrive that were not sent", ON(MISMATCH),
     conf_see_data_corruption},
    {"data-loss", "PIPE-4", CONF_MUST, "accepted bytes never arrive", ON(MISMATCH) | ON(END),
     conf_see_data_loss},
    {"deadlock", "LIVE-1", CONF_MUST, "a thread is blocked for ever in a verb", ON(STUCK),
     conf_see_deadlock},
    {"memory-leak", "MEM-3", CONF_MUST, "objects are left after the last drop", ON(LEFT),
     conf_see_memory_leak},
    {"event-storm", "POLL-5", CONF_SHOULD, "more events than reasons",
     ON(BEGIN) | ON(END) | ON(DROP_BEGIN) | ON(EVENT), conf_see_event_storm},
    {"empty-poll", "POLL-3", CONF_SHOULD, "a poll returns early without an event", ON(END),
     conf_see_empty_poll},
    {"interest-exceeded", "POLL-4", CONF_SHOULD, "readiness that was not asked for", ON(EVENT),
     conf_see_interest_exceeded},
    {"illegal-transition", "STATE-1", CONF_SHOULD, "a state machine makes a forbidden step",
     ON(STATE), conf_see_illegal_transition},
    {"reference-leak", "MEM-2", CONF_SHOULD, "a reference is never given back",
     ON(SETTLED) | ON(LEFT), conf_see_reference_leak},
    {"reference-underflow", "MEM-1", CONF_SHOULD, "a reference is given back that was not held",
     ON(SETTLED) | ON(DISPATCH) | ON(RELEASE) | ON(OBJECT_GONE), conf_see_reference_underflow},
    {"outcome", "LITMUS-1", CONF_SHOULD, "an outcome that the scenario does not allow",
     ON(END) | ON(LEFT), conf_see_outcome},
    /* reported by the simulated world */
    {"livelock", "LIVE-2", CONF_MUST, "too many steps without an end", 0, NULL},
    {"assertion", "STATE-2", CONF_MUST, "the code under test found itself wrong", 0, NULL},
    {"use-after-free", "MEM-4", CONF_MUST, "memory is used after it was freed", 0, NULL},
    {"kernel-write-after-free", "MEM-5", CONF_MUST, "the kernel writes to freed memory", 0, NULL},
    {"buffer-touched", "MEM-6", CONF_MUST, "a buffer is touched that the kernel owns", 0, NULL},
    {"slot-reuse", "MEM-7", CONF_MUST, "two requests on one OVERLAPPED", 0, NULL},
    {"handle-leak", "MEM-8", CONF_MUST, "handles are left after the last drop", 0, NULL},
    {"misuse", "MEM-9", CONF_MUST, "a system call that is never right", 0, NULL},
    {"unmodelled", "SIM-1", CONF_MUST, "the simulator does not know what Windows would do", 0,
     NULL},
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

const char *conf_oracle_clause(const char *id)
{
    const struct conf_oracle *oracle = conf_oracle_find(id);

    return oracle != NULL ? oracle->clause : "";
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
