/* ledger: adding up and writing. Reading is in ledger_read.c. */
#include "fuzz/cli/ledger.h"

#include "fuzz/cli/output.h"
#include "fuzz/explore/bound.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void cli_ledger_init(struct cli_ledger *ledger, const char *strategy,
                     const struct fuzz_strategy_config *config, uint64_t seed)
{
    uint32_t shard = config->shards > 1 ? config->shard : 0;

    memset(ledger, 0, sizeof *ledger);
    snprintf(ledger->strategy, sizeof ledger->strategy, "%s", strategy);
    ledger->seed = seed;
    ledger->has_bound = config->bounded;
    ledger->bound = config->bound;
    ledger->shards = config->shards > 1 ? config->shards : 1;
    ledger->covers[shard / 64] |= UINT64_C(1) << (shard % 64);
}

void cli_ledger_deinit(struct cli_ledger *ledger)
{
    free(ledger->program);
    ledger->program = NULL;
    ledger->count = 0;
}

static struct cli_ledger_program *find(struct cli_ledger *ledger, uint64_t key, const char *path)
{
    for (size_t i = 0; i < ledger->count; i++) {
        if (ledger->program[i].key == key && strcmp(ledger->program[i].path, path) == 0) {
            return &ledger->program[i];
        }
    }
    return NULL;
}

/* The program with this key and path, added if it is not there; NULL when there is no memory. */
static struct cli_ledger_program *ensure(struct cli_ledger *ledger, uint64_t key, const char *path)
{
    struct cli_ledger_program *program = find(ledger, key, path);
    if (program != NULL) {
        return program;
    }
    program = realloc(ledger->program, (ledger->count + 1) * sizeof *program);
    if (program == NULL) {
        return NULL;
    }
    ledger->program = program;
    program += ledger->count++;
    memset(program, 0, sizeof *program);
    program->key = key;
    program->complete = true;
    program->has_cost = true;
    program->cost = UINT32_MAX;
    snprintf(program->path, sizeof program->path, "%s", path);
    return program;
}

static uint32_t least_cost(uint32_t left, uint32_t right)
{
    uint32_t least = 0;

    for (unsigned shift = 0; shift < 32; shift += 8) {
        uint32_t l = left >> shift & 0xff;
        uint32_t r = right >> shift & 0xff;
        least |= (l < r ? l : r) << shift;
    }
    return least;
}

bool cli_ledger_note(struct cli_ledger *ledger, uint64_t key, const char *path,
                     const struct fuzz_search_result *result)
{
    const struct fuzz_strategy_progress *progress = &result->progress;
    struct cli_ledger_program *program = ensure(ledger, key, path);

    if (program == NULL) {
        return false;
    }
    program->executions += result->statistics.executions;
    program->steps += result->statistics.steps;
    program->redundant += progress->blocked;
    program->classed += result->statistics.coverage.classed;
    program->complete = program->complete && result->exhausted && progress->complete && key != 0;
    program->bounded = program->bounded || progress->bounded;
    program->has_cost = program->has_cost && progress->has_cost && key != 0;
    program->cost = least_cost(program->cost, progress->cost);
    fuzz_novelty_merge(&program->classes, &result->statistics.coverage.classes);
    return true;
}

static void add_program(struct cli_ledger_program *sum, const struct cli_ledger_program *more)
{
    sum->executions += more->executions;
    sum->steps += more->steps;
    sum->redundant += more->redundant;
    sum->classed += more->classed;
    sum->complete = sum->complete && more->complete;
    sum->bounded = sum->bounded || more->bounded;
    sum->has_cost = sum->has_cost && more->has_cost;
    sum->cost = least_cost(sum->cost, more->cost);
    fuzz_novelty_merge(&sum->classes, &more->classes);
}

/* What one ledger does not have is not complete in their sum. */
static void mark_missing(struct cli_ledger *sum, const struct cli_ledger *more)
{
    for (size_t i = 0; i < sum->count; i++) {
        struct cli_ledger_program *program = &sum->program[i];
        if (find((struct cli_ledger *)more, program->key, program->path) == NULL) {
            program->complete = false;
            program->has_cost = false;
        }
    }
}

const char *cli_ledger_merge(struct cli_ledger *sum, const struct cli_ledger *more)
{
    bool first = sum->shards == 0; /* an empty sum takes what it is given */

    if (first) {
        *sum = *more;
        sum->count = 0;
        sum->program = NULL;
    } else if (strcmp(sum->strategy, more->strategy) != 0 || sum->seed != more->seed ||
               sum->has_bound != more->has_bound || sum->bound != more->bound ||
               sum->shards != more->shards) {
        return "shards of one search: the same strategy, seed, bound and number of shards";
    } else {
        for (uint32_t i = 0; i < CLI_LEDGER_SHARDS_MAX / 64; i++) {
            if ((sum->covers[i] & more->covers[i]) != 0) {
                return "each shard once";
            }
            sum->covers[i] |= more->covers[i];
        }
        mark_missing(sum, more);
    }
    for (size_t i = 0; i < more->count; i++) {
        const struct cli_ledger_program *item = &more->program[i];
        bool missed = !first && find(sum, item->key, item->path) == NULL;
        struct cli_ledger_program *program = ensure(sum, item->key, item->path);
        if (program == NULL) {
            return "less, or more memory";
        }
        add_program(program, item);
        program->complete = program->complete && !missed;
        program->has_cost = program->has_cost && !missed;
    }
    return NULL;
}

uint32_t cli_ledger_covers(const struct cli_ledger *ledger)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < CLI_LEDGER_SHARDS_MAX / 64; i++) {
        count += (uint32_t)__builtin_popcountll(ledger->covers[i]);
    }
    return count;
}

static void write_program(const struct cli_ledger_program *program, FILE *out)
{
    char cost[FUZZ_BOUND_TEXT_SIZE] = "none";

    if (program->has_cost) {
        fuzz_bound_format(program->cost, cost);
    }
    fprintf(out, "program %016" PRIx64 " %s\n", program->key, program->path);
    fprintf(out, "  executions %" PRIu64 "\n  steps %" PRIu64 "\n  redundant %" PRIu64 "\n",
            program->executions, program->steps, program->redundant);
    fprintf(out,
            "  classed %" PRIu64 "\n  complete %s\n  cost %s\n  classes %" PRIu32 " %" PRIu32 "\n",
            program->classed,
            !program->complete ? "no"
            : program->bounded ? "bounded"
                               : "all",
            cost, program->classes.level, program->classes.used);
    for (uint32_t i = 0; i < FUZZ_NOVELTY_SLOTS; i++) {
        if (program->classes.hash[i] != 0) {
            fprintf(out, "    %016" PRIx64 " %u\n", program->classes.hash[i],
                    program->classes.seen[i]);
        }
    }
}

bool cli_ledger_write(const struct cli_ledger *ledger, const char *directory)
{
    char path[CLI_PATH_SIZE];
    char bound[FUZZ_BOUND_TEXT_SIZE] = "none";
    struct cli_output output;

    snprintf(path, sizeof path, "%s/" CLI_LEDGER_FILE, directory);
    if (!cli_directory_make(directory) || !cli_output_open(&output, path)) {
        return false;
    }
    if (ledger->has_bound) {
        fuzz_bound_format(ledger->bound, bound);
    }
    fprintf(output.file, "ledger 1\nstrategy %s\nseed %" PRIu64 "\nbound %s\nshards %" PRIu32 "\n",
            ledger->strategy, ledger->seed, bound, ledger->shards);
    for (uint32_t shard = 0; shard < CLI_LEDGER_SHARDS_MAX; shard++) {
        if (ledger->covers[shard / 64] >> (shard % 64) & 1) {
            fprintf(output.file, "shard %" PRIu32 "\n", shard);
        }
    }
    for (size_t i = 0; i < ledger->count; i++) {
        write_program(&ledger->program[i], output.file);
    }
    fprintf(output.file, "end\n");
    return cli_output_commit(&output);
}
