/* canary_table: the bugs that can be planted: fuzz/canaries/canaries.tsv. */
#ifndef FUZZ_CLI_CANARY_TABLE_H
#define FUZZ_CLI_CANARY_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define CLI_CANARIES_MAX 256

struct cli_canary {
    const char *id;
    const char *origin;  /* historical, derived, mutant or control */
    const char *oracles; /* "a,b": any of them may report it; "none" for a control */
    const char *subject; /* path from the root of the project: a scenario or a program's source */
    const char *about;   /* what is planted */
};

struct cli_canary_table {
    char *text;
    size_t count;
    struct cli_canary item[CLI_CANARIES_MAX];
};

/* cli_canary_table_load reads the table; false after a message on standard error. The caller gives
 * it back with cli_canary_table_unload. */
bool cli_canary_table_load(struct cli_canary_table *table, const char *path);
void cli_canary_table_unload(struct cli_canary_table *table);

/* cli_canary_is_control tells what is no bug: nothing may be found. cli_canary_is_program tells a
 * program from a scenario that runs on a planted port. */
bool cli_canary_is_control(const struct cli_canary *canary);
bool cli_canary_is_program(const struct cli_canary *canary);

#endif
