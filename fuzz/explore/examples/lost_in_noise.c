/* lost_in_noise: updates that are lost among many steps that have nothing to do with them. Whoever
 * finds it at random gets a schedule of hundreds of decisions, of which few are needed. */
#include "fakes/world.h"
#include "fuzz/explore/examples/examples.h"

#include <windows.h>

#define THREADS 8u
#define NOISE   32u /* steps of a thread before its update, and behind it */
#define LOST    3   /* so many lost updates are the bug */

static LONG own[THREADS];
static LONG total;

static void make_noise(LONG *counter)
{
    for (uint32_t i = 0; i < NOISE; i++) {
        InterlockedIncrement(counter);
    }
}

static void add_one(void *argument)
{
    LONG *counter = argument;
    LONG seen;

    make_noise(counter);
    seen = ReadAcquire(&total);
    InterlockedExchange(&total, seen + 1);
    make_noise(counter);
}

void example_lost_in_noise(void *unused)
{
    static const char *const names[THREADS] = {"t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8"};
    uint32_t thread[THREADS];

    (void)unused;
    total = 0;
    for (uint32_t i = 0; i < THREADS; i++) {
        own[i] = 0;
        thread[i] = sim_spawn(names[i], add_one, &own[i]);
    }
    for (uint32_t i = 0; i < THREADS; i++) {
        sim_thread_join(thread[i]);
    }
    if (total <= (LONG)THREADS - LOST) {
        sim_report(SIM_ORACLE_ASSERTION, "three updates were lost");
    }
}
