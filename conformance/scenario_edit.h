/* scenario_edit: the ways to make a scenario one step smaller, for shrinkers.
 *
 * The largest cuts come first: sources, threads, stretches of verbs, single verbs, then simpler
 * operands, attributes and settings. Applying any of them makes the scenario strictly smaller in a
 * fixed order of sizes, so repeated reduction ends. What the oracles are (forbid) is never cut. */
#ifndef CONFORMANCE_SCENARIO_EDIT_H
#define CONFORMANCE_SCENARIO_EDIT_H

#include "conformance/scenario.h"

#include <stdbool.h>
#include <stdint.h>

/* conf_edit_count returns how many reductions a legal scenario has; 0 when it has none. */
uint32_t conf_edit_count(const struct conf_scenario *scenario);

/* conf_edit_apply builds the reduction with index k (below conf_edit_count) in *out, which must not
 * be the scenario itself. It returns false when that one makes no legal scenario, or k is too
 * large; *out is then unspecified. */
bool conf_edit_apply(const struct conf_scenario *scenario, uint32_t k, struct conf_scenario *out);

#endif
