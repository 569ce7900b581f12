/* footprint: sets of touched resources. See footprint.h. */
#include "fakes/footprint.h"

bool footprint_dependent(const struct sim_footprint *left, const struct sim_footprint *right)
{
    if (left->everything || right->everything || left->barrier || right->barrier) {
        return true;
    }
    for (uint32_t i = 0; i < left->count; i++) {
        for (uint32_t j = 0; j < right->count; j++) {
            if (left->touch[i].resource == right->touch[j].resource &&
                ((left->touch[i].mode | right->touch[j].mode) & SIM_TOUCH_WRITE)) {
                return true;
            }
        }
    }
    return false;
}

void footprint_add(struct sim_footprint *footprint, sim_resource resource, uint32_t mode)
{
    for (uint32_t i = 0; i < footprint->count; i++) {
        if (footprint->touch[i].resource == resource) {
            footprint->touch[i].mode |= (uint8_t)mode;
            return;
        }
    }
    if (footprint->count == SIM_TOUCHES_MAX) {
        footprint->everything = true;
        return;
    }
    footprint->touch[footprint->count++] = (struct sim_touch){resource, (uint8_t)mode};
}
