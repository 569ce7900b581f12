/* priority: a random number for each actor, drawn when it is first seen. What PCT and POS share. */
#ifndef FUZZ_EXPLORE_PRIORITY_H
#define FUZZ_EXPLORE_PRIORITY_H

#include "fakes/pick.h"

#define FUZZ_PRIORITIES_MAX 512u /* actors of one execution; more share the slots of others */

struct fuzz_priorities {
    uint32_t serial; /* of the execution: slots of others are free */
    struct {
        sim_actor_id actor;
        uint32_t serial;
        uint64_t value;
    } slot[FUZZ_PRIORITIES_MAX];
};

/* fuzz_priorities_reset forgets all priorities. Zeroed memory is an empty table. */
void fuzz_priorities_reset(struct fuzz_priorities *priorities);

/* fuzz_priority returns the place where an actor's priority lies; `fresh` is what it gets when it
 * is new. */
uint64_t *fuzz_priority(struct fuzz_priorities *priorities, sim_actor_id actor, uint64_t fresh);

#endif
