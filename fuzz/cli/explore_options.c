/* explore_options: a table, and what the parser cannot check by itself. */
#include "fuzz/cli/explore.h"
#include "fuzz/explore/bound.h"

#include <inttypes.h>
#include <string.h>

/* read_config understands --bound and --shard; false after a message. */
static bool read_config(struct cli_explore *explore)
{
    struct fuzz_strategy_config *config = &explore->config;
    const char *expected;

    if (explore->bound != NULL) {
        config->bounded = true;
        if (strcmp(explore->strategy, "dfs") != 0) {
            cli_complain(explore->verb, "--bound goes with --strategy dfs");
            return false;
        }
        if (!fuzz_bound_parse(explore->bound, &config->bound, &expected)) {
            cli_complain(explore->verb, "--bound: %s, expected %s", explore->bound, expected);
            return false;
        }
    }
    if (explore->from != NULL && explore->generate) {
        cli_complain(explore->verb, "--from goes with files, not with --generate");
        return false;
    }
    if (explore->shard != NULL) {
        char end;
        if (sscanf(explore->shard, "%" SCNu32 "/%" SCNu32 "%c", &config->shard, &config->shards,
                   &end) != 2 ||
            config->shards == 0 || config->shards > CLI_LEDGER_SHARDS_MAX ||
            config->shard >= config->shards) {
            cli_complain(explore->verb,
                         "--shard: %s, expected I/N with I from 0 to N - 1, N at most %u",
                         explore->shard, CLI_LEDGER_SHARDS_MAX);
            return false;
        }
    }
    return true;
}

static int parse(struct cli_explore *explore, int argc, char **argv, char ***operand, int *count)
{
    const struct cli_option option[] = {
        CLI_OPTION_PORT(explore->library),
        CLI_OPTION_JSON(explore->json),
        {"strategy", 0, CLI_CHOICE, "NAME", "how to choose schedules (portfolio)",
         &explore->strategy, FUZZ_STRATEGY_NAMES},
        {"executions", 0, CLI_COUNT, "N", "at most N executions of each program",
         &explore->executions, NULL},
        {"seconds", 0, CLI_SECONDS, "S", "at most S seconds in all", &explore->seconds, NULL},
        {"seed", 0, CLI_COUNT, "N", "of all that is random (1)", &explore->seed, NULL},
        {"bound", 0, CLI_TEXT, "COSTS", "dfs: preemptions=2,reorderings=2,faults=1,timeouts=1",
         &explore->bound, NULL},
        {"shard", 0, CLI_TEXT, "I/N", "search part I of N (I from 0)", &explore->shard, NULL},
        {"from", 0, CLI_TEXT, "STEP", "only what can happen from there on: THREAD#N of each FILE",
         &explore->from, NULL},
        {"generate", 0, CLI_FLAG, NULL, "search scenarios made from the seed, too",
         &explore->generate, NULL},
        {"oracle", 0, CLI_TEXT, "ID,...", "look for findings of these oracles only",
         &explore->oracles, NULL},
        {"save", 0, CLI_TEXT, "DIR", "save findings in this directory", &explore->save, NULL},
        {"no-recheck", 0, CLI_FLAG, NULL, "do not repeat one in 512 executions to compare them",
         &explore->no_recheck, NULL},
        {"keep-going", 0, CLI_FLAG, NULL, "go on behind the first finding", &explore->keep_going,
         NULL},
        {"known", 0, CLI_TEXT, "FILE", "findings accepted for now: KEY REASON LINK a line",
         &explore->known_path, NULL},
        {"quiet", 'q', CLI_FLAG, NULL, "no progress line", &explore->quiet, NULL},
    };

    return cli_parse(explore->verb, argc, argv, option, sizeof option / sizeof option[0], 0,
                     INT32_MAX, operand, count);
}

int cli_explore_parse(struct cli_explore *explore, int argc, char **argv, char ***operand,
                      int *count)
{
    int status = parse(explore, argc, argv, operand, count);

    if (status != -1) {
        return status;
    }
    if (!read_config(explore)) {
        return CLI_USAGE;
    }
    if (*count == 0 && !explore->generate) {
        return cli_complain(explore->verb, "expected FILE... or --generate");
    }
    return -1;
}
