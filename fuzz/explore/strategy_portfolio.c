/* strategy portfolio: shares the executions among the samplers, and gives more to those that still
 * find histories nobody has seen (UCB1; Auer, Cesa-Bianchi, Fischer 2002). No sampler dominates:
 * what is rare for one is common for another, so none is ever given up. */
#include "fakes/log.h"
#include "fuzz/explore/strategy.h"

#include <math.h>
#include <string.h>

static const struct fuzz_strategy *const members[] = {
    &fuzz_strategy_random, &fuzz_strategy_pos,  &fuzz_strategy_pct,
    &fuzz_strategy_urw,    &fuzz_strategy_surw,
};
#define MEMBER_COUNT (sizeof members / sizeof members[0])

#define ROUND_SIZE    32u /* executions of one member in a row */
#define SEEN_BITS     (1u << 20)
#define MEMBER_MEMORY ((size_t)1 << 16)
#define EXPLORATION   0.2 /* weight of what is not known against what is */
#define FLOOR_SHARE   16u /* every such round goes to the members in turn */

struct portfolio {
    uint64_t round;
    uint32_t left; /* executions of this round to come */
    uint32_t member;
    uint64_t shard, shards; /* executions of each member are dealt out in turn */
    uint64_t executions[MEMBER_COUNT];
    double reward[MEMBER_COUNT]; /* fresh histories, faded */
    double weight[MEMBER_COUNT]; /* executions, faded alike */
    uint64_t seen[SEEN_BITS / 64];
    _Alignas(64) unsigned char memory[MEMBER_COUNT][MEMBER_MEMORY];
};

static void portfolio_init(void *memory, const struct fuzz_strategy_config *config)
{
    struct portfolio *portfolio = memory;
    memset(portfolio, 0, offsetof(struct portfolio, memory));
    portfolio->shard = config->shard;
    portfolio->shards = config->shards > 1 ? config->shards : 1;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        struct fuzz_strategy_config own = *config;
        own.seed = fuzz_seed_mix(config->seed, i);
        members[i]->init(portfolio->memory[i], &own);
    }
}

static uint32_t best_member(const struct portfolio *portfolio)
{
    double total = 0;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        total += portfolio->weight[i];
    }
    uint32_t best = 0;
    double best_score = -1;
    for (size_t i = 0; i < MEMBER_COUNT; i++) {
        double weight = portfolio->weight[i] + 1;
        double score = portfolio->reward[i] / weight + EXPLORATION * sqrt(log(total + 2) / weight);
        if (score > best_score) {
            best = (uint32_t)i;
            best_score = score;
        }
    }
    return best;
}

static struct sim_source *portfolio_begin(void *memory, uint64_t execution)
{
    struct portfolio *portfolio = memory;
    (void)execution; /* each member counts its own */
    if (portfolio->left == 0) {
        uint64_t round = portfolio->round++;
        bool in_turn = round < MEMBER_COUNT || round % FLOOR_SHARE == 0;
        portfolio->member = in_turn ? (uint32_t)(round % MEMBER_COUNT) : best_member(portfolio);
        portfolio->left = ROUND_SIZE;
        for (size_t i = 0; i < MEMBER_COUNT; i++) { /* what was new long ago counts less */
            portfolio->reward[i] *= 0.99;
            portfolio->weight[i] *= 0.99;
        }
    }
    portfolio->left--;
    uint32_t member = portfolio->member;
    uint64_t number = portfolio->executions[member]++ * portfolio->shards + portfolio->shard;
    return members[member]->begin(portfolio->memory[member], number);
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
    if (members[member]->end != NULL) {
        members[member]->end(portfolio->memory[member], execution);
    }
    portfolio->weight[member] += 1;
    if (execution->world != NULL) {
        portfolio->reward[member] +=
            is_fresh(portfolio, sim_log_hash(sim_world_log(execution->world)));
    }
}

const struct fuzz_strategy fuzz_strategy_portfolio = {
    .name = "portfolio",
    .about = "random, pos, pct, urw and surw; more for those that still find new histories",
    .memory_size = sizeof(struct portfolio),
    .init = portfolio_init,
    .begin = portfolio_begin,
    .end = portfolio_end,
};
