/* split: surveys of growing depth, then prefixes dealt out in turn. */
#include "fuzz/explore/split.h"

#define PREFIXES_DEFAULT 128u
#define DEPTH_MAX        48u /* of a cut: programs that hardly branch are not surveyed for ever */

void fuzz_split_init(struct fuzz_split *split, const struct fuzz_strategy_config *config)
{
    uint32_t each = config->prefixes != 0 ? config->prefixes : PREFIXES_DEFAULT;
    *split = (struct fuzz_split){
        .shard = config->shard, .shards = config->shards, .enough = each * config->shards};
    fuzz_split_restart(split);
}

void fuzz_split_restart(struct fuzz_split *split)
{
    split->surveys = split->shards > 1;
    split->depth = split->surveys;
    split->met = 0;
}

bool fuzz_split_is_above(const struct fuzz_split *split, uint32_t depth)
{
    return split->shards > 1 && depth < split->depth;
}

/* Of as many prefixes in a row as there are shards each gets one, in an order that changes: else a
 * tree that repeats itself would give all that is large to the same one. */
static uint32_t owner(uint32_t prefix, uint32_t shards)
{
    uint64_t turn = fuzz_seed_mix(shards, prefix / shards) >> 32;
    return (uint32_t)((prefix + turn) % shards);
}

bool fuzz_split_gives_up(struct fuzz_split *split, uint32_t depth)
{
    if (split->shards <= 1 || depth != split->depth) {
        return false;
    }
    uint32_t prefix = split->met++;
    return split->surveys || owner(prefix, split->shards) != split->shard;
}

bool fuzz_split_again(struct fuzz_split *split)
{
    if (!split->surveys) {
        return false;
    }
    if (split->met == 0 && split->depth > 1) {
        split->depth--; /* the deepest cut that anything reaches */
        split->surveys = false;
    } else if (split->met == 0 || split->met >= split->enough || split->depth == DEPTH_MAX) {
        split->surveys = false;
    } else {
        split->depth++;
    }
    split->met = 0;
    return true;
}
