/* power: how many schedules each strategy needs until it finds each planted bug and each classic
 * one.
 *
 * A cell is the mean over the trials, which have seeds one apart, of the execution that found the
 * bug. Cells are limited by executions, never by time: a table is the same on every machine. Each
 * is measured by a process of its own, several at once if wanted, and kept in a file as soon as it
 * is done.
 *
 *   table ─► cell ─► process: trials ─► shared cell ─► kept, one line ─► (all done) ─► table */
#include "conformance/ports/port_core.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/power_table.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/search.h"
#include "fuzz/explore/worker.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOBS_MAX 64u
#define WAIT_MS  20u

/* A process that measures a cell. */
struct job {
    struct fuzz_process *process; /* NULL: none */
    struct power *power;
    uint32_t row, strategy;
    struct cli_power_cell *cell; /* shared with the process */
};

struct power {
    const struct cli_verb *verb;
    const char *only;
    const char *out;
    const char *keep;
    const char *of;
    const char *table_path;
    const char *directory;
    struct cli_power_limits limits;
    uint64_t jobs;
    bool json, quiet;
    struct cli_power_table table;
    struct job job[JOBS_MAX];
    FILE *kept;
    uint32_t cells, done;
};

/* ---- the process that measures ---- */

/* run_trial searches until the bug is found; false when the host refuses memory or processes. */
static bool run_trial(struct fuzz_worker *worker, const char *oracles, uint64_t executions_max,
                      struct cli_power_cell *cell)
{
    const struct fuzz_statistics *statistics = fuzz_worker_statistics(worker);
    struct fuzz_strategy_progress progress;
    struct fuzz_report report;
    enum fuzz_answer answer;
    bool found;

    do {
        uint64_t left = executions_max - statistics->executions;
        answer = fuzz_worker_search(worker, left, NULL, &report);
        found = answer == FUZZ_ANSWER_FINDING && fuzz_list_has(oracles, report.oracle);
    } while (answer == FUZZ_ANSWER_FINDING && !found && statistics->executions < executions_max);
    fuzz_worker_progress(worker, &progress);
    cell->trials++;
    cell->all += statistics->executions;
    cell->found += found;
    cell->executions += found ? statistics->executions : 0;
    cell->exhausted = answer == FUZZ_ANSWER_EXHAUSTED && progress.complete;
    return answer != FUZZ_ANSWER_BROKEN;
}

static bool run_trials(const struct cli_power_limits *limits, struct fuzz_subject *subject,
                       const char *oracles, const struct fuzz_strategy *strategy,
                       struct cli_power_cell *cell)
{
    struct fuzz_worker_options options = {.strategy = strategy, .config = {.seed = limits->seed}};
    struct fuzz_worker *worker = fuzz_worker_create(subject, &options);
    uint64_t trials = fuzz_strategy_draws(strategy) ? limits->trials : 1;
    bool good = worker != NULL;

    *cell = (struct cli_power_cell){.trials = 0};
    while (good && cell->trials < trials && cell->all < limits->total &&
           (cell->trials < CLI_POWER_MISSES_MAX || cell->found > 0)) {
        fuzz_worker_restart(worker, limits->seed + cell->trials);
        good = run_trial(worker, oracles, limits->executions, cell);
    }
    fuzz_worker_destroy(worker);
    return good;
}

static bool measure_canary(const struct power *power, const struct cli_canary *canary,
                           const struct fuzz_strategy *strategy, struct cli_power_cell *cell)
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
    bool good = run_trials(&power->limits, input.subject, canary->oracles, strategy, cell);
    cli_input_unload(&input);
    return good;
}

static void measure(struct fuzz_process *self, void *argument)
{
    struct job *job = argument;
    const struct power *power = job->power;
    const struct cli_power_row *row = &power->table.row[job->row];
    const struct fuzz_strategy *strategy = fuzz_strategy_at(job->strategy);
    bool good;

    if (row->example != NULL) {
        struct cli_power_limits limits = power->limits;
        struct fuzz_body_subject body;
        limits.executions *= CLI_POWER_CLASSIC_EXECUTIONS;
        limits.total *= CLI_POWER_CLASSIC_TOTAL;
        fuzz_body_subject_init(&body, row->name, row->example->body, row->example->argument);
        good = run_trials(&limits, &body.subject, row->example->oracle, strategy, job->cell);
    } else {
        good = measure_canary(power, row->canary, strategy, job->cell);
    }
    job->cell->done = good;
    if (good) {
        fuzz_process_send(self);
    }
}

/* ---- its parent ---- */

static void show_progress(const struct power *power, const struct job *job)
{
    if (!power->quiet && fuzz_terminal_columns(stderr) != 0) {
        fprintf(stderr, "\r\033[K%u of %u cells  %s %s", power->done, power->cells,
                power->table.row[job->row].name, fuzz_strategy_at(job->strategy)->name);
    }
}

/* begin_next gives the job the first cell at or behind *next that is not measured; false when there
 * is none, or the host refuses (*broken). */
static bool begin_next(struct power *power, struct job *job, uint32_t *next, bool *broken)
{
    const struct cli_power_table *table = &power->table;

    while (*next < power->cells) {
        job->row = *next / table->strategies;
        job->strategy = *next % table->strategies;
        ++*next;
        if (!table->row[job->row].cell[job->strategy].done) {
            memset(job->cell, 0, sizeof *job->cell);
            job->process = fuzz_process_start(measure, job);
            *broken = job->process == NULL;
            return !*broken;
        }
    }
    return false;
}

/* finish takes what a job has measured; false after a message when it has died instead. */
static bool finish(struct power *power, struct job *job, enum fuzz_wait wait)
{
    struct cli_power_row *row = &power->table.row[job->row];
    struct fuzz_death death;

    if (wait == FUZZ_WAIT_DIED) {
        fuzz_process_death(job->process, &death);
        cli_complain(power->verb, "%s, %s: %s", row->name, fuzz_strategy_at(job->strategy)->name,
                     death.text[0] != '\0' ? death.text : "the measurement broke off");
    } else {
        row->cell[job->strategy] = *job->cell;
        power->done++;
        show_progress(power, job);
        if (power->kept != NULL) {
            cli_power_keep(row, job->strategy, power->kept);
            fflush(power->kept);
        }
    }
    fuzz_process_kill(job->process);
    job->process = NULL;
    return wait != FUZZ_WAIT_DIED;
}

/* run_cells measures what is not measured yet; false when it did not come to its end. */
static bool run_cells(struct power *power)
{
    uint32_t next = 0;
    bool good = true;
    bool broken = false;
    bool busy;

    do {
        busy = false;
        for (uint64_t i = 0; i < power->jobs && good; i++) {
            struct job *job = &power->job[i];
            if (job->process != NULL || begin_next(power, job, &next, &broken)) {
                enum fuzz_wait wait = fuzz_process_wait(job->process, WAIT_MS);
                good = wait == FUZZ_WAIT_TIMEOUT || finish(power, job, wait);
                busy = true;
            }
            good = good && !broken && !fuzz_interrupted();
        }
    } while (busy && good);
    for (uint64_t i = 0; i < power->jobs; i++) {
        fuzz_process_kill(power->job[i].process);
    }
    if (!power->quiet && fuzz_terminal_columns(stderr) != 0) {
        fputs("\r\033[K", stderr);
    }
    return good;
}

/* open_kept reads what an earlier run has measured, and opens the file for the rest. */
static bool open_kept(struct power *power)
{
    struct cli_output output;

    if (power->keep == NULL) {
        return true;
    }
    if (access(power->keep, F_OK) == 0 && !cli_power_kept(&power->table, power->keep)) {
        return false;
    }
    if (!cli_output_open(&output, power->keep)) {
        return false;
    }
    cli_power_keep_all(&power->table, output.file);
    if (!cli_output_commit(&output)) {
        return false;
    }
    power->kept = fopen(power->keep, "ab");
    return power->kept != NULL;
}

static int tell(struct power *power)
{
    struct cli_output output;

    if (!cli_output_open(&output, power->out)) {
        return CLI_USAGE;
    }
    if (power->json) {
        cli_power_table_json(&power->table, output.file);
    } else {
        cli_power_table_print(&power->table, output.file);
    }
    if (!cli_output_commit(&output)) {
        return CLI_USAGE;
    }
    return cli_power_table_missed(&power->table) > 0 ? CLI_FINDING : CLI_CLEAN;
}

static int run_all(struct power *power, const struct cli_canary_table *canaries)
{
    struct cli_power_cell *shared = fuzz_shared_create(sizeof *shared * JOBS_MAX);
    bool good;

    cli_power_table_init(&power->table, &power->limits, canaries, power->only);
    power->table.of = power->of;
    power->cells = power->table.row_count * power->table.strategies;
    if (power->table.row_count == 0) {
        cli_complain(power->verb, "--only: %s, expected names of classic subjects or of canaries",
                     power->only);
    }
    if (shared == NULL || power->table.row_count == 0 || !cli_output_check(power->out) ||
        !open_kept(power)) {
        fuzz_shared_destroy(shared, sizeof *shared * JOBS_MAX);
        return CLI_USAGE;
    }
    for (uint32_t i = 0; i < JOBS_MAX; i++) {
        power->job[i] = (struct job){.power = power, .cell = &shared[i]};
    }
    for (uint32_t i = 0; i < power->cells; i++) {
        power->done +=
            power->table.row[i / power->table.strategies].cell[i % power->table.strategies].done;
    }
    good = run_cells(power);
    if (power->kept != NULL) {
        fclose(power->kept);
    }
    fuzz_shared_destroy(shared, sizeof *shared * JOBS_MAX);
    if (!good) {
        return cli_complain(power->verb, "the measurement did not come to its end%s",
                            power->keep != NULL ? "; the same command goes on with it" : "");
    }
    return tell(power);
}

static int run_power(struct power *power)
{
    struct cli_canary_table *canaries = calloc(1, sizeof *canaries);
    int status = CLI_USAGE;

    if (power->limits.trials == 0 || power->limits.executions == 0 || power->limits.total == 0) {
        cli_complain(power->verb, "--trials, --executions, --total: expected 1 or more");
    } else if (power->jobs == 0 || power->jobs > JOBS_MAX) {
        cli_complain(power->verb, "--jobs: expected 1 to %u", JOBS_MAX);
    } else if (canaries == NULL) {
        cli_complain(power->verb, "there is no memory");
    } else if (cli_canary_table_load(canaries, power->table_path)) {
        fuzz_interrupt_catch();
        status = run_all(power, canaries);
        cli_canary_table_unload(canaries);
    }
    free(canaries);
    return status;
}

int cli_power(const struct cli_verb *verb, int argc, char **argv)
{
    struct power *power = calloc(1, sizeof *power);
    if (power == NULL) {
        return cli_complain(verb, "there is no memory");
    }
    power->verb = verb;
    power->table_path = IOCPLAB_ROOT "/fuzz/canaries/canaries.tsv";
    power->directory = IOCPLAB_BUILD "/canaries";
    power->limits =
        (struct cli_power_limits){.trials = 200, .executions = 20000, .total = 400000, .seed = 1};
    power->jobs = 1;
    const struct cli_option option[] = {
        {"output", 'o', CLI_TEXT, "FILE", "where the table goes, as Markdown", &power->out, NULL},
        CLI_OPTION_JSON(power->json),
        {"only", 0, CLI_TEXT, "NAME,...", "these bugs only", &power->only, NULL},
        {"jobs", 'j', CLI_COUNT, "N", "measurements at a time (1)", &power->jobs, NULL},
        {"keep", 0, CLI_TEXT, "FILE", "go on with what lies there, add what is measured",
         &power->keep, NULL},
        {"of", 0, CLI_TEXT, "TEXT", "what is measured, a commit say: for the head of the table",
         &power->of, NULL},
        {"trials", 0, CLI_COUNT, "N", "searches of each bug by each strategy (200)",
         &power->limits.trials, NULL},
        {"executions", 0, CLI_COUNT, "N", "of a search, at most (20k; classic subjects: 50 times)",
         &power->limits.executions, NULL},
        {"total", 0, CLI_COUNT, "N", "executions behind which no search begins (400k; 8 times)",
         &power->limits.total, NULL},
        {"seed", 0, CLI_COUNT, "N", "of the first search (1)", &power->limits.seed, NULL},
        {"quiet", 'q', CLI_FLAG, NULL, "no progress line", &power->quiet, NULL},
    };
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, sizeof option / sizeof option[0], 0, 0,
                           &operand, &count);

    if (status == -1) {
        status = run_power(power);
    }
    free(power);
    return status;
}
