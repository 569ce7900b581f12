/* strategy random: a random walk, with a different taste for the unusual in each execution.
 *
 * A walk that takes every alternative with equal weight preempts at almost every step and times out
 * at almost every wait; it misses what needs long undisturbed runs. Drawing the weight of the
 * alternatives that cost something anew for each execution covers both ends ("swarm testing",
 * Groce et al., ISSTA 2012, applied to weights). */
#include "fuzz/explore/strategy.h"

struct random_walk {
    struct sim_source_random random;
    uint64_t seed;
};

/* Of 16, the weight of an alternative of cost 0. */
static const uint8_t odd_weights[] = {1, 2, 4, 16};

static void random_init(void *memory, const struct fuzz_strategy_config *config)
{
    struct random_walk *walk = memory;

    walk->seed = config->seed;
}

static struct sim_source *random_begin(void *memory, uint64_t number)
{
    struct random_walk *walk = memory;
    uint64_t seed = fuzz_seed_mix(walk->seed, number);

    sim_source_random_init(&walk->random, seed, odd_weights[number % sizeof odd_weights]);
    return &walk->random.source;
}

const struct fuzz_strategy fuzz_strategy_random = {
    .name = "random",
    .about = "random walk; how often it takes unusual alternatives varies by execution",
    .memory_size = sizeof(struct random_walk),
    .init = random_init,
    .begin = random_begin,
    .end = NULL,
};
