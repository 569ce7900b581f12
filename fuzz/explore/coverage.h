/* coverage: what the executions of a search have shown: histories, happens-before classes, and the
 * states and transitions of the code under test. Plain data, for shared memory.
 *
 * Classes are counted over a sample (`classed` executions), as footprints cost time: the first
 * FUZZ_CLASSED_FIRST executions and one in FUZZ_CLASSED_EVERY behind them, drawn by their number.
 * The Good-Turing estimate is of the same sample: a class that is new turns up in the next
 * execution with a probability of about classes seen once / classed. */
#ifndef FUZZ_EXPLORE_COVERAGE_H
#define FUZZ_EXPLORE_COVERAGE_H

#include "fuzz/explore/novelty.h"
#include "fuzz/explore/order.h"
#include "fuzz/explore/subject.h"

#define FUZZ_CLASSED_FIRST 1024u
#define FUZZ_CLASSED_EVERY 16u

struct fuzz_coverage {
    struct fuzz_novelty histories; /* different logs */
    struct fuzz_novelty classes;
    uint64_t classed;
    struct fuzz_transitions transitions;
};

/* How classes are found out: by the order of a sample of the executions; by that of all of them; or
 * each execution is one (fuzz_strategy.one_per_class, as long as only one search is looked at). */
enum fuzz_classing { FUZZ_CLASS_SAMPLE, FUZZ_CLASS_ALL, FUZZ_CLASS_EACH };

/* fuzz_coverage_begin returns the source under which execution `number` of the search is to run:
 * the one given, or `order` around it when its class has to be found out. */
struct sim_source *fuzz_coverage_begin(struct fuzz_order *order, struct sim_source *source,
                                       uint64_t number, enum fuzz_classing classing);

/* fuzz_coverage_end counts the execution that ran under `source`, as fuzz_coverage_begin gave it;
 * abandoned ones are not counted. */
void fuzz_coverage_end(struct fuzz_coverage *coverage, const struct fuzz_order *order,
                       const struct sim_source *source, enum fuzz_classing classing,
                       struct fuzz_subject *subject, struct sim_world *world,
                       const struct sim_decision_log *decisions, const struct sim_outcome *outcome);

/* fuzz_coverage_unseen estimates the probability that one more execution shows a class that was not
 * seen: 1 when nothing was. */
double fuzz_coverage_unseen(uint64_t once, uint64_t classed);

/* fuzz_transitions_add adds all of `more`; fuzz_transitions_count counts the transitions,
 * fuzz_transitions_states the states that some transition leaves or enters. */
void fuzz_transitions_add(struct fuzz_transitions *sum, const struct fuzz_transitions *more);
uint32_t fuzz_transitions_count(const struct fuzz_transitions *transitions);
uint32_t fuzz_transitions_states(const struct fuzz_transitions *transitions);

#endif
