/* explore: search, crash handling, replay, shrinking, pictures, on plain C bodies. */
#include "fakes/world.h"
#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/examples/bounded_queue.h"
#include "fuzz/explore/explain.h"
#include "fuzz/explore/json.h"
#include "fuzz/explore/novelty.h"
#include "fuzz/explore/search.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ---- bodies ---- */

static int *volatile shared;
static int cell;

/* An address where nothing is; the null pointer would be UBSan's business. */
#define WILD ((int *)(uintptr_t)16)

static void forget(void *unused)
{
    (void)unused;
    sim_yield();
    shared = WILD;
    sim_yield();
    shared = &cell;
}

static void use(void *unused)
{
    (void)unused;
    sim_yield();
    sim_yield();
    *(volatile int *)shared = 1;
}

/* Dies when `use` runs between the two steps of `forget`. */
static void crashing_body(void *unused)
{
    (void)unused;
    shared = &cell;
    sim_spawn("forget", forget, NULL);
    sim_spawn("use", use, NULL);
}

static void spinning_body(void *unused)
{
    volatile bool forever = true;

    (void)unused;
    while (forever) {
    }
}

static int executions_so_far;

/* Not deterministic, as a body with static state is. */
static void drifting_body(void *unused)
{
    (void)unused;
    for (int i = 0; i < executions_so_far; i++) {
        sim_yield();
    }
    executions_so_far++;
}

static struct fuzz_body_subject make_body(const char *name, void (*body)(void *), void *argument)
{
    struct fuzz_body_subject subject;

    fuzz_body_subject_init(&subject, name, body, argument);
    return subject;
}

static void search(struct fuzz_body_subject *body, uint64_t seed, uint64_t executions,
                   bool keep_going, struct fuzz_search_result *result)
{
    struct fuzz_search_options options = {.strategy = &fuzz_strategy_random,
                                          .config = {.seed = seed},
                                          .executions_max = executions,
                                          .hang_ms = 300,
                                          .keep_going = keep_going};

    memset(result, 0xa5, sizeof *result);
    fuzz_search(&body->subject, &options, result);
}

static struct fuzz_search_result result; /* too large for a stack */

/* ---- search ---- */

static void correct_queue_is_clean(void **state)
{
    struct bounded_queue_shape shape = {.producers = 2, .consumers = 1, .items = 2};
    struct fuzz_body_subject body = make_body("queue", bounded_queue_run, &shape);

    (void)state;
    search(&body, 1, 20000, false, &result);
    assert_false(result.broken);
    assert_int_equal(result.finding_count, 0);
    assert_int_equal(result.statistics.executions, 20000);
    assert_true(fuzz_novelty_distinct(&result.statistics.coverage.histories) > 100);
}

static void shared_condition_loses_a_wakeup(void **state)
{
    struct bounded_queue_shape shape = {
        .producers = 2, .consumers = 2, .items = 2, .shared_condition = true};
    struct fuzz_body_subject body = make_body("queue", bounded_queue_run, &shape);

    (void)state;
    search(&body, 1, 100000, false, &result);
    assert_int_equal(result.finding_count, 1);
    assert_string_equal(result.finding[0].report.oracle, "deadlock");
    assert_true(result.finding[0].stable);
    assert_true(result.finding[0].minimal);
    assert_true(result.finding[0].count <= result.finding[0].count_found);
    fuzz_search_result_deinit(&result);
}

static void same_seed_gives_the_same_search(void **state)
{
    struct bounded_queue_shape shape = {.producers = 2, .consumers = 1, .items = 2};
    struct fuzz_body_subject body = make_body("queue", bounded_queue_run, &shape);
    uint64_t steps;
    uint64_t distinct;

    (void)state;
    search(&body, 7, 3000, false, &result);
    steps = result.statistics.steps;
    distinct = fuzz_novelty_distinct(&result.statistics.coverage.histories);
    search(&body, 7, 3000, false, &result);
    assert_int_equal(result.statistics.steps, steps);
    assert_int_equal(fuzz_novelty_distinct(&result.statistics.coverage.histories), distinct);
    search(&body, 8, 3000, false, &result);
    assert_int_not_equal(result.statistics.steps, steps);
}

/* ---- deaths ---- */

static void crash_is_a_finding_with_its_decisions(void **state)
{
    struct fuzz_body_subject body = make_body("crash", crashing_body, NULL);

    (void)state;
    search(&body, 1, 1000, false, &result);
    assert_int_equal(result.finding_count, 1);
    assert_string_equal(result.finding[0].report.oracle, FUZZ_ORACLE_CRASH);
    assert_true(result.finding[0].report.died);
    assert_true(result.finding[0].stable);
    assert_true(result.finding[0].count >= 1);
    assert_true(result.finding[0].count <= 3);
    fuzz_search_result_deinit(&result);
}

static void search_goes_on_behind_a_crash(void **state)
{
    struct fuzz_body_subject body = make_body("crash", crashing_body, NULL);

    (void)state;
    search(&body, 1, 300, true, &result);
    assert_int_equal(result.statistics.executions, 300);
    assert_true(result.statistics.findings > 1);
    assert_int_equal(result.finding_count, 1); /* the same key each time */
    fuzz_search_result_deinit(&result);
}

static void execution_that_hangs_is_a_finding(void **state)
{
    struct fuzz_body_subject body = make_body("spin", spinning_body, NULL);
    struct fuzz_search_options options = {.strategy = &fuzz_strategy_random,
                                          .config = {.seed = 1},
                                          .executions_max = 1,
                                          .hang_ms = 300,
                                          .raw = true};

    (void)state;
    fuzz_search(&body.subject, &options, &result);
    assert_int_equal(result.finding_count, 1);
    assert_string_equal(result.finding[0].report.oracle, FUZZ_ORACLE_HANG);
    fuzz_search_result_deinit(&result);
}

/* ---- replay ---- */

static struct fuzz_worker *make_worker(struct fuzz_body_subject *body)
{
    struct fuzz_worker_options options = {.strategy = &fuzz_strategy_random, .config = {.seed = 3}};

    return fuzz_worker_create(&body->subject, &options);
}

static void replay_repeats_a_finding_exactly(void **state)
{
    struct bounded_queue_shape shape = {
        .producers = 2, .consumers = 2, .items = 2, .shared_condition = true};
    struct fuzz_body_subject body = make_body("queue", bounded_queue_run, &shape);
    struct fuzz_worker *worker = make_worker(&body);
    struct sim_decision item[512];
    struct fuzz_report found;
    struct fuzz_report replayed;
    uint32_t count;

    (void)state;
    assert_int_equal(fuzz_worker_search(worker, 0, NULL, &found), FUZZ_ANSWER_FINDING);
    count = fuzz_worker_deviations(worker, item, 512);
    assert_true(count <= 512);
    assert_int_equal(fuzz_worker_replay(worker, item, count, false, 1000, &replayed),
                     FUZZ_ANSWER_FINDING);
    assert_int_equal(replayed.hash, found.hash);
    assert_int_equal(replayed.steps, found.steps);
    assert_string_equal(replayed.message, found.message);
    fuzz_worker_destroy(worker);
}

static void replay_tells_when_executions_differ(void **state)
{
    struct fuzz_body_subject body = make_body("drift", drifting_body, NULL);
    struct fuzz_worker *worker = make_worker(&body);
    struct fuzz_report report;

    (void)state;
    assert_int_equal(fuzz_worker_replay(worker, NULL, 0, false, 10, &report), FUZZ_ANSWER_DIVERGED);
    fuzz_worker_destroy(worker);
}

static void replay_tells_which_decision_does_not_fit(void **state)
{
    struct bounded_queue_shape shape = {.producers = 1, .consumers = 1, .items = 1};
    struct fuzz_body_subject body = make_body("queue", bounded_queue_run, &shape);
    struct fuzz_worker *worker = make_worker(&body);
    struct sim_decision never = {.point = SIM_POINT(9, SIM_PICK_ACTOR, 0, 99), .chosen = 1};
    struct fuzz_report report;

    (void)state;
    assert_int_equal(fuzz_worker_replay(worker, &never, 1, false, 1, &report),
                     FUZZ_ANSWER_DIVERGED);
    assert_int_equal(report.diverged, 1);
    assert_int_equal(report.first_divergence, 0);
    assert_int_equal(fuzz_worker_replay(worker, &never, 1, true, 1, &report), FUZZ_ANSWER_CLEAN);
    fuzz_worker_destroy(worker);
}

/* ---- pictures ---- */

/* play prints the dull execution of a body and returns the text, which the caller frees. */
static char *play(struct fuzz_body_subject *body, struct fuzz_report *report)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_true(fuzz_play(&body->subject, NULL, 0, false, fuzz_explain_print, out, report));
    fclose(out);
    return text;
}

static void picture_is_at_most_120_columns_wide(void **state)
{
    struct bounded_queue_shape shape = {.producers = 4, .consumers = 4, .items = 2};
    struct fuzz_body_subject body = make_body("queue", bounded_queue_run, &shape);
    struct fuzz_report report;
    char *text = play(&body, &report);

    (void)state;
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        assert_true(length <= FUZZ_EXPLAIN_COLUMNS);
        line += length + (line[length] == '\n');
    }
    assert_non_null(strstr(text, "nothing was found"));
    free(text);
}

static void picture_of_a_death_ends_where_it_died(void **state)
{
    struct fuzz_body_subject body = make_body("crash", crashing_body, NULL);
    struct fuzz_report report;
    char *text = NULL;
    size_t size = 0;
    FILE *out;

    (void)state;
    search(&body, 1, 1000, false, &result);
    assert_int_equal(result.finding_count, 1);
    out = open_memstream(&text, &size);
    assert_true(fuzz_play(&body.subject, result.finding[0].item, result.finding[0].count, false,
                          fuzz_explain_print, out, &report));
    fclose(out);
    assert_true(report.died);
    assert_non_null(strstr(text, "yield"));
    assert_non_null(strstr(text, "the process died here"));
    free(text);
    fuzz_search_result_deinit(&result);
}

/* ---- small parts ---- */

static void novelty_is_exact_while_there_are_few(void **state)
{
    struct fuzz_novelty *novelty = calloc(1, sizeof *novelty);

    (void)state;
    for (uint64_t i = 0; i < 1000; i++) {
        fuzz_novelty_add(novelty, fuzz_seed_mix(1, i));
    }
    for (uint64_t i = 0; i < 400; i++) {
        fuzz_novelty_add(novelty, fuzz_seed_mix(1, i));
    }
    assert_int_equal(fuzz_novelty_distinct(novelty), 1000);
    assert_int_equal(fuzz_novelty_once(novelty), 600);
    free(novelty);
}

static void novelty_is_close_when_there_are_many(void **state)
{
    struct fuzz_novelty *novelty = calloc(1, sizeof *novelty);
    uint64_t distinct;

    (void)state;
    for (uint64_t i = 0; i < 1000000; i++) {
        fuzz_novelty_add(novelty, fuzz_seed_mix(1, i));
    }
    distinct = fuzz_novelty_distinct(novelty);
    assert_true(distinct > 900000 && distinct < 1100000);
    free(novelty);
}

static void json_escapes_what_it_must(void **state)
{
    struct fuzz_json json;
    char text[512] = "";
    FILE *out = fmemopen(text, sizeof text, "w");

    (void)state;
    fuzz_json_begin(&json, out);
    fuzz_json_open(&json, NULL, '{');
    fuzz_json_text(&json, "a\"b", "line\nquote\" back\\ \x01 \xff \xc3\xa4");
    fuzz_json_open(&json, "empty", '[');
    fuzz_json_close(&json);
    fuzz_json_number(&json, "half", 0.5);
    fuzz_json_close(&json);
    fuzz_json_end(&json);
    fclose(out);
    assert_string_equal(text,
                        "{\n  \"a\\\"b\": \"line\\nquote\\\" back\\\\ \\u0001 \\u00ff \xc3\xa4\",\n"
                        "  \"empty\": [],\n  \"half\": 0.5\n}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(correct_queue_is_clean),
        cmocka_unit_test(shared_condition_loses_a_wakeup),
        cmocka_unit_test(same_seed_gives_the_same_search),
        cmocka_unit_test(crash_is_a_finding_with_its_decisions),
        cmocka_unit_test(search_goes_on_behind_a_crash),
        cmocka_unit_test(execution_that_hangs_is_a_finding),
        cmocka_unit_test(replay_repeats_a_finding_exactly),
        cmocka_unit_test(replay_tells_when_executions_differ),
        cmocka_unit_test(replay_tells_which_decision_does_not_fit),
        cmocka_unit_test(picture_is_at_most_120_columns_wide),
        cmocka_unit_test(picture_of_a_death_ends_where_it_died),
        cmocka_unit_test(novelty_is_exact_while_there_are_few),
        cmocka_unit_test(novelty_is_close_when_there_are_many),
        cmocka_unit_test(json_escapes_what_it_must),
    };

    return cmocka_run_group_tests_name("sim.explore", tests, NULL, NULL);
}
