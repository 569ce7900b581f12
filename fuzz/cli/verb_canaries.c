/* canaries: does the search still find what it should, and nothing where there is nothing? */
#include "conformance/ports/port_core.h"
#include "fuzz/cli/canary_table.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/show.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/explain.h"
#include "fuzz/explore/progress.h"
#include "fuzz/explore/search.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TRIALS_MAX         1000u
#define EXECUTIONS_DEFAULT 20000u /* of what must stay silent, in each trial */

struct trial {
    bool found;
    char oracle[FUZZ_ORACLE_SIZE];
    uint64_t executions;
    uint64_t elapsed_ns;
};

struct canaries {
    const struct cli_verb *verb;
    /* options */
    const char *only;
    const char *strategy;
    const char *table_path;
    const char *directory;
    const char *root;
    const char *save;
    double seconds;
    uint64_t trials;
    uint64_t executions;
    uint64_t seed;
    bool twins;
    bool show;
    bool quiet;
    bool json;
    bool markdown;
    /* state */
    struct fuzz_progress progress;
    struct fuzz_search_result *result;
    struct fuzz_json out;
    uint32_t searched;
    uint32_t missed;
    uint32_t false_alarms;
};

/* is_silent tells whether nothing may be found: of controls, and of what is not planted. */
static bool is_silent(const struct canaries *canaries, const struct cli_canary *canary)
{
    return canaries->twins || cli_canary_is_control(canary);
}

/* tell says in a few lines what was found and where it was saved; false when it could not be. */
static bool tell(const struct canaries *canaries, const struct cli_canary *canary,
                 const struct trial *trial)
{
    const struct fuzz_finding *finding = &canaries->result->finding[0];
    char path[CLI_PATH_SIZE];

    printf("---- %s (%s): %s\n", canary->id, canary->origin, canary->about);
    printf("found by execution %" PRIu64
           " in %.3f s, with %u decisions; shrunk in %.2f s to %u%s\n",
           trial->executions, (double)trial->elapsed_ns / 1e9, finding->count_found,
           (double)canaries->result->shrink[0].elapsed_ns / 1e9, finding->count,
           finding->minimal && finding->count > 0 ? ", of which none can go" : "");
    fuzz_verdict_print(finding->subject, &finding->report, stdout);
    if (!cli_save_finding(finding, canaries->save, path, sizeof path)) {
        return false;
    }
    printf("saved as %s\n", path);
    return true;
}

/* run_trial searches one canary once. */
static bool run_trial(struct canaries *canaries, const struct cli_canary *canary,
                      struct fuzz_subject *subject, uint64_t number, struct trial *trial)
{
    struct fuzz_search_result *result = canaries->result;
    bool silent = is_silent(canaries, canary);
    bool show = (canaries->show || canaries->save != NULL) && (number == 0 || silent);
    bool good;
    struct fuzz_search_options options = {.strategy = fuzz_strategy_find(canaries->strategy),
                                          .config = {.seed = canaries->seed + number},
                                          .executions_max = silent ? canaries->executions : 0,
                                          .deadline_ns =
                                              fuzz_now_ns() + (uint64_t)(canaries->seconds * 1e9),
                                          .raw = !show,
                                          .oracles = silent ? NULL : canary->oracles,
                                          .progress = fuzz_progress_show,
                                          .progress_argument = &canaries->progress};

    fuzz_search(subject, &options, result);
    good = !result->broken;
    fuzz_progress_clear(&canaries->progress);
    *trial = (struct trial){.found = result->finding_count > 0,
                            .executions = result->statistics.executions,
                            .elapsed_ns = result->elapsed_ns};
    if (trial->found) {
        memcpy(trial->oracle, result->finding[0].report.oracle, sizeof trial->oracle);
        trial->executions = result->finding[0].execution;
    }
    if (trial->found && show && canaries->save != NULL) {
        good = tell(canaries, canary, trial) && good;
    } else if (trial->found && show) {
        printf("---- %s: %s\n\n", canary->id, canary->about);
        cli_show_finding(&result->finding[0], &result->shrink[0], stdout);
    }
    fuzz_search_result_deinit(result);
    return good;
}

/* verdict says what the trials of a canary came to. */
static const char *verdict(bool silent, uint64_t count, uint64_t found)
{
    if (silent) {
        return found == 0 ? "silent" : "FALSE ALARM";
    }
    return found == count ? "found" : "MISSED";
}

static const char text_head[] =
    "canary                       oracle                  mean exec.      "
    "worst  mean time  verdict\n";
static const char text_row[] = "%-28s %-23s %10s %10s %8.3f s  %s %" PRIu64 "/%" PRIu64 "\n";
static const char markdown_head[] = "| canary | oracle | mean executions | worst | seconds | |\n"
                                    "|---|---|---|---|---|---|\n";
static const char markdown_row[] = "| %s | %s | %s | %s | %.3f | %s %" PRIu64 "/%" PRIu64 " |\n";

static void print_row(const struct canaries *canaries, const struct cli_canary *canary,
                      const struct trial *trial, uint64_t count, uint64_t found)
{
    bool silent = is_silent(canaries, canary);
    uint64_t executions = 0;
    uint64_t elapsed_ns = 0;
    uint64_t worst = 0;
    const char *oracle = "-";
    char mean_text[FUZZ_COUNT_SIZE];
    char worst_text[FUZZ_COUNT_SIZE];

    for (uint64_t i = 0; i < count; i++) {
        executions += trial[i].executions;
        elapsed_ns += trial[i].elapsed_ns;
        worst = trial[i].executions > worst ? trial[i].executions : worst;
        oracle = trial[i].found ? trial[i].oracle : oracle;
    }
    printf(canaries->markdown ? markdown_row : text_row, canary->id, oracle,
           fuzz_count_format((double)executions / (double)count, mean_text),
           fuzz_count_format((double)worst, worst_text), (double)elapsed_ns / 1e9 / (double)count,
           verdict(silent, count, found), silent ? count - found : found, count);
    fflush(stdout);
}

static void json_row(struct fuzz_json *json, bool silent, const struct cli_canary *canary,
                     const struct trial *trial, uint64_t count, uint64_t found)
{
    fuzz_json_open(json, NULL, '{');
    fuzz_json_text(json, "id", canary->id);
    fuzz_json_text(json, "origin", canary->origin);
    fuzz_json_text(json, "expected", silent ? "none" : canary->oracles);
    fuzz_json_text(json, "subject", canary->subject);
    fuzz_json_text(json, "about", canary->about);
    fuzz_json_bool(json, "found", found == count);
    fuzz_json_bool(json, "good", found == (silent ? 0 : count));
    fuzz_json_open(json, "trials", '[');
    for (uint64_t i = 0; i < count; i++) {
        fuzz_json_open(json, NULL, '{');
        fuzz_json_bool(json, "found", trial[i].found);
        fuzz_json_text(json, "oracle", trial[i].oracle);
        fuzz_json_count(json, "executions", trial[i].executions);
        fuzz_json_number(json, "seconds", (double)trial[i].elapsed_ns / 1e9);
        fuzz_json_close(json);
    }
    fuzz_json_close(json);
    fuzz_json_close(json);
}

/* run_trials searches one canary as often as asked. */
static bool run_trials(struct canaries *canaries, const struct cli_canary *canary,
                       struct fuzz_subject *subject)
{
    struct trial *trial = calloc(canaries->trials, sizeof *trial);
    bool silent = is_silent(canaries, canary);
    uint64_t found = 0;
    uint64_t count = 0;
    bool good = trial != NULL;

    fuzz_progress_begin(&canaries->progress, canary->id);
    while (good && count < canaries->trials && !fuzz_interrupted()) {
        good = run_trial(canaries, canary, subject, count, &trial[count]);
        found += trial[count].found;
        count++;
    }
    if (good && count > 0) {
        canaries->searched++;
        canaries->missed += !silent && found < count;
        canaries->false_alarms += silent && found > 0;
        if (canaries->json) {
            json_row(&canaries->out, silent, canary, trial, count, found);
        } else if (canaries->save == NULL || found < count) {
            print_row(canaries, canary, trial, count, found);
        }
    }
    free(trial);
    return good;
}

/* load_port returns the port that a scenario runs on: the planted one, or the one it was made from,
 * which is linked in or a library named like the port. */
static const struct conf_port *load_port(const struct canaries *canaries,
                                         const struct cli_canary *canary)
{
    char library[CLI_PATH_SIZE];
    const struct conf_port *port;

    snprintf(library, sizeof library, "%s/%s.so", canaries->directory, canary->id);
    port = cli_port_load(canaries->verb, library);
    if (port == NULL || !canaries->twins) {
        return port;
    }
    if (strcmp(port->name, conf_port_core.name) == 0) {
        return &conf_port_core;
    }
    snprintf(library, sizeof library, "%s/%s.so", canaries->directory, port->name);
    return cli_port_load(canaries->verb, library);
}

/* load_subject loads what is searched: a program as a library of its own, or a scenario. */
static bool load_subject(const struct canaries *canaries, const struct cli_canary *canary,
                         struct cli_input *input, char path[CLI_PATH_SIZE])
{
    const struct conf_port *port;

    if (cli_canary_is_program(canary)) {
        snprintf(path, CLI_PATH_SIZE, "%s/%s%s.so", canaries->directory, canary->id,
                 canaries->twins ? ".fixed" : "");
        return cli_input_load(input, path, NULL);
    }
    snprintf(path, CLI_PATH_SIZE, "%s/%s", canaries->root, canary->subject);
    port = load_port(canaries, canary);
    return port != NULL && cli_input_load(input, path, port);
}

static bool run_canary(struct canaries *canaries, const struct cli_canary *canary)
{
    char path[CLI_PATH_SIZE];
    struct cli_input input;
    bool good;

    if (!load_subject(canaries, canary, &input, path)) {
        return false;
    }
    good = run_trials(canaries, canary, input.subject);
    cli_input_unload(&input);
    return good;
}

/* check_only makes sure that every id asked for is in the table. */
static int check_only(const struct canaries *canaries, const struct cli_canary_table *table)
{
    const char *at = canaries->only == NULL ? "" : canaries->only;

    while (*at != '\0') {
        size_t length = strcspn(at, ",");
        size_t i = 0;
        while (i < table->count && (strlen(table->item[i].id) != length ||
                                    memcmp(table->item[i].id, at, length) != 0)) {
            i++;
        }
        if (i == table->count) {
            return cli_complain(canaries->verb, "--only: %.*s is unknown, expected ids of %s",
                                (int)length, at, canaries->table_path);
        }
        at += length + (at[length] == ',');
    }
    return -1;
}

static int run_all(struct canaries *canaries, const struct cli_canary_table *table)
{
    bool good = true;

    canaries->result = calloc(1, sizeof *canaries->result);
    fuzz_progress_init(&canaries->progress, stderr, !canaries->quiet);
    if (canaries->json) {
        fuzz_json_begin(&canaries->out, stdout);
        fuzz_json_open(&canaries->out, NULL, '{');
        fuzz_json_open(&canaries->out, "canaries", '[');
    } else if (!canaries->show && canaries->save == NULL) {
        printf("%s", canaries->markdown ? markdown_head : text_head);
    }
    for (size_t i = 0; i < table->count && good && !fuzz_interrupted(); i++) {
        const struct cli_canary *canary = &table->item[i];
        if (canaries->only == NULL || fuzz_list_has(canaries->only, canary->id)) {
            good = canaries->result != NULL && run_canary(canaries, canary);
        }
    }
    if (canaries->json) {
        fuzz_json_close(&canaries->out);
        fuzz_json_count(&canaries->out, "searched", canaries->searched);
        fuzz_json_count(&canaries->out, "missed", canaries->missed);
        fuzz_json_count(&canaries->out, "false_alarms", canaries->false_alarms);
        fuzz_json_close(&canaries->out);
        fuzz_json_end(&canaries->out);
    }
    free(canaries->result);
    if (!good) {
        return cli_complain(canaries->verb, "the search did not come to its end");
    }
    return canaries->missed + canaries->false_alarms > 0 ? CLI_FINDING : CLI_CLEAN;
}

int cli_canaries(const struct cli_verb *verb, int argc, char **argv)
{
    struct canaries canaries = {.verb = verb,
                                .strategy = "portfolio",
                                .table_path = IOCPLAB_ROOT "/fuzz/canaries/canaries.tsv",
                                .directory = IOCPLAB_BUILD "/canaries",
                                .root = IOCPLAB_ROOT,
                                .seconds = 60,
                                .trials = 5,
                                .executions = EXECUTIONS_DEFAULT,
                                .seed = 1};
    const struct cli_option option[] = {
        CLI_OPTION_JSON(canaries.json),
        {"markdown", 0, CLI_FLAG, NULL, "print the table as Markdown", &canaries.markdown, NULL},
        {"only", 0, CLI_TEXT, "ID,...", "these only", &canaries.only, NULL},
        {"strategy", 0, CLI_CHOICE, "NAME", "how to choose schedules (portfolio)",
         &canaries.strategy, FUZZ_STRATEGY_NAMES},
        {"seconds", 0, CLI_SECONDS, "S", "time for each trial (60)", &canaries.seconds, NULL},
        {"trials", 0, CLI_COUNT, "N", "searches of each, with seeds one apart (5)",
         &canaries.trials, NULL},
        {"seed", 0, CLI_COUNT, "N", "of the first trial (1)", &canaries.seed, NULL},
        {"twins", 0, CLI_FLAG, NULL, "search what is not planted: nothing may be found",
         &canaries.twins, NULL},
        {"executions", 0, CLI_COUNT, "N", "of what must stay silent, in each trial (20000)",
         &canaries.executions, NULL},
        {"show", 0, CLI_FLAG, NULL, "shrink and draw what the first trial finds", &canaries.show,
         NULL},
        {"save", 0, CLI_TEXT, "DIR", "shrink and save there what the first trial finds",
         &canaries.save, NULL},
        {"quiet", 'q', CLI_FLAG, NULL, "no progress line", &canaries.quiet, NULL},
        {"libraries", 0, CLI_TEXT, "DIR", "where the ID.so are", &canaries.directory, NULL},
        {"table", 0, CLI_TEXT, "FILE", "instead of fuzz/canaries/canaries.tsv",
         &canaries.table_path, NULL},
    };
    struct cli_canary_table *table;
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, sizeof option / sizeof option[0], 0, 0,
                           &operand, &count);

    if (status != -1) {
        return status;
    }
    if (canaries.executions == 0) {
        return cli_complain(verb, "--executions: expected 1 or more");
    }
    if (canaries.trials == 0 || canaries.trials > TRIALS_MAX) {
        return cli_complain(verb, "--trials: expected 1 to %u", TRIALS_MAX);
    }
    table = calloc(1, sizeof *table);
    if (table == NULL || !cli_canary_table_load(table, canaries.table_path)) {
        free(table);
        return CLI_USAGE;
    }
    fuzz_interrupt_catch();
    status = check_only(&canaries, table);
    if (status == -1) {
        status = run_all(&canaries, table);
    }
    cli_canary_table_unload(table);
    free(table);
    return status;
}
