/* Reductions and keys: every reduction is legal and smaller, and names do not change a key. */
#include "conformance/scenario_check.h"
#include "conformance/scenario_edit.h"
#include "conformance/scenario_key.h"
#include "conformance/scenario_print.h"
#include "conformance/scenario_text.h"
#include "conformance/scenario_words.h"
#include "conformance/suites/random_scenario.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define TEXT_MAX     65536
#define MEASURES_MAX 8

static struct conf_scenario scenario, smaller;
static char text[TEXT_MAX];

static void read_string(const char *string, struct conf_scenario *out)
{
    struct conf_error error;
    char message[1024];

    if (!conf_scenario_read(string, strlen(string), "t.scn", NULL, out, NULL, &error)) {
        conf_error_format(&error, message, sizeof(message));
        fail_msg("%s", message);
    }
}

/* The sizes of scenario_edit.h, the most important first. */
static void measure(const struct conf_scenario *of, uint64_t size[MEASURES_MAX])
{
    memset(size, 0, MEASURES_MAX * sizeof(size[0]));
    size[0] = of->source_count + of->thread_count + of->verb_count;
    size[1] = of->label_count + of->outcome_count;
    for (unsigned i = 0; i < of->verb_count; i++) {
        const struct conf_verb *verb = &of->verb[i];

        size[2] += verb->code == CONF_VERB_POLL ? 0 : verb->size;
        size[3] += verb->interest == 3;
        if (verb->code == CONF_VERB_SEND_TO || verb->code == CONF_VERB_READY) {
            size[2] += verb->how;
        }
        size[4] += verb->code == CONF_VERB_POLL && verb->timeout_ms != CONF_TIMEOUT_INFINITE;
        size[4] += verb->code == CONF_VERB_POLL && verb->size != 0;
        size[5] += verb->token > verb->source + 1u && verb->interest != 0;
    }
    for (unsigned i = 0; i < CONF_SETTING_COUNT; i++) {
        size[6] += *((const uint8_t *)&of->settings + conf_setting_table[i].offset);
    }
    for (unsigned i = 0; i < of->source_count; i++) {
        const struct conf_source *source = &of->source[i];

        size[5] += source->token > i + 1u;
        size[6] += source->mode + source->blocking + source->split + source->action;
        size[6] += conf_kind_is_end((enum conf_source_kind)source->kind) ? source->quota
                                                                         : source->quota != 0;
    }
    for (unsigned i = 0; i < of->source_count; i++) {
        size[6] += of->source[i].family;
    }
    size[7] = of->drop_count;
}

static void expect_smaller(const struct conf_scenario *before, const struct conf_scenario *after)
{
    uint64_t left[MEASURES_MAX], right[MEASURES_MAX];
    unsigned i = 0;

    measure(before, left);
    measure(after, right);
    while (i < MEASURES_MAX && left[i] == right[i]) {
        i++;
    }
    if (i == MEASURES_MAX || right[i] > left[i]) {
        conf_scenario_print(before, NULL, text, TEXT_MAX);
        print_message("%s", text);
        conf_scenario_print(after, NULL, text, TEXT_MAX);
        fail_msg("not smaller:\n%s", text);
    }
}

static void every_reduction_is_legal_and_smaller(void **state)
{
    uint64_t seed = 6;

    for (unsigned i = 0; i < 300; i++) {
        uint32_t count, legal = 0;

        random_scenario(&seed, &scenario);
        count = conf_edit_count(&scenario);
        for (uint32_t k = 0; k < count; k++) {
            if (conf_edit_apply(&scenario, k, &smaller)) {
                assert_true(conf_scenario_check(&smaller, NULL));
                expect_smaller(&scenario, &smaller);
                legal++;
            }
        }
        assert_true(legal > 0 || count == 0);
        assert_false(conf_edit_apply(&scenario, count, &smaller));
    }
}

static void reducing_ends_at_the_empty_scenario(void **state)
{
    uint64_t seed = 7;

    for (unsigned i = 0; i < 50; i++) {
        random_scenario(&seed, &scenario);
        while (conf_edit_count(&scenario) > 0) {
            uint32_t k = random_below(&seed, conf_edit_count(&scenario));

            if (conf_edit_apply(&scenario, k, &smaller)) {
                scenario = smaller;
            }
        }
        assert_int_equal(scenario.verb_count, 0);
        assert_int_equal(scenario.source_count, 0);
        assert_int_equal(scenario.thread_count, 0);
    }
}

static const char two_threads[] = "scenario s\n"
                                  "set cancel=races\n"
                                  "source P poll\n"
                                  "source S pipe-server name=x quota=16\n"
                                  "source C pipe-client name=y\n"
                                  "thread A\n"
                                  "  register S in P token=70 interest=rw -> one\n"
                                  "  join B\n"
                                  "thread B\n"
                                  "  open C -> two\n"
                                  "  write C 64 -> three\n"
                                  "drop C P S\n"
                                  "outcome two one\n"
                                  "allow done,done | failed,done | done,failed\n";

static void the_largest_cuts_come_first(void **state)
{
    read_string(two_threads, &scenario);
    assert_true(conf_edit_apply(&scenario, 0, &smaller));
    conf_scenario_print(&smaller, NULL, text, TEXT_MAX);
    assert_string_equal(text, "scenario s\n"
                              "set      cancel=races\n"
                              "source   S pipe-server name=x quota=16\n"
                              "source   C pipe-client name=y\n"
                              "thread   A\n"
                              "  join       B\n"
                              "thread   B\n"
                              "  open       C -> two\n"
                              "  write      C 64 -> three\n"
                              "drop     C S\n"
                              "outcome  two\n"
                              "allow    done | failed\n");
}

static void a_cut_source_takes_its_verbs_pipe_and_labels_along(void **state)
{
    read_string(two_threads, &scenario);
    assert_true(conf_edit_apply(&scenario, 2, &smaller));
    conf_scenario_print(&smaller, NULL, text, TEXT_MAX);
    assert_string_equal(text, "scenario s\n"
                              "set      cancel=races\n"
                              "source   P poll\n"
                              "source   S pipe-server name=x quota=16\n"
                              "thread   A\n"
                              "  register   S in P token=70 interest=rw -> one\n"
                              "  join       B\n"
                              "thread   B\n"
                              "drop     P S\n"
                              "outcome  one\n"
                              "allow    done | failed\n");
}

static void threads_can_be_merged(void **state)
{
    bool found = false;

    read_string(two_threads, &scenario);
    for (uint32_t k = 0; k < conf_edit_count(&scenario); k++) {
        found = found || (conf_edit_apply(&scenario, k, &smaller) && smaller.thread_count == 1 &&
                          smaller.verb_count == 3 && smaller.verb[0].code == CONF_VERB_OPEN);
    }
    assert_true(found);
}

static uint64_t key_of(const char *string)
{
    struct conf_scenario read;

    read_string(string, &read);
    return conf_scenario_key(&read);
}

static void names_tokens_and_order_of_declaration_do_not_change_the_key(void **state)
{
    uint64_t key = key_of("scenario a\nsource P poll\nsource S pipe-server name=x\n"
                          "thread A\n register S in P token=5 interest=r\n poll P -> l\n"
                          "drop P S\n");

    assert_true(key == key_of("scenario b\nabout \"other\"\n"
                              "source Serve pipe-server name=y\nsource Q poll\n"
                              "thread Z\n register Serve in Q token=9 interest=r\n poll Q\n"
                              "drop Q Serve\nforbid misuse\n"));
}

static void what_runs_changes_the_key(void **state)
{
    static const char *const texts[] = {
        "scenario a\nsource S pipe-server name=x\nthread A\n connect S\n read S 1\n",
        "scenario a\nsource S pipe-server name=x\nthread A\n connect S\n read S 2\n",
        "scenario a\nsource S pipe-server name=x\nthread A\n connect S\n write S 1\n",
        "scenario a\nsource S pipe-server name=x\nthread A\n connect S\nthread B\n read S 1\n",
        "scenario a\nsource S raw-pipe-server name=x\nthread A\n connect S\n read S 1\n",
        "scenario a\nsource S pipe-server name=x quota=1\nthread A\n connect S\n read S 1\n",
        "scenario a\nset faults=1\nsource S pipe-server name=x\nthread A\n connect S\n read S 1\n",
        "scenario a\nsource S pipe-server name=x\nsource P poll\nthread A\n connect S\n read S 1\n",
    };
    const unsigned count = sizeof(texts) / sizeof(texts[0]);

    for (unsigned i = 0; i < count; i++) {
        for (unsigned j = 0; j < i; j++) {
            assert_true(key_of(texts[i]) != key_of(texts[j]));
        }
    }
}

/* A finding is known by its key: this one may change only with the language. */
static void keys_are_the_same_everywhere(void **state)
{
    assert_true(key_of(two_threads) == UINT64_C(0xc433434787f5c3e9));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_reduction_is_legal_and_smaller),
        cmocka_unit_test(reducing_ends_at_the_empty_scenario),
        cmocka_unit_test(the_largest_cuts_come_first),
        cmocka_unit_test(a_cut_source_takes_its_verbs_pipe_and_labels_along),
        cmocka_unit_test(threads_can_be_merged),
        cmocka_unit_test(names_tokens_and_order_of_declaration_do_not_change_the_key),
        cmocka_unit_test(what_runs_changes_the_key),
        cmocka_unit_test(keys_are_the_same_everywhere),
    };

    return cmocka_run_group_tests_name("scenario_edit", tests, NULL, NULL);
}
