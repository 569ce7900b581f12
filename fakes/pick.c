/* pick: the sources that fakes brings, and recorded decisions. */
#include "fakes/pick.h"

#include "fakes/op.h"

#include <string.h>

size_t sim_decision_log_size(uint32_t capacity)
{
    return sizeof(struct sim_decision_log) + capacity * sizeof(struct sim_decision);
}

uint32_t sim_decisions_deviations(const struct sim_decision_log *log, struct sim_decision *out,
                                  uint32_t capacity)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < log->count; i++) {
        if (log->item[i].index != 0) {
            if (count < capacity) {
                out[count] = log->item[i];
            }
            count++;
        }
    }
    return count;
}

/* ---- dull ---- */

static uint32_t pick_dull(struct sim_source *source, const struct sim_pick *pick)
{
    (void)source;
    (void)pick;
    return 0;
}

struct sim_source sim_source_dull = {.pick = pick_dull, .by_count = true};

/* ---- random (splitmix64) ---- */

uint64_t sim_source_random_next(struct sim_source_random *random)
{
    uint64_t z = random->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* Maps 32 random bits to [0, count) by multiplication. */
static uint32_t random_below(struct sim_source_random *random, uint32_t count)
{
    return (uint32_t)(((sim_source_random_next(random) >> 32) * count) >> 32);
}

#define WEIGHT_FULL 16u
#define COST_RARE   (SIM_COST_FAULT * 255u | SIM_COST_TIMEOUT * 255u)

static uint32_t pick_random(struct sim_source *source, const struct sim_pick *pick)
{
    struct sim_source_random *random = (struct sim_source_random *)source;
    if ((pick->cost_union & COST_RARE) == 0 || random->odd_weight == WEIGHT_FULL) {
        return random_below(random, pick->count);
    }
    uint32_t rare = 0;
    for (uint32_t i = 0; i < pick->count; i++) {
        rare += (pick->cost[i] & COST_RARE) != 0;
    }
    uint32_t total = (pick->count - rare) * WEIGHT_FULL + rare * random->odd_weight;
    uint32_t at = random_below(random, total);
    for (uint32_t i = 0; i < pick->count; i++) {
        uint32_t weight = (pick->cost[i] & COST_RARE) != 0 ? random->odd_weight : WEIGHT_FULL;
        if (at < weight) {
            return i;
        }
        at -= weight;
    }
    return 0; /* impossible: the weights add up to total */
}

void sim_source_random_init(struct sim_source_random *random, uint64_t seed, uint32_t odd_weight)
{
    random->source = (struct sim_source){.pick = pick_random, .by_count = true};
    random->state = seed;
    random->odd_weight = odd_weight < 1 ? 1 : odd_weight > WEIGHT_FULL ? WEIGHT_FULL : odd_weight;
}

/* ---- what samplers ask ---- */

static bool is_word(const struct sim_pending *pending)
{
    return pending->op == SIM_OP_INTERLOCKED || pending->op == SIM_OP_INTERLOCKED_READ;
}

bool sim_pending_dependent(const struct sim_pending *left, const struct sim_pending *right)
{
    if (is_word(left) && is_word(right)) { /* which words is not known before */
        return left->op == SIM_OP_INTERLOCKED || right->op == SIM_OP_INTERLOCKED;
    }
    return left->object != 0 && left->object == right->object;
}

/* ---- bytes ---- */

static uint32_t pick_bytes(struct sim_source *source, const struct sim_pick *pick)
{
    struct sim_source_bytes *bytes = (struct sim_source_bytes *)source;
    uint32_t value = 0;
    for (uint32_t room = 1; room < pick->count && bytes->used < bytes->size; room <<= 8) {
        value = value << 8 | bytes->data[bytes->used++];
    }
    return value % pick->count;
}

void sim_source_bytes_init(struct sim_source_bytes *bytes, const uint8_t *data, size_t size)
{
    *bytes = (struct sim_source_bytes){{.pick = pick_bytes, .by_count = true}, data, size, 0};
}

/* ---- replay ---- */

static void diverge(struct sim_source_replay *replay)
{
    if (replay->diverged++ == 0) {
        replay->first_divergence = replay->next;
    }
    replay->next = replay->repair ? replay->next + 1 : replay->count;
}

/* The first decision from `next` on that belongs to this point; count if none does. */
static uint32_t find_point(const struct sim_source_replay *replay, uint64_t point)
{
    uint32_t at = replay->next;
    if (at < replay->count && replay->item[at].point == point) {
        return at;
    }
    if (!replay->repair) {
        return replay->count;
    }
    while (at < replay->count && replay->item[at].point != point) {
        at++;
    }
    return at;
}

static uint32_t pick_replay(struct sim_source *source, const struct sim_pick *pick)
{
    struct sim_source_replay *replay = (struct sim_source_replay *)source;
    uint32_t at = find_point(replay, pick->point);
    if (at == replay->count) {
        return 0;
    }
    while (replay->next < at) { /* repairing: what lies between was never reached */
        diverge(replay);
    }
    const struct sim_decision *item = &replay->item[at];
    for (uint32_t i = 0; i < pick->count; i++) {
        if (pick->id[i] == item->chosen && (item->op == 0 || item->op == pick->op)) {
            replay->next++;
            return i;
        }
    }
    diverge(replay);
    return 0;
}

void sim_source_replay_init(struct sim_source_replay *replay, const struct sim_decision *item,
                            uint32_t count, bool repair)
{
    *replay = (struct sim_source_replay){
        .source = {.pick = pick_replay},
        .item = item,
        .count = count,
        .repair = repair,
    };
}

bool sim_source_replay_finish(struct sim_source_replay *replay)
{
    while (replay->next < replay->count) {
        diverge(replay);
    }
    return replay->diverged == 0;
}
