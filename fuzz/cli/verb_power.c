/* power: how many schedules each strategy needs until it finds each planted bug and each classic
 * one.
 *
 * A cell is the mean over the trials, which have seeds one apart, of the execution that found the
 * bug. A trial that finds nothing within the executions granted is a miss; a cell that has used up
 * its time ends with fewer trials. Strategies that draw nothing have one trial. */
#include "conformance/ports/port_core.h"
#include "fuzz/cli/canary_table.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/examples/examples.h"
#include "fuzz/explore/json.h"
#include "fuzz/explore/progress.h"
#include "fuzz/explore/search.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define STRATEGIES_MAX 16u
#define TRIALS_DEFAULT 200u

struct cell {
    uint64_t trials, found;
    uint64_t executions; /* of the trials that found it */
    uint64_t all;        /* of all trials */
};

struct power {
    const struct cli_verb *verb;
    const char *only;
    const char *out;
    const char *table_path;
    const char *directory;
    uint64_t trials, executions, seed;
    double seconds; /* of a cell */
    bool json, quiet;
    struct fuzz_progress progress;
    struct fuzz_search_result *result;
    struct cli_output output;
    struct fuzz_json writer;
    uint32_t strategies;
    uint32_t rows, missed; /* by every strategy */
};

/* ---- measuring ---- */

static bool run_cell(struct power *power, struct fuzz_subject *subject, const char *oracles,
                     const struct fuzz_strategy *strategy, struct cell *cell)
{
    uint64_t end_ns = fuzz_now_ns() + (uint64_t)(power->seconds * 1e9);
    uint64_t trials = fuzz_strategy_draws(strategy) ? power->trials : 1;
    bool good = true;

    *cell = (struct cell){.trials = 0};
    while (good && cell->trials < trials && fuzz_now_ns() < end_ns && !fuzz_interrupted()) {
        struct fuzz_search_options options = {.strategy = strategy,
                                              .config = {.seed = power->seed + cell->trials},
                                              .executions_max = power->executions,
                                              .deadline_ns = end_ns,
                                              .raw = true,
                                              .no_recheck = true,
                                              .oracles = oracles,
                                              .progress = fuzz_progress_show,
                                              .progress_argument = &power->progress};
        fuzz_search(subject, &options, power->result);
        good = !power->result->broken;
        if (power->result->finding_count == 0 && cell->trials > 0 && fuzz_now_ns() >= end_ns) {
            return good; /* its time was up: neither hit nor miss */
        }
        cell->trials++;
        cell->all += power->result->statistics.executions;
        if (power->result->finding_count > 0) {
            cell->found++;
            cell->executions += power->result->finding[0].execution;
        }
        fuzz_search_result_deinit(power->result);
    }
    return good;
}

/* ---- telling ---- */

/* Three digits, as people read them; misses and trials that were not made behind it. */
static void print_cell(const struct power *power, const struct fuzz_strategy *strategy,
                       const struct cell *cell, FILE *out)
{
    char mean[FUZZ_COUNT_SIZE];
    uint64_t trials = fuzz_strategy_draws(strategy) ? power->trials : 1;

    if (cell->found == 0) {
        fprintf(out, " – of %s |", fuzz_count_format((double)cell->all, mean));
        return;
    }
    fprintf(out, " %s", fuzz_count_format((double)cell->executions / (double)cell->found, mean));
    if (cell->found < cell->trials || cell->trials < trials) {
        fprintf(out, " (%" PRIu64 "/%" PRIu64 ")", cell->found, cell->trials);
    }
    fputs(" |", out);
}

static void tell_row(struct power *power, const char *name, const struct cell *cell)
{
    bool found = false;

    for (uint32_t i = 0; i < power->strategies; i++) {
        found = found || cell[i].found > 0;
    }
    power->rows++;
    power->missed += !found;
    if (!power->json) {
        fprintf(power->output.file, "| %s |", name);
        for (uint32_t i = 0; i < power->strategies; i++) {
            print_cell(power, fuzz_strategy_at(i), &cell[i], power->output.file);
        }
        fputc('\n', power->output.file);
        return;
    }
    fuzz_json_open(&power->writer, NULL, '{');
    fuzz_json_text(&power->writer, "subject", name);
    for (uint32_t i = 0; i < power->strategies; i++) {
        fuzz_json_open(&power->writer, fuzz_strategy_at(i)->name, '{');
        fuzz_json_count(&power->writer, "trials", cell[i].trials);
        fuzz_json_count(&power->writer, "found", cell[i].found);
        if (cell[i].found > 0) {
            fuzz_json_number(&power->writer, "mean",
                             (double)cell[i].executions / (double)cell[i].found);
        } else {
            fuzz_json_null(&power->writer, "mean");
        }
        fuzz_json_count(&power->writer, "executions", cell[i].all);
        fuzz_json_close(&power->writer);
    }
    fuzz_json_close(&power->writer);
}

static void begin_table(struct power *power)
{
    FILE *out = power->output.file;

    if (power->json) {
        fuzz_json_begin(&power->writer, out);
        fuzz_json_open(&power->writer, NULL, '[');
        return;
    }
    fprintf(out,
            "# The power of the search\n\nSchedules to the first finding, written by `iocplab "
            "power`: the mean over %" PRIu64
            " trials (dfs and dpor draw nothing:\none), each of at most %" PRIu64
            " executions; %g s a cell on one core. (found/made) where a trial missed, or where "
            "the time was\nup first; – of N: nothing in N executions.\n\n| |",
            power->trials, power->executions, power->seconds);
    for (uint32_t i = 0; i < power->strategies; i++) {
        fprintf(out, " %s |", fuzz_strategy_at(i)->name);
    }
    fprintf(out, "\n|---|");
    for (uint32_t i = 0; i < power->strategies; i++) {
        fprintf(out, "---|");
    }
    fputc('\n', out);
}

/* ---- rows ---- */

static bool run_row(struct power *power, const char *name, struct fuzz_subject *subject,
                    const char *oracles)
{
    struct cell cell[STRATEGIES_MAX];
    bool good = true;

    fuzz_progress_begin(&power->progress, name);
    for (uint32_t i = 0; i < power->strategies && good; i++) {
        good = run_cell(power, subject, oracles, fuzz_strategy_at(i), &cell[i]);
    }
    fuzz_progress_clear(&power->progress);
    if (good && !fuzz_interrupted()) {
        tell_row(power, name, cell);
    }
    return good;
}

static bool is_wanted(const struct power *power, const char *name)
{
    return power->only == NULL || fuzz_list_has(power->only, name);
}

static bool run_canary(struct power *power, const struct cli_canary *canary)
{
    char library[CLI_PATH_SIZE];
    char path[CLI_PATH_SIZE];
    const struct conf_port *port = &conf_port_core;
    struct cli_input input;

    snprintf(library, sizeof library, "%s/%s.so", power->directory, canary->id);
    snprintf(path, sizeof path, "%s/%s", IOCPLAB_ROOT, canary->subject);
    if (!cli_canary_is_program(canary)) {
        port = cli_port_load(power->verb, library);
    }
    if (port == NULL ||
        !cli_input_load(&input, cli_canary_is_program(canary) ? library : path, port)) {
        return false;
    }
    bool good = run_row(power, canary->id, input.subject, canary->oracles);
    cli_input_unload(&input);
    return good;
}

static bool run_rows(struct power *power, const struct cli_canary_table *table)
{
    bool good = true;

    for (size_t i = 0; fuzz_example_at(i) != NULL && good && !fuzz_interrupted(); i++) {
        const struct fuzz_example *example = fuzz_example_at(i);
        struct fuzz_body_subject body;
        if (example->oracle != NULL && is_wanted(power, example->name)) {
            fuzz_body_subject_init(&body, example->name, example->body, example->argument);
            good = run_row(power, example->name, &body.subject, example->oracle);
        }
    }
    for (size_t i = 0; i < table->count && good && !fuzz_interrupted(); i++) {
        const struct cli_canary *canary = &table->item[i];
        if (!cli_canary_is_control(canary) && is_wanted(power, canary->id)) {
            good = run_canary(power, canary);
        }
    }
    return good && !fuzz_interrupted();
}

static int run_all(struct power *power, const struct cli_canary_table *table)
{
    bool good;

    while (fuzz_strategy_at(power->strategies) != NULL && power->strategies < STRATEGIES_MAX) {
        power->strategies++;
    }
    power->result = calloc(1, sizeof *power->result);
    if (power->result == NULL) {
        return cli_complain(power->verb, "there is no memory");
    }
    if (!cli_output_open(&power->output, power->out)) {
        free(power->result);
        return CLI_USAGE;
    }
    fuzz_progress_init(&power->progress, stderr, !power->quiet);
    begin_table(power);
    good = run_rows(power, table);
    if (power->json) {
        fuzz_json_close(&power->writer);
        fuzz_json_end(&power->writer);
    }
    free(power->result);
    if (!good) {
        cli_output_abandon(&power->output);
        return cli_complain(power->verb, "the measurement did not come to its end");
    }
    if (!cli_output_commit(&power->output)) {
        return CLI_USAGE;
    }
    return power->missed > 0 ? CLI_FINDING : CLI_CLEAN;
}

int cli_power(const struct cli_verb *verb, int argc, char **argv)
{
    struct power power = {.verb = verb,
                          .table_path = IOCPLAB_ROOT "/fuzz/canaries/canaries.tsv",
                          .directory = IOCPLAB_BUILD "/canaries",
                          .trials = TRIALS_DEFAULT,
                          .executions = 10000,
                          .seed = 1,
                          .seconds = 10};
    const struct cli_option option[] = {
        {"output", 'o', CLI_TEXT, "FILE", "where the table goes, as Markdown", &power.out, NULL},
        CLI_OPTION_JSON(power.json),
        {"only", 0, CLI_TEXT, "NAME,...", "these bugs only", &power.only, NULL},
        {"trials", 0, CLI_COUNT, "N", "searches of each (200)", &power.trials, NULL},
        {"executions", 0, CLI_COUNT, "N", "of each search, at most (10000)", &power.executions,
         NULL},
        {"seconds", 0, CLI_SECONDS, "S", "for one bug and strategy, at most (10)", &power.seconds,
         NULL},
        {"seed", 0, CLI_COUNT, "N", "of the first trial (1)", &power.seed, NULL},
        {"quiet", 'q', CLI_FLAG, NULL, "no progress line", &power.quiet, NULL},
    };
    struct cli_canary_table *table;
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, sizeof option / sizeof option[0], 0, 0,
                           &operand, &count);

    if (status != -1) {
        return status;
    }
    if (power.trials == 0 || power.executions == 0) {
        return cli_complain(verb, "--trials, --executions: expected 1 or more");
    }
    table = calloc(1, sizeof *table);
    if (table == NULL || !cli_canary_table_load(table, power.table_path)) {
        free(table);
        return CLI_USAGE;
    }
    fuzz_interrupt_catch();
    status = run_all(&power, table);
    cli_canary_table_unload(table);
    free(table);
    return status;
}
