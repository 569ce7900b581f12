/* observe: one function through which core reports its state transitions and references.
 *
 * Null by default, and then nothing is reported and nothing costs more than a load. Harnesses set
 * it before any other call of core and leave it alone: it is not synchronised. The observer must
 * not call core or Win32. It is called where the change happens, mostly under the object's lock. */
#ifndef CORE_OBSERVE_H
#define CORE_OBSERVE_H

#include "core/compiler.h"

#include <stdint.h>

enum rdy_observation_kind {
    RDY_OBSERVE_CREATE,  /* object of `machine` exists */
    RDY_OBSERVE_DESTROY, /* its memory goes now */
    RDY_OBSERVE_STATE,   /* machine of object: from -> to (values of the machine's enum) */
    RDY_OBSERVE_RETAIN,  /* a request on `overlapped` is about to be submitted and now holds a
                          * reference of object */
    RDY_OBSERVE_RELEASE, /* that reference is given back: refused at once, consumed by the
                          * submitter, or its packet was processed */
    RDY_OBSERVE_DISPATCH /* a packet for `overlapped` is about to be processed */
};

/* Objects are created and destroyed as POLL, REGISTRY, WAKER, PIPE, CHANNEL, IO_SOURCE, SOCK and
 * SOURCE; the machines of a pipe, channel, sock or source share its address. */
enum rdy_machine {
    RDY_MACHINE_POLL,
    RDY_MACHINE_WAKER,
    RDY_MACHINE_PIPE, /* the object as a whole, see core/named_pipe.c */
    RDY_MACHINE_PIPE_CONNECT,
    RDY_MACHINE_PIPE_READ,
    RDY_MACHINE_PIPE_WRITE,
    RDY_MACHINE_PIPE_EVENT,
    RDY_MACHINE_REGISTRY, /* has one state only */
    RDY_MACHINE_CHANNEL,  /* one direction of an in-memory stream; has one state only */
    RDY_MACHINE_CHANNEL_READER,
    RDY_MACHINE_CHANNEL_WRITER,
    RDY_MACHINE_IO_SOURCE, /* a source that is a socket, see core/source_state.c */
    RDY_MACHINE_SOCK,      /* one registration of it, see core/sock_state.c */
    RDY_MACHINE_SOCK_POLL,
    RDY_MACHINE_SOURCE, /* a source whose readiness its maker sets, see core/source.c */
    RDY_MACHINE_SOURCE_EVENT,
    RDY_MACHINE_COUNT
};

struct rdy_observation {
    enum rdy_observation_kind kind;
    enum rdy_machine machine;
    const void *object;     /* identity only: never to be dereferenced or logged */
    const void *overlapped; /* retain, release, dispatch */
    int from, to;           /* state */
};

typedef void (*rdy_observe_function)(const struct rdy_observation *observation);
RDY_DATA rdy_observe_function rdy_observe;

/* rdy_machine_name returns the name of a machine, "?" if there is none. */
const char *rdy_machine_name(enum rdy_machine machine);
/* rdy_state_name returns the name of a state of a machine, "?" if there is none. */
const char *rdy_state_name(enum rdy_machine machine, int state);
/* rdy_transition_is_legal tells whether a machine may go from one state to another: the
 * FROM -> TO lists of the modules as data. */
int rdy_transition_is_legal(enum rdy_machine machine, int from, int to);

#endif
