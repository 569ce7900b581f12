/* strategy: the table of strategies by name. */
#include "fuzz/explore/strategy.h"

#include <string.h>

static const struct fuzz_strategy *const strategies[] = {
    &fuzz_strategy_portfolio, &fuzz_strategy_random, &fuzz_strategy_pct, &fuzz_strategy_pos,
    &fuzz_strategy_urw,       &fuzz_strategy_surw,   &fuzz_strategy_dfs, &fuzz_strategy_dpor,
};

const struct fuzz_strategy *fuzz_strategy_at(size_t index)
{
    return index < sizeof strategies / sizeof strategies[0] ? strategies[index] : NULL;
}

const struct fuzz_strategy *fuzz_strategy_find(const char *name)
{
    for (size_t i = 0; fuzz_strategy_at(i) != NULL; i++) {
        if (strcmp(strategies[i]->name, name) == 0) {
            return strategies[i];
        }
    }
    return NULL;
}

bool fuzz_strategy_draws(const struct fuzz_strategy *strategy)
{
    return strategy->progress == NULL;
}

uint64_t fuzz_seed_mix(uint64_t seed, uint64_t number)
{
    uint64_t z = seed + (number + 1) * UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}
