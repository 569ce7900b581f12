#include "conformance/worlds/world_win32_raw.h"

#include "conformance/ports/port_raw.h"
#include "conformance/ports/port_raw_socket.h"

#include <winsock2.h>
#include <windows.h>

#include <stdbool.h>

struct guarded {
    void *end; /* of port_raw */
    bool blocking;
    SRWLOCK lock; /* around the calls that do not wait */
};

static void enter(struct guarded *guarded)
{
    if (!guarded->blocking) {
        AcquireSRWLockExclusive(&guarded->lock);
    }
}

static void leave(struct guarded *guarded)
{
    if (!guarded->blocking) {
        ReleaseSRWLockExclusive(&guarded->lock);
    }
}

static struct conf_result guard(struct conf_result result, void *end, uint32_t flags, void **source)
{
    struct guarded *guarded = NULL;

    *source = NULL;
    if (result.status != CONF_DONE) {
        return result;
    }
    guarded = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*guarded));
    if (guarded == NULL) {
        conf_port_raw.source_drop(end);
        return (struct conf_result){.status = CONF_FAILED, .error = ERROR_NOT_ENOUGH_MEMORY};
    }
    guarded->end = end;
    guarded->blocking = (flags & CONF_PIPE_FLAG_BLOCKING) != 0;
    InitializeSRWLock(&guarded->lock);
    *source = guarded;
    return result;
}

static struct conf_result pipe_server_create(const char *name, uint32_t quota, uint32_t flags,
                                             void **source)
{
    void *end = NULL;
    struct conf_result result = conf_port_raw.pipe_server_create(name, quota, flags, &end);

    return guard(result, end, flags, source);
}

static struct conf_result pipe_client_open(const char *name, uint32_t flags, void **source)
{
    void *end = NULL;
    struct conf_result result = conf_port_raw.pipe_client_open(name, flags, &end);

    return guard(result, end, flags, source);
}

static struct conf_result pipe_connect(void *source)
{
    struct guarded *guarded = source;
    struct conf_result result;

    enter(guarded);
    result = conf_port_raw.pipe_connect(guarded->end);
    leave(guarded);
    return result;
}

static struct conf_result pipe_disconnect(void *source)
{
    struct guarded *guarded = source;
    struct conf_result result;

    enter(guarded);
    result = conf_port_raw.pipe_disconnect(guarded->end);
    leave(guarded);
    return result;
}

static struct conf_result source_read(void *source, void *buffer, size_t size)
{
    struct guarded *guarded = source;
    struct conf_result result;

    enter(guarded);
    result = conf_port_raw.source_read(guarded->end, buffer, size);
    leave(guarded);
    return result;
}

static struct conf_result source_write(void *source, const void *data, size_t size)
{
    struct guarded *guarded = source;
    struct conf_result result;

    enter(guarded);
    result = conf_port_raw.source_write(guarded->end, data, size);
    leave(guarded);
    return result;
}

static void source_drop(void *source)
{
    struct guarded *guarded = source;

    conf_port_raw.source_drop(guarded->end);
    HeapFree(GetProcessHeap(), 0, guarded);
}

static void source_interrupt(void *source)
{
    struct guarded *guarded = source;

    conf_port_raw.source_interrupt(guarded->end);
}

const struct conf_port conf_world_win32_raw = {
    .version = CONF_PORT_VERSION,
    .size = sizeof(struct conf_port),
    .name = "raw",
    .world = CONF_WORLD_WIN32,
    .capabilities = CONF_CAN_PIPE | CONF_CAN_SOCKET,
    .source_read = source_read,
    .source_write = source_write,
    .source_drop = source_drop,
    .pipe_server_create = pipe_server_create,
    .pipe_client_open = pipe_client_open,
    .pipe_connect = pipe_connect,
    .pipe_disconnect = pipe_disconnect,
    .source_interrupt = source_interrupt,
    /* Winsock is safe in any number of threads by itself. */
    .tcp_listen = conf_raw_tcp_listen,
    .tcp_connect = conf_raw_tcp_connect,
    .tcp_accept = conf_raw_tcp_accept,
    .tcp_shutdown = conf_raw_tcp_shutdown,
    .udp_bind = conf_raw_udp_bind,
    .udp_connect = conf_raw_udp_connect,
    .udp_receive_from = conf_raw_udp_receive_from,
    .udp_send_to = conf_raw_udp_send_to,
    .socket_read = conf_raw_socket_read,
    .socket_peek = conf_raw_socket_peek,
    .socket_write = conf_raw_socket_write,
    .socket_option = conf_raw_socket_option,
    .socket_drop = conf_raw_socket_drop,
    .tcp_urgent = conf_raw_tcp_urgent,
};
