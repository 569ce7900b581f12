/* shrink: what is called minimal is; decisions of an older build fit the present one. */
#include "fakes/world.h"
#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/playback.h"
#include "fuzz/explore/realign.h"
#include "fuzz/explore/shrink.h"
#include "fuzz/large_findings.h"

#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct fuzz_large_finding large; /* too large for a stack */

/* ---- minimal ---- */

/* is_found tells whether a subject under these decisions shows what the finding is about. */
static bool is_found(const struct fuzz_finding *finding, struct fuzz_subject *subject,
                     const struct sim_decision *item, uint32_t count)
{
    struct fuzz_report report;

    assert_true(fuzz_play(subject, item, count, true, NULL, NULL, &report));
    return strcmp(report.oracle, finding->report.oracle) == 0;
}

/* expect_minimal tries every removal: of one decision, and of one part of the program. */
static void expect_minimal(const struct fuzz_finding *finding)
{
    struct fuzz_subject *subject = finding->subject;
    struct sim_decision *item = calloc(finding->count + 1, sizeof *item);

    assert_non_null(item);
    assert_true(finding->stable && finding->minimal);
    assert_true(is_found(finding, subject, finding->item, finding->count));
    for (uint32_t i = 0; i < finding->count; i++) {
        memcpy(item, finding->item, i * sizeof *item);
        memcpy(item + i, finding->item + i + 1, (finding->count - i - 1) * sizeof *item);
        assert_false(is_found(finding, subject, item, finding->count - 1));
    }
    for (uint32_t k = 0; k < subject->ops->reduction_count(subject); k++) {
        struct fuzz_subject *smaller = subject->ops->reduce(subject, k);
        if (smaller != NULL) {
            assert_false(is_found(finding, smaller, finding->item, finding->count));
            smaller->ops->destroy(smaller);
        }
    }
    free(item);
}

static void expect_shrunk(bool (*find)(struct fuzz_large_finding *), uint32_t most)
{
    struct fuzz_shrink_options options = {.seed = 1};
    struct fuzz_shrink_statistics statistics;

    assert_true(find(&large));
    assert_true(large.finding->count >= FUZZ_LARGE_DECISIONS);
    assert_true(fuzz_shrink(large.finding, &options, &statistics));
    assert_true(large.finding->count <= most);
    expect_minimal(large.finding);
    fuzz_large_finding_deinit(&large);
}

static void two_hundred_decisions_shrink_to_those_that_matter(void **state)
{
    (void)state;
    expect_shrunk(fuzz_large_update, 6);
}

static void large_program_shrinks_with_its_decisions(void **state)
{
    (void)state;
    expect_shrunk(fuzz_large_drop, 0);
}

/* A check of the checker: what has something to spare is not called minimal. */
static void finding_with_a_decision_to_spare_is_not_minimal(void **state)
{
    struct fuzz_finding *finding;
    uint32_t found = 0;

    (void)state;
    assert_true(fuzz_large_update(&large));
    finding = large.finding;
    for (uint32_t i = 0; i < finding->count && found == 0; i++) {
        struct sim_decision *item = calloc(finding->count, sizeof *item);
        assert_non_null(item);
        memcpy(item, finding->item, i * sizeof *item);
        memcpy(item + i, finding->item + i + 1, (finding->count - i - 1) * sizeof *item);
        found += is_found(finding, finding->subject, item, finding->count - 1);
        free(item);
    }
    assert_true(found > 0);
    fuzz_large_finding_deinit(&large);
}

/* ---- the code has changed since ---- */

static LONG shared_count;
static LONG other;
static uint32_t added; /* steps before the one that matters, of the newer build */

static void read_and_write(void *unused)
{
    LONG seen;

    (void)unused;
    for (uint32_t i = 0; i < added; i++) {
        InterlockedIncrement(&other);
    }
    seen = ReadAcquire(&shared_count);
    InterlockedExchange(&shared_count, seen + 1);
}

static void count_twice(void *unused)
{
    uint32_t thread[2];

    (void)unused;
    shared_count = 0;
    thread[0] = sim_spawn("t1", read_and_write, NULL);
    thread[1] = sim_spawn("t2", read_and_write, NULL);
    sim_thread_join(thread[0]);
    sim_thread_join(thread[1]);
    if (shared_count != 2) {
        sim_report(SIM_ORACLE_ASSERTION, "an update was lost");
    }
}

/* find_old finds and shrinks the bug in the build that has `steps` before it. */
static struct fuzz_finding *find_old(struct fuzz_body_subject *body,
                                     struct fuzz_search_result *result, uint32_t steps)
{
    struct fuzz_search_options options = {
        .strategy = &fuzz_strategy_random, .config = {.seed = 1}, .executions_max = 100000};

    added = steps;
    fuzz_body_subject_init(body, "count-twice", count_twice, NULL);
    fuzz_search(&body->subject, &options, result);
    assert_int_equal(result->finding_count, 1);
    assert_true(result->finding[0].count > 0);
    return &result->finding[0];
}

/* expect_survival replays in a build with `now` steps what was found in one with `then`. */
static void expect_survival(uint32_t then, uint32_t now)
{
    struct fuzz_body_subject body;
    struct fuzz_search_result *result = calloc(1, sizeof *result);
    struct fuzz_finding *finding;
    struct fuzz_realigned realigned;
    struct fuzz_report report;

    assert_non_null(result);
    finding = find_old(&body, result, then);
    added = now;
    assert_true(
        fuzz_play(&body.subject, finding->item, finding->count, false, NULL, NULL, &report));
    assert_true(then == now ? report.diverged == 0 : report.diverged > 0);
    assert_true(fuzz_realign(&body.subject, finding->item, &finding->count, &realigned));
    assert_int_equal(realigned.dropped, 0);
    assert_true(then == now ? realigned.moved == 0 : realigned.moved > 0);
    assert_true(
        fuzz_play(&body.subject, finding->item, finding->count, false, NULL, NULL, &report));
    assert_int_equal(report.diverged, 0);
    assert_string_equal(report.oracle, SIM_ORACLE_ASSERTION);
    fuzz_search_result_deinit(result);
    free(result);
}

static void decisions_stay_where_nothing_has_changed(void **state)
{
    (void)state;
    expect_survival(3, 3);
}

static void decisions_survive_steps_that_were_added_before(void **state)
{
    (void)state;
    expect_survival(0, 1);
    expect_survival(2, 20);
}

static void decisions_survive_steps_that_were_removed_before(void **state)
{
    (void)state;
    expect_survival(5, 0);
}

static void decision_that_fits_nowhere_is_left_out(void **state)
{
    struct fuzz_body_subject body;
    struct fuzz_search_result *result = calloc(1, sizeof *result);
    struct fuzz_finding *finding;
    struct fuzz_realigned realigned;

    (void)state;
    assert_non_null(result);
    finding = find_old(&body, result, 0);
    finding->item[0].op = 0xff; /* does what nobody does */
    assert_true(fuzz_realign(&body.subject, finding->item, &finding->count, &realigned));
    assert_true(realigned.dropped > 0); /* it, and what needs it */
    assert_int_equal(realigned.first_dropped, 0);
    fuzz_search_result_deinit(result);
    free(result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_hundred_decisions_shrink_to_those_that_matter),
        cmocka_unit_test(large_program_shrinks_with_its_decisions),
        cmocka_unit_test(finding_with_a_decision_to_spare_is_not_minimal),
        cmocka_unit_test(decisions_stay_where_nothing_has_changed),
        cmocka_unit_test(decisions_survive_steps_that_were_added_before),
        cmocka_unit_test(decisions_survive_steps_that_were_removed_before),
        cmocka_unit_test(decision_that_fits_nowhere_is_left_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
