/* footprint: sets of touched resources. See footprint.h. */
#include "fakes/footprint.h"

bool footprint_dependent(const struct sim_footprint *left, const struct sim_footprint *right)
{
    if (left->everything || right->everything) {
        return true;
    }
    for (uint32_t i = 0; i < left->count; i++) {
        for (uint32_t j = 0; j < right->count; j++) {
            if (left->touch[i].resource == right->touch[j].resource &&
                (left->touch[i].write || right->touch[j].write)) {
                return true;
            }
        }
    }
    return false;
}

void footprint_add(struct sim_footprint *footprint, sim_resource resource, bool write)
{
    for (uint32_t i = 0; i < footprint->count; i++) {
        if (footprint->touch[i].resource == resource) {
            footprint->touch[i].write |= write;
            return;
        }
    }
    if (footprint->count == SIM_TOUCHES_MAX) {
        footprint->everything = true;
        return;
    }
    footprint->touch[footprint->count++] = (struct sim_touch){resource, write};
}
