/* strategy dfs: every schedule, one after the other, depth first, without any reduction.
 *
 * With a bound (a cost vector) it proceeds in rounds: first everything that costs nothing, then
 * everything within 1 of each component, and so on up to the bound. Only decisions whose costs add
 * up to at most the round's bound are taken; nothing else is pruned, so each finished round is
 * complete up to its cost (a reduction under a bound would not be: Coons, Musuvathi, McKinley,
 * OOPSLA 2013), and the first finding is one of the cheapest. The dull schedule comes first. */
#include "fuzz/explore/bound.h"
#include "fuzz/explore/split.h"
#include "fuzz/explore/strategy.h"

#include <string.h>

#define DEPTH_MAX 65536u

struct level {
    uint16_t count;
    uint32_t spent; /* cost of the execution before it */
};

struct dfs {
    struct sim_source source;
    uint32_t bound; /* of this round */
    uint32_t limit; /* of the last round */
    bool bounded;
    bool started;
    bool exhausted;          /* the last round has ended */
    bool pruned;             /* some alternative of this round was beyond its bound */
    bool overflow;           /* an execution had more choices than levels */
    bool nondeterministic;   /* the subject had other choices where it should repeat itself */
    bool has_cost;           /* some round has ended ... */
    uint32_t cost;           /* ... and this was its bound */
    struct fuzz_split split; /* of this round */
    uint32_t depth;          /* levels of the path to take */
    uint32_t at;             /* levels passed in this execution */
    uint32_t spent;          /* cost of this execution so far */
    struct level level[DEPTH_MAX];
    uint16_t index[DEPTH_MAX]; /* what each level says, for the world to follow */
};

/* ---- bounds ---- */

/* The bound of the round after this one: each component 1 more, up to the limit. */
static uint32_t next_bound(uint32_t bound, uint32_t limit)
{
    uint32_t next = 0;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        uint32_t part = bound >> shift & 0xff;
        uint32_t most = limit >> shift & 0xff;
        next |= (part < most ? part + 1 : most) << shift;
    }
    return next;
}

/* The first alternative from `from` on that the bound allows; count if there is none. */
static uint32_t allowed(struct dfs *dfs, const struct sim_pick *pick, uint32_t from)
{
    for (uint32_t i = from; i < pick->count; i++) {
        if (fuzz_bound_allows(dfs->bound, sim_cost_add(dfs->spent, pick->cost[i]))) {
            return i;
        }
        dfs->pruned = true;
    }
    return pick->count;
}

/* ---- an execution ---- */

/* Gives up the level that was reached: advance goes on above it. */
static uint32_t stop_here(struct dfs *dfs)
{
    dfs->level[dfs->at].count = 1;
    dfs->index[dfs->at] = 0;
    dfs->depth = dfs->at + 1;
    return SIM_PICK_STOP;
}

static uint32_t dfs_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct dfs *dfs = (struct dfs *)source;
    if (dfs->at == DEPTH_MAX) {
        dfs->overflow = true;
        return 0;
    }
    if (dfs->at == dfs->depth) { /* new ground: the dull choice costs nothing */
        dfs->index[dfs->at] = 0;
        dfs->depth++;
        if (fuzz_split_gives_up(&dfs->split, dfs->at)) {
            return stop_here(dfs);
        }
    } else if (dfs->level[dfs->at].count != pick->count) {
        dfs->nondeterministic = true;
        return SIM_PICK_STOP;
    }
    dfs->level[dfs->at] = (struct level){(uint16_t)pick->count, dfs->spent};
    uint32_t index = dfs->index[dfs->at];
    if (dfs->bounded) { /* the last level was moved on by advance, which does not know the costs */
        index = allowed(dfs, pick, index);
        if (index == pick->count) {
            return stop_here(dfs);
        }
        dfs->index[dfs->at] = (uint16_t)index;
        dfs->spent = sim_cost_add(dfs->spent, pick->cost[index]);
    }
    dfs->at++;
    return index;
}

/* ---- between executions ---- */

static void dfs_init(void *memory, const struct fuzz_strategy_config *config)
{
    struct dfs *dfs = memory;
    memset(dfs, 0, offsetof(struct dfs, level));
    dfs->source.pick = dfs_pick;
    dfs->bounded = config->bounded;
    dfs->source.by_count = !config->bounded;
    dfs->limit = config->bound;
    fuzz_split_init(&dfs->split, config);
}

/* Moves the path on to the next one; false when there is none. */
static bool advance(struct dfs *dfs)
{
    while (dfs->depth != 0) {
        if (++dfs->index[dfs->depth - 1] < dfs->level[dfs->depth - 1].count) {
            return true;
        }
        dfs->depth--;
    }
    return false;
}

/* The round has ended: goes on to the next one; false when there is none. */
static bool next_round(struct dfs *dfs)
{
    dfs->has_cost = dfs->bounded && !dfs->overflow;
    dfs->cost = dfs->bound;
    if (!dfs->bounded || !dfs->pruned || dfs->bound == dfs->limit) {
        dfs->exhausted = true;
        return false;
    }
    dfs->bound = next_bound(dfs->bound, dfs->limit);
    dfs->pruned = false;
    fuzz_split_restart(&dfs->split);
    return true;
}

static struct sim_source *dfs_begin(void *memory, uint64_t number)
{
    struct dfs *dfs = memory;
    (void)number;
    if (dfs->exhausted || dfs->nondeterministic ||
        (dfs->started && !advance(dfs) && !fuzz_split_again(&dfs->split) && !next_round(dfs))) {
        return NULL;
    }
    dfs->started = true;
    dfs->at = dfs->depth != 0 ? dfs->depth - 1 : 0; /* what lies above is as it was */
    dfs->spent = dfs->depth != 0 ? dfs->level[dfs->at].spent : 0;
    dfs->source.script = dfs->index;
    dfs->source.script_left = dfs->at;
    return &dfs->source;
}

static void dfs_end(void *memory, const struct fuzz_execution *execution)
{
    struct dfs *dfs = memory;
    dfs->nondeterministic |= execution->world != NULL && dfs->source.script_left != 0;
}

static void dfs_progress(const void *memory, struct fuzz_strategy_progress *progress)
{
    const struct dfs *dfs = memory;
    progress->complete = dfs->exhausted && !dfs->overflow;
    progress->nondeterministic = dfs->nondeterministic;
    progress->bounded = dfs->pruned;
    progress->has_cost = dfs->has_cost;
    progress->cost = dfs->cost;
}

const struct fuzz_strategy fuzz_strategy_dfs = {
    .name = "dfs",
    .about = "every schedule, depth first, without reduction; in rounds up to --bound",
    .memory_size = sizeof(struct dfs),
    .init = dfs_init,
    .begin = dfs_begin,
    .end = dfs_end,
    .progress = dfs_progress,
};
