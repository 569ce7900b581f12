/* realign: decisions of an older build, made to fit the present one.
 *
 * A decision is named by a step: who acts, what the step does, and which of the actor's steps it
 * is. Code that was added or removed before that step moves its number. Here each decision that
 * cannot be followed is moved, together with the later ones of the same thread, to the nearest step
 * that does the same and lets it be followed; one for which there is none is left out. */
#ifndef FUZZ_EXPLORE_REALIGN_H
#define FUZZ_EXPLORE_REALIGN_H

#include "fuzz/explore/subject.h"

#define FUZZ_REALIGN_STEPS_MAX 64u /* how far a decision may move */

struct fuzz_realigned {
    uint32_t moved;         /* decisions that were found at another step */
    uint32_t dropped;       /* decisions that fit nowhere */
    uint32_t first_dropped; /* index of the first of them among those given */
};

/* fuzz_realign moves and leaves out among the *count decisions in place until all can be followed,
 * and says how many. It executes the subject in a process of its own. It returns false when the
 * host refuses memory or processes. */
bool fuzz_realign(struct fuzz_subject *subject, struct sim_decision *item, uint32_t *count,
                  struct fuzz_realigned *result);

#endif
