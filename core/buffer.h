/* buffer: memory that the kernel may read or write while a request is in flight; allocated once and
 * used again (mio's BufferPool).
 *
 * Embedded; all zero is an empty buffer. The owner must not call anything here while a request that
 * was given `data` has a packet outstanding. */
#ifndef CORE_BUFFER_H
#define CORE_BUFFER_H

#include "core/win32.h"

struct rdy_buffer {
    BYTE *data;     /* NULL if nothing is allocated */
    DWORD capacity; /* bytes */
};

/* rdy_buffer_reserve makes room for `size` bytes; what was in the buffer is lost when it grows.
 * FALSE if there is no memory: the buffer is then as it was. */
BOOL rdy_buffer_reserve(struct rdy_buffer *buffer, DWORD size);

/* rdy_buffer_trim gives the memory back if it is more than `keep` bytes. */
void rdy_buffer_trim(struct rdy_buffer *buffer, DWORD keep);

#endif
