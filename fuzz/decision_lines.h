/* decision_lines: the decisions block of a file as decisions of a subject. */
#ifndef FUZZ_DECISION_LINES_H
#define FUZZ_DECISION_LINES_H

#include "conformance/error.h"
#include "conformance/scenario_decisions.h"
#include "fakes/decision_text.h"

/* fuzz_decision_lines_read parses the lines of a block under these thread names and returns their
 * decisions, *count of them, which the caller frees; NULL when one is wrong or memory runs out, and
 * then *error says what, in the file of that name. */
struct sim_decision *fuzz_decision_lines_read(const struct conf_decision_lines *lines,
                                              const struct sim_names *names, const char *file_name,
                                              uint32_t *count, struct conf_error *error);

#endif
