/* strategy pct: probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte,
 * ASPLOS 2010). Each actor has a random priority, the highest that can run does; at d - 1 random
 * choices the one that runs drops below all others. A bug that needs d ordering constraints is hit
 * with probability at least 1 / (n k^(d-1)) in an execution of n actors and k choices.
 *
 * d rotates through 2 .. 5, since nobody knows the depth of the next bug. The priority of a kernel
 * action is that of its kind and submitter, so that completions do not inflate n. An actor that
 * runs for long while others could is demoted, and so is each timer that fires: a spinning thread
 * must not starve the rest. */
#include "fuzz/explore/priority.h"
#include "fuzz/explore/strategy.h"

#include <string.h>

#define CHANGES_MAX    4u
#define STARVATION_MAX 400u /* choices in a row for one actor while others can run */

struct pct {
    struct sim_source source;
    struct sim_source_random random; /* draws, and decides what is no choice of an actor */
    uint64_t seed;
    uint32_t choices_max; /* the most choices of an execution so far */
    uint32_t choices;
    uint32_t change_count;
    uint32_t change[CHANGES_MAX];
    uint64_t lowest; /* the next priority below all others */
    sim_actor_id last;
    uint32_t in_a_row;
    struct fuzz_priorities priorities;
};

static uint64_t draw(struct pct *pct)
{
    return sim_source_random_next(&pct->random);
}

/* Completions of one submitter share a priority. */
static sim_actor_id chain_of(uint64_t id)
{
    sim_actor_id actor = (sim_actor_id)id;
    return SIM_ACTOR_ID_KIND(actor) == SIM_ACTOR_THREAD ? actor : actor & ~UINT32_C(0xfffff);
}

/* Priorities of change points lie below 2^32, random ones above. */
static uint64_t *priority(struct pct *pct, uint64_t id)
{
    return fuzz_priority(&pct->priorities, chain_of(id), draw(pct) | UINT64_C(1) << 32);
}

static uint32_t highest(struct pct *pct, const struct sim_pick *pick)
{
    uint32_t best = 0;
    uint64_t best_value = *priority(pct, pick->id[0]);
    for (uint32_t i = 1; i < pick->count; i++) {
        uint64_t value = *priority(pct, pick->id[i]);
        if (value > best_value) {
            best = i;
            best_value = value;
        }
    }
    return best;
}

static bool drops_now(const struct pct *pct)
{
    for (uint32_t i = 0; i < pct->change_count; i++) {
        if (pct->change[i] == pct->choices) {
            return true;
        }
    }
    return pct->in_a_row >= STARVATION_MAX;
}

static uint32_t pct_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct pct *pct = (struct pct *)source;
    if (pick->kind != SIM_PICK_ACTOR) {
        return pct->random.source.pick(&pct->random.source, pick);
    }
    uint32_t best = highest(pct, pick);
    if (drops_now(pct)) {
        *priority(pct, pick->id[best]) = pct->lowest--;
        pct->in_a_row = 0;
        best = highest(pct, pick);
    }
    if (SIM_ACTOR_ID_KIND((sim_actor_id)pick->id[best]) == SIM_ACTOR_TIMER) {
        /* A thread that waits with a timeout in a loop spins, too. */
        *priority(pct, pick->id[best]) = pct->lowest--;
    }
    pct->choices++;
    pct->in_a_row = pct->last == (sim_actor_id)pick->id[best] ? pct->in_a_row + 1 : 0;
    pct->last = (sim_actor_id)pick->id[best];
    return best;
}

static void pct_init(void *memory, const struct fuzz_strategy_config *config)
{
    struct pct *pct = memory;
    memset(pct, 0, sizeof *pct);
    pct->source.pick = pct_pick;
    pct->seed = config->seed;
    pct->choices_max = 16;
}

static struct sim_source *pct_begin(void *memory, uint64_t number)
{
    struct pct *pct = memory;
    sim_source_random_init(&pct->random, fuzz_seed_mix(pct->seed, number), 2);
    fuzz_priorities_reset(&pct->priorities);
    pct->choices = 0;
    pct->lowest = UINT32_MAX;
    pct->in_a_row = 0;
    pct->change_count = 1 + (uint32_t)(number % CHANGES_MAX); /* d - 1 */
    for (uint32_t i = 0; i < pct->change_count; i++) {
        pct->change[i] = (uint32_t)(draw(pct) % pct->choices_max);
    }
    return &pct->source;
}

static void pct_end(void *memory, const struct fuzz_execution *execution)
{
    struct pct *pct = memory;
    (void)execution;
    if (pct->choices > pct->choices_max) {
        pct->choices_max = pct->choices;
    }
}

const struct fuzz_strategy fuzz_strategy_pct = {
    .name = "pct",
    .about = "random priorities with 1 to 4 random drops (probabilistic concurrency testing)",
    .memory_size = sizeof(struct pct),
    .init = pct_init,
    .begin = pct_begin,
    .end = pct_end,
};
