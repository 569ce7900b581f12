/* real_scenarios: the scenarios of a file, one behind the other. */
#ifndef FUZZ_CLI_REAL_SCENARIOS_H
#define FUZZ_CLI_REAL_SCENARIOS_H

#include "conformance/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cli_scenarios {
    const char *path;
    char *text;
    size_t size, offset;
    uint32_t lines; /* before offset */
};

enum cli_next { CLI_NEXT_SCENARIO, CLI_NEXT_END, CLI_NEXT_ERROR };

/* cli_scenarios_open loads a file; false after a message on standard error. The caller gives it
 * back with cli_scenarios_close. */
bool cli_scenarios_open(struct cli_scenarios *scenarios, const char *path);
void cli_scenarios_close(struct cli_scenarios *scenarios);

/* cli_scenarios_next reads the next scenario; ERROR after `file:line:column: message, expected ...`
 * on standard error. */
enum cli_next cli_scenarios_next(struct cli_scenarios *scenarios, struct conf_scenario *out);

#endif
