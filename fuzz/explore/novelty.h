/* novelty: how many different histories a search has seen, and how many it has not.
 *
 * Counts distinct 64-bit hashes in fixed memory by adaptive sampling (Wegman; Flajolet 1990): a
 * hash is kept when its low `level` bits are 0, and when the table is full the level rises. Exact
 * while there are fewer than the capacity, within a few per cent later. The number of hashes seen
 * exactly once gives the Good-Turing estimate of the unseen: the probability that the next
 * execution shows something new is about seen_once / executions. Plain data, for shared memory. */
#ifndef FUZZ_EXPLORE_NOVELTY_H
#define FUZZ_EXPLORE_NOVELTY_H

#include <stdbool.h>
#include <stdint.h>

#define FUZZ_NOVELTY_SLOTS 8192u /* a power of two; half of them are used at most */

struct fuzz_novelty {
    uint32_t level;
    uint32_t used;
    uint32_t once; /* of these, seen exactly once */
    uint32_t reserved;
    uint64_t hash[FUZZ_NOVELTY_SLOTS]; /* 0: free */
    uint8_t seen[FUZZ_NOVELTY_SLOTS];  /* 1 or 2: once, more often */
};

/* fuzz_novelty_add counts one hash. Zeroed memory is an empty counter. It returns false when the
 * hash was seen before, true when it was not or nobody can tell. */
bool fuzz_novelty_add(struct fuzz_novelty *novelty, uint64_t hash);

/* fuzz_novelty_merge adds what another counter has seen. */
void fuzz_novelty_merge(struct fuzz_novelty *sum, const struct fuzz_novelty *more);

/* fuzz_novelty_distinct estimates how many different hashes were added,
 * fuzz_novelty_once how many of them exactly once. */
uint64_t fuzz_novelty_distinct(const struct fuzz_novelty *novelty);
uint64_t fuzz_novelty_once(const struct fuzz_novelty *novelty);

#endif
