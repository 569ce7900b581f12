/* overlapped: see overlapped.h. */
#include "core/overlapped.h"

#include "core/assert.h"

#include <string.h>

void rdy_overlapped_init(struct rdy_overlapped *request, rdy_overlapped_done done)
{
    memset(&request->overlapped, 0, sizeof request->overlapped);
    request->done = done;
}

DWORD rdy_overlapped_error(const struct rdy_overlapped *request)
{
    /* Internal is the NTSTATUS; only its low half is defined. */
    NTSTATUS status = (NTSTATUS)(DWORD)request->overlapped.Internal;
    return status == 0 ? ERROR_SUCCESS : RtlNtStatusToDosError(status);
}

DWORD rdy_overlapped_transferred(const struct rdy_overlapped *request)
{
    return (DWORD)request->overlapped.InternalHigh;
}

BOOL rdy_overlapped_dispatch(const OVERLAPPED_ENTRY *entry, rdy_event *event)
{
    /* Nobody but core knows the port, and core posts nothing without an OVERLAPPED. */
    RDY_ASSERT(entry->lpOverlapped != NULL);
    struct rdy_overlapped *request =
        RDY_CONTAINER_OF(entry->lpOverlapped, struct rdy_overlapped, overlapped);
    return request->done(request, event);
}
