/* split: how an exhaustive search is divided among shards.
 *
 * A search walks a tree of choices. It is cut at a depth at which there are enough prefixes for
 * each shard to get many; they are dealt out in the order in which the walk meets them, so that
 * neighbours, which are of similar size, go to different shards. To find the depth the tree above
 * the cut is walked first, a choice deeper each time:
 *
 *   SURVEY (depth 1, 2, ...: every execution is given up at the cut) ──enough prefixes──► SEARCH
 *
 * Everything above the cut is walked by each shard, and executions that end above it are executed
 * by each; below, a prefix belongs to exactly one. So the union of the shards is the whole, if the
 * walk above the cut depends on nothing that is found below it. Plain data, for shared memory. */
#ifndef FUZZ_EXPLORE_SPLIT_H
#define FUZZ_EXPLORE_SPLIT_H

#include "fuzz/explore/strategy.h"

struct fuzz_split {
    uint32_t shard, shards; /* 1 or less: nothing is divided */
    uint32_t enough;        /* prefixes */
    uint32_t depth;         /* choices above the cut */
    uint32_t met;           /* prefixes met in this walk */
    bool surveys;           /* this walk only looks for the depth */
};

/* fuzz_split_init prepares the division of a tree that has not been walked; fuzz_split_restart that
 * of another one, in the same way. */
void fuzz_split_init(struct fuzz_split *split, const struct fuzz_strategy_config *config);
void fuzz_split_restart(struct fuzz_split *split);

/* fuzz_split_is_above tells whether choice number `depth` (from 0) lies above the cut. */
bool fuzz_split_is_above(const struct fuzz_split *split, uint32_t depth);

/* fuzz_split_gives_up is asked each time the walk gets to choice number `depth` in a new way, and
 * tells whether the execution ends here, as its rest is another shard's. */
bool fuzz_split_gives_up(struct fuzz_split *split, uint32_t depth);

/* fuzz_split_again is asked at the end of a walk and tells whether the tree has to be walked once
 * more, from its root. */
bool fuzz_split_again(struct fuzz_split *split);

#endif
