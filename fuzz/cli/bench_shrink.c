/* bench_shrink: how long it takes to make findings of hundreds of decisions minimal. */
#include "fuzz/cli/bench.h"
#include "fuzz/explore/shrink.h"
#include "fuzz/large_findings.h"

#include <stdio.h>
#include <stdlib.h>

/* shrink_one makes one finding minimal and adds its time; false if it is not minimal then. */
static bool shrink_one(bool (*find)(struct fuzz_large_finding *), double *seconds, char *note,
                       size_t note_size)
{
    struct fuzz_large_finding *large = calloc(1, sizeof *large);
    struct fuzz_shrink_options options = {.seed = 1};
    struct fuzz_shrink_statistics statistics;
    bool good = large != NULL && find(large);

    if (good) {
        uint32_t before = large->finding->count;
        good = fuzz_shrink(large->finding, &options, &statistics) && large->finding->minimal;
        if ((double)statistics.elapsed_ns / 1e9 > *seconds) {
            *seconds = (double)statistics.elapsed_ns / 1e9;
            snprintf(note, note_size, "%u decisions to %u, %llu candidates", before,
                     large->finding->count, (unsigned long long)statistics.candidates);
        }
    }
    if (large != NULL) {
        fuzz_large_finding_deinit(large);
    }
    free(large);
    return good;
}

bool cli_bench_shrink(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    bool good = true;

    for (uint32_t i = 0; good && i < options->samples; i++) {
        double *seconds = &result->sample[i];
        good = shrink_one(fuzz_large_update, seconds, result->note, sizeof result->note) &&
               shrink_one(fuzz_large_drop, seconds, result->note, sizeof result->note);
        result->sample_count = i + 1;
    }
    return good;
}
