/* report: what one execution came to, as plain data that outlives its process. */
#ifndef FUZZ_EXPLORE_REPORT_H
#define FUZZ_EXPLORE_REPORT_H

#include "fakes/world.h"
#include "fuzz/explore/host.h"

#define FUZZ_ORACLE_SIZE  32 /* with the final 0 */
#define FUZZ_MESSAGE_SIZE 2048

struct fuzz_report {
    char oracle[FUZZ_ORACLE_SIZE]; /* "" when nothing was found */
    char message[FUZZ_MESSAGE_SIZE];
    uint64_t hash; /* of the log; 0 when the process died */
    uint32_t steps;
    uint32_t picks;
    uint32_t cost;
    uint32_t faults;
    uint32_t diverged; /* replay: decisions that could not be followed */
    uint32_t first_divergence;
    bool died; /* the execution ended its process */
};

/* Oracle ids of explore itself: the process that ran the execution died of a signal, left by
 * itself, was stopped by a sanitizer, or had to be stopped because it did not come back. */
#define FUZZ_ORACLE_CRASH     "crash"
#define FUZZ_ORACLE_EXIT      "exit"
#define FUZZ_ORACLE_SANITIZER "sanitizer"
#define FUZZ_ORACLE_HANG      "hang"

/* fuzz_report_outcome fills *report from what the world says. */
void fuzz_report_outcome(struct fuzz_report *report, const struct sim_outcome *outcome);

/* fuzz_report_death fills *report for a process that died: a sanitizer's report on memory the
 * simulated kernel or heap also watches gets the oracle id of the simulator's own check. */
void fuzz_report_death(struct fuzz_report *report, const struct fuzz_death *death);

/* What makes two reports the same bug while one of them is being shrunk: the oracle, and for a
 * failed assertion which one. */
struct fuzz_signature {
    char oracle[FUZZ_ORACLE_SIZE];
    char detail[160]; /* "": any */
};
void fuzz_signature_of(const struct fuzz_report *report, struct fuzz_signature *signature);
bool fuzz_signature_matches(const struct fuzz_signature *signature,
                            const struct fuzz_report *report);

#endif
