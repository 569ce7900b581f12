/* examples: small programs that others have published as benchmarks of schedule exploration, and
 * two whose number of classes is known, as C bodies over the simulated Win32.
 *
 * Sources: SCTBench (Thomson, Donaldson, Betts, PPoPP 2014) for reorder, twostage, SafeStack; the
 * rest is folklore. Each plants the bug its name stands for, but for mutex and iocp, which are
 * correct and are counted. */
#ifndef FUZZ_EXPLORE_EXAMPLES_EXAMPLES_H
#define FUZZ_EXPLORE_EXAMPLES_EXAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct fuzz_example {
    const char *name;
    const char *about;
    const char *oracle; /* what finds its bug; NULL if it has none */
    void (*body)(void *argument);
    void *argument;
};

/* fuzz_example_at enumerates the examples, NULL beyond the last; fuzz_example_find by name. */
const struct fuzz_example *fuzz_example_at(size_t index);
const struct fuzz_example *fuzz_example_find(const char *name);

/* Their bodies, by file. */
void example_mutex(void *argument); /* 3 threads, 4 critical sections each: 34,650 traces */
void example_iocp(void *argument);  /* 4 completions, 2 ports, 2 workers */
void example_reorder(
    void *argument); /* argument: const uint32_t *setters; the checker is one more */
void example_twostage(void *argument); /* argument: const uint32_t *pairs of threads */
void example_safestack(void *argument);
void example_lost_in_noise(void *argument); /* not in the table: it is there to be shrunk */
void example_dining(void *argument);        /* argument: const uint32_t *philosophers */

#endif
