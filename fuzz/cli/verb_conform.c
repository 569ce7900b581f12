/* conform: which clauses of the contract does a port break, and by which ordering? */
#include "conformance/scenario_words.h"
#include "fuzz/cli/conform.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/show.h"
#include "fuzz/explore/search.h"

#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#define EXECUTIONS_DEFAULT 300u /* of each scenario, each time */
#define SHRINK_MS          3000u

/* ---- what is searched ---- */

bool cli_conform_is_in_profile(const struct cli_conform *conform, const struct conf_oracle *oracle)
{
    return oracle->level == CONF_MUST || strcmp(conform->profile, "should") == 0;
}

/* fill_oracles lists the oracles of the profile, and those of the engine. */
static void fill_oracles(struct cli_conform *conform)
{
    size_t length = (size_t)snprintf(conform->oracles, sizeof conform->oracles, "%s,%s",
                                     FUZZ_ORACLE_CRASH, FUZZ_ORACLE_HANG);

    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        const struct conf_oracle *oracle = &conf_oracle_table[i];
        if (cli_conform_is_in_profile(conform, oracle) && length < sizeof conform->oracles) {
            length += (size_t)snprintf(conform->oracles + length, sizeof conform->oracles - length,
                                       ",%s", oracle->id);
        }
    }
}

/* needed returns the capability that a source needs, and what is said of a port without it. */
static uint64_t needed(const struct conf_source *source, const char **lack)
{
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;

    if (kind == CONF_WAKER) {
        *lack = "the port has no wakers";
        return CONF_CAN_WAKER;
    }
    if (conf_kind_is_pipe(kind) && source->mode == CONF_PIPE_MESSAGE) {
        *lack = "the port has no message-mode pipes";
        return CONF_CAN_MESSAGE;
    }
    if (conf_kind_is_pipe(kind)) {
        *lack = "the port has no pipes";
        return CONF_CAN_PIPE;
    }
    if (conf_kind_is_stream(kind) || kind == CONF_TASK) {
        *lack = "the port has no streams in memory";
        return CONF_CAN_STREAM;
    }
    if (conf_kind_is_socket(kind)) {
        *lack = "the port has no sockets";
        return CONF_CAN_SOCKET;
    }
    *lack = "the port has no sources that its user makes";
    return kind == CONF_USER_SOURCE ? CONF_CAN_USER : 0;
}

/* missing returns what a port would have to be able to for a scenario and is not; NULL: nothing. */
static const char *missing(const struct conf_port *port, const struct conf_scenario *scenario)
{
    for (unsigned i = 0; i < scenario->source_count; i++) {
        const struct conf_source *source = &scenario->source[i];
        const char *lack;
        if (!conf_kind_is_raw((enum conf_source_kind)source->kind) &&
            (needed(source, &lack) & ~port->capabilities) != 0) {
            return lack;
        }
    }
    return NULL;
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

static bool has_breach(const struct cli_verdict *verdict, const char *oracle)
{
    for (uint32_t i = 0; i < verdict->breach_count; i++) {
        if (strcmp(verdict->breach[i].name, oracle) == 0) {
            return true;
        }
    }
    return false;
}

/* add_breach keeps what was found, once for each oracle; false when it cannot be saved. */
static bool add_breach(struct cli_conform *conform, struct cli_verdict *verdict,
                       const struct fuzz_finding *finding)
{
    struct cli_breach *breach = &verdict->breach[verdict->breach_count];
    struct cli_expectation *expected;
    char path[CLI_PATH_SIZE];

    if (verdict->breach_count == CLI_BREACHES_MAX || has_breach(verdict, finding->report.oracle)) {
        return true;
    }
    verdict->breach_count++;
    breach->oracle = conf_oracle_find(finding->report.oracle);
    snprintf(breach->name, sizeof breach->name, "%s", finding->report.oracle);
    snprintf(breach->clause, sizeof breach->clause, "%s",
             breach->oracle == NULL ? finding->report.oracle : breach->oracle->clause);
    snprintf(breach->message, sizeof breach->message, "%s", finding->report.message);
    breach->ordering = ordering_of(finding);
    expected = cli_expect_find(&conform->expect, verdict->name, breach->clause);
    if (expected != NULL) {
        expected->seen = true;
        breach->reason = expected->reason;
    }
    return breach->ordering != NULL &&
           (conform->save == NULL || cli_save_finding(finding, conform->save, path, sizeof path));
}

/* search_once searches a scenario under one seed. */
static bool search_once(struct cli_conform *conform, struct cli_verdict *verdict,
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

static bool judge(struct cli_conform *conform, struct cli_verdict *verdict,
                  const struct cli_input *input)
{
    struct cli_expectation *skip = cli_expect_find(&conform->expect, verdict->name, "");
    bool good = true;

    verdict->skipped = missing(conform->port, input->scenario);
    if (verdict->skipped == NULL && skip != NULL) {
        skip->seen = true;
        verdict->skipped = skip->reason;
    }
    fuzz_progress_begin(&conform->progress, verdict->name);
    for (uint64_t i = 0; i < conform->repeat && verdict->skipped == NULL && good; i++) {
        good = search_once(conform, verdict, input->subject, conform->seed + i);
    }
    fuzz_progress_clear(&conform->progress);
    if (good && !conform->json) {
        cli_conform_line(verdict);
    }
    return good;
}

/* ---- all of them ---- */

static void print_clauses(const struct cli_conform *conform)
{
    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        const struct conf_oracle *oracle = &conf_oracle_table[i];
        if (cli_conform_is_in_profile(conform, oracle)) {
            printf("%-9s %-6s %-24s %s\n", oracle->clause,
                   oracle->level == CONF_MUST ? "MUST" : "SHOULD", oracle->id, oracle->about);
        }
    }
}

/* visit judges, or lists, the scenario in one file if the filter lets it through. */
static bool visit(struct cli_conform *conform, const char *path)
{
    struct cli_verdict *verdict = &conform->verdict[conform->count];
    struct cli_input input;
    const char *name;
    bool good = true;

    if (!cli_input_load(&input, path, conform->port)) {
        return false;
    }
    name = input.scenario->name;
    if (conform->filter == NULL || fnmatch(conform->filter, name, 0) == 0) {
        if (conform->list) {
            const char *why = missing(conform->port, input.scenario);
            printf("%s%s%s\n", name, why == NULL ? "" : "   skipped: ", why == NULL ? "" : why);
        } else {
            snprintf(verdict->name, sizeof verdict->name, "%s", name);
            conform->count++;
            good = judge(conform, verdict, &input);
        }
    }
    cli_input_unload(&input);
    return good;
}

static int conform_all(struct cli_conform *conform)
{
    glob_t found;
    bool good = true;

    if (glob(IOCPLAB_ROOT "/corpus/scenarios/*.scn", 0, NULL, &found) != 0) {
        return cli_complain(conform->verb, "no scenarios in " IOCPLAB_ROOT "/corpus/scenarios");
    }
    conform->verdict = calloc(found.gl_pathc, sizeof *conform->verdict);
    conform->result = calloc(1, sizeof *conform->result);
    good = conform->verdict != NULL && conform->result != NULL;
    for (size_t i = 0; i < found.gl_pathc && good && !fuzz_interrupted(); i++) {
        good = visit(conform, found.gl_pathv[i]);
    }
    globfree(&found);
    if (!good) {
        return cli_complain(conform->verb, "the search did not come to its end");
    }
    if (conform->list) {
        print_clauses(conform);
        return CLI_CLEAN;
    }
    if (conform->count == 0) {
        return cli_complain(conform->verb, "--filter: %s, expected a pattern that fits a scenario",
                            conform->filter);
    }
    cli_conform_print(conform);
    if (conform->junit != NULL && !cli_conform_junit(conform, conform->junit)) {
        return CLI_USAGE;
    }
    return cli_conform_broken(conform) > 0 ? CLI_FINDING : CLI_CLEAN;
}

static int parse(struct cli_conform *conform, int argc, char **argv, char ***operand, int *count)
{
    const struct cli_option option[] = {
        CLI_OPTION_JSON(conform->json),
        {"profile", 0, CLI_CHOICE, "LEVEL", "must: what is documented; should: all (the default)",
         &conform->profile, "must|should"},
        {"expect", 0, CLI_TEXT, "FILE", "what the port is known not to do", &conform->expect_path,
         NULL},
        {"filter", 0, CLI_TEXT, "GLOB", "scenarios of such a name only", &conform->filter, NULL},
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
    struct cli_conform conform = {.verb = verb,
                                  .profile = "should",
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
    conform.port = cli_port_load(verb, operand[0]);
    if (conform.port == NULL || !cli_expect_load(&conform.expect, conform.expect_path)) {
        return CLI_USAGE;
    }
    fuzz_interrupt_catch();
    fill_oracles(&conform);
    fuzz_progress_init(&conform.progress, stderr, !conform.quiet);
    status = conform_all(&conform);
    for (size_t i = 0; i < conform.count; i++) {
        for (uint32_t k = 0; k < conform.verdict[i].breach_count; k++) {
            free(conform.verdict[i].breach[k].ordering);
        }
    }
    free(conform.verdict);
    free(conform.result);
    cli_expect_unload(&conform.expect);
    return status;
}
