/* pipe_state: the namespace of named pipes and the life of an instance. Facts 4.1, 4.2, 4.4:
 * Microsoft Learn (CreateNamedPipe, CreateFile), Wine kernel32/pipe.c and ntdll/pipe.c tests
 * (test_pipe_state, test_multiple_instances, test_CloseHandle, test_DisconnectNamedPipe), ReactOS
 * npfs create.c and statesup.c, probe p_pipe. */
#include "fakes/pipe.h"

#include "fakes/scheduler.h"

#include <string.h>

#define INSTANCES_MAX PIPE_UNLIMITED_INSTANCES

static const struct sim_device pipe_device;

bool file_is_pipe(const struct sim_file *file)
{
    return file->device == &pipe_device;
}

static void touch_state(const struct sim_pipe *pipe, bool write)
{
    touch(SIM_RESOURCE_PIPE, pipe->queue[0].ordinal, write);
}

static struct sim_pipe_end *end_of(struct sim_file *file)
{
    return (struct sim_pipe_end *)file;
}

/* ---- namespace ---- */

static uint16_t folded(uint16_t unit)
{
    return unit >= 'A' && unit <= 'Z' ? (uint16_t)(unit + 32) : unit;
}

static bool names_equal(const struct sim_pipe_name *name, const uint16_t *text, uint32_t length)
{
    if (name->length != length) {
        return false;
    }
    for (uint32_t i = 0; i < length; i++) {
        if (folded(name->text[i]) != folded(text[i])) {
            return false;
        }
    }
    return true;
}

static struct sim_pipe_name *name_find(const uint16_t *text, uint32_t length)
{
    struct sim_pipe_name *name = sim_running->pipe_names;
    while (name != NULL && !names_equal(name, text, length)) {
        name = name->next;
    }
    return name;
}

static struct sim_pipe_name *name_create(const uint16_t *text, uint32_t length)
{
    struct sim_pipe_name *name = arena_alloc(&sim_running->arena, sizeof *name);
    memcpy(name->text, text, length * sizeof text[0]);
    name->length = length;
    name->next = sim_running->pipe_names;
    sim_running->pipe_names = name;
    return name;
}

static void name_release(struct sim_pipe_name *name)
{
    if (name->instance_count != 0) {
        return;
    }
    struct sim_pipe_name **link = &sim_running->pipe_names;
    while (*link != name) {
        link = &(*link)->next;
    }
    *link = name->next;
    arena_free(&sim_running->arena, name, sizeof *name);
}

/* ---- instances ---- */

static struct sim_pipe_end *end_create(struct sim_pipe *pipe, enum sim_pipe_side side,
                                       uint32_t access, bool message_reads, bool synchronous)
{
    struct sim_pipe_end *end = arena_alloc(&sim_running->arena, sizeof *end);
    file_init(&end->file, &pipe_device, synchronous);
    end->pipe = pipe;
    end->side = side;
    end->access = access;
    end->message_reads = message_reads;
    pipe->end[side] = end;
    pipe->ends_alive++;
    return end;
}

static uint32_t quota_of(uint32_t asked)
{
    uint32_t least = sim_running->settings.pipe_quota_min;
    return asked > least ? asked : least;
}

NTSTATUS pipe_create(const uint16_t *text, uint32_t length, DWORD open_mode, DWORD pipe_mode,
                     DWORD instances_max, DWORD out_size, DWORD in_size, struct sim_pipe_end **end)
{
    uint32_t access = open_mode & PIPE_ACCESS_DUPLEX;
    bool message = pipe_mode & PIPE_TYPE_MESSAGE;
    if (access == 0 || instances_max == 0 || instances_max > INSTANCES_MAX ||
        (!message && (pipe_mode & PIPE_READMODE_MESSAGE))) {
        return STATUS_INVALID_PARAMETER;
    }
    if (pipe_mode & PIPE_NOWAIT) {
        sim_report(SIM_ORACLE_UNMODELLED, "PIPE_NOWAIT is not modelled");
    }
    touch(SIM_RESOURCE_NAMESPACE, 0, true);
    struct sim_pipe_name *name = name_find(text, length);
    if (name == NULL) {
        name = name_create(text, length);
        name->open_access = access;
        name->message_type = message;
        name->instances_max = instances_max;
        name->in_size = in_size;
        name->out_size = out_size;
    } else if (name->instance_count == name->instances_max) {
        return STATUS_INSTANCE_NOT_AVAILABLE;
    } else if ((open_mode & FILE_FLAG_FIRST_PIPE_INSTANCE) || name->open_access != access) {
        return STATUS_ACCESS_DENIED;
    } else if ((pipe_mode & PIPE_READMODE_MESSAGE) && !name->message_type) {
        sim_report(SIM_ORACLE_UNMODELLED, "an instance that reads messages of a name of bytes");
    } /* type and maximum are those of the first instance, whatever the others ask for */
    struct sim_pipe *pipe = arena_alloc(&sim_running->arena, sizeof *pipe);
    pipe->name = name;
    struct sim_pipe **link = &name->instances;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = pipe;
    name->instance_count++;
    pipe->state = SIM_PIPE_LISTENING; /* at once: a client may open before ConnectNamedPipe */
    pipe->listening_since = ++sim_running->listening_clock;
    pipe->connects_last = &pipe->connects;
    pipe_queue_init(&pipe->queue[SIM_PIPE_SERVER], quota_of(in_size));
    pipe_queue_init(&pipe->queue[SIM_PIPE_CLIENT], quota_of(out_size));
    uint32_t rights = (access & PIPE_ACCESS_INBOUND ? FILE_READ_DATA : 0) |
                      (access & PIPE_ACCESS_OUTBOUND ? FILE_WRITE_DATA : 0);
    *end = end_create(pipe, SIM_PIPE_SERVER, rights, pipe_mode & PIPE_READMODE_MESSAGE,
                      !(open_mode & FILE_FLAG_OVERLAPPED));
    return STATUS_SUCCESS;
}

static struct sim_request *connect_pop(struct sim_pipe *pipe)
{
    struct sim_request *request = pipe->connects;
    pipe->connects = request->queue_next;
    if (pipe->connects == NULL) {
        pipe->connects_last = &pipe->connects;
    }
    request->queue_next = NULL;
    return request;
}

static void connects_complete(struct sim_pipe *pipe, NTSTATUS status)
{
    while (pipe->connects != NULL) { /* in issue order (ReactOS; probe p_pipe "both connects") */
        request_complete(connect_pop(pipe), status, 0, NULL, false);
    }
}

/* A client takes the instance that has listened longest (Wine test_multiple_instances). */
NTSTATUS pipe_open(const uint16_t *text, uint32_t length, DWORD access, bool synchronous,
                   struct sim_pipe_end **end)
{
    touch(SIM_RESOURCE_NAMESPACE, 0, true);
    struct sim_pipe_name *name = name_find(text, length);
    if (name == NULL) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    bool any_server = false;
    struct sim_pipe *best = NULL;
    for (struct sim_pipe *pipe = name->instances; pipe != NULL; pipe = pipe->next) {
        any_server = any_server || pipe->end[SIM_PIPE_SERVER] != NULL;
        if (pipe->state == SIM_PIPE_LISTENING &&
            (best == NULL || pipe->listening_since < best->listening_since)) {
            best = pipe;
        }
    }
    if (!any_server) {
        return STATUS_OBJECT_NAME_NOT_FOUND;
    }
    if (best == NULL) {
        return STATUS_PIPE_NOT_AVAILABLE;
    }
    uint32_t rights = (access & (GENERIC_READ | FILE_READ_DATA) ? FILE_READ_DATA : 0) |
                      (access & (GENERIC_WRITE | FILE_WRITE_DATA) ? FILE_WRITE_DATA : 0);
    if (((rights & FILE_READ_DATA) && !(name->open_access & PIPE_ACCESS_OUTBOUND)) ||
        ((rights & FILE_WRITE_DATA) && !(name->open_access & PIPE_ACCESS_INBOUND))) {
        return STATUS_ACCESS_DENIED;
    }
    *end = end_create(best, SIM_PIPE_CLIENT, rights, false, synchronous);
    touch_state(best, true);
    best->state = SIM_PIPE_CONNECTED;
    connects_complete(best, STATUS_SUCCESS);
    return STATUS_SUCCESS;
}

/* ---- ConnectNamedPipe and DisconnectNamedPipe ---- */

NTSTATUS pipe_connect(struct sim_file *file, struct sim_request *request)
{
    struct sim_pipe_end *end = end_of(file);
    struct sim_pipe *pipe = end->pipe;
    if (end->side != SIM_PIPE_SERVER) {
        return STATUS_ILLEGAL_FUNCTION;
    }
    touch_state(pipe, true);
    switch (pipe->state) {
    case SIM_PIPE_CONNECTED:
        return STATUS_PIPE_CONNECTED;
    case SIM_PIPE_CLOSING:
        return STATUS_PIPE_CLOSING;
    case SIM_PIPE_DISCONNECTED:
        touch(SIM_RESOURCE_NAMESPACE, 0, true);
        pipe->state = SIM_PIPE_LISTENING;
        pipe->listening_since = ++sim_running->listening_clock;
        break;
    case SIM_PIPE_LISTENING:
        break;
    }
    *pipe->connects_last = request;
    pipe->connects_last = &request->queue_next;
    return STATUS_PENDING;
}

static void queues_fail(struct sim_pipe *pipe, NTSTATUS status)
{
    touch(SIM_RESOURCE_QUEUE, pipe->queue[SIM_PIPE_SERVER].ordinal, true);
    touch(SIM_RESOURCE_QUEUE, pipe->queue[SIM_PIPE_CLIENT].ordinal, true);
    /* Client to server first, then server to client (ReactOS statesup.c; probe p_pipe). */
    pipe_queue_fail_readers(&pipe->queue[SIM_PIPE_SERVER], status);
    pipe_queue_fail_writers(&pipe->queue[SIM_PIPE_SERVER], status);
    pipe_queue_fail_readers(&pipe->queue[SIM_PIPE_CLIENT], status);
    pipe_queue_fail_writers(&pipe->queue[SIM_PIPE_CLIENT], status);
}

NTSTATUS pipe_disconnect(struct sim_file *file)
{
    struct sim_pipe_end *end = end_of(file);
    struct sim_pipe *pipe = end->pipe;
    if (end->side != SIM_PIPE_SERVER) {
        return end->detached ? STATUS_PIPE_DISCONNECTED : STATUS_ILLEGAL_FUNCTION; /* ReactOS */
    }
    touch_state(pipe, true);
    touch(SIM_RESOURCE_NAMESPACE, 0, true);
    switch (pipe->state) {
    case SIM_PIPE_LISTENING:
        /* Wine refuses with 536, ReactOS disconnects; both are legal (fact 4.2). */
        if (scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) == 0) {
            return STATUS_PIPE_LISTENING;
        }
        connects_complete(pipe, STATUS_PIPE_DISCONNECTED);
        break;
    case SIM_PIPE_CONNECTED:
    case SIM_PIPE_CLOSING:
        queues_fail(pipe, STATUS_PIPE_DISCONNECTED);
        if (pipe->end[SIM_PIPE_CLIENT] != NULL) { /* it stays disconnected for ever */
            pipe->end[SIM_PIPE_CLIENT]->detached = true;
            pipe->end[SIM_PIPE_CLIENT] = NULL;
        }
        break;
    case SIM_PIPE_DISCONNECTED:
        return STATUS_PIPE_DISCONNECTED;
    }
    pipe->state = SIM_PIPE_DISCONNECTED;
    return STATUS_SUCCESS;
}

/* Probe p_peek: the mode of a listening, closing or disconnected server may be set; a client that
 * was disconnected answers 233. */
NTSTATUS pipe_set_mode(struct sim_file *file, DWORD mode)
{
    struct sim_pipe_end *end = end_of(file);
    if (mode & PIPE_NOWAIT) {
        sim_report(SIM_ORACLE_UNMODELLED, "PIPE_NOWAIT is not modelled");
    }
    touch_state(end->pipe, false);
    touch(SIM_RESOURCE_FILE, file->object.ordinal, true);
    if (end->detached) {
        return STATUS_PIPE_DISCONNECTED;
    }
    bool message_type = end->pipe->name != NULL && end->pipe->name->message_type;
    if ((mode & ~PIPE_READMODE_MESSAGE) != 0 || (mode != 0 && !message_type)) {
        return STATUS_INVALID_PARAMETER;
    }
    end->message_reads = mode & PIPE_READMODE_MESSAGE;
    return STATUS_SUCCESS;
}

NTSTATUS pipe_peek(struct sim_file *file, void *out, uint32_t room, uint32_t *read,
                   uint32_t *available, uint32_t *left)
{
    struct sim_pipe_end *end = end_of(file);
    struct sim_pipe *pipe = end->pipe;
    const struct sim_pipe_queue *queue = &pipe->queue[end->side];
    touch_state(pipe, false);
    touch(SIM_RESOURCE_QUEUE, queue->ordinal, false);
    if (!(end->access & FILE_READ_DATA)) {
        return STATUS_ACCESS_DENIED;
    }
    if (end->detached) {
        return STATUS_PIPE_DISCONNECTED;
    }
    switch (pipe->state) {
    case SIM_PIPE_LISTENING:
    case SIM_PIPE_DISCONNECTED:
        return STATUS_INVALID_PIPE_STATE;
    case SIM_PIPE_CLOSING:
        if (pipe_queue_is_empty(queue)) {
            return STATUS_PIPE_BROKEN;
        }
        break;
    case SIM_PIPE_CONNECTED:
        break;
    }
    pipe_queue_peek(queue, pipe->name->message_type, out, room, read, available, left);
    return STATUS_SUCCESS;
}

/* ---- transfers: the state matrix of fact 4.2 ---- */

static NTSTATUS pipe_read(struct sim_file *file, struct sim_request *request)
{
    struct sim_pipe_end *end = end_of(file);
    struct sim_pipe *pipe = end->pipe;
    struct sim_pipe_queue *queue = &pipe->queue[end->side];
    touch_state(pipe, false);
    touch(SIM_RESOURCE_QUEUE, queue->ordinal, true);
    if (!(end->access & FILE_READ_DATA)) {
        return STATUS_ACCESS_DENIED;
    }
    if (end->detached) {
        return STATUS_PIPE_DISCONNECTED;
    }
    switch (pipe->state) {
    case SIM_PIPE_LISTENING:
        return STATUS_PIPE_LISTENING;
    case SIM_PIPE_DISCONNECTED:
        return STATUS_PIPE_DISCONNECTED;
    case SIM_PIPE_CLOSING:
        if (pipe_queue_is_empty(queue)) {
            return STATUS_PIPE_BROKEN;
        }
        break;
    case SIM_PIPE_CONNECTED:
        break;
    }
    request->message_read = end->message_reads;
    return pipe_queue_read(queue, request);
}

static NTSTATUS pipe_write(struct sim_file *file, struct sim_request *request)
{
    struct sim_pipe_end *end = end_of(file);
    struct sim_pipe *pipe = end->pipe;
    touch_state(pipe, false);
    touch(SIM_RESOURCE_QUEUE, pipe->queue[1 - end->side].ordinal, true);
    if (!(end->access & FILE_WRITE_DATA)) {
        return STATUS_ACCESS_DENIED;
    }
    if (end->detached) {
        return STATUS_PIPE_DISCONNECTED;
    }
    switch (pipe->state) {
    case SIM_PIPE_LISTENING:
        return STATUS_PIPE_LISTENING;
    case SIM_PIPE_DISCONNECTED:
        return STATUS_PIPE_DISCONNECTED;
    case SIM_PIPE_CLOSING:
        return STATUS_PIPE_CLOSING;
    case SIM_PIPE_CONNECTED:
        break;
    }
    if (sim_running->settings.short_pipe_writes && request->length > 1 &&
        scheduler_pick_value(SIM_PICK_TRANSFER, 2, SIM_COST_FAULT) != 0) {
        request->length /= 2;
    }
    struct sim_pipe_queue *queue = &pipe->queue[1 - end->side];
    return pipe_queue_write(queue, request, pipe->name->message_type);
}

static void pipe_cancel(struct sim_request *request)
{
    struct sim_pipe_end *end = end_of(request->file);
    struct sim_pipe *pipe = end->pipe;
    if (request->op == SIM_OP_CONNECT_NAMED_PIPE) {
        touch_state(pipe, true);
        struct sim_request **link = &pipe->connects;
        while (*link != request) {
            link = &(*link)->queue_next;
        }
        *link = request->queue_next;
        if (*link == NULL) {
            pipe->connects_last = link;
        }
        request->queue_next = NULL;
    } else if (request->op == SIM_OP_READ_FILE) {
        pipe_queue_cancel(&pipe->queue[end->side], request);
    } else {
        pipe_queue_cancel(&pipe->queue[1 - end->side], request);
    }
}

/* ---- the last handle of one end is closed (fact 4.4) ---- */

static void pipe_unlink(struct sim_pipe *pipe)
{
    struct sim_pipe_name *name = pipe->name;
    struct sim_pipe **link = &name->instances;
    while (*link != pipe) {
        link = &(*link)->next;
    }
    *link = pipe->next;
    name->instance_count--;
    name_release(name);
}

static void pipe_cleanup(struct sim_file *file)
{
    struct sim_pipe_end *end = end_of(file);
    struct sim_pipe *pipe = end->pipe;
    enum sim_pipe_side side = end->side;
    struct sim_pipe_queue *mine = &pipe->queue[side];
    struct sim_pipe_queue *theirs = &pipe->queue[1 - side];
    touch(SIM_RESOURCE_NAMESPACE, 0, true);
    touch_state(pipe, true);
    if (end->detached) {
        return; /* DisconnectNamedPipe has ended everything of this end */
    }
    pipe->end[side] = NULL;
    switch (pipe->state) {
    case SIM_PIPE_LISTENING:
        connects_complete(pipe, STATUS_PIPE_BROKEN); /* ReactOS; Wine says HANDLES_CLOSED */
        break;
    case SIM_PIPE_CONNECTED:
        /* What I have written stays readable, my pending writes included (ReactOS
         * NpSetClosingPipeState); everything that was to come to me is gone. */
        pipe->state = SIM_PIPE_CLOSING;
        pipe_queue_fail_readers(mine, STATUS_PIPE_BROKEN);
        pipe_queue_fail_writers(mine, STATUS_PIPE_BROKEN);
        pipe_queue_fail_readers(theirs, STATUS_PIPE_BROKEN);
        break;
    case SIM_PIPE_CLOSING: /* the other end has gone before: what is left goes below */
    case SIM_PIPE_DISCONNECTED:
        break;
    }
    bool server_gone = pipe->end[SIM_PIPE_SERVER] == NULL;
    bool client_gone = pipe->end[SIM_PIPE_CLIENT] == NULL;
    if (server_gone && client_gone) {
        queues_fail(pipe, STATUS_PIPE_BROKEN);
        pipe_unlink(pipe);
        pipe->name = NULL;
    }
}

static void pipe_destroy(struct sim_file *file)
{
    struct sim_pipe_end *end = end_of(file);
    struct sim_pipe *pipe = end->pipe;
    if (--pipe->ends_alive == 0 && pipe->name == NULL) {
        arena_free(&sim_running->arena, pipe, sizeof *pipe);
    }
    arena_free(&sim_running->arena, end, sizeof *end);
}

static const struct sim_device pipe_device = {
    .name = "pipe",
    .read = pipe_read,
    .write = pipe_write,
    .cancel = pipe_cancel,
    .cleanup = pipe_cleanup,
    .destroy = pipe_destroy,
};
