/* handle: see handle.h. */
#include "core/handle.h"

#include "core/assert.h"

void rdy_handle_close(HANDLE *handle)
{
    if (!rdy_handle_is_open(*handle)) {
        return;
    }
    BOOL closed = CloseHandle(*handle);
    RDY_ASSERT(closed);
    *handle = INVALID_HANDLE_VALUE;
}
