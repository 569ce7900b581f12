/* real_scenarios: a file is cut before each line that begins a scenario. */
#include "fuzz/cli/real_scenarios.h"

#include "conformance/error.h"
#include "conformance/oracle.h"
#include "conformance/scenario_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_BYTES  ((size_t)64 << 20)
#define ERROR_LINE_SIZE 2048
#define FIRST_WORD      "scenario "

bool cli_scenarios_open(struct cli_scenarios *scenarios, const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = -1;

    *scenarios = (struct cli_scenarios){.path = path};
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
        size = ftell(file);
        rewind(file);
    }
    if (size >= 0 && (size_t)size <= SIZE_MAX_BYTES) {
        scenarios->text = malloc((size_t)size + 1);
    }
    if (scenarios->text != NULL) {
        scenarios->size = fread(scenarios->text, 1, (size_t)size, file);
    } else {
        fprintf(stderr, "%s: %s, expected a file of scenarios\n", path, strerror(errno));
    }
    if (file != NULL) {
        fclose(file);
    }
    return scenarios->text != NULL;
}

void cli_scenarios_close(struct cli_scenarios *scenarios)
{
    free(scenarios->text);
    scenarios->text = NULL;
}

static bool begins_scenario(const struct cli_scenarios *scenarios, size_t at)
{
    size_t length = sizeof FIRST_WORD - 1;

    return scenarios->size - at >= length && memcmp(scenarios->text + at, FIRST_WORD, length) == 0;
}

/* cut returns the end of the scenario that begins at `offset`, and how many lines it has. */
static size_t cut(const struct cli_scenarios *scenarios, uint32_t *lines)
{
    bool begun = false;
    size_t at = scenarios->offset;

    *lines = 0;
    while (at < scenarios->size && !(begun && begins_scenario(scenarios, at))) {
        const char *end = memchr(scenarios->text + at, '\n', scenarios->size - at);
        begun = begun || begins_scenario(scenarios, at);
        at = end == NULL ? scenarios->size : (size_t)(end - scenarios->text) + 1;
        ++*lines;
    }
    return at;
}

enum cli_next cli_scenarios_next(struct cli_scenarios *scenarios, struct conf_scenario *out)
{
    const char *text = scenarios->text + scenarios->offset;
    struct conf_error error;
    uint32_t lines;
    size_t size = cut(scenarios, &lines) - scenarios->offset;
    bool good;

    if (size == 0) {
        return CLI_NEXT_END;
    }
    good = conf_scenario_read(text, size, scenarios->path, conf_oracle_ids, out, NULL, &error);
    if (!good) {
        char line[ERROR_LINE_SIZE];
        error.line += error.line > 0 ? scenarios->lines : 0;
        conf_error_format(&error, line, sizeof line);
        fprintf(stderr, "%s\n", line);
    }
    scenarios->offset += size;
    scenarios->lines += lines;
    return good ? CLI_NEXT_SCENARIO : CLI_NEXT_ERROR;
}
