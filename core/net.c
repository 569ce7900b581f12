/* net: see net.h. */
#include "core/net.h"

#include "core/assert.h"

#include <limits.h>
#include <string.h>

/* ---- life ---- */

rdy_result rdy_net_reserve(size_t size, void **source)
{
    *source = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
    if (*source == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    WSADATA data;
    int error = WSAStartup(MAKEWORD(2, 2), &data);
    if (error != 0) {
        HeapFree(GetProcessHeap(), 0, *source);
        *source = NULL;
        return rdy_failed((DWORD)error);
    }
    return rdy_done();
}

static void end_winsock(void)
{
    int failed = WSACleanup();
    RDY_ASSERT(!failed);
}

rdy_result rdy_net_conclude(rdy_result result, SOCKET socket, void **source)
{
    if (result.status == RDY_DONE) {
        rdy_source_state_init(*source, socket);
    } else {
        end_winsock();
        HeapFree(GetProcessHeap(), 0, *source);
        *source = NULL;
    }
    return result;
}

void rdy_net_drop(struct rdy_source_state *state)
{
    rdy_net_close(rdy_source_state_drop(state));
    end_winsock();
}

static rdy_result make_non_blocking(SOCKET socket)
{
    u_long is_non_blocking = 1;
    if (ioctlsocket(socket, FIONBIO, &is_non_blocking) != 0) {
        return rdy_failed((DWORD)WSAGetLastError());
    }
    return rdy_done();
}

rdy_result rdy_net_from_raw(SOCKET socket, size_t size, void **source)
{
    rdy_result result = rdy_net_reserve(size, source);
    if (result.status == RDY_DONE) {
        result = rdy_net_conclude(make_non_blocking(socket), socket, source);
    }
    return result;
}

rdy_result rdy_net_open(int family, int type, SOCKET *socket)
{
    DWORD flags = WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT;
    *socket = WSASocketW(family, type, 0, NULL, 0, flags);
    if (*socket == INVALID_SOCKET) {
        return rdy_failed((DWORD)WSAGetLastError());
    }
    rdy_result result = make_non_blocking(*socket);
    if (result.status != RDY_DONE) {
        rdy_net_close(*socket);
        *socket = INVALID_SOCKET;
    }
    return result;
}

void rdy_net_close(SOCKET socket)
{
    int failed = closesocket(socket);
    int error = failed ? WSAGetLastError() : 0;
    if (error == WSAEWOULDBLOCK) {
        /* Somebody has set SO_LINGER with a timeout: to wait for it would block, so the socket is
         * still open (Microsoft Learn, closesocket). Without it the kernel lingers on its own. */
        struct linger linger = {.l_onoff = 0, .l_linger = 0};
        (void)setsockopt(socket, SOL_SOCKET, SO_LINGER, (const char *)&linger, sizeof linger);
        failed = closesocket(socket);
    }
    RDY_ASSERT(!failed);
}

rdy_result rdy_net_open_bound(const rdy_address *address, int type, SOCKET *socket)
{
    rdy_result result = rdy_net_open(rdy_address_family(address), type, socket);
    if (result.status == RDY_DONE && bind(*socket, &address->as.any, address->size) != 0) {
        result = rdy_failed((DWORD)WSAGetLastError());
        rdy_net_close(*socket);
        *socket = INVALID_SOCKET;
    }
    return result;
}

/* ---- operations ---- */

static int length_of(size_t size)
{
    return size < INT_MAX ? (int)size : INT_MAX;
}

/* A stream has given `received` bytes where there was room for `size`. */
static rdy_result received_from_stream(struct rdy_source_state *state, int flags, size_t received,
                                       size_t size, size_t *count)
{
    if (received == 0 && size > 0) {
        return rdy_closed(WSAEDISCON);
    }
    if (received < size && (flags & MSG_PEEK) == 0) {
        /* It held no more: who stops here need not ask once more to be told of what comes next. */
        rdy_source_state_drained(state, RDY_INTEREST_READABLE);
    }
    *count = received;
    return rdy_done();
}

/* Receiving has failed with `error`. */
static rdy_result not_received(struct rdy_source_state *state, int error)
{
    if (error == WSAESHUTDOWN) {
        return rdy_closed(WSAESHUTDOWN); /* the owner himself has ended it (std recv_with_flags) */
    }
    return rdy_source_state_refused(state, RDY_INTEREST_READABLE, error);
}

rdy_result rdy_net_receive(struct rdy_source_state *state, BOOL is_stream, int flags, void *buffer,
                           size_t size, size_t *count)
{
    *count = 0;
    rdy_result result = rdy_source_state_enter(state);
    if (result.status != RDY_DONE) {
        return result;
    }
    int room = length_of(size);
    int received = recv(state->socket, buffer, room, flags);
    if (received == SOCKET_ERROR) {
        return not_received(state, WSAGetLastError());
    }
    if (is_stream) {
        return received_from_stream(state, flags, (size_t)received, (size_t)room, count);
    }
    *count = (size_t)received;
    return rdy_done();
}

rdy_result rdy_net_receive_from(struct rdy_source_state *state, int flags, void *buffer,
                                size_t size, size_t *count, rdy_address *from)
{
    *count = 0;
    rdy_result result = rdy_source_state_enter(state);
    if (result.status != RDY_DONE) {
        return result;
    }
    memset(from, 0, sizeof *from);
    from->size = sizeof from->as;
    int received =
        recvfrom(state->socket, buffer, length_of(size), flags, &from->as.any, &from->size);
    if (received == SOCKET_ERROR) {
        return not_received(state, WSAGetLastError());
    }
    *count = (size_t)received;
    return rdy_done();
}

rdy_result rdy_net_send(struct rdy_source_state *state, const void *data, size_t size,
                        size_t *count)
{
    *count = 0;
    rdy_result result = rdy_source_state_enter(state);
    if (result.status != RDY_DONE) {
        return result;
    }
    int sent = send(state->socket, data, length_of(size), 0);
    if (sent == SOCKET_ERROR) {
        return rdy_source_state_refused(state, RDY_INTEREST_WRITABLE, WSAGetLastError());
    }
    *count = (size_t)sent;
    return rdy_done();
}

rdy_result rdy_net_send_to(struct rdy_source_state *state, const void *data, size_t size,
                           const rdy_address *to, size_t *count)
{
    *count = 0;
    rdy_result result = rdy_source_state_enter(state);
    if (result.status != RDY_DONE) {
        return result;
    }
    int sent = sendto(state->socket, data, length_of(size), 0, &to->as.any, to->size);
    if (sent == SOCKET_ERROR) {
        return rdy_source_state_refused(state, RDY_INTEREST_WRITABLE, WSAGetLastError());
    }
    *count = (size_t)sent;
    return rdy_done();
}

/* ---- in pieces ---- */

/* What one call hands to the kernel: as many pieces, and of those as much, as fit. */
struct batch {
    WSABUF buffers[RDY_NET_SLICES_MAX];
    DWORD count;
    DWORD size; /* bytes in all */
};

/* FALSE when the batch is full: what follows must wait for another call. */
static BOOL add(struct batch *batch, const void *data, size_t size)
{
    DWORD room = INT_MAX - batch->size;
    ULONG length = size < room ? (ULONG)size : room;
    batch->buffers[batch->count] = (WSABUF){.len = length, .buf = (CHAR *)(ULONG_PTR)data};
    batch->count++;
    batch->size += length;
    return length == size && batch->count < RDY_NET_SLICES_MAX;
}

rdy_result rdy_net_receive_slices(struct rdy_source_state *state,
                                  const struct rdy_slice_mut *slices, size_t slice_count,
                                  size_t *count)
{
    *count = 0;
    rdy_result result = rdy_source_state_enter(state);
    if (result.status != RDY_DONE) {
        return result;
    }
    struct batch batch = {.count = 0};
    for (size_t i = 0; i < slice_count && add(&batch, slices[i].data, slices[i].size); i++) {
    }
    DWORD received = 0, flags = 0;
    if (WSARecv(state->socket, batch.buffers, batch.count, &received, &flags, NULL, NULL) != 0) {
        return not_received(state, WSAGetLastError());
    }
    return received_from_stream(state, 0, received, batch.size, count);
}

rdy_result rdy_net_send_slices(struct rdy_source_state *state, const struct rdy_slice *slices,
                               size_t slice_count, size_t *count)
{
    *count = 0;
    rdy_result result = rdy_source_state_enter(state);
    if (result.status != RDY_DONE) {
        return result;
    }
    struct batch batch = {.count = 0};
    for (size_t i = 0; i < slice_count && add(&batch, slices[i].data, slices[i].size); i++) {
    }
    DWORD sent = 0;
    if (WSASend(state->socket, batch.buffers, batch.count, &sent, 0, NULL, NULL) != 0) {
        return rdy_source_state_refused(state, RDY_INTEREST_WRITABLE, WSAGetLastError());
    }
    *count = sent;
    return rdy_done();
}

/* ---- what a socket knows of itself ---- */

rdy_result rdy_net_local_address(SOCKET socket, rdy_address *address)
{
    memset(address, 0, sizeof *address);
    address->size = sizeof address->as;
    if (getsockname(socket, &address->as.any, &address->size) != 0) {
        return rdy_failed((DWORD)WSAGetLastError());
    }
    return rdy_done();
}

rdy_result rdy_net_peer_address(SOCKET socket, rdy_address *address)
{
    memset(address, 0, sizeof *address);
    address->size = sizeof address->as;
    if (getpeername(socket, &address->as.any, &address->size) != 0) {
        return rdy_failed((DWORD)WSAGetLastError());
    }
    return rdy_done();
}

rdy_result rdy_net_number(SOCKET socket, int level, int option, DWORD *value)
{
    *value = 0; /* some options are shorter */
    int size = sizeof *value;
    if (getsockopt(socket, level, option, (char *)value, &size) != 0) {
        return rdy_failed((DWORD)WSAGetLastError());
    }
    return rdy_done();
}

rdy_result rdy_net_set_number(SOCKET socket, int level, int option, DWORD value)
{
    return rdy_net_set_bytes(socket, level, option, &value, sizeof value);
}

rdy_result rdy_net_flag(SOCKET socket, int level, int option, BOOL *value)
{
    DWORD number;
    rdy_result result = rdy_net_number(socket, level, option, &number);
    *value = number != 0;
    return result;
}

rdy_result rdy_net_set_flag(SOCKET socket, int level, int option, BOOL value)
{
    return rdy_net_set_number(socket, level, option, value != FALSE);
}

rdy_result rdy_net_set_bytes(SOCKET socket, int level, int option, const void *value, int size)
{
    if (setsockopt(socket, level, option, value, size) != 0) {
        return rdy_failed((DWORD)WSAGetLastError());
    }
    return rdy_done();
}

rdy_result rdy_net_take_error(struct rdy_source_state *state, DWORD *error)
{
    rdy_result result = rdy_source_state_take_error(state, error);
    if (result.status != RDY_DONE || *error != ERROR_SUCCESS) {
        return result;
    }
    return rdy_net_number(state->socket, SOL_SOCKET, SO_ERROR, error);
}
