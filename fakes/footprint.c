/* footprint: sets of touched resources. See footprint.h. */
#include "fakes/footprint.h"

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
