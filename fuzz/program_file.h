/* program_file: reads a file that names a program in a shared library, with its decisions.
 *
 *   file      = { blank } "program" PATH { blank } [ block ]
 *   block     = "decisions" COUNT { decision line } "end"       (COUNT lines)
 *
 * `#` starts a comment. Decision lines are those of scenarios. */
#ifndef FUZZ_PROGRAM_FILE_H
#define FUZZ_PROGRAM_FILE_H

#include "conformance/error.h"
#include "conformance/scenario_decisions.h"

#include <stdbool.h>
#include <stddef.h>

#define FUZZ_PROGRAM_PATH_SIZE 1024

struct fuzz_program_file {
    char path[FUZZ_PROGRAM_PATH_SIZE]; /* as written */
    struct conf_decision_lines decisions;
};

/* fuzz_program_file_is tells whether a text is meant to be such a file: its first word is
 * "program". */
bool fuzz_program_file_is(const char *text, size_t size);

/* fuzz_program_file_read reads one. The decisions are slices of the text. On failure *error has the
 * first error. */
bool fuzz_program_file_read(const char *text, size_t size, const char *file_name,
                            struct fuzz_program_file *out, struct conf_error *error);

#endif
