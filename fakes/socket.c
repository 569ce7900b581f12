/* socket: sockets as files. See socket.h. */
#include "fakes/socket.h"

#include "fakes/afd.h"
#include "fakes/scheduler.h"

#include <string.h>

#define BUFFER_DEFAULT 65536u
#define TTL_DEFAULT    128

/* A call that blocks on a socket; on the stack of its thread. */
struct sim_socket_waiter {
    struct sim_socket_waiter *next;
    struct sim_thread *thread;
    uint32_t levels;
};

static const struct sim_device socket_device;

bool file_is_socket(const struct sim_file *file)
{
    return file->device == &socket_device;
}

/* ---- life ---- */

static void options_init(struct sim_socket_options *options)
{
    uint32_t buffer = sim_running->settings.socket_buffer;
    options->send_buffer = (int32_t)(buffer != 0 ? buffer : BUFFER_DEFAULT);
    options->receive_buffer = options->send_buffer;
    options->ttl = TTL_DEFAULT;
    options->v6only = 1;
    options->multicast_ttl = 1;
    options->multicast_loop = 1;
    options->reports_unreachable = 1;
}

DWORD socket_create(int family, int type, int protocol, bool overlapped, struct sim_socket **out)
{
    if (family != AF_INET && family != AF_INET6) {
        return WSAEAFNOSUPPORT;
    }
    if (type != SOCK_STREAM && type != SOCK_DGRAM) {
        return WSAESOCKTNOSUPPORT;
    }
    int usual = type == SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
    if (protocol != 0 && protocol != usual) {
        return WSAEPROTONOSUPPORT;
    }
    struct sim_socket *socket = arena_alloc(&sim_running->arena, sizeof *socket);
    file_init(&socket->file, &socket_device, !overlapped);
    socket->family = family;
    socket->type = type;
    socket->protocol = usual;
    options_init(&socket->options);
    if (type == SOCK_STREAM) {
        socket->transport = &tcp_transport;
        tcp_init(socket);
    } else {
        socket->transport = &udp_transport;
        udp_init(socket);
    }
    *out = socket;
    return 0;
}

DWORD socket_bind_if_needed(struct sim_socket *socket)
{
    if (socket->binding.bound) {
        return 0;
    }
    struct sim_address any = address_any(socket->family == AF_INET ? 4 : 6, 0);
    DWORD error = binding_claim(socket, &any, true);
    if (error == 0) {
        socket_touch(socket, true);
        socket->local = socket->binding.address;
    }
    return error;
}

static void socket_cleanup(struct sim_file *file)
{
    struct sim_socket *socket = (struct sim_socket *)file;
    socket_touch(socket, true);
    while (socket->waiters != NULL) {
        struct sim_socket_waiter *waiter = socket->waiters;
        socket->waiters = waiter->next;
        scheduler_wake(waiter->thread, SIM_WAKE_ABANDONED);
    }
    afd_socket_closed(socket);
    socket->transport->close(socket);
    binding_release(socket);
}

static void socket_destroy(struct sim_file *file)
{
    arena_free(&sim_running->arena, file, sizeof(struct sim_socket));
}

static NTSTATUS refuse_transfer(struct sim_file *file, struct sim_request *request)
{
    (void)file;
    sim_report(SIM_ORACLE_UNMODELLED, "%s on a socket", sim_op_info(request->op)->name);
}

static const struct sim_device socket_device = {
    .name = "socket",
    .read = refuse_transfer,
    .write = refuse_transfer,
    .cancel = afd_poll_cancel, /* the only requests there are */
    .cleanup = socket_cleanup,
    .destroy = socket_destroy,
};

/* ---- changes and who waits for them ---- */

static void waiters_release(struct sim_socket *socket, uint32_t level)
{
    struct sim_socket_waiter **link = &socket->waiters;
    while (*link != NULL) {
        struct sim_socket_waiter *waiter = *link;
        if (waiter->levels & level) {
            *link = waiter->next;
            scheduler_wake(waiter->thread, SIM_WAKE_DONE);
        } else {
            link = &waiter->next;
        }
    }
}

void socket_changed(struct sim_socket *socket)
{
    if (socket->waiters == NULL && socket->polls == NULL) {
        return;
    }
    uint32_t level = socket->transport->level(socket);
    waiters_release(socket, level);
    afd_socket_changed(socket, level);
}

static void wait_timeout(struct sim_thread *thread)
{
    struct sim_socket *socket = (struct sim_socket *)(uintptr_t)thread->wait_key;
    struct sim_socket_waiter **link = &socket->waiters;
    while ((*link)->thread != thread) {
        link = &(*link)->next;
    }
    socket->transport->touch_level(socket, (*link)->levels); /* it has not come to them */
    *link = (*link)->next;
    scheduler_wake(thread, SIM_WAKE_TIMEOUT);
}

enum sim_wake_reason socket_wait(struct sim_socket *socket, enum sim_op op, uint32_t levels,
                                 int64_t deadline)
{
    struct sim_world *world = sim_running;
    DWORD milliseconds = INFINITE;
    network_settle(); /* before it waits: what arrives here finds nobody to release */
    socket->transport->touch_level(socket, levels);
    if (socket->transport->level(socket) & levels) {
        return SIM_WAKE_DONE;
    }
    if (deadline != INT64_MAX) {
        int64_t left = deadline - world->now;
        milliseconds = left > 0 ? (DWORD)((left + 9999) / 10000) : 0;
    }
    if (milliseconds == 0) {
        return SIM_WAKE_TIMEOUT;
    }
    struct sim_socket_waiter waiter = {.thread = world->current, .levels = levels};
    struct sim_socket_waiter **link = &socket->waiters;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = &waiter;
    world->current->wait_key = socket;
    return scheduler_block(op, socket->file.object.ordinal, milliseconds, wait_timeout);
}

/* ---- bytes ---- */

void transfer_out(const struct sim_transfer *transfer, void *out, uint32_t size)
{
    uint32_t skip = transfer->done;
    char *to = out;
    for (DWORD i = 0; i < transfer->count && size != 0; i++) {
        const WSABUF *buffer = &transfer->buffers[i];
        if (skip >= buffer->len) {
            skip -= buffer->len;
            continue;
        }
        uint32_t take = buffer->len - skip < size ? buffer->len - skip : size;
        memcpy(to, buffer->buf + skip, take);
        to += take;
        size -= take;
        skip = 0;
    }
}

void transfer_in(const struct sim_transfer *transfer, uint32_t at, const void *in, uint32_t size)
{
    const char *from = in;
    for (DWORD i = 0; i < transfer->count && size != 0; i++) {
        const WSABUF *buffer = &transfer->buffers[i];
        if (at >= buffer->len) {
            at -= buffer->len;
            continue;
        }
        uint32_t give = buffer->len - at < size ? buffer->len - at : size;
        memcpy(buffer->buf + at, from, give);
        from += give;
        size -= give;
        at = 0;
    }
}
