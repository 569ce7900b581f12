/* progress: one line on a terminal that says what a search is doing, and nothing elsewhere. */
#ifndef FUZZ_EXPLORE_PROGRESS_H
#define FUZZ_EXPLORE_PROGRESS_H

#include "fuzz/explore/count.h"
#include "fuzz/explore/worker.h"

struct fuzz_progress {
    FILE *out;
    uint32_t columns; /* of the terminal; 0: nothing is shown */
    bool shown;       /* a line stands on the terminal now */
    const char *label;
    uint64_t begin_ns;
    uint64_t last_ns;
    uint64_t last_executions;
    uint64_t last_steps;
    double executions_per_second; /* smoothed */
    double steps_per_second;
};

/* fuzz_progress_init prepares a line on `out`, which is used only if it is a terminal and `wanted`.
 */
void fuzz_progress_init(struct fuzz_progress *progress, FILE *out, bool wanted);

/* fuzz_progress_begin names what follows; the label outlives it. */
void fuzz_progress_begin(struct fuzz_progress *progress, const char *label);

/* fuzz_progress_show rewrites the line: the type that searches call. */
void fuzz_progress_show(void *progress, const struct fuzz_statistics *statistics,
                        const char *phase);

/* fuzz_progress_clear removes the line, before anything else is printed. */
void fuzz_progress_clear(struct fuzz_progress *progress);

#endif
