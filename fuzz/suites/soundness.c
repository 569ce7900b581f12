#include "fuzz/suites/soundness.h"

#include "fuzz/explore/bound.h"
#include "fuzz/explore/dpor.h"
#include "fuzz/explore/order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SET_SIZE     16384u /* a power of two */
#define CHOICES_MAX  4096u  /* of an execution; those behind are looked at each time */
#define SHARDS_EVERY 8u     /* programs, of which dfs divides one */

uint32_t soundness_below(uint64_t *state, uint32_t count)
{
    *state = fuzz_seed_mix(*state, 1);
    return (uint32_t)((*state >> 20) % count);
}

/* ---- sets of hashes ---- */

struct set {
    uint32_t count;
    uint64_t value[SET_SIZE]; /* 0: free */
};

static uint64_t *set_find(struct set *set, uint64_t value)
{
    uint32_t at = (uint32_t)(value >> 40) % SET_SIZE;
    while (set->value[at] != 0 && set->value[at] != value) {
        at = (at + 1) % SET_SIZE;
    }
    return &set->value[at];
}

static void set_add(struct set *set, uint64_t value)
{
    uint64_t *place = set_find(set, value | 1);
    if (*place == 0) {
        *place = value | 1;
        set->count++;
        assert_true(set->count < SET_SIZE / 2);
    }
}

static bool set_equal(struct set *left, struct set *right)
{
    for (uint32_t i = 0; i < SET_SIZE; i++) {
        if (left->value[i] != 0 && *set_find(right, left->value[i]) == 0) {
            return false;
        }
    }
    return left->count == right->count;
}

/* ---- exploring ---- */

struct exploration {
    struct set classes, outcomes;
    uint32_t bound;                           /* given before */
    struct set cheap_classes, cheap_outcomes; /* of executions within the bound */
    struct set ordered; /* the classes as fuzz/explore/order.h tells them, dfs only */
    uint32_t executions;
    bool complete, complete_within;
};

/* Makes the clocks of each step, beside a strategy: dfs has none, and those of dpor are of whole
 * transitions. */
struct watched {
    struct sim_source source;
    struct sim_source *inner;
    uint32_t at; /* choices so far */
};

static struct dpor *watcher;
static struct fuzz_order *order;

/* Of each choice of the last execution, for watch_on. */
static struct {
    bool is_actors;  /* else of data, within a step */
    uint32_t events; /* before it */
} choice[CHOICES_MAX];

static void watched_step(struct sim_source *source, const struct sim_step *step)
{
    struct watched *watched = (struct watched *)source;
    (void)dpor_event_add(watcher, step, DPOR_NO_NODE, false);
    if (watched->inner->step != NULL) {
        watched->inner->step(watched->inner, step);
    }
}

static uint32_t passed_pick(struct sim_source *source, const struct sim_pick *pick)
{
    return sim_source_pass(source, ((struct watched *)source)->inner, pick);
}

/* Watches all of an execution, of any strategy. */
static void watch(struct watched *watched, struct sim_source *inner)
{
    dpor_keep_events(watcher, 0);
    *watched =
        (struct watched){.source = {.pick = passed_pick, .step = watched_step}, .inner = inner};
    sim_source_follow(&watched->source, inner);
}

static uint32_t watched_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct watched *watched = (struct watched *)source;
    if (source->step == NULL) {
        source->step = watched_step;
        source->by_count = false;
        source->refresh = true;
    }
    if (watched->at < CHOICES_MAX) {
        choice[watched->at].is_actors = pick->kind == SIM_PICK_ACTOR;
        choice[watched->at++].events = watcher->event_count;
    }
    return sim_source_ask(watched->inner, pick);
}

/* The same for dfs, of whose executions nothing is looked at again that they repeat of the one
 * before. */
static void watch_on(struct watched *watched, struct sim_source *inner)
{
    uint32_t start = inner->script_left;
    while (start != 0 && (start >= CHOICES_MAX || !choice[start].is_actors)) {
        start--;
    }
    dpor_keep_events(watcher, start != 0 ? choice[start].events : 0);
    *watched = (struct watched){
        .source = {.pick = watched_pick,
                   .by_count = start != 0 && inner->by_count,
                   .step = start != 0 ? NULL : watched_step,
                   .script = inner->script,
                   .script_left = start},
        .inner = inner,
        .at = start,
    };
    inner->script += start;
    inner->script_left -= start;
}

static uint64_t hash_outcome(const struct soundness_program *program,
                             const struct sim_outcome *outcome)
{
    uint64_t hash = 0;
    if (outcome->oracle == NULL) {
        return program->seen();
    }
    for (const char *at = outcome->oracle; *at != 0; at++) {
        hash = fuzz_seed_mix(hash, (uint64_t)*at);
    }
    return hash;
}

/* The class of the execution: its order, and what was decided beside it. */
static uint64_t hash_class(const struct dpor *events, const struct sim_decision_log *log)
{
    uint64_t hash = dpor_class_hash(events);
    for (uint32_t i = 0; i < log->count; i++) {
        if (SIM_POINT_KIND(log->item[i].point) != SIM_PICK_ACTOR) {
            hash += fuzz_seed_mix(log->item[i].point, log->item[i].chosen);
        }
    }
    return hash;
}

/* Adds what one shard (0, 0: the whole) reaches to what was found. */
static void note(const struct soundness_program *program, const struct sim_outcome *outcome,
                 uint64_t class, struct exploration *found)
{
    bool is_cheap = fuzz_bound_allows(found->bound, outcome->cost);
    uint64_t hash = hash_outcome(program, outcome);
    set_add(&found->outcomes, hash);
    if (is_cheap) {
        set_add(&found->cheap_outcomes, hash);
    }
    if (outcome->oracle == NULL) {
        set_add(&found->classes, class);
        if (is_cheap) {
            set_add(&found->cheap_classes, class);
        }
    }
}

static void explore(struct sim_world *world, struct sim_decision_log *log,
                    const struct soundness_program *program, uint32_t schedules_max,
                    const struct fuzz_strategy *strategy, void *memory,
                    const struct fuzz_strategy_config *config, struct exploration *found)
{
    bool is_dfs = strategy == &fuzz_strategy_dfs;
    found->executions = 0;
    strategy->init(memory, config);
    for (;;) {
        struct sim_outcome outcome;
        struct watched watched;
        struct sim_source *source = strategy->begin(memory, found->executions);
        if (source == NULL || found->executions == schedules_max) {
            break;
        }
        found->executions++;
        if (is_dfs) {
            watch_on(&watched, source);
            source = fuzz_order_begin(order, &watched.source);
        } else {
            watch(&watched, source);
            source = &watched.source;
        }
        sim_world_run(world, &program->settings, source, program->body, program->argument,
                      &outcome);
        struct fuzz_execution execution = {.world = world,
                                           .decisions = log,
                                           .finding = outcome.oracle != NULL,
                                           .steps = outcome.steps,
                                           .picks = outcome.picks};
        if (strategy->end != NULL) {
            strategy->end(memory, &execution);
        }
        if (!outcome.abandoned) {
            note(program, &outcome, hash_class(watcher, log), found);
            if (is_dfs && outcome.oracle == NULL) {
                set_add(&found->ordered, fuzz_order_class(order, log));
            }
        }
    }
    struct fuzz_strategy_progress progress = {0};
    strategy->progress(memory, &progress);
    found->complete = progress.complete;
    found->complete_within = progress.has_cost && progress.cost == found->bound;
}

/* ---- comparing ---- */

/* Sleep sets alone lose nothing. */
static void check_sleep_sets(struct sim_world *world, struct sim_decision_log *log,
                             const struct soundness_program *program, uint64_t seed, void *memory,
                             struct exploration *all, struct exploration *found)
{
    const struct fuzz_strategy_config config = {.expands = true};
    memset(found, 0, sizeof *found);
    explore(world, log, program, UINT32_MAX, &fuzz_strategy_dpor, memory, &config, found);
    if (!found->complete || !set_equal(&all->outcomes, &found->outcomes) ||
        (!program->has_ports && !set_equal(&all->classes, &found->classes))) {
        fail_msg("program %llu: %u outcomes, %u classes; with sleep sets alone %u, %u",
                 (unsigned long long)seed, all->outcomes.count, all->classes.count,
                 found->outcomes.count, found->classes.count);
    }
}

/* The union of the shards is the whole. */
static void check_shards(struct sim_world *world, struct sim_decision_log *log,
                         const struct soundness_program *program, uint64_t seed,
                         const struct fuzz_strategy *strategy, void *memory,
                         struct exploration *whole, struct exploration *parts)
{
    uint32_t shards = 2 + (uint32_t)((seed + seed / SHARDS_EVERY) % 4);
    memset(parts, 0, sizeof *parts);
    for (uint32_t shard = 0; shard < shards; shard++) {
        struct fuzz_strategy_config config = {.shard = shard, .shards = shards, .prefixes = 3};
        explore(world, log, program, UINT32_MAX, strategy, memory, &config, parts);
        assert_true(parts->complete);
    }
    bool by_class = strategy == &fuzz_strategy_dfs || !program->has_ports;
    if (!set_equal(&whole->outcomes, &parts->outcomes) ||
        (by_class && !set_equal(&whole->classes, &parts->classes))) {
        fail_msg("program %llu: %s reaches %u outcomes, %u classes; its %u shards %u, %u",
                 (unsigned long long)seed, strategy->name, whole->outcomes.count,
                 whole->classes.count, shards, parts->outcomes.count, parts->classes.count);
    }
}

/* A few cost vectors in turn. */
static uint32_t bound_of(uint64_t seed)
{
    return (uint32_t)(seed % 3) * SIM_COST_PREEMPTION +
           (uint32_t)(seed / 3 % 2) * SIM_COST_REORDERING +
           (uint32_t)(seed / 6 % 2) * SIM_COST_TIMEOUT + (uint32_t)(seed / 12 % 2) * SIM_COST_FAULT;
}

/* A bounded search finds each class that has a representative within the bound, and no other. */
static void check_bounded(struct sim_world *world, struct sim_decision_log *log,
                          const struct soundness_program *program, uint64_t seed, void *memory,
                          struct exploration *all, struct exploration *bounded)
{
    struct fuzz_strategy_config config = {.bounded = true, .bound = all->bound};
    memset(bounded, 0, sizeof *bounded);
    bounded->bound = all->bound;
    explore(world, log, program, UINT32_MAX, &fuzz_strategy_dfs, memory, &config, bounded);
    if (!(bounded->complete_within || bounded->complete) ||
        !set_equal(&all->cheap_outcomes, &bounded->outcomes) ||
        !set_equal(&all->cheap_classes, &bounded->classes)) {
        fail_msg("program %llu: within %08x there are %u outcomes, %u classes; found are %u, %u",
                 (unsigned long long)seed, all->bound, all->cheap_outcomes.count,
                 all->cheap_classes.count, bounded->outcomes.count, bounded->classes.count);
    }
}

void soundness_check(const struct soundness *soundness)
{
    struct sim_world *world = sim_world_create();
    struct sim_decision_log *log = calloc(1, sim_decision_log_size(4096));
    void *dfs_memory = calloc(1, fuzz_strategy_dfs.memory_size);
    void *dpor_memory = calloc(1, fuzz_strategy_dpor.memory_size);
    struct exploration *all = calloc(3, sizeof *all);
    watcher = calloc(1, sizeof *watcher);
    order = calloc(1, sizeof *order);
    assert_true(order && world && log && dfs_memory && dpor_memory && all && watcher);
    log->capacity = 4096;
    sim_world_record(world, log);
    const struct fuzz_strategy_config whole = {0};
    uint32_t compared = 0;
    uint64_t schedules = 0, reduced = 0, classes = 0, ordered = 0;
    uint32_t programs = soundness->programs;
    for (uint32_t i = 0; i < programs || (soundness->also && soundness->also[i - programs]); i++) {
        uint64_t seed = i < programs ? i : soundness->also[i - programs];
        struct soundness_program program = {0};
        soundness->make(seed, &program);
        memset(all, 0, 2 * sizeof *all);
        all[0].bound = bound_of(seed);
        explore(world, log, &program, soundness->schedules_max, &fuzz_strategy_dfs, dfs_memory,
                &whole, &all[0]);
        if (!all[0].complete) {
            continue;
        }
        explore(world, log, &program, soundness->schedules_max, &fuzz_strategy_dpor, dpor_memory,
                &whole, &all[1]);
        if (all[0].ordered.count < all[0].classes.count) {
            fail_msg("program %llu: %u classes, but %u by their hashes", (unsigned long long)seed,
                     all[0].classes.count, all[0].ordered.count);
        }
        classes += all[0].classes.count;
        ordered += all[0].ordered.count;
        if (!all[1].complete || !set_equal(&all[0].outcomes, &all[1].outcomes) ||
            (!program.has_ports && !set_equal(&all[0].classes, &all[1].classes))) {
            if (program.print != NULL) {
                program.print(&program);
            }
            fail_msg("program %llu: %u schedules, %u outcomes, %u classes; dpor %u, %u, %u%s",
                     (unsigned long long)seed, all[0].executions, all[0].outcomes.count,
                     all[0].classes.count, all[1].executions, all[1].outcomes.count,
                     all[1].classes.count, all[1].complete ? "" : ", incomplete");
        }
        check_sleep_sets(world, log, &program, seed, dpor_memory, &all[0], &all[2]);
        check_shards(world, log, &program, seed, &fuzz_strategy_dpor, dpor_memory, &all[1],
                     &all[2]);
        if (seed % SHARDS_EVERY == 0) { /* it takes every schedule */
            check_shards(world, log, &program, seed, &fuzz_strategy_dfs, dfs_memory, &all[0],
                         &all[2]);
        }
        check_bounded(world, log, &program, seed, dfs_memory, &all[0], &all[2]);
        compared++;
        schedules += all[0].executions;
        reduced += all[1].executions;
    }
    print_message("%u programs compared: %llu schedules, dpor executed %llu\n", compared,
                  (unsigned long long)schedules, (unsigned long long)reduced);
    assert_true(compared >= soundness->fewest);
    /* Steps in the same order that touch different things on the way are told apart, which is rare.
     */
    assert_true(ordered * 100 <= classes * 101);
    free(order);
    free(watcher);
    free(all);
    free(dpor_memory);
    free(dfs_memory);
    free(log);
    sim_world_destroy(world);
}
