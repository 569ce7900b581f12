/* port: I/O completion ports: a queue of packets, first in first out, and a stack of waiters.
 *
 * Facts 1.3 and 2: posts and completions share the queue; a packet that finds a waiter is handed
 * to it directly (last waiter first, unless the world's settings say otherwise); a released waiter
 * takes what else is queued when it runs. A port lives while a handle or an associated file does;
 * when the last handle has gone nobody can dequeue, and packets are dropped.
 *
 * The concurrency value limits how many threads the port lets run at once (Microsoft Learn, "I/O
 * Completion Ports"). A thread belongs to the port it dequeued from last, until it ends, dequeues
 * from another or the last handle is closed. It is active while it can run: what blocks it, the
 * port itself included, frees its slot, and a waiter takes that at once. A thread that can run
 * again takes its slot back whatever the limit; the port then releases nobody until it is met
 * again.
 *
 * Invariant: packets are queued while threads wait only if as many threads are active as may be. */
#ifndef FAKES_PORT_H
#define FAKES_PORT_H

#include "fakes/request.h"

struct sim_packet {
    struct sim_packet *next;
    ULONG_PTR key;
    void *overlapped;
    uint32_t bytes;
    uint32_t status;
    struct sim_request *request; /* NULL: posted */
    uint64_t serial;             /* order of arrival in the world */
};

struct sim_port {
    struct sim_object object;
    struct sim_port *next, *previous; /* all ports of the world */
    struct sim_packet *first, **last;
    uint32_t count;
    struct sim_thread *waiters; /* linked by wait_next, the latest first */
    uint32_t waiter_count;
    uint32_t concurrency; /* 0: as many threads as the machine has processors; here, no limit */
};

/* What one dequeue returns. */
struct sim_dequeued {
    ULONG_PTR key;
    void *overlapped;
    uint32_t bytes;
    uint32_t status;
};

struct sim_port *port_create(uint32_t concurrency);
void port_cleanup(struct sim_port *port); /* the last handle: waiters are abandoned */
void port_destroy(struct sim_port *port);

void port_post(struct sim_port *port, uint32_t bytes, ULONG_PTR key, void *overlapped);
void port_queue_request(struct sim_port *port, struct sim_request *request);

/* port_finds tells whether a dequeue of 1 .. max packets would find some and not wait. */
bool port_finds(const struct sim_port *port, uint32_t max, DWORD milliseconds);

/* port_dequeue takes 1 .. max packets, waiting at most `milliseconds` for the first, in the running
 * step of `op`. It returns how many (0: *error is WAIT_TIMEOUT or ERROR_ABANDONED_WAIT_0). */
uint32_t port_dequeue(struct sim_port *port, enum sim_op op, struct sim_dequeued *out, uint32_t max,
                      DWORD milliseconds, DWORD *error);

/* port_slot_freed releases waiters of a port with a limit: a thread of it has stopped running. */
void port_slot_freed(struct sim_port *port);

/* port_count_posted counts posted packets, queued or handed over, that carry this OVERLAPPED. */
uint32_t port_count_posted(const void *overlapped);

#endif
