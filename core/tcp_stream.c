/* tcp_stream: see tcp_stream.h. */
#include "core/tcp_stream.h"

#include "core/net.h"
#include "core/tcp_stream_state.h"

static rdy_result open_connecting(const rdy_address *address, SOCKET *socket)
{
    rdy_result result = rdy_net_open(rdy_address_family(address), SOCK_STREAM, socket);
    if (result.status == RDY_DONE && connect(*socket, &address->as.any, address->size) != 0) {
        int error = WSAGetLastError();
        if (error != WSAEWOULDBLOCK) {
            rdy_net_close(*socket);
            return rdy_failed((DWORD)error);
        }
    }
    return result;
}

rdy_result rdy_tcp_stream_connect(const rdy_address *address, rdy_tcp_stream **stream)
{
    void *created;
    rdy_result result = rdy_net_reserve(sizeof **stream, &created);
    if (result.status == RDY_DONE) {
        SOCKET socket;
        result = open_connecting(address, &socket);
        result = rdy_net_conclude(result, socket, &created);
    }
    *stream = created;
    return result;
}

rdy_result rdy_tcp_stream_from_raw_socket(SOCKET socket, rdy_tcp_stream **stream)
{
    void *created;
    rdy_result result = rdy_net_from_raw(socket, sizeof **stream, &created);
    *stream = created;
    return result;
}

SOCKET rdy_tcp_stream_raw_socket(const rdy_tcp_stream *stream)
{
    return stream->state.socket;
}

SOCKET rdy_tcp_stream_into_raw_socket(rdy_tcp_stream *stream)
{
    return rdy_source_state_drop(&stream->state);
}

rdy_result rdy_tcp_stream_register(rdy_tcp_stream *stream, rdy_registry *registry, uint64_t token,
                                   rdy_interest interest)
{
    return rdy_source_state_register(&stream->state, registry, token, interest);
}

rdy_result rdy_tcp_stream_reregister(rdy_tcp_stream *stream, rdy_registry *registry, uint64_t token,
                                     rdy_interest interest)
{
    return rdy_source_state_reregister(&stream->state, registry, token, interest);
}

rdy_result rdy_tcp_stream_deregister(rdy_tcp_stream *stream, rdy_registry *registry)
{
    return rdy_source_state_deregister(&stream->state, registry);
}

rdy_result rdy_tcp_stream_read(rdy_tcp_stream *stream, void *buffer, size_t size, size_t *count)
{
    return rdy_net_receive(&stream->state, TRUE, 0, buffer, size, count);
}

rdy_result rdy_tcp_stream_readv(rdy_tcp_stream *stream, const struct rdy_slice_mut *slices,
                                size_t slice_count, size_t *count)
{
    return rdy_net_receive_slices(&stream->state, slices, slice_count, count);
}

rdy_result rdy_tcp_stream_peek(rdy_tcp_stream *stream, void *buffer, size_t size, size_t *count)
{
    return rdy_net_receive(&stream->state, TRUE, MSG_PEEK, buffer, size, count);
}

rdy_result rdy_tcp_stream_write(rdy_tcp_stream *stream, const void *data, size_t size,
                                size_t *count)
{
    return rdy_net_send(&stream->state, data, size, count);
}

rdy_result rdy_tcp_stream_writev(rdy_tcp_stream *stream, const struct rdy_slice *slices,
                                 size_t slice_count, size_t *count)
{
    return rdy_net_send_slices(&stream->state, slices, slice_count, count);
}

rdy_result rdy_tcp_stream_would_block(rdy_tcp_stream *stream, rdy_interest direction)
{
    return rdy_source_state_would_block(&stream->state, direction);
}

rdy_result rdy_tcp_stream_shutdown(rdy_tcp_stream *stream, enum rdy_shutdown how)
{
    static const int codes[] = {[RDY_SHUTDOWN_READ] = SD_RECEIVE,
                                [RDY_SHUTDOWN_WRITE] = SD_SEND,
                                [RDY_SHUTDOWN_BOTH] = SD_BOTH};
    if (shutdown(stream->state.socket, codes[how]) != 0) {
        return rdy_failed((DWORD)WSAGetLastError());
    }
    return rdy_done();
}

rdy_result rdy_tcp_stream_local_address(const rdy_tcp_stream *stream, rdy_address *address)
{
    return rdy_net_local_address(stream->state.socket, address);
}

rdy_result rdy_tcp_stream_peer_address(const rdy_tcp_stream *stream, rdy_address *address)
{
    return rdy_net_peer_address(stream->state.socket, address);
}

rdy_result rdy_tcp_stream_set_nodelay(rdy_tcp_stream *stream, BOOL nodelay)
{
    return rdy_net_set_flag(stream->state.socket, IPPROTO_TCP, TCP_NODELAY, nodelay);
}

rdy_result rdy_tcp_stream_nodelay(const rdy_tcp_stream *stream, BOOL *nodelay)
{
    return rdy_net_flag(stream->state.socket, IPPROTO_TCP, TCP_NODELAY, nodelay);
}

rdy_result rdy_tcp_stream_set_ttl(rdy_tcp_stream *stream, DWORD ttl)
{
    return rdy_net_set_number(stream->state.socket, IPPROTO_IP, IP_TTL, ttl);
}

rdy_result rdy_tcp_stream_ttl(const rdy_tcp_stream *stream, DWORD *ttl)
{
    return rdy_net_number(stream->state.socket, IPPROTO_IP, IP_TTL, ttl);
}

rdy_result rdy_tcp_stream_take_error(rdy_tcp_stream *stream, DWORD *error)
{
    return rdy_net_take_error(&stream->state, error);
}

void rdy_tcp_stream_destroy(rdy_tcp_stream *stream)
{
    rdy_net_drop(&stream->state);
}

void rdy_tcp_stream_check(rdy_tcp_stream *stream)
{
    rdy_source_state_check(&stream->state);
}
