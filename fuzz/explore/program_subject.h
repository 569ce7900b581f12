/* program_subject: a C body in a shared library as a subject.
 *
 * The library is compiled against fakes/include (C or C++) and exports
 *
 *     void iocplab_program(void);
 *
 * which runs as the first simulated thread, "main". It leaves the Win32 functions and sim_*
 * undefined: the executable that loads it has them. Its static variables are put back before each
 * execution; memory that it takes from the host (malloc) is not, so it should use HeapAlloc.
 * An optional `const struct sim_settings iocplab_program_settings` overrides the default settings.
 * Everything it creates must be gone when its last thread returns. */
#ifndef FUZZ_EXPLORE_PROGRAM_SUBJECT_H
#define FUZZ_EXPLORE_PROGRAM_SUBJECT_H

#include "fuzz/explore/subject.h"

#define FUZZ_PROGRAM_SYMBOL   "iocplab_program"
#define FUZZ_PROGRAM_SETTINGS "iocplab_program_settings"

/* fuzz_program_subject_create loads the library at `path` as a subject, which the caller gives back
 * with its destroy; NULL when that fails, and then `message` says why. `shown` is the path as the
 * subject's file names it. */
struct fuzz_subject *fuzz_program_subject_create(const char *path, const char *shown, char *message,
                                                 size_t size);

#endif
