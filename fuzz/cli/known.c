/* known: a list of keys, line by line. */
#include "fuzz/cli/known.h"

#include "fuzz/cli/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KNOWN_SIZE_MAX ((size_t)1 << 20)

/* add_line takes one line, which it cuts into key and reason; false when it has no reason. */
static bool add_line(struct cli_known *known, char *line, const char *path, uint32_t number)
{
    char *comment = strchr(line, '#');
    size_t key;

    if (comment != NULL) {
        *comment = '\0';
    }
    line += strspn(line, " \t\r");
    key = strcspn(line, " \t\r");
    if (key == 0) {
        return true;
    }
    if (line[key] == '\0' || line[key + strspn(line + key, " \t\r")] == '\0') {
        fprintf(stderr, "%s:%u:%u: a key without a reason, expected KEY REASON LINK\n", path,
                number, (unsigned)key + 1);
        return false;
    }
    if (known->count == CLI_KNOWN_MAX) {
        fprintf(stderr, "%s:%u:1: too many known findings, expected at most %d\n", path, number,
                CLI_KNOWN_MAX);
        return false;
    }
    line[key] = '\0';
    known->item[known->count].key = line;
    known->item[known->count].reason = line + key + 1 + strspn(line + key + 1, " \t\r");
    known->count++;
    return true;
}

bool cli_known_load(struct cli_known *known, const char *path)
{
    size_t size;
    uint32_t number = 0;

    memset(known, 0, sizeof *known);
    if (path == NULL) {
        return true;
    }
    if (!cli_file_read(path, KNOWN_SIZE_MAX, &known->text, &size)) {
        return false;
    }
    known->text[size] = '\0'; /* cli_file_read leaves room for it */
    for (char *line = known->text; line != NULL;) {
        char *newline = strchr(line, '\n');
        if (newline != NULL) {
            *newline = '\0';
        }
        if (!add_line(known, line, path, ++number)) {
            cli_known_unload(known);
            return false;
        }
        line = newline == NULL ? NULL : newline + 1;
    }
    return true;
}

void cli_known_unload(struct cli_known *known)
{
    free(known->text);
    memset(known, 0, sizeof *known);
}

const char *cli_known_find(struct cli_known *known, const char *key)
{
    for (uint32_t i = 0; i < known->count; i++) {
        if (strcmp(known->item[i].key, key) == 0) {
            known->item[i].seen = true;
            return known->item[i].reason;
        }
    }
    return NULL;
}
