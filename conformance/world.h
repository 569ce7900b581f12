/* world: what the runner needs of the place where a scenario runs.
 *
 * Simulated threads, real Win32 threads or POSIX threads: each is a table of these functions.
 * They are called from the controller and from the threads of the scenario. */
#ifndef CONFORMANCE_WORLD_H
#define CONFORMANCE_WORLD_H

#include "conformance/history.h"
#include "conformance/oracle.h"
#include "conformance/port.h"

#include <stdbool.h>
#include <stdint.h>

struct conf_world {
    const struct conf_world_ops *ops;
    const struct conf_port *raw; /* the plain handles and sockets of this world */
    uint16_t address_base;       /* TCP and UDP port of a scenario's first name of sockets */
};

struct conf_world_ops {
    /* spawn starts a thread; `name` and `argument` outlive the execution. It returns an id for
     * join. Threads may start to run at once. */
    uint32_t (*spawn)(struct conf_world *world, const char *name, void (*body)(void *argument),
                      void *argument);
    /* join blocks until the thread has returned. */
    void (*join)(struct conf_world *world, uint32_t id);

    /* settle blocks the controller until nothing else can happen: every thread has returned or is
     * blocked for good, and the kernel has nothing left to complete by itself. */
    void (*settle)(struct conf_world *world);

    /* enter and leave bracket the registration verbs of the source with this index, when threads
     * compete for it; leave lets one waiting thread in. */
    void (*enter)(struct conf_world *world, uint8_t source);
    void (*leave)(struct conf_world *world, uint8_t source);

    /* self returns which thread of the scenario calls, CONF_CONTROLLER for the controller. */
    uint8_t (*self)(struct conf_world *world);

    /* touch tells the world that the calling thread reads or changes the runner's own state of a
     * source: worlds that explore must not take such steps of two threads for independent. */
    void (*touch)(struct conf_world *world, uint8_t source, bool change);

    /* yield lets another thread go first. Called before a verb whose source others may open or drop
     * meanwhile: whether it is there is decided as the verb begins, which no call of the port
     * shows. NULL in worlds whose threads run at the same time. */
    void (*yield)(struct conf_world *world);

    /* lock and unlock guard the memory of the runner: a thread holds the lock except while it is in
     * a call of the port, in join, enter or settle. note, stepped, touch, in_flight and report are
     * called with it. NULL in worlds that run one thread at a time. */
    void (*lock)(struct conf_world *world);
    void (*unlock)(struct conf_world *world);

    /* note appends a record to the log and returns its number, from 1 and growing. */
    uint32_t (*note)(struct conf_world *world, const struct conf_record *record);

    /* stepped tells whether `thread` did anything that others could observe between the records
     * numbered `from` and `to`. True when the world does not know. */
    bool (*stepped)(struct conf_world *world, uint8_t thread, uint32_t from, uint32_t to);

    /* now is the clock of timeouts in nanoseconds. */
    uint64_t (*now)(struct conf_world *world);

    /* in_flight counts what the kernel holds for a request of the port: operations not completed
     * and packets not dequeued. NULL in worlds that cannot tell. */
    uint32_t (*in_flight)(struct conf_world *world, const void *request);

    /* quiet turns fault injection off (true) or on again for the calling thread; calls nest. */
    void (*quiet)(struct conf_world *world, bool quiet);

    /* report ends the execution with a finding. In worlds that can abandon threads it does not
     * return; in others the runner goes on to the drops. */
    void (*report)(struct conf_world *world, const struct conf_finding *finding);
};

#endif
