/* novelty: open addressing with linear probing over the upper bits of the hash; a rise of the level
 * rebuilds the table in place. */
#include "fuzz/explore/novelty.h"

#include <string.h>

#define USED_MAX (FUZZ_NOVELTY_SLOTS / 2)

static uint32_t find_slot(const struct fuzz_novelty *novelty, uint64_t hash)
{
    uint32_t slot = (uint32_t)(hash >> 40) & (FUZZ_NOVELTY_SLOTS - 1);

    while (novelty->hash[slot] != 0 && novelty->hash[slot] != hash) {
        slot = (slot + 1) & (FUZZ_NOVELTY_SLOTS - 1);
    }
    return slot;
}

/* raise_level drops every other hash on average. The survivors are collected first, because moving
 * entries inside an open table would hide some of them. */
static void raise_level(struct fuzz_novelty *novelty)
{
    uint64_t kept_hash[USED_MAX];
    uint8_t kept_seen[USED_MAX];
    uint32_t kept = 0;

    novelty->level++;
    for (uint32_t i = 0; i < FUZZ_NOVELTY_SLOTS; i++) {
        uint64_t hash = novelty->hash[i];
        if (hash != 0 && (hash & ((UINT64_C(1) << novelty->level) - 1)) == 0) {
            kept_hash[kept] = hash;
            kept_seen[kept] = novelty->seen[i];
            kept++;
        }
    }
    memset(novelty->hash, 0, sizeof novelty->hash);
    novelty->used = kept;
    novelty->once = 0;
    for (uint32_t i = 0; i < kept; i++) {
        uint32_t slot = find_slot(novelty, kept_hash[i]);
        novelty->hash[slot] = kept_hash[i];
        novelty->seen[slot] = kept_seen[i];
        novelty->once += kept_seen[i] == 1;
    }
}

static bool add(struct fuzz_novelty *novelty, uint64_t hash, uint8_t times)
{
    uint32_t slot;

    if ((hash & ((UINT64_C(1) << novelty->level) - 1)) != 0) {
        return true; /* not in the sample */
    }
    if (hash == 0) {
        hash = UINT64_C(1) << 63; /* 0 marks a free slot */
    }
    slot = find_slot(novelty, hash);
    if (novelty->hash[slot] != 0) {
        novelty->once -= novelty->seen[slot] == 1;
        novelty->seen[slot] = 2;
        return false;
    }
    novelty->hash[slot] = hash;
    novelty->seen[slot] = times;
    novelty->used++;
    novelty->once += times == 1;
    while (novelty->used >= USED_MAX) {
        raise_level(novelty);
    }
    return true;
}

bool fuzz_novelty_add(struct fuzz_novelty *novelty, uint64_t hash)
{
    return add(novelty, hash, 1);
}

void fuzz_novelty_merge(struct fuzz_novelty *sum, const struct fuzz_novelty *more)
{
    while (sum->level < more->level) {
        raise_level(sum);
    }
    for (uint32_t i = 0; i < FUZZ_NOVELTY_SLOTS; i++) {
        if (more->hash[i] != 0) {
            (void)add(sum, more->hash[i], more->seen[i]);
        }
    }
}

uint64_t fuzz_novelty_distinct(const struct fuzz_novelty *novelty)
{
    return (uint64_t)novelty->used << novelty->level;
}

uint64_t fuzz_novelty_once(const struct fuzz_novelty *novelty)
{
    return (uint64_t)novelty->once << novelty->level;
}
