/* log: the one append-only history of an execution, written by fakes and by the harness.
 *
 * Its hash, the history that oracles judge, happens-before classes and pictures are views of it.
 * No pointer, no host time and no address-dependent value ever enters it. */
#ifndef FAKES_LOG_H
#define FAKES_LOG_H

#include "fakes/pick.h"

enum sim_event_kind {
    SIM_EVENT_STEP = 1,     /* actor did `op` on `object`: a = first argument, b = second */
    SIM_EVENT_RETURN,       /* the call of `op` returned: a = result, b = last error */
    SIM_EVENT_SUBMIT,       /* request `object` accepted: a = file object, b = length */
    SIM_EVENT_COMPLETE,     /* request `object` completed: a = status, b = information */
    SIM_EVENT_RESULT,       /* result of request `object` became visible */
    SIM_EVENT_PACKET,       /* packet queued at port `object`: a = request or 0, b = key */
    SIM_EVENT_DEQUEUE,      /* packet taken from port `object`: a = request or 0, b = key */
    SIM_EVENT_BLOCK,        /* actor blocks in `op` on `object` */
    SIM_EVENT_WAKE,         /* actor `a` is released by this actor */
    SIM_EVENT_THREAD_START, /* thread a starts */
    SIM_EVENT_THREAD_EXIT,
    SIM_EVENT_FAULT,          /* fault a injected into `op` */
    SIM_EVENT_CLOCK,          /* the clock advanced to a (100 ns units) */
    SIM_EVENT_CREATE,         /* object `object` of type a was created; b = its handle or 0 */
    SIM_EVENT_NOTE,           /* spare, for C bodies: a and b are theirs */
    SIM_EVENT_HARNESS = 0x100 /* kinds from here on belong to the harness */
};

/* One entry: 40 bytes, all of it enters the hash. */
struct sim_event {
    uint16_t kind;
    uint16_t op;        /* enum sim_op, or the harness's */
    sim_actor_id actor; /* who */
    uint32_t object;    /* ordinal of the object, in order of creation; 0 none */
    uint32_t step;      /* the actor's step ordinal */
    uint64_t a, b, c;
};

struct sim_log;

/* sim_log_count and sim_log_at read a log; at returns NULL beyond the end. Entries do not move. */
size_t sim_log_count(const struct sim_log *log);
const struct sim_event *sim_log_at(const struct sim_log *log, size_t index);
/* sim_log_hash returns the hash of everything in the log so far. */
uint64_t sim_log_hash(const struct sim_log *log);

/* sim_log_note appends an entry of the calling simulated thread (kind >= SIM_EVENT_HARNESS, or
 * SIM_EVENT_NOTE) and returns its index. Not a visible step. */
size_t sim_log_note(uint16_t kind, uint16_t op, uint32_t object, uint64_t a, uint64_t b,
                    uint64_t c);

/* sim_event_format writes one entry as a readable line without newline (entries of fakes only;
 * harness kinds are the harness's to print) and returns its length. `names` are the names of the
 * simulated threads by ordinal, NULL for "main", "t1", "t2" ... */
size_t sim_event_format(const struct sim_event *event, const char *const *names,
                        uint32_t name_count, char *out, size_t size);

#endif
