/* history: what happened in one execution of a scenario, as the harness saw it.
 *
 * A sequence of records, written by the runner in the order of the log they become part of. It is
 * all that the oracles judge, so they work on any port in any world, and on histories written by
 * hand. Records hold ordinals, tokens and codes, never pointers. */
#ifndef CONFORMANCE_HISTORY_H
#define CONFORMANCE_HISTORY_H

#include "conformance/port.h"
#include "conformance/scenario.h"

#include <stddef.h>
#include <stdint.h>

/* The runner itself as a thread: it creates, probes, drains and drops. */
#define CONF_CONTROLLER CONF_NONE

/* conf_thread_slot is the place of a thread in a table of CONF_THREADS_MAX + 1, the runner's is the
 * last. */
static inline unsigned conf_thread_slot(uint8_t thread)
{
    return thread == CONF_CONTROLLER ? CONF_THREADS_MAX : thread;
}

enum conf_record_kind {
    /* verbs; c = index of the verb + 1, 0 when it is the runner's own */
    CONF_RECORD_BEGIN, /* a = token, bytes, events or value asked for; b = interest, timeout (ns) or
                        * the `how` of the verb */
    CONF_RECORD_END,   /* word; a = count or the error taken, b = error code, or the
                        * nanoseconds that a poll took which is done */
    CONF_RECORD_EVENT, /* the poll verb running in `thread` on `source`: a = token, b = flags */
    /* the life of sources */
    CONF_RECORD_CREATED,    /* declared source: word done or failed, b = error code */
    CONF_RECORD_DROP_BEGIN, /* the drop takes effect, in this thread */
    CONF_RECORD_DROP_END,
    CONF_RECORD_BOUND,    /* `source` reads what `peer` sent in its epoch a; udp: its datagram a */
    CONF_RECORD_MISMATCH, /* code = enum conf_mismatch; a = offset, b = expected << 8 | got */
    CONF_RECORD_TASK,     /* code = enum conf_task_event of a waker of `source`, in this thread */
    /* the course of the execution */
    CONF_RECORD_IDLE,    /* nothing else can happen: the verb of `thread` on `source` is ended */
    CONF_RECORD_STUCK,   /* `thread` is blocked in a verb (code) that nothing can end */
    CONF_RECORD_SETTLED, /* all threads are done, every poll reported until it was empty */
    CONF_RECORD_LEFT,    /* after all drops: a = objects of the port, b = references outstanding */
    /* observations; code = machine, a = object, c = request (ordinals from 1, 0 none); source:
     * whose object it is, CONF_NONE when nobody knows */
    CONF_RECORD_OBJECT,      /* the object exists */
    CONF_RECORD_OBJECT_GONE, /* b = references it still had */
    CONF_RECORD_STATE,       /* b = from << 32 | to; word = 1 when the port says it is legal */
    CONF_RECORD_RETAIN,      /* b = references of the request, with this one */
    CONF_RECORD_RELEASE,     /* b = references of the request, before it is given back */
    CONF_RECORD_DISPATCH,    /* b = references << 32 | requests and packets still in flight */
    CONF_RECORD_KIND_COUNT
};

/* What happens to the wakers of a task. */
enum conf_task_event {
    CONF_TASK_CLONED,
    CONF_TASK_WOKEN, /* one waker is consumed */
    CONF_TASK_WOKEN_BY_REF,
    CONF_TASK_DROPPED, /* one waker is consumed */
    CONF_TASK_EVENT_COUNT
};

/* How received bytes differ from what may have been sent. */
enum conf_mismatch {
    CONF_MISMATCH_CORRUPT,    /* bytes nobody sent, or sent at another place */
    CONF_MISMATCH_HOLE,       /* bytes of the right sender, but some before them are missing */
    CONF_MISMATCH_CONNECTION, /* bytes of another connection */
    CONF_MISMATCH_COUNT
};

struct conf_record {
    uint16_t kind;  /* enum conf_record_kind */
    uint8_t code;   /* enum conf_verb_code, or as said above */
    uint8_t word;   /* enum conf_word */
    uint8_t thread; /* of the scenario, or CONF_CONTROLLER */
    uint8_t source; /* index or CONF_NONE */
    uint8_t peer;   /* (re)register, deregister: the poll; join: the thread; bound: the sender;
                     * accept: what is accepted; send-to, connect of udp: to whom; end of
                     * recv-from: the sender, CONF_NONE if that is none of the scenario;
                     * poll-*: the task, CONF_NONE for the runner's own */
    uint8_t flags;  /* CONF_RECORD_FLAG_* */
    uint64_t a, b, c;
};

/* Of verbs of the controller. */
#define CONF_RECORD_FLAG_PROBE 1u /* would the operation of an armed direction block? */
#define CONF_RECORD_FLAG_FINAL 2u /* a read when nothing more can arrive */
/* Of verbs that a task runs while it is told something: inside another verb of the thread. */
#define CONF_RECORD_FLAG_NESTED 4u

/* conf_record_format writes one record as a readable line without newline and without the thread,
 * and returns its length (cut at `size`). The port names machines and states; it may be NULL. */
size_t conf_record_format(const struct conf_record *record, const struct conf_scenario *scenario,
                          const struct conf_port *port, char *out, size_t size);

/* conf_thread_name returns the name of a thread of the scenario, "main" for the controller. */
const char *conf_thread_name(const struct conf_scenario *scenario, uint8_t thread);

#endif
