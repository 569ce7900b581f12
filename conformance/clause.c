/* clause: reads rows `| id | level | what | source | watched by |`. */
#include "conformance/clause.h"

#include <string.h>

/* CONTRACT.md, made into an array by the build. */
extern const char conf_contract[];

/* find_row returns what stands behind "| ID |" at the start of a line, NULL if there is none. */
static const char *find_row(const char *id)
{
    size_t length = strlen(id);
    const char *line = conf_contract;

    while (length > 0 && line != NULL) {
        if (strncmp(line, "| ", 2) == 0 && strncmp(line + 2, id, length) == 0 &&
            strncmp(line + 2 + length, " |", 2) == 0) {
            return line + 2 + length + 2;
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return NULL;
}

/* copy_cell copies a cell without blanks around it and without backquotes, cut at `size`, and
 * returns what stands behind it. */
static const char *copy_cell(const char *at, char *out, size_t size)
{
    size_t length = 0;

    at += strspn(at, " ");
    for (; *at != '|' && *at != '\n' && *at != '\0'; at++) {
        if (*at != '`' && length + 1 < size) {
            out[length++] = *at;
        }
    }
    while (length > 0 && out[length - 1] == ' ') {
        length--;
    }
    out[length] = '\0';
    return *at == '|' ? at + 1 : at;
}

bool conf_clause_find(const char *id, struct conf_clause *clause)
{
    const char *at = find_row(id);

    memset(clause, 0, sizeof *clause);
    if (at == NULL) {
        return false;
    }
    at = copy_cell(at, clause->level, sizeof clause->level);
    at = copy_cell(at, clause->text, sizeof clause->text);
    copy_cell(at, clause->source, sizeof clause->source);
    return true;
}
