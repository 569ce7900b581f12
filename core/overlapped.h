/* overlapped: an OVERLAPPED with the function that its packet is for (mio
 * sys/windows/overlapped.rs).
 *
 * A packet is dispatched by the callback beside its OVERLAPPED and never by its completion key:
 * tokens keep all their bits, and no two kinds of source share a number space. */
#ifndef CORE_OVERLAPPED_H
#define CORE_OVERLAPPED_H

#include "core/event.h"
#include "core/win32.h"

#include <stddef.h>

struct rdy_overlapped;

/* rdy_overlapped_done processes the packet of a request and gives back the reference that the
 * request held. It returns TRUE if it wrote an event to *event. `event` is NULL while a registry is
 * torn down: sources are detached by then and have nothing to report. Runs in the polling thread,
 * takes the lock of the source, never blocks. */
typedef BOOL (*rdy_overlapped_done)(struct rdy_overlapped *request, rdy_event *event);

/* Embedded in its source, whose memory stays until the packet has been processed. */
struct rdy_overlapped {
    OVERLAPPED overlapped; /* first: its address is all that a packet carries */
    rdy_overlapped_done done;
};

/* RDY_CONTAINER_OF returns the `type` whose `member` is at `pointer`. */
#define RDY_CONTAINER_OF(pointer, type, member) \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/* rdy_overlapped_init prepares a request for its first submission. */
void rdy_overlapped_init(struct rdy_overlapped *request, rdy_overlapped_done done);

/* rdy_overlapped_error returns the Win32 code of a finished request, ERROR_SUCCESS if it succeeded.
 * Only once its packet was dequeued: until then the kernel may still write it. */
DWORD rdy_overlapped_error(const struct rdy_overlapped *request);

/* rdy_overlapped_transferred returns how many bytes a request moved. Only after its packet was
 * dequeued, or after the submitting call itself reported success. */
DWORD rdy_overlapped_transferred(const struct rdy_overlapped *request);

/* rdy_overlapped_dispatch processes one dequeued packet; TRUE if it wrote an event. The caller
 * holds no lock. */
BOOL rdy_overlapped_dispatch(const OVERLAPPED_ENTRY *entry, rdy_event *event);

#endif
