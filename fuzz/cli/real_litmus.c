/* litmus, on real Windows: many executions of each scenario, counted by what came of them.
 *
 *     connect-races-client: 100 runs
 *       sometimes     63  would-block,would-block
 *       sometimes     37  done,would-block
 *       found          1  lost-wakeup: ...
 *
 * A finding that a list of known ones accepts is told of as `known`.
 *
 * The words are never, sometimes and always; those an `allow` lists and nobody saw come as never.
 */
#include "fuzz/cli/known.h"
#include "conformance/oracle_clause.h"
#include "fuzz/cli/real_scenarios.h"
#include "fuzz/cli/real_session.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define TALLY_MAX    256u /* outcomes told apart; more are counted as the last */
#define OUTCOME_SIZE 2048u
#define FINDINGS_MAX 8u /* oracles told apart */
#define KEY_SIZE     128u
#define SOMETIMES    "sometimes" /* how the reason of a known finding begins that need not show */

struct tally {
    uint32_t count;
    uint32_t seen[TALLY_MAX];
    char text[TALLY_MAX][OUTCOME_SIZE];
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

static void count_outcome(struct tally *tally, const char *text)
{
    uint32_t i = 0;

    while (i < tally->count && i + 1 < TALLY_MAX && strcmp(tally->text[i], text) != 0) {
        i++;
    }
    if (i == tally->count) {
        tally->count++;
        strcpy(tally->text[i], text);
        tally->seen[i] = 0;
    }
    tally->seen[i]++;
}

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

/* add_allowed puts what `allow` lists and nobody saw behind what was seen. */
static void add_allowed(struct tally *tally, const struct conf_scenario *scenario)
{
    struct conf_outcome imagined;

    conf_outcome_begin(&imagined, scenario);
    for (unsigned i = 0; i < scenario->allow_count && tally->count < TALLY_MAX; i++) {
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
        count_outcome(tally, text);
        tally->seen[tally->count - 1] -= strcmp(tally->text[tally->count - 1], text) == 0;
    }
}

/* look_up sees which findings are known; the others make the command fail. */
static void look_up(struct litmus *litmus)
{
    for (uint32_t i = 0; i < litmus->tally.finding_count; i++) {
        char key[KEY_SIZE];
        snprintf(key, sizeof key, "%s/%s", litmus->session->scenario.name,
                 litmus->tally.finding[i].first.oracle->id);
        litmus->tally.finding[i].is_known = cli_known_find(&litmus->known, key) != NULL;
        litmus->found = litmus->found || !litmus->tally.finding[i].is_known;
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

static const char *how_often(uint32_t seen, uint64_t runs)
{
    return seen == 0 ? "never" : seen == runs ? "always" : "sometimes";
}

static void print_tally(const struct litmus *litmus, uint64_t runs)
{
    const struct tally *tally = &litmus->tally;

    printf("%s: %" PRIu64 " runs\n", litmus->session->scenario.name, runs);
    for (uint32_t i = 0; i < tally->count; i++) {
        printf("  %-9s %6" PRIu32 "  %s\n", how_often(tally->seen[i], runs), tally->seen[i],
               tally->text[i]);
    }
    for (uint32_t i = 0; i < tally->finding_count; i++) {
        printf("  %-9s %6" PRIu32 "  %s: %s\n", tally->finding[i].is_known ? "known" : "found",
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
    for (uint32_t i = 0; i < tally->count; i++) {
        fuzz_json_open(litmus->json, NULL, '{');
        fuzz_json_text(litmus->json, "outcome", tally->text[i]);
        fuzz_json_count(litmus->json, "seen", tally->seen[i]);
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
    if (litmus->json != NULL) {
        json_tally(litmus, runs);
    } else {
        print_tally(litmus, runs);
    }
}

/* ---- running ---- */

static void run_scenario(struct litmus *litmus)
{
    struct cli_session *session = litmus->session;
    const char *refused = conf_world_win32_refuses(&session->scenario);

    if (refused != NULL) {
        fprintf(stderr, "%s: passed over, it asks for %s\n", session->scenario.name, refused);
        return;
    }
    litmus->tally.count = 0;
    litmus->tally.finding_count = 0;
    for (uint64_t run = 0; run < litmus->runs; run++) {
        char text[OUTCOME_SIZE];
        bool returned;
        session->options.seed = run == 0 ? 0 : litmus->seed + run;
        returned = cli_session_run(session);
        if (litmus->verbs || session->scenario.outcome_count == 0) {
            conf_outcome_format(&session->outcome, text, sizeof text);
        } else {
            conf_outcome_tuple(&session->outcome, text, sizeof text);
        }
        count_outcome(&litmus->tally, text);
        if (conf_runner_finding(session->runner) != NULL) {
            count_finding(&litmus->tally, conf_runner_finding(session->runner));
        }
        if (!returned) {
            tell(litmus, run + 1);
            _Exit(CLI_FINDING); /* its threads are still in there */
        }
    }
    tell(litmus, litmus->runs);
}

static int run_file(struct litmus *litmus, const char *path)
{
    struct cli_scenarios scenarios;
    enum cli_next next;

    if (!cli_scenarios_open(&scenarios, path)) {
        return CLI_USAGE;
    }
    while ((next = cli_scenarios_next(&scenarios, &litmus->session->scenario)) ==
           CLI_NEXT_SCENARIO) {
        run_scenario(litmus);
    }
    cli_scenarios_close(&scenarios);
    return next == CLI_NEXT_END ? CLI_CLEAN : CLI_USAGE;
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
