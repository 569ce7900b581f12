/* real_bench: the table of the real world's benches, and how they are timed. */
#include "fuzz/cli/real_bench.h"

#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WARM_TRIPS 50u
#define TRIPS_MIN  16u
/* Core and plain calls take turns so quickly that both see the same machine; what somebody else
 * takes of it for a moment is not in the median. */
#define SLICE_SECONDS 0.01
#define SLICES_MAX    256u /* of a sample */
#define BYTES_PER_MB  1e6

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

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static double median(const double *value, uint32_t count)
{
    double sorted[SLICES_MAX];

    memcpy(sorted, value, count * sizeof *value);
    qsort(sorted, count, sizeof sorted[0], compare);
    return sorted[count / 2];
}

/* What a sample comes to. */
struct turns {
    double rate, plain_rate; /* trips a second */
    double ratio;
};

/* take_turns measures one sample; false when a call fails. */
static bool take_turns(const struct cli_real_pair *pair, double seconds, struct turns *turns)
{
    static double rate[SLICES_MAX], plain_rate[SLICES_MAX], ratio[SLICES_MAX];
    uint64_t end = cli_real_now_ns() + (uint64_t)(seconds * 1e9);
    uint32_t count = 0;

    do {
        rate[count] = cli_real_rate(pair->loop, pair->context, SLICE_SECONDS);
        plain_rate[count] = cli_real_rate(pair->plain, pair->plain_context, SLICE_SECONDS);
        if (rate[count] == 0 || plain_rate[count] == 0) {
            return false;
        }
        ratio[count] = rate[count] / plain_rate[count];
        count++;
    } while (count < SLICES_MAX && cli_real_now_ns() < end);
    turns->rate = median(rate, count);
    turns->plain_rate = median(plain_rate, count);
    turns->ratio = median(ratio, count);
    return true;
}

static bool warm_up(const struct cli_real_pair *pair)
{
    return pair->loop(pair->context, WARM_TRIPS) && pair->plain(pair->plain_context, WARM_TRIPS);
}

/* Takes the samples of a bench: megabytes of core a second, where a trip moves `trip_mb` of them,
 * else its ratio to plain calls. *mean is of all samples. */
static bool take_samples(const struct cli_bench_options *options, const struct cli_real_pair *pair,
                         double trip_mb, struct cli_bench_result *result, struct turns *mean)
{
    struct turns turns;

    *mean = (struct turns){0};
    if (!warm_up(pair)) {
        return false;
    }
    for (uint32_t i = 0; i < options->samples; i++) {
        if (!take_turns(pair, options->seconds, &turns)) {
            return false;
        }
        result->sample[result->sample_count++] = trip_mb > 0 ? turns.rate * trip_mb : turns.ratio;
        mean->rate += turns.rate / options->samples;
        mean->plain_rate += turns.plain_rate / options->samples;
        mean->ratio += turns.ratio / options->samples;
    }
    return true;
}

bool cli_real_ratio(const struct cli_bench_options *options, const struct cli_real_pair *pair,
                    struct cli_bench_result *result)
{
    struct turns mean;

    if (!take_samples(options, pair, 0, result, &mean)) {
        return false;
    }
    snprintf(result->note, sizeof result->note, "%.0f round trips/s, plain calls %.0f/s", mean.rate,
             mean.plain_rate);
    return true;
}

bool cli_real_throughput(const struct cli_bench_options *options, const struct cli_real_pair *pair,
                         uint32_t trip_size, struct cli_bench_result *result)
{
    double trip_mb = trip_size / BYTES_PER_MB;
    struct turns mean;

    if (!take_samples(options, pair, trip_mb, result, &mean)) {
        return false;
    }
    snprintf(result->note, sizeof result->note, "plain calls %.0f MB/s, %.2f of that",
             mean.plain_rate * trip_mb, mean.ratio);
    return true;
}
