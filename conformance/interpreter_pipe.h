/* interpreter_pipe: verbs of named pipes, and the bytes that go over connections of any kind.
 *
 * Part of the runner. */
#ifndef CONFORMANCE_INTERPRETER_PIPE_H
#define CONFORMANCE_INTERPRETER_PIPE_H

#include "conformance/runner_state.h"

struct conf_result conf_run_open(struct conf_runner *runner, struct conf_runner_thread *thread,
                                 const struct conf_verb *verb);
struct conf_result conf_run_connect(struct conf_runner *runner, struct conf_runner_thread *thread,
                                    const struct conf_verb *verb);
struct conf_result conf_run_disconnect(struct conf_runner *runner,
                                       struct conf_runner_thread *thread,
                                       const struct conf_verb *verb);
struct conf_result conf_run_read(struct conf_runner *runner, struct conf_runner_thread *thread,
                                 const struct conf_verb *verb);
struct conf_result conf_run_write(struct conf_runner *runner, struct conf_runner_thread *thread,
                                  const struct conf_verb *verb);
struct conf_result conf_run_take_error(struct conf_runner *runner,
                                       struct conf_runner_thread *thread,
                                       const struct conf_verb *verb);

/* conf_runner_fill puts the next `size` bytes of a writer into the buffer of the thread. */
void conf_runner_fill(struct conf_runner *runner, struct conf_runner_thread *thread, uint8_t source,
                      uint32_t size);

/* conf_runner_check looks at `size` bytes that a source has just received there, and records what
 * is wrong with them, or whom they come from. */
void conf_runner_check(struct conf_runner *runner, struct conf_runner_thread *thread,
                       uint8_t source, uint64_t size);

#endif
