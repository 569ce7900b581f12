/* litmus, in the simulated world: every outcome of a small scenario, and whether it is an expected
 * one.
 *
 *     connect-races-client: all of 77 executions
 *       sometimes     63  done,would-block
 *       sometimes     14  would-block,would-block
 *
 * With --runs a sample is drawn, as in a real world; then what nobody saw is no difference. */
#include "fuzz/cli/expected.h"
#include "fuzz/cli/input.h"
#include "fuzz/cli/output.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/json.h"
#include "fuzz/litmus.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define EXECUTIONS_MAX UINT64_C(4000000) /* of one litmus test */

struct litmus {
    const struct cli_verb *verb;
    const struct conf_port *port;
    uint64_t runs; /* 0: exhaustive */
    uint64_t seed;
    uint64_t executions_max;
    bool update;
    struct fuzz_json *json; /* NULL: text */
    uint32_t differences;
};

/* One litmus test. */
struct test {
    struct cli_input input;
    char path[CLI_PATH_SIZE]; /* of what is expected */
    struct fuzz_outcome_set expected;
    struct fuzz_litmus_result result;
};

/* how_often says how often an outcome was seen, and what is wrong with that. */
static const char *how_often(const struct litmus *litmus, const struct test *test, const char *text,
                             uint64_t seen)
{
    if (!fuzz_outcome_set_has(&test->expected, text)) {
        return "UNEXPECTED";
    }
    if (seen == 0) {
        return litmus->runs == 0 ? "IMPOSSIBLE" : "never";
    }
    return seen == test->result.executions ? "always" : "sometimes";
}

static bool is_difference(const char *how)
{
    return strcmp(how, "UNEXPECTED") == 0 || strcmp(how, "IMPOSSIBLE") == 0;
}

static void tell_text(const struct litmus *litmus, const struct test *test)
{
    const struct fuzz_litmus_result *result = &test->result;

    printf("%s: %s%" PRIu64 " executions%s\n", test->input.scenario->name,
           result->answer == FUZZ_LITMUS_ALL ? "all of " : "", result->executions,
           result->answer == FUZZ_LITMUS_SOME && litmus->runs == 0 ? ", INCOMPLETE" : "");
    for (uint32_t i = 0; i < result->set.count; i++) {
        printf("  %-10s %8" PRIu64 "  %s\n",
               how_often(litmus, test, result->set.item[i].text, result->set.item[i].seen),
               result->set.item[i].seen, result->set.item[i].text);
    }
    if (result->answer == FUZZ_LITMUS_FOUND) {
        printf("  %-10s %8d  %s\n", "FOUND", 1, result->finding);
    } else if (result->answer == FUZZ_LITMUS_TOO_MANY) {
        printf("  there are more outcomes than %u, or there is no memory\n", FUZZ_OUTCOME_SET_MAX);
    }
}

static void tell_json(const struct litmus *litmus, const struct test *test)
{
    const struct fuzz_litmus_result *result = &test->result;
    struct fuzz_json *json = litmus->json;

    fuzz_json_open(json, NULL, '{');
    fuzz_json_text(json, "scenario", test->input.scenario->name);
    fuzz_json_count(json, "executions", result->executions);
    fuzz_json_bool(json, "complete", result->answer == FUZZ_LITMUS_ALL);
    fuzz_json_open(json, "outcomes", '[');
    for (uint32_t i = 0; i < result->set.count; i++) {
        fuzz_json_open(json, NULL, '{');
        fuzz_json_text(json, "outcome", result->set.item[i].text);
        fuzz_json_count(json, "seen", result->set.item[i].seen);
        fuzz_json_bool(json, "expected",
                       fuzz_outcome_set_has(&test->expected, result->set.item[i].text));
        fuzz_json_close(json);
    }
    fuzz_json_close(json);
    if (result->answer == FUZZ_LITMUS_FOUND) {
        fuzz_json_text(json, "finding", result->finding);
    } else {
        fuzz_json_null(json, "finding");
    }
    fuzz_json_close(json);
}

/* compare tells about one test and counts it if it differs. */
static void compare(struct litmus *litmus, struct test *test)
{
    bool differs = test->result.answer != FUZZ_LITMUS_ALL && litmus->runs == 0;

    differs = differs || test->result.answer == FUZZ_LITMUS_FOUND ||
              test->result.answer == FUZZ_LITMUS_TOO_MANY;
    for (uint32_t i = 0; i < test->expected.count; i++) {
        (void)fuzz_outcome_set_add(&test->result.set, test->expected.item[i].text, 0);
    }
    for (uint32_t i = 0; i < test->result.set.count; i++) {
        differs = differs || is_difference(how_often(litmus, test, test->result.set.item[i].text,
                                                     test->result.set.item[i].seen));
    }
    litmus->differences += differs;
    if (litmus->json != NULL) {
        tell_json(litmus, test);
    } else {
        tell_text(litmus, test);
        fflush(stdout);
    }
}

/* write_expected writes the file by rename; false after a message on standard error. */
static bool write_expected(const struct fuzz_outcome_set *set, const char *path,
                           const struct conf_scenario *scenario)
{
    struct cli_output output;

    if (!cli_output_open(&output, path)) {
        return false;
    }
    fprintf(output.file, "# %s: everything it may come to in the simulated world\n",
            scenario->name);
    for (uint32_t i = 0; i < set->count; i++) {
        fprintf(output.file, "%s\n", set->item[i].text);
    }
    return cli_output_commit(&output);
}

static int run_test(struct litmus *litmus, struct test *test, const char *path)
{
    const struct fuzz_strategy *strategy =
        litmus->runs == 0 ? &fuzz_strategy_dpor : &fuzz_strategy_random;
    uint64_t most = litmus->runs == 0 ? litmus->executions_max : litmus->runs;

    if (test->input.scenario == NULL) {
        fprintf(stderr, "%s: a program, expected a scenario\n", path);
        return CLI_USAGE;
    }
    if (!cli_expected_path(path, test->path, sizeof test->path) ||
        (!litmus->update &&
         !cli_expected_read(&test->expected, test->path, test->input.scenario))) {
        return CLI_USAGE;
    }
    if (!fuzz_litmus_run(test->input.scenario, litmus->port, strategy, litmus->seed, most,
                         &test->result)) {
        return cli_complain(litmus->verb, "there is no memory");
    }
    if (litmus->update && test->result.answer == FUZZ_LITMUS_ALL) {
        if (!write_expected(&test->result.set, test->path, test->input.scenario)) {
            return CLI_USAGE;
        }
        for (uint32_t i = 0; i < test->result.set.count; i++) {
            (void)fuzz_outcome_set_add(&test->expected, test->result.set.item[i].text, 0);
        }
    }
    compare(litmus, test);
    return CLI_CLEAN;
}

static int run_file(struct litmus *litmus, const char *path)
{
    struct test *test = calloc(1, sizeof *test);
    int status = CLI_USAGE;

    if (test == NULL) {
        return cli_complain(litmus->verb, "there is no memory");
    }
    if (cli_input_load(&test->input, path, litmus->port)) {
        status = run_test(litmus, test, path);
        cli_input_unload(&test->input);
    }
    fuzz_outcome_set_clear(&test->expected);
    fuzz_outcome_set_clear(&test->result.set);
    free(test);
    return status;
}

int cli_litmus(const struct cli_verb *verb, int argc, char **argv)
{
    struct litmus litmus = {.verb = verb, .seed = 1, .executions_max = EXECUTIONS_MAX};
    const char *library = NULL;
    bool json = false;
    const struct cli_option option[] = {
        {"runs", 0, CLI_COUNT, "N", "N executions drawn at random, instead of all there are",
         &litmus.runs, NULL},
        {"seed", 0, CLI_COUNT, "N", "of what is drawn (1)", &litmus.seed, NULL},
        {"executions", 0, CLI_COUNT, "N", "at most N of each, exhaustive or not (4M)",
         &litmus.executions_max, NULL},
        {"update", 0, CLI_FLAG, NULL, "write NAME.expected: all there are", &litmus.update, NULL},
        CLI_OPTION_PORT(library),
        CLI_OPTION_JSON(json),
    };
    struct fuzz_json out;
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, sizeof option / sizeof option[0], 1, INT32_MAX,
                           &operand, &count);

    if (status != -1) {
        return status;
    }
    if (litmus.update && litmus.runs != 0) {
        return cli_complain(verb, "--update goes without --runs: a sample is not all there is");
    }
    litmus.port = cli_port_load(verb, library);
    if (litmus.port == NULL) {
        return CLI_USAGE;
    }
    if (json) {
        litmus.json = &out;
        fuzz_json_begin(&out, stdout);
        fuzz_json_open(&out, NULL, '[');
    }
    status = CLI_CLEAN;
    for (int i = 0; i < count && status == CLI_CLEAN; i++) {
        status = run_file(&litmus, operand[i]);
    }
    if (json) {
        fuzz_json_close(&out);
        fuzz_json_end(&out);
    }
    return status != CLI_CLEAN ? status : litmus.differences > 0 ? CLI_FINDING : CLI_CLEAN;
}
