/* show: findings for people and for programs. */
#ifndef FUZZ_CLI_SHOW_H
#define FUZZ_CLI_SHOW_H

#include "fuzz/explore/finding.h"
#include "fuzz/explore/json.h"
#include "fuzz/explore/shrink.h"

/* cli_show_style makes pictures and verdicts fit where they go: colours on a terminal, unless the
 * environment has NO_COLOR, and its width. */
void cli_show_style(FILE *out);

/* cli_show_finding prints a finding: verdict, key, the program with its decisions, the picture. */
void cli_show_finding(const struct fuzz_finding *finding,
                      const struct fuzz_shrink_statistics *shrink, FILE *out);

/* cli_json_finding writes a finding as an object; `file` is where it was saved, NULL if nowhere,
 * and `known` the reason why it is accepted, NULL if it is not. */
void cli_json_finding(struct fuzz_json *json, const struct fuzz_finding *finding, const char *file,
                      const char *known);

/* cli_save_finding writes a finding to DIR/ORACLE-KEY.scn with what is known of it as comments, and
 * puts the path into `path`; false after a message on standard error. */
bool cli_save_finding(const struct fuzz_finding *finding, const char *directory, char *path,
                      size_t path_size);

/* cli_json_cost writes a packed cost vector as an object. */
void cli_json_cost(struct fuzz_json *json, const char *name, uint32_t cost);

#endif
