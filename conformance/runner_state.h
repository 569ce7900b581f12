/* runner_state: what the runner keeps of one execution. Internal to the runner and the
 * interpreter.
 *
 * Plain memory: in the simulated world one thread runs at a time, and only visible operations let
 * another one in; other worlds hold a lock around it. */
#ifndef CONFORMANCE_RUNNER_STATE_H
#define CONFORMANCE_RUNNER_STATE_H

#include "conformance/judge.h"
#include "conformance/ledger.h"
#include "conformance/port.h"
#include "conformance/world.h"

#include <stdbool.h>
#include <stdint.h>

/* Tokens that polls report for the runner's own wakers: the first from here on that the scenario
 * does not use. */
#define CONF_PRIVATE_TOKEN UINT64_C(0xC0F0C0F0C0F0C0F0)

/* A source. Invariants:
 * 1. pins counts verbs between their begin and end, and 1 for a waker that idle polls may need.
 * 2. live: `object` is the port's; set by creation or open, cleared when the drop takes effect.
 * 3. dropping: no new verb begins; the drop takes effect when pins reaches 0, if it is still live.
 */
struct conf_runner_source {
    void *object;
    const struct conf_port *port;
    uint32_t pins;
    bool live, opening, dropping;
    bool fleeting;  /* opened or dropped by one thread, used by another */
    bool contended; /* several threads register it, or use it, if it is a stream */
    bool busy;      /* streams: a verb uses it */
    bool rejoined;  /* halves: an unsplit takes both, and waits for the one with the other */
    /* polls */
    uint8_t waker;       /* the scenario's waker that ends idle polls, CONF_NONE: a private one */
    void *private_waker; /* the port's, NULL if there is none */
    uint32_t endless;    /* polls without timeout still to come */
    uint32_t private_wakes; /* whose event has not been filtered out yet */
    uint32_t wakes_before;  /* wakes of the scenario's waker when the last private one was made */
};

/* A task: what its wakers point to. The last one is nobody's: of the runner's own polls. */
struct conf_runner_task {
    struct conf_runner *runner;
    uint8_t index; /* of its source; CONF_NONE of the last one */
    bool is_fresh; /* its budget is filled before its next poll */
    uint32_t left; /* of its budget */
};

/* A thread of the scenario; the last one is the controller. */
struct conf_runner_thread {
    struct conf_runner *runner;
    uint8_t index; /* CONF_CONTROLLER for the controller */
    uint32_t id;   /* the world's */
    bool finished;
    bool woken; /* its running poll got the event of a wake by the runner */
    bool in_verb;
    uint8_t code, source; /* of the running verb */
    uint8_t makes;        /* whose objects it makes: what it accepts, else its source */
    uint8_t depth;        /* of the tasks that do something inside it */
    uint8_t sender;       /* of the datagram that its running verb got, CONF_NONE if not known */
    struct conf_event event[CONF_EVENTS_MAX];
    uint8_t bytes[CONF_IO_MAX];
};

struct conf_runner {
    struct conf_world *world;
    const struct conf_port *port;
    const struct conf_scenario *scenario;
    uint64_t private_token;
    uint32_t polled;     /* events delivered so far */
    uint32_t interrupts; /* of blocking transfers so far */
    bool has_sockets;
    uint8_t creating; /* the source that the controller creates, else CONF_NONE */
    struct conf_judge judge;
    struct conf_ledger ledger;
    struct conf_runner_source source[CONF_SOURCES_MAX];
    struct conf_runner_task task[CONF_SOURCES_MAX + 1];
    struct conf_runner_thread thread[CONF_THREADS_MAX + 1];
};

/* conf_runner_lock and conf_runner_unlock guard all of this in worlds whose threads run at the same
 * time. The port is called without the lock: its observer takes it. */
static inline void conf_runner_lock(struct conf_runner *runner)
{
    if (runner->world->ops->lock != NULL) {
        runner->world->ops->lock(runner->world);
    }
}

static inline void conf_runner_unlock(struct conf_runner *runner)
{
    if (runner->world->ops->unlock != NULL) {
        runner->world->ops->unlock(runner->world);
    }
}

#endif
