/* explain: pictures as data, the passing run next to a failing one, what else can happen from a
 * step, and that nothing cheaper exists. */
#include "fakes/world.h"
#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/examples/examples.h"
#include "fuzz/explore/nearest.h"
#include "fuzz/explore/prefix_subject.h"
#include "fuzz/explore/prove.h"
#include "fuzz/explore/search.h"
#include "fuzz/explore/timeline.h"
#include "fuzz/explore/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CHEAPEST_MAX 64u

static uint32_t setters = 2; /* of example_reorder */

static struct fuzz_body_subject make_body(void (*body)(void *))
{
    struct fuzz_body_subject subject;

    fuzz_body_subject_init(&subject, "body", body, &setters);
    return subject;
}

static void failing_body(void *unused)
{
    (void)unused;
    sim_yield();
    sim_report(SIM_ORACLE_ASSERTION, "whatever happens");
}

/* An address where nothing is; the null pointer would be UBSan's business. */
#define WILD ((int *)(uintptr_t)16)

static int *volatile shared;
static int cell;

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

static void yield(void *unused)
{
    (void)unused;
    sim_yield();
}

static void waiting_body(void *unused)
{
    (void)unused;
    sim_thread_join(sim_spawn("other", yield, NULL));
}

static struct fuzz_search_result result; /* too large for a stack */

/* find_raw finds the bug by a random walk and leaves it as it is. */
static struct fuzz_finding *find_raw(struct fuzz_body_subject *body, uint64_t seed)
{
    struct fuzz_search_options options = {.strategy = &fuzz_strategy_random,
                                          .config = {.seed = seed},
                                          .executions_max = 100000,
                                          .raw = true};

    fuzz_search(&body->subject, &options, &result);
    assert_false(result.broken);
    assert_int_equal(result.finding_count, 1);
    result.finding[0].stable = true;
    return &result.finding[0];
}

/* count_complete counts the schedules of a subject by depth-first search. */
static uint64_t count_complete(struct fuzz_subject *subject)
{
    struct fuzz_search_options options = {
        .strategy = &fuzz_strategy_dfs, .executions_max = 1000000, .keep_going = true, .raw = true};
    uint64_t count;

    fuzz_search(subject, &options, &result);
    assert_true(result.exhausted);
    assert_true(result.progress.complete);
    count = result.statistics.executions;
    fuzz_search_result_deinit(&result);
    return count;
}

/* ---- names of steps ---- */

static void steps_are_named_by_thread_and_number(void **state)
{
    static const char *const name[] = {"main", "T#1"};
    struct sim_names names = {.name = name, .count = 2};
    struct fuzz_step_name step = {.thread = 99};

    (void)state;
    assert_true(fuzz_step_name_parse("T#1#12", &names, &step));
    assert_int_equal(step.thread, 1);
    assert_int_equal(step.step, 12);
    assert_true(fuzz_step_name_parse("main#1", &names, &step));
    assert_int_equal(step.thread, 0);
    assert_false(fuzz_step_name_parse("main#0", &names, &step));
    assert_false(fuzz_step_name_parse("main#", &names, &step));
    assert_false(fuzz_step_name_parse("main", &names, &step));
    assert_false(fuzz_step_name_parse("#1", &names, &step));
    assert_false(fuzz_step_name_parse("main#1x", &names, &step));
    assert_false(fuzz_step_name_parse("nobody#1", &names, &step));
}

/* ---- the nearest passing run ---- */

static void passing_run_lies_next_to_a_failing_one(void **state)
{
    struct fuzz_body_subject body = make_body(example_reorder);
    struct fuzz_finding *finding = find_raw(&body, 1);
    struct fuzz_nearest nearest;
    struct fuzz_report report;

    (void)state;
    assert_true(fuzz_nearest_find(&body.subject, finding->item, finding->count, &nearest));
    assert_true(nearest.found);
    assert_true(fuzz_play(&body.subject, nearest.item, nearest.count, false, NULL, NULL, &report));
    assert_string_equal(report.oracle, "");
    assert_int_equal(report.diverged, 0);
    fuzz_nearest_deinit(&nearest);
    fuzz_search_result_deinit(&result);
}

static void no_run_passes_where_all_fail(void **state)
{
    struct fuzz_body_subject body = make_body(failing_body);
    struct fuzz_nearest nearest;

    (void)state;
    assert_true(fuzz_nearest_find(&body.subject, NULL, 0, &nearest));
    assert_false(nearest.found);
    fuzz_nearest_deinit(&nearest);
}

/* ---- from a step ---- */

static void schedules_from_a_step_are_fewer(void **state)
{
    struct fuzz_body_subject body = make_body(example_reorder);
    struct fuzz_step_name first = {.thread = 0, .step = 1};
    struct fuzz_step_name later = {.thread = 2, .step = 2};
    struct fuzz_subject *prefix;
    uint64_t whole = count_complete(&body.subject);
    uint64_t rest;
    bool refused;

    (void)state;
    prefix = fuzz_prefix_subject_create(&body.subject, NULL, 0, &first, &refused);
    assert_non_null(prefix);
    assert_int_equal(count_complete(prefix), whole);
    prefix->ops->destroy(prefix);

    prefix = fuzz_prefix_subject_create(&body.subject, NULL, 0, &later, &refused);
    assert_non_null(prefix);
    rest = count_complete(prefix);
    assert_true(rest > 1 && rest < whole);
    prefix->ops->destroy(prefix);
}

static void step_that_is_not_reached_has_no_future(void **state)
{
    struct fuzz_body_subject body = make_body(example_reorder);
    struct fuzz_step_name never = {.thread = 1, .step = 1000};
    bool refused = true;

    (void)state;
    assert_null(fuzz_prefix_subject_create(&body.subject, NULL, 0, &never, &refused));
    assert_false(refused);
}

/* ---- proofs ---- */

static bool is_at_most(uint32_t left, uint32_t right)
{
    for (unsigned shift = 0; shift < 32; shift += 8) {
        if ((left >> shift & 0xff) > (right >> shift & 0xff)) {
            return false;
        }
    }
    return true;
}

/* note_cost keeps the cost vectors of findings of which none is cheaper than another. */
static uint32_t note_cost(uint32_t *cheapest, uint32_t count, uint32_t cost)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (is_at_most(cheapest[i], cost)) {
            return count;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!is_at_most(cost, cheapest[i])) {
            cheapest[kept++] = cheapest[i];
        }
    }
    assert_true(kept < CHEAPEST_MAX);
    cheapest[kept++] = cost;
    return kept;
}

/* find_cheapest executes every schedule of the body. */
static uint32_t find_cheapest(struct fuzz_body_subject *body, uint32_t *cheapest)
{
    const struct fuzz_strategy *dfs = &fuzz_strategy_dfs;
    struct fuzz_strategy_config config = {.seed = 1};
    struct sim_world *world = sim_world_create();
    void *memory = calloc(1, dfs->memory_size);
    struct sim_outcome outcome;
    struct sim_source *source;
    uint32_t count = 0;

    assert_non_null(world);
    assert_non_null(memory);
    dfs->init(memory, &config);
    for (uint64_t i = 0; (source = dfs->begin(memory, i)) != NULL; i++) {
        body->subject.ops->run(&body->subject, world, source, &outcome);
        if (outcome.oracle != NULL) {
            count = note_cost(cheapest, count, outcome.cost);
        }
    }
    free(memory);
    sim_world_destroy(world);
    return count;
}

static void proved_finding_is_among_the_cheapest(void **state)
{
    struct fuzz_body_subject body = make_body(example_reorder);
    struct fuzz_shrink_options options = {.seed = 1};
    uint32_t cheapest[CHEAPEST_MAX];
    uint32_t count = find_cheapest(&body, cheapest);

    (void)state;
    assert_true(count > 0);
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct fuzz_finding *finding = find_raw(&body, seed);
        struct fuzz_proof proof;
        bool known = false;

        assert_true(fuzz_prove(finding, &options, &proof));
        assert_true(proof.proved);
        for (uint32_t i = 0; i < count; i++) {
            known = known || cheapest[i] == finding->report.cost;
        }
        assert_true(known);
        fuzz_search_result_deinit(&result);
    }
}

static void nothing_is_proved_of_what_does_not_replay(void **state)
{
    struct fuzz_body_subject body = make_body(example_reorder);
    struct fuzz_shrink_options options = {.seed = 1};
    struct fuzz_finding *finding = find_raw(&body, 1);
    struct fuzz_proof proof;

    (void)state;
    finding->stable = false;
    assert_true(fuzz_prove(finding, &options, &proof));
    assert_false(proof.proved);
    fuzz_search_result_deinit(&result);
}

/* ---- pictures as data ---- */

/* is_balanced tells whether brackets outside of texts match, and the text ends with the last. */
static bool is_balanced(const char *json)
{
    char open[64];
    size_t depth = 0;
    bool inside = false;

    for (; *json != '\0'; json++) {
        if (inside) {
            json += *json == '\\' && json[1] != '\0';
            inside = *json != '"' || json[-1] == '\\';
        } else if (*json == '"') {
            inside = true;
        } else if (*json == '{' || *json == '[') {
            assert_true(depth < sizeof open);
            open[depth++] = *json;
        } else if (*json == '}' || *json == ']') {
            if (depth == 0 || open[--depth] != (*json == '}' ? '{' : '[')) {
                return false;
            }
            if (depth == 0) {
                return strcmp(json + 1, "\n") == 0;
            }
        }
    }
    return false;
}

/* draw_subject returns what a printer makes of an execution; the caller frees it. */
static char *draw_subject(struct fuzz_subject *subject, const struct sim_decision *item,
                          uint32_t count, fuzz_played_print print)
{
    struct fuzz_report report;
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);

    assert_non_null(file);
    assert_true(fuzz_play(subject, item, count, false, print, file, &report));
    assert_int_equal(fclose(file), 0);
    return text;
}

/* draw_body does the same for the dull execution of a function. */
static char *draw_body(void (*function)(void *), fuzz_played_print print)
{
    struct fuzz_body_subject body = make_body(function);

    return draw_subject(&body.subject, NULL, 0, print);
}

static void timeline_has_lanes_rows_and_choices(void **state)
{
    char *text = draw_body(example_iocp, fuzz_timeline_print);

    (void)state;
    assert_true(is_balanced(text));
    assert_non_null(strstr(text, "\"kind\":\"ports\""));
    assert_non_null(strstr(text, "GetQueuedCompletionStatus"));
    assert_non_null(strstr(text, "\"choices\":[{\"text\":\"after "));
    free(text);
    text = draw_body(waiting_body, fuzz_timeline_print);
    assert_true(is_balanced(text));
    assert_non_null(strstr(text, "\"waits\":true"));
    free(text);
}

static void trace_has_events_of_every_kind(void **state)
{
    char *text = draw_body(waiting_body, fuzz_trace_print);

    (void)state;
    assert_true(is_balanced(text));
    assert_non_null(strstr(text, "{\"ph\":\"M\",\"name\":\"thread_name\""));
    assert_non_null(strstr(text, "{\"ph\":\"X\",\"name\":\"waits\""));
    assert_non_null(strstr(text, "{\"ph\":\"s\",\"name\":\"wake\""));
    assert_non_null(strstr(text, "{\"ph\":\"f\",\"name\":\"wake\""));
    free(text);
}

static void execution_that_dies_is_drawn_and_proved(void **state)
{
    struct fuzz_body_subject body = make_body(crashing_body);
    struct fuzz_finding *finding = find_raw(&body, 1);
    struct fuzz_shrink_options options = {.seed = 1};
    struct fuzz_nearest nearest;
    struct fuzz_proof proof;
    char *text;

    (void)state;
    assert_true(fuzz_prove(finding, &options, &proof));
    assert_true(proof.proved);
    assert_true(finding->count > 0);
    text = draw_subject(&body.subject, finding->item, finding->count, fuzz_timeline_print);
    assert_true(is_balanced(text));
    assert_non_null(strstr(text, "\"decided\":true"));
    free(text);
    assert_true(fuzz_nearest_find(&body.subject, finding->item, finding->count, &nearest));
    assert_true(nearest.found);
    fuzz_nearest_deinit(&nearest);
    fuzz_search_result_deinit(&result);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_named_by_thread_and_number),
        cmocka_unit_test(passing_run_lies_next_to_a_failing_one),
        cmocka_unit_test(no_run_passes_where_all_fail),
        cmocka_unit_test(schedules_from_a_step_are_fewer),
        cmocka_unit_test(step_that_is_not_reached_has_no_future),
        cmocka_unit_test(proved_finding_is_among_the_cheapest),
        cmocka_unit_test(nothing_is_proved_of_what_does_not_replay),
        cmocka_unit_test(timeline_has_lanes_rows_and_choices),
        cmocka_unit_test(trace_has_events_of_every_kind),
        cmocka_unit_test(execution_that_dies_is_drawn_and_proved),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
