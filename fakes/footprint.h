/* footprint: what a visible step touches, for strategies that need to know which steps commute.
 *
 * Every step states the resources it read or wrote while it ran. Two steps of different actors are
 * dependent when one writes what the other touches; otherwise they commute. Resources are chosen so
 * that they say as little as is true: a port is two of them (head and tail), so that a post and the
 * dequeue of one packet commute; the order between a packet's post and its dequeue comes from the
 * packet itself.
 *
 * Nothing is recorded unless the source of the execution asks for it (sim_source.step). */
#ifndef FAKES_FOOTPRINT_H
#define FAKES_FOOTPRINT_H

#include "fakes/pick.h"

enum sim_resource_kind {
    SIM_RESOURCE_HANDLE = 1,  /* one entry of the handle table, by index */
    SIM_RESOURCE_HANDLE_FREE, /* which value the next handle gets */
    SIM_RESOURCE_NAMESPACE,   /* pipe names and who listens longest */
    SIM_RESOURCE_PORT_HEAD,   /* packets to come and waiters, by ordinal */
    SIM_RESOURCE_PORT_TAIL,   /* where the next packet goes: its emptiness */
    SIM_RESOURCE_PACKET,      /* one packet, by arrival */
    SIM_RESOURCE_FILE,        /* association, modes, signalled state, busy */
    SIM_RESOURCE_PIPE,        /* state of an instance */
    SIM_RESOURCE_QUEUE,       /* data of one direction */
    SIM_RESOURCE_BLOCK,       /* OVERLAPPED or status block, by address */
    SIM_RESOURCE_LOCK,        /* SRW lock, critical section, condition variable, once */
    SIM_RESOURCE_OBJECT,      /* event, semaphore, mutex, by ordinal */
    SIM_RESOURCE_THREAD,      /* end of a thread, by ordinal */
    SIM_RESOURCE_WAKE,        /* release of a blocked thread, or its start, by ordinal */
    SIM_RESOURCE_WORD,        /* target of an interlocked operation, by address */
    SIM_RESOURCE_CLOCK,
    SIM_RESOURCE_ALARMS,      /* of one deadline: they go off in the order they were set */
    SIM_RESOURCE_FAULTS,      /* the budget of faults */
    SIM_RESOURCE_HARNESS,     /* declared by the harness with sim_touch */
    SIM_RESOURCE_PORT_NUMBER, /* who is bound to a port, by protocol and number */
    SIM_RESOURCE_SOCKET,      /* connection state, options and error of a socket, by ordinal */
    SIM_RESOURCE_OPTIONS,     /* its options alone, for what arrives at it */
    SIM_RESOURCE_ACCEPTS,     /* connections that wait at a listener, by its ordinal */
    SIM_RESOURCE_SENT,        /* one direction: sent and not arrived, by its ordinal */
    SIM_RESOURCE_ARRIVED,     /* one direction: arrived and not read */
    SIM_RESOURCE_POLLS,       /* polls that wait for a socket, by its ordinal */
    SIM_RESOURCE_LATE,        /* requests of a thread whose end is told later, by its ordinal */
    SIM_RESOURCE_LOOKED,      /* who has read what harnesses declare; orders for sanitizers only */
    SIM_RESOURCE_KIND_COUNT
};

/* A resource packed with its kind; valid within one execution and its common prefixes. */
typedef uint64_t sim_resource;
#define SIM_RESOURCE(kind, value) \
    ((uint64_t)(kind) << 56 | ((uint64_t)(value)&UINT64_C(0x00FFFFFFFFFFFFFF)))

/* How a step touches a resource. A lock that is free because of a RELEASE and then taken by an
 * ACQUIRE is no race: the two could never have happened the other way round. */
enum sim_touch_mode {
    SIM_TOUCH_READ = 0,
    SIM_TOUCH_WRITE = 1,
    SIM_TOUCH_ACQUIRE = 2, /* of a lock; beside READ (shared) or WRITE */
    SIM_TOUCH_RELEASE = 4
};

struct sim_touch {
    sim_resource resource;
    uint8_t mode; /* enum sim_touch_mode, or-ed */
};

#define SIM_TOUCHES_MAX 64u

/* The touches of the running step, each resource once. When there are more than fit, `everything`
 * is set: the step is dependent on all others. A barrier comes after all that has happened and
 * could not have come earlier: it is ordered, but races with nothing. */
struct sim_footprint {
    uint32_t count;
    bool everything;
    bool barrier;
    struct sim_touch touch[SIM_TOUCHES_MAX];
};

/* What a source is told at the end of a step. */
struct sim_step {
    sim_actor_id actor;
    uint32_t step; /* ordinal within the actor; 0 for kernel actions */
    uint16_t op;
    const struct sim_footprint *footprint; /* valid during the call only */
};

/* footprint_add adds a touch; modes of the same resource are or-ed. */
void footprint_add(struct sim_footprint *footprint, sim_resource resource, uint32_t mode);

#endif
