/* statecov: which states and transitions of the code under test an input reached, as coverage
 * counters that libFuzzer and AFL++ both read.
 *
 * Edges say little about a state machine driven by data: in a measurement on a lock of 24 steps,
 * edges and value profiles never found the planted bug in tens of millions of inputs, one counter
 * per state found it within 200,000. Counters are set, never counted: hit counts would triple the
 * corpus. There are few of them: each further thousand costs a small target half of its speed. */
#ifndef FUZZ_TARGETS_STATECOV_H
#define FUZZ_TARGETS_STATECOV_H

#include <stdint.h>

#define STATECOV_OBJECTS  8u /* told apart; later ones share the last */
#define STATECOV_MACHINES 16u
#define STATECOV_STATES   8u
#define STATECOV_COUNTERS                                     \
    (STATECOV_OBJECTS * STATECOV_MACHINES * STATECOV_STATES + \
     STATECOV_MACHINES * STATECOV_STATES * STATECOV_STATES)

/* statecov_transition notes that machine `machine` of object number `object` (from 1) went from one
 * state to another. Values beyond the bounds share the last counter of their kind. */
void statecov_transition(uint32_t object, uint32_t machine, uint32_t from, uint32_t to);

#endif
