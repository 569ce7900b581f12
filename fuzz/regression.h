/* regression: a finding as a test of its own: what `iocplab export --as cmocka` writes calls this.
 *
 * The test holds the program with its decisions as text. It executes the program on the port that
 * is linked in, or on one in a shared library when the test is started with a path:
 *
 *     ./regression              the core it was built with
 *     ./regression PORT.so      another one, for example with the bug planted again
 *
 * Build it with the targets fuzz_subjects and cmocka; to load ports it must export all of fakes
 * (fuzz/CMakeLists.txt, regression_test). */
#ifndef FUZZ_REGRESSION_H
#define FUZZ_REGRESSION_H

#include "conformance/port.h"

#include <stdbool.h>
#include <stddef.h>

#define FUZZ_REGRESSION_VERDICT_SIZE 4096u

/* fuzz_regression_port returns the port that the command line names, the one linked in when it
 * names none; NULL after a message on standard error. */
const struct conf_port *fuzz_regression_port(int argc, char **argv);

/* fuzz_regression_passes executes a scenario under its decisions, in a process of its own, and
 * tells whether nothing was found. Decisions that do not fit any more are skipped. `verdict` gets
 * what was found, or why nothing could be executed. */
bool fuzz_regression_passes(const struct conf_port *port, const char *text,
                            char verdict[FUZZ_REGRESSION_VERDICT_SIZE]);

#endif
