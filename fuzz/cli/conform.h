/* conform: what a port was found to do with the scenarios of the corpus, shared by the run
 * (verb_conform) and the report (conform_report). */
#ifndef FUZZ_CLI_CONFORM_H
#define FUZZ_CLI_CONFORM_H

#include "conformance/oracle.h"
#include "conformance/port.h"
#include "fuzz/cli/expect.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/finding.h"
#include "fuzz/explore/progress.h"

#define CLI_BREACHES_MAX   8u /* told of one scenario */
#define CLI_CONFORM_NAME   64
#define CLI_CONFORM_CLAUSE 16

/* A clause that a port breaks in a scenario. */
struct cli_breach {
    const struct conf_oracle *oracle; /* NULL: one of the engine, a crash for example */
    char name[FUZZ_ORACLE_SIZE];      /* of the oracle */
    char clause[CLI_CONFORM_CLAUSE];
    char message[FUZZ_MESSAGE_SIZE];
    char *ordering;     /* the shrunk scenario with the decisions that show it, owned */
    const char *reason; /* why it is accepted for now; NULL: it is not */
};

/* What became of one scenario. */
struct cli_verdict {
    char name[CLI_CONFORM_NAME];
    const char *skipped; /* why it was not searched; NULL: it was */
    uint32_t breach_count;
    struct cli_breach breach[CLI_BREACHES_MAX];
    uint64_t executions;
    double seconds;
};

struct cli_conform {
    const struct cli_verb *verb;
    /* options */
    const char *library;
    const char *profile;
    const char *expect_path;
    const char *filter;
    const char *junit;
    const char *save;
    uint64_t executions, repeat, seed;
    bool list, json, quiet;
    /* state */
    const struct conf_port *port;
    struct cli_expect expect;
    struct fuzz_progress progress;
    struct fuzz_search_result *result;
    char oracles[1024]; /* those of the profile, as a list */
    struct cli_verdict *verdict;
    size_t count;
};

/* cli_conform_is_in_profile tells whether a port is judged by an oracle. */
bool cli_conform_is_in_profile(const struct cli_conform *conform, const struct conf_oracle *oracle);

/* cli_conform_line prints what became of one scenario, as soon as it is known. */
void cli_conform_line(const struct cli_verdict *verdict);

/* cli_conform_print prints the clauses, what breaks them and by which ordering, or all of it as one
 * JSON object. */
void cli_conform_print(const struct cli_conform *conform);

/* cli_conform_junit writes JUnit XML: a test case for each scenario; false after a message. */
bool cli_conform_junit(const struct cli_conform *conform, const char *path);

/* cli_conform_broken counts breaches that are not accepted, and accepted ones that did not show. */
uint32_t cli_conform_broken(const struct cli_conform *conform);

#endif
