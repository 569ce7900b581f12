#include "conformance/ports/port_cached.h"

#include "conformance/clients/readiness_cache.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario.h"

#include <windows.h>

/* Registrations of one poll, ever: each verb may be one. */
#define REGISTRATIONS_MAX (CONF_VERBS_MAX + CONF_SOURCES_MAX)

/* Who is meant by a token of core. Entries are never used again: a poll that runs while a
 * registration is given up may still report it. */
struct registration {
    uint64_t token;               /* the user's */
    struct cached_source *source; /* NULL for wakers, and once it is given up */
};

struct cached_poll {
    void *inner;
    LONG references; /* interlocked: the owner's, and one for each source that was registered */
    SRWLOCK lock;    /* guards all that follows */
    uint32_t count;
    struct registration registration[REGISTRATIONS_MAX];
};

struct cached_source {
    void *inner;
    struct cached_poll *poll; /* of the first registration, which is the only one there can be */
    uint32_t registration;    /* the present one, if there is one */
    struct conf_readiness readiness;
};

static struct conf_result failed(uint32_t error)
{
    return (struct conf_result){.status = CONF_FAILED, .error = error};
}

static struct conf_result would_block(void)
{
    return (struct conf_result){.status = CONF_WOULD_BLOCK};
}

/* ---- polls and their registrations ---- */

static void poll_release(struct cached_poll *poll)
{
    if (InterlockedDecrement(&poll->references) == 0) {
        HeapFree(GetProcessHeap(), 0, poll);
    }
}

static struct conf_result poll_create(void **poll)
{
    struct cached_poll *created = HeapAlloc(GetProcessHeap(), 0, sizeof *created);
    struct conf_result result = failed(ERROR_NOT_ENOUGH_MEMORY);

    *poll = NULL;
    if (created == NULL) {
        return result;
    }
    result = conf_port_core.poll_create(&created->inner);
    if (result.status != CONF_DONE) {
        HeapFree(GetProcessHeap(), 0, created);
        return result;
    }
    created->references = 1;
    InitializeSRWLock(&created->lock);
    created->count = 0;
    *poll = created;
    return result;
}

static void poll_drop(void *poll)
{
    struct cached_poll *self = poll;

    conf_port_core.poll_drop(self->inner);
    poll_release(self);
}

/* enter makes an entry and returns its number, REGISTRATIONS_MAX when there is no room. */
static uint32_t enter(struct cached_poll *poll, uint64_t token, struct cached_source *source)
{
    uint32_t number;

    AcquireSRWLockExclusive(&poll->lock);
    number = poll->count;
    if (number < REGISTRATIONS_MAX) {
        poll->registration[poll->count++] = (struct registration){.token = token, .source = source};
    }
    ReleaseSRWLockExclusive(&poll->lock);
    return number;
}

static void retire(struct cached_poll *poll, uint32_t number)
{
    AcquireSRWLockExclusive(&poll->lock);
    poll->registration[number].source = NULL;
    ReleaseSRWLockExclusive(&poll->lock);
}

/* take_in tells the cache of an event, under the poll's lock so that its source cannot go. */
static void take_in(struct cached_poll *poll, struct conf_event *event)
{
    struct registration *registration;

    AcquireSRWLockExclusive(&poll->lock);
    registration = &poll->registration[event->token];
    event->token = registration->token;
    if (registration->source != NULL) {
        conf_readiness_set(&registration->source->readiness, event->flags);
    }
    ReleaseSRWLockExclusive(&poll->lock);
}

static struct conf_result poll_wait(void *poll, struct conf_event *event, size_t max,
                                    uint64_t timeout_ns)
{
    struct cached_poll *self = poll;
    struct conf_result result = conf_port_core.poll_wait(self->inner, event, max, timeout_ns);

    for (uint64_t i = 0; result.status == CONF_DONE && i < result.count; i++) {
        take_in(self, &event[i]);
    }
    return result;
}

/* Wakers have nothing to remember: they are core's. */
static struct conf_result waker_create(void *poll, uint64_t token, void **waker)
{
    struct cached_poll *self = poll;
    uint32_t number = enter(self, token, NULL);

    *waker = NULL;
    if (number == REGISTRATIONS_MAX) {
        return failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    return conf_port_core.waker_create(self->inner, number, waker);
}

static struct conf_result waker_wake(void *waker)
{
    return conf_port_core.waker_wake(waker);
}

static void waker_drop(void *waker)
{
    conf_port_core.waker_drop(waker);
}

/* ---- sources ---- */

typedef struct conf_result (*register_function)(void *source, void *poll, uint64_t token,
                                                uint32_t interest);

/* The entry is there before core can report it, and what was known is forgotten before core tells
 * it again. When core refuses, the old registration holds, and it may be ready for all that is
 * known. */
static struct conf_result enroll(struct cached_source *self, struct cached_poll *poll,
                                 uint64_t token, uint32_t interest, register_function function,
                                 bool is_registered)
{
    uint32_t number = enter(poll, token, self);
    struct conf_result result;

    if (number == REGISTRATIONS_MAX) {
        return failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    conf_readiness_reset(&self->readiness);
    result = function(self->inner, poll->inner, number, interest);
    if (result.status != CONF_DONE) {
        retire(poll, number);
        conf_readiness_set(&self->readiness, CONF_EVENT_READABLE | CONF_EVENT_WRITABLE);
        return result;
    }
    if (is_registered) {
        retire(poll, self->registration);
    }
    if (self->poll == NULL) {
        InterlockedIncrement(&poll->references);
        self->poll = poll;
    }
    self->registration = number;
    return result;
}

static struct conf_result source_register(void *source, void *poll, uint64_t token,
                                          uint32_t interest)
{
    return enroll(source, poll, token, interest, conf_port_core.source_register, false);
}

static struct conf_result source_reregister(void *source, void *poll, uint64_t token,
                                            uint32_t interest)
{
    return enroll(source, poll, token, interest, conf_port_core.source_reregister, true);
}

static struct conf_result source_deregister(void *source, void *poll)
{
    struct cached_source *self = source;
    struct cached_poll *from = poll;
    struct conf_result result = conf_port_core.source_deregister(self->inner, from->inner);

    if (result.status == CONF_DONE) {
        retire(self->poll, self->registration);
        conf_readiness_reset(&self->readiness);
    }
    return result;
}

static struct conf_result source_take_error(void *source)
{
    struct cached_source *self = source;

    return conf_port_core.source_take_error(self->inner);
}

static struct conf_result source_read(void *source, void *buffer, size_t size)
{
    struct cached_source *self = source;
    struct conf_ready ready = conf_readiness_look(&self->readiness, CONF_INTEREST_READABLE);
    struct conf_result result = would_block();

    if (ready.bits != 0) {
        result = conf_port_core.source_read(self->inner, buffer, size);
        if (result.status == CONF_WOULD_BLOCK) {
            conf_readiness_clear(&self->readiness, ready);
        }
    }
    return result;
}

static struct conf_result source_write(void *source, const void *data, size_t size)
{
    struct cached_source *self = source;
    struct conf_ready ready = conf_readiness_look(&self->readiness, CONF_INTEREST_WRITABLE);
    struct conf_result result = would_block();

    if (ready.bits != 0) {
        result = conf_port_core.source_write(self->inner, data, size);
        if (result.status == CONF_WOULD_BLOCK) {
            conf_readiness_clear(&self->readiness, ready);
        }
    }
    return result;
}

static void source_drop(void *source)
{
    struct cached_source *self = source;

    if (self->poll != NULL) {
        retire(self->poll, self->registration);
        poll_release(self->poll);
    }
    conf_port_core.source_drop(self->inner);
    HeapFree(GetProcessHeap(), 0, self);
}

/* ---- named pipes ---- */

/* adopt makes a source of what core has made. */
static struct conf_result adopt(struct conf_result result, void *inner, void **source)
{
    struct cached_source *created;

    *source = NULL;
    if (result.status != CONF_DONE) {
        return result;
    }
    created = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *created);
    if (created == NULL) {
        conf_port_core.source_drop(inner);
        return failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    created->inner = inner;
    conf_readiness_init(&created->readiness);
    *source = created;
    return result;
}

static struct conf_result pipe_server_create(const char *name, uint32_t quota, uint32_t flags,
                                             void **source)
{
    void *inner;
    struct conf_result result = conf_port_core.pipe_server_create(name, quota, flags, &inner);

    return adopt(result, inner, source);
}

static struct conf_result pipe_client_open(const char *name, uint32_t flags, void **source)
{
    void *inner;
    struct conf_result result = conf_port_core.pipe_client_open(name, flags, &inner);

    return adopt(result, inner, source);
}

/* A connect is asked for, ready or not; it would block until it is writable. */
static struct conf_result pipe_connect(void *source)
{
    struct cached_source *self = source;
    struct conf_ready ready = conf_readiness_look(&self->readiness, CONF_INTEREST_WRITABLE);
    struct conf_result result = conf_port_core.pipe_connect(self->inner);

    if (result.status == CONF_WOULD_BLOCK) {
        conf_readiness_clear(&self->readiness, ready);
    }
    return result;
}

static struct conf_result pipe_disconnect(void *source)
{
    struct cached_source *self = source;

    return conf_port_core.pipe_disconnect(self->inner);
}

/* ---- what core tells of itself ---- */

static void begin(void)
{
    conf_port_core.begin();
}

static size_t end(void)
{
    return conf_port_core.end();
}

static void observe(conf_observe_function function, void *context)
{
    conf_port_core.observe(function, context);
}

static const char *machine_name(uint32_t machine)
{
    return conf_port_core.machine_name(machine);
}

static const char *state_name(uint32_t machine, int32_t state)
{
    return conf_port_core.state_name(machine, state);
}

static int transition_is_legal(uint32_t machine, int32_t from, int32_t to)
{
    return conf_port_core.transition_is_legal(machine, from, to);
}

const struct conf_port conf_port_cached = {
    .version = CONF_PORT_VERSION,
    .size = sizeof(struct conf_port),
    .name = "cached",
    .world = CONF_WORLD_SIMULATED,
    .capabilities = CONF_CAN_WAKER | CONF_CAN_PIPE | CONF_CAN_MESSAGE | CONF_CAN_OBSERVE,
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
};
