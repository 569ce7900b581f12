/* dpor: the state of the strategy of that name, shared by its two modules: strategy_dpor.c (paths,
 * sleep sets) and dpor_races.c (vector clocks, races, backtrack points). */
#ifndef FUZZ_EXPLORE_DPOR_H
#define FUZZ_EXPLORE_DPOR_H

#include "fakes/footprint.h"
#include "fuzz/explore/split.h"
#include "fuzz/explore/strategy.h"

#define DPOR_NODES_MAX     16384u
#define DPOR_EVENTS_MAX    16384u
#define DPOR_ENABLED_MAX   32u
#define DPOR_PROCESSES_MAX 48u
#define DPOR_CLOCK_UNIT    8u /* entries that are handled together; divides the above */
#define DPOR_ASLEEP_MAX    256u
#define DPOR_POOL_MAX      131072u
#define DPOR_TOUCHES_MAX   131072u
#define DPOR_RESOURCES     8192u /* hash table of resources of one execution: a power of two */
#define DPOR_NAPS_MAX      65536u
#define DPOR_WAKES_MAX     16384u
#define DPOR_NO_NODE       UINT32_MAX
#define DPOR_NO_ACCESS     UINT32_MAX

/* Part of a pool of touches. */
struct dpor_slice {
    uint32_t first;
    uint16_t count;
    bool everything, barrier;
};

struct dpor_sleeper {
    sim_actor_id actor;
    struct dpor_slice touched; /* in `pool` */
};

/* A sleeper was woken. */
struct dpor_wake {
    uint32_t event;            /* by the transition that begins here */
    struct dpor_slice touched; /* in `pool`: what the sleeper would have */
};

/* A choice on the path. */
struct dpor_node {
    bool is_data;
    uint8_t chosen;        /* actors: index into enabled */
    uint8_t enabled_count; /* actors */
    uint8_t sleeper_count;
    uint16_t index, count;            /* data */
    uint32_t event;                   /* the step it decides or lies in */
    uint32_t actors;                  /* choices of actors below it on the path */
    uint32_t backtrack, done, asleep; /* actors: sets of indexes into enabled */
    uint32_t touch_end;               /* its slice of the pool ends here; the next node's begins */
    uint32_t nap_first, nap_count; /* actors: who slept when the choice was first made, in `nap` */
    sim_actor_id enabled[DPOR_ENABLED_MAX];
    struct dpor_sleeper sleeper[DPOR_ENABLED_MAX]; /* explored from here */
};

/* A step of the running execution. Of its clock as many entries are valid as dpor.width says. */
struct dpor_event {
    uint32_t node;     /* the choice before it, DPOR_NO_NODE if it was none */
    uint32_t start;    /* itself, or the step it goes on with: nobody is asked before a release */
    uint32_t previous; /* event of its process; meaningless for the first */
    uint32_t everything_before; /* last_everything before it */
    uint16_t number;            /* within its process, from 1 */
    uint16_t op;
    struct dpor_slice touched; /* in `touch` */
    uint8_t process;
    bool meets; /* an access of another process is in conflict with it */
    _Alignas(16) uint16_t clock[DPOR_PROCESSES_MAX];
};
_Static_assert(sizeof(struct dpor_event) == 128, "events are found by shifts");

struct dpor_process {
    sim_actor_id actor;
    uint16_t count; /* of its events */
    uint32_t last;  /* its last event, which has its clock */
};

/* A touch of a resource, linked to the one before; access i is that of touch i. */
struct dpor_access {
    uint32_t event;
    uint32_t before; /* index, DPOR_NO_ACCESS */
    uint16_t slot;   /* of its resource: to take it back */
    uint16_t mode;
};

struct dpor {
    struct sim_source source;
    uint32_t started, exhausted;
    uint32_t overflow;         /* some bound was hit: nothing is complete */
    uint32_t nondeterministic; /* the subject did something else under the same decisions */
    uint32_t blocked_now;
    uint64_t sleep_blocked; /* executions given up because all that could run slept */
    uint32_t depth, at;
    struct fuzz_split split; /* by choices of actors */
    uint32_t fresh_at;  /* the choice before the first step that differs from the last execution */
    uint32_t node_now;  /* the choice before the step that runs, until the step is told */
    uint32_t node_last; /* the last choice of an actor in this execution */
    bool asked;         /* who runs, since the last step */
    bool expands;       /* each choice takes all that are awake, whatever the races say */
    uint32_t event_count, touch_count, process_count, asleep_count;
    uint32_t wake_count;
    uint32_t raced_count;     /* events whose races have been looked for */
    uint32_t width;           /* of clocks: a multiple of DPOR_CLOCK_UNIT, at least process_count */
    uint32_t last_everything; /* the last step that depends on all, plus one; 0 none */
    /* From here on nothing is cleared by init. */
    struct dpor_node node[DPOR_NODES_MAX];
    struct dpor_event event[DPOR_EVENTS_MAX];
    struct dpor_process process[DPOR_PROCESSES_MAX];
    struct dpor_sleeper asleep[DPOR_ASLEEP_MAX];
    struct dpor_sleeper nap[DPOR_NAPS_MAX];   /* stack discipline, by node */
    struct dpor_wake wake[DPOR_WAKES_MAX];    /* of this execution, by event */
    struct sim_touch pool[DPOR_POOL_MAX];     /* what done actors touched; stack discipline */
    struct sim_touch touch[DPOR_TOUCHES_MAX]; /* of this execution's events */
    struct dpor_access access[DPOR_TOUCHES_MAX];
    uint16_t script[DPOR_NODES_MAX]; /* what each node says, for the world to follow */
    uint32_t resource_serial;
    uint32_t resource_used; /* slots */
    struct {
        sim_resource resource;
        uint32_t serial; /* of the execution that used the slot */
        uint32_t last;   /* access */
    } resource[DPOR_RESOURCES];
};

_Static_assert(sizeof(struct dpor) <= FUZZ_STRATEGY_MEMORY_MAX,
               "the strategy's block is too small");

/* dpor_event_add appends the event of a step that has happened, makes its clock and notes its
 * accesses. It returns its index, DPOR_NO_NODE when there is no room. With `races` it ends the
 * transition before it unless it goes on with that. */
uint32_t dpor_event_add(struct dpor *dpor, const struct sim_step *step, uint32_t node, bool races);

/* dpor_end_transition looks for the earlier steps that the steps since the last call race with, and
 * adds backtrack points. A transition is a step that was chosen and those that went on with it; all
 * of them get the clock of its end: who depends on one of them is after all, and after all they are
 * after. (Were races looked for step by step, a transition would pass for an initial of what only
 * its later steps are in conflict with, and a sleeping actor for one that covers a race which it
 * has no part in.)
 *
 * What a transition touches may hang on what it finds. Whoever is in conflict with what a sleeper
 * would have touched before it was woken, and could have run before its waker, is taken to race
 * with that: the sleeper itself may since have touched something else, and show no such race. */
void dpor_end_transition(struct dpor *dpor);

/* dpor_conflict tells whether two sets of touches, in these pools, are in conflict. */
bool dpor_conflict(const struct dpor_slice *left, const struct sim_touch *left_pool,
                   const struct dpor_slice *right, const struct sim_touch *right_pool);

/* dpor_blocked_races looks for the races of an actor that ended the execution before a lock. */
void dpor_blocked_races(struct dpor *dpor, sim_actor_id actor, sim_resource lock);

/* dpor_class_hash returns a hash of the happens-before order of the execution: equivalent
 * executions have the same one. */
uint64_t dpor_class_hash(const struct dpor *dpor);

/* dpor_keep_events takes back all events of the last execution but the first `count`. */
void dpor_keep_events(struct dpor *dpor, uint32_t count);

#endif
