/* scenario_print: writes scenarios as text, in the canonical form of SCENARIO.md.
 *
 * Reading what was printed gives an equal scenario; printing that gives the same text again. */
#ifndef CONFORMANCE_SCENARIO_PRINT_H
#define CONFORMANCE_SCENARIO_PRINT_H

#include "conformance/scenario.h"

#include <stddef.h>
#include <stdio.h>

/* conf_scenario_print writes a legal scenario to `out` (cut at `size`, always with a final 0 unless
 * `size` is 0) and returns the length of the whole text without the final 0. `decisions` is the
 * text of a decisions block, one decision a line, or NULL for a scenario without one. */
size_t conf_scenario_print(const struct conf_scenario *scenario, const char *decisions, char *out,
                           size_t size);

/* conf_scenario_write prints to a file instead; the caller checks ferror. */
void conf_scenario_write(const struct conf_scenario *scenario, const char *decisions, FILE *out);

#endif
