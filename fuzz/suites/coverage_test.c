/* What a search says of itself: classes, the estimate of the unseen, shards that add up, and
 * executions that do not repeat themselves. */
#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/coverage.h"
#include "fuzz/explore/examples/bounded_queue.h"
#include "fuzz/explore/recheck.h"
#include "fuzz/explore/search.h"
#include "fuzz/explore/split.h"

#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

static struct fuzz_search_result result; /* too large for a stack */

static void search(void (*body)(void *argument), const struct fuzz_strategy *strategy,
                   const struct fuzz_strategy_config *config, uint64_t executions, bool no_recheck)
{
    struct fuzz_body_subject subject;
    struct fuzz_search_options options = {.strategy = strategy,
                                          .config = *config,
                                          .executions_max = executions,
                                          .no_recheck = no_recheck};

    fuzz_body_subject_init(&subject, "body", body, NULL);
    fuzz_search(&subject.subject, &options, &result);
    assert_false(result.broken);
}

/* ---- bodies ---- */

static LONG words[3];

static void add_twice(void *word)
{
    InterlockedIncrement((LONG *)word);
    InterlockedIncrement((LONG *)word);
}

/* Two threads on a word each: all 6 interleavings are one class. */
static void independent_body(void *unused)
{
    (void)unused;
    sim_spawn("adder", add_twice, &words[0]);
    add_twice(&words[1]);
}

/* Two threads on one word: each of the 6 is a class. */
static void dependent_body(void *unused)
{
    (void)unused;
    sim_spawn("adder", add_twice, &words[2]);
    add_twice(&words[2]);
}

/* What happens depends on the clock of the host. */
static void clock_body(void *unused)
{
    struct timespec now;

    (void)unused;
    clock_gettime(CLOCK_MONOTONIC, &now);
    sim_log_note(SIM_EVENT_NOTE, 0, 0, (uint64_t)now.tv_nsec, 0, 0);
}

/* What happens depends on where the host's heap is just now. */
static void address_body(void *unused)
{
    void *leaked = malloc(32);

    (void)unused;
    sim_log_note(SIM_EVENT_NOTE, 0, 0, 0, (uint64_t)(uintptr_t)leaked, 0);
}

/* ---- classes ---- */

static void orders_that_commute_are_one_class(void **state)
{
    struct fuzz_strategy_config config = {.seed = 1};

    (void)state;
    search(independent_body, &fuzz_strategy_dfs, &config, 10000, false);
    assert_true(result.exhausted && result.progress.complete);
    assert_true(fuzz_novelty_distinct(&result.statistics.coverage.histories) >= 6);
    assert_int_equal(fuzz_novelty_distinct(&result.statistics.coverage.classes), 1);
    fuzz_search_result_deinit(&result);
}

static void orders_that_do_not_are_classes_each(void **state)
{
    struct fuzz_strategy_config config = {.seed = 1};

    (void)state;
    search(dependent_body, &fuzz_strategy_dfs, &config, 10000, false);
    assert_int_equal(fuzz_novelty_distinct(&result.statistics.coverage.classes), 6);
    fuzz_search_result_deinit(&result);
    search(dependent_body, &fuzz_strategy_dpor, &config, 10000, false);
    assert_int_equal(fuzz_novelty_distinct(&result.statistics.coverage.classes), 6);
    fuzz_search_result_deinit(&result);
}

static void nothing_is_unseen_once_all_was_seen_often(void **state)
{
    struct fuzz_strategy_config config = {.seed = 1};
    const struct fuzz_coverage *coverage = &result.statistics.coverage;

    (void)state;
    search(dependent_body, &fuzz_strategy_random, &config, 1000, false);
    assert_int_equal(coverage->classed, 1000);
    assert_int_equal(fuzz_novelty_distinct(&coverage->classes), 6);
    assert_true(fuzz_coverage_unseen(fuzz_novelty_once(&coverage->classes), coverage->classed) <
                0.01);
    fuzz_search_result_deinit(&result);
    search(dependent_body, &fuzz_strategy_random, &config, 20000, false);
    assert_in_range(coverage->classed, 1024 + 19000 / FUZZ_CLASSED_EVERY * 8 / 10,
                    1024 + 19000 / FUZZ_CLASSED_EVERY * 12 / 10);
    fuzz_search_result_deinit(&result);
}

static void counters_add_up(void **state)
{
    struct fuzz_novelty *part = calloc(3, sizeof *part);
    struct fuzz_novelty *whole = &part[2];

    (void)state;
    for (uint64_t i = 0; i < 60000; i++) { /* the two overlap in a third */
        fuzz_novelty_add(&part[0], fuzz_seed_mix(1, i));
        fuzz_novelty_add(&part[1], fuzz_seed_mix(1, i + 40000));
        fuzz_novelty_add(whole, fuzz_seed_mix(1, i));
        fuzz_novelty_add(whole, fuzz_seed_mix(1, i + 40000));
    }
    fuzz_novelty_merge(&part[0], &part[1]);
    assert_int_equal(fuzz_novelty_distinct(&part[0]), fuzz_novelty_distinct(whole));
    assert_int_equal(fuzz_novelty_once(&part[0]), fuzz_novelty_once(whole));
    assert_in_range(fuzz_novelty_distinct(whole), 90000, 110000);
    free(part);
}

static void transitions_are_counted_with_their_states(void **state)
{
    struct fuzz_transitions one = {.to = {[2] = {[0] = 1u << 1, [1] = 1u << 0 | 1u << 2}}};
    struct fuzz_transitions two = {.to = {[2] = {[0] = 1u << 1}, [3] = {[4] = 1u << 4}}};

    (void)state;
    assert_int_equal(fuzz_transitions_count(&one), 3);
    assert_int_equal(fuzz_transitions_states(&one), 3);
    fuzz_transitions_add(&one, &two);
    assert_int_equal(fuzz_transitions_count(&one), 4);
    assert_int_equal(fuzz_transitions_states(&one), 4);
}

/* ---- shards ---- */

/* Each shard of a program of this size does its part, and no more than that. */
static void shards_are_of_one_size(void **state)
{
    struct bounded_queue_shape shape = {.producers = 2, .consumers = 2, .items = 2};
    const struct fuzz_strategy *strategies[] = {&fuzz_strategy_dfs, &fuzz_strategy_dpor};
    enum { SHARDS = 4 };

    (void)state;
    for (size_t k = 0; k < 2; k++) {
        uint64_t classes[SHARDS], all = 0, most = 0;
        for (uint32_t shard = 0; shard < SHARDS; shard++) {
            struct fuzz_body_subject subject;
            struct fuzz_search_options options = {.strategy = strategies[k],
                                                  .config = {.shard = shard, .shards = SHARDS},
                                                  .executions_max = 60000};
            fuzz_body_subject_init(&subject, "queue", bounded_queue_run, &shape);
            fuzz_search(&subject.subject, &options, &result);
            assert_int_equal(result.finding_count, 0);
            classes[shard] = fuzz_novelty_distinct(&result.statistics.coverage.histories);
            all += classes[shard];
            most = classes[shard] > most ? classes[shard] : most;
            fuzz_search_result_deinit(&result);
        }
        assert_true(most * SHARDS < all * 2);
    }
}

static void samplers_share_their_executions(void **state)
{
    struct fuzz_novelty *parts = calloc(2, sizeof *parts);

    (void)state;
    for (size_t i = 0; fuzz_strategy_at(i) != NULL; i++) {
        const struct fuzz_strategy *strategy = fuzz_strategy_at(i);
        if (!fuzz_strategy_draws(strategy)) {
            continue;
        }
        memset(parts, 0, 2 * sizeof *parts);
        for (uint32_t shard = 0; shard < 2; shard++) {
            struct bounded_queue_shape shape = {.producers = 3, .consumers = 2, .items = 3};
            struct fuzz_body_subject subject;
            struct fuzz_search_options options = {
                .strategy = strategy,
                .config = {.seed = 7, .shard = shard, .shards = 2},
                .executions_max = 1000};
            fuzz_body_subject_init(&subject, "queue", bounded_queue_run, &shape);
            fuzz_search(&subject.subject, &options, &result);
            fuzz_novelty_merge(&parts[shard], &result.statistics.coverage.histories);
            fuzz_search_result_deinit(&result);
        }
        uint64_t apart = fuzz_novelty_distinct(&parts[0]) + fuzz_novelty_distinct(&parts[1]);
        fuzz_novelty_merge(&parts[0], &parts[1]);
        assert_true(fuzz_novelty_distinct(&parts[0]) * 10 > apart * 9); /* hardly one in both */
    }
    free(parts);
}

/* ---- executions that do not repeat themselves ---- */

static void clock_of_the_host_is_a_finding(void **state)
{
    struct fuzz_strategy_config config = {.seed = 1};

    (void)state;
    search(clock_body, &fuzz_strategy_random, &config, 100, false);
    assert_int_equal(result.finding_count, 1);
    assert_string_equal(result.finding[0].report.oracle, FUZZ_ORACLE_NONDETERMINISM);
    assert_non_null(strstr(result.finding[0].report.message, "of its history was"));
    assert_non_null(strstr(result.finding[0].report.message, "and then"));
    fuzz_search_result_deinit(&result);
    search(clock_body, &fuzz_strategy_random, &config, 100, true);
    assert_int_equal(result.finding_count, 0);
    fuzz_search_result_deinit(&result);
}

static void address_of_the_host_is_a_finding(void **state)
{
    struct fuzz_strategy_config config = {.seed = 1};

    (void)state;
    search(address_body, &fuzz_strategy_pct, &config, 100, false);
    assert_int_equal(result.finding_count, 1);
    assert_string_equal(result.finding[0].report.oracle, FUZZ_ORACLE_NONDETERMINISM);
    fuzz_search_result_deinit(&result);
}

static void what_repeats_itself_is_none(void **state)
{
    struct fuzz_strategy_config config = {.seed = 1};

    (void)state;
    for (size_t i = 0; fuzz_strategy_at(i) != NULL; i++) {
        search(dependent_body, fuzz_strategy_at(i), &config, 3000, false);
        assert_int_equal(result.finding_count, 0);
        fuzz_search_result_deinit(&result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(orders_that_commute_are_one_class),
        cmocka_unit_test(orders_that_do_not_are_classes_each),
        cmocka_unit_test(nothing_is_unseen_once_all_was_seen_often),
        cmocka_unit_test(counters_add_up),
        cmocka_unit_test(transitions_are_counted_with_their_states),
        cmocka_unit_test(shards_are_of_one_size),
        cmocka_unit_test(samplers_share_their_executions),
        cmocka_unit_test(clock_of_the_host_is_a_finding),
        cmocka_unit_test(address_of_the_host_is_a_finding),
        cmocka_unit_test(what_repeats_itself_is_none),
    };
    return cmocka_run_group_tests_name("coverage", tests, NULL, NULL);
}
