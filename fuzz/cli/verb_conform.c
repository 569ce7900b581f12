/* conform: which clauses of the contract does a port break, and by which ordering? */
#include "fuzz/cli/conform_report.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/show.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/progress.h"
#include "fuzz/explore/search.h"

#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#define EXECUTIONS_DEFAULT 300u /* of each scenario, each time */
#define SHRINK_MS          3000u

struct conform {
    const struct cli_verb *verb;
    const char *junit;
    const char *save;
    uint64_t executions, repeat, seed;
    bool list, quiet;
    struct cli_report report;
    struct fuzz_progress progress;
    struct fuzz_search_result *result;
    char oracles[1024]; /* those of the profile, as a list */
};

/* ---- what is searched ---- */

/* fill_oracles lists the oracles of the profile, and those of the engine. */
static void fill_oracles(struct conform *conform)
{
    size_t length = (size_t)snprintf(conform->oracles, sizeof conform->oracles, "%s,%s",
                                     FUZZ_ORACLE_CRASH, FUZZ_ORACLE_HANG);

    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        const struct conf_oracle *oracle = &conf_oracle_table[i];
        if (cli_report_is_judged(&conform->report, oracle) && length < sizeof conform->oracles) {
            length += (size_t)snprintf(conform->oracles + length, sizeof conform->oracles - length,
                                       ",%s", oracle->id);
        }
    }
}

/* ---- one scenario ---- */

static char *ordering_of(const struct fuzz_finding *finding)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (out == NULL) {
        return NULL;
    }
    fuzz_finding_print(finding, out);
    return fclose(out) == 0 ? text : NULL;
}

/* add_breach keeps what was found, once for each oracle; false when it cannot be saved. */
static bool add_breach(struct conform *conform, struct cli_verdict *verdict,
                       const struct fuzz_finding *finding)
{
    const char *oracle = finding->report.oracle;
    const char *clause = finding->subject->ops->clause(finding->subject, oracle);
    struct cli_breach *breach =
        cli_report_add(&conform->report, verdict, oracle, clause, finding->report.message);
    char path[CLI_PATH_SIZE];

    if (breach == NULL) {
        return true;
    }
    breach->ordering = ordering_of(finding);
    return breach->ordering != NULL &&
           (conform->save == NULL || cli_save_finding(finding, conform->save, path, sizeof path));
}

/* search_once searches a scenario under one seed. */
static bool search_once(struct conform *conform, struct cli_verdict *verdict,
                        struct fuzz_subject *subject, uint64_t seed)
{
    struct fuzz_search_result *result = conform->result;
    struct fuzz_search_options options = {.strategy = fuzz_strategy_find("portfolio"),
                                          .config = {.seed = seed},
                                          .executions_max = conform->executions,
                                          .shrink_ms = SHRINK_MS,
                                          .keep_going = true,
                                          .oracles = conform->oracles,
                                          .progress = fuzz_progress_show,
                                          .progress_argument = &conform->progress};
    bool good;

    fuzz_search(subject, &options, result);
    good = !result->broken;
    verdict->executions += result->statistics.executions;
    verdict->seconds += (double)result->elapsed_ns / 1e9;
    for (uint32_t i = 0; i < result->finding_count && good; i++) {
        good = add_breach(conform, verdict, &result->finding[i]);
    }
    fuzz_search_result_deinit(result);
    return good;
}

static bool judge(struct conform *conform, struct cli_verdict *verdict,
                  const struct cli_input *input)
{
    bool good = true;

    verdict->skipped = cli_report_missing(conform->report.port, input->scenario);
    if (verdict->skipped == NULL) {
        verdict->skipped = cli_report_skip(&conform->report, verdict->name);
    }
    fuzz_progress_begin(&conform->progress, verdict->name);
    for (uint64_t i = 0; i < conform->repeat && verdict->skipped == NULL && good; i++) {
        good = search_once(conform, verdict, input->subject, conform->seed + i);
    }
    fuzz_progress_clear(&conform->progress);
    if (good && !conform->report.json) {
        cli_report_line(verdict);
    }
    return good;
}

/* ---- all of them ---- */

/* visit judges, or lists, the scenario in one file if the filter lets it through. */
static bool visit(struct conform *conform, const char *path)
{
    struct cli_verdict *verdict = &conform->report.verdict[conform->report.count];
    struct cli_input input;
    const char *name;
    bool good = true;

    if (!cli_input_load(&input, path, conform->report.port)) {
        return false;
    }
    name = input.scenario->name;
    if (conform->report.filter == NULL || fnmatch(conform->report.filter, name, 0) == 0) {
        if (conform->list) {
            const char *why = cli_report_missing(conform->report.port, input.scenario);
            printf("%s%s%s\n", name, why == NULL ? "" : "   skipped: ", why == NULL ? "" : why);
        } else {
            snprintf(verdict->name, sizeof verdict->name, "%s", name);
            conform->report.count++;
            good = judge(conform, verdict, &input);
        }
    }
    cli_input_unload(&input);
    return good;
}

static int conform_all(struct conform *conform)
{
    glob_t found;
    bool good = true;

    if (glob(IOCPLAB_ROOT "/corpus/scenarios/*.scn", 0, NULL, &found) != 0) {
        return cli_complain(conform->verb, "no scenarios in " IOCPLAB_ROOT "/corpus/scenarios");
    }
    conform->report.verdict = calloc(found.gl_pathc, sizeof *conform->report.verdict);
    conform->result = calloc(1, sizeof *conform->result);
    good = conform->report.verdict != NULL && conform->result != NULL;
    for (size_t i = 0; i < found.gl_pathc && good && !fuzz_interrupted(); i++) {
        good = visit(conform, found.gl_pathv[i]);
    }
    globfree(&found);
    if (!good) {
        return cli_complain(conform->verb, "the search did not come to its end");
    }
    if (conform->list) {
        cli_report_clauses(&conform->report);
        return CLI_CLEAN;
    }
    if (conform->report.count == 0) {
        return cli_complain(conform->verb, "--filter: %s, expected a pattern that fits a scenario",
                            conform->report.filter);
    }
    cli_report_print(&conform->report);
    if (conform->junit != NULL && !cli_report_junit(&conform->report, conform->junit)) {
        return CLI_USAGE;
    }
    return cli_report_broken(&conform->report) > 0 ? CLI_FINDING : CLI_CLEAN;
}

static int parse(struct conform *conform, int argc, char **argv, char ***operand, int *count)
{
    const struct cli_option option[] = {
        CLI_OPTION_JSON(conform->report.json),
        {"profile", 0, CLI_CHOICE, "LEVEL", "must: what is documented; should: all (the default)",
         &conform->report.profile, "must|should"},
        {"expect", 0, CLI_TEXT, "FILE", "what the port is known not to do",
         &conform->report.expect_path, NULL},
        {"filter", 0, CLI_TEXT, "GLOB", "scenarios of such a name only", &conform->report.filter,
         NULL},
        {"list", 0, CLI_FLAG, NULL, "print scenarios and clauses, search nothing", &conform->list,
         NULL},
        {"junit", 0, CLI_TEXT, "FILE", "write JUnit XML, too", &conform->junit, NULL},
        {"save", 0, CLI_TEXT, "DIR", "save the orderings in this directory", &conform->save, NULL},
        {"executions", 0, CLI_COUNT, "N", "of each scenario (300)", &conform->executions, NULL},
        {"repeat", 0, CLI_COUNT, "N", "search each scenario N times, with seeds one apart (1)",
         &conform->repeat, NULL},
        {"seed", 0, CLI_COUNT, "N", "the first of them (1)", &conform->seed, NULL},
        {"quiet", 'q', CLI_FLAG, NULL, "no progress line", &conform->quiet, NULL},
    };

    return cli_parse(conform->verb, argc, argv, option, sizeof option / sizeof option[0], 1, 1,
                     operand, count);
}

int cli_conform(const struct cli_verb *verb, int argc, char **argv)
{
    struct conform conform = {.verb = verb,
                              .report = {.profile = "should"},
                              .executions = EXECUTIONS_DEFAULT,
                              .repeat = 1,
                              .seed = 1};
    char **operand;
    int count;
    int status = parse(&conform, argc, argv, &operand, &count);

    if (status != -1) {
        return status;
    }
    if (conform.executions == 0 || conform.repeat == 0) {
        return cli_complain(verb, "--executions, --repeat: expected at least 1");
    }
    conform.report.port = cli_port_load(verb, operand[0]);
    if (conform.report.port == NULL ||
        !cli_expect_load(&conform.report.expect, conform.report.expect_path)) {
        return CLI_USAGE;
    }
    if (!cli_output_check(conform.junit) ||
        (conform.save != NULL && !cli_directory_make(conform.save))) {
        return CLI_USAGE;
    }
    fuzz_interrupt_catch();
    fill_oracles(&conform);
    fuzz_progress_init(&conform.progress, stderr, !conform.quiet);
    status = conform_all(&conform);
    cli_report_deinit(&conform.report);
    free(conform.result);
    return status;
}
