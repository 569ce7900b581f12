/* finding: a program, the decisions under which it breaks its contract, and what is said of it.
 *
 * Two findings are the same when their keys are equal: oracle, clause and the hash of the shrunk
 * program without decisions. So an edit of the code under test that moves the decisions does not
 * rename a finding. */
#ifndef FUZZ_EXPLORE_FINDING_H
#define FUZZ_EXPLORE_FINDING_H

#include "fuzz/explore/report.h"
#include "fuzz/explore/subject.h"
#include "fuzz/explore/worker.h"

struct fuzz_finding {
    struct fuzz_subject *subject; /* the program */
    bool owns_subject;            /* whether deinit destroys it */
    struct sim_decision *item;    /* deviations from the dull schedule, owned */
    uint32_t count;
    struct fuzz_report report; /* of the execution under these decisions */
    uint64_t execution;        /* which execution of the search found it, from 1 */
    uint32_t count_found;      /* how many deviations it had before it was shrunk */
    bool minimal;              /* nothing can be left out: neither a decision nor a reduction */
    bool stable;               /* replays to the same verdict and hash */
    char key[96];
};

/* fuzz_finding_init takes the execution that `worker` has just reported, in `subject` (borrowed);
 * false when memory runs out. The caller gives it back with fuzz_finding_deinit. */
bool fuzz_finding_init(struct fuzz_finding *finding, struct fuzz_subject *subject,
                       const struct fuzz_worker *worker, const struct fuzz_report *report);
void fuzz_finding_deinit(struct fuzz_finding *finding);

/* fuzz_finding_take replaces the decisions by those of the execution that `worker` has just
 * reported; false when memory runs out, and then nothing changes. */
bool fuzz_finding_take(struct fuzz_finding *finding, const struct fuzz_worker *worker,
                       const struct fuzz_report *report);

/* fuzz_finding_name computes the key from the subject and the report as they are now. */
void fuzz_finding_name(struct fuzz_finding *finding);

/* fuzz_finding_print writes the finding in the file format of its subject. */
void fuzz_finding_print(const struct fuzz_finding *finding, FILE *out);

#endif
