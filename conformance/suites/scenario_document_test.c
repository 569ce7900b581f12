/* SCENARIO.md says what the code does: its examples, its words and its tables. */
#include "conformance/scenario_bytes_layout.h"
#include "conformance/scenario_print.h"
#include "conformance/scenario_text.h"
#include "conformance/scenario_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#define DOCUMENT CONF_SOURCE_DIR "/conformance/SCENARIO.md"
#define FENCE    "\n```"
#define TEXT_MAX 65536

static char document[TEXT_MAX];
static struct conf_scenario scenario;

static int load_document(void **state)
{
    FILE *file = fopen(DOCUMENT, "rb");
    size_t size;

    if (file == NULL) {
        return -1;
    }
    size = fread(document, 1, sizeof(document) - 1, file);
    document[size] = 0;
    fclose(file);
    return size < sizeof(document) - 1 ? 0 : -1;
}

/* Finds the next block fenced with ```TAG from *at on, and goes behind it. */
static const char *next_block(const char **at, const char *tag, size_t *size)
{
    char opening[32];
    const char *begin, *end;

    snprintf(opening, sizeof(opening), FENCE "%s\n", tag);
    begin = strstr(*at, opening);
    if (begin == NULL) {
        return NULL;
    }
    begin += strlen(opening);
    end = strstr(begin, FENCE);
    assert_non_null(end);
    *size = (size_t)(end + 1 - begin);
    *at = end;
    return begin;
}

static void every_example_is_read(void **state)
{
    const char *at = document, *block;
    unsigned count = 0;
    size_t size;

    while ((block = next_block(&at, "scn", &size)) != NULL) {
        struct conf_error error;
        char message[2048];

        if (!conf_scenario_read(block, size, "SCENARIO.md", NULL, &scenario, NULL, &error)) {
            conf_error_format(&error, message, sizeof(message));
            fail_msg("%s\n%.*s", message, (int)size, block);
        }
        count++;
    }
    assert_true(count >= 3);
}

static void every_error_is_the_one_shown(void **state)
{
    const char *at = document, *block;
    unsigned count = 0;
    size_t size;

    while ((block = next_block(&at, "scn-error", &size)) != NULL) {
        struct conf_error error;
        char message[2048] = "";
        size_t shown_size;
        const char *shown = next_block(&at, "message", &shown_size);

        assert_non_null(shown);
        assert_false(conf_scenario_read(block, size, "", NULL, &scenario, NULL, &error));
        conf_error_format(&error, message, sizeof(message));
        message[strlen(message) + 1] = 0;
        message[strlen(message)] = '\n';
        /* The format starts with the file name, empty here, and a colon. */
        assert_int_equal(strlen(message + 1), shown_size);
        assert_memory_equal(message + 1, shown, shown_size);
        count++;
    }
    assert_true(count >= 4);
}

static void expect_mention(const char *format, const char *word)
{
    char text[1024];

    snprintf(text, sizeof(text), format, word);
    if (strstr(document, text) == NULL) {
        fail_msg("SCENARIO.md does not have: %s", text);
    }
}

static void every_word_is_explained(void **state)
{
    for (unsigned i = 0; i < CONF_SOURCE_KIND_COUNT; i++) {
        expect_mention("\n| `%s` |", conf_source_kind_name((enum conf_source_kind)i));
    }
    for (unsigned i = 0; i < CONF_VERB_COUNT; i++) {
        expect_mention("\n| `%s ", conf_verb_name((enum conf_verb_code)i));
        expect_mention("\"%s\"", conf_verb_name((enum conf_verb_code)i));
    }
    for (unsigned i = 0; i < CONF_WORD_COUNT; i++) {
        expect_mention("\n| `%s` |", conf_word_name((enum conf_word)i));
        expect_mention("\"%s\"", conf_word_name((enum conf_word)i));
    }
    for (unsigned i = 0; i < CONF_SETTING_COUNT; i++) {
        const struct conf_setting *setting = &conf_setting_table[i];
        char row[256];
        int length = snprintf(row, sizeof(row), "\n| `%s` |", setting->name);

        for (unsigned j = 0; j < setting->value_count; j++) {
            length += snprintf(row + length, sizeof(row) - (size_t)length, "%s `%s`",
                               j == 0 ? "" : ",", setting->value[j]);
        }
        expect_mention("%s", row);
    }
}

static void the_verbs_of_each_kind_are_listed(void **state)
{
    for (unsigned kind = 0; kind < CONF_SOURCE_KIND_COUNT; kind++) {
        const char *between = "";
        char row[256];
        int length = snprintf(row, sizeof(row), "\n| %s | ",
                              conf_source_kind_name((enum conf_source_kind)kind));

        for (unsigned code = 0; code < CONF_VERB_COUNT; code++) {
            if (conf_kind_takes((enum conf_source_kind)kind, (enum conf_verb_code)code)) {
                length += snprintf(row + length, sizeof(row) - (size_t)length, "%s%s", between,
                                   conf_verb_name((enum conf_verb_code)code));
                between = ", ";
            }
        }
        expect_mention("%s |\n", row);
    }
}

static void expect_numbers(const uint32_t *number, unsigned from, unsigned count)
{
    char list[512];
    int length = 0;

    for (unsigned i = from; i < count; i++) {
        length += snprintf(list + length, sizeof(list) - (size_t)length, "%s%u",
                           i == from ? "" : ", ", number[i]);
    }
    expect_mention(" %s", list);
}

static void the_byte_format_is_the_one_in_the_tables(void **state)
{
    char verbs[512];
    int length = 0;

    expect_numbers(conf_bytes_size_table, 0, CONF_BYTES_SIZES);
    expect_numbers(conf_bytes_quota_table, 1, CONF_BYTES_QUOTAS);
    expect_numbers(conf_bytes_timeout_table, 1, CONF_BYTES_TIMEOUTS);
    expect_numbers(conf_bytes_events_table, 1, CONF_BYTES_TIMEOUTS);
    for (unsigned i = 0; i < CONF_BYTES_SLOTS; i++) {
        length +=
            snprintf(verbs + length, sizeof(verbs) - (size_t)length, "%s%s", i == 0 ? "" : ", ",
                     conf_verb_name((enum conf_verb_code)conf_bytes_slot_table[i].code));
    }
    expect_mention("verb: %s |", verbs);
}

static void the_bounds_are_those_of_the_header(void **state)
{
    static const struct {
        const char *bound;
        unsigned value;
    } bounds[] = {
        {"sources", CONF_SOURCES_MAX},
        {"labels", CONF_LABELS_MAX},
        {"threads", CONF_THREADS_MAX},
        {"allowed outcomes", CONF_ALLOW_MAX},
        {"verbs", CONF_VERBS_MAX},
        {"oracles named", CONF_ORACLES_MAX},
        {"bytes of a transfer, quota or capacity", CONF_IO_MAX},
        {"bytes of a transfer, quota or capacity", CONF_QUOTA_MAX},
        {"events of one poll", CONF_EVENTS_MAX},
        {"milliseconds of a timeout", CONF_TIMEOUT_MAX},
        {"decisions", CONF_DECISIONS_MAX},
    };

    for (unsigned i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
        char row[128];

        snprintf(row, sizeof(row), "| %s | %u |", bounds[i].bound, bounds[i].value);
        expect_mention("%s", row);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_is_read),
        cmocka_unit_test(every_error_is_the_one_shown),
        cmocka_unit_test(every_word_is_explained),
        cmocka_unit_test(the_verbs_of_each_kind_are_listed),
        cmocka_unit_test(the_byte_format_is_the_one_in_the_tables),
        cmocka_unit_test(the_bounds_are_those_of_the_header),
    };

    return cmocka_run_group_tests_name("scenario_document", tests, load_document, NULL);
}
