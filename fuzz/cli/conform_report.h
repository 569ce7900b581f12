/* conform_report: what a port was found to do with the scenarios of the corpus, told of: lines, a
 * table of clauses, JSON. Those who run them are verb_conform (the simulated world, which searches)
 * and real_conform (real Windows, which repeats). */
#ifndef FUZZ_CLI_CONFORM_REPORT_H
#define FUZZ_CLI_CONFORM_REPORT_H

#include "conformance/oracle.h"
#include "conformance/port.h"
#include "fuzz/cli/expect.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CLI_BREACHES_MAX    8u /* told of one scenario */
#define CLI_CONFORM_NAME    64
#define CLI_CONFORM_CLAUSE  16
#define CLI_CONFORM_ORACLE  32
#define CLI_CONFORM_MESSAGE 2048

/* A clause that a port breaks in a scenario. */
struct cli_breach {
    const struct conf_oracle *oracle; /* NULL: none of the table, a crash for example */
    char name[CLI_CONFORM_ORACLE];    /* of the oracle */
    char clause[CLI_CONFORM_CLAUSE];
    char message[CLI_CONFORM_MESSAGE];
    char *ordering;     /* what shows it: a scenario with decisions, or a history; owned */
    const char *reason; /* why it is accepted for now; NULL: it is not */
};

/* What became of one scenario. */
struct cli_verdict {
    char name[CLI_CONFORM_NAME];
    const char *skipped; /* why it was not run; NULL: it was */
    uint32_t breach_count;
    struct cli_breach breach[CLI_BREACHES_MAX];
    uint64_t executions;
    double seconds;
};

struct cli_report {
    const struct conf_port *port;
    const char *profile; /* must or should */
    const char *expect_path;
    const char *filter; /* NULL: all scenarios */
    bool json;
    struct cli_expect expect;
    struct cli_verdict *verdict;
    size_t count;
};

/* cli_report_is_judged tells whether a port is judged by an oracle in this profile. */
bool cli_report_is_judged(const struct cli_report *report, const struct conf_oracle *oracle);

/* cli_report_missing returns what a port would have to be able to for a scenario and is not; NULL:
 * nothing. */
const char *cli_report_missing(const struct conf_port *port, const struct conf_scenario *scenario);

/* cli_report_skip returns the reason why the list of expectations skips a scenario, NULL if it does
 * not. */
const char *cli_report_skip(struct cli_report *report, const char *scenario);

/* cli_report_add adds a breach of a clause, seen by the oracle `name`, to a verdict, for the caller
 * to fill in `ordering`; NULL when there is no room, or one of this oracle already. */
struct cli_breach *cli_report_add(struct cli_report *report, struct cli_verdict *verdict,
                                  const char *name, const char *clause, const char *message);

/* cli_report_line prints what became of one scenario, as soon as it is known. */
void cli_report_line(const struct cli_verdict *verdict);

/* cli_report_clauses prints the clauses that are watched. */
void cli_report_clauses(const struct cli_report *report);

/* cli_report_print prints the clauses, what breaks them and by which ordering, or all of it as one
 * JSON object. */
void cli_report_print(const struct cli_report *report);

/* cli_report_junit writes JUnit XML: a test case for each scenario; false after a message. */
bool cli_report_junit(const struct cli_report *report, const char *path);

/* cli_report_broken counts breaches that are not accepted, and accepted ones that did not show. */
uint32_t cli_report_broken(const struct cli_report *report);

/* cli_report_deinit frees the verdicts and the expectations. */
void cli_report_deinit(struct cli_report *report);

#endif
