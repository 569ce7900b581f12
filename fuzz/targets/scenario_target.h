/* scenario_target: fuzz input as a scenario and as its decisions.
 *
 * One source for libFuzzer, AFL++ and plain replay. An input decodes to a scenario of the target's
 * profile (any bytes do) and a tail of decision bytes; it is executed once on core in the simulated
 * world, under every oracle. A finding prints itself as a scenario file with decisions, and aborts.
 *
 * IOCPLAB_BENCH_SECONDS=S in the environment makes the program execute the files of the directory
 * given as its first argument round-robin for S seconds, print one line of figures, and end. */
#ifndef FUZZ_TARGETS_SCENARIO_TARGET_H
#define FUZZ_TARGETS_SCENARIO_TARGET_H

#include "conformance/scenario_bytes.h"

/* What makes a target of its own: defined by each. */
struct scenario_target {
    const char *name; /* of the program */
    enum conf_bytes_profile profile;
};
extern const struct scenario_target scenario_target;

#endif
