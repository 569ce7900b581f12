/* named_pipe: one end of a Windows named pipe as a readiness source (mio sys/windows/named_pipe.rs). */
#ifndef CORE_NAMED_PIPE_H
#define CORE_NAMED_PIPE_H

#include "core/interest.h"
#include "core/registry.h"
#include "core/result.h"

#include <stddef.h>
#include <stdint.h>

typedef struct rdy_named_pipe rdy_named_pipe;

struct rdy_named_pipe_options {
    DWORD buffer_size; /* 0: 65536 */
    BOOL message_mode;
    BOOL first_instance;
};

/* Creation. `name` is the full name (\\.\pipe\...). create makes a server instance, open a client
 * end, from_raw_handle takes over a handle opened with FILE_FLAG_OVERLAPPED that is bound to no
 * port (on failure it stays the caller's). The caller owns *pipe. */
RDY_MUST_USE rdy_result rdy_named_pipe_create(const WCHAR *name,
                                              const struct rdy_named_pipe_options *options,
                                              rdy_named_pipe **pipe);
RDY_MUST_USE rdy_result rdy_named_pipe_open(const WCHAR *name,
                                            const struct rdy_named_pipe_options *options,
                                            rdy_named_pipe **pipe);
RDY_MUST_USE rdy_result rdy_named_pipe_from_raw_handle(HANDLE handle, rdy_named_pipe **pipe);
HANDLE rdy_named_pipe_raw_handle(const rdy_named_pipe *pipe);

RDY_MUST_USE rdy_result rdy_named_pipe_register(rdy_named_pipe *pipe, rdy_registry *registry,
                                                uint64_t token, rdy_interest interest);
RDY_MUST_USE rdy_result rdy_named_pipe_reregister(rdy_named_pipe *pipe, rdy_registry *registry,
                                                  uint64_t token, rdy_interest interest);
RDY_MUST_USE rdy_result rdy_named_pipe_deregister(rdy_named_pipe *pipe, rdy_registry *registry);

/* Operations; any thread, never block, complete inline or through the poll. */
RDY_MUST_USE rdy_result rdy_named_pipe_connect(rdy_named_pipe *pipe);
RDY_MUST_USE rdy_result rdy_named_pipe_disconnect(rdy_named_pipe *pipe);
RDY_MUST_USE rdy_result rdy_named_pipe_read(rdy_named_pipe *pipe, void *buffer, size_t size,
                                            size_t *count);
RDY_MUST_USE rdy_result rdy_named_pipe_write(rdy_named_pipe *pipe, const void *data, size_t size,
                                             size_t *count);
/* rdy_named_pipe_take_error returns and clears the error of a failed connect or deferred operation,
 * 0 if there is none. */
RDY_MUST_USE rdy_result rdy_named_pipe_take_error(rdy_named_pipe *pipe, DWORD *error);

/* rdy_named_pipe_destroy drops the source: its reads and connects are cancelled, an accepted write
 * goes on, and nothing more is reported for it. */
void rdy_named_pipe_destroy(rdy_named_pipe *pipe);

#endif
