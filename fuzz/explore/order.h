/* order: which happens-before class an execution belongs to.
 *
 * Two executions are of the same class when they differ only in the order of steps that commute,
 * and in nothing that was decided beside the order. Each step is hashed with the steps it directly
 * depends on: the last of its actor, and the conflicting ones on each resource it touches
 * (fakes/footprint.h); the sum over the steps is the hash of the class. Nothing that depends on the
 * order of others, such as addresses and arrival numbers, enters it but through these dependencies.
 *
 * A wrapper around a decision source, in memory that is not cleared between executions. */
#ifndef FUZZ_EXPLORE_ORDER_H
#define FUZZ_EXPLORE_ORDER_H

#include "fakes/footprint.h"

#define FUZZ_ORDER_ACTORS    1024u /* hash tables: powers of two */
#define FUZZ_ORDER_RESOURCES 8192u

struct fuzz_order {
    struct sim_source source;
    struct sim_source *inner;
    uint32_t serial; /* of the execution that uses a slot */
    uint32_t actor_count, resource_count;
    bool overflow;
    uint64_t sum;  /* of the steps so far */
    uint64_t base; /* the last step that depends on all before it */
    struct {
        sim_actor_id actor;
        uint32_t serial;
        uint64_t last;
        uint64_t steps;
    } actor[FUZZ_ORDER_ACTORS];
    struct {
        sim_resource resource;
        uint32_t serial;
        uint64_t written; /* the last step that wrote it */
        uint64_t read;    /* sum of the steps that have read it since */
    } resource[FUZZ_ORDER_RESOURCES];
};

/* fuzz_order_begin returns a source that asks `inner` and watches the steps; both live until the
 * end of the execution. Zeroed memory is ready for use. */
struct sim_source *fuzz_order_begin(struct fuzz_order *order, struct sim_source *inner);

/* fuzz_order_class returns the class of the execution that has ended, whose decisions are `log`; 0
 * when it was too large to tell. */
uint64_t fuzz_order_class(const struct fuzz_order *order, const struct sim_decision_log *log);

#endif
