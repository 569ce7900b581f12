/* ledger: what a search came to, program by program, as a file beside the findings it saved;
 * ledgers of shards add up to the ledger of the whole.
 *
 *     ledger 1
 *     strategy dpor
 *     seed 1
 *     bound none
 *     shards 4
 *     shard 0                       one line for each shard that is in it
 *     program 1f6b0c8d7a3e5599 corpus/scenarios/connect-then-echo.scn
 *       executions 120
 *       steps 9000
 *       redundant 3
 *       classed 117
 *       complete all              all, bounded (of what is within the bound) or no
 *       cost preemptions=1,reorderings=1,faults=0,timeouts=0          or none
 *       classes 0 2               the level of the sample (fuzz/explore/novelty.h) and its size
 *         1f0a...  1              a class; seen once (1) or more often (2)
 *         77b2...  2
 *     end
 *
 * Scenarios that a search made itself share one program, with the key 0. */
#ifndef FUZZ_CLI_LEDGER_H
#define FUZZ_CLI_LEDGER_H

#include "conformance/error.h"
#include "fuzz/explore/coverage.h"
#include "fuzz/explore/search.h"

#define CLI_LEDGER_FILE       "search.ledger"
#define CLI_LEDGER_SHARDS_MAX 4096u
#define CLI_LEDGER_PATH_SIZE  1024u
#define CLI_LEDGER_GENERATED  "(generated)"

struct cli_ledger_program {
    uint64_t key; /* of the subject */
    char path[CLI_LEDGER_PATH_SIZE];
    uint64_t executions, steps, redundant, classed;
    bool complete; /* each shard in the ledger has nothing left to try ... */
    bool bounded;  /* ... within the bound */
    bool has_cost; /* each has tried all that costs at most `cost` */
    uint32_t cost;
    struct fuzz_novelty classes;
};

struct cli_ledger {
    char strategy[32];
    uint64_t seed;
    bool has_bound;
    uint32_t bound;
    uint32_t shards; /* 1: not divided */
    uint64_t covers[CLI_LEDGER_SHARDS_MAX / 64];
    size_t count;
    struct cli_ledger_program *program; /* owned */
};

/* cli_ledger_init makes the empty ledger of a search; cli_ledger_deinit frees what it holds. */
void cli_ledger_init(struct cli_ledger *ledger, const char *strategy,
                     const struct fuzz_strategy_config *config, uint64_t seed);
void cli_ledger_deinit(struct cli_ledger *ledger);

/* cli_ledger_note adds the search of one program, which may be in the ledger already. False when
 * there is no memory. */
bool cli_ledger_note(struct cli_ledger *ledger, uint64_t key, const char *path,
                     const struct fuzz_search_result *result);

/* cli_ledger_merge adds another ledger; it returns NULL, or what keeps the two from being parts of
 * one search (a static string). A shard that is in both counts once in what is complete, but its
 * executions count twice: it is refused. */
const char *cli_ledger_merge(struct cli_ledger *sum, const struct cli_ledger *more);

/* cli_ledger_covers tells how many shards are in it. */
uint32_t cli_ledger_covers(const struct cli_ledger *ledger);

/* cli_ledger_write writes the ledger into DIR by rename; false after a message on standard error.
 */
bool cli_ledger_write(const struct cli_ledger *ledger, const char *directory);

/* cli_ledger_read reads a file; false after `file:line:column: message, expected ...` on standard
 * error. The caller gives the ledger back with cli_ledger_deinit, whatever it returned. */
bool cli_ledger_read(struct cli_ledger *ledger, const char *path);

#endif
