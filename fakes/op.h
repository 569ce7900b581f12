/* op: the one table of what simulated code can do: its name, whether it is a visible step (a place
 * where another actor may run), and whether a fault may be injected into it.
 *
 * Heap calls, LastError, TLS and queries without a handle are no steps: nobody else can observe
 * when they happen. */
#ifndef FAKES_OP_H
#define FAKES_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sim_op {
    SIM_OP_NONE,
    /* threads and the harness */
    SIM_OP_THREAD_START,
    SIM_OP_THREAD_EXIT,
    SIM_OP_THREAD_JOIN,
    SIM_OP_QUIESCENT,
    SIM_OP_YIELD,
    SIM_OP_SUBMITTED, /* the instruction after a submit: a completion may land before it */
    /* kernel actors */
    SIM_OP_CANCEL_FINISH,
    SIM_OP_RESULT_WRITE,
    SIM_OP_TIMER_FIRE,
    SIM_OP_SEGMENT_ARRIVE,
    /* handles and threads */
    SIM_OP_CLOSE_HANDLE,
    SIM_OP_DUPLICATE_HANDLE,
    SIM_OP_GET_HANDLE_INFORMATION,
    SIM_OP_CREATE_THREAD,
    SIM_OP_WAIT_SINGLE,
    SIM_OP_WAIT_MULTIPLE,
    SIM_OP_SLEEP,
    SIM_OP_SWITCH_TO_THREAD,
    /* ports */
    SIM_OP_CREATE_PORT,
    SIM_OP_DEQUEUE,
    SIM_OP_DEQUEUE_EX,
    SIM_OP_POST,
    SIM_OP_SET_NOTIFICATION_MODES,
    /* files and pipes */
    SIM_OP_CREATE_FILE,
    SIM_OP_CREATE_NAMED_PIPE,
    SIM_OP_CONNECT_NAMED_PIPE,
    SIM_OP_DISCONNECT_NAMED_PIPE,
    SIM_OP_SET_NAMED_PIPE_STATE,
    SIM_OP_PEEK_NAMED_PIPE,
    SIM_OP_READ_FILE,
    SIM_OP_WRITE_FILE,
    SIM_OP_GET_OVERLAPPED_RESULT,
    SIM_OP_HAS_OVERLAPPED_IO_COMPLETED,
    SIM_OP_CANCEL_IO,
    SIM_OP_CANCEL_IO_EX,
    SIM_OP_FLUSH_FILE,
    /* synchronisation */
    SIM_OP_CREATE_EVENT,
    SIM_OP_SET_EVENT,
    SIM_OP_RESET_EVENT,
    SIM_OP_CREATE_SEMAPHORE,
    SIM_OP_RELEASE_SEMAPHORE,
    SIM_OP_CREATE_MUTEX,
    SIM_OP_RELEASE_MUTEX,
    SIM_OP_SRW_ACQUIRE,
    SIM_OP_SRW_TRY_ACQUIRE,
    SIM_OP_SRW_RELEASE,
    SIM_OP_SRW_ACQUIRE_SHARED,
    SIM_OP_SRW_TRY_ACQUIRE_SHARED,
    SIM_OP_SRW_RELEASE_SHARED,
    SIM_OP_CS_ENTER,
    SIM_OP_CS_TRY_ENTER,
    SIM_OP_CS_LEAVE,
    SIM_OP_CV_SLEEP,
    SIM_OP_CV_WAKE,
    SIM_OP_CV_WAKE_ALL,
    SIM_OP_INIT_ONCE,
    SIM_OP_INTERLOCKED_READ,
    SIM_OP_INTERLOCKED,
    /* allocation: no step, but a fault point */
    SIM_OP_HEAP_ALLOC,
    /* kernel actors of the network */
    SIM_OP_POLL_COMPLETE,
    SIM_OP_ALARM,
    /* the native API */
    SIM_OP_NT_CREATE_FILE,
    SIM_OP_NT_DEVICE_CONTROL,
    SIM_OP_NT_CANCEL,
    SIM_OP_CREATE_KEYED_EVENT,
    SIM_OP_WAIT_KEYED_EVENT,
    SIM_OP_RELEASE_KEYED_EVENT,
    /* sockets */
    SIM_OP_SOCKET,
    SIM_OP_BIND,
    SIM_OP_LISTEN,
    SIM_OP_ACCEPT,
    SIM_OP_CONNECT,
    SIM_OP_SEND,
    SIM_OP_RECV,
    SIM_OP_SHUTDOWN,
    SIM_OP_CLOSE_SOCKET,
    SIM_OP_GET_SOCKET_NAME,
    SIM_OP_GET_PEER_NAME,
    SIM_OP_GET_SOCKET_OPTION,
    SIM_OP_SET_SOCKET_OPTION,
    SIM_OP_SOCKET_CONTROL,
    /* waits by address */
    SIM_OP_WAIT_ON_ADDRESS,
    SIM_OP_WAKE_BY_ADDRESS,
    SIM_OP_WAKE_BY_ADDRESS_ALL,
    /* kernel actors of requests */
    SIM_OP_PACKET_QUEUE,
    SIM_OP_COUNT
};

struct sim_op_info {
    const char *name; /* the Win32 name, or a word for what has none */
    bool step;
    bool faultable;
};

/* sim_op_info returns the table row of an operation. */
const struct sim_op_info *sim_op_info(enum sim_op op);
/* sim_op_by_name finds an operation by its name of `length` characters; SIM_OP_NONE if none. */
enum sim_op sim_op_by_name(const char *name, size_t length);

#endif
