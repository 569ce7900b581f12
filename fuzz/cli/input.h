/* input: a FILE operand as a subject with its decisions.
 *
 * FILE is a scenario (.scn), a program in a shared library (.so), or a file that names a program
 * and holds its decisions:
 *
 *     program ./queue.so
 *     decisions 1
 *       after t1 AcquireSRWLockExclusive#3 run t2
 *     end
 *
 * The path of a program is relative to the file that names it. */
#ifndef FUZZ_CLI_INPUT_H
#define FUZZ_CLI_INPUT_H

#include "fuzz/cli/file.h"
#include "conformance/port.h"
#include "conformance/scenario.h"
#include "fuzz/cli/arguments.h"
#include "fuzz/explore/subject.h"

struct cli_input {
    const char *path; /* as given */
    struct fuzz_subject *subject;
    const struct conf_scenario *scenario; /* the subject's; NULL for a program */
    char *library;                        /* of a program: its full path; else NULL */
    struct sim_decision *item;
    uint32_t count;
};

/* cli_input_load reads a file; false after `file:line:column: message, expected ...` on standard
 * error. The caller gives it back with cli_input_unload. */
bool cli_input_load(struct cli_input *input, const char *path, const struct conf_port *port);
void cli_input_unload(struct cli_input *input);

/* cli_input_realign makes the decisions fit the present build (fuzz/explore/realign.h), and says on
 * standard error what it did; false when the host refuses memory or processes. */
bool cli_input_realign(struct cli_input *input);

/* cli_port_load returns the port in the shared library at `path`, or the one linked in when path is
 * NULL; NULL after a message of `verb` on standard error. It stays loaded. */
const struct conf_port *cli_port_load(const struct cli_verb *verb, const char *path);

#endif
