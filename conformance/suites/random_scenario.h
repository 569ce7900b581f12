/* random_scenario: legal scenarios of every shape, for properties. */
#ifndef CONFORMANCE_SUITES_RANDOM_SCENARIO_H
#define CONFORMANCE_SUITES_RANDOM_SCENARIO_H

#include "conformance/scenario.h"

#include <stdint.h>

/* random_next returns the next number of a sequence (SplitMix64); any state will do. */
uint64_t random_next(uint64_t *state);

/* random_below returns a number below `count`, which is at least 1. */
uint32_t random_below(uint64_t *state, uint32_t count);

/* random_scenario fills *out with a legal scenario that depends on *state only. */
void random_scenario(uint64_t *state, struct conf_scenario *out);

#endif
