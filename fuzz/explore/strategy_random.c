/* strategy random: a random walk, with a different taste in each execution.
 *
 * A walk that takes every alternative with equal weight preempts at almost every step and times out
 * at almost every wait: it misses what needs a long undisturbed run between two switches at the
 * right places. One that seldom preempts misses the rest. So the weight of staying on the running
 * thread, and that of faults and timeouts, is drawn anew for each execution ("swarm testing",
 * Groce et al., ISSTA 2012, applied to weights). */
#include "fuzz/explore/strategy.h"

#define WEIGHT_FULL 16u
#define COST_RARE   (SIM_COST_FAULT * 255u | SIM_COST_TIMEOUT * 255u)

struct random_walk {
    struct sim_source source;
    uint64_t seed;
    uint64_t state;
    uint32_t stay_weight; /* of going on with the running thread; any other one has 1 */
    uint32_t rare_weight; /* of a fault or timeout; anything else has WEIGHT_FULL */
};

static const uint8_t stay_weights[] = {1, 4, 16, 48};
static const uint8_t rare_weights[] = {1, 2, 4, WEIGHT_FULL};

/* below returns a random number below `count` (splitmix64, mapped by multiplication). */
static uint32_t below(struct random_walk *walk, uint32_t count)
{
    uint64_t z = walk->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)(((z >> 32) * count) >> 32);
}

/* pick_weighted is for choices among which there are faults or timeouts. */
static uint32_t pick_weighted(struct random_walk *walk, const struct sim_pick *pick)
{
    uint32_t total = 0;
    uint32_t at;

    for (uint32_t i = 0; i < pick->count; i++) {
        total += (pick->cost[i] & COST_RARE) != 0 ? walk->rare_weight : WEIGHT_FULL;
    }
    at = below(walk, total);
    for (uint32_t i = 0; i < pick->count; i++) {
        uint32_t weight = (pick->cost[i] & COST_RARE) != 0 ? walk->rare_weight : WEIGHT_FULL;
        if (at < weight) {
            return i;
        }
        at -= weight;
    }
    return 0; /* impossible: the weights add up to total */
}

static uint32_t pick_walk(struct sim_source *source, const struct sim_pick *pick)
{
    struct random_walk *walk = (struct random_walk *)source; /* its first member */
    uint32_t at;

    if ((pick->cost_union & COST_RARE) != 0) {
        return pick_weighted(walk, pick);
    }
    if ((pick->cost_union & SIM_COST_PREEMPTION) == 0) {
        return below(walk, pick->count);
    }
    at = below(walk, pick->count - 1 + walk->stay_weight);
    return at < walk->stay_weight ? 0 : at - walk->stay_weight + 1;
}

static void random_init(void *memory, const struct fuzz_strategy_config *config)
{
    struct random_walk *walk = memory;

    *walk =
        (struct random_walk){.source = {.pick = pick_walk, .by_count = true}, .seed = config->seed};
}

static struct sim_source *random_begin(void *memory, uint64_t number)
{
    struct random_walk *walk = memory;
    uint64_t taste = number % (sizeof stay_weights * sizeof rare_weights);

    walk->state = fuzz_seed_mix(walk->seed, number);
    walk->stay_weight = stay_weights[taste % sizeof stay_weights];
    walk->rare_weight = rare_weights[taste / sizeof stay_weights];
    return &walk->source;
}

const struct fuzz_strategy fuzz_strategy_random = {
    .name = "random",
    .about = "random walk; how often it takes unusual alternatives varies by execution",
    .memory_size = sizeof(struct random_walk),
    .init = random_init,
    .begin = random_begin,
    .end = NULL,
};
