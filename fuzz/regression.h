/* regression: a finding as a test of its own: what `iocplab export --as cmocka` writes calls this.
 *
 * The test holds the program with its decisions as text. It executes a scenario on the core that is
 * linked in, and a program in the shared library that the text names; started with a path it takes
 * the port, or the program, from there:
 *
 *     ./regression              what it was built with
 *     ./regression OTHER.so     another one, for example with the bug planted again, or without it
 *
 * Build it with the targets fuzz_subjects and cmocka; to load ports and programs it must export all
 * of fakes (fuzz/CMakeLists.txt, regression_test). Without CMake: regression.conf of a build has
 * the compiler, CFLAGS and LDFLAGS. */
#ifndef FUZZ_REGRESSION_H
#define FUZZ_REGRESSION_H

#include <stdbool.h>
#include <stddef.h>

#define FUZZ_REGRESSION_VERDICT_SIZE 4096u

/* fuzz_regression_passes executes a scenario or a program under its decisions, in a process of its
 * own, and tells whether nothing was found. Decisions that do not fit any more are looked for at
 * steps nearby, and skipped if they fit nowhere. `library` is what takes the place of core or of
 * the program, NULL for none. `verdict` gets what was found, or why nothing could be executed. */
bool fuzz_regression_passes(const char *text, const char *library,
                            char verdict[FUZZ_REGRESSION_VERDICT_SIZE]);

#endif
