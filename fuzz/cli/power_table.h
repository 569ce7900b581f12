/* power_table: how many schedules each strategy needs to find each bug: cells, rows, what they look
 * like, and the file that keeps them while they are measured. */
#ifndef FUZZ_CLI_POWER_TABLE_H
#define FUZZ_CLI_POWER_TABLE_H

#include "fuzz/cli/canary_table.h"
#include "fuzz/explore/examples/examples.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define CLI_POWER_STRATEGIES_MAX 16u
#define CLI_POWER_ROWS_MAX       (CLI_CANARIES_MAX + 16u)
#define CLI_POWER_MISSES_MAX     3 /* trials of a cell: when all have missed, it ends */
/* Executions of classic subjects are much cheaper: so many times as many. */
#define CLI_POWER_CLASSIC_EXECUTIONS 50 /* of a trial */
#define CLI_POWER_CLASSIC_TOTAL      8  /* of a cell */

/* What a cell of a canary may use up. Nothing here depends on time, so that a table repeats itself.
 * */
struct cli_power_limits {
    uint64_t trials;     /* of a cell; their seeds are one apart */
    uint64_t executions; /* of a trial */
    uint64_t total;      /* of a cell: no other trial begins behind it */
    uint64_t seed;       /* of the first trial */
};

struct cli_power_cell {
    bool done;
    bool exhausted;      /* a strategy that draws nothing: it has tried everything */
    uint64_t trials;     /* made */
    uint64_t found;      /* trials that found the bug */
    uint64_t executions; /* of those */
    uint64_t all;        /* executions of all trials */
};

/* One of example and canary is given. */
struct cli_power_row {
    const char *name;
    const struct fuzz_example *example;
    const struct cli_canary *canary;
    struct cli_power_cell cell[CLI_POWER_STRATEGIES_MAX]; /* by fuzz_strategy_at */
};

struct cli_power_table {
    struct cli_power_limits limits;
    const char *of; /* what was measured, for the head; NULL */
    uint32_t strategies;
    uint32_t row_count;
    struct cli_power_row row[CLI_POWER_ROWS_MAX];
};

/* cli_power_table_init makes the rows of the classic subjects and of the canaries that are in
 * `only` ("a,b"; NULL: all), without controls. The table refers to `canaries`. */
void cli_power_table_init(struct cli_power_table *table, const struct cli_power_limits *limits,
                          const struct cli_canary_table *canaries, const char *only);

/* cli_power_table_missed returns how many rows no strategy has found anything for. */
uint32_t cli_power_table_missed(const struct cli_power_table *table);

/* cli_power_table_print writes the table as Markdown, cli_power_table_json as one JSON array. Every
 * cell is done. */
void cli_power_table_print(const struct cli_power_table *table, FILE *out);
void cli_power_table_json(const struct cli_power_table *table, FILE *out);

/* cli_power_keep writes one cell that is done as a line, cli_power_keep_all the limits and all
 * cells that are done. cli_power_kept reads such a file back into the cells; of what is not in the
 * table nothing is taken, nor of a last line without its end. False after `file:line:column:
 * message, expected ...` on standard error, as for other limits. */
void cli_power_keep(const struct cli_power_row *row, uint32_t strategy, FILE *out);
void cli_power_keep_all(const struct cli_power_table *table, FILE *out);
bool cli_power_kept(struct cli_power_table *table, const char *path);

#endif
