/* handle: closes what core owns (mio sys/windows/handle.rs). */
#ifndef CORE_HANDLE_H
#define CORE_HANDLE_H

#include "core/win32.h"

/* rdy_handle_close closes *handle and makes it INVALID_HANDLE_VALUE; nothing happens if it is that
 * already. A handle that cannot be closed was closed by somebody else: an assertion. */
void rdy_handle_close(HANDLE *handle);

/* rdy_handle_is_open tells whether rdy_handle_close has yet to happen. */
static inline BOOL rdy_handle_is_open(HANDLE handle)
{
    return handle != INVALID_HANDLE_VALUE;
}

#endif
