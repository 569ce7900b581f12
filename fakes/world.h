/* world: one simulated Windows, from reset to verdict.
 *
 * A `sim_world` owns all state of a simulation: kernel objects, simulated threads, heap, clock and
 * log. Nothing else is global but the pointer to the world that runs now. An execution is a
 * function run as the first simulated thread ("main") under a decision source; everything the
 * function and its threads do through the fake Win32 headers is deterministic in (function,
 * settings, decisions): same input, same log, same hash, on every compiler and machine.
 *
 * All functions here belong to one OS thread. */
#ifndef FAKES_WORLD_H
#define FAKES_WORLD_H

#include "fakes/pick.h"

struct sim_world;
struct sim_log;

/* When a completed request on a handle with a port writes its status block and buffer.
 * Evidence: "I/O Completion Ports" (Microsoft Learn): not updated until the packet is removed;
 * Wine 8 writes before it queues the packet (probe p_race). */
enum sim_result_write { SIM_RESULT_AT_DEQUEUE, SIM_RESULT_EARLY, SIM_RESULT_ANY };
enum sim_handle_values { SIM_HANDLES_REUSE, SIM_HANDLES_FRESH };
enum sim_waiter_order { SIM_WAITERS_LIFO, SIM_WAITERS_ANY, SIM_WAITERS_FIFO };
/* Service providers layered over the sockets: none; one that answers SIO_BASE_HANDLE, as it must;
 * one that refuses it and answers SIO_BSP_HANDLE_*. */
enum sim_layers { SIM_LAYERS_NONE, SIM_LAYERS_BASE, SIM_LAYERS_BSP };

/* Settings of one execution. Zero is the default of every member. */
struct sim_settings {
    enum sim_result_write result_write;
    enum sim_handle_values handles; /* lowest free value again, or a fresh one each time */
    enum sim_waiter_order waiters;  /* whom a packet wakes at a port */
    uint32_t faults_max;            /* how many faults one execution may inject */
    uint32_t steps_max;             /* livelock bound; 0 means SIM_STEPS_MAX_DEFAULT */
    uint32_t pipe_quota_min;        /* 0: the size asked for at creation, as on Windows */
    bool cancel_races;              /* a cancel may end later, or lose, instead of at once */
    bool short_pipe_writes;         /* pipes accept a prefix of a write: excluded by Windows */
    bool pending_though_done;       /* a finished request may still answer ERROR_IO_PENDING */
    bool coarse_clock;              /* timeouts may fire early by less than a tick, or late */
    bool try_locks;                 /* the subject tries locks: then a release is a choice, too */
    uint32_t socket_buffer;         /* default SO_SNDBUF and SO_RCVBUF in bytes; 0: 65536 */
    enum sim_layers layers;         /* providers layered over the sockets */
    bool prompt_network;            /* segments arrive within the call that sends them */
    bool late_polls;                /* a poll may complete some time after its events */
    bool late_packets;              /* the packet of a request may come some time after its end */
    bool wine_sockets;              /* sockets may do what those of Wine do (RULES.md, 7.20) */
    bool spurious_polls;            /* a poll may report what is not so */
    bool crossed_polls;             /* polls of one socket lose events, or get each other's */
    bool bad_handles;               /* a bad handle is an error code, not a "misuse" finding */
    bool leaks_allowed;             /* handles and memory left at the end are no finding */
};
#define SIM_STEPS_MAX_DEFAULT UINT32_C(20000)

/* What one execution came to. `oracle` is a static string with the stable id of the finding, NULL
 * when there is none; the message is one or more readable lines. */
struct sim_outcome {
    const char *oracle;
    char message[2048];
    uint64_t hash;   /* of the whole log; see sim_world_no_hash */
    uint32_t steps;  /* visible operations */
    uint32_t picks;  /* choices with two alternatives or more */
    uint32_t cost;   /* packed cost vector of the decisions taken */
    uint32_t faults; /* injected */
    bool abandoned;  /* the source ended it: no verdict */
};

/* Oracle ids that fakes itself reports. */
extern const char SIM_ORACLE_ASSERTION[];      /* "assertion" */
extern const char SIM_ORACLE_USE_AFTER_FREE[]; /* "use-after-free" */
extern const char SIM_ORACLE_KERNEL_WRITE[];   /* "kernel-write-after-free" */
extern const char SIM_ORACLE_BUFFER_TOUCHED[]; /* "buffer-touched" */
extern const char SIM_ORACLE_SLOT_REUSE[];     /* "slot-reuse" */
extern const char SIM_ORACLE_HANDLE_LEAK[];    /* "handle-leak" */
extern const char SIM_ORACLE_MEMORY_LEAK[];    /* "memory-leak" */
extern const char SIM_ORACLE_MISUSE[];         /* "misuse" */
extern const char SIM_ORACLE_DEADLOCK[];       /* "deadlock" */
extern const char SIM_ORACLE_LIVELOCK[];       /* "livelock" */
extern const char SIM_ORACLE_UNMODELLED[];     /* "unmodelled": the simulator, not the subject */

/* sim_world_create reserves the memory of a world once; it returns NULL when the host refuses.
 * The caller owns it and gives it back with sim_world_destroy. */
struct sim_world *sim_world_create(void);
void sim_world_destroy(struct sim_world *world);

/* sim_world_record makes later executions record their decisions in `log` (which stays the
 * caller's and must outlive them); NULL stops recording. Recording starts anew each execution. */
void sim_world_record(struct sim_world *world, struct sim_decision_log *log);

/* sim_world_no_hash makes later executions leave sim_outcome.hash 0: for who compares no
 * histories. */
void sim_world_no_hash(struct sim_world *world);

/* sim_world_run resets the world, runs `body(argument)` as thread 0 until every simulated thread
 * has finished or something is found, checks for leaks, and fills *outcome. A finding abandons the
 * simulated threads where they stand. Not reentrant. */
void sim_world_run(struct sim_world *world, const struct sim_settings *settings,
                   struct sim_source *source, void (*body)(void *argument), void *argument,
                   struct sim_outcome *outcome);

/* sim_world_pause makes later executions call callback(argument) whenever thread `ordinal` begins
 * its step `step`, on the stack of that thread and before the step does anything: a place for a
 * debugger to stop. NULL ends that. Costs nothing while there is none. */
void sim_world_pause(struct sim_world *world, uint32_t ordinal, uint32_t step,
                     void (*callback)(void *argument), void *argument);

/* sim_world_log returns the log of the last (or running) execution; it stays the world's. */
const struct sim_log *sim_world_log(const struct sim_world *world);

/* sim_world_thread_count returns how many simulated threads the last execution had, and
 * sim_world_thread_steps how many steps thread `ordinal` took. */
uint32_t sim_world_thread_count(const struct sim_world *world);
uint32_t sim_world_thread_steps(const struct sim_world *world, uint32_t ordinal);

/* sim_world_blocked_acquire tells whether thread `ordinal` ended the last execution standing before
 * a lock, and which resource that is (fakes/footprint.h). */
bool sim_world_blocked_acquire(const struct sim_world *world, uint32_t ordinal, uint64_t *resource);

/* ---- from inside an execution (harness code on a simulated thread) ---- */

/* sim_spawn starts a simulated thread without a handle and returns its ordinal. The name must
 * outlive the execution. Stack: SIM_STACK_SIZE. Not a visible step. What such a thread has
 * submitted does not end with it: it stands for one that goes on with something else. Its end
 * belongs to its last step, unless it is bound to a port or owns a mutex. */
uint32_t sim_spawn(const char *name, void (*body)(void *argument), void *argument);
#define SIM_STACK_SIZE ((size_t)65536)

/* sim_wait_quiescent blocks the caller until no other actor can run: every other thread has
 * finished or is blocked for good, no kernel action and no timer is left. One thread at a time. */
void sim_wait_quiescent(void);

/* sim_yield is a visible step that touches nothing: a place where another actor may run. */
void sim_yield(void);

/* sim_thread_join blocks until thread `ordinal` has returned. */
void sim_thread_join(uint32_t ordinal);
/* sim_thread_self returns the ordinal of the calling thread. */
uint32_t sim_thread_self(void);

/* sim_wait_graph writes, one line a thread, who waits for what and who holds it. It returns the
 * length without the final 0, and cuts at `size`. */
size_t sim_wait_graph(char *out, size_t size);

/* sim_report records a finding, unless there is one already, and ends the execution: it does not
 * return. `oracle` must be a static string. */
_Noreturn void sim_report(const char *oracle, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* sim_inflight counts what the kernel holds for this OVERLAPPED (or status block): requests not
 * yet completed and packets, posted ones included, not yet dequeued. */
uint32_t sim_inflight(const void *overlapped);

/* sim_handles_open returns how many handles are open. */
size_t sim_handles_open(void);

/* sim_touch declares that the running step of the caller reads or writes something of the harness
 * that other threads touch, too: strategies that reduce must not reorder such steps. `what` is any
 * number of the harness's choice, below 2^56. */
void sim_touch(uint64_t what, bool write);

/* sim_faults_suspend turns fault injection off (true) or back on for the calling thread: a harness
 * does that around its own calls. Calls nest. */
void sim_faults_suspend(bool suspend);

#endif
