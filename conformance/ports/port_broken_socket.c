/* Flaws of sockets and user-made sources. */
#include "conformance/ports/port_broken_socket.h"

#include "conformance/ports/port_core.h"

#include <winsock2.h>
#include <windows.h>

#include <stddef.h>
#include <string.h>

/* What a flaw remembers within an execution. */
static struct {
    uint64_t first; /* token registered first */
    bool registered, kept;
    uint8_t bytes[64]; /* of a datagram */
    size_t size;
} state;

void conf_broken_socket_begin(void)
{
    memset(&state, 0, sizeof(state));
}

/* ---- polls ---- */

/* Bits are taken off every event, or put on; an event without any is none. */
static struct conf_result poll_wait_changed(void *poll, struct conf_event *event, size_t max,
                                            uint64_t timeout_ns, uint32_t without, uint32_t with)
{
    struct conf_result result;
    uint64_t kept;

    do {
        result = conf_port_core.poll_wait(poll, event, max, timeout_ns);
        kept = 0;
        for (uint64_t i = 0; result.status == CONF_DONE && i < result.count; i++) {
            event[i].flags = (event[i].flags & ~without) | with;
            if (event[i].flags != 0) {
                event[kept++] = event[i];
            }
        }
    } while (result.status == CONF_DONE && result.count > 0 && kept == 0);
    result.count = kept;
    return result;
}

static struct conf_result poll_wait_endless(void *poll, struct conf_event *event, size_t max,
                                            uint64_t timeout_ns)
{
    return poll_wait_changed(poll, event, max, timeout_ns,
                             CONF_EVENT_READ_CLOSED | CONF_EVENT_ERROR, 0);
}

static struct conf_result poll_wait_ended(void *poll, struct conf_event *event, size_t max,
                                          uint64_t timeout_ns)
{
    return poll_wait_changed(poll, event, max, timeout_ns, 0, CONF_EVENT_READ_CLOSED);
}

static struct conf_result poll_wait_urgent(void *poll, struct conf_event *event, size_t max,
                                           uint64_t timeout_ns)
{
    return poll_wait_changed(poll, event, max, timeout_ns, 0, CONF_EVENT_PRIORITY);
}

static struct conf_result poll_wait_failing(void *poll, struct conf_event *event, size_t max,
                                            uint64_t timeout_ns)
{
    return poll_wait_changed(poll, event, max, timeout_ns, 0, CONF_EVENT_ERROR);
}

/* Only the readable bit of the source that was registered first is missing. */
static struct conf_result poll_wait_deaf(void *poll, struct conf_event *event, size_t max,
                                         uint64_t timeout_ns)
{
    struct conf_result result;
    uint64_t kept;

    do {
        result = conf_port_core.poll_wait(poll, event, max, timeout_ns);
        kept = 0;
        for (uint64_t i = 0; result.status == CONF_DONE && i < result.count; i++) {
            if (event[i].token == state.first) {
                event[i].flags &= ~(uint32_t)CONF_EVENT_READABLE;
            }
            if (event[i].flags != 0) {
                event[kept++] = event[i];
            }
        }
    } while (result.status == CONF_DONE && result.count > 0 && kept == 0);
    result.count = kept;
    return result;
}

static struct conf_result socket_register_noting(uint32_t kind, void *socket, void *poll,
                                                 uint64_t token, uint32_t interest)
{
    state.first = state.registered ? state.first : token;
    state.registered = true;
    return conf_port_core.socket_register(kind, socket, poll, token, interest);
}

static struct conf_result user_register_noting(void *source, void *poll, uint64_t token,
                                               uint32_t interest)
{
    state.first = state.registered ? state.first : token;
    state.registered = true;
    return conf_port_core.user_register(source, poll, token, interest);
}

/* ---- streams ---- */

static struct conf_result read_ending(uint32_t kind, void *socket, const struct conf_room *rooms,
                                      size_t count)
{
    struct conf_result result = conf_port_core.socket_read(kind, socket, rooms, count);

    if (result.status == CONF_WOULD_BLOCK) {
        result = (struct conf_result){.status = CONF_CLOSED, .error = WSAEDISCON};
    }
    return result;
}

static struct conf_result read_resetting(uint32_t kind, void *socket, const struct conf_room *rooms,
                                         size_t count)
{
    struct conf_result result = conf_port_core.socket_read(kind, socket, rooms, count);

    if (result.status == CONF_WOULD_BLOCK) {
        result = (struct conf_result){.status = CONF_FAILED, .error = WSAECONNRESET};
    }
    return result;
}

static struct conf_result read_flipping(uint32_t kind, void *socket, const struct conf_room *rooms,
                                        size_t count)
{
    struct conf_result result = conf_port_core.socket_read(kind, socket, rooms, count);

    if (result.status == CONF_DONE && result.count > 0 && rooms[0].size > 0) {
        ((uint8_t *)rooms[0].data)[0] ^= 0x55;
    }
    return result;
}

/* A vectored read that takes its pieces in the wrong order. */
static struct conf_result read_swapped(uint32_t kind, void *socket, const struct conf_room *rooms,
                                       size_t count)
{
    struct conf_result result = conf_port_core.socket_read(kind, socket, rooms, count);
    uint8_t *first = rooms[0].data;

    if (result.status == CONF_DONE && result.count > 1 && count == 1) {
        uint8_t byte = first[0];
        first[0] = first[result.count - 1];
        first[result.count - 1] = byte;
    }
    return result;
}

/* What was read is forgotten. */
static struct conf_result read_losing(uint32_t kind, void *socket, const struct conf_room *rooms,
                                      size_t count)
{
    struct conf_result result = conf_port_core.socket_read(kind, socket, rooms, count);

    return result.status == CONF_DONE && result.count > 0
               ? (struct conf_result){.status = CONF_WOULD_BLOCK}
               : result;
}

/* A peek that takes the bytes away. */
static struct conf_result peek_taking(uint32_t kind, void *socket, void *buffer, size_t size)
{
    const struct conf_room room = {buffer, size};

    return conf_port_core.socket_read(kind, socket, &room, 1);
}

static void socket_drop_nothing(uint32_t kind, void *socket)
{
}

static struct conf_result address_of_none(uint32_t kind, void *socket, uint32_t of,
                                          struct conf_address *address)
{
    struct conf_result result = conf_port_core.socket_address(kind, socket, of, address);

    address->port++;
    return result;
}

/* ---- datagrams ---- */

/* Two datagrams are received as one: the second is put behind the first. */
static struct conf_result receive_merging(void *socket, void *buffer, size_t size,
                                          struct conf_address *from)
{
    struct conf_result result = conf_port_core.udp_receive_from(socket, buffer, size, from);

    if (result.status == CONF_DONE && result.count < size) {
        struct conf_result more = conf_port_core.udp_receive_from(
            socket, (uint8_t *)buffer + result.count, size - (size_t)result.count, from);
        result.count += more.status == CONF_DONE ? more.count : 0;
    }
    return result;
}

/* A datagram that is too large is cut without a word. */
static struct conf_result receive_cutting(void *socket, void *buffer, size_t size,
                                          struct conf_address *from)
{
    struct conf_result result = conf_port_core.udp_receive_from(socket, buffer, size, from);

    if (result.status == CONF_FAILED && result.error == WSAEMSGSIZE) {
        result = (struct conf_result){.status = CONF_DONE, .count = size};
    }
    return result;
}

/* Every datagram comes twice. */
static struct conf_result receive_twice(void *socket, void *buffer, size_t size,
                                        struct conf_address *from)
{
    struct conf_result result;

    if (state.kept && state.size <= size) {
        memcpy(buffer, state.bytes, state.size);
        state.kept = false;
        return (struct conf_result){.status = CONF_DONE, .count = state.size};
    }
    result = conf_port_core.udp_receive_from(socket, buffer, size, from);
    if (result.status == CONF_DONE && result.count <= sizeof(state.bytes)) {
        state.kept = true;
        state.size = (size_t)result.count;
        memcpy(state.bytes, buffer, state.size);
    }
    return result;
}

/* ---- planting ---- */

#define PLANT(name, member, replacement)                                        \
    {                                                                           \
        name, offsetof(struct conf_port, member), (void (*)(void))(replacement) \
    }

const struct conf_plant conf_socket_plants[] = {
    PLANT("deaf-listener", poll_wait, poll_wait_deaf),
    PLANT("deaf-listener", socket_register, socket_register_noting),
    PLANT("deaf-user", poll_wait, poll_wait_deaf),
    PLANT("deaf-user", user_register, user_register_noting),
    PLANT("untold-end", poll_wait, poll_wait_endless),
    PLANT("told-end", poll_wait, poll_wait_ended),
    PLANT("urgent-events", poll_wait, poll_wait_urgent),
    PLANT("failing-events", poll_wait, poll_wait_failing),
    PLANT("early-tcp-end", socket_read, read_ending),
    PLANT("odd-reset", socket_read, read_resetting),
    PLANT("flipped-tcp-bits", socket_read, read_flipping),
    PLANT("swapped-bytes", socket_read, read_swapped),
    PLANT("lost-tcp-data", socket_read, read_losing),
    PLANT("greedy-peek", socket_peek, peek_taking),
    PLANT("no-socket-drop", socket_drop, socket_drop_nothing),
    PLANT("odd-address", socket_address, address_of_none),
    PLANT("merged-datagrams", udp_receive_from, receive_merging),
    PLANT("cut-datagrams", udp_receive_from, receive_cutting),
    PLANT("datagrams-twice", udp_receive_from, receive_twice),
    {NULL, 0, NULL},
};
