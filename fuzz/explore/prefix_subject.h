/* prefix_subject: a subject whose executions all begin alike: up to a step as its decisions say,
 * from there on as the source says. So every strategy answers "what else can happen from there?".
 *
 * Strategies that follow each step of an execution from its beginning (dpor) are not for it. */
#ifndef FUZZ_EXPLORE_PREFIX_SUBJECT_H
#define FUZZ_EXPLORE_PREFIX_SUBJECT_H

#include "fuzz/explore/step_name.h"
#include "fuzz/explore/subject.h"

/* fuzz_prefix_subject_create executes `whole` under these deviations and returns a subject that
 * repeats what came before the step `until`: whether that step comes next is the source's to say.
 * NULL when the step is not reached, or the host refuses (then *refused is set). `whole` stays the
 * caller's and outlives it, the deviations are copied. Executions are recorded from their
 * beginning: what is found replays in `whole`. */
struct fuzz_subject *fuzz_prefix_subject_create(struct fuzz_subject *whole,
                                                const struct sim_decision *item, uint32_t count,
                                                const struct fuzz_step_name *until, bool *refused);

#endif
