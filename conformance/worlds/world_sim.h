/* world_sim: scenarios in the simulated world.
 *
 * The controller is simulated thread 0, "main"; thread i of the scenario is simulated thread i + 1.
 * Records of the runner are entries of the world's log, so they enter its hash and stand between
 * the steps they belong to. */
#ifndef CONFORMANCE_WORLDS_WORLD_SIM_H
#define CONFORMANCE_WORLDS_WORLD_SIM_H

#include "conformance/runner.h"

#include "fakes/log.h"
#include "fakes/world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* conf_world_sim_run executes a legal scenario once on `port` under `source` and fills *outcome.
 * Findings of the oracles and of the simulator are reported alike; those of oracles that the
 * scenario does not ask for are dropped. Same scenario, port and decisions: same hash. The port
 * must be one of the simulated world. */
void conf_world_sim_run(struct conf_runner *runner, const struct conf_port *port,
                        const struct conf_scenario *scenario, struct sim_world *world,
                        struct sim_source *source, struct sim_outcome *outcome);

/* conf_world_sim_settings translates the settings of a scenario. */
struct sim_settings conf_world_sim_settings(const struct conf_settings *settings);

/* conf_world_sim_names fills `name` with the names of the simulated threads by ordinal and returns
 * their number. They stay the scenario's. */
uint32_t conf_world_sim_names(const struct conf_scenario *scenario,
                              const char *name[CONF_THREADS_MAX + 1]);

/* conf_world_sim_record takes a record out of an entry of the log; false if it is none. */
bool conf_world_sim_record(const struct sim_event *event, struct conf_record *record);

/* conf_world_sim_history prints the last execution of `world`, one line an entry: number, thread,
 * what. `whole` includes the entries of the simulator. The port may be NULL. */
void conf_world_sim_history(const struct conf_scenario *scenario, const struct conf_port *port,
                            const struct sim_world *world, bool whole, FILE *out);

#endif
