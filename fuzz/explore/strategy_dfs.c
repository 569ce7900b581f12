/* strategy dfs: every schedule, one after the other, depth first, without any reduction.
 *
 * With a bound (a cost vector) only decisions whose costs add up to at most the bound are taken;
 * plain depth-first search stays complete up to that cost, since it prunes nothing else (Coons,
 * Musuvathi, McKinley, OOPSLA 2013, on why reductions do not). The dull schedule comes first. */
#include "fuzz/explore/strategy.h"

#include <string.h>

#define DEPTH_MAX 65536u

struct level {
    uint16_t index;
    uint16_t count;
    uint32_t cost; /* of the decisions before it */
};

struct dfs {
    struct sim_source source;
    uint32_t bound;
    uint32_t depth; /* levels of the path to take */
    uint32_t at;    /* levels passed in this execution */
    uint32_t started;
    uint32_t pruned; /* some alternative was beyond the bound */
    uint32_t cost;   /* of this execution so far */
    uint32_t overflow;
    struct level level[DEPTH_MAX];
};

static bool within(uint32_t cost, uint32_t bound)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        if ((cost >> shift & 0xff) > (bound >> shift & 0xff)) {
            return false;
        }
    }
    return true;
}

/* The first alternative from `from` on that the bound allows; count if there is none. */
static uint32_t allowed(struct dfs *dfs, const struct sim_pick *pick, uint32_t from)
{
    for (uint32_t i = from; i < pick->count; i++) {
        if (within(sim_cost_add(dfs->cost, pick->cost[i]), dfs->bound)) {
            return i;
        }
        dfs->pruned = 1;
    }
    return pick->count;
}

static uint32_t dfs_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct dfs *dfs = (struct dfs *)source;
    if (dfs->at == DEPTH_MAX) {
        dfs->overflow = 1;
        return 0;
    }
    struct level *level = &dfs->level[dfs->at];
    if (dfs->at == dfs->depth) { /* new ground: the dull choice costs nothing */
        *level = (struct level){.index = 0, .cost = dfs->cost};
        dfs->depth++;
    }
    level->count = (uint16_t)pick->count;
    /* The last level was moved on by end, which does not know the costs. */
    uint32_t index = allowed(dfs, pick, level->index);
    if (index == pick->count) { /* nothing left here: advance goes on above */
        level->index = (uint16_t)(pick->count - 1);
        return SIM_PICK_STOP;
    }
    level->index = (uint16_t)index;
    dfs->at++;
    dfs->cost = sim_cost_add(dfs->cost, pick->cost[index]);
    return index;
}

static void dfs_init(void *memory, const struct fuzz_strategy_config *config)
{
    struct dfs *dfs = memory;
    memset(dfs, 0, offsetof(struct dfs, level));
    dfs->source.pick = dfs_pick;
    dfs->bound = config->bound != 0 ? config->bound : UINT32_MAX;
}

/* Moves the path on to the next one; false when there is none. */
static bool advance(struct dfs *dfs)
{
    while (dfs->depth != 0) {
        struct level *last = &dfs->level[dfs->depth - 1];
        if (++last->index < last->count) {
            return true;
        }
        dfs->depth--;
    }
    return false;
}

static struct sim_source *dfs_begin(void *memory, uint64_t number)
{
    struct dfs *dfs = memory;
    (void)number;
    if (dfs->started && !advance(dfs)) {
        return NULL;
    }
    dfs->started = 1;
    dfs->at = 0;
    dfs->cost = 0;
    return &dfs->source;
}

static void dfs_progress(const void *memory, struct fuzz_strategy_progress *progress)
{
    const struct dfs *dfs = memory;
    progress->complete = dfs->started && dfs->depth == 0 && !dfs->overflow;
    progress->bounded = dfs->pruned;
}

const struct fuzz_strategy fuzz_strategy_dfs = {
    .name = "dfs",
    .about = "every schedule, depth first, without reduction; complete up to --bound",
    .memory_size = sizeof(struct dfs),
    .init = dfs_init,
    .begin = dfs_begin,
    .end = NULL,
    .progress = dfs_progress,
};
