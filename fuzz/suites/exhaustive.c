/* exhaustive: explores every schedule of scenarios, up to the order of what commutes, and prints
 * how many there are.
 *
 *   exhaustive [--threads N] [--operations N] [--executions N] [--at-least N] SCENARIO...
 *
 * Scenarios with more threads or operations are passed over. The exit status is 1 when there is a
 * finding, when a subject is not deterministic, or when a search does not come to its end (within
 * --executions, if that is given). With --at-least it is enough that so many do. */
#include "conformance/error.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario_text.h"
#include "fuzz/explore/search.h"
#include "fuzz/scenario_subject.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

struct limits {
    uint32_t threads, operations, at_least;
    uint64_t executions; /* 0: none */
};

struct sum {
    uint32_t explored, ended;
    uint64_t executions;
    double seconds;
    bool failed;
};

static bool read_limits(int argc, char **argv, struct limits *limits)
{
    static const struct option options[] = {{"threads", required_argument, NULL, 't'},
                                            {"operations", required_argument, NULL, 'o'},
                                            {"executions", required_argument, NULL, 'e'},
                                            {"at-least", required_argument, NULL, 'a'},
                                            {NULL, 0, NULL, 0}};
    int option;

    *limits = (struct limits){.threads = 3, .operations = 8};
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        char *end;
        unsigned long long value = option == '?' ? 0 : strtoull(optarg, &end, 10);
        if (option == '?' || end == optarg || *end != 0) {
            fprintf(stderr, "exhaustive: expected [--threads N] [--operations N] [--executions N] "
                            "[--at-least N] SCENARIO...\n");
            return false;
        }
        if (option == 'e') {
            limits->executions = value;
        } else {
            *(option == 't'   ? &limits->threads
              : option == 'o' ? &limits->operations
                              : &limits->at_least) = (uint32_t)value;
        }
    }
    return true;
}

static bool read_scenario(const char *path, struct conf_scenario *scenario)
{
    struct conf_decision_lines lines;
    struct conf_error error;
    char *text;
    char line[2048];

    if (conf_scenario_read_file(path, fuzz_scenario_oracles(), scenario, &lines, &text, &error)) {
        free(text);
        return true;
    }
    conf_error_format(&error, line, sizeof line);
    fprintf(stderr, "%s\n", line);
    return false;
}

static void print_row(const struct conf_scenario *scenario, const struct fuzz_search_result *result)
{
    printf("| %s | %u | %u | %llu | %llu | %.2f | %s |\n", scenario->name, scenario->thread_count,
           scenario->verb_count, (unsigned long long)result->statistics.executions,
           (unsigned long long)result->progress.blocked, (double)result->statistics.cpu_ns / 1e9,
           result->finding_count != 0          ? result->finding[0].report.oracle
           : result->progress.nondeterministic ? "not deterministic"
           : result->progress.complete         ? "complete"
                                               : "given up");
    fflush(stdout);
}

/* Explores one scenario; false when the host refuses. */
static bool explore(const struct conf_scenario *scenario, const struct limits *limits,
                    struct sum *sum)
{
    struct fuzz_subject *subject = fuzz_scenario_subject_create(scenario, &conf_port_core);
    struct fuzz_search_result *result = calloc(1, sizeof *result);
    struct fuzz_search_options options = {
        .strategy = &fuzz_strategy_dpor,
        .executions_max = limits->executions != 0 ? limits->executions : UINT64_MAX};
    bool good = subject != NULL && result != NULL;

    if (good) {
        fuzz_search(subject, &options, result);
        good = !result->broken;
        print_row(scenario, result);
        sum->explored++;
        sum->ended += result->progress.complete;
        sum->executions += result->statistics.executions;
        sum->seconds += (double)result->statistics.cpu_ns / 1e9;
        sum->failed |= result->finding_count != 0 || result->progress.nondeterministic;
        fuzz_search_result_deinit(result);
    }
    free(result);
    if (subject != NULL) {
        subject->ops->destroy(subject);
    }
    return good;
}

int main(int argc, char **argv)
{
    struct limits limits;
    struct sum sum = {0};
    struct conf_scenario *scenario = calloc(1, sizeof *scenario);

    if (scenario == NULL || !read_limits(argc, argv, &limits)) {
        return 2;
    }
    printf("| scenario | threads | operations | executions | of them redundant | seconds | |\n"
           "|---|---|---|---|---|---|---|\n");
    for (int i = optind; i < argc; i++) {
        if (!read_scenario(argv[i], scenario)) {
            return 2;
        }
        if (scenario->thread_count <= limits.threads && scenario->verb_count <= limits.operations &&
            !explore(scenario, &limits, &sum)) {
            fprintf(stderr, "exhaustive: the host refuses memory or processes\n");
            return 2;
        }
    }
    free(scenario);
    printf("\n%u scenarios, %u explored to the end, %llu executions, %.1f s\n", sum.explored,
           sum.ended, (unsigned long long)sum.executions, sum.seconds);
    return sum.failed || sum.ended < (limits.at_least != 0 ? limits.at_least : sum.explored);
}
