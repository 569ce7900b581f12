/* step_name: steps by name, as the pictures show them: THREAD#N is the N-th step of a thread. */
#ifndef FUZZ_EXPLORE_STEP_NAME_H
#define FUZZ_EXPLORE_STEP_NAME_H

#include "fakes/decision_text.h"

#define FUZZ_STEP_EXPECTED "THREAD#N, the name of a thread and the number of one of its steps"

struct fuzz_step_name {
    uint32_t thread; /* ordinal */
    uint32_t step;   /* from 1 */
};

/* fuzz_step_name_parse reads a name; false when it is none (FUZZ_STEP_EXPECTED). */
bool fuzz_step_name_parse(const char *text, const struct sim_names *names,
                          struct fuzz_step_name *name);

#endif
