/* priority: an open hash table that a new serial number empties. */
#include "fuzz/explore/priority.h"

#include <string.h>

void fuzz_priorities_reset(struct fuzz_priorities *priorities)
{
    if (++priorities->serial == 0) {
        memset(priorities, 0, sizeof *priorities);
        priorities->serial = 1;
    }
}

uint64_t *fuzz_priority(struct fuzz_priorities *priorities, sim_actor_id actor, uint64_t fresh)
{
    uint32_t at = (actor * UINT32_C(0x9E3779B1)) >> 23;
    for (uint32_t tries = 0; tries < FUZZ_PRIORITIES_MAX; tries++) {
        if (priorities->slot[at].serial != priorities->serial) {
            priorities->slot[at].serial = priorities->serial;
            priorities->slot[at].actor = actor;
            priorities->slot[at].value = fresh;
            break;
        }
        if (priorities->slot[at].actor == actor) {
            break;
        }
        at = (at + 1) % FUZZ_PRIORITIES_MAX;
    }
    return &priorities->slot[at].value;
}
