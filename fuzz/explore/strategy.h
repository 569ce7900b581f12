/* strategy: chooses the schedules of a search, one execution after the other.
 *
 * A strategy is a table of functions over one block of plain memory. The block lies in memory
 * shared with the parent and survives the death of the worker that used it, so that a search goes
 * on behind an execution that crashed. For that it holds no pointer to memory outside itself except
 * to functions and constants, and never allocates.
 *
 *   init ──► begin ──► (the world asks the source) ──► end ──► begin ──► ... ──► NULL: exhausted
 *              ▲                    │ process dies
 *              └──── end with world == NULL ◄─┘ */
#ifndef FUZZ_EXPLORE_STRATEGY_H
#define FUZZ_EXPLORE_STRATEGY_H

#include "fakes/world.h"

/* What the strategies are told once. */
struct fuzz_strategy_config {
    uint64_t seed;
    uint32_t bound; /* cost vector that bounded strategies stay within; see `bounded` */
    bool bounded;   /* false: no bound */
    /* This search is part `shard` of `shards` (0 or 1: the whole): exhaustive strategies split the
     * schedules by how they begin; the executions of the others are dealt out in turn. */
    uint32_t shard, shards;
    uint32_t prefixes; /* how many beginnings a shard gets at least; 0: the default */
    bool expands;      /* dpor: sleep sets alone, which is slow, and what the rest is checked by */
};

/* What came of an execution. */
struct fuzz_execution {
    const struct sim_world *world; /* for its log; NULL when the process died */
    const struct sim_decision_log *decisions;
    bool finding;
    uint32_t steps;
    uint32_t picks;
};

/* What an exhaustive strategy can say of itself. */
struct fuzz_strategy_progress {
    bool complete; /* every schedule (class of schedules) has been executed */
    bool bounded;  /* ... of those within the bound; others exist */
    bool has_cost; /* every schedule that costs at most `cost` has been executed */
    uint32_t cost;
    bool nondeterministic; /* the subject behaved differently under the same decisions */
    uint64_t blocked;      /* executions given up as redundant */
};

struct fuzz_strategy {
    const char *name;
    const char *about;  /* one line for --help */
    bool one_per_class; /* executions that are not abandoned are of different classes */
    size_t memory_size; /* of the block, at most FUZZ_STRATEGY_MEMORY_MAX */
    void (*init)(void *memory, const struct fuzz_strategy_config *config);
    /* begin prepares execution `number` (counted from 0 over the whole search) and returns the
     * source for it, which lies in the block; NULL when there is nothing left to try. */
    struct sim_source *(*begin)(void *memory, uint64_t number);
    /* end learns from the execution that begin prepared. NULL when a strategy does not learn. */
    void (*end)(void *memory, const struct fuzz_execution *execution);
    /* progress says how far it has come. NULL for strategies that are never complete. */
    void (*progress)(const void *memory, struct fuzz_strategy_progress *progress);
};

#define FUZZ_STRATEGY_MEMORY_MAX ((size_t)1 << 26)

/* fuzz_strategy_find returns the strategy of that name, NULL if there is none;
 * fuzz_strategy_at enumerates them, NULL beyond the last. */
const struct fuzz_strategy *fuzz_strategy_find(const char *name);
const struct fuzz_strategy *fuzz_strategy_at(size_t index);

/* fuzz_strategy_draws tells strategies whose executions are drawn at random from those that walk
 * through all of them: only of a sample can be told how much it has not shown. */
bool fuzz_strategy_draws(const struct fuzz_strategy *strategy);

/* fuzz_seed_mix derives the seed of part `number` of a search from the seed of the whole
 * (splitmix64: neighbouring numbers give unrelated seeds). */
uint64_t fuzz_seed_mix(uint64_t seed, uint64_t number);

/* The strategies, and their names separated by "|". */
#define FUZZ_STRATEGY_NAMES "portfolio|random|pct|pos|urw|surw|dfs|dpor"
extern const struct fuzz_strategy fuzz_strategy_random;
extern const struct fuzz_strategy fuzz_strategy_pct;
extern const struct fuzz_strategy fuzz_strategy_pos;
extern const struct fuzz_strategy fuzz_strategy_urw;
extern const struct fuzz_strategy fuzz_strategy_surw;
extern const struct fuzz_strategy fuzz_strategy_portfolio;
extern const struct fuzz_strategy fuzz_strategy_dfs;
extern const struct fuzz_strategy fuzz_strategy_dpor;

#endif
