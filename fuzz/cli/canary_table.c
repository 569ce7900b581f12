/* canary_table: five fields a line. */
#include "fuzz/cli/canary_table.h"

#include "fuzz/cli/input.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_SIZE_MAX ((size_t)1 << 20)
#define FIELDS         5

static bool complain(const char *path, size_t line, const char *message)
{
    fprintf(stderr, "%s:%zu:1: %s, expected ID, ORIGIN, ORACLES, SUBJECT and ABOUT, by tabs\n",
            path, line, message);
    return false;
}

/* add_line cuts one line into its fields. */
static bool add_line(struct cli_canary_table *table, char *line, const char *path, size_t number)
{
    const char *field[FIELDS];

    if (line[0] == '\0' || line[0] == '#') {
        return true;
    }
    for (size_t i = 0; i < FIELDS; i++) {
        size_t length = strcspn(line, "\t");
        if (length == 0 || (line[length] == '\0') != (i + 1 == FIELDS)) {
            return complain(path, number, "not five fields");
        }
        field[i] = line;
        line[length] = '\0';
        line += length + 1;
    }
    if (table->count == CLI_CANARIES_MAX) {
        return complain(path, number, "too many canaries");
    }
    table->item[table->count++] = (struct cli_canary){.id = field[0],
                                                      .origin = field[1],
                                                      .oracles = field[2],
                                                      .subject = field[3],
                                                      .about = field[4]};
    return true;
}

bool cli_canary_table_load(struct cli_canary_table *table, const char *path)
{
    size_t size;
    size_t number = 0;

    memset(table, 0, sizeof *table);
    if (!cli_file_read(path, TABLE_SIZE_MAX, &table->text, &size)) {
        return false;
    }
    table->text[size] = '\0'; /* cli_file_read leaves room for it */
    for (char *line = table->text; line != NULL;) {
        char *newline = strchr(line, '\n');
        if (newline != NULL) {
            *newline = '\0';
        }
        if (!add_line(table, line, path, ++number)) {
            cli_canary_table_unload(table);
            return false;
        }
        line = newline == NULL ? NULL : newline + 1;
    }
    return true;
}

void cli_canary_table_unload(struct cli_canary_table *table)
{
    free(table->text);
    memset(table, 0, sizeof *table);
}

bool cli_canary_is_control(const struct cli_canary *canary)
{
    return strcmp(canary->origin, "control") == 0;
}

bool cli_canary_is_program(const struct cli_canary *canary)
{
    const char *dot = strrchr(canary->subject, '.');

    return dot != NULL && strcmp(dot, ".c") == 0;
}
