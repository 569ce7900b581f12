/* verbs: what the command can do; each is a row of a table and a file verb_NAME.c. The command of
 * the simulated world has the table verb_table.c, that of real Windows real_table.c. */
#ifndef FUZZ_CLI_VERBS_H
#define FUZZ_CLI_VERBS_H

#include "fuzz/cli/arguments.h"

extern const struct cli_verb cli_verb_table[];
extern const size_t cli_verb_count;

int cli_run(const struct cli_verb *verb, int argc, char **argv);
int cli_explore(const struct cli_verb *verb, int argc, char **argv);
int cli_litmus(const struct cli_verb *verb, int argc, char **argv);
int cli_merge(const struct cli_verb *verb, int argc, char **argv);
int cli_power(const struct cli_verb *verb, int argc, char **argv);
int cli_replay(const struct cli_verb *verb, int argc, char **argv);
int cli_shrink(const struct cli_verb *verb, int argc, char **argv);
int cli_explain(const struct cli_verb *verb, int argc, char **argv);
int cli_export(const struct cli_verb *verb, int argc, char **argv);
int cli_decode(const struct cli_verb *verb, int argc, char **argv);
int cli_encode(const struct cli_verb *verb, int argc, char **argv);
int cli_canaries(const struct cli_verb *verb, int argc, char **argv);
int cli_conform(const struct cli_verb *verb, int argc, char **argv);
int cli_coverage(const struct cli_verb *verb, int argc, char **argv);
int cli_bench(const struct cli_verb *verb, int argc, char **argv);
int cli_fidelity(const struct cli_verb *verb, int argc, char **argv);

/* On real Windows. */
int cli_real_conform(const struct cli_verb *verb, int argc, char **argv);
int cli_real_litmus(const struct cli_verb *verb, int argc, char **argv);
int cli_real_run(const struct cli_verb *verb, int argc, char **argv);
int cli_real_trips(const struct cli_verb *verb, int argc, char **argv);

/* The options that most verbs have, for their tables. */
#define CLI_OPTION_PORT(variable)                                                \
    {                                                                            \
        .name = "port", .kind = CLI_TEXT, .value = "LIB", .target = &(variable), \
        .help = "test the port in this shared library instead of core"           \
    }
#define CLI_OPTION_JSON(variable)                                \
    {                                                            \
        .name = "json", .kind = CLI_FLAG, .target = &(variable), \
        .help = "print one JSON value on standard output"        \
    }

#endif
