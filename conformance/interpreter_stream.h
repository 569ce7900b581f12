/* interpreter_stream: the verbs of streams in memory, and the tasks that poll them.
 *
 * Part of the runner; see runner.h for the rules. A task is told things by the port, in whatever
 * thread makes progress; what it then does runs in that thread, inside the verb that told it. */
#ifndef CONFORMANCE_INTERPRETER_STREAM_H
#define CONFORMANCE_INTERPRETER_STREAM_H

#include "conformance/runner_state.h"

/* conf_stream_tasks_begin makes the tasks of a scenario fresh. */
void conf_stream_tasks_begin(struct conf_runner *runner);

/* conf_stream_create makes the stream that a source is the first end of, and its other end. */
struct conf_result conf_stream_create(struct conf_runner *runner, uint8_t source);

/* conf_stream_drop drops a stream or half. Without the runner's lock. */
void conf_stream_drop(struct conf_runner *runner, uint8_t source);

/* conf_stream_run runs a verb that only streams have, without the lock. Its source is pinned, or,
 * for unsplit, the halves are, and used by nobody else. */
struct conf_result conf_stream_run(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb);

/* conf_stream_half returns the half of a stream that is of a kind, CONF_NONE if it has none. */
uint8_t conf_stream_half(const struct conf_runner *runner, uint8_t stream,
                         enum conf_source_kind kind);

#endif
