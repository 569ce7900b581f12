/* prove: shows that no cheaper schedule breaks the program in the same way.
 *
 * A cost vector is cheaper than another when no component is larger and one is smaller. Everything
 * cheaper than (c1, c2, ...) lies within the bounds (c1 - 1, c2, ...), (c1, c2 - 1, ...) and so on:
 * each of them is searched by plain bounded depth-first search, which leaves nothing out. A cheaper
 * schedule that shows up takes the place of the finding, and the proof begins anew. */
#ifndef FUZZ_EXPLORE_PROVE_H
#define FUZZ_EXPLORE_PROVE_H

#include "fuzz/explore/shrink.h"

struct fuzz_proof {
    bool proved;         /* no cheaper schedule has the finding: only when that is true */
    uint32_t improved;   /* how often a cheaper schedule was found on the way */
    uint64_t executions; /* of all searches */
    uint64_t elapsed_ns;
};

/* fuzz_prove makes a stable finding as cheap as its program allows. Of the options it uses hang_ms,
 * limit_ms and the tick. It returns false when the host refuses memory or processes. */
bool fuzz_prove(struct fuzz_finding *finding, const struct fuzz_shrink_options *options,
                struct fuzz_proof *proof);

#endif
