/* scenario_decisions: the decisions block of a scenario, line by line.
 *
 * The lines are the simulator's to parse (fakes/decision_text); here they are slices of text. */
#ifndef CONFORMANCE_SCENARIO_DECISIONS_H
#define CONFORMANCE_SCENARIO_DECISIONS_H

#include "conformance/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_DECISIONS_MAX 100000 /* lines of a decisions block */

/* The decisions block of a scenario, or what is left of it: a slice of the text it was read from,
 * which must outlive it. */
struct conf_decision_lines {
    const char *text; /* behind the last token of a line */
    size_t size;
    uint32_t line;  /* the number of that line, from 1 */
    uint32_t count; /* lines left; 0 when there is no block */
};

/* conf_decision_lines_next takes the next line, without blanks around it and without comment. It
 * returns false when none is left. Copy *lines first to go through them twice. */
bool conf_decision_lines_next(struct conf_decision_lines *lines, struct conf_decision_line *line);

#endif
