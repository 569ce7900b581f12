#include "conformance/ports/port_broken.h"

#include "conformance/ports/port_broken_socket.h"
#include "conformance/ports/port_core.h"

#include <winsock2.h>
#include <windows.h>

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#define KEPT_MAX 16u

/* What a flaw remembers within an execution. */
static struct {
    struct conf_event event; /* reported last */
    uint64_t first, last;    /* tokens registered first and last */
    uint64_t stale;          /* given up last */
    bool registered, given_up;
    uint8_t kept[KEPT_MAX]; /* first bytes of the first connection */
    size_t kept_size;
    bool disconnected;
    SRWLOCK lock;
    conf_observe_function observer;
    void *observer_context;
} state;

static void begin(void)
{
    conf_observe_function observer = state.observer;
    void *context = state.observer_context;

    memset(&state, 0, sizeof(state));
    state.observer = observer;
    state.observer_context = context;
    conf_broken_socket_begin();
    conf_port_core.begin();
}

/* ---- polls and wakers ---- */

/* That the source registered first is readable is never told. */
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

/* A poll without timeout keeps for the next one that what was registered first is readable. */
static struct conf_result poll_wait_sleepy(void *poll, struct conf_event *event, size_t max,
                                           uint64_t timeout_ns)
{
    struct conf_result result;

    if (state.event.flags != 0 && !state.given_up) {
        state.given_up = true;
        event[0] = state.event;
        return (struct conf_result){.status = CONF_DONE, .count = 1};
    }
    result = conf_port_core.poll_wait(poll, event, max, timeout_ns);
    if (timeout_ns == CONF_WAIT_FOREVER && result.status == CONF_DONE && result.count == 1 &&
        state.event.flags == 0 && event[0].token == state.first &&
        (event[0].flags & CONF_EVENT_READABLE) != 0) {
        state.event = event[0];
        result = conf_port_core.poll_wait(poll, event, max, timeout_ns);
    }
    return result;
}

static struct conf_result waker_wake_mute(void *waker)
{
    return (struct conf_result){.status = CONF_DONE};
}

static struct conf_result poll_wait_both(void *poll, struct conf_event *event, size_t max,
                                         uint64_t timeout_ns)
{
    struct conf_result result = conf_port_core.poll_wait(poll, event, max, timeout_ns);

    for (uint64_t i = 0; result.status == CONF_DONE && i < result.count; i++) {
        event[i].flags |= CONF_EVENT_READABLE | CONF_EVENT_WRITABLE;
    }
    return result;
}

static struct conf_result poll_wait_again(void *poll, struct conf_event *event, size_t max,
                                          uint64_t timeout_ns)
{
    struct conf_result result = conf_port_core.poll_wait(poll, event, max, timeout_ns);

    if (result.status == CONF_DONE && result.count > 0) {
        state.event = event[0];
    } else if (result.status == CONF_DONE && state.event.flags != 0) {
        event[0] = state.event;
        result.count = 1;
    }
    return result;
}

static struct conf_result poll_wait_impatient(void *poll, struct conf_event *event, size_t max,
                                              uint64_t timeout_ns)
{
    return conf_port_core.poll_wait(poll, event, max, 0);
}

static struct conf_result source_register_noting(void *source, void *poll, uint64_t token,
                                                 uint32_t interest)
{
    state.first = state.registered ? state.first : token;
    state.registered = true;
    state.last = token;
    return conf_port_core.source_register(source, poll, token, interest);
}

static struct conf_result source_deregister_noting(void *source, void *poll)
{
    state.given_up = true;
    state.stale = state.last;
    return conf_port_core.source_deregister(source, poll);
}

static struct conf_result poll_wait_late(void *poll, struct conf_event *event, size_t max,
                                         uint64_t timeout_ns)
{
    if (state.given_up) {
        state.given_up = false;
        event[0] = (struct conf_event){.token = state.stale, .flags = CONF_EVENT_READABLE};
        return (struct conf_result){.status = CONF_DONE, .count = 1};
    }
    return conf_port_core.poll_wait(poll, event, max, timeout_ns);
}

/* The lock is never given back: the second registration waits for ever. */
static struct conf_result source_register_hanging(void *source, void *poll, uint64_t token,
                                                  uint32_t interest)
{
    AcquireSRWLockExclusive(&state.lock);
    return conf_port_core.source_register(source, poll, token, interest);
}

/* ---- transfers ---- */

static struct conf_result source_read_ending(void *source, void *buffer, size_t size)
{
    struct conf_result result = conf_port_core.source_read(source, buffer, size);

    if (result.status == CONF_WOULD_BLOCK) {
        result = (struct conf_result){.status = CONF_CLOSED, .error = ERROR_BROKEN_PIPE};
    }
    return result;
}

static struct conf_result source_read_failing(void *source, void *buffer, size_t size)
{
    struct conf_result result = conf_port_core.source_read(source, buffer, size);

    if (result.status == CONF_WOULD_BLOCK) {
        result = (struct conf_result){.status = CONF_FAILED, .error = ERROR_OPERATION_ABORTED};
    }
    return result;
}

static struct conf_result source_read_flipping(void *source, void *buffer, size_t size)
{
    struct conf_result result = conf_port_core.source_read(source, buffer, size);

    if (result.status == CONF_DONE && result.count > 0) {
        ((uint8_t *)buffer)[result.count - 1] ^= 0x55;
    }
    return result;
}

static struct conf_result source_read_skipping(void *source, void *buffer, size_t size)
{
    struct conf_result result = conf_port_core.source_read(source, buffer, size);

    if (result.status == CONF_DONE && result.count > 1) {
        memmove(buffer, (uint8_t *)buffer + 1, (size_t)--result.count);
    }
    return result;
}

static struct conf_result source_read_losing(void *source, void *buffer, size_t size)
{
    struct conf_result result = conf_port_core.source_read(source, buffer, size);

    if (result.status == CONF_DONE) {
        result = (struct conf_result){.status = CONF_WOULD_BLOCK};
    }
    return result;
}

/* After a disconnect, reads give the bytes of the connection before. */
static struct conf_result source_read_crossing(void *source, void *buffer, size_t size)
{
    struct conf_result result = conf_port_core.source_read(source, buffer, size);

    if (result.status != CONF_DONE || result.count == 0) {
        return result;
    }
    if (!state.disconnected && state.kept_size == 0) {
        state.kept_size = result.count < KEPT_MAX ? (size_t)result.count : KEPT_MAX;
        memcpy(state.kept, buffer, state.kept_size);
    } else if (state.disconnected) {
        result.count = result.count < state.kept_size ? result.count : state.kept_size;
        memcpy(buffer, state.kept, (size_t)result.count);
    }
    return result;
}

static struct conf_result pipe_disconnect_noting(void *source)
{
    state.disconnected = true;
    return conf_port_core.pipe_disconnect(source);
}

static void source_drop_nothing(void *source)
{
}

/* ---- what is told of the inside ---- */

static void observe_all_but(conf_observe_function function, void *context,
                            conf_observe_function filter)
{
    state.observer = function;
    state.observer_context = context;
    conf_port_core.observe(filter, NULL);
}

static void without_release(void *context, const struct conf_observation *observation)
{
    if (observation->kind != CONF_OBSERVE_RELEASE) {
        state.observer(state.observer_context, observation);
    }
}

static void without_retain(void *context, const struct conf_observation *observation)
{
    if (observation->kind != CONF_OBSERVE_RETAIN) {
        state.observer(state.observer_context, observation);
    }
}

static void backwards(void *context, const struct conf_observation *observation)
{
    struct conf_observation turned = *observation;

    turned.from = observation->to;
    turned.to = observation->from;
    state.observer(state.observer_context, &turned);
}

static void observe_without_release(conf_observe_function function, void *context)
{
    observe_all_but(function, context, without_release);
}

static void observe_without_retain(conf_observe_function function, void *context)
{
    observe_all_but(function, context, without_retain);
}

static void observe_backwards(conf_observe_function function, void *context)
{
    observe_all_but(function, context, backwards);
}

/* ---- planting ---- */

const struct conf_flaw conf_flaws[] = {
    {"deaf-poll", "lost-wakeup"},
    {"mute-waker", "lost-wakeup"},
    {"late-event", "stale-token"},
    {"both-ways", "interest-exceeded"},
    {"same-event", "event-storm"},
    {"impatient-poll", "empty-poll"},
    {"early-end", "false-eof"},
    {"odd-error", "wrong-error"},
    {"flipped-bits", "data-corruption"},
    {"skipped-byte", "data-loss"},
    {"lost-data", "data-loss"},
    {"old-bytes", "cross-connection"},
    {"kept-lock", "deadlock"},
    {"no-drop", "memory-leak"},
    {"no-release", "reference-leak"},
    {"no-retain", "reference-underflow"},
    {"backwards", "illegal-transition"},
    {"sleepy-poll", "overdue-event"},
    {NULL, NULL},
};

const struct conf_flaw conf_socket_flaws[] = {
    {"deaf-listener", "lost-wakeup"},        {"deaf-user", "lost-wakeup"},
    {"untold-end", "lost-wakeup"},           {"told-end", "false-eof"},
    {"urgent-events", "wrong-event"},        {"failing-events", "wrong-event"},
    {"early-tcp-end", "false-eof"},          {"odd-reset", "wrong-error"},
    {"flipped-tcp-bits", "data-corruption"}, {"swapped-bytes", "data-corruption"},
    {"lost-tcp-data", "data-loss"},          {"greedy-peek", "data-loss"},
    {"no-socket-drop", "memory-leak"},       {"odd-address", "wrong-result"},
    {"merged-datagrams", "data-corruption"}, {"cut-datagrams", "data-corruption"},
    {"datagrams-twice", "data-corruption"},  {NULL, NULL},
};

static bool is_known(const struct conf_flaw *known, const char *flaw)
{
    while (known->name != NULL && strcmp(known->name, flaw) != 0) {
        known++;
    }
    return known->name != NULL;
}

#define PLANT(flaw, member, replacement)                                        \
    {                                                                           \
        flaw, offsetof(struct conf_port, member), (void (*)(void))(replacement) \
    }

static const struct conf_plant plants[] = {
    PLANT("deaf-poll", poll_wait, poll_wait_deaf),
    PLANT("deaf-poll", source_register, source_register_noting),
    PLANT("mute-waker", waker_wake, waker_wake_mute),
    PLANT("late-event", poll_wait, poll_wait_late),
    PLANT("late-event", source_register, source_register_noting),
    PLANT("late-event", source_deregister, source_deregister_noting),
    PLANT("both-ways", poll_wait, poll_wait_both),
    PLANT("same-event", poll_wait, poll_wait_again),
    PLANT("impatient-poll", poll_wait, poll_wait_impatient),
    PLANT("sleepy-poll", poll_wait, poll_wait_sleepy),
    PLANT("sleepy-poll", source_register, source_register_noting),
    PLANT("early-end", source_read, source_read_ending),
    PLANT("odd-error", source_read, source_read_failing),
    PLANT("flipped-bits", source_read, source_read_flipping),
    PLANT("skipped-byte", source_read, source_read_skipping),
    PLANT("lost-data", source_read, source_read_losing),
    PLANT("old-bytes", source_read, source_read_crossing),
    PLANT("old-bytes", pipe_disconnect, pipe_disconnect_noting),
    PLANT("kept-lock", source_register, source_register_hanging),
    PLANT("no-drop", source_drop, source_drop_nothing),
    PLANT("no-release", observe, observe_without_release),
    PLANT("no-retain", observe, observe_without_retain),
    PLANT("backwards", observe, observe_backwards),
    {NULL, 0, NULL},
};

static void plant(struct conf_port *port, const struct conf_plant *plant, const char *flaw)
{
    for (; plant->flaw != NULL; plant++) {
        if (strcmp(plant->flaw, flaw) == 0) {
            memcpy((char *)port + plant->offset, &plant->replacement, sizeof(plant->replacement));
        }
    }
}

const struct conf_port *conf_port_broken(const char *flaw)
{
    static struct conf_port port;

    if (!is_known(conf_flaws, flaw) && !is_known(conf_socket_flaws, flaw)) {
        return NULL;
    }
    port = conf_port_core;
    port.name = flaw;
    port.begin = begin;
    plant(&port, plants, flaw);
    plant(&port, conf_socket_plants, flaw);
    return &port;
}
