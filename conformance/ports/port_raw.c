#include "conformance/ports/port_raw.h"

#include "conformance/ports/pipe_name.h"
#include "conformance/ports/port_raw_socket.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* The build says which world this was compiled for. */
#ifndef CONF_PORT_WORLD
#define CONF_PORT_WORLD CONF_WORLD_SIMULATED
#endif

#define QUOTA_DEFAULT 65536u
#define SETTLE_MS     1u /* between looks at a request that is being cancelled */

enum slot_state { SLOT_FREE, SLOT_BUSY, SLOT_PENDING, SLOT_HELD };

struct slot {
    enum slot_state state;
    unsigned serial; /* of its request: 1 for the first */
    OVERLAPPED overlapped;
    uint8_t *data;
    DWORD size;        /* of the data asked for */
    DWORD held, taken; /* HELD: bytes that came, and how many of them were handed out */
};

struct raw_pipe {
    HANDLE handle;
    bool blocking;
    struct slot read, write, connect;
};

static struct conf_result done(uint64_t count, uint32_t error)
{
    return (struct conf_result){.status = CONF_DONE, .error = error, .count = count};
}

static struct conf_result would_block(void)
{
    return (struct conf_result){.status = CONF_WOULD_BLOCK};
}

static struct conf_result failed(DWORD error)
{
    return (struct conf_result){.status = CONF_FAILED, .error = error};
}

static struct conf_result read_failed(DWORD error)
{
    return (struct conf_result){.status = error == ERROR_BROKEN_PIPE ? CONF_CLOSED : CONF_FAILED,
                                .error = error};
}

/* ---- slots ---- */

/* slot_begin makes a slot that of a request to come. */
static void slot_begin(struct slot *slot)
{
    slot->state = SLOT_BUSY;
    slot->serial++;
}

static bool slot_fill(struct slot *slot, const void *data, size_t size)
{
    slot->data = HeapAlloc(GetProcessHeap(), 0, size > 0 ? size : 1);
    if (slot->data == NULL) {
        return false;
    }
    slot->size = (DWORD)size;
    if (data != NULL) {
        memcpy(slot->data, data, size);
    }
    memset(&slot->overlapped, 0, sizeof(slot->overlapped));
    return true;
}

static void slot_free(struct slot *slot)
{
    if (slot->data != NULL) {
        HeapFree(GetProcessHeap(), 0, slot->data);
    }
    slot->data = NULL;
    slot->held = 0;
    slot->taken = 0;
    slot->state = SLOT_FREE;
}

static bool slot_is_running(const struct slot *slot)
{
    return slot->state == SLOT_PENDING && !HasOverlappedIoCompleted(&slot->overlapped);
}

/* slot_is_taken tells whether a request runs in a slot, or somebody is busy with it. Others may
 * come and go while it is looked at; nobody does between the answer and what is done then. */
static bool slot_is_taken(const struct slot *slot)
{
    unsigned serial = slot->serial;

    return slot_is_running(slot) || slot->state == SLOT_BUSY ||
           (slot->state == SLOT_PENDING && slot->serial != serial);
}

/* slot_serial is the number of the last request; 0 if there is none or somebody is busy with it. */
static unsigned slot_serial(const struct slot *slot)
{
    return slot->state == SLOT_PENDING || slot->state == SLOT_HELD ? slot->serial : 0;
}

/* slot_settle waits for the end of request `serial`, which has been cancelled or will end by itself
 * soon, and forgets it. What another thread has begun since is left alone: it may never end. */
static void slot_settle(struct slot *slot, unsigned serial)
{
    while (slot->serial == serial && slot_is_running(slot)) {
        Sleep(SETTLE_MS);
    }
    if (slot->serial == serial && slot->state != SLOT_BUSY) {
        slot_free(slot);
    }
}

/* ---- life ---- */

static struct conf_result adopt(HANDLE handle, bool blocking, void **source)
{
    struct raw_pipe *pipe;

    *source = NULL;
    if (handle == INVALID_HANDLE_VALUE) {
        return failed(GetLastError());
    }
    pipe = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*pipe));
    if (pipe == NULL) {
        CloseHandle(handle);
        return failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    pipe->handle = handle;
    pipe->blocking = blocking;
    *source = pipe;
    return done(0, 0);
}

static struct conf_result pipe_server_create(const char *name, uint32_t quota, uint32_t flags,
                                             void **source)
{
    bool blocking = (flags & CONF_PIPE_FLAG_BLOCKING) != 0;
    DWORD size = quota > 0 ? quota : QUOTA_DEFAULT;
    DWORD mode = (flags & CONF_PIPE_FLAG_MESSAGE) != 0 ? PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE
                                                       : PIPE_TYPE_BYTE | PIPE_READMODE_BYTE;
    WCHAR path[CONF_PIPE_PATH_MAX];

    conf_pipe_path(name, path);
    return adopt(CreateNamedPipeW(path, PIPE_ACCESS_DUPLEX | (blocking ? 0 : FILE_FLAG_OVERLAPPED),
                                  mode | PIPE_WAIT, PIPE_UNLIMITED_INSTANCES, size, size, 0, NULL),
                 blocking, source);
}

static struct conf_result pipe_client_open(const char *name, uint32_t flags, void **source)
{
    bool blocking = (flags & CONF_PIPE_FLAG_BLOCKING) != 0;
    WCHAR path[CONF_PIPE_PATH_MAX];

    conf_pipe_path(name, path);
    return adopt(CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
                             blocking ? 0 : FILE_FLAG_OVERLAPPED, NULL),
                 blocking, source);
}

static void source_drop(void *source)
{
    struct raw_pipe *pipe = source;

    if (slot_is_running(&pipe->read) || slot_is_running(&pipe->write) ||
        slot_is_running(&pipe->connect)) {
        (void)CancelIoEx(pipe->handle, NULL);
    }
    slot_settle(&pipe->read, pipe->read.serial);
    slot_settle(&pipe->write, pipe->write.serial);
    slot_settle(&pipe->connect, pipe->connect.serial);
    CloseHandle(pipe->handle);
    HeapFree(GetProcessHeap(), 0, pipe);
}

static void source_interrupt(void *source)
{
    struct raw_pipe *pipe = source;

    (void)CancelIoEx(pipe->handle, NULL);
}

/* ---- reads ---- */

static struct conf_result read_held(struct slot *slot, void *buffer, size_t size)
{
    DWORD count = slot->held - slot->taken;

    if (count > size) {
        count = (DWORD)size;
    }
    memcpy(buffer, slot->data + slot->taken, count);
    slot->taken += count;
    if (slot->taken == slot->held) {
        slot_free(slot);
    } else {
        slot->state = SLOT_HELD;
    }
    return done(count, 0);
}

static struct conf_result read_start(struct raw_pipe *pipe, void *buffer, size_t size)
{
    struct slot *slot = &pipe->read;
    DWORD error;

    slot_begin(slot);
    if (!slot_fill(slot, NULL, size)) {
        slot_free(slot);
        return failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    if (ReadFile(pipe->handle, slot->data, slot->size, &slot->held, &slot->overlapped)) {
        return read_held(slot, buffer, size);
    }
    error = GetLastError();
    if (error == ERROR_MORE_DATA) { /* part of a message: a warning, the bytes are there */
        slot->held = (DWORD)slot->overlapped.InternalHigh;
        return read_held(slot, buffer, size);
    }
    if (error == ERROR_IO_PENDING) {
        slot->state = SLOT_PENDING;
        return would_block();
    }
    slot_free(slot);
    return read_failed(error);
}

static struct conf_result source_read(void *source, void *buffer, size_t size)
{
    struct raw_pipe *pipe = source;
    struct slot *slot = &pipe->read;

    if (pipe->blocking) {
        DWORD count = 0;
        return ReadFile(pipe->handle, buffer, (DWORD)size, &count, NULL) ||
                       GetLastError() == ERROR_MORE_DATA
                   ? done(count, 0)
                   : read_failed(GetLastError());
    }
    if (slot_is_taken(slot)) {
        return would_block();
    }
    if (slot->state == SLOT_FREE) {
        return read_start(pipe, buffer, size);
    }
    if (slot->state == SLOT_HELD) {
        return read_held(slot, buffer, size);
    }
    slot->state = SLOT_BUSY;
    if (!GetOverlappedResult(pipe->handle, &slot->overlapped, &slot->held, FALSE) &&
        GetLastError() != ERROR_MORE_DATA) {
        DWORD error = GetLastError();
        slot_free(slot);
        return read_failed(error);
    }
    return read_held(slot, buffer, size);
}

/* ---- writes ---- */

/* write_finish ends the write before; false when it failed, with the error in *error. */
static bool write_finish(struct raw_pipe *pipe, DWORD *error)
{
    DWORD count;
    bool success;

    pipe->write.state = SLOT_BUSY;
    success = GetOverlappedResult(pipe->handle, &pipe->write.overlapped, &count, FALSE);
    *error = success ? 0 : GetLastError();
    slot_free(&pipe->write);
    return success;
}

static struct conf_result source_write(void *source, const void *data, size_t size)
{
    struct raw_pipe *pipe = source;
    struct slot *slot = &pipe->write;
    DWORD count = 0, error;

    if (pipe->blocking) {
        return WriteFile(pipe->handle, data, (DWORD)size, &count, NULL) ? done(count, 0)
                                                                        : failed(GetLastError());
    }
    if (slot_is_taken(slot)) {
        return would_block();
    }
    if (slot->state == SLOT_PENDING && !write_finish(pipe, &error)) {
        return failed(error);
    }
    slot_begin(slot);
    if (!slot_fill(slot, data, size)) {
        slot_free(slot);
        return failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    if (WriteFile(pipe->handle, slot->data, slot->size, &count, &slot->overlapped)) {
        slot_free(slot);
        return done(count, 0);
    }
    error = GetLastError();
    if (error == ERROR_IO_PENDING) {
        slot->state = SLOT_PENDING;
        return done(size, ERROR_IO_PENDING);
    }
    slot_free(slot);
    return failed(error);
}

/* ---- connections ---- */

/* A client that is there already, or was and left, counts as connected. */
static struct conf_result connect_result(DWORD error)
{
    return error == 0 || error == ERROR_PIPE_CONNECTED || error == ERROR_NO_DATA ? done(0, 0)
                                                                                 : failed(error);
}

static struct conf_result pipe_connect(void *source)
{
    struct raw_pipe *pipe = source;
    struct slot *slot = &pipe->connect;
    DWORD count, error;

    if (pipe->blocking) {
        return connect_result(ConnectNamedPipe(pipe->handle, NULL) ? 0 : GetLastError());
    }
    if (slot_is_taken(slot)) {
        return would_block();
    }
    if (slot->state == SLOT_PENDING) {
        slot->state = SLOT_BUSY;
        error = GetOverlappedResult(pipe->handle, &slot->overlapped, &count, FALSE)
                    ? 0
                    : GetLastError();
        slot_free(slot);
        return connect_result(error);
    }
    slot_begin(slot);
    memset(&slot->overlapped, 0, sizeof(slot->overlapped));
    error = ConnectNamedPipe(pipe->handle, &slot->overlapped) ? 0 : GetLastError();
    if (error == ERROR_IO_PENDING) {
        slot->state = SLOT_PENDING;
        return would_block();
    }
    slot_free(slot);
    return connect_result(error);
}

static struct conf_result pipe_disconnect(void *source)
{
    struct raw_pipe *pipe = source;
    unsigned read = slot_serial(&pipe->read);
    unsigned write = slot_serial(&pipe->write);
    unsigned connect = slot_serial(&pipe->connect);

    if (!DisconnectNamedPipe(pipe->handle)) {
        return failed(GetLastError());
    }
    slot_settle(&pipe->read, read);
    slot_settle(&pipe->write, write);
    slot_settle(&pipe->connect, connect);
    return done(0, 0);
}

const struct conf_port conf_port_raw = {
    .version = CONF_PORT_VERSION,
    .size = sizeof(struct conf_port),
    .name = "raw",
    .world = CONF_PORT_WORLD,
    .capabilities = CONF_CAN_PIPE | CONF_CAN_SOCKET,
    .source_read = source_read,
    .source_write = source_write,
    .source_drop = source_drop,
    .pipe_server_create = pipe_server_create,
    .pipe_client_open = pipe_client_open,
    .pipe_connect = pipe_connect,
    .pipe_disconnect = pipe_disconnect,
    .source_interrupt = source_interrupt,
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
