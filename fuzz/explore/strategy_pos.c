/* strategy pos: partial order sampling (Yuan, Yang, Gu, CAV 2018). Each actor has a random priority
 * and the highest runs; then it gets a new one, and so does everybody whose next operation depends
 * on what it did. So operations that do not race are ordered once, and racing ones anew each time.
 */
#include "fuzz/explore/priority.h"
#include "fuzz/explore/strategy.h"

#include <string.h>

struct pos {
    struct sim_source source;
    struct sim_source_random random;
    uint64_t seed;
    struct fuzz_priorities priorities;
};

static uint64_t *priority(struct pos *pos, uint64_t id)
{
    return fuzz_priority(&pos->priorities, (sim_actor_id)id, sim_source_random_next(&pos->random));
}

static uint32_t pos_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct pos *pos = (struct pos *)source;
    if (pick->kind != SIM_PICK_ACTOR) {
        return pos->random.source.pick(&pos->random.source, pick);
    }
    uint32_t best = 0;
    uint64_t best_value = 0;
    for (uint32_t i = 0; i < pick->count; i++) {
        uint64_t value = *priority(pos, pick->id[i]);
        if (pick->cost[i] >= SIM_COST_FAULT) {
            value >>= 3; /* timeouts: rare, as in the random walk */
        }
        if (i == 0 || value > best_value) {
            best = i;
            best_value = value;
        }
    }
    for (uint32_t i = 0; i < pick->count; i++) {
        if (i == best || sim_pending_dependent(&pick->pending[i], &pick->pending[best])) {
            *priority(pos, pick->id[i]) = sim_source_random_next(&pos->random);
        }
    }
    return best;
}

static void pos_init(void *memory, const struct fuzz_strategy_config *config)
{
    struct pos *pos = memory;
    memset(pos, 0, sizeof *pos);
    pos->source.pick = pos_pick;
    pos->seed = config->seed;
}

static struct sim_source *pos_begin(void *memory, uint64_t number)
{
    struct pos *pos = memory;
    sim_source_random_init(&pos->random, fuzz_seed_mix(pos->seed, number), 4);
    fuzz_priorities_reset(&pos->priorities);
    return &pos->source;
}

const struct fuzz_strategy fuzz_strategy_pos = {
    .name = "pos",
    .about = "partial order sampling: racing operations are ordered anew each time",
    .memory_size = sizeof(struct pos),
    .init = pos_init,
    .begin = pos_begin,
    .end = NULL,
};
