/* bench_duplex: core's duplex against tokio's, both native, in turn on the same machine.
 *
 * Each is a program that prints the nanoseconds of a block (fuzz/native/duplex_rate.c,
 * conformance/ports/tokio_duplex). The one of tokio is built here when a cargo is there that can.
 */
#include "fuzz/cli/bench.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define RATE_OF_CORE  "'" IOCPLAB_BUILD "/bin/duplex_rate'"
#define RATE_OF_TOKIO "'" IOCPLAB_BUILD "/cargo/release/tokio_duplex'"
#define BUILD_TOKIO                                                         \
    "cargo build --quiet --release --locked --manifest-path '" IOCPLAB_ROOT \
    "/conformance/ports/tokio_duplex/Cargo.toml' --target-dir '" IOCPLAB_BUILD "/cargo' 2>&1"

#define TURNS 8u

/* Runs a command; true if it ends well. The first line of what it says is in `line`. */
static bool run_command(const char *command, char *line, size_t size)
{
    FILE *pipe = popen(command, "r");

    line[0] = '\0';
    if (pipe == NULL) {
        return false;
    }
    if (fgets(line, (int)size, pipe) == NULL) {
        line[0] = '\0';
    }
    while (fgetc(pipe) != EOF) {
    }
    line[strcspn(line, "\n")] = '\0';
    return pclose(pipe) == 0;
}

/* Nanoseconds of a block; NAN if the program fails. */
static double measure(const char *program, unsigned size, unsigned threads, double seconds)
{
    char command[1024], line[128];
    double value;

    snprintf(command, sizeof command, "%s %u %u %.3f", program, size, threads, seconds);
    return run_command(command, line, sizeof line) && sscanf(line, "%lf ns", &value) == 1 ? value
                                                                                          : NAN;
}

/* Both programs in turn, the best time of each: others disturb the one as well as the other. */
static bool measure_both(unsigned size, unsigned threads, double seconds, double *core,
                         double *tokio)
{
    *core = *tokio = INFINITY;
    for (unsigned i = 0; i < TURNS; i++) {
        double ours = measure(RATE_OF_CORE, size, threads, seconds / (2 * TURNS));
        double theirs = measure(RATE_OF_TOKIO, size, threads, seconds / (2 * TURNS));
        if (isnan(ours) || isnan(theirs)) {
            return false;
        }
        *core = fmin(*core, ours);
        *tokio = fmin(*tokio, theirs);
    }
    return true;
}

static bool bench_duplex(unsigned size, const struct cli_bench_options *options,
                         struct cli_bench_result *result)
{
    char line[64];
    double core = 0, tokio = 0, core_two, tokio_two;

    if (!run_command(BUILD_TOKIO, line, sizeof line)) {
        snprintf(result->note, sizeof result->note, "cargo builds no tokio 1.48 here: %s", line);
        return true;
    }
    for (uint32_t i = 0; i < options->samples; i++) {
        if (!measure_both(size, 1, options->seconds, &core, &tokio)) {
            return false;
        }
        result->sample[result->sample_count++] = core / tokio;
    }
    if (!measure_both(size, 2, options->seconds, &core_two, &tokio_two)) {
        return false;
    }
    snprintf(result->note, sizeof result->note, "%.0f ns, tokio %.0f ns; two threads %.0f, %.0f ns",
             core, tokio, core_two, tokio_two);
    return true;
}

bool cli_bench_duplex_1(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    return bench_duplex(1, options, result);
}

bool cli_bench_duplex_64(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    return bench_duplex(64, options, result);
}

bool cli_bench_duplex_4096(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    return bench_duplex(4096, options, result);
}

bool cli_bench_duplex_65536(const struct cli_bench_options *options,
                            struct cli_bench_result *result)
{
    return bench_duplex(65536, options, result);
}
