/* port: I/O completion ports: a queue of packets, first in first out, and a stack of waiters.
 *
 * Facts 1.3 and 2: posts and completions share the queue; a packet that finds a waiter is handed
 * to it directly (last waiter first, unless the world's settings say otherwise); a released waiter
 * takes what else is queued when it runs. A port lives while a handle or an associated file does;
 * its packets go with it. */
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
};

/* What one dequeue returns. */
struct sim_dequeued {
    ULONG_PTR key;
    void *overlapped;
    uint32_t bytes;
    uint32_t status;
};

struct sim_port *port_create(void);
void port_cleanup(struct sim_port *port); /* the last handle: waiters are abandoned */
void port_destroy(struct sim_port *port);

void port_post(struct sim_port *port, uint32_t bytes, ULONG_PTR key, void *overlapped);
void port_queue_request(struct sim_port *port, struct sim_request *request);

/* port_dequeue takes 1 .. max packets, waiting at most `milliseconds` for the first, in the running
 * step of `op`. It returns how many (0: *error is WAIT_TIMEOUT or ERROR_ABANDONED_WAIT_0). */
uint32_t port_dequeue(struct sim_port *port, enum sim_op op, struct sim_dequeued *out, uint32_t max,
                      DWORD milliseconds, DWORD *error);

/* port_count_posted counts posted packets, queued or handed over, that carry this OVERLAPPED. */
uint32_t port_count_posted(const void *overlapped);

#endif
