/* named_pipe_create: how a pipe comes by its handle (mio NamedPipe::new, from_raw_handle). See
 * named_pipe.h. */
#include "core/handle.h"
#include "core/named_pipe_state.h"

#define BUFFER_SIZE_DEFAULT 65536u
#define DEFAULT_TIMEOUT_MS  0 /* of clients in WaitNamedPipe: the system's default */

/* A success need not queue a packet when its result is known at once. Not in message mode: whether
 * ERROR_MORE_DATA, a warning, queues one then is documented nowhere. Where the system refuses,
 * every success queues one. */
static void skip_successes(rdy_named_pipe *pipe)
{
    UCHAR modes = FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | FILE_SKIP_SET_EVENT_ON_HANDLE;
    pipe->successes_skip = SetFileCompletionNotificationModes(pipe->handle, modes);
}

static rdy_result create_failed(rdy_named_pipe *pipe, DWORD error)
{
    rdy_handle_close(&pipe->handle);
    rdy_pipe_deallocate(pipe);
    return rdy_failed(error);
}

rdy_result rdy_named_pipe_create(const WCHAR *name, const struct rdy_named_pipe_options *options,
                                 rdy_named_pipe **pipe)
{
    static const struct rdy_named_pipe_options defaults = {0};
    const struct rdy_named_pipe_options *with = options != NULL ? options : &defaults;
    *pipe = NULL;
    rdy_named_pipe *created = rdy_pipe_allocate();
    if (created == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    DWORD open_mode = PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED |
                      (with->first_instance ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0);
    DWORD pipe_mode = with->message_mode ? PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE
                                         : PIPE_TYPE_BYTE | PIPE_READMODE_BYTE;
    DWORD size = with->buffer_size != 0 ? with->buffer_size : BUFFER_SIZE_DEFAULT;
    created->handle =
        CreateNamedPipeW(name, open_mode, pipe_mode | PIPE_WAIT, PIPE_UNLIMITED_INSTANCES, size,
                         size, DEFAULT_TIMEOUT_MS, NULL);
    if (created->handle == INVALID_HANDLE_VALUE) {
        return create_failed(created, GetLastError());
    }
    created->is_listening = TRUE;
    if (!with->message_mode) {
        skip_successes(created);
    }
    *pipe = created;
    return rdy_done();
}

rdy_result rdy_named_pipe_open(const WCHAR *name, const struct rdy_named_pipe_options *options,
                               rdy_named_pipe **pipe)
{
    *pipe = NULL;
    rdy_named_pipe *created = rdy_pipe_allocate();
    if (created == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    /* A server may learn who its client is, but not act in its name. */
    created->handle =
        CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                    FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    if (created->handle == INVALID_HANDLE_VALUE) {
        return create_failed(created, GetLastError());
    }
    created->is_client = TRUE;
    if (options != NULL && options->message_mode) {
        DWORD mode = PIPE_READMODE_MESSAGE;
        if (!SetNamedPipeHandleState(created->handle, &mode, NULL, NULL)) {
            return create_failed(created, GetLastError());
        }
    } else {
        skip_successes(created);
    }
    *pipe = created;
    return rdy_done();
}

rdy_result rdy_named_pipe_from_raw_handle(HANDLE handle, rdy_named_pipe **pipe)
{
    *pipe = NULL;
    DWORD flags;
    if (!GetNamedPipeInfo(handle, &flags, NULL, NULL, NULL)) {
        return rdy_failed(GetLastError());
    }
    rdy_named_pipe *created = rdy_pipe_allocate();
    if (created == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    /* Its notification modes stay as they are: they belong to a file object that may be shared. */
    created->handle = handle;
    created->is_client = (flags & PIPE_SERVER_END) == 0;
    *pipe = created;
    return rdy_done();
}

HANDLE rdy_named_pipe_raw_handle(const rdy_named_pipe *pipe)
{
    return pipe->handle;
}
