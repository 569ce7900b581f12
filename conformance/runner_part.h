/* runner_part: the parts of the runner, by the phase of an execution: the start (runner_start.c),
 * the threads (runner.c) and the end (runner_end.c). Internal to the runner. */
#ifndef CONFORMANCE_RUNNER_PART_H
#define CONFORMANCE_RUNNER_PART_H

#include "conformance/runner_state.h"

/* conf_runner_begin empties everything for an execution and looks at what the program will do. */
void conf_runner_begin(struct conf_runner *runner, struct conf_world *world,
                       const struct conf_port *port, const struct conf_scenario *scenario);

/* conf_runner_observe is the port's observer; the context is the runner. */
void conf_runner_observe(void *context, const struct conf_observation *observation);

/* conf_runner_create_sources makes the sources that live from the start. */
void conf_runner_create_sources(struct conf_runner *runner);

/* conf_runner_prepare_wakers gives every poll that somebody waits in without a timeout a waker to
 * end it: the scenario's, pinned for as long, or a private one. */
void conf_runner_prepare_wakers(struct conf_runner *runner);

/* conf_runner_settle_polls polls until nothing comes; it tells whether anything came. */
bool conf_runner_settle_polls(struct conf_runner *runner);

/* conf_runner_probe performs what armed directions wait for, and conf_runner_probe_streams what
 * tasks wait for. */
void conf_runner_probe(struct conf_runner *runner);
void conf_runner_probe_streams(struct conf_runner *runner);

/* conf_runner_drain lets readers take what is on its way, and conf_runner_drain_streams what was
 * written to streams in memory. */
void conf_runner_drain(struct conf_runner *runner);
void conf_runner_drain_streams(struct conf_runner *runner);

/* conf_runner_drop_all drops what is left, in the order of the scenario. */
void conf_runner_drop_all(struct conf_runner *runner);

#endif
