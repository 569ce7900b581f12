/* expected: the complete set of outcomes of a litmus test, as the file beside it has it.
 *
 *     # connect-races-client: everything it may come to in the simulated world
 *     done,would-block
 *     would-block,would-block
 *
 * X.scn has its set in X.expected: an outcome a line, as conf_outcome_tuple writes it, or
 * conf_outcome_format where the scenario has no `outcome`. `#` starts a comment line. */
#ifndef FUZZ_CLI_EXPECTED_H
#define FUZZ_CLI_EXPECTED_H

#include "conformance/scenario.h"
#include "fuzz/outcome_set.h"

#include <stddef.h>

/* cli_expected_path writes the path of the file that belongs to a scenario's; false after a message
 * on standard error. */
bool cli_expected_path(const char *scenario_path, char *out, size_t size);

/* cli_expected_read fills the zeroed *set, which the caller clears; false after
 * `file:line:column: message, expected ...` on standard error. */
bool cli_expected_read(struct fuzz_outcome_set *set, const char *path,
                       const struct conf_scenario *scenario);

#endif
