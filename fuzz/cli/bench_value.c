/* bench_value: what counts of the samples of a bench. */
#include "fuzz/cli/bench.h"

#include <stdlib.h>
#include <string.h>

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

double cli_bench_value(const struct cli_bench_result *result)
{
    double sorted[CLI_BENCH_SAMPLES_MAX];

    memcpy(sorted, result->sample, sizeof sorted);
    qsort(sorted, result->sample_count, sizeof sorted[0], compare);
    return sorted[result->sample_count / 2];
}

bool cli_bench_is_met(const struct cli_bench *bench, double value)
{
    return bench->at_least ? value >= bench->target : value <= bench->target;
}
