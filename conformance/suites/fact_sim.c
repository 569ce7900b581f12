/* fact_sim: facts in the simulated world, as cmocka cases. See fact.h. */
#include "conformance/suites/fact_program.h"

#include "conformance/suites/watch.h"
#include "fakes/world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SEEDS 200u
/* Each outcome must be seen, in whatever order the seeds bring them. */
#define SEEDS_OF_RACE 4000u
#define LARGE_QUOTA   65536u
#define SPIN_STEPS    16u
#define ODD_WEIGHT    4u
#define ORACLE_FACT   "fact"
#define SEEDS_SETTER  "FACT_SEEDS" /* environment: how many random schedules a fact is run under */

static struct sim_world *world;
static const struct fact *running;
static bool seen[FACT_OUTCOMES_MAX]; /* by the running fact, which is a race */

void fact_failed(const char *file, unsigned line, const char *what)
{
    sim_report(ORACLE_FACT, "%s:%u: expected %s", file, line, what);
}

void fact_expect_equal(const char *file, unsigned line, const char *what, uint64_t actual,
                       uint64_t expected)
{
    if (actual != expected) {
        sim_report(ORACLE_FACT, "%s:%u: expected %s to be %llu, it is %llu", file, line, what,
                   (unsigned long long)expected, (unsigned long long)actual);
    }
}

void fact_saw(const char *outcome)
{
    for (size_t i = 0; running->outcomes != NULL && running->outcomes[i] != NULL; i++) {
        if (strcmp(running->outcomes[i], outcome) == 0) {
            seen[i] = true;
            return;
        }
    }
    sim_report(ORACLE_FACT, "the outcome \"%s\" is not legal", outcome);
}

void fact_settle(void)
{
    sim_wait_quiescent();
}

void fact_spin(void)
{
    for (unsigned i = 0; i < SPIN_STEPS; i++) {
        sim_yield();
    }
}

static void run_body(void *argument)
{
    const struct fact *fact = argument;
    watch_begin();
    if (fact->check != NULL) {
        fact->check(fact->row);
    } else {
        fact->body();
    }
    watch_end();
}

/* Without the flag FACT_PLAIN: every combination of what real systems differ in. */
static void vary(const struct fact *fact, uint64_t seed, struct sim_settings *settings)
{
    settings->result_write = (enum sim_result_write)(seed % 3);
    if (!(fact->flags & FACT_PLAIN)) {
        settings->waiters = seed & 1 ? SIM_WAITERS_ANY : SIM_WAITERS_LIFO;
        settings->cancel_races = seed & 2;
        settings->coarse_clock = seed & 4;
        settings->pending_though_done = seed & 8;
        settings->late_polls = seed & 16;
    }
}

/* What the fact itself asks for, under every schedule. */
static void ask_for(const struct fact *fact, struct sim_settings *settings)
{
    uint32_t flags = fact->flags;
    if (flags & FACT_RESULTS_AT_DEQUEUE) {
        settings->result_write = SIM_RESULT_AT_DEQUEUE;
    } else if (flags & FACT_RESULTS_EARLY) {
        settings->result_write = SIM_RESULT_EARLY;
    } else if (flags & FACT_RESULTS_ANY_TIME) {
        settings->result_write = SIM_RESULT_ANY;
    }
    if (flags & (FACT_ANY_WAITER | FACT_FIRST_WAITER)) {
        settings->waiters = flags & FACT_ANY_WAITER ? SIM_WAITERS_ANY : SIM_WAITERS_FIFO;
    }
    settings->cancel_races |= (flags & FACT_CANCEL_RACES) != 0;
    settings->coarse_clock |= (flags & FACT_COARSE_CLOCK) != 0;
    settings->pending_though_done |= (flags & FACT_PENDING_THOUGH_DONE) != 0;
    settings->bad_handles = (flags & FACT_BAD_HANDLES) != 0;
    settings->late_polls |= (flags & FACT_LATE_POLLS) != 0;
    settings->late_packets = (flags & FACT_LATE_PACKETS) != 0;
    settings->wine_sockets = (flags & FACT_WINE_SOCKETS) != 0;
    settings->spurious_polls = (flags & FACT_SPURIOUS_POLLS) != 0;
    settings->crossed_polls = (flags & FACT_CROSSED_POLLS) != 0;
    settings->layers = flags & FACT_LAYERED       ? SIM_LAYERS_BASE
                       : flags & FACT_LAYERED_BSP ? SIM_LAYERS_BSP
                                                  : SIM_LAYERS_NONE;
    settings->socket_buffer = flags & FACT_SMALL_BUFFERS ? 16 : 0;
    settings->pipe_quota_min = flags & FACT_LARGE_QUOTAS ? LARGE_QUOTA : 0;
}

static struct sim_settings settings_of(const struct fact *fact, uint64_t seed)
{
    struct sim_settings settings = {
        .try_locks = true, /* some facts are about them */
        .faults_max = fact->flags & FACT_WITH_FAULTS ? 1 : 0,
        .short_pipe_writes = (fact->flags & FACT_WITH_SHORT_WRITES) != 0,
    };
    if (seed != 0) {
        vary(fact, seed, &settings);
    }
    ask_for(fact, &settings);
    return settings;
}

static void judge(const struct fact *fact, uint64_t seed, const struct sim_outcome *outcome)
{
    const char *expected =
        fact->flags & FACT_ENDS_IN_ASSERTION ? SIM_ORACLE_ASSERTION : fact->finding;
    if (outcome->oracle == NULL && expected != NULL) {
        fail_msg("seed %llu: no %s stopped it", (unsigned long long)seed, expected);
    }
    if (outcome->oracle != NULL && (expected == NULL || strcmp(outcome->oracle, expected) != 0)) {
        fail_msg("seed %llu: %s: %s", (unsigned long long)seed, outcome->oracle, outcome->message);
    }
}

/* Seed 0 is the dull schedule. */
static void run_once(const struct fact *fact, uint64_t seed)
{
    struct sim_source_random random;
    sim_source_random_init(&random, seed, ODD_WEIGHT);
    struct sim_source *source = seed == 0 ? &sim_source_dull : &random.source;
    struct sim_settings settings = settings_of(fact, seed);
    struct sim_outcome outcome;
    sim_world_run(world, &settings, source, run_body, (void *)(uintptr_t)fact, &outcome);
    judge(fact, seed, &outcome);
}

static uint64_t seed_count(const struct fact *fact)
{
    const char *setting = getenv(SEEDS_SETTER);
    if (fact->flags & FACT_DULL_ONLY) {
        return 0;
    }
    if (fact->outcomes != NULL) {
        return SEEDS_OF_RACE;
    }
    return setting != NULL ? strtoull(setting, NULL, 10) : SEEDS;
}

bool fact_is_of_this_world(const struct fact *fact)
{
    return (fact->flags & FACT_REAL_ONLY) == 0;
}

void fact_case(void **state)
{
    const struct fact *fact = *state;
    running = fact;
    memset(seen, 0, sizeof seen);
    if (fact->unsettled != NULL) {
        print_message("# only a real Windows can settle %s; so far: %s\n", fact->name,
                      fact->unsettled);
    }
    if (!(fact->flags & (FACT_WITH_FAULTS | FACT_SPINS))) {
        run_once(fact, 0);
    }
    uint64_t count = seed_count(fact);
    for (uint64_t seed = 1; seed <= count; seed++) {
        run_once(fact, seed);
    }
    for (size_t i = 0; fact->outcomes != NULL && fact->outcomes[i] != NULL; i++) {
        if (!seen[i]) {
            fail_msg("the legal outcome \"%s\" never came", fact->outcomes[i]);
        }
    }
}

bool fact_world_begin(void)
{
    world = sim_world_create();
    return world != NULL;
}

void fact_world_end(void)
{
    sim_world_destroy(world);
}

bool fact_set_environment(const char *name, const char *value)
{
    return setenv(name, value, 1) == 0;
}
