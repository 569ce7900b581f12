/* interpreter_poll: registration, polls and wakers.
 *
 * Part of the runner. Like all that runs a verb: without the lock, the sources are pinned and the
 * begin is recorded. */
#ifndef CONFORMANCE_INTERPRETER_POLL_H
#define CONFORMANCE_INTERPRETER_POLL_H

#include "conformance/runner_state.h"

struct conf_result conf_run_register(struct conf_runner *runner, struct conf_runner_thread *thread,
                                     const struct conf_verb *verb);
struct conf_result conf_run_reregister(struct conf_runner *runner,
                                       struct conf_runner_thread *thread,
                                       const struct conf_verb *verb);
struct conf_result conf_run_deregister(struct conf_runner *runner,
                                       struct conf_runner_thread *thread,
                                       const struct conf_verb *verb);
struct conf_result conf_run_poll(struct conf_runner *runner, struct conf_runner_thread *thread,
                                 const struct conf_verb *verb);
struct conf_result conf_run_wake(struct conf_runner *runner, struct conf_runner_thread *thread,
                                 const struct conf_verb *verb);

/* conf_poll_timeout and conf_poll_events_max return what a poll verb asks for. */
uint64_t conf_poll_timeout(const struct conf_runner *runner, const struct conf_verb *verb);
uint32_t conf_poll_events_max(const struct conf_verb *verb);

#endif
