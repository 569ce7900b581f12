/* shrink: makes a finding small, in program and decisions, without losing it.
 *
 * Greedy, in this order, until nothing helps any more:
 *   1. leave out decisions: all of them, halves, quarters ... single ones (ddmin; Zeller,
 *      Hildebrandt 2002);
 *   2. take one reduction of the program, replay the decisions with repair, and if the finding is
 *      gone search for it again for a short while; keep the reduction when it is back.
 * The end is 1-minimal: leaving out any one decision, or taking any one reduction, loses the
 * finding as far as replay and that short search can tell. Candidates run in a worker process, so
 * crashes shrink like anything else. Deterministic, but for the time limit. */
#ifndef FUZZ_EXPLORE_SHRINK_H
#define FUZZ_EXPLORE_SHRINK_H

#include "fuzz/explore/finding.h"

struct fuzz_shrink_options {
    uint64_t seed;
    uint64_t research_executions; /* of the short search after a reduction; 0: the default */
    uint64_t limit_ms;            /* stop and keep the best after this time; 0: the default */
    uint32_t hang_ms;             /* as for workers */
    fuzz_tick tick;               /* may be NULL */
    void *tick_argument;
};

struct fuzz_shrink_statistics {
    uint64_t candidates; /* tried */
    uint64_t executions;
    uint64_t elapsed_ns;
};

/* fuzz_shrink makes *finding smaller in place, names it anew and sets `minimal` and `stable`. A
 * finding that does not replay is left as it is with stable == false. It returns false when the
 * host refuses memory or processes. */
bool fuzz_shrink(struct fuzz_finding *finding, const struct fuzz_shrink_options *options,
                 struct fuzz_shrink_statistics *statistics);

#endif
