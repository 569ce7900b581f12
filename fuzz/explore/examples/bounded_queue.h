/* bounded_queue: producers and consumers around one slot, a lock and two condition variables: the
 * program that schedule explorers are measured with. */
#ifndef FUZZ_EXPLORE_EXAMPLES_BOUNDED_QUEUE_H
#define FUZZ_EXPLORE_EXAMPLES_BOUNDED_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

struct bounded_queue_shape {
    uint32_t producers;    /* at most 4 */
    uint32_t consumers;    /* at most 4; items are divided among them */
    uint32_t items;        /* of each producer */
    bool shared_condition; /* one condition variable for both directions: loses wake-ups */
};

/* bounded_queue_run is a C body: its argument is a shape. It reports "data-loss" when the consumers
 * together took something else than what was put in. */
void bounded_queue_run(void *shape);

#endif
