/* tcp_listener: see tcp_listener.h. */
#include "core/tcp_listener.h"

#include "core/net.h"
#include "core/tcp_stream_state.h"

#include <string.h>

/* Connections that may wait to be accepted (mio LISTEN_BACKLOG_SIZE). */
#define BACKLOG 128

struct rdy_tcp_listener {
    struct rdy_source_state state; /* first */
};

static rdy_result open_listening(const rdy_address *address, SOCKET *socket)
{
    rdy_result result = rdy_net_open_bound(address, SOCK_STREAM, socket);
    if (result.status == RDY_DONE && listen(*socket, BACKLOG) != 0) {
        result = rdy_failed((DWORD)WSAGetLastError());
        rdy_net_close(*socket);
    }
    return result;
}

rdy_result rdy_tcp_listener_bind(const rdy_address *address, rdy_tcp_listener **listener)
{
    void *created;
    rdy_result result = rdy_net_reserve(sizeof **listener, &created);
    if (result.status == RDY_DONE) {
        SOCKET socket;
        result = open_listening(address, &socket);
        result = rdy_net_conclude(result, socket, &created);
    }
    *listener = created;
    return result;
}

rdy_result rdy_tcp_listener_from_raw_socket(SOCKET socket, rdy_tcp_listener **listener)
{
    void *created;
    rdy_result result = rdy_net_from_raw(socket, sizeof **listener, &created);
    *listener = created;
    return result;
}

SOCKET rdy_tcp_listener_raw_socket(const rdy_tcp_listener *listener)
{
    return listener->state.socket;
}

SOCKET rdy_tcp_listener_into_raw_socket(rdy_tcp_listener *listener)
{
    return rdy_source_state_drop(&listener->state);
}

rdy_result rdy_tcp_listener_register(rdy_tcp_listener *listener, rdy_registry *registry,
                                     uint64_t token, rdy_interest interest)
{
    return rdy_source_state_register(&listener->state, registry, token, interest);
}

rdy_result rdy_tcp_listener_reregister(rdy_tcp_listener *listener, rdy_registry *registry,
                                       uint64_t token, rdy_interest interest)
{
    return rdy_source_state_reregister(&listener->state, registry, token, interest);
}

rdy_result rdy_tcp_listener_deregister(rdy_tcp_listener *listener, rdy_registry *registry)
{
    return rdy_source_state_deregister(&listener->state, registry);
}

static rdy_result accept_one(rdy_tcp_listener *listener, SOCKET *socket, rdy_address *address)
{
    memset(address, 0, sizeof *address);
    address->size = sizeof address->as;
    /* The socket inherits being non-blocking (Microsoft Learn, accept). */
    *socket = accept(listener->state.socket, &address->as.any, &address->size);
    if (*socket == INVALID_SOCKET) {
        return rdy_source_state_refused(&listener->state, RDY_INTEREST_READABLE, WSAGetLastError());
    }
    return rdy_done();
}

rdy_result rdy_tcp_listener_accept(rdy_tcp_listener *listener, rdy_tcp_stream **stream,
                                   rdy_address *address)
{
    *stream = NULL;
    rdy_result result = rdy_source_state_enter(&listener->state);
    if (result.status != RDY_DONE) {
        return result;
    }
    /* First: nothing can fail any more once a connection is ours. */
    void *created;
    result = rdy_net_reserve(sizeof **stream, &created);
    if (result.status == RDY_DONE) {
        SOCKET socket;
        rdy_address peer;
        result = accept_one(listener, &socket, address != NULL ? address : &peer);
        result = rdy_net_conclude(result, socket, &created);
    }
    *stream = created;
    return result;
}

rdy_result rdy_tcp_listener_would_block(rdy_tcp_listener *listener, rdy_interest direction)
{
    return rdy_source_state_would_block(&listener->state, direction);
}

rdy_result rdy_tcp_listener_local_address(const rdy_tcp_listener *listener, rdy_address *address)
{
    return rdy_net_local_address(listener->state.socket, address);
}

rdy_result rdy_tcp_listener_set_ttl(rdy_tcp_listener *listener, DWORD ttl)
{
    return rdy_net_set_number(listener->state.socket, IPPROTO_IP, IP_TTL, ttl);
}

rdy_result rdy_tcp_listener_ttl(const rdy_tcp_listener *listener, DWORD *ttl)
{
    return rdy_net_number(listener->state.socket, IPPROTO_IP, IP_TTL, ttl);
}

rdy_result rdy_tcp_listener_take_error(rdy_tcp_listener *listener, DWORD *error)
{
    return rdy_net_take_error(&listener->state, error);
}

void rdy_tcp_listener_destroy(rdy_tcp_listener *listener)
{
    rdy_net_drop(&listener->state);
}

void rdy_tcp_listener_check(rdy_tcp_listener *listener)
{
    rdy_source_state_check(&listener->state);
}
