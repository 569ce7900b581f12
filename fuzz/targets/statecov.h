/* statecov: which states and transitions of the code under test an input reached, as coverage
 * counters that libFuzzer and AFL++ both read.
 *
 * Edges say little about a state machine driven by data. One counter per (object, state) and one
 * per (machine, transition) found planted bugs that edges alone missed in every run
 * (doc of the measurement: README.md). Counters are set, never counted: hit counts would triple the
 * corpus. There are STATECOV_COUNTERS of them: every further thousand halves the speed of a small
 * target. */
#ifndef FUZZ_TARGETS_STATECOV_H
#define FUZZ_TARGETS_STATECOV_H

#include <stdint.h>

#define STATECOV_OBJECTS  8u /* told apart; later ones share the last */
#define STATECOV_MACHINES 8u
#define STATECOV_STATES   8u
#define STATECOV_COUNTERS                                     \
    (STATECOV_OBJECTS * STATECOV_MACHINES * STATECOV_STATES + \
     STATECOV_MACHINES * STATECOV_STATES * STATECOV_STATES)

/* statecov_transition notes that machine `machine` of object number `object` (from 1) went from one
 * state to another. Values beyond the bounds share the last counter of their kind. */
void statecov_transition(uint32_t object, uint32_t machine, uint32_t from, uint32_t to);

#endif
