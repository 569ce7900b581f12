/* power_table: rows, how they are printed, how they are kept. */
#include "fuzz/cli/power_table.h"

#include "fuzz/cli/file.h"
#include "fuzz/explore/count.h"
#include "fuzz/explore/json.h"
#include "fuzz/explore/search.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_SIZE_MAX ((size_t)1 << 20)
#define NAME_FORMAT   "%63[^ \n]"
#define LIMITS_FORMAT \
    "power trials=%" PRIu64 " executions=%" PRIu64 " total=%" PRIu64 " seed=%" PRIu64 "\n"

void cli_power_table_init(struct cli_power_table *table, const struct cli_power_limits *limits,
                          const struct cli_canary_table *canaries, const char *only)
{
    memset(table, 0, sizeof *table);
    table->limits = *limits;
    while (fuzz_strategy_at(table->strategies) != NULL &&
           table->strategies < CLI_POWER_STRATEGIES_MAX) {
        table->strategies++;
    }
    for (size_t i = 0; fuzz_example_at(i) != NULL && table->row_count < CLI_POWER_ROWS_MAX; i++) {
        const struct fuzz_example *example = fuzz_example_at(i);
        if (example->oracle != NULL && (only == NULL || fuzz_list_has(only, example->name))) {
            table->row[table->row_count++] =
                (struct cli_power_row){.name = example->name, .example = example};
        }
    }
    for (size_t i = 0; i < canaries->count && table->row_count < CLI_POWER_ROWS_MAX; i++) {
        const struct cli_canary *canary = &canaries->item[i];
        if (!cli_canary_is_control(canary) && (only == NULL || fuzz_list_has(only, canary->id))) {
            table->row[table->row_count++] =
                (struct cli_power_row){.name = canary->id, .canary = canary};
        }
    }
}

uint32_t cli_power_table_missed(const struct cli_power_table *table)
{
    uint32_t missed = 0;

    for (uint32_t i = 0; i < table->row_count; i++) {
        bool found = false;
        for (uint32_t s = 0; s < table->strategies; s++) {
            found = found || table->row[i].cell[s].found > 0;
        }
        missed += !found;
    }
    return missed;
}

/* ---- printing ---- */

/* Three digits, as people read them; misses and trials that were not made behind it. */
static void print_cell(const struct cli_power_table *table, uint32_t strategy,
                       const struct cli_power_cell *cell, FILE *out)
{
    char mean[FUZZ_COUNT_SIZE];
    bool draws = fuzz_strategy_draws(fuzz_strategy_at(strategy));

    if (cell->found == 0) {
        fputs(cell->exhausted ? " – of all" : " –", out);
        if (draws) {
            fprintf(out, " (0/%" PRIu64 ")", cell->trials);
        }
        fprintf(out, "%s %s |", cell->exhausted ? "" : " of",
                fuzz_count_format((double)cell->all, mean));
        return;
    }
    fprintf(out, " %s", fuzz_count_format((double)cell->executions / (double)cell->found, mean));
    if (cell->found < cell->trials || (draws && cell->trials < table->limits.trials)) {
        fprintf(out, " (%" PRIu64 "/%" PRIu64 ")", cell->found, cell->trials);
    }
    fputs(" |", out);
}

static void print_head(const struct cli_power_table *table, FILE *out)
{
    const struct cli_power_limits *limits = &table->limits;
    char text[4][FUZZ_COUNT_SIZE];

    fprintf(out,
            "# The power of the search\n\nSchedules to the first finding, written by `iocplab "
            "power`%s%s: the mean over %" PRIu64 " trials with the seeds from %" PRIu64
            " on\n(dfs and dpor draw nothing: one). A trial ends after %s executions, that of a "
            "classic subject, the first rows, after %s. A cell\nends after %d trials that all "
            "missed, and begins none behind %s executions (%s): (found/made) says how many there "
            "were where not\nall %" PRIu64 " were made and found it. – of N: nothing in N "
            "executions; – of all N: there are no others.\n\n| |",
            table->of != NULL ? " at " : "", table->of != NULL ? table->of : "", limits->trials,
            limits->seed, fuzz_count_format((double)limits->executions, text[0]),
            fuzz_count_format((double)limits->executions * CLI_POWER_CLASSIC_EXECUTIONS, text[1]),
            CLI_POWER_MISSES_MAX, fuzz_count_format((double)limits->total, text[2]),
            fuzz_count_format((double)limits->total * CLI_POWER_CLASSIC_TOTAL, text[3]),
            limits->trials);
    for (uint32_t i = 0; i < table->strategies; i++) {
        fprintf(out, " %s |", fuzz_strategy_at(i)->name);
    }
    fprintf(out, "\n|---|");
    for (uint32_t i = 0; i < table->strategies; i++) {
        fprintf(out, "---|");
    }
    fputc('\n', out);
}

void cli_power_table_print(const struct cli_power_table *table, FILE *out)
{
    print_head(table, out);
    for (uint32_t i = 0; i < table->row_count; i++) {
        fprintf(out, "| %s |", table->row[i].name);
        for (uint32_t s = 0; s < table->strategies; s++) {
            print_cell(table, s, &table->row[i].cell[s], out);
        }
        fputc('\n', out);
    }
}

static void json_cell(struct fuzz_json *json, const char *name, const struct cli_power_cell *cell)
{
    fuzz_json_open(json, name, '{');
    fuzz_json_count(json, "trials", cell->trials);
    fuzz_json_count(json, "found", cell->found);
    if (cell->found > 0) {
        fuzz_json_number(json, "mean", (double)cell->executions / (double)cell->found);
    } else {
        fuzz_json_null(json, "mean");
    }
    fuzz_json_count(json, "executions", cell->all);
    fuzz_json_bool(json, "exhausted", cell->exhausted);
    fuzz_json_close(json);
}

void cli_power_table_json(const struct cli_power_table *table, FILE *out)
{
    struct fuzz_json json;

    fuzz_json_begin(&json, out);
    fuzz_json_open(&json, NULL, '[');
    for (uint32_t i = 0; i < table->row_count; i++) {
        fuzz_json_open(&json, NULL, '{');
        fuzz_json_text(&json, "subject", table->row[i].name);
        for (uint32_t s = 0; s < table->strategies; s++) {
            json_cell(&json, fuzz_strategy_at(s)->name, &table->row[i].cell[s]);
        }
        fuzz_json_close(&json);
    }
    fuzz_json_close(&json);
    fuzz_json_end(&json);
}

/* ---- keeping ---- */

void cli_power_keep(const struct cli_power_row *row, uint32_t strategy, FILE *out)
{
    const struct cli_power_cell *cell = &row->cell[strategy];

    fprintf(out, "%s %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %d\n", row->name,
            fuzz_strategy_at(strategy)->name, cell->trials, cell->found, cell->executions,
            cell->all, cell->exhausted);
}

void cli_power_keep_all(const struct cli_power_table *table, FILE *out)
{
    const struct cli_power_limits *limits = &table->limits;

    fprintf(out, LIMITS_FORMAT, limits->trials, limits->executions, limits->total, limits->seed);
    for (uint32_t i = 0; i < table->row_count; i++) {
        for (uint32_t s = 0; s < table->strategies; s++) {
            if (table->row[i].cell[s].done) {
                cli_power_keep(&table->row[i], s, out);
            }
        }
    }
}

/* take_line takes one line with its end; false when it is none of ours. */
static bool take_line(struct cli_power_table *table, const char *line)
{
    struct cli_power_cell cell = {.done = true};
    char name[64], strategy[64];
    int exhausted;
    int length = 0;

    if (sscanf(line,
               NAME_FORMAT " " NAME_FORMAT " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %d%n",
               name, strategy, &cell.trials, &cell.found, &cell.executions, &cell.all, &exhausted,
               &length) != 7 ||
        line[length] != '\0') {
        return false;
    }
    cell.exhausted = exhausted != 0;
    for (uint32_t i = 0; i < table->row_count; i++) {
        for (uint32_t s = 0; s < table->strategies && strcmp(table->row[i].name, name) == 0; s++) {
            if (strcmp(fuzz_strategy_at(s)->name, strategy) == 0) {
                table->row[i].cell[s] = cell;
            }
        }
    }
    return true;
}

static bool take_lines(struct cli_power_table *table, char *text, const char *path)
{
    const struct cli_power_limits *limits = &table->limits;
    char head[256];
    uint32_t number = 1;

    snprintf(head, sizeof head, LIMITS_FORMAT, limits->trials, limits->executions, limits->total,
             limits->seed);
    if (strncmp(text, head, strlen(head)) != 0) {
        fprintf(stderr, "%s:1:1: cells of other limits, expected %s", path, head);
        return false;
    }
    for (char *line = text + strlen(head), *end; (end = strchr(line, '\n')) != NULL;
         line = end + 1) {
        *end = '\0';
        number++;
        if (!take_line(table, line)) {
            fprintf(stderr,
                    "%s:%u:1: no cell, expected NAME STRATEGY TRIALS FOUND EXECUTIONS ALL "
                    "EXHAUSTED\n",
                    path, number);
            return false;
        }
    }
    return true;
}

bool cli_power_kept(struct cli_power_table *table, const char *path)
{
    char *text;
    size_t size;

    if (!cli_file_read(path, KEPT_SIZE_MAX, &text, &size)) {
        return false;
    }
    text[size] = '\0'; /* cli_file_read leaves room for it */
    bool good = take_lines(table, text, path);
    free(text);
    return good;
}
