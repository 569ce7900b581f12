/* pick: the one place where a simulated world asks for a decision.
 *
 * Everything that real Windows may order or answer in more than one way is a choice among n
 * alternatives, made by a `sim_source`. Index 0 is always the dull one: stay on this thread,
 * first in first out, full transfer, no fault. A source that is exhausted answers 0, so truncated
 * or zeroed decisions mean "boring" and byte shrinkers work for free.
 *
 * Choices are identified by stable ids (who, after which of its steps, what), never by addresses
 * or by their index, so that recorded decisions survive a recompile and small edits of a program.
 *
 * Knows nothing of the world; the world and fuzz/explore both include this. */
#ifndef FAKES_PICK_H
#define FAKES_PICK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sim_pick_kind {
    SIM_PICK_ACTOR,   /* who runs next; ids are actor ids */
    SIM_PICK_OUTCOME, /* how a submitted request is answered (0 as modelled, 1 pending though done)
                       */
    SIM_PICK_BATCH,  /* how many packets a dequeue returns; value v means "v fewer than it could" */
    SIM_PICK_WAITER, /* which blocked thread a release wakes; ids are actor ids */
    SIM_PICK_CANCEL, /* how a cancel ends: 0 at once, 1 later (the request may still win) */
    SIM_PICK_SNAPSHOT,     /* which legal subset of events a poll reports; ids are event masks */
    SIM_PICK_RESULT_WRITE, /* when a result becomes visible: 0 as the dull mode, 1 the other time */
    SIM_PICK_FAULT,        /* 0 no fault, else the ordinal of the fault the call offers */
    SIM_PICK_TIME,     /* when a timeout fires: 0 exactly, 1 early by less than a tick, 2 late */
    SIM_PICK_TRANSFER, /* how much of a transfer happens: 0 all, else a shorter count */
    SIM_PICK_KIND_COUNT
};

/* A cost vector packed in 32 bits, one byte each. Sums saturate at 255 per component. */
#define SIM_COST_PREEMPTION UINT32_C(0x00000001)
#define SIM_COST_REORDERING UINT32_C(0x00000100)
#define SIM_COST_FAULT      UINT32_C(0x00010000)
#define SIM_COST_TIMEOUT    UINT32_C(0x01000000)

/* sim_cost_add adds two packed cost vectors component by component, saturating. */
static inline uint32_t sim_cost_add(uint32_t left, uint32_t right)
{
    uint32_t high = UINT32_C(0x80808080);
    uint32_t sum = ((left & ~high) + (right & ~high)) ^ ((left ^ right) & high);
    uint32_t carry = ((left & right) | ((left | right) & ~sum)) & high;
    return sum | (carry >> 7) * 0xffu;
}

/* Identity of an actor: a simulated thread is its ordinal (0 is the first, "main"); a kernel action
 * is named by what it does and by the request it serves: the thread that issued it and the number
 * of that thread's step. */
enum sim_actor_kind {
    SIM_ACTOR_THREAD = 0,
    SIM_ACTOR_CANCEL = 1,  /* a cancelled request that has yet to finish */
    SIM_ACTOR_RESULT = 2,  /* a completed request whose result is not yet visible */
    SIM_ACTOR_TIMER = 3,   /* a timed wait */
    SIM_ACTOR_SEGMENT = 4, /* a network segment in flight, sent in that step */
    SIM_ACTOR_WINDOW = 5,  /* the rest of a segment, for which that step made room */
    SIM_ACTOR_REPLY = 6,   /* what the network answers to the segment of that step */
    SIM_ACTOR_RESET = 7,   /* the reset of a connection begun in that step, by a listener's end */
    SIM_ACTOR_POLL = 8,    /* a poll that has its events and has yet to complete */
    SIM_ACTOR_ALARM = 9,   /* a moment the kernel has set for itself in that step */
    SIM_ACTOR_PACKET = 10, /* an ended request that is told of later */
    SIM_ACTOR_KIND_COUNT
};
typedef uint32_t sim_actor_id;
#define SIM_ACTOR_ID(kind, thread, step) \
    (((uint32_t)(kind) << 28) | (((uint32_t)(thread)&0xff) << 20) | ((uint32_t)(step)&0xfffff))
#define SIM_ACTOR_ID_KIND(id)   ((id) >> 28)
#define SIM_ACTOR_ID_THREAD(id) ((id) >> 28 == 0 ? (id) : (((id) >> 20) & 0xff))
#define SIM_ACTOR_ID_STEP(id)   ((id)&0xfffff)

/* Identity of a choice point: the actor that acts (or has just acted), its step ordinal, the kind,
 * and the ordinal of the choice among those of this kind in the same step. */
#define SIM_POINT(actor, kind, nth, step)                                                          \
    (((uint64_t)(actor) << 32) | ((uint64_t)((kind)&0xf) << 28) | ((uint64_t)((nth)&0xff) << 20) | \
     ((uint64_t)(step)&0xfffff))
#define SIM_POINT_ACTOR(point) ((sim_actor_id)((point) >> 32))
#define SIM_POINT_KIND(point)  ((enum sim_pick_kind)(((point) >> 28) & 0xf))
#define SIM_POINT_NTH(point)   ((uint32_t)(((point) >> 20) & 0xff))
#define SIM_POINT_STEP(point)  ((uint32_t)((point)&0xfffff))

/* What an actor is about to do, for strategies that look ahead; an approximation of its footprint.
 */
struct sim_pending {
    uint16_t op;
    uint32_t object; /* ordinal, 0 if it has none */
};

/* sim_pending_dependent guesses whether two operations will not commute. For samplers only: a
 * reduction must go by the footprints (fakes/footprint.h). */
bool sim_pending_dependent(const struct sim_pending *left, const struct sim_pending *right);

/* What a source is asked. All pointers are valid during the call only. */
struct sim_pick {
    uint64_t point;
    enum sim_pick_kind kind;
    uint16_t op;                       /* the visible operation at the point (enum sim_op) */
    uint32_t count;                    /* number of alternatives, at least 2 (1: see ask_alone) */
    const uint64_t *id;                /* stable id of each alternative, all different */
    const uint32_t *cost;              /* packed cost vector of each; cost[0] is 0 */
    uint32_t cost_union;               /* bitwise or of all of them */
    const struct sim_pending *pending; /* SIM_PICK_ACTOR: what each would do; else NULL */
};

/* An answer to a pick: end the execution here, without a verdict (sim_outcome.abandoned). */
#define SIM_PICK_STOP UINT32_MAX

/* A decision source. pick returns an index below pick->count, or SIM_PICK_STOP. It runs on the
 * stack of a simulated thread: it must not allocate much stack (2 KiB at most), call Win32 or
 * unwind. */
struct sim_step;
struct sim_source {
    uint32_t (*pick)(struct sim_source *source, const struct sim_pick *pick);
    /* The source looks only at count and cost_union of a choice whose alternatives cost no fault
     * and no timeout: the world may then leave id and cost NULL, which is cheaper. */
    bool by_count;
    /* Ask for the next actor even if there is only one. Such answers are not recorded. */
    bool ask_alone;
    /* NULL, or called at the end of every step with what it touched: strategies that reduce. */
    void (*step)(struct sim_source *source, const struct sim_step *step);
    /* The source has just changed by_count, ask_alone or step, in a pick of an actor: the world
     * looks at them again, for the step that follows on, and clears this. */
    bool refresh;
    /* So many answers are known beforehand: indexes, taken in turn without asking. One that is not
     * below the count of its choice ends the execution, as SIM_PICK_STOP does, and stays. */
    uint32_t script_left;
    const uint16_t *script;
};

/* sim_source_script takes the next answer of a script that has one left; SIM_PICK_STOP if there are
 * only `count` alternatives and it is none of them. */
static inline uint32_t sim_source_script(struct sim_source *source, uint32_t count)
{
    uint32_t index = *source->script;
    if (__builtin_expect(index >= count, 0)) {
        return SIM_PICK_STOP;
    }
    source->script++;
    source->script_left--;
    return index;
}

/* sim_source_ask asks a source, or takes the next answer of its script: what the world does, and
 * every source that passes questions on to another. */
static inline uint32_t sim_source_ask(struct sim_source *source, const struct sim_pick *pick)
{
    return source->script_left == 0 ? source->pick(source, pick)
                                    : sim_source_script(source, pick->count);
}

/* sim_source_follow has a source that passes questions on want what the other, `inner`, wants.
 * sim_source_pass passes one on, and follows when the other has changed what it wants. What is done
 * with steps is the caller's. */
static inline void sim_source_follow(struct sim_source *source, const struct sim_source *inner)
{
    source->by_count = inner->by_count;
    source->ask_alone = inner->ask_alone;
}

static inline uint32_t sim_source_pass(struct sim_source *source, struct sim_source *inner,
                                       const struct sim_pick *pick)
{
    uint32_t index = sim_source_ask(inner, pick);
    if (inner->refresh) {
        inner->refresh = false;
        source->refresh = true;
        sim_source_follow(source, inner);
    }
    return index;
}

/* One decision as the world records it, whatever the source. */
struct sim_decision {
    uint64_t point;
    uint64_t chosen; /* id of the alternative taken */
    uint32_t cost;   /* its cost vector */
    uint16_t index;  /* its index at the time; 0 is the dull choice */
    uint16_t count;
    uint16_t op;
    uint16_t reserved[3];
};

/* Where the world records: memory of the caller, possibly shared with another process. When it is
 * full, count stops at capacity and `dropped` is set. */
struct sim_decision_log {
    uint32_t count;
    uint32_t capacity;
    uint32_t dropped;
    uint32_t reserved;
    struct sim_decision item[];
};

/* sim_decision_log_size returns the bytes a log of `capacity` decisions takes. */
size_t sim_decision_log_size(uint32_t capacity);

/* ---- sources that fakes brings; fuzz/explore brings the rest through the same interface ---- */

/* dull: always index 0. */
extern struct sim_source sim_source_dull;

/* random: a random walk. Every alternative has weight 16, but those that cost a fault or a timeout
 * have `odd_weight` (1 .. 16): low values keep them rare. Initialise before each execution. */
struct sim_source_random {
    struct sim_source source;
    uint64_t state;
    uint32_t odd_weight;
};
void sim_source_random_init(struct sim_source_random *random, uint64_t seed, uint32_t odd_weight);
/* sim_source_random_next draws 64 bits (splitmix64): for strategies that build on this source. */
uint64_t sim_source_random_next(struct sim_source_random *random);

/* bytes: each choice consumes one byte (two when there are more than 256 alternatives), modulo the
 * count; dull when the bytes are used up. The bytes stay the caller's and are not copied. */
struct sim_source_bytes {
    struct sim_source source;
    const uint8_t *data;
    size_t size;
    size_t used;
};
void sim_source_bytes_init(struct sim_source_bytes *bytes, const uint8_t *data, size_t size);

/* replay: takes the decisions given, each at its point, and the dull choice everywhere else. So a
 * list holds only the deviations from the dull schedule, in the order in which they happen.
 * A decision whose alternative is not on offer at its point, or whose point is never reached, is a
 * divergence: `diverged` counts them and `first_divergence` is the index of the first. With
 * `repair` such decisions are skipped and those after them still apply; without, everything after
 * the first is dull. The array stays the caller's. */
struct sim_source_replay {
    struct sim_source source;
    const struct sim_decision *item;
    uint32_t count;
    uint32_t next;
    bool repair;
    uint32_t diverged;
    uint32_t first_divergence;
};
void sim_source_replay_init(struct sim_source_replay *replay, const struct sim_decision *item,
                            uint32_t count, bool repair);
/* sim_source_replay_finish counts decisions never reached; call it after the execution. It returns
 * true when everything was followed. */
bool sim_source_replay_finish(struct sim_source_replay *replay);

/* sim_decisions_deviations copies the decisions of `log` that are not dull to `out` (room for
 * `capacity`), and returns how many there are in all. The result replays the execution. */
uint32_t sim_decisions_deviations(const struct sim_decision_log *log, struct sim_decision *out,
                                  uint32_t capacity);

#endif
