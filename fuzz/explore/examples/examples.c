/* examples: the table. */
#include "fuzz/explore/examples/examples.h"

#include "fakes/world.h"
#include "fuzz/explore/examples/bounded_queue.h"

#include <string.h>

static uint32_t reorder_3 = 3, reorder_10 = 10, one_pair = 1, three = 3;
static struct bounded_queue_shape shared_condition = {
    .producers = 2, .consumers = 2, .items = 2, .shared_condition = true};

static const struct fuzz_example examples[] = {
    {"queue-shared-condition", "bounded queue, 2 producers, 2 consumers, one condition variable",
     "deadlock", bounded_queue_run, &shared_condition},
    {"reorder_3", "two plain stores seen in the wrong order, 3 setters", "assertion",
     example_reorder, &reorder_3},
    {"reorder_10", "the same among 10 setters", "assertion", example_reorder, &reorder_10},
    {"twostage", "two critical sections that should be one", "assertion", example_twostage,
     &one_pair},
    {"dining_3", "three philosophers, left fork first", "deadlock", example_dining, &three},
    {"safestack", "lock-free stack of Vyukov, 3 threads, needs 5 preemptions", "assertion",
     example_safestack, NULL},
    {"mutex-3x4", "correct: 3 threads, 4 critical sections each, 34,650 traces", NULL,
     example_mutex, NULL},
    {"iocp-k4w2s2", "correct: 4 completions, 2 ports, 2 workers", NULL, example_iocp, NULL},
};

const struct fuzz_example *fuzz_example_at(size_t index)
{
    return index < sizeof examples / sizeof examples[0] ? &examples[index] : NULL;
}

const struct fuzz_example *fuzz_example_find(const char *name)
{
    for (size_t i = 0; fuzz_example_at(i) != NULL; i++) {
        if (strcmp(examples[i].name, name) == 0) {
            return &examples[i];
        }
    }
    return NULL;
}
