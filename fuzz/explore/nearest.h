/* nearest: the passing run next to a failing one: the smallest change of its decisions under which
 * nothing is found, as late in the execution as there is one.
 *
 * First each decision is left out, the last one first; then each choice of the execution is taken
 * otherwise, the last one first, with faults and timeouts only where the failing run has them. What
 * passes first is the nearest. */
#ifndef FUZZ_EXPLORE_NEAREST_H
#define FUZZ_EXPLORE_NEAREST_H

#include "fuzz/explore/worker.h"

#define FUZZ_NEAREST_EXECUTIONS_MAX 5000u
#define FUZZ_NEAREST_LIMIT_MS       5000u

struct fuzz_nearest {
    bool found;
    struct sim_decision *item; /* deviations from the dull schedule, owned */
    uint32_t count;
    uint64_t executions; /* tried */
};

/* fuzz_nearest_find looks for the passing run next to the one that `subject` makes under these
 * deviations. It returns false when the host refuses memory or processes. The caller gives *nearest
 * back with fuzz_nearest_deinit in any case. */
bool fuzz_nearest_find(struct fuzz_subject *subject, const struct sim_decision *item,
                       uint32_t count, struct fuzz_nearest *nearest);
void fuzz_nearest_deinit(struct fuzz_nearest *nearest);

#endif
