/* scenario_subject: a scenario on a port, in the simulated world, as a subject of explore. */
#ifndef FUZZ_SCENARIO_SUBJECT_H
#define FUZZ_SCENARIO_SUBJECT_H

#include "conformance/port.h"
#include "conformance/scenario.h"
#include "fuzz/explore/subject.h"

/* fuzz_scenario_subject_create makes a subject of a copy of a legal scenario; NULL when memory runs
 * out. The port outlives it. The caller gives it back with its destroy. */
struct fuzz_subject *fuzz_scenario_subject_create(const struct conf_scenario *scenario,
                                                  const struct conf_port *port);

/* fuzz_scenario_subject_of returns the scenario of a subject made here; it stays the subject's. */
const struct conf_scenario *fuzz_scenario_subject_of(const struct fuzz_subject *subject);

/* fuzz_scenario_oracles returns the ids that `forbid` and `require` may name, NULL-terminated. */
const char *const *fuzz_scenario_oracles(void);

#endif
