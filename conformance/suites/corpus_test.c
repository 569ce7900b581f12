/* The files of corpus/: every scenario is read, and the seeds of the fuzz target are theirs. */
#include "conformance/scenario_bytes.h"
#include "conformance/scenario_print.h"
#include "conformance/scenario_text.h"
#include "conformance/scenario_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCENARIOS  CONF_SOURCE_DIR "/corpus/scenarios"
#define CORPUS     CONF_SOURCE_DIR "/corpus"
#define PATH_SIZE  1024
#define VERBS_MEAN 8u

static struct conf_scenario scenario, again;

/* Reads the next scenario of a directory and writes its file name without .scn to `stem`. */
static bool next_scenario(DIR *directory, char stem[CONF_NAME_MAX * 2])
{
    struct conf_decision_lines lines;
    struct conf_error error;
    struct dirent *entry;
    char path[PATH_SIZE], message[2048];
    char *text;

    do {
        entry = readdir(directory);
        if (entry == NULL) {
            return false;
        }
    } while (strstr(entry->d_name, ".scn") == NULL);
    snprintf(path, sizeof(path), SCENARIOS "/%s", entry->d_name);
    snprintf(stem, CONF_NAME_MAX * 2, "%.*s", (int)(strlen(entry->d_name) - strlen(".scn")),
             entry->d_name);
    if (!conf_scenario_read_file(path, NULL, &scenario, &lines, &text, &error)) {
        conf_error_format(&error, message, sizeof(message));
        fail_msg("%s", message);
    }
    free(text);
    return true;
}

static void every_scenario_is_read_and_named_like_its_file(void **state)
{
    DIR *directory = opendir(SCENARIOS);
    char stem[CONF_NAME_MAX * 2];
    unsigned count = 0;

    assert_non_null(directory);
    while (next_scenario(directory, stem)) {
        assert_string_equal(scenario.name, stem);
        if (scenario.about[0] == 0) {
            fail_msg("%s does not say what it is about", stem);
        }
        count++;
    }
    closedir(directory);
    assert_true(count >= 12);
}

static void every_scenario_survives_printing(void **state)
{
    static char text[65536];
    DIR *directory = opendir(SCENARIOS);
    char stem[CONF_NAME_MAX * 2];

    assert_non_null(directory);
    while (next_scenario(directory, stem)) {
        struct conf_error error;
        size_t length = conf_scenario_print(&scenario, NULL, text, sizeof(text));

        assert_true(conf_scenario_read(text, length, stem, NULL, &again, NULL, &error));
        assert_true(conf_scenario_equal(&scenario, &again));
    }
    closedir(directory);
}

/* Loads the seed named like a scenario; returns its size. */
static size_t load_seed(enum conf_bytes_profile profile, const char *stem, uint8_t *out,
                        size_t capacity)
{
    char path[PATH_SIZE];
    FILE *file;
    size_t size;

    snprintf(path, sizeof(path), CORPUS "/%s/seed/%s", conf_bytes_profile_name[profile], stem);
    file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("no seed %s: write it with iocplab encode", path);
        return 0;
    }
    size = fread(out, 1, capacity, file);
    fclose(file);
    return size;
}

/* Scenarios with sockets are run as they are. */
static bool has_sockets(void)
{
    for (unsigned i = 0; i < scenario.source_count; i++) {
        enum conf_source_kind kind = (enum conf_source_kind)scenario.source[i].kind;

        if (conf_kind_is_socket(kind) || kind == CONF_USER_SOURCE) {
            return true;
        }
    }
    return false;
}

static void every_seed_is_its_scenario(void **state)
{
    DIR *directory = opendir(SCENARIOS);
    char stem[CONF_NAME_MAX * 2];

    assert_non_null(directory);
    while (next_scenario(directory, stem)) {
        uint8_t bytes[CONF_BYTES_SIZE_MAX], seed[CONF_BYTES_SIZE_MAX];
        enum conf_bytes_profile profile = conf_bytes_profile_of(&scenario);
        const char *missing = NULL;
        size_t size;

        if (has_sockets()) {
            continue;
        }
        size = conf_bytes_encode(profile, &scenario, NULL, 0, bytes, sizeof(bytes), &missing);

        if (size == 0) {
            fail_msg("%s has no bytes: %s", stem, missing);
        }
        if (load_seed(profile, stem, seed, sizeof(seed)) != size ||
            memcmp(bytes, seed, size) != 0) {
            fail_msg("the seed %s is out of date: write it with iocplab encode", stem);
        }
    }
    closedir(directory);
}

static void seeds_have_enough_verbs_for_a_fair_measure(void **state)
{
    DIR *directory = opendir(SCENARIOS);
    char stem[CONF_NAME_MAX * 2];
    unsigned count = 0, verbs = 0;

    assert_non_null(directory);
    while (next_scenario(directory, stem)) {
        count++;
        verbs += scenario.verb_count;
    }
    closedir(directory);
    assert_true(verbs >= VERBS_MEAN * count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_scenario_is_read_and_named_like_its_file),
        cmocka_unit_test(every_scenario_survives_printing),
        cmocka_unit_test(every_seed_is_its_scenario),
        cmocka_unit_test(seeds_have_enough_verbs_for_a_fair_measure),
    };

    return cmocka_run_group_tests_name("corpus", tests, NULL, NULL);
}
