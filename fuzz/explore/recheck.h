/* recheck: does an execution repeat itself? It is run again under its own decisions, and the two
 * logs are compared. A difference is a finding of its own, of the subject or of the simulator: a
 * clock, an address, memory that was never written, state left behind by earlier executions. */
#ifndef FUZZ_EXPLORE_RECHECK_H
#define FUZZ_EXPLORE_RECHECK_H

#include "fakes/log.h"
#include "fuzz/explore/report.h"
#include "fuzz/explore/subject.h"

#define FUZZ_ORACLE_NONDETERMINISM "nondeterminism"
#define FUZZ_RECHECK_EVERY         512u /* one of so many is repeated: a quarter per cent */

struct fuzz_recheck {
    struct sim_event *event; /* copy of the first log */
    size_t capacity;
    struct sim_decision *item; /* its deviations from the dull schedule */
    uint32_t item_capacity;
};

/* fuzz_recheck_deinit frees what a recheck has allocated; zeroed memory is ready for use. */
void fuzz_recheck_deinit(struct fuzz_recheck *recheck);

/* fuzz_recheck_repeat runs `subject` again under the decisions of the last execution of `world`,
 * which `world` recorded in `decisions` and which ended as *outcome. It returns true when the two
 * are the same (or cannot be compared: decisions were dropped, or there is no memory); else *report
 * tells the first difference. `decisions` are those of the first execution afterwards. */
bool fuzz_recheck_repeat(struct fuzz_recheck *recheck, struct fuzz_subject *subject,
                         struct sim_world *world, struct sim_decision_log *decisions,
                         const struct sim_outcome *outcome, struct fuzz_report *report);

#endif
