/* observer: writes the scenarios into one file, runs the command on it and reads the counts. */
#include "fuzz/fidelity/observer.h"

#include "conformance/scenario_print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LINE_SIZE    (OBSERVER_TEXT_SIZE + 64)
#define COMMAND_SIZE 4096

static bool write_scenarios(const struct observer *observer, const struct conf_scenario *scenario,
                            uint32_t count)
{
    FILE *file = fopen(observer->path, "wb");
    bool good = file != NULL;

    for (uint32_t i = 0; good && i < count; i++) {
        conf_scenario_write(&scenario[i], NULL, file);
    }
    good = good && !ferror(file);
    good = file != NULL && fclose(file) == 0 && good;
    if (!good) {
        fprintf(stderr, "%s: %s, expected a file that can be written\n", observer->path,
                strerror(errno));
    }
    return good;
}

/* find returns the index of the scenario a line is the head of ("NAME: N runs"), from `from` on;
 * count if it is none. */
static uint32_t find(const char *line, const struct conf_scenario *scenario, uint32_t from,
                     uint32_t count)
{
    for (uint32_t i = from; i < count; i++) {
        size_t length = strlen(scenario[i].name);
        if (strncmp(line, scenario[i].name, length) == 0 && line[length] == ':') {
            return i;
        }
    }
    return count;
}

static void read_outcome(struct observation *observation, const char *line)
{
    char word[16];
    uint32_t seen;
    int text = 0;

    if (sscanf(line, " %15s %" SCNu32 " %n", word, &seen, &text) != 2 || text == 0) {
        return;
    }
    if (strcmp(word, "found") == 0) {
        if (observation->finding[0] == '\0') {
            snprintf(observation->finding, sizeof observation->finding, "%s", line + text);
        }
    } else if (seen > 0 && observation->count < OBSERVER_OUTCOMES_MAX) {
        struct observed_outcome *outcome = &observation->outcome[observation->count++];
        outcome->seen = seen;
        snprintf(outcome->text, sizeof outcome->text, "%s", line + text);
    }
}

/* read_all reads the output; it returns how many scenarios were reported. */
static uint32_t read_all(const struct observer *observer, FILE *output,
                         const struct conf_scenario *scenario, uint32_t count,
                         struct observation *observation)
{
    char line[LINE_SIZE];
    uint32_t at = count, reported = 0;

    while (fgets(line, sizeof line, output) != NULL) {
        line[strcspn(line, "\r\n")] = '\0';
        if (line[0] == ' ') {
            if (at < count) {
                read_outcome(&observation[at], line);
            }
            continue;
        }
        at = find(line, scenario, reported, count);
        if (at < count) {
            uint32_t runs = 0;
            (void)sscanf(line + strlen(scenario[at].name), ": %" SCNu32, &runs);
            observation[at].complete = runs == observer->runs;
            reported = at + 1;
        }
    }
    return reported;
}

bool observer_watch(const struct observer *observer, const struct conf_scenario *scenario,
                    uint32_t count, struct observation *observation, uint32_t *died)
{
    char command[COMMAND_SIZE];
    FILE *output;
    uint32_t reported;
    int status;

    for (uint32_t i = 0; i < count; i++) {
        observation[i].complete = false;
        observation[i].count = 0;
        observation[i].finding[0] = '\0';
    }
    if (!write_scenarios(observer, scenario, count)) {
        return false;
    }
    snprintf(command, sizeof command,
             "%s litmus --verbs --runs %" PRIu32 " --settle %g --seed %" PRIu64 " '%s'",
             observer->command, observer->runs, observer->settle_seconds, observer->seed,
             observer->path);
    output = popen(command, "r");
    if (output == NULL) {
        fprintf(stderr, "%s: %s\n", command, strerror(errno));
        return false;
    }
    reported = read_all(observer, output, scenario, count, observation);
    status = pclose(output);
    *died = reported;
    if (reported > 0 && reported < count && !observation[reported - 1].complete) {
        *died = reported - 1; /* it said so before it ended */
    }
    if (reported == 0 && status != 0) {
        fprintf(stderr, "'%s' failed, expected the command of a real world\n", command);
        return false;
    }
    return true;
}
