#include "conformance/ports/port_core.h"

#include "conformance/compiler.h"
#include "conformance/ports/pipe_name.h"
#include "conformance/ports/port_core_socket.h"
#include "conformance/ports/port_core_stream.h"

#include "core/named_pipe.h"
#include "core/observe.h"
#include "core/poll.h"
#include "core/registry.h"
#include "core/waker.h"

#include <assert.h>

/* The build says which world core was compiled for. */
#ifndef CONF_PORT_WORLD
#define CONF_PORT_WORLD CONF_WORLD_SIMULATED
#endif

static_assert((int)CONF_DONE == (int)RDY_DONE && (int)CONF_WOULD_BLOCK == (int)RDY_WOULD_BLOCK &&
                  (int)CONF_CLOSED == (int)RDY_CLOSED && (int)CONF_FAILED == (int)RDY_FAILED,
              "results are the same");
static_assert((int)CONF_EVENT_READABLE == (int)RDY_EVENT_READABLE &&
                  (int)CONF_EVENT_WRITABLE == (int)RDY_EVENT_WRITABLE &&
                  (int)CONF_EVENT_ERROR == (int)RDY_EVENT_ERROR &&
                  (int)CONF_EVENT_READ_CLOSED == (int)RDY_EVENT_READ_CLOSED &&
                  (int)CONF_EVENT_WRITE_CLOSED == (int)RDY_EVENT_WRITE_CLOSED &&
                  (int)CONF_EVENT_PRIORITY == (int)RDY_EVENT_PRIORITY,
              "event flags are the same");
static_assert((int)CONF_OBSERVE_CREATE == (int)RDY_OBSERVE_CREATE &&
                  (int)CONF_OBSERVE_DESTROY == (int)RDY_OBSERVE_DESTROY &&
                  (int)CONF_OBSERVE_STATE == (int)RDY_OBSERVE_STATE &&
                  (int)CONF_OBSERVE_RETAIN == (int)RDY_OBSERVE_RETAIN &&
                  (int)CONF_OBSERVE_RELEASE == (int)RDY_OBSERVE_RELEASE &&
                  (int)CONF_OBSERVE_DISPATCH == (int)RDY_OBSERVE_DISPATCH,
              "observations are the same");
static_assert(sizeof(struct conf_event) == sizeof(rdy_event) &&
                  offsetof(struct conf_event, token) == offsetof(rdy_event, token) &&
                  offsetof(struct conf_event, flags) == offsetof(rdy_event, flags),
              "events are the same");

static conf_observe_function observer;
static void *observer_context;
static volatile long objects_alive;

static struct conf_result convert(rdy_result result, uint64_t count)
{
    return (struct conf_result){
        .status = (uint32_t)result.status, .error = result.os_error, .count = count};
}

static struct conf_result converted(rdy_result result)
{
    return convert(result, 0);
}

/* ---- observation ---- */

static void on_observation(const struct rdy_observation *observation)
{
    if (observation->kind == RDY_OBSERVE_CREATE) {
        conf_counter_add(&objects_alive, 1);
    } else if (observation->kind == RDY_OBSERVE_DESTROY) {
        conf_counter_add(&objects_alive, -1);
    }
    if (observer != NULL) {
        observer(observer_context, &(struct conf_observation){
                                       .kind = (uint32_t)observation->kind,
                                       .machine = (uint32_t)observation->machine,
                                       .object = observation->object,
                                       .request = observation->overlapped,
                                       .from = observation->from,
                                       .to = observation->to,
                                   });
    }
}

static void observe(conf_observe_function function, void *context)
{
    observer = function;
    observer_context = context;
}

static const char *machine_name(uint32_t machine)
{
    return rdy_machine_name((enum rdy_machine)machine);
}

static const char *state_name(uint32_t machine, int32_t state)
{
    return rdy_state_name((enum rdy_machine)machine, state);
}

static int transition_is_legal(uint32_t machine, int32_t from, int32_t to)
{
    return rdy_transition_is_legal((enum rdy_machine)machine, from, to);
}

static void begin(void)
{
    objects_alive = 0;
    rdy_observe = on_observation;
}

static size_t end(void)
{
    return objects_alive > 0 ? (size_t)objects_alive : 0;
}

/* ---- polls and wakers ---- */

static struct conf_result poll_create(void **poll)
{
    rdy_poll *created = NULL;
    rdy_result result = rdy_poll_create(&created);

    *poll = created;
    return converted(result);
}

static struct conf_result poll_wait(void *poll, struct conf_event *event, size_t max,
                                    uint64_t timeout_ns)
{
    size_t count = 0;
    rdy_result result = rdy_poll_wait(poll, (rdy_event *)(void *)event, max, timeout_ns, &count);

    return convert(result, count);
}

static void poll_drop(void *poll)
{
    rdy_poll_destroy(poll);
}

static struct conf_result waker_create(void *poll, uint64_t token, void **waker)
{
    rdy_waker *created = NULL;
    rdy_result result = rdy_waker_create(rdy_poll_registry(poll), token, &created);

    *waker = created;
    return converted(result);
}

static struct conf_result waker_wake(void *waker)
{
    return converted(rdy_waker_wake(waker));
}

static void waker_drop(void *waker)
{
    rdy_waker_destroy(waker);
}

/* ---- sources: named pipes, of those without functions of their own ---- */

static struct conf_result source_register(void *source, void *poll, uint64_t token,
                                          uint32_t interest)
{
    return converted(rdy_named_pipe_register(source, rdy_poll_registry(poll), token, interest));
}

static struct conf_result source_reregister(void *source, void *poll, uint64_t token,
                                            uint32_t interest)
{
    return converted(rdy_named_pipe_reregister(source, rdy_poll_registry(poll), token, interest));
}

static struct conf_result source_deregister(void *source, void *poll)
{
    return converted(rdy_named_pipe_deregister(source, rdy_poll_registry(poll)));
}

static struct conf_result source_take_error(void *source)
{
    DWORD error = 0;
    rdy_result result = rdy_named_pipe_take_error(source, &error);
    struct conf_result converted_result = converted(result);

    if (result.status == RDY_DONE) {
        converted_result.error = error;
    }
    return converted_result;
}

static struct conf_result source_read(void *source, void *buffer, size_t size)
{
    size_t count = 0;
    rdy_result result = rdy_named_pipe_read(source, buffer, size, &count);

    return convert(result, count);
}

static struct conf_result source_write(void *source, const void *data, size_t size)
{
    size_t count = 0;
    rdy_result result = rdy_named_pipe_write(source, data, size, &count);

    return convert(result, count);
}

static void source_drop(void *source)
{
    rdy_named_pipe_destroy(source);
}

/* ---- named pipes ---- */

static struct conf_result pipe_server_create(const char *name, uint32_t quota, uint32_t flags,
                                             void **source)
{
    const struct rdy_named_pipe_options options = {
        .buffer_size = quota, .message_mode = (flags & CONF_PIPE_FLAG_MESSAGE) != 0};
    WCHAR path[CONF_PIPE_PATH_MAX];
    rdy_named_pipe *pipe = NULL;
    rdy_result result;

    conf_pipe_path(name, path);
    result = rdy_named_pipe_create(path, &options, &pipe);
    *source = pipe;
    return converted(result);
}

static struct conf_result pipe_client_open(const char *name, uint32_t flags, void **source)
{
    const struct rdy_named_pipe_options options = {.message_mode =
                                                       (flags & CONF_PIPE_FLAG_MESSAGE) != 0};
    WCHAR path[CONF_PIPE_PATH_MAX];
    rdy_named_pipe *pipe = NULL;
    rdy_result result;

    conf_pipe_path(name, path);
    result = rdy_named_pipe_open(path, &options, &pipe);
    *source = pipe;
    return converted(result);
}

static struct conf_result pipe_connect(void *source)
{
    return converted(rdy_named_pipe_connect(source));
}

static struct conf_result pipe_disconnect(void *source)
{
    return converted(rdy_named_pipe_disconnect(source));
}

const struct conf_port conf_port_core = {
    .version = CONF_PORT_VERSION,
    .size = sizeof(struct conf_port),
    .name = "core",
    .world = CONF_PORT_WORLD,
    .capabilities = CONF_CAN_WAKER | CONF_CAN_PIPE | CONF_CAN_MESSAGE | CONF_CAN_OBSERVE |
                    CONF_CAN_STREAM | CONF_CAN_SOCKET | CONF_CAN_USER,
    .begin = begin,
    .end = end,
    .poll_create = poll_create,
    .poll_wait = poll_wait,
    .poll_drop = poll_drop,
    .waker_create = waker_create,
    .waker_wake = waker_wake,
    .waker_drop = waker_drop,
    .source_register = source_register,
    .source_reregister = source_reregister,
    .source_deregister = source_deregister,
    .source_take_error = source_take_error,
    .source_read = source_read,
    .source_write = source_write,
    .source_drop = source_drop,
    .pipe_server_create = pipe_server_create,
    .pipe_client_open = pipe_client_open,
    .pipe_connect = pipe_connect,
    .pipe_disconnect = pipe_disconnect,
    .observe = observe,
    .machine_name = machine_name,
    .state_name = state_name,
    .transition_is_legal = transition_is_legal,
    .simplex_create = conf_core_simplex_create,
    .duplex_create = conf_core_duplex_create,
    .stream_split = conf_core_stream_split,
    .stream_unsplit = conf_core_stream_unsplit,
    .stream_poll_read = conf_core_stream_poll_read,
    .stream_poll_write = conf_core_stream_poll_write,
    .stream_flush = conf_core_stream_flush,
    .stream_shutdown = conf_core_stream_shutdown,
    .stream_drop = conf_core_stream_drop,
    .duplex_register = conf_core_duplex_register,
    .duplex_reregister = conf_core_duplex_reregister,
    .duplex_deregister = conf_core_duplex_deregister,
    .duplex_read = conf_core_duplex_read,
    .duplex_write = conf_core_duplex_write,
    .tcp_listen = conf_core_tcp_listen,
    .tcp_connect = conf_core_tcp_connect,
    .tcp_accept = conf_core_tcp_accept,
    .tcp_shutdown = conf_core_tcp_shutdown,
    .udp_bind = conf_core_udp_bind,
    .udp_connect = conf_core_udp_connect,
    .udp_receive_from = conf_core_udp_receive_from,
    .udp_send_to = conf_core_udp_send_to,
    .socket_register = conf_core_socket_register,
    .socket_reregister = conf_core_socket_reregister,
    .socket_deregister = conf_core_socket_deregister,
    .socket_take_error = conf_core_socket_take_error,
    .socket_read = conf_core_socket_read,
    .socket_peek = conf_core_socket_peek,
    .socket_write = conf_core_socket_write,
    .socket_option = conf_core_socket_option,
    .socket_address = conf_core_socket_address,
    .socket_drop = conf_core_socket_drop,
    .user_create = conf_core_user_create,
    .user_register = conf_core_user_register,
    .user_reregister = conf_core_user_reregister,
    .user_deregister = conf_core_user_deregister,
    .user_ready = conf_core_user_ready,
    .user_take = conf_core_user_take,
    .user_drop = conf_core_user_drop,
};
