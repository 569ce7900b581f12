/* bench: measurements with a target, for `iocplab bench`. */
#ifndef FUZZ_CLI_BENCH_H
#define FUZZ_CLI_BENCH_H

#include <stdbool.h>
#include <stdint.h>

#define CLI_BENCH_SAMPLES_MAX 16

struct cli_bench_options {
    double seconds; /* of one sample */
    uint32_t samples;
    bool thorough; /* the long forms */
};

/* What a bench found. Without samples there was nothing to measure; `note` then says why. */
struct cli_bench_result {
    uint32_t sample_count;
    double sample[CLI_BENCH_SAMPLES_MAX];
    char note[160];
};

struct cli_bench {
    const char *name;
    const char *about;
    const char *unit;
    double target;
    bool at_least; /* the target is a lower bound; else an upper one */
    const char *peer;
    /* run fills *result; false when the host refuses memory or processes. */
    bool (*run)(const struct cli_bench_options *options, struct cli_bench_result *result);
};

/* cli_bench_at enumerates the benches, NULL beyond the last. */
const struct cli_bench *cli_bench_at(uint32_t index);

/* cli_bench_value returns the median of the samples. */
double cli_bench_value(const struct cli_bench_result *result);

/* cli_bench_is_met tells whether a value reaches the target. */
bool cli_bench_is_met(const struct cli_bench *bench, double value);

/* Benches in files of their own. */
bool cli_bench_replay(const struct cli_bench_options *options, struct cli_bench_result *result);
bool cli_bench_shrink(const struct cli_bench_options *options, struct cli_bench_result *result);
bool cli_bench_duplex_1(const struct cli_bench_options *options, struct cli_bench_result *result);
bool cli_bench_duplex_64(const struct cli_bench_options *options, struct cli_bench_result *result);
bool cli_bench_duplex_4096(const struct cli_bench_options *options,
                           struct cli_bench_result *result);
bool cli_bench_duplex_65536(const struct cli_bench_options *options,
                            struct cli_bench_result *result);
bool cli_bench_mutex(const struct cli_bench_options *options, struct cli_bench_result *result);
bool cli_bench_iocp(const struct cli_bench_options *options, struct cli_bench_result *result);
bool cli_bench_clean(const struct cli_bench_options *options, struct cli_bench_result *result);
bool cli_bench_selector_scale(const struct cli_bench_options *options,
                              struct cli_bench_result *result);
bool cli_bench_selector_life(const struct cli_bench_options *options,
                             struct cli_bench_result *result);

#endif
