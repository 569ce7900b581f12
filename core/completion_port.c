/* completion_port: see completion_port.h. */
#include "core/completion_port.h"

#include "core/assert.h"
#include "core/handle.h"

/* Packets are told apart by their OVERLAPPED. */
#define KEY_UNUSED 0

/* As many threads may run on packets as there are processors; a poll has one. */
#define CONCURRENCY_DEFAULT 0

rdy_result rdy_completion_port_init(struct rdy_completion_port *port)
{
    port->handle =
        CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, KEY_UNUSED, CONCURRENCY_DEFAULT);
    if (port->handle == NULL) {
        DWORD error = GetLastError();
        port->handle = INVALID_HANDLE_VALUE;
        return rdy_failed(error);
    }
    return rdy_done();
}

void rdy_completion_port_deinit(struct rdy_completion_port *port)
{
    rdy_handle_close(&port->handle);
}

rdy_result rdy_completion_port_add_handle(const struct rdy_completion_port *port, HANDLE handle)
{
    if (CreateIoCompletionPort(handle, port->handle, KEY_UNUSED, CONCURRENCY_DEFAULT) == NULL) {
        return rdy_failed(GetLastError());
    }
    return rdy_done();
}

rdy_result rdy_completion_port_get_many(const struct rdy_completion_port *port,
                                        OVERLAPPED_ENTRY *entries, ULONG capacity, DWORD timeout_ms,
                                        ULONG *count)
{
    RDY_ASSERT(capacity >= 1);
    *count = 0;
    /* A failing call leaves 1 in its count (Wine kernel32/file.c:5557), so a local one is passed
     * and believed only when the call succeeds. */
    ULONG removed = 0;
    if (GetQueuedCompletionStatusEx(port->handle, entries, capacity, &removed, timeout_ms, FALSE)) {
        *count = removed;
        return rdy_done();
    }
    DWORD error = GetLastError();
    return error == WAIT_TIMEOUT ? rdy_would_block() : rdy_failed(error);
}

rdy_result rdy_completion_port_post(const struct rdy_completion_port *port,
                                    struct rdy_overlapped *request)
{
    if (!PostQueuedCompletionStatus(port->handle, 0, KEY_UNUSED, &request->overlapped)) {
        return rdy_failed(GetLastError());
    }
    return rdy_done();
}
