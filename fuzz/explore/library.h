/* library: a shared library whose static variables can be put back to what they were when it was
 * loaded, so that an execution leaves nothing behind for the next one. */
#ifndef FUZZ_EXPLORE_LIBRARY_H
#define FUZZ_EXPLORE_LIBRARY_H

#include <stddef.h>

struct fuzz_library;

/* fuzz_library_open loads a shared library; NULL when that fails, and then `message` says why. Its
 * undefined symbols (Win32, sim_*) are resolved by the executable. */
struct fuzz_library *fuzz_library_open(const char *path, char *message, size_t size);
void fuzz_library_close(struct fuzz_library *library);

/* fuzz_library_symbol returns the address of a symbol, NULL if there is none. */
void *fuzz_library_symbol(struct fuzz_library *library, const char *name);

/* fuzz_library_restore puts the writable data of the library back. */
void fuzz_library_restore(struct fuzz_library *library);

#endif
