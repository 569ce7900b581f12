/* interpreter: runs one verb of a scenario on the port, with its pins and records.
 *
 * Part of the runner; see runner.h for the rules. */
#ifndef CONFORMANCE_INTERPRETER_H
#define CONFORMANCE_INTERPRETER_H

#include "conformance/runner_state.h"

/* conf_interpret runs a verb in the calling thread and returns what it came to. `index` is that of
 * the verb in the scenario plus 1, 0 for the runner's own; `flags` go into its records. */
enum conf_word conf_interpret(struct conf_runner *runner, struct conf_runner_thread *thread,
                              const struct conf_verb *verb, uint32_t index, uint8_t flags);

/* conf_runner_emit writes a record to the log and has it judged. */
void conf_runner_emit(struct conf_runner *runner, const struct conf_record *record);

/* conf_runner_pin pins a source for a verb; false if it is gone. */
bool conf_runner_pin(struct conf_runner *runner, uint8_t source);

/* conf_runner_born says what became of a source that a verb was to bring to life. Without the lock.
 */
void conf_runner_born(struct conf_runner *runner, uint8_t source, bool lives);

/* conf_runner_enter_alone waits until no other thread uses a stream, and conf_runner_leave_alone
 * lets others in. Under the lock, which is given up while it waits. */
void conf_runner_enter_alone(struct conf_runner *runner, uint8_t source);
void conf_runner_leave_alone(struct conf_runner *runner, uint8_t source);

/* conf_runner_unpin gives up a pin of a source; a drop that waits for the last takes effect. */
void conf_runner_unpin(struct conf_runner *runner, struct conf_runner_thread *thread,
                       uint8_t source);

#endif
