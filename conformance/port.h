/* port: what an implementation of the reference semantics exports to be tested, in one page.
 *
 * A port is a shared library (or a table linked in) with one symbol, `conf_port`, of type
 * `const struct conf_port`. Every function is small; the harness calls them from the threads of a
 * scenario, several at once, under the rules stated below. Any language that can export C may
 * implement it.
 *
 * Results: a status word and the operating system's error code (0 unless FAILED or CLOSED).
 * Handles are opaque pointers of the port. A function whose capability flag is not announced may
 * be NULL. No function blocks but `poll_wait`, and drops that must wait for the kernel.
 *
 * Serialisation the harness guarantees: one poll is waited on by one thread at a time; register,
 * reregister, deregister and drop of one source never overlap each other; a drop never overlaps
 * any call on the same object. Everything else may run at the same time. */
#ifndef CONFORMANCE_PORT_H
#define CONFORMANCE_PORT_H

#include <stddef.h>
#include <stdint.h>

#define CONF_PORT_VERSION 1u

enum conf_status { CONF_DONE, CONF_WOULD_BLOCK, CONF_CLOSED, CONF_FAILED };

struct conf_result {
    uint32_t status; /* enum conf_status */
    uint32_t error;  /* operating system code */
    uint64_t count;  /* bytes moved or events written, when DONE */
};

enum conf_event_flag {
    CONF_EVENT_READABLE = 1,
    CONF_EVENT_WRITABLE = 2,
    CONF_EVENT_ERROR = 4,
    CONF_EVENT_READ_CLOSED = 8,
    CONF_EVENT_WRITE_CLOSED = 16,
    CONF_EVENT_PRIORITY = 32
};

struct conf_event {
    uint64_t token;
    uint32_t flags;
    uint32_t reserved;
};

enum conf_port_world { CONF_WORLD_SIMULATED, CONF_WORLD_WIN32, CONF_WORLD_POSIX };

/* Capabilities. */
#define CONF_CAN_WAKER   UINT64_C(1)
#define CONF_CAN_PIPE    UINT64_C(2)
#define CONF_CAN_MESSAGE UINT64_C(4)  /* message-mode pipes */
#define CONF_CAN_OBSERVE UINT64_C(8)  /* tells of its states and references */
#define CONF_CAN_STREAM  UINT64_C(16) /* streams in memory */
#define CONF_CAN_SOCKET  UINT64_C(32)
#define CONF_CAN_USER    UINT64_C(64) /* sources that the user of the port makes */

/* Flags of a pipe end. */
#define CONF_PIPE_FLAG_MESSAGE  1u
#define CONF_PIPE_FLAG_BLOCKING 2u /* its calls wait; only for the plain handles of the harness */

/* What a port may tell of its inside. Pointers are identities: never dereferenced, never logged. */
enum conf_observation_kind {
    CONF_OBSERVE_CREATE,  /* object of `machine` exists */
    CONF_OBSERVE_DESTROY, /* its memory goes now */
    CONF_OBSERVE_STATE,   /* machine of object: from -> to */
    CONF_OBSERVE_RETAIN,  /* the request on `request` now holds a reference of object */
    CONF_OBSERVE_RELEASE, /* that reference is given back */
    CONF_OBSERVE_DISPATCH /* the completion of `request` is about to be processed */
};

struct conf_observation {
    uint32_t kind; /* enum conf_observation_kind */
    uint32_t machine;
    const void *object;
    const void *request;
    int32_t from, to;
};

/* An observer runs in the thread that reports, inside the port's locks: it must not call the port
 * or anything that blocks. It may not return. */
typedef void (*conf_observe_function)(void *context, const struct conf_observation *observation);

#define CONF_WAIT_FOREVER UINT64_MAX

/* A waker of a task of the harness. Every clone is consumed once, by wake or by drop; two wakers
 * with the same ops and data are of the same task. A clone without ops says that there is no
 * memory. The functions may be called from any thread, and may call the port. */
struct conf_waker {
    const struct conf_waker_ops *ops;
    void *data;
};

struct conf_waker_ops {
    struct conf_waker (*clone)(void *data);
    void (*wake)(void *data);
    void (*wake_by_ref)(void *data); /* consumes nothing */
    void (*drop)(void *data);
};

/* Who polls a stream; borrowed for the call. */
struct conf_task {
    struct conf_waker waker;
    uint32_t *budget; /* operations left; NULL for no limit */
};

struct conf_slice {
    const void *data;
    size_t size;
};

/* What a handle of a stream is. */
enum conf_part {
    CONF_PART_SIMPLEX,
    CONF_PART_DUPLEX,
    CONF_PART_READ_HALF,
    CONF_PART_WRITE_HALF,
    CONF_PART_COUNT
};

/* A piece of the room for what is read. */
struct conf_room {
    void *data;
    size_t size;
};

/* What a handle of a socket is. */
enum conf_socket { CONF_SOCKET_LISTENER, CONF_SOCKET_STREAM, CONF_SOCKET_UDP, CONF_SOCKET_COUNT };

enum conf_family { CONF_FAMILY_V4, CONF_FAMILY_V6, CONF_FAMILY_COUNT };
enum conf_cast { CONF_CAST_ONE, CONF_CAST_GROUP, CONF_CAST_BROADCAST, CONF_CAST_COUNT };

/* Where a socket is: at a port of the loopback interface, of the group 239.255.0.1 or ff02::101, or
 * of all on this machine (255.255.255.255; IPv6: the group). */
struct conf_address {
    uint8_t family; /* enum conf_family */
    uint8_t cast;   /* enum conf_cast */
    uint16_t port;
};

enum conf_shutdown { CONF_SHUTDOWN_READ, CONF_SHUTDOWN_WRITE, CONF_SHUTDOWN_BOTH };
enum conf_address_of { CONF_ADDRESS_LOCAL, CONF_ADDRESS_PEER };

enum conf_option {
    CONF_OPTION_NODELAY, /* TCP streams: 0 or 1 */
    CONF_OPTION_LINGER,  /* plain TCP streams: seconds; with 0 a drop resets the connection */
    CONF_OPTION_TTL,
    CONF_OPTION_BROADCAST, /* udp: 0 or 1 */
    CONF_OPTION_LOOP,      /* udp: whether what is sent to a group comes back */
    CONF_OPTION_GROUP,     /* udp: 1 joins the group, 0 leaves it */
    CONF_OPTION_COUNT
};

struct conf_port {
    uint32_t version; /* CONF_PORT_VERSION */
    uint32_t size;    /* sizeof(struct conf_port) */
    const char *name;
    uint32_t world; /* enum conf_port_world */
    uint32_t reserved;
    uint64_t capabilities;

    /* begin and end bracket one scenario; end returns how many objects of the port still live. */
    void (*begin)(void);
    size_t (*end)(void);

    struct conf_result (*poll_create)(void **poll);
    /* poll_wait blocks for at most timeout_ns; DONE with `count` events, 0 only after the timeout.
     */
    struct conf_result (*poll_wait)(void *poll, struct conf_event *event, size_t max,
                                    uint64_t timeout_ns);
    void (*poll_drop)(void *poll);

    struct conf_result (*waker_create)(void *poll, uint64_t token, void **waker);
    struct conf_result (*waker_wake)(void *waker);
    void (*waker_drop)(void *waker);

    /* Any source: interest is CONF_INTEREST_* bits. */
    struct conf_result (*source_register)(void *source, void *poll, uint64_t token,
                                          uint32_t interest);
    struct conf_result (*source_reregister)(void *source, void *poll, uint64_t token,
                                            uint32_t interest);
    struct conf_result (*source_deregister)(void *source, void *poll);
    struct conf_result (*source_take_error)(void *source); /* DONE, `error` = the code taken or 0 */
    struct conf_result (*source_read)(void *source, void *buffer, size_t size);
    struct conf_result (*source_write)(void *source, const void *data, size_t size);
    void (*source_drop)(void *source);

    /* Named pipes: name is the bare name (ASCII), the port adds its prefix. */
    struct conf_result (*pipe_server_create)(const char *name, uint32_t quota, uint32_t flags,
                                             void **source);
    struct conf_result (*pipe_client_open)(const char *name, uint32_t flags, void **source);
    struct conf_result (*pipe_connect)(void *source);
    struct conf_result (*pipe_disconnect)(void *source);

    /* CONF_CAN_OBSERVE: where to report, until the next call (NULL: nowhere); set before begin. */
    void (*observe)(conf_observe_function function, void *context);
    const char *(*machine_name)(uint32_t machine);
    const char *(*state_name)(uint32_t machine, int32_t state);
    int (*transition_is_legal)(uint32_t machine, int32_t from, int32_t to);

    /* source_interrupt ends the blocking calls of other threads on a source, which then report
     * FAILED. Only ports with CONF_PIPE_FLAG_BLOCKING have it. */
    void (*source_interrupt)(void *source);

    /* Streams in memory: `part` is an enum conf_part. A part is used by one thread at a time, and
     * different parts by different threads at the same time. */
    struct conf_result (*simplex_create)(uint64_t capacity, void **stream);
    struct conf_result (*duplex_create)(uint64_t capacity, void **one, void **two);
    /* split takes a stream apart, unsplit puts its halves together again. */
    void (*stream_split)(uint32_t part, void *stream, void **reader, void **writer);
    struct conf_result (*stream_unsplit)(uint32_t part, void *reader, void *writer, void **stream);
    struct conf_result (*stream_poll_read)(uint32_t part, void *stream,
                                           const struct conf_task *task, void *buffer, size_t size);
    /* One slice is a plain write, several a vectored one. */
    struct conf_result (*stream_poll_write)(uint32_t part, void *stream,
                                            const struct conf_task *task,
                                            const struct conf_slice *slices, size_t slice_count);
    struct conf_result (*stream_flush)(uint32_t part, void *stream, const struct conf_task *task);
    struct conf_result (*stream_shutdown)(uint32_t part, void *stream,
                                          const struct conf_task *task);
    void (*stream_drop)(uint32_t part, void *stream);

    /* A whole duplex end as a source of a poll: as the source_* functions, of which the end has no
     * others. */
    struct conf_result (*duplex_register)(void *stream, void *poll, uint64_t token,
                                          uint32_t interest);
    struct conf_result (*duplex_reregister)(void *stream, void *poll, uint64_t token,
                                            uint32_t interest);
    struct conf_result (*duplex_deregister)(void *stream, void *poll);
    struct conf_result (*duplex_read)(void *stream, void *buffer, size_t size);
    struct conf_result (*duplex_write)(void *stream, const void *data, size_t size);

    /* Sockets: `kind` is an enum conf_socket. tcp_connect begins to connect: DONE does not mean
     * that there is a connection. What udp_receive_from does not know of the sender is 0. */
    struct conf_result (*tcp_listen)(const struct conf_address *address, uint32_t backlog,
                                     void **listener);
    struct conf_result (*tcp_connect)(const struct conf_address *address, void **stream);
    struct conf_result (*tcp_accept)(void *listener, void **stream);
    struct conf_result (*tcp_shutdown)(void *stream, uint32_t how); /* enum conf_shutdown */
    struct conf_result (*udp_bind)(const struct conf_address *address, void **socket);
    struct conf_result (*udp_connect)(void *socket, const struct conf_address *address);
    struct conf_result (*udp_receive_from)(void *socket, void *buffer, size_t size,
                                           struct conf_address *from);
    struct conf_result (*udp_send_to)(void *socket, const void *data, size_t size,
                                      const struct conf_address *to);
    struct conf_result (*socket_register)(uint32_t kind, void *socket, void *poll, uint64_t token,
                                          uint32_t interest);
    struct conf_result (*socket_reregister)(uint32_t kind, void *socket, void *poll, uint64_t token,
                                            uint32_t interest);
    struct conf_result (*socket_deregister)(uint32_t kind, void *socket, void *poll);
    struct conf_result (*socket_take_error)(uint32_t kind, void *socket);
    /* Streams, and udp sockets that are connected. One piece is a plain read or write, several a
     * vectored one, of streams only. */
    struct conf_result (*socket_read)(uint32_t kind, void *socket, const struct conf_room *rooms,
                                      size_t count);
    struct conf_result (*socket_peek)(uint32_t kind, void *socket, void *buffer, size_t size);
    struct conf_result (*socket_write)(uint32_t kind, void *socket, const struct conf_slice *slices,
                                       size_t count);
    struct conf_result (*socket_option)(uint32_t kind, void *socket, uint32_t family,
                                        uint32_t option, uint32_t value); /* enum conf_option */
    struct conf_result (*socket_address)(uint32_t kind, void *socket, uint32_t of,
                                         struct conf_address *address); /* enum conf_address_of */
    void (*socket_drop)(uint32_t kind, void *socket);
    /* tcp_urgent sends a byte of urgent data; the plain sockets of the harness alone have it. */
    struct conf_result (*tcp_urgent)(void *stream);

    /* A source that the user of the port makes, and a user of it: a set of flags (enum
     * conf_event_flag) that says what it is ready for. user_ready replaces them; user_take is an
     * operation in one direction (CONF_INTEREST_*): DONE, and the flag is gone, or WOULD_BLOCK. */
    struct conf_result (*user_create)(void **source);
    struct conf_result (*user_register)(void *source, void *poll, uint64_t token,
                                        uint32_t interest);
    struct conf_result (*user_reregister)(void *source, void *poll, uint64_t token,
                                          uint32_t interest);
    struct conf_result (*user_deregister)(void *source, void *poll);
    struct conf_result (*user_ready)(void *source, uint32_t flags);
    struct conf_result (*user_take)(void *source, uint32_t direction);
    void (*user_drop)(void *source);
};

/* The one symbol of a port in a shared library; tables linked in have names of their own. */
extern const struct conf_port conf_port;

#endif
