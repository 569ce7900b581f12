/* host: what the simulator needs of the operating system it runs on. The only files that may use
 * POSIX are host_*.c. */
#ifndef FAKES_HOST_H
#define FAKES_HOST_H

#include <stddef.h>

/* host_reserve returns `size` bytes of zeroed memory that cost nothing until touched, NULL if the
 * host refuses. Free with host_release. */
void *host_reserve(size_t size);
void host_release(void *memory, size_t size);

/* host_discard returns the pages of a reserved range to the host; they read as zero afterwards. */
void host_discard(void *memory, size_t size);

/* host_protect makes one page at `memory` inaccessible: a guard below a fiber's stack. */
void host_protect(void *memory, size_t size);

#endif
