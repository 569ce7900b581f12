/* canary_table: the bugs that can be planted in core: fuzz/canaries/canaries.tsv. */
#ifndef FUZZ_CLI_CANARY_TABLE_H
#define FUZZ_CLI_CANARY_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define CLI_CANARIES_MAX 256

struct cli_canary {
    const char *id;
    const char *origin;   /* historical, derived or mutant */
    const char *oracles;  /* "a,b": any of them may report it */
    const char *scenario; /* path from the root of the project */
    const char *about;    /* what is planted */
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

#endif
