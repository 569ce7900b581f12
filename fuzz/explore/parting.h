/* parting: two executions of one subject side by side, from where they part.
 *
 * The rows are those of the picture in the terminal, one line each; the last rows that both have,
 * then what each does next. */
#ifndef FUZZ_EXPLORE_PARTING_H
#define FUZZ_EXPLORE_PARTING_H

#include "fuzz/explore/subject.h"

/* One of the executions: deviations from the dull schedule. */
struct fuzz_parting_run {
    const struct sim_decision *item;
    uint32_t count;
};

/* fuzz_parting_print executes both and writes where the failing and the passing one part: first in
 * words, then in two columns within `columns`. Runs that never part get no words. It returns false
 * when the host refuses memory or processes. */
bool fuzz_parting_print(struct fuzz_subject *subject, const struct fuzz_parting_run *failing,
                        const struct fuzz_parting_run *passing, uint32_t columns, FILE *out);

#endif
