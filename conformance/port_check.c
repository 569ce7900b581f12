#include "conformance/port_load.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Functions by the capability that needs them, 0 for those that every port has. */
#define FUNCTION(capability, member)                            \
    {                                                           \
        capability, offsetof(struct conf_port, member), #member \
    }

static const struct {
    uint64_t capability;
    size_t offset;
    const char *name;
} functions[] = {
    FUNCTION(0, begin),
    FUNCTION(0, end),
    FUNCTION(0, poll_create),
    FUNCTION(0, poll_wait),
    FUNCTION(0, poll_drop),
    FUNCTION(CONF_CAN_WAKER, waker_create),
    FUNCTION(CONF_CAN_WAKER, waker_wake),
    FUNCTION(CONF_CAN_WAKER, waker_drop),
    FUNCTION(CONF_CAN_PIPE, source_register),
    FUNCTION(CONF_CAN_PIPE, source_reregister),
    FUNCTION(CONF_CAN_PIPE, source_deregister),
    FUNCTION(CONF_CAN_PIPE, source_take_error),
    FUNCTION(CONF_CAN_PIPE, source_read),
    FUNCTION(CONF_CAN_PIPE, source_write),
    FUNCTION(CONF_CAN_PIPE, source_drop),
    FUNCTION(CONF_CAN_PIPE, pipe_server_create),
    FUNCTION(CONF_CAN_PIPE, pipe_client_open),
    FUNCTION(CONF_CAN_PIPE, pipe_connect),
    FUNCTION(CONF_CAN_PIPE, pipe_disconnect),
    FUNCTION(CONF_CAN_STREAM, simplex_create),
    FUNCTION(CONF_CAN_STREAM, duplex_create),
    FUNCTION(CONF_CAN_STREAM, stream_split),
    FUNCTION(CONF_CAN_STREAM, stream_unsplit),
    FUNCTION(CONF_CAN_STREAM, stream_poll_read),
    FUNCTION(CONF_CAN_STREAM, stream_poll_write),
    FUNCTION(CONF_CAN_STREAM, stream_flush),
    FUNCTION(CONF_CAN_STREAM, stream_shutdown),
    FUNCTION(CONF_CAN_STREAM, stream_drop),
    FUNCTION(CONF_CAN_STREAM, duplex_register),
    FUNCTION(CONF_CAN_STREAM, duplex_reregister),
    FUNCTION(CONF_CAN_STREAM, duplex_deregister),
    FUNCTION(CONF_CAN_STREAM, duplex_read),
    FUNCTION(CONF_CAN_STREAM, duplex_write),
    FUNCTION(CONF_CAN_SOCKET, tcp_listen),
    FUNCTION(CONF_CAN_SOCKET, tcp_connect),
    FUNCTION(CONF_CAN_SOCKET, tcp_accept),
    FUNCTION(CONF_CAN_SOCKET, tcp_shutdown),
    FUNCTION(CONF_CAN_SOCKET, udp_bind),
    FUNCTION(CONF_CAN_SOCKET, udp_connect),
    FUNCTION(CONF_CAN_SOCKET, udp_receive_from),
    FUNCTION(CONF_CAN_SOCKET, udp_send_to),
    FUNCTION(CONF_CAN_SOCKET, socket_register),
    FUNCTION(CONF_CAN_SOCKET, socket_reregister),
    FUNCTION(CONF_CAN_SOCKET, socket_deregister),
    FUNCTION(CONF_CAN_SOCKET, socket_take_error),
    FUNCTION(CONF_CAN_SOCKET, socket_read),
    FUNCTION(CONF_CAN_SOCKET, socket_peek),
    FUNCTION(CONF_CAN_SOCKET, socket_write),
    FUNCTION(CONF_CAN_SOCKET, socket_option),
    FUNCTION(CONF_CAN_SOCKET, socket_address),
    FUNCTION(CONF_CAN_SOCKET, socket_drop),
    FUNCTION(CONF_CAN_USER, user_create),
    FUNCTION(CONF_CAN_USER, user_register),
    FUNCTION(CONF_CAN_USER, user_reregister),
    FUNCTION(CONF_CAN_USER, user_deregister),
    FUNCTION(CONF_CAN_USER, user_ready),
    FUNCTION(CONF_CAN_USER, user_take),
    FUNCTION(CONF_CAN_USER, user_drop),
    FUNCTION(CONF_CAN_OBSERVE, observe),
    FUNCTION(CONF_CAN_OBSERVE, machine_name),
    FUNCTION(CONF_CAN_OBSERVE, state_name),
    FUNCTION(CONF_CAN_OBSERVE, transition_is_legal),
};

bool conf_port_check(const struct conf_port *port, char *message, size_t size)
{
    if (port->version != CONF_PORT_VERSION) {
        snprintf(message, size, "the port has version %u, expected %u", (unsigned)port->version,
                 CONF_PORT_VERSION);
        return false;
    }
    if (port->size != sizeof(struct conf_port)) {
        snprintf(message, size, "the port's table has %u bytes, expected %zu", (unsigned)port->size,
                 sizeof(struct conf_port));
        return false;
    }
    if (port->name == NULL || port->name[0] == 0) {
        snprintf(message, size, "the port has no name");
        return false;
    }
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *function;
        memcpy(&function, (const char *)port + functions[i].offset, sizeof(function));
        if (function == NULL &&
            (functions[i].capability & port->capabilities) == functions[i].capability) {
            snprintf(message, size, "port %s lacks the function %s", port->name, functions[i].name);
            return false;
        }
    }
    return true;
}
