/* strategy portfolio: shares the executions among the samplers and dpor.
 *
 * No member dominates: what is rare for one is common for another, and some bugs only one of them
 * finds in any time. So most rounds go to the members in turn. The rest go to the sampler that
 * still finds histories nobody has seen (UCB1; Auer, Cesa-Bianchi, Fischer 2002): fresh histories
 * say where there is something to see, but not that a bug is there, and they do not decide alone.
 * dpor has its turns only: whatever it executes is fresh. */
#include "fakes/log.h"
#include "fuzz/explore/dpor.h"

#include <math.h>
#include <string.h>

static const struct fuzz_strategy *const samplers[] = {
    &fuzz_strategy_random, &fuzz_strategy_pos,  &fuzz_strategy_pct,
    &fuzz_strategy_urw,    &fuzz_strategy_surw,
};
#define SAMPLER_COUNT (sizeof samplers / sizeof samplers[0])
#define DPOR          SAMPLER_COUNT /* the member behind them */

#define ROUND_SIZE     4u /* executions of one member in a row */
#define FREE_ROUNDS    1u /* rounds for who finds most, each time all members had theirs */
#define SEEN_BITS      (1u << 20)
#define SAMPLER_MEMORY ((size_t)1 << 16)
#define EXPLORATION    0.2   /* weight of what is not known against what is */
#define FADING         0.998 /* of what was new long ago, a round */

struct portfolio {
    uint64_t round;
    uint32_t left; /* executions of this round to come */
    uint32_t member;
    bool dpor_ended;
    uint64_t shard, shards; /* executions of each sampler are dealt out in turn */
    uint64_t executions[SAMPLER_COUNT];
    double reward[SAMPLER_COUNT]; /* fresh histories, faded */
    double weight[SAMPLER_COUNT]; /* executions, faded alike */
    uint64_t seen[SEEN_BITS / 64];
    _Alignas(64) unsigned char memory[SAMPLER_COUNT][SAMPLER_MEMORY];
    struct dpor dpor;
};

_Static_assert(sizeof(struct portfolio) <= FUZZ_STRATEGY_MEMORY_MAX,
               "the strategy's block is too small");

static void portfolio_init(void *memory, const struct fuzz_strategy_config *config)
{
    struct portfolio *portfolio = memory;

    memset(portfolio, 0, offsetof(struct portfolio, memory));
    portfolio->shard = config->shard;
    portfolio->shards = config->shards > 1 ? config->shards : 1;
    for (size_t i = 0; i < SAMPLER_COUNT; i++) {
        struct fuzz_strategy_config own = *config;
        own.seed = fuzz_seed_mix(config->seed, i);
        samplers[i]->init(portfolio->memory[i], &own);
    }
    fuzz_strategy_dpor.init(&portfolio->dpor, config);
}

static uint32_t best_sampler(const struct portfolio *portfolio)
{
    double total = 0;
    uint32_t best = 0;
    double best_score = -1;

    for (size_t i = 0; i < SAMPLER_COUNT; i++) {
        total += portfolio->weight[i];
    }
    for (size_t i = 0; i < SAMPLER_COUNT; i++) {
        double weight = portfolio->weight[i] + 1;
        double score = portfolio->reward[i] / weight + EXPLORATION * sqrt(log(total + 2) / weight);
        if (score > best_score) {
            best = (uint32_t)i;
            best_score = score;
        }
    }
    return best;
}

static void next_round(struct portfolio *portfolio)
{
    uint32_t turn = (uint32_t)(portfolio->round++ % (SAMPLER_COUNT + 1 + FREE_ROUNDS));

    portfolio->member = turn < SAMPLER_COUNT || (turn == DPOR && !portfolio->dpor_ended)
                            ? turn
                            : best_sampler(portfolio);
    portfolio->left = ROUND_SIZE;
    for (size_t i = 0; i < SAMPLER_COUNT; i++) {
        portfolio->reward[i] *= FADING;
        portfolio->weight[i] *= FADING;
    }
}

static struct sim_source *portfolio_begin(void *memory, uint64_t execution)
{
    struct portfolio *portfolio = memory;

    (void)execution; /* each member counts its own */
    if (portfolio->left == 0) {
        next_round(portfolio);
    }
    if (portfolio->member == DPOR) {
        struct sim_source *source = fuzz_strategy_dpor.begin(&portfolio->dpor, 0);
        if (source != NULL) {
            portfolio->left--;
            return source;
        }
        portfolio->dpor_ended = true;
        portfolio->member = best_sampler(portfolio);
    }
    uint32_t member = portfolio->member;
    uint64_t number = portfolio->executions[member]++ * portfolio->shards + portfolio->shard;
    portfolio->left--;
    return samplers[member]->begin(portfolio->memory[member], number);
}

static bool is_fresh(struct portfolio *portfolio, uint64_t hash)
{
    uint32_t bit = (uint32_t)(hash >> 44) % SEEN_BITS;
    uint64_t mask = UINT64_C(1) << (bit % 64);
    bool fresh = (portfolio->seen[bit / 64] & mask) == 0;

    portfolio->seen[bit / 64] |= mask;
    return fresh;
}

static void portfolio_end(void *memory, const struct fuzz_execution *execution)
{
    struct portfolio *portfolio = memory;
    uint32_t member = portfolio->member;

    if (member == DPOR) {
        fuzz_strategy_dpor.end(&portfolio->dpor, execution);
        return;
    }
    if (samplers[member]->end != NULL) {
        samplers[member]->end(portfolio->memory[member], execution);
    }
    portfolio->weight[member] += 1;
    if (execution->world != NULL) {
        portfolio->reward[member] +=
            is_fresh(portfolio, sim_log_hash(sim_world_log(execution->world)));
    }
}

const struct fuzz_strategy fuzz_strategy_portfolio = {
    .name = "portfolio",
    .about =
        "random, pos, pct, urw, surw and dpor; more for samplers that still find new histories",
    .memory_size = sizeof(struct portfolio),
    .init = portfolio_init,
    .begin = portfolio_begin,
    .end = portfolio_end,
};
