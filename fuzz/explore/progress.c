/* progress: one line on a terminal. */
#include "fuzz/explore/progress.h"

#include <string.h>

#define SMOOTHING 0.3 /* weight of the newest rate */
#define LINE_SIZE 256

void fuzz_progress_init(struct fuzz_progress *progress, FILE *out, bool wanted)
{
    *progress =
        (struct fuzz_progress){.out = out, .columns = wanted ? fuzz_terminal_columns(out) : 0};
}

void fuzz_progress_begin(struct fuzz_progress *progress, const char *label)
{
    progress->label = label;
    progress->begin_ns = fuzz_now_ns();
    progress->last_ns = progress->begin_ns;
    progress->last_executions = 0;
    progress->last_steps = 0;
    progress->executions_per_second = 0;
    progress->steps_per_second = 0;
}

static double smooth(double old, double fresh)
{
    return old == 0 ? fresh : old + SMOOTHING * (fresh - old);
}

static void update_rates(struct fuzz_progress *progress, const struct fuzz_statistics *statistics)
{
    uint64_t now_ns = fuzz_now_ns();
    double seconds = (double)(now_ns - progress->last_ns) / 1e9;

    if (seconds <= 0 || statistics->executions < progress->last_executions) {
        return;
    }
    progress->executions_per_second =
        smooth(progress->executions_per_second,
               (double)(statistics->executions - progress->last_executions) / seconds);
    progress->steps_per_second = smooth(
        progress->steps_per_second, (double)(statistics->steps - progress->last_steps) / seconds);
    progress->last_ns = now_ns;
    progress->last_executions = statistics->executions;
    progress->last_steps = statistics->steps;
}

void fuzz_progress_show(void *argument, const struct fuzz_statistics *statistics, const char *phase)
{
    struct fuzz_progress *progress = argument;
    char executions[FUZZ_COUNT_SIZE];
    char rate[FUZZ_COUNT_SIZE];
    char steps[FUZZ_COUNT_SIZE];
    char histories[FUZZ_COUNT_SIZE];
    char line[LINE_SIZE];

    if (progress->columns == 0) {
        return;
    }
    update_rates(progress, statistics);
    snprintf(line, sizeof line, "%.40s  %s  %s executions  %s/s  %s steps/s  %s histories  %.0fs",
             progress->label, phase, fuzz_count_format((double)statistics->executions, executions),
             fuzz_count_format(progress->executions_per_second, rate),
             fuzz_count_format(progress->steps_per_second, steps),
             fuzz_count_format((double)fuzz_novelty_distinct(&statistics->coverage.histories),
                               histories),
             (double)(fuzz_now_ns() - progress->begin_ns) / 1e9);
    fprintf(progress->out, "\r\033[K%.*s", (int)progress->columns - 1, line);
    fflush(progress->out);
    progress->shown = true;
}

void fuzz_progress_clear(struct fuzz_progress *progress)
{
    if (progress->shown) {
        fputs("\r\033[K", progress->out);
        fflush(progress->out);
        progress->shown = false;
    }
}
