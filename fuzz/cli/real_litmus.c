/* litmus, on real Windows: many executions of each scenario, counted by what came of them.
 *
 *     connect-races-client: 100 runs
 *       sometimes      37  done,would-block
 *       sometimes      63  would-block,would-block
 *       found           1  lost-wakeup: ...
 *
 * The words are never, sometimes and always; those an `allow` lists and nobody saw come as never.
 * Where NAME.expected stands beside NAME.scn, it has what the simulated world may come to: nobody
 * saw the rest of that, and what it has not is UNEXPECTED, which is a difference of one of them.
 *
 * A finding that a list of known ones accepts is told of as `known`, by SCENARIO/ORACLE; so is what
 * is unexpected, by SCENARIO/unexpected-outcome. */
#include "conformance/oracle_clause.h"
#include "fuzz/cli/expected.h"
#include "fuzz/cli/known.h"
#include "fuzz/cli/real_scenarios.h"
#include "fuzz/cli/real_session.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define OUTCOME_SIZE 2048u
#define PATH_SIZE    4096u
#define FINDINGS_MAX 8u /* oracles told apart */
#define KEY_SIZE     128u
#define SOMETIMES    "sometimes" /* how the reason of a known finding begins that need not show */
#define UNEXPECTED   "unexpected-outcome"

struct tally {
    struct fuzz_outcome_set outcomes;
    struct fuzz_outcome_set expected; /* empty: nobody has said */
    bool unexpected_is_known;
    uint32_t finding_count;
    struct {
        uint32_t seen;
        struct conf_finding first;
        bool is_known;
    } finding[FINDINGS_MAX];
};

struct litmus {
    struct cli_session *session;
    uint64_t runs, seed;
    bool verbs;
    struct fuzz_json *json; /* NULL: text */
    bool found;
    struct cli_known known; /* by SCENARIO/ORACLE */
    struct tally tally;
};

/* ---- counting ---- */

static void count_finding(struct tally *tally, const struct conf_finding *finding)
{
    uint32_t i = 0;

    while (i < tally->finding_count && i + 1 < FINDINGS_MAX &&
           tally->finding[i].first.oracle != finding->oracle) {
        i++;
    }
    if (i == tally->finding_count) {
        tally->finding_count++;
        tally->finding[i].first = *finding;
        tally->finding[i].seen = 0;
    }
    tally->finding[i].seen++;
}

static void clear(struct tally *tally)
{
    fuzz_outcome_set_clear(&tally->outcomes);
    fuzz_outcome_set_clear(&tally->expected);
    tally->unexpected_is_known = false;
    tally->finding_count = 0;
}

static bool is_unexpected(const struct tally *tally, const char *text)
{
    return tally->expected.count != 0 && !fuzz_outcome_set_has(&tally->expected, text);
}

/* add_allowed adds what `allow` lists and nobody saw. */
static void add_allowed(struct tally *tally, const struct conf_scenario *scenario)
{
    struct conf_outcome imagined;

    conf_outcome_begin(&imagined, scenario);
    for (unsigned i = 0; i < scenario->allow_count; i++) {
        char text[OUTCOME_SIZE];
        for (unsigned k = 0; k < scenario->verb_count; k++) {
            for (unsigned label = 0; label < scenario->outcome_count; label++) {
                if (scenario->verb[k].label == scenario->outcome[label]) {
                    imagined.verb[k].ended = true;
                    imagined.verb[k].word = scenario->allow[i].word[label];
                }
            }
        }
        conf_outcome_tuple(&imagined, text, sizeof text);
        (void)fuzz_outcome_set_add(&tally->outcomes, text, 0);
    }
}

/* add_expected adds what may come and nobody saw. */
static void add_expected(struct tally *tally)
{
    for (uint32_t i = 0; i < tally->expected.count; i++) {
        (void)fuzz_outcome_set_add(&tally->outcomes, tally->expected.item[i].text, 0);
    }
}

/* look_up_one tells whether something is known; if not, it makes the command fail. */
static bool look_up_one(struct litmus *litmus, const char *what)
{
    char key[KEY_SIZE];
    bool is_known;

    snprintf(key, sizeof key, "%s/%s", litmus->session->scenario.name, what);
    is_known = cli_known_find(&litmus->known, key) != NULL;
    litmus->found = litmus->found || !is_known;
    return is_known;
}

static void look_up(struct litmus *litmus)
{
    struct tally *tally = &litmus->tally;

    for (uint32_t i = 0; i < tally->finding_count; i++) {
        tally->finding[i].is_known = look_up_one(litmus, tally->finding[i].first.oracle->id);
    }
    for (uint32_t i = 0; i < tally->outcomes.count; i++) {
        if (is_unexpected(tally, tally->outcomes.item[i].text)) {
            tally->unexpected_is_known = look_up_one(litmus, UNEXPECTED);
        }
    }
}

/* complain_of_unseen tells which known findings did not show, of those that do not depend on time.
 */
static void complain_of_unseen(struct litmus *litmus)
{
    for (uint32_t i = 0; i < litmus->known.count; i++) {
        if (!litmus->known.item[i].seen &&
            strncmp(litmus->known.item[i].reason, SOMETIMES, sizeof SOMETIMES - 1) != 0) {
            fprintf(stderr, "%s is known, but was not found\n", litmus->known.item[i].key);
            litmus->found = true;
        }
    }
}

/* ---- telling ---- */

static const char *how_often(const struct tally *tally, uint32_t outcome, uint64_t runs)
{
    uint64_t seen = tally->outcomes.item[outcome].seen;

    if (is_unexpected(tally, tally->outcomes.item[outcome].text)) {
        return tally->unexpected_is_known ? "known" : "UNEXPECTED";
    }
    return seen == 0 ? "never" : seen == runs ? "always" : "sometimes";
}

static void print_tally(const struct litmus *litmus, uint64_t runs)
{
    const struct tally *tally = &litmus->tally;

    printf("%s: %" PRIu64 " runs\n", litmus->session->scenario.name, runs);
    for (uint32_t i = 0; i < tally->outcomes.count; i++) {
        printf("  %-10s %6" PRIu64 "  %s\n", how_often(tally, i, runs),
               tally->outcomes.item[i].seen, tally->outcomes.item[i].text);
    }
    for (uint32_t i = 0; i < tally->finding_count; i++) {
        printf("  %-10s %6" PRIu32 "  %s: %s\n", tally->finding[i].is_known ? "known" : "found",
               tally->finding[i].seen, tally->finding[i].first.oracle->id,
               tally->finding[i].first.message);
    }
    fflush(stdout);
}

static void json_tally(const struct litmus *litmus, uint64_t runs)
{
    const struct tally *tally = &litmus->tally;

    fuzz_json_open(litmus->json, NULL, '{');
    fuzz_json_text(litmus->json, "scenario", litmus->session->scenario.name);
    fuzz_json_count(litmus->json, "runs", runs);
    fuzz_json_open(litmus->json, "outcomes", '[');
    for (uint32_t i = 0; i < tally->outcomes.count; i++) {
        const char *text = tally->outcomes.item[i].text;
        fuzz_json_open(litmus->json, NULL, '{');
        fuzz_json_text(litmus->json, "outcome", text);
        fuzz_json_count(litmus->json, "seen", tally->outcomes.item[i].seen);
        if (tally->expected.count != 0) {
            fuzz_json_bool(litmus->json, "expected", !is_unexpected(tally, text));
        }
        fuzz_json_close(litmus->json);
    }
    fuzz_json_close(litmus->json);
    fuzz_json_open(litmus->json, "findings", '[');
    for (uint32_t i = 0; i < tally->finding_count; i++) {
        const char *oracle = tally->finding[i].first.oracle->id;
        fuzz_json_open(litmus->json, NULL, '{');
        fuzz_json_text(litmus->json, "oracle", oracle);
        fuzz_json_text(litmus->json, "clause",
                       conf_oracle_clause(oracle, &litmus->session->scenario));
        fuzz_json_text(litmus->json, "message", tally->finding[i].first.message);
        fuzz_json_count(litmus->json, "seen", tally->finding[i].seen);
        fuzz_json_bool(litmus->json, "known", tally->finding[i].is_known);
        fuzz_json_close(litmus->json);
    }
    fuzz_json_close(litmus->json);
    fuzz_json_close(litmus->json);
}

static void tell(struct litmus *litmus, uint64_t runs)
{
    add_allowed(&litmus->tally, &litmus->session->scenario);
    look_up(litmus);
    add_expected(&litmus->tally);
    if (litmus->json != NULL) {
        json_tally(litmus, runs);
    } else {
        print_tally(litmus, runs);
    }
}

/* ---- running ---- */

/* read_expected reads the file that belongs to a litmus test, if there is one; false after a
 * message on standard error. */
static bool read_expected(struct litmus *litmus, const char *scenario_path)
{
    const struct conf_scenario *scenario = &litmus->session->scenario;
    size_t length = strlen(scenario_path);
    char path[PATH_SIZE];
    FILE *file;

    clear(&litmus->tally);
    if ((litmus->verbs && scenario->outcome_count != 0) || length <= 4 ||
        strcmp(scenario_path + length - 4, ".scn") != 0) {
        return true;
    }
    if (!cli_expected_path(scenario_path, path, sizeof path)) {
        return false;
    }
    file = fopen(path, "rb");
    if (file == NULL) {
        return true; /* a scenario, and no litmus test */
    }
    fclose(file);
    return cli_expected_read(&litmus->tally.expected, path, scenario);
}

/* observe returns what the last execution came to. */
static void observe(const struct litmus *litmus, char *text, size_t size)
{
    const struct cli_session *session = litmus->session;

    if (litmus->verbs || session->scenario.outcome_count == 0) {
        conf_outcome_format(&session->outcome, text, size);
    } else {
        conf_outcome_tuple(&session->outcome, text, size);
    }
}

/* run_scenario returns false after a message on standard error. */
static bool run_scenario(struct litmus *litmus)
{
    struct cli_session *session = litmus->session;
    const char *refused = conf_world_win32_refuses(&session->scenario);

    if (refused != NULL) {
        fprintf(stderr, "%s: passed over, it asks for %s\n", session->scenario.name, refused);
        return true;
    }
    for (uint64_t run = 0; run < litmus->runs; run++) {
        char text[OUTCOME_SIZE];
        bool returned;
        session->options.seed = run == 0 ? 0 : litmus->seed + run;
        returned = cli_session_run(session);
        observe(litmus, text, sizeof text);
        if (!fuzz_outcome_set_add(&litmus->tally.outcomes, text, 1)) {
            fprintf(stderr, "%s: more outcomes than %u, or no memory\n", session->scenario.name,
                    FUZZ_OUTCOME_SET_MAX);
            return false;
        }
        if (conf_runner_finding(session->runner) != NULL) {
            count_finding(&litmus->tally, conf_runner_finding(session->runner));
        }
        if (!returned) {
            tell(litmus, run + 1);
            _Exit(CLI_FINDING); /* its threads are still in there */
        }
    }
    tell(litmus, litmus->runs);
    return true;
}

static int run_file(struct litmus *litmus, const char *path)
{
    struct cli_scenarios scenarios;
    enum cli_next next = CLI_NEXT_SCENARIO;
    bool good = true;

    if (!cli_scenarios_open(&scenarios, path)) {
        return CLI_USAGE;
    }
    while (good && (next = cli_scenarios_next(&scenarios, &litmus->session->scenario)) ==
                       CLI_NEXT_SCENARIO) {
        good = read_expected(litmus, path) && run_scenario(litmus);
    }
    cli_scenarios_close(&scenarios);
    clear(&litmus->tally);
    return good && next == CLI_NEXT_END ? CLI_CLEAN : CLI_USAGE;
}

static int run_files(struct litmus *litmus, char **path, int count)
{
    int status = CLI_CLEAN;

    for (int i = 0; i < count && status == CLI_CLEAN; i++) {
        status = run_file(litmus, path[i]);
    }
    complain_of_unseen(litmus);
    return status == CLI_CLEAN && litmus->found ? CLI_FINDING : status;
}

int cli_real_litmus(const struct cli_verb *verb, int argc, char **argv)
{
    struct litmus *litmus = calloc(1, sizeof *litmus);
    const char *library = NULL, *known = NULL;
    uint64_t runs = 100, seed = 1;
    double settle = (double)CONF_WIN32_SETTLE_NS / 1e9;
    bool json = false, verbs = false;
    const struct cli_option option[] = {
        {"runs", 0, CLI_COUNT, "N", "executions of each scenario (100)", &runs, NULL},
        {"seed", 0, CLI_COUNT, "N", "of the random pauses before verbs (1)", &seed, NULL},
        {"settle", 0, CLI_SECONDS, "S", "what is silent for so long is at rest (0.02)", &settle,
         NULL},
        {"verbs", 0, CLI_FLAG, NULL, "count the results of all verbs", &verbs, NULL},
        {"known", 0, CLI_TEXT, "FILE", "findings that are accepted: SCENARIO/ORACLE and why",
         &known, NULL},
        CLI_OPTION_PORT(library),
        CLI_OPTION_JSON(json),
    };
    struct fuzz_json out;
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, sizeof option / sizeof option[0], 1, INT32_MAX,
                           &operand, &count);

    if (status == -1 && litmus != NULL) {
        litmus->session = cli_session_begin(verb, library);
    }
    if (status == -1 &&
        (litmus == NULL || litmus->session == NULL || !cli_known_load(&litmus->known, known))) {
        status = CLI_USAGE;
    }
    if (status == -1) {
        litmus->runs = runs;
        litmus->seed = seed;
        litmus->verbs = verbs;
        litmus->session->options.settle_ns = (uint64_t)(settle * 1e9);
        litmus->json = json ? &out : NULL;
        if (json) {
            fuzz_json_begin(&out, stdout);
            fuzz_json_open(&out, NULL, '[');
        }
        status = run_files(litmus, operand, count);
        if (json) {
            fuzz_json_close(&out);
            fuzz_json_end(&out);
        }
        cli_session_end(litmus->session);
        cli_known_unload(&litmus->known);
    }
    free(litmus);
    return status;
}
