/* scenario_text: reads scenarios from text. The grammar is in SCENARIO.md. */
#ifndef CONFORMANCE_SCENARIO_TEXT_H
#define CONFORMANCE_SCENARIO_TEXT_H

#include "conformance/error.h"
#include "conformance/scenario.h"
#include "conformance/scenario_decisions.h"

#include <stdbool.h>
#include <stddef.h>

#define CONF_FILE_SIZE_MAX ((size_t)4 << 20) /* bytes of a scenario file */

/* conf_scenario_read reads `size` bytes of text. `file_name` is for messages only. `oracles` is a
 * NULL-terminated list of the ids that `forbid` and `require` may name; NULL accepts any word of
 * the right form. `decisions` may be NULL: the block is then checked and passed over.
 *
 * On success *out and *decisions are filled. On failure *error has the first error and the rest is
 * unspecified. The text stays the caller's; nothing is allocated. Any thread. */
bool conf_scenario_read(const char *text, size_t size, const char *file_name,
                        const char *const *oracles, struct conf_scenario *out,
                        struct conf_decision_lines *decisions, struct conf_error *error);

/* conf_scenario_read_file loads a file and reads it. On success *text is the loaded text with
 * a final 0, which *decisions points into: the caller frees it with free(). On failure *text is
 * NULL. Directories, files that cannot be read and files above CONF_FILE_SIZE_MAX are errors
 * without a position. */
bool conf_scenario_read_file(const char *path, const char *const *oracles,
                             struct conf_scenario *out, struct conf_decision_lines *decisions,
                             char **text, struct conf_error *error);

#endif
