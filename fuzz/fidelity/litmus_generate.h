/* litmus_generate: random scenarios of litmus size: a pipe, a connection or two sockets for
 * datagrams, a handful of verbs on two or three threads, most of them on something that is there.
 */
#ifndef FUZZ_FIDELITY_LITMUS_GENERATE_H
#define FUZZ_FIDELITY_LITMUS_GENERATE_H

#include "conformance/scenario.h"

#include <stdint.h>

/* litmus_generate makes the scenario of a seed; the same seed gives the same scenario everywhere.
 * No oracle judges it. */
void litmus_generate(uint64_t seed, struct conf_scenario *out);

#endif
