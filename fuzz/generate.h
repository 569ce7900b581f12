/* generate: random scenarios, for searches beyond those that somebody wrote. */
#ifndef FUZZ_GENERATE_H
#define FUZZ_GENERATE_H

#include "conformance/scenario.h"
#include "conformance/scenario_bytes.h"

/* fuzz_generate makes the scenario of a seed: random bytes, decoded as the fuzz target of `profile`
 * decodes its input. The same seed gives the same scenario everywhere. */
void fuzz_generate(enum conf_bytes_profile profile, uint64_t seed, struct conf_scenario *out);

#endif
