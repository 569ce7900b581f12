/* request: an I/O request the kernel has accepted (an IRP), from submit to the last trace of it.
 *
 *   PENDING   -> COMPLETED  [request_complete]      waits in a queue of its pipe
 *   PENDING   -> CANCELLING [request_cancel]        marked; its action or the device finishes it
 *   CANCELLING-> COMPLETED  [request_complete]
 *   COMPLETED -> gone       [request_finish]        packet dequeued, dropped, or none was due
 *
 * Facts it implements (fakes/RULES.md): 1.1 when a packet is queued, 1.2 when the status block and
 * the buffer change, 3 cancel races. A request is a promise: exactly one packet for each that was
 * accepted on a handle with a port, none for an immediate error. */
#ifndef FAKES_REQUEST_H
#define FAKES_REQUEST_H

#include "fakes/object.h"

struct sim_file;

enum sim_request_state { SIM_REQUEST_PENDING, SIM_REQUEST_CANCELLING, SIM_REQUEST_COMPLETED };

/* OVERLAPPED.Internal and .InternalHigh, IO_STATUS_BLOCK alike. */
struct sim_status_block {
    ULONG_PTR status;
    ULONG_PTR information;
};

struct sim_request {
    struct sim_request *next, *previous; /* all requests of the world */
    struct sim_request *queue_next;      /* in the device's queue */
    struct sim_request *late_next;       /* of those whose end is told later */
    uint32_t ordinal;
    enum sim_op op;
    enum sim_request_state state;
    struct sim_file *file;                         /* holds a reference */
    struct sim_request *slot_next, *slot_previous; /* those with status blocks of one hash */
    struct sim_status_block *block; /* user memory; the request's own if synchronous */
    struct sim_status_block own_block;
    void *context;            /* packet's lpOverlapped; NULL: no packet */
    struct sim_object *event; /* hEvent, holds a reference; NULL if none */
    const void *input;        /* user memory, during the call only */
    void *buffer;             /* user memory, NULL for none */
    uint32_t length;
    uint32_t block_size; /* of user memory: OVERLAPPED, or IO_STATUS_BLOCK */
    uint32_t size;       /* of the request itself */
    bool message_read;   /* pipe read in message mode */
    uint32_t thread;     /* who submitted, and in which step */
    uint32_t step;
    struct sim_thread *blocked; /* synchronous, or by CancelIo: who waits for its end */
    NTSTATUS status;
    uint32_t information;
    void *data; /* read result not yet in the user's buffer */
    uint32_t data_size;
    bool result_visible;   /* block and buffer are written */
    bool pretends_pending; /* the submit answers STATUS_PENDING whatever happens */
    bool result_floating;  /* an action will write them */
    bool owes_packet;      /* COMPLETED: the port gets one, or has */
    bool claimed;          /* the device is about to complete it: no cancel stops it */
    bool owns_memory;      /* block and buffer are the kernel's to write */
    bool guarded;          /* poisoned, sampled: memory_guard was here */
    uint64_t guard;        /* sample of the buffer at submit */
};

/* What the native API passes apart and Win32 in one OVERLAPPED. */
struct sim_native_call {
    struct sim_status_block *block;
    void *context; /* of the packet; NULL: no packet */
    HANDLE event;  /* NULL: none */
};

/* What an entry point fills in; the rest is request_create's. */
struct sim_request_parameters {
    enum sim_op op;
    struct sim_file *file;
    OVERLAPPED *overlapped;               /* NULL: synchronous, or native */
    const struct sim_native_call *native; /* NULL: a Win32 call */
    const void *input;                    /* of a control, until the device has taken it */
    void *buffer;
    uint32_t length;
    size_t size; /* of a device's own type that begins with a request; 0: a mere request */
};

/* request_create accepts parameters and checks the OVERLAPPED against those in flight. It sets
 * Internal to STATUS_PENDING, as the Win32 wrappers do. */
struct sim_request *request_create(const struct sim_request_parameters *parameters);

/* request_refuse gives back a request whose device call failed at once: no packet, and the status
 * block keeps STATUS_PENDING (fact 1.1). */
void request_refuse(struct sim_request *request);

/* request_complete ends a request. `data` (read results) is copied. `immediate` tells that the
 * submitting call is still running and will return this status. */
void request_complete(struct sim_request *request, NTSTATUS status, uint32_t information,
                      const void *data, bool immediate);

/* request_announce tells of the end of a completed request: whoever waits for it, its event or
 * file, its port. request_complete does so itself, unless it is told later (late.h). */
void request_announce(struct sim_request *request);

/* request_cancel cancels one pending request; false if it is no longer pending. */
bool request_cancel(struct sim_request *request);

/* request_claim is called by a device that has decided how a request ends and completes it later:
 * a cancel finds it, or has found it, and changes nothing. */
void request_claim(struct sim_request *request);

/* request_dequeued writes the result if it is not visible yet, and ends the request: its packet
 * has just been taken from the port. request_dropped ends it without (the port is gone). */
void request_dequeued(struct sim_request *request);
void request_dropped(struct sim_request *request);

/* request_take ends a completed synchronous request and returns its result. */
void request_take(struct sim_request *request, NTSTATUS *status, uint32_t *information);

/* request_thread_exit cancels the requests that do not outlive the thread that submitted them. */
void request_thread_exit(uint32_t thread);

/* request_check_free reports a block of the heap that is freed while the kernel owns part of it. */
void request_check_free(const void *memory, size_t size);

/* request_find finds the pending request of a file with this OVERLAPPED (NULL: any), NULL if none;
 * `after` continues a search (NULL: from the oldest). */
struct sim_request *request_find(struct sim_file *file, const void *overlapped,
                                 struct sim_request *after);

/* request_find_cancelling finds a request of a file and a thread that has been cancelled and has
 * yet to end; NULL if there is none. */
struct sim_request *request_find_cancelling(const struct sim_file *file, uint32_t thread);

void requests_reset(struct sim_world *world);

#endif
