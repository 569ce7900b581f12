/* named_pipe: one end of a Windows named pipe as a readiness source (mio
 * sys/windows/named_pipe.rs).
 *
 * Completions become readiness by reading ahead and by copying what is written: a read that would
 * block leaves a request with the kernel, and a write that the kernel cannot take at once counts as
 * written. core/RESULTS.md has the table of results and event bits, core/DIFFERENCES.md what is not
 * as in mio.
 *
 * Threads: every function may be called from any thread at any time, also while another thread
 * polls, with two exceptions that exclusive access gives in Rust: register, reregister, deregister
 * and destroy of one pipe do not overlap each other, and destroy overlaps nothing on that pipe. No
 * function blocks.
 *
 * An end reports readiness once: after an event, the direction is reported again when its operation
 * has answered WOULD_BLOCK, or after register, reregister or connect. So read and write until
 * WOULD_BLOCK. A server learns of a client through connect only. */
#ifndef CORE_NAMED_PIPE_H
#define CORE_NAMED_PIPE_H

#include "core/interest.h"
#include "core/registry.h"
#include "core/result.h"

#include <stddef.h>
#include <stdint.h>

typedef struct rdy_named_pipe rdy_named_pipe;

struct rdy_named_pipe_options {
    DWORD buffer_size;   /* bytes in each direction; 0: 65536. Servers only */
    BOOL message_mode;   /* a read returns (part of) one message; all ends of a pipe must agree */
    BOOL first_instance; /* fail if the pipe exists already. Servers only */
};

/* rdy_named_pipe_create makes a server end of the pipe with the full name `name` (\\.\pipe\...).
 * Clients may open it at once. `options` may be NULL: byte mode, default size, any instance. FAILED
 * with the code of CreateNamedPipeW or ERROR_NOT_ENOUGH_MEMORY; *pipe is NULL then. The caller owns
 * *pipe and gives it back with rdy_named_pipe_destroy. */
RDY_MUST_USE rdy_result rdy_named_pipe_create(const WCHAR *name,
                                              const struct rdy_named_pipe_options *options,
                                              rdy_named_pipe **pipe);

/* rdy_named_pipe_open makes a client end: connected at once, or FAILED with the code of CreateFileW
 * (ERROR_FILE_NOT_FOUND: no such pipe; ERROR_PIPE_BUSY: no instance is listening). Otherwise as
 * rdy_named_pipe_create. */
RDY_MUST_USE rdy_result rdy_named_pipe_open(const WCHAR *name,
                                            const struct rdy_named_pipe_options *options,
                                            rdy_named_pipe **pipe);

/* rdy_named_pipe_from_raw_handle takes over either end. The handle was opened with
 * FILE_FLAG_OVERLAPPED, is bound to no port and has default notification modes; nobody else submits
 * requests on its file object that queue packets. On failure it stays the caller's. */
RDY_MUST_USE rdy_result rdy_named_pipe_from_raw_handle(HANDLE handle, rdy_named_pipe **pipe);

/* rdy_named_pipe_raw_handle returns the handle, which stays the pipe's: valid until it is
 * destroyed, not to be closed. */
HANDLE rdy_named_pipe_raw_handle(const rdy_named_pipe *pipe);

/* rdy_named_pipe_register makes the poll of `registry` report this pipe under `token`, within
 * `interest`. What is ready now is reported, too. FAILED, and nothing has changed:
 * ERROR_INVALID_PARAMETER for an empty or unknown interest, ERROR_ALREADY_EXISTS if it is
 * registered or was ever registered with another registry, ERROR_INVALID_HANDLE once that registry
 * is gone, or the code of CreateIoCompletionPort or PostQueuedCompletionStatus. */
RDY_MUST_USE rdy_result rdy_named_pipe_register(rdy_named_pipe *pipe, rdy_registry *registry,
                                                uint64_t token, rdy_interest interest);

/* rdy_named_pipe_reregister changes token and interest and reports what is ready now again. FAILED
 * as register, with ERROR_NOT_FOUND if it is not registered; the old registration holds then. */
RDY_MUST_USE rdy_result rdy_named_pipe_reregister(rdy_named_pipe *pipe, rdy_registry *registry,
                                                  uint64_t token, rdy_interest interest);

/* rdy_named_pipe_deregister ends the registration: no wait that starts later reports its token.
 * What is in flight goes on and is kept for the next registration. FAILED ERROR_NOT_FOUND if it is
 * not registered, ERROR_ALREADY_EXISTS if it is so elsewhere, ERROR_INVALID_HANDLE once its
 * registry is gone. */
RDY_MUST_USE rdy_result rdy_named_pipe_deregister(rdy_named_pipe *pipe, rdy_registry *registry);

/* rdy_named_pipe_connect lets a server wait for a client. DONE if one is there, or was and has
 * left; WOULD_BLOCK otherwise: WRITABLE is reported when one has come. If the wait fails, all that
 * is armed is reported with ERROR, and the next operation or take_error says why. While not
 * registered it answers WOULD_BLOCK and does nothing. FAILED with the code of ConnectNamedPipe
 * (ERROR_INVALID_FUNCTION for a client), of an earlier wait, of PostQueuedCompletionStatus, or
 * ERROR_INVALID_HANDLE once its registry is gone. */
RDY_MUST_USE rdy_result rdy_named_pipe_connect(rdy_named_pipe *pipe);

/* rdy_named_pipe_disconnect ends the connection of a server, also while it waits for one and while
 * it is not registered. What is in flight is cancelled and forgotten: nothing of this connection
 * appears in the next, and accepted writes may be lost. Nothing is reported before connect. FAILED
 * with the code of DisconnectNamedPipe (ERROR_INVALID_FUNCTION for a client, which stays as it is),
 * or ERROR_INVALID_HANDLE once its registry is gone. */
RDY_MUST_USE rdy_result rdy_named_pipe_disconnect(rdy_named_pipe *pipe);

/* rdy_named_pipe_read copies at most `size` bytes to `buffer` and writes their number to *count,
 * which is 0 unless DONE. DONE 0 for an empty message or an empty buffer; CLOSED at the end of the
 * stream, as often as it is called. WOULD_BLOCK while nothing is there, no client is there or it is
 * not registered. FAILED with the kernel's code, that of a failed connect,
 * ERROR_NOT_ENOUGH_MEMORY, or ERROR_INVALID_HANDLE once its registry is gone; what was received
 * before is not lost. */
RDY_MUST_USE rdy_result rdy_named_pipe_read(rdy_named_pipe *pipe, void *buffer, size_t size,
                                            size_t *count);

/* rdy_named_pipe_write takes on at most `size` bytes of `data` and writes their number to *count,
 * which is 0 unless DONE; a message is taken on whole. They reach the peer unless the connection
 * ends or the poll goes; an error found later is an event, and the next write or take_error reports
 * it. WOULD_BLOCK while the kernel is busy with the write before, no client is there or it is not
 * registered. FAILED with the kernel's code (ERROR_NO_DATA: the peer has closed), or as read. */
RDY_MUST_USE rdy_result rdy_named_pipe_write(rdy_named_pipe *pipe, const void *data, size_t size,
                                             size_t *count);

/* rdy_named_pipe_take_error writes the error of a failed connect, deferred read or accepted write
 * that no operation has reported yet to *error and clears it; 0 if there is none. FAILED
 * ERROR_INVALID_HANDLE once its registry is gone. */
RDY_MUST_USE rdy_result rdy_named_pipe_take_error(rdy_named_pipe *pipe, DWORD *error);

/* rdy_named_pipe_destroy drops the pipe: reads and connects are cancelled, an accepted write goes
 * on (the peer sees the end of the stream behind it), and nothing more is reported. Its memory goes
 * when the last packet was processed, which takes a polling thread or the end of the registry. */
void rdy_named_pipe_destroy(rdy_named_pipe *pipe);

/* rdy_named_pipe_check asserts the invariants in core/named_pipe.c and its parts. Takes the lock.
 */
void rdy_named_pipe_check(rdy_named_pipe *pipe);

#endif
