/* explore: what the verb explore is asked and what it has come to, shared by its three parts: the
 * options (explore_options), the run (verb_explore) and the report (explore_report). */
#ifndef FUZZ_CLI_EXPLORE_H
#define FUZZ_CLI_EXPLORE_H

#include "fuzz/cli/known.h"
#include "fuzz/cli/ledger.h"
#include "fuzz/cli/verbs.h"
#include "fuzz/explore/json.h"
#include "fuzz/explore/progress.h"
#include "fuzz/explore/search.h"

struct cli_explore {
    const struct cli_verb *verb;
    /* options */
    const char *strategy;
    const char *save;
    const char *known_path;
    const char *library;
    const char *oracles;
    uint64_t executions;
    double seconds;
    uint64_t seed;
    const char *bound;
    const char *shard;
    const char *from;
    struct fuzz_strategy_config config;
    bool no_recheck;
    bool keep_going;
    bool generate;
    bool quiet;
    bool json;
    /* state */
    const struct conf_port *port;
    struct cli_known known;
    struct cli_ledger ledger; /* of what is saved */
    struct fuzz_progress progress;
    struct fuzz_json out;
    struct fuzz_search_result *result; /* of the subject at hand */
    uint64_t begin_ns;
    uint64_t deadline_ns; /* 0: none */
    bool complete;        /* all schedules of all subjects */
    bool has_cost;        /* ... all that cost at most `cost` */
    bool nondeterministic;
    uint32_t cost;
    uint64_t blocked; /* executions given up as redundant */
    bool broken;
    bool misfit; /* a file has no step as --from says */
    /* sums over subjects */
    uint64_t subjects;
    uint64_t total_executions;
    uint64_t total_steps;
    uint64_t total_histories;
    uint64_t total_classes;
    uint64_t total_once; /* of the classes, seen once */
    uint64_t total_classed;
    struct fuzz_transitions transitions;
    uint64_t search_ns;
    uint32_t new_findings;
    uint32_t known_findings;
};

/* cli_explore_parse fills the options, which have their defaults, from the arguments of the verb;
 * it returns -1 to go on, else the exit status. */
int cli_explore_parse(struct cli_explore *explore, int argc, char **argv, char ***operand,
                      int *count);

/* cli_explore_finding shows, saves and counts finding `index` of the result at hand. */
void cli_explore_finding(struct cli_explore *explore, uint32_t index);

/* cli_explore_begin opens the JSON of the whole, where it was asked for; cli_explore_end closes it,
 * or prints the summary for people. */
void cli_explore_begin(struct cli_explore *explore);
void cli_explore_end(struct cli_explore *explore);

#endif
