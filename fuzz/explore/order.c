/* order: hashes of steps, chained along what they depend on. */
#include "fuzz/explore/order.h"

#include "fuzz/explore/strategy.h"

#include <string.h>

static uint32_t actor_slot(struct fuzz_order *order, sim_actor_id actor)
{
    uint32_t at = (uint32_t)((actor * UINT64_C(0x9E3779B97F4A7C15)) >> 40) % FUZZ_ORDER_ACTORS;
    while (order->actor[at].serial == order->serial && order->actor[at].actor != actor) {
        at = (at + 1) % FUZZ_ORDER_ACTORS;
    }
    if (order->actor[at].serial != order->serial) {
        order->actor[at].serial = order->serial;
        order->actor[at].actor = actor;
        order->actor[at].last = 0;
        order->actor[at].steps = 0;
        order->overflow |= ++order->actor_count > FUZZ_ORDER_ACTORS / 2;
    }
    return at;
}

static uint32_t resource_slot(struct fuzz_order *order, sim_resource resource)
{
    uint32_t at =
        (uint32_t)((resource * UINT64_C(0x9E3779B97F4A7C15)) >> 40) % FUZZ_ORDER_RESOURCES;
    while (order->resource[at].serial == order->serial &&
           order->resource[at].resource != resource) {
        at = (at + 1) % FUZZ_ORDER_RESOURCES;
    }
    if (order->resource[at].serial != order->serial) {
        order->resource[at].serial = order->serial;
        order->resource[at].resource = resource;
        order->resource[at].written = 0;
        order->resource[at].read = 0;
        order->overflow |= ++order->resource_count > FUZZ_ORDER_RESOURCES / 2;
    }
    return at;
}

/* Tells the actor and what it touches of a step whose hash is known. */
static void note_step(struct fuzz_order *order, const struct sim_footprint *footprint,
                      uint64_t hash)
{
    for (uint32_t i = 0; i < footprint->count && !order->overflow; i++) {
        uint32_t at = resource_slot(order, footprint->touch[i].resource);
        if (footprint->touch[i].mode & SIM_TOUCH_WRITE) {
            order->resource[at].written = hash;
            order->resource[at].read = 0;
        } else {
            order->resource[at].read += hash;
        }
    }
}

static void order_step(struct sim_source *source, const struct sim_step *step)
{
    struct fuzz_order *order = (struct fuzz_order *)source;
    const struct sim_footprint *footprint = step->footprint;
    bool after_all = footprint->everything || footprint->barrier;
    uint64_t before = after_all ? order->sum : order->base;

    for (uint32_t i = 0; i < footprint->count && !order->overflow; i++) {
        uint32_t at = resource_slot(order, footprint->touch[i].resource);
        bool writes = (footprint->touch[i].mode & SIM_TOUCH_WRITE) != 0;
        before +=
            fuzz_seed_mix(order->resource[at].written, writes ? order->resource[at].read + 1 : 0);
    }
    if (!order->overflow) {
        uint32_t self = actor_slot(order, step->actor);
        uint64_t name = (uint64_t)step->actor << 32 | ++order->actor[self].steps;
        uint64_t hash = fuzz_seed_mix(fuzz_seed_mix(name, step->op), order->actor[self].last);
        hash = fuzz_seed_mix(hash, before);
        order->actor[self].last = hash;
        order->sum += hash;
        order->base = after_all ? hash : order->base;
        note_step(order, footprint, hash);
    }
    if (order->inner->step != NULL) {
        order->inner->step(order->inner, step);
    }
}

static uint32_t order_pick(struct sim_source *source, const struct sim_pick *pick)
{
    return sim_source_pass(source, ((struct fuzz_order *)source)->inner, pick);
}

struct sim_source *fuzz_order_begin(struct fuzz_order *order, struct sim_source *inner)
{
    order->source = (struct sim_source){.pick = order_pick, .step = order_step};
    order->inner = inner;
    sim_source_follow(&order->source, inner);
    if (++order->serial == 0) {
        memset(order, 0, sizeof *order);
        return fuzz_order_begin(order, inner);
    }
    order->actor_count = 0;
    order->resource_count = 0;
    order->overflow = false;
    order->sum = 0;
    order->base = 0;
    return &order->source;
}

uint64_t fuzz_order_class(const struct fuzz_order *order, const struct sim_decision_log *log)
{
    uint64_t hash = order->sum;

    if (order->overflow) {
        return 0;
    }
    for (uint32_t i = 0; i < log->count; i++) {
        if (SIM_POINT_KIND(log->item[i].point) != SIM_PICK_ACTOR) {
            hash += fuzz_seed_mix(log->item[i].point, log->item[i].chosen);
        }
    }
    return hash != 0 ? hash : 1;
}
