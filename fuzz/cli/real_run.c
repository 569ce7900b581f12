/* run, on real Windows: one execution, told line by line. */
#include "conformance/oracle_clause.h"
#include "fuzz/cli/real_scenarios.h"
#include "fuzz/cli/real_session.h"
#include "fuzz/cli/verbs.h"

#include <stdlib.h>

static void print_history(const struct cli_session *session)
{
    size_t count;
    const struct conf_win32_record *record = conf_world_win32_records(session->world, &count);

    for (size_t i = 0; i < count; i++) {
        char line[256];
        conf_record_format(&record[i].record, &session->scenario, session->port, line, sizeof line);
        printf("%5zu %9.3f ms  %-8s %s\n", i + 1, (double)record[i].time_ns / 1e6,
               conf_thread_name(&session->scenario, record[i].thread), line);
    }
}

static int run_once(struct cli_session *session, const struct cli_verb *verb)
{
    const char *refused = conf_world_win32_refuses(&session->scenario);
    const struct conf_finding *finding;
    bool returned;

    if (refused != NULL) {
        return cli_complain(verb, "%s asks for %s, which no real world has", session->scenario.name,
                            refused);
    }
    returned = cli_session_run(session);
    print_history(session);
    finding = conf_runner_finding(session->runner);
    if (finding == NULL) {
        printf("\nno finding\n");
    } else {
        printf("\n%s (%s): %s\n", finding->oracle->id,
               conf_oracle_clause(finding->oracle->id, &session->scenario), finding->message);
    }
    fflush(stdout);
    if (!returned) {
        _Exit(CLI_FINDING); /* its threads are still in there */
    }
    return finding == NULL ? CLI_CLEAN : CLI_FINDING;
}

int cli_real_run(const struct cli_verb *verb, int argc, char **argv)
{
    const char *library = NULL;
    uint64_t seed = 0;
    const struct cli_option option[] = {
        CLI_OPTION_PORT(library),
        {"seed", 0, CLI_COUNT, "N", "of random pauses before verbs (0: none)", &seed, NULL},
    };
    struct cli_scenarios scenarios;
    struct cli_session *session;
    char **operand;
    int count;
    int status = cli_parse(verb, argc, argv, option, 2, 1, 1, &operand, &count);

    if (status != -1) {
        return status;
    }
    session = cli_session_begin(verb, library);
    if (session == NULL || !cli_scenarios_open(&scenarios, operand[0])) {
        cli_session_end(session);
        return CLI_USAGE;
    }
    session->options.seed = seed;
    status = cli_scenarios_next(&scenarios, &session->scenario) == CLI_NEXT_SCENARIO
                 ? run_once(session, verb)
                 : CLI_USAGE;
    cli_scenarios_close(&scenarios);
    cli_session_end(session);
    return status;
}
