/* line_coverage: which lines and branches of core and fakes this process has executed. Only a build
 * of preset coverage counts them; line_coverage_none.c stands in its place elsewhere. */
#ifndef FUZZ_CLI_LINE_COVERAGE_H
#define FUZZ_CLI_LINE_COVERAGE_H

#include "fuzz/cli/arguments.h"

/* cli_line_coverage_counted tells whether this build counts lines. */
bool cli_line_coverage_counted(void);

/* cli_line_coverage_report prints the table of what this process has executed so far, and with
 * `html` (NULL: without) writes pages to that directory, which must be new or empty: it appears
 * whole or not at all. False after a message on standard error. */
bool cli_line_coverage_report(const struct cli_verb *verb, const char *html);

#endif
