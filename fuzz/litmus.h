/* litmus: what a scenario may come to: the set of its outcomes.
 *
 * An outcome is the observation that the scenario asks for (`outcome A B`), or, where it asks for
 * none, what every verb came to and the events of every poll. Executed in the process of the
 * caller: a scenario that kills it has no outcomes. */
#ifndef FUZZ_LITMUS_H
#define FUZZ_LITMUS_H

#include "conformance/port.h"
#include "conformance/scenario.h"
#include "fuzz/explore/strategy.h"
#include "fuzz/outcome_set.h"

#define FUZZ_LITMUS_TEXT_SIZE    2048u
#define FUZZ_LITMUS_FINDING_SIZE (FUZZ_LITMUS_TEXT_SIZE + 64u)

enum fuzz_litmus_answer {
    FUZZ_LITMUS_ALL,     /* the strategy has nothing left to try: these are all outcomes */
    FUZZ_LITMUS_SOME,    /* as many executions as were granted */
    FUZZ_LITMUS_FOUND,   /* an oracle spoke: `finding` says what */
    FUZZ_LITMUS_TOO_MANY /* outcomes, or no memory */
};

struct fuzz_litmus_result {
    enum fuzz_litmus_answer answer;
    uint64_t executions; /* that came to an end */
    char finding[FUZZ_LITMUS_FINDING_SIZE];
    struct fuzz_outcome_set set;
};

/* fuzz_litmus_run executes `scenario` on a port of the simulated world under `strategy`, at most
 * `executions_max` times, and adds to the zeroed *result, whose set the caller clears. It returns
 * false when there is no memory for a world. */
bool fuzz_litmus_run(const struct conf_scenario *scenario, const struct conf_port *port,
                     const struct fuzz_strategy *strategy, uint64_t seed, uint64_t executions_max,
                     struct fuzz_litmus_result *result);

#endif
