/* bench_exhaustive: programs whose classes of schedules are known, explored to the end. */
#include "fuzz/cli/bench.h"

#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/examples/examples.h"
#include "fuzz/explore/search.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define EXECUTIONS_MAX UINT64_C(10000000)

/* exhaust explores an example with dpor; false if the host fails or it does not end. It leaves the
 * statistics in *found, which has nothing to give back. */
static bool exhaust(const char *name, struct fuzz_search_result *found)
{
    const struct fuzz_example *example = fuzz_example_find(name);
    struct fuzz_body_subject body;
    struct fuzz_search_options options = {.strategy = &fuzz_strategy_dpor,
                                          .executions_max = EXECUTIONS_MAX};
    bool good;

    fuzz_body_subject_init(&body, example->name, example->body, example->argument);
    fuzz_search(&body.subject, &options, found);
    good = !found->broken && found->finding_count == 0 && found->progress.complete;
    fuzz_search_result_deinit(found);
    return good;
}

/* time_of searches again and again for as long as a sample takes. It is the same work each time:
 * the fastest counts, as what made the others slower is the machine's. */
static bool time_of(const char *name, double seconds, struct fuzz_search_result *found,
                    double *best_ms)
{
    uint64_t end_ns = fuzz_now_ns() + (uint64_t)(seconds * 1e9);
    bool good;

    *best_ms = DBL_MAX;
    do {
        good = exhaust(name, found);
        *best_ms = fmin(*best_ms, (double)found->statistics.cpu_ns / 1e6);
    } while (good && fuzz_now_ns() < end_ns);
    return good;
}

static bool sample(const char *name, bool in_time, const struct cli_bench_options *options,
                   struct cli_bench_result *result)
{
    struct fuzz_search_result *found = calloc(1, sizeof *found);
    bool good = found != NULL;
    double value;

    for (uint32_t i = 0; good && i < options->samples; i++) {
        good = in_time ? time_of(name, options->seconds, found, &value) : exhaust(name, found);
        result->sample[result->sample_count++] =
            in_time ? value : (double)found->statistics.executions;
        snprintf(result->note, sizeof result->note, "%llu executions, %llu redundant",
                 (unsigned long long)found->statistics.executions,
                 (unsigned long long)found->progress.blocked);
    }
    free(found);
    return good;
}

bool cli_bench_mutex(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    return sample("mutex-3x4", true, options, result);
}

bool cli_bench_iocp(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    return sample("iocp-k4w2s2", false, options, result);
}
