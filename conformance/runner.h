/* runner: executes a scenario on a port in a world and has its history judged.
 *
 * Semantics (SCENARIO.md has them for authors):
 * - A verb pins the sources it names. `drop` takes effect when the last running verb on its source
 *   ends, in that verb's thread; verbs that come later are `gone`, as are those on a client that is
 *   not open.
 * - register, reregister and deregister of one source never overlap.
 * - A poll without timeout in which nothing can arrive is idle: the controller ends it with a wake
 *   of its own, whose event is filtered out. It uses the scenario's waker of that poll, which
 *   therefore stays until the last such poll has returned, or a private one. Plain blocking
 *   transfers are interrupted. Idle verbs end one at a time, polls first, in thread order.
 * - When all threads are done: every poll reports until it is empty; each armed direction's
 *   operation is tried (probe); readers take what is still on its way (drain); then everything is
 *   dropped in the scenario's order, and what is left is counted.
 *
 * All memory is allocated once; an execution costs what it touches. */
#ifndef CONFORMANCE_RUNNER_H
#define CONFORMANCE_RUNNER_H

#include "conformance/judge.h"
#include "conformance/port.h"
#include "conformance/scenario.h"
#include "conformance/world.h"

struct conf_runner;

/* conf_runner_create allocates a runner, a few megabytes of which executions touch little; NULL
 * when there is no memory. The caller owns it. */
struct conf_runner *conf_runner_create(void);
void conf_runner_destroy(struct conf_runner *runner);

/* conf_runner_run executes the scenario once. It is called in the world's controller thread, and
 * does not return when the world abandons the execution over a finding. The scenario must be legal
 * (conf_scenario_check) and stay until the runner is used again. */
void conf_runner_run(struct conf_runner *runner, struct conf_world *world,
                     const struct conf_port *port, const struct conf_scenario *scenario);

/* conf_runner_finding returns what the oracles found in the last execution, NULL for nothing. */
const struct conf_finding *conf_runner_finding(const struct conf_runner *runner);

/* conf_runner_word returns what the verb with a label came to in the last execution; GONE when it
 * was never reached. */
enum conf_word conf_runner_word(const struct conf_runner *runner, uint8_t label);

#endif
