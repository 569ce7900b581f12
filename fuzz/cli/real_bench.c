/* real_bench: the table of the real world's benches, and how they are timed. */
#include "fuzz/cli/real_bench.h"

#include <windows.h>

#include <stdio.h>

#define WARM_TRIPS 50u
#define TRIPS_MIN  16u
#define SLICES     4u /* of a sample: core and plain calls take turns that often */

static const struct cli_bench benches[] = {
    {"wine-pipe-pingpong", "1 byte to and fro, one thread, one poll, against plain calls", "of raw",
     1.1, true, "mio 0.99", cli_real_bench_pingpong},
    {"wine-pipe-throughput", "64 KiB writes, one thread, one poll", "MB/s", 400, true, "mio 142",
     cli_real_bench_throughput},
    {"wine-waker", "wake and poll in one thread, against post and dequeue", "of raw", 0.97, true,
     "mio 0.97", cli_real_bench_waker},
    {"wine-waker-threads", "two polls wake each other, against post and dequeue", "of raw", 0.97,
     true, "mio 0.97", cli_real_bench_wakers},
};

const struct cli_bench *cli_bench_at(uint32_t index)
{
    return index < sizeof benches / sizeof benches[0] ? &benches[index] : NULL;
}

uint64_t cli_real_now_ns(void)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (uint64_t)((double)count.QuadPart * 1e9 / (double)frequency.QuadPart);
}

double cli_real_rate(cli_real_loop loop, void *context, double seconds)
{
    uint64_t begin = cli_real_now_ns();
    uint64_t passed = 0, trips = 0;

    while (passed < (uint64_t)(seconds * 1e9)) {
        if (!loop(context, TRIPS_MIN)) {
            return 0;
        }
        trips += TRIPS_MIN;
        passed = cli_real_now_ns() - begin;
    }
    return (double)trips * 1e9 / (double)passed;
}

bool cli_real_ratio(const struct cli_bench_options *options, cli_real_loop loop, void *context,
                    cli_real_loop plain, void *plain_context, struct cli_bench_result *result)
{
    double slice = options->seconds / (2 * SLICES);
    double rate_sum = 0, plain_sum = 0;

    if (!loop(context, WARM_TRIPS) || !plain(plain_context, WARM_TRIPS)) {
        return false;
    }
    for (uint32_t i = 0; i < options->samples; i++) {
        double rate = 0, plain_rate = 0;
        for (uint32_t k = 0; k < SLICES; k++) {
            double one = cli_real_rate(loop, context, slice);
            double other = cli_real_rate(plain, plain_context, slice);
            if (one == 0 || other == 0) {
                return false;
            }
            rate += one;
            plain_rate += other;
        }
        result->sample[result->sample_count++] = rate / plain_rate;
        rate_sum += rate;
        plain_sum += plain_rate;
    }
    snprintf(result->note, sizeof result->note, "%.0f round trips/s, plain calls %.0f/s",
             rate_sum / options->samples / SLICES, plain_sum / options->samples / SLICES);
    return true;
}
