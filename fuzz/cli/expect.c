/* expect: cut into words, line by line. */
#include "fuzz/cli/expect.h"

#include "fuzz/cli/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPECT_SIZE_MAX ((size_t)1 << 20)
#define BLANK           " \t\r"

/* A line that is cut into words. */
struct cutter {
    const char *path;
    uint32_t number;
    char *begin, *at;
};

static bool complain(const struct cutter *cutter, const char *message, const char *expected)
{
    fprintf(stderr, "%s:%u:%zu: %s, expected %s\n", cutter->path, cutter->number,
            (size_t)(cutter->at - cutter->begin) + 1, message, expected);
    return false;
}

/* next_word cuts off the next word; NULL at the end of the line. */
static char *next_word(struct cutter *cutter)
{
    char *word = cutter->at + strspn(cutter->at, BLANK);
    size_t length = strcspn(word, BLANK);

    cutter->at = word;
    if (length == 0) {
        return NULL;
    }
    cutter->at = word + length + (word[length] != '\0');
    word[length] = '\0';
    return word;
}

/* has_link tells whether the last word of a reason is a link, and something stands before it. */
static bool has_link(const char *reason)
{
    const char *last = reason + strlen(reason);

    while (last > reason && strchr(BLANK, last[-1]) == NULL) {
        last--;
    }
    return last > reason && strstr(last, "://") != NULL;
}

static bool add_line(struct cli_expect *expect, struct cutter *cutter)
{
    struct cli_expectation *item = &expect->item[expect->count];
    const char *word = next_word(cutter);
    size_t length;

    if (word == NULL) {
        return true;
    }
    if (expect->count == CLI_EXPECT_MAX) {
        return complain(cutter, "too many lines", "at most 256");
    }
    *item = (struct cli_expectation){
        .is_skip = strcmp(word, "skip") == 0, .line = cutter->number, .clause = ""};
    if (!item->is_skip && strcmp(word, "fail") != 0) {
        cutter->at = cutter->begin;
        return complain(cutter, "unknown word", "fail or skip");
    }
    item->scenario = next_word(cutter);
    if (item->scenario != NULL && !item->is_skip) {
        item->clause = next_word(cutter);
    }
    if (item->scenario == NULL || item->clause == NULL) {
        return complain(cutter, "the line ends",
                        item->is_skip ? "SCENARIO REASON LINK" : "SCENARIO CLAUSE REASON LINK");
    }
    cutter->at += strspn(cutter->at, BLANK);
    length = strlen(cutter->at);
    while (length > 0 && strchr(BLANK, cutter->at[length - 1]) != NULL) {
        cutter->at[--length] = '\0';
    }
    item->reason = cutter->at;
    if (!has_link(item->reason)) {
        return complain(cutter, "no reason with a link", "REASON LINK");
    }
    expect->count++;
    return true;
}

bool cli_expect_load(struct cli_expect *expect, const char *path)
{
    size_t size;
    struct cutter cutter = {.path = path};

    memset(expect, 0, sizeof *expect);
    if (path == NULL) {
        return true;
    }
    if (!cli_file_read(path, EXPECT_SIZE_MAX, &expect->text, &size)) {
        return false;
    }
    expect->text[size] = '\0'; /* cli_file_read leaves room for it */
    for (char *line = expect->text; line != NULL;) {
        char *newline = strchr(line, '\n');
        char *comment;
        if (newline != NULL) {
            *newline = '\0';
        }
        comment = strstr(line, "# "); /* links may have a # */
        if (comment != NULL || line[0] == '#') {
            *(comment != NULL ? comment : line) = '\0';
        }
        cutter.begin = cutter.at = line;
        cutter.number++;
        if (!add_line(expect, &cutter)) {
            cli_expect_unload(expect);
            return false;
        }
        line = newline == NULL ? NULL : newline + 1;
    }
    return true;
}

void cli_expect_unload(struct cli_expect *expect)
{
    free(expect->text);
    memset(expect, 0, sizeof *expect);
}

struct cli_expectation *cli_expect_find(struct cli_expect *expect, const char *scenario,
                                        const char *clause)
{
    for (uint32_t i = 0; i < expect->count; i++) {
        struct cli_expectation *item = &expect->item[i];
        if (strcmp(item->scenario, scenario) == 0 && strcmp(item->clause, clause) == 0) {
            return item;
        }
    }
    return NULL;
}
