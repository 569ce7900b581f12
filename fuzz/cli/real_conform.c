/* conform, on real Windows: which clauses of the contract does a port break, as far as running the
 * scenarios of the corpus again and again shows it? What shows a breach is the history of that run.
 */
#include "conformance/oracle_clause.h"
#include "fuzz/cli/conform_report.h"
#include "fuzz/cli/real_corpus.h"
#include "fuzz/cli/real_scenarios.h"
#include "fuzz/cli/real_session.h"
#include "fuzz/cli/verbs.h"

#include <stdlib.h>
#include <string.h>

#define EXECUTIONS_DEFAULT 20u /* of each scenario */
#define LINE_SIZE          320u

struct conform {
    const struct cli_verb *verb;
    struct cli_session *session;
    uint64_t executions, seed;
    bool list;
    struct cli_report report;
};

/* history_of returns the lines of the last execution; NULL without memory. The caller frees it. */
static char *history_of(const struct cli_session *session)
{
    size_t count, length = 0;
    const struct conf_win32_record *record = conf_world_win32_records(session->world, &count);
    char *text = malloc(count * LINE_SIZE + 1);

    if (text == NULL) {
        return NULL;
    }
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        char line[256];
        conf_record_format(&record[i].record, &session->scenario, session->port, line, sizeof line);
        length += (size_t)snprintf(text + length, LINE_SIZE, "%-8s %s\n",
                                   conf_thread_name(&session->scenario, record[i].thread), line);
    }
    return text;
}

/* note adds what the last execution was found to break; false without memory. */
static bool note(struct conform *conform, struct cli_verdict *verdict)
{
    const struct conf_finding *finding = conf_runner_finding(conform->session->runner);
    struct cli_breach *breach;

    if (finding == NULL || !cli_report_is_judged(&conform->report, finding->oracle)) {
        return true;
    }
    breach = cli_report_add(&conform->report, verdict, finding->oracle->id,
                            conf_oracle_clause(finding->oracle->id, &conform->session->scenario),
                            finding->message);
    if (breach == NULL) {
        return true;
    }
    breach->ordering = history_of(conform->session);
    return breach->ordering != NULL;
}

static void conclude(struct conform *conform)
{
    cli_report_print(&conform->report);
    fflush(stdout);
}

static const char *why_skipped(struct conform *conform, const char *name)
{
    const struct conf_scenario *scenario = &conform->session->scenario;
    const char *why = cli_report_missing(conform->report.port, scenario);

    if (why == NULL) {
        why = cli_report_skip(&conform->report, name);
    }
    if (why == NULL && conf_world_win32_refuses(scenario) != NULL) {
        why = "it asks for what no real world has";
    }
    return why;
}

static bool judge(struct conform *conform)
{
    struct cli_session *session = conform->session;
    struct cli_verdict *verdict = &conform->report.verdict[conform->report.count++];
    bool good = true;

    snprintf(verdict->name, sizeof verdict->name, "%s", session->scenario.name);
    verdict->skipped = why_skipped(conform, verdict->name);
    while (verdict->skipped == NULL && good && verdict->executions < conform->executions) {
        bool returned;
        session->options.seed = verdict->executions == 0 ? 0 : conform->seed + verdict->executions;
        verdict->executions++;
        returned = cli_session_run(session);
        good = note(conform, verdict);
        if (!returned) {
            cli_report_line(verdict);
            conclude(conform);
            _Exit(CLI_FINDING); /* its threads are still in there */
        }
    }
    if (!conform->report.json) {
        cli_report_line(verdict);
    }
    return good;
}

static bool visit(struct conform *conform, const char *path)
{
    struct cli_session *session = conform->session;
    struct cli_scenarios scenarios;
    bool good;

    if (!cli_scenarios_open(&scenarios, path)) {
        return false;
    }
    good = cli_scenarios_next(&scenarios, &session->scenario) == CLI_NEXT_SCENARIO;
    cli_scenarios_close(&scenarios);
    if (!good || (conform->report.filter != NULL &&
                  !cli_name_fits(conform->report.filter, session->scenario.name))) {
        return good;
    }
    if (conform->list) {
        const char *why = why_skipped(conform, session->scenario.name);
        printf("%s%s%s\n", session->scenario.name,
               why == NULL ? "" : "   skipped: ", why == NULL ? "" : why);
        return true;
    }
    return judge(conform);
}

static int conform_all(struct conform *conform)
{
    struct cli_corpus corpus;
    bool good = cli_corpus_find(&corpus);

    conform->report.verdict = good ? calloc(corpus.count + 1, sizeof(struct cli_verdict)) : NULL;
    good = conform->report.verdict != NULL;
    for (size_t i = 0; i < corpus.count && good; i++) {
        good = visit(conform, corpus.path[i]);
    }
    cli_corpus_free(&corpus);
    if (!good) {
        return cli_complain(conform->verb, "not all scenarios could be run");
    }
    if (conform->list) {
        cli_report_clauses(&conform->report);
        return CLI_CLEAN;
    }
    if (conform->report.count == 0) {
        return cli_complain(conform->verb, "no scenario in %s/corpus/scenarios fits, expected one",
                            IOCPLAB_ROOT);
    }
    conclude(conform);
    return cli_report_broken(&conform->report) > 0 ? CLI_FINDING : CLI_CLEAN;
}

int cli_real_conform(const struct cli_verb *verb, int argc, char **argv)
{
    struct conform conform = {
        .verb = verb, .executions = EXECUTIONS_DEFAULT, .seed = 1, .report = {.profile = "should"}};
    const struct cli_option option[] = {
        CLI_OPTION_JSON(conform.report.json),
        {"profile", 0, CLI_CHOICE, "LEVEL", "must: what is documented; should: all (the default)",
         &conform.report.profile, "must|should"},
        {"expect", 0, CLI_TEXT, "FILE", "what the port is known not to do",
         &conform.report.expect_path, NULL},
        {"filter", 0, CLI_TEXT, "GLOB", "scenarios of such a name only", &conform.report.filter,
         NULL},
        {"list", 0, CLI_FLAG, NULL, "print scenarios and clauses, run nothing", &conform.list,
         NULL},
        {"executions", 0, CLI_COUNT, "N", "of each scenario (20)", &conform.executions, NULL},
        {"seed", 0, CLI_COUNT, "N", "of the random pauses before verbs (1)", &conform.seed, NULL},
    };
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, sizeof option / sizeof option[0], 1, 1,
                           &operand, &count);

    if (status != -1) {
        return status;
    }
    if (conform.executions == 0) {
        return cli_complain(verb, "--executions: expected at least 1");
    }
    conform.session = cli_session_begin(verb, operand[0]);
    if (conform.session == NULL) {
        return CLI_USAGE;
    }
    conform.report.port = conform.session->port;
    status = cli_expect_load(&conform.report.expect, conform.report.expect_path)
                 ? conform_all(&conform)
                 : CLI_USAGE;
    cli_report_deinit(&conform.report);
    cli_session_end(conform.session);
    return status;
}
