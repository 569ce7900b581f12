/* named_pipe_state: what the parts of named_pipe share. Internal to core.
 *
 * A pipe has four requests, each with its own OVERLAPPED, its own state machine and its own module:
 *
 *   connect  ConnectNamedPipe     named_pipe_connect.c
 *   read     ReadFile             named_pipe_read.c
 *   write    WriteFile            named_pipe_write.c
 *   event    a posted packet      named_pipe_event.c
 *
 * The life of the pipe, its registration and the public functions are in named_pipe.c. Everything
 * here is used under the pipe's lock unless it says otherwise. */
#ifndef CORE_NAMED_PIPE_STATE_H
#define CORE_NAMED_PIPE_STATE_H

#include "core/buffer.h"
#include "core/machine.h"
#include "core/named_pipe.h"
#include "core/overlapped.h"
#include "core/registry.h"

/* Bytes asked for in one read: as much as arrives is kept for the next rdy_named_pipe_read. mio
 * always asks for the smaller number; here a pipe whose peer has filled it once asks for more. */
#define RDY_PIPE_READ_SIZE     4096u
#define RDY_PIPE_READ_SIZE_MAX 65536u
/* Bytes taken on in one write at most; more is written in part. */
#define RDY_PIPE_WRITE_SIZE_MAX 0x40000000u
/* A write buffer larger than this is given back once its write is done. */
#define RDY_PIPE_WRITE_KEEP 65536u

/* Diagrams: named_pipe.c and the module of each request. */
enum rdy_pipe_state {
    RDY_PIPE_UNBOUND,
    RDY_PIPE_BOUND,
    RDY_PIPE_REGISTERED,
    RDY_PIPE_DETACHED,
    RDY_PIPE_DROPPED
};

enum rdy_pipe_connect_state {
    RDY_PIPE_CONNECT_IDLE,
    RDY_PIPE_CONNECT_PENDING,
    RDY_PIPE_CONNECT_CANCELLED,
    RDY_PIPE_CONNECT_DEFERRED,
    RDY_PIPE_CONNECT_FAILED
};

enum rdy_pipe_read_state {
    RDY_PIPE_READ_IDLE,
    RDY_PIPE_READ_PENDING,
    RDY_PIPE_READ_CANCELLED,
    RDY_PIPE_READ_READY,
    RDY_PIPE_READ_ENDED,
    RDY_PIPE_READ_FAILED
};

enum rdy_pipe_write_state {
    RDY_PIPE_WRITE_IDLE,
    RDY_PIPE_WRITE_PENDING,
    RDY_PIPE_WRITE_TAKEN,
    RDY_PIPE_WRITE_CANCELLED,
    RDY_PIPE_WRITE_FAILED
};

enum rdy_pipe_event_state { RDY_PIPE_EVENT_IDLE, RDY_PIPE_EVENT_POSTED };

struct rdy_pipe_connect {
    struct rdy_overlapped request;
    enum rdy_pipe_connect_state state;
    DWORD error; /* FAILED: not yet reported */
};

struct rdy_pipe_read {
    struct rdy_overlapped request;
    enum rdy_pipe_read_state state;
    struct rdy_buffer buffer; /* PENDING, CANCELLED: the kernel's */
    DWORD size;               /* asked for */
    DWORD start, end;         /* READY: what is left for the reader */
    DWORD error;              /* ENDED, FAILED */
};

struct rdy_pipe_write {
    struct rdy_overlapped request;
    enum rdy_pipe_write_state state;
    struct rdy_buffer buffer; /* PENDING, TAKEN, CANCELLED: the kernel's */
    DWORD start, end;         /* PENDING: what the kernel has yet to take */
    DWORD error;              /* FAILED: not yet reported */
};

struct rdy_pipe_event {
    struct rdy_overlapped request;
    enum rdy_pipe_event_state state;
    BOOL is_owed; /* the last post failed, and its caller knows */
};

struct rdy_named_pipe {
    LONG references; /* interlocked: the owner's, one a request in flight, pins of its registry */
    SRWLOCK lock;    /* guards all that follows but what never changes */

    /* Never change after creation. */
    BOOL is_client;
    BOOL successes_skip; /* a request that succeeds at once queues no packet */

    enum rdy_pipe_state state;
    HANDLE handle; /* INVALID_HANDLE_VALUE once closed */
    struct rdy_binding binding;
    uint64_t token;        /* REGISTERED */
    rdy_interest interest; /* REGISTERED, else 0 */
    rdy_interest armed;    /* directions whose readiness has yet to be reported */
    BOOL is_listening;     /* as far as the kernel has told, no client has come */

    struct rdy_pipe_connect connect;
    struct rdy_pipe_read read;
    struct rdy_pipe_write write;
    struct rdy_pipe_event event;
};

/* ---- named_pipe.c: memory, references and packets ---- */

/* rdy_pipe_allocate makes a pipe without a handle, UNBOUND, with one reference; NULL if there is no
 * memory. rdy_pipe_deallocate frees one that nobody else knows. */
rdy_named_pipe *rdy_pipe_allocate(void);
void rdy_pipe_deallocate(rdy_named_pipe *pipe);

/* rdy_pipe_retain takes the reference that a request will hold, before the call that submits it.
 * rdy_pipe_take_back returns it there when no packet will come. */
void rdy_pipe_retain(rdy_named_pipe *pipe, enum rdy_machine machine,
                     const struct rdy_overlapped *request);
void rdy_pipe_take_back(rdy_named_pipe *pipe, enum rdy_machine machine,
                        const struct rdy_overlapped *request);

/* rdy_pipe_enter begins the processing of a packet: it takes the lock. rdy_pipe_leave ends it: it
 * submits and reports what is due now, finishes a dropped pipe, gives up the lock and then the
 * request's reference, perhaps the last one. TRUE if it wrote an event. */
void rdy_pipe_enter(rdy_named_pipe *pipe, enum rdy_machine machine,
                    const struct rdy_overlapped *request);
BOOL rdy_pipe_leave(rdy_named_pipe *pipe, enum rdy_machine machine,
                    const struct rdy_overlapped *request, rdy_event *event);

/* rdy_pipe_submits tells whether requests may still be submitted: not once detached or dropped. */
BOOL rdy_pipe_submits(const rdy_named_pipe *pipe);

/* rdy_pipe_settle submits the read that an armed reader waits for, if none is in flight. */
void rdy_pipe_settle(rdy_named_pipe *pipe);

/* ---- named_pipe_connect.c ---- */

void rdy_pipe_connect_init(rdy_named_pipe *pipe);
/* rdy_pipe_connect_ask is rdy_named_pipe_connect while registered, without its announcement. */
rdy_result rdy_pipe_connect_ask(rdy_named_pipe *pipe);
/* rdy_pipe_connect_cancel ends the request of this epoch, whatever its state. */
void rdy_pipe_connect_cancel(rdy_named_pipe *pipe);
/* rdy_pipe_connect_take_error returns and clears the error of a failed connect, 0 if none. */
DWORD rdy_pipe_connect_take_error(rdy_named_pipe *pipe);
/* rdy_pipe_connect_is_deferred tells whether the kernel has yet to hear that a connect was asked
 * for; reads and writes wait until it has. */
BOOL rdy_pipe_connect_is_deferred(const rdy_named_pipe *pipe);
BOOL rdy_pipe_connect_is_in_flight(const rdy_named_pipe *pipe);
void rdy_pipe_connect_check(const rdy_named_pipe *pipe);

/* ---- named_pipe_read.c ---- */

void rdy_pipe_read_init(rdy_named_pipe *pipe);
void rdy_pipe_read_deinit(rdy_named_pipe *pipe);
/* rdy_pipe_read_prime submits a read if there is none, and learns from the answer whether a client
 * is there. */
void rdy_pipe_read_prime(rdy_named_pipe *pipe);
/* rdy_pipe_read_take is rdy_named_pipe_read while registered. */
rdy_result rdy_pipe_read_take(rdy_named_pipe *pipe, void *buffer, size_t size, size_t *count);
/* rdy_pipe_read_cancel ends the read of this epoch and discards what it brought. */
void rdy_pipe_read_cancel(rdy_named_pipe *pipe);
DWORD rdy_pipe_read_take_error(rdy_named_pipe *pipe);
BOOL rdy_pipe_read_is_in_flight(const rdy_named_pipe *pipe);
void rdy_pipe_read_check(const rdy_named_pipe *pipe);

/* ---- named_pipe_write.c ---- */

void rdy_pipe_write_init(rdy_named_pipe *pipe);
void rdy_pipe_write_deinit(rdy_named_pipe *pipe);
/* rdy_pipe_write_put is rdy_named_pipe_write while registered. */
rdy_result rdy_pipe_write_put(rdy_named_pipe *pipe, const void *data, size_t size, size_t *count);
/* rdy_pipe_write_cancel ends the write of this epoch, an accepted one too. */
void rdy_pipe_write_cancel(rdy_named_pipe *pipe);
DWORD rdy_pipe_write_take_error(rdy_named_pipe *pipe);
/* rdy_pipe_write_is_accepted tells whether bytes were taken on that the kernel has not yet. */
BOOL rdy_pipe_write_is_accepted(const rdy_named_pipe *pipe);
BOOL rdy_pipe_write_is_in_flight(const rdy_named_pipe *pipe);
void rdy_pipe_write_check(const rdy_named_pipe *pipe);

/* ---- named_pipe_event.c ---- */

void rdy_pipe_event_init(rdy_named_pipe *pipe);
/* rdy_pipe_event_is_due tells whether an armed direction is ready. */
BOOL rdy_pipe_event_is_due(const rdy_named_pipe *pipe);
/* rdy_pipe_event_announce sees to it that what is due is reported: it posts a packet, unless one is
 * on its way. FAILED if it cannot be posted: what is due stays so. */
rdy_result rdy_pipe_event_announce(rdy_named_pipe *pipe);
/* rdy_pipe_event_deliver reports what is due, in the thread that processes a packet of the pipe,
 * and disarms it. FALSE if nothing is. */
BOOL rdy_pipe_event_deliver(rdy_named_pipe *pipe, rdy_event *event);
BOOL rdy_pipe_event_is_in_flight(const rdy_named_pipe *pipe);
void rdy_pipe_event_check(const rdy_named_pipe *pipe);

#endif
