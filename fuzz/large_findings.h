/* large_findings: findings with hundreds of decisions, as a search leaves them, to be shrunk: by
 * the suite that says what is minimal, and by the bench that says how long it takes. */
#ifndef FUZZ_LARGE_FINDINGS_H
#define FUZZ_LARGE_FINDINGS_H

#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/search.h"

#define FUZZ_LARGE_DECISIONS 200u /* at least */

/* A finding and what it was found in. */
struct fuzz_large_finding {
    struct fuzz_body_subject body; /* of a C body */
    struct fuzz_subject *subject;  /* owned, if it is not that one */
    struct fuzz_search_result result;
    struct fuzz_finding *finding; /* in the result */
};

/* Each finds one by a random walk, for whoever gives it back with fuzz_large_finding_deinit in any
 * case; false when the host refuses memory or processes, or there is none of that size.
 *
 * update: updates that are lost among 500 steps of 8 threads, a C body that cannot be made
 * smaller. drop: a scenario of 8 threads, on a port that drops nothing. */
bool fuzz_large_update(struct fuzz_large_finding *large);
bool fuzz_large_drop(struct fuzz_large_finding *large);

void fuzz_large_finding_deinit(struct fuzz_large_finding *large);

#endif
