/* decision_lines: line by line. */
#include "fuzz/decision_lines.h"

#include <stdlib.h>

struct sim_decision *fuzz_decision_lines_read(const struct conf_decision_lines *lines,
                                              const struct sim_names *names, const char *file_name,
                                              uint32_t *count, struct conf_error *error)
{
    struct conf_decision_lines left = *lines;
    struct conf_decision_line line;
    struct sim_decision *item = calloc(lines->count + 1, sizeof *item);

    *count = 0;
    if (item == NULL) {
        conf_error_set(error, file_name, 0, 0, "", "out of memory");
        return NULL;
    }
    while (conf_decision_lines_next(&left, &line)) {
        size_t column = 1;
        const char *expected = "";
        if (!sim_decision_parse(line.text, line.length, names, &item[*count], &column, &expected)) {
            conf_error_set(error, file_name, line.line, line.column + (uint32_t)column - 1,
                           expected, "not a decision");
            free(item);
            return NULL;
        }
        ++*count;
    }
    return item;
}
