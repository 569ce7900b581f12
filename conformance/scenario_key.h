/* scenario_key: what a scenario is, whatever its names. */
#ifndef CONFORMANCE_SCENARIO_KEY_H
#define CONFORMANCE_SCENARIO_KEY_H

#include "conformance/scenario.h"

#include <stdint.h>

/* conf_scenario_key returns a hash of the program and its settings that is the same on every
 * machine. Names, tokens and pipes count as the order in which they are first used; positions,
 * about, labels, outcome, allow and forbid do not count. */
uint64_t conf_scenario_key(const struct conf_scenario *scenario);

#endif
