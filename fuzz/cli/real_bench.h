/* real_bench: what the benches of the real world share: a clock, and core measured against the
 * plain calls in turn, so that both see the same machine. */
#ifndef FUZZ_CLI_REAL_BENCH_H
#define FUZZ_CLI_REAL_BENCH_H

#include "fuzz/cli/bench.h"

#include <stdbool.h>
#include <stdint.h>

/* cli_real_now_ns returns a monotonic time in nanoseconds. */
uint64_t cli_real_now_ns(void);

/* A loop of `trips` round trips; false when a call fails. */
typedef bool (*cli_real_loop)(void *context, uint32_t trips);

/* cli_real_rate runs a loop for about `seconds` and returns round trips a second, 0 on failure. */
double cli_real_rate(cli_real_loop loop, void *context, double seconds);

/* What is measured and what it is measured against. */
struct cli_real_pair {
    cli_real_loop loop;
    void *context;
    cli_real_loop plain;
    void *plain_context;
};

/* cli_real_ratio fills *result with samples of the rate of `loop` in units of that of `plain`, and
 * the note with both rates. cli_real_throughput fills it with the MB/s of `loop`, whose trips move
 * `trip_size` bytes each, and the note with how `plain` does. */
bool cli_real_ratio(const struct cli_bench_options *options, const struct cli_real_pair *pair,
                    struct cli_bench_result *result);
bool cli_real_throughput(const struct cli_bench_options *options, const struct cli_real_pair *pair,
                         uint32_t trip_size, struct cli_bench_result *result);

bool cli_real_bench_pingpong(const struct cli_bench_options *options,
                             struct cli_bench_result *result);
bool cli_real_bench_throughput(const struct cli_bench_options *options,
                               struct cli_bench_result *result);
bool cli_real_bench_waker(const struct cli_bench_options *options, struct cli_bench_result *result);
bool cli_real_bench_wakers(const struct cli_bench_options *options,
                           struct cli_bench_result *result);

/* The loops of benches by core and by plain calls, to count what one round trip costs. */
struct cli_real_trip {
    const char *name;
    void *(*begin)(void);
    cli_real_loop loop;
    void (*end)(void *context);
};
/* Each ends with one without a name. */
extern const struct cli_real_trip cli_real_trips_pipe[5], cli_real_trips_tcp[3],
    cli_real_trips_waker[3];

#endif
