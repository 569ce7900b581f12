/* expected: sets of outcomes as files. */
#include "fuzz/cli/expected.h"

#include "conformance/outcome.h"
#include "conformance/scenario_words.h"
#include "fuzz/cli/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECTED_SIZE_MAX ((size_t)4 << 20)

bool cli_expected_path(const char *scenario_path, char *out, size_t size)
{
    size_t length = strlen(scenario_path);

    if (length <= 4 || strcmp(scenario_path + length - 4, ".scn") != 0 || length + 6 >= size) {
        fprintf(stderr, "%s: no name of a litmus test, expected NAME.scn\n", scenario_path);
        return false;
    }
    snprintf(out, size, "%.*s.expected", (int)(length - 4), scenario_path);
    return true;
}

/* The column (from 1) where a line stops being words for the labels of the scenario, 0 if it is all
 * right. */
static size_t wrong_column(const struct conf_scenario *scenario, const char *line)
{
    const char *at = line;

    for (uint32_t label = 0; label < scenario->outcome_count; label++) {
        bool last = label + 1 == scenario->outcome_count;
        size_t word = strcspn(at, ",");
        bool known = word == 1 && *at == '-'; /* it did not end */
        for (int i = 0; i < CONF_WORD_COUNT && !known; i++) {
            const char *name = conf_word_name((enum conf_word)i);
            known = strlen(name) == word && memcmp(name, at, word) == 0;
        }
        if (!known || (at[word] == '\0') != last) {
            return (size_t)(at - line) + 1 + (known ? word : 0);
        }
        at += word + !last;
    }
    return 0;
}

/* Adds one line; false after a message. */
static bool add_line(struct fuzz_outcome_set *set, const char *line, const char *path,
                     uint32_t number, const struct conf_scenario *scenario)
{
    struct conf_outcome *outcome = malloc(sizeof *outcome);
    size_t column = outcome == NULL;
    const char *expected = "as many words, such as done,would-block, as the scenario has labels";

    if (outcome != NULL && scenario->outcome_count != 0) {
        column = wrong_column(scenario, line);
    } else if (outcome != NULL && !conf_outcome_parse(outcome, scenario, line)) {
        column = 1;
        expected = "what each verb came to, as litmus writes it";
    }
    free(outcome);
    if (column != 0) {
        fprintf(stderr, "%s:%u:%zu: no outcome of %s, expected %s\n", path, number, column,
                scenario->name, expected);
        return false;
    }
    if (fuzz_outcome_set_has(set, line) || !fuzz_outcome_set_add(set, line, 0)) {
        fprintf(stderr, "%s:%u:1: an outcome too many, expected each once, at most %u\n", path,
                number, FUZZ_OUTCOME_SET_MAX);
        return false;
    }
    return true;
}

bool cli_expected_read(struct fuzz_outcome_set *set, const char *path,
                       const struct conf_scenario *scenario)
{
    uint32_t number = 0;
    bool good = true;
    size_t size;
    char *text;

    if (!cli_file_read(path, EXPECTED_SIZE_MAX, &text, &size)) {
        return false;
    }
    text[size] = '\0'; /* cli_file_read leaves room for it */
    for (char *line = text; good && *line != '\0';) {
        size_t length = strcspn(line, "\n");
        char *next = line + length + (line[length] == '\n');
        line[length] = '\0';
        number++;
        if (length != 0 && line[length - 1] == '\r') {
            line[length - 1] = '\0';
        }
        if (line[0] != '\0' && line[0] != '#') {
            good = add_line(set, line, path, number, scenario);
        }
        line = next;
    }
    free(text);
    return good;
}
