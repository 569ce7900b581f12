/* pipe: named pipes: the namespace, instances with their states, and one data queue a direction.
 *
 *   LISTENING    -> CONNECTED     [a client opens]
 *   CONNECTED    -> CLOSING       [either end's last handle closes]
 *   CONNECTED    -> DISCONNECTED  [DisconnectNamedPipe]
 *   CLOSING      -> DISCONNECTED  [DisconnectNamedPipe]
 *   DISCONNECTED -> LISTENING     [ConnectNamedPipe]
 *
 * Facts 4.1 to 4.4; evidence beside each rule in pipe_state.c and pipe_queue.c. */
#ifndef FAKES_PIPE_H
#define FAKES_PIPE_H

#include "fakes/file.h"

#define SIM_PIPE_NAME_MAX 256u

enum sim_pipe_state {
    SIM_PIPE_LISTENING,
    SIM_PIPE_CONNECTED,
    SIM_PIPE_CLOSING,
    SIM_PIPE_DISCONNECTED
};

enum sim_pipe_side { SIM_PIPE_SERVER = 0, SIM_PIPE_CLIENT = 1 };

/* Data written and not yet read. */
struct sim_pipe_entry {
    struct sim_pipe_entry *next;
    struct sim_request *request; /* the write that waits for room, NULL once it has completed */
    uint32_t given;              /* bytes of its write that went straight to readers */
    uint32_t size, offset, charged;
    bool message; /* a boundary follows the entry */
    char data[];
};

/* One direction. Either readers wait or entries do, never both. */
struct sim_pipe_queue {
    uint32_t ordinal; /* for the log and for footprints */
    uint32_t quota, used;
    struct sim_pipe_entry *first, **last;
    struct sim_request *readers, **readers_last; /* pending reads, by queue_next */
};

struct sim_pipe_end {
    struct sim_file file;
    struct sim_pipe *pipe;
    enum sim_pipe_side side;
    uint32_t access; /* FILE_READ_DATA, FILE_WRITE_DATA */
    bool message_reads;
    bool detached; /* a client the server has disconnected */
};

struct sim_pipe {
    struct sim_pipe *next; /* instances of the name, in order of creation */
    struct sim_pipe_name *name;
    enum sim_pipe_state state;
    uint64_t listening_since;       /* ticket: who has listened longest is taken first */
    struct sim_pipe_end *end[2];    /* NULL once closed, or not yet opened */
    uint32_t ends_alive;            /* file objects that still point here */
    struct sim_pipe_queue queue[2]; /* by the side that reads */
    struct sim_request *connects, **connects_last; /* pending ConnectNamedPipe */
};

struct sim_pipe_name {
    struct sim_pipe_name *next;
    struct sim_pipe *instances;
    uint32_t instance_count, instances_max;
    uint32_t open_access; /* PIPE_ACCESS_*: must match in every instance */
    bool message_type;
    uint32_t in_size, out_size;
    uint32_t length;
    uint16_t text[SIM_PIPE_NAME_MAX];
};

/* pipe_state.c */
NTSTATUS pipe_create(const uint16_t *name, uint32_t length, DWORD open_mode, DWORD pipe_mode,
                     DWORD instances_max, DWORD out_size, DWORD in_size, struct sim_pipe_end **end);
NTSTATUS pipe_open(const uint16_t *name, uint32_t length, DWORD access, bool synchronous,
                   struct sim_pipe_end **end);
NTSTATUS pipe_connect(struct sim_file *file, struct sim_request *request);
NTSTATUS pipe_disconnect(struct sim_file *file);
NTSTATUS pipe_set_mode(struct sim_file *file, DWORD mode);
NTSTATUS pipe_peek(struct sim_file *file, void *out, uint32_t room, uint32_t *read,
                   uint32_t *available, uint32_t *left);
bool file_is_pipe(const struct sim_file *file);

/* pipe_queue.c */
void pipe_queue_init(struct sim_pipe_queue *queue, uint32_t quota);
NTSTATUS pipe_queue_read(struct sim_pipe_queue *queue, struct sim_request *request);
NTSTATUS pipe_queue_write(struct sim_pipe_queue *queue, struct sim_request *request, bool message);
/* copies what a read would get, without taking it; left is the length of the message that comes
 * next, 0 in byte mode, less what was read (Wine kernel32/pipe.c test_peek_pipe) */
void pipe_queue_peek(const struct sim_pipe_queue *queue, bool message, void *out, uint32_t room,
                     uint32_t *read, uint32_t *available, uint32_t *left);
bool pipe_queue_is_empty(const struct sim_pipe_queue *queue);
/* takes a pending read or write out of the queue (cancel) */
void pipe_queue_cancel(struct sim_pipe_queue *queue, struct sim_request *request);
/* completes pending reads with `status`; completes pending writes with it and drops all data */
void pipe_queue_fail_readers(struct sim_pipe_queue *queue, NTSTATUS status);
void pipe_queue_fail_writers(struct sim_pipe_queue *queue, NTSTATUS status);

#endif
