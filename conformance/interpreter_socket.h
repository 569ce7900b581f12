/* interpreter_socket: the verbs of sockets and of user-made sources.
 *
 * Part of the runner. All of them through functions of the port of their own. */
#ifndef CONFORMANCE_INTERPRETER_SOCKET_H
#define CONFORMANCE_INTERPRETER_SOCKET_H

#include "conformance/runner_state.h"

/* conf_socket_runs tells whether a source is a socket or a user-made source. */
bool conf_socket_runs(const struct conf_runner *runner, uint8_t source);

/* conf_socket_create makes a source that lives from the start, and conf_socket_drop drops one.
 * Without the lock. */
struct conf_result conf_socket_create(struct conf_runner *runner, uint8_t source);
void conf_socket_drop(struct conf_runner *runner, uint8_t source);

/* conf_socket_run runs a verb, without the lock. Its source is pinned. */
struct conf_result conf_socket_run(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb);

#endif
