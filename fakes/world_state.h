/* world_state: the inside of a world, for the modules of fakes. Nobody else includes it.
 *
 * Invariants of a running world
 * W1  `current` is the simulated thread whose fiber runs; kernel actions run on its stack.
 * W2  A thread is READY exactly when its bit in `ready` is set: it stands before a visible step
 *     that it can do. BLOCKED threads are released by somebody else's step. FINISHED ones stay.
 * W3  Choices with one alternative are not choices: nobody is asked and nothing is recorded.
 * W4  Everything that enters the log or a choice is an ordinal, never an address. */
#ifndef FAKES_WORLD_STATE_H
#define FAKES_WORLD_STATE_H

#include "fakes/arena.h"
#include "fakes/fiber.h"
#include "fakes/footprint.h"
#include "fakes/log_state.h"
#include "fakes/op.h"
#include "fakes/sanitizer.h"
#include "fakes/world.h"

#include <windows.h>

#define SIM_THREADS_MAX      255u /* ordinals fit the 8 bits of an actor id */
#define SIM_READY_WORDS      4u
#define SIM_ACTORS_MAX       1024u /* kernel actions that wait for their turn */
#define SIM_CANDIDATES_MAX   512u  /* alternatives of one choice */
#define SIM_TLS_SLOTS        64u
#define SIM_ARENA_SIZE       ((size_t)8 << 30)
#define SIM_HANDLES_MAX      ((size_t)1 << 20)
#define SIM_WAIT_OBJECTS_MAX 64u

enum sim_thread_state {
    SIM_THREAD_UNUSED,
    SIM_THREAD_READY,
    SIM_THREAD_BLOCKED,
    SIM_THREAD_FINISHED
};

struct sim_lock;
struct sim_object;
struct sim_port;
struct sim_file;
struct sim_packet;

/* What a blocked thread waits for, for the wait graph, and what released it. */
enum sim_wake_reason { SIM_WAKE_NONE, SIM_WAKE_DONE, SIM_WAKE_TIMEOUT, SIM_WAKE_ABANDONED };

/* A timer: it fires a function of the thread that waits. Lives in the thread; at most one. */
struct sim_timer {
    bool armed;
    int64_t deadline; /* 100 ns units of the virtual clock */
    uint32_t step;    /* of the thread, when armed: part of its actor id */
    bool after_tick;  /* armed less than a millisecond after a tick of the system's clock */
};

struct sim_thread {
    uint32_t ordinal;
    enum sim_thread_state state;
    uint32_t step;    /* ordinal of the last visible step begun; 0 none */
    uint16_t op;      /* of that step */
    uint16_t next_op; /* what it wants to do, while READY or BLOCKED */
    uint32_t next_object;
    int32_t locks_held;
    uint32_t pick_step;   /* the step that pick_nth belongs to */
    uint8_t pick_nth[16]; /* choices of each kind in that step */

    /* Blocked state: one use at a time. */
    struct sim_thread *wait_next; /* in the queue of what it waits for */
    const void *wait_key;         /* lock, variable, port ... it is queued at; identity only */
    struct sim_port *port;        /* it is associated with (concurrency) */
    enum sim_wake_reason wake_reason;
    bool wants_shared;            /* of a lock */
    struct sim_lock *sleeps_with; /* at a condition variable: the lock to take again */
    void (*timeout)(struct sim_thread *thread); /* takes it out of that queue */
    struct sim_timer timer;
    struct sim_packet *handed; /* port: the packet a waiter was released with */
    bool patient;              /* port: the packet is the same whenever it began to wait */
    uintptr_t key;             /* of a keyed wait, and on which side */
    uint8_t key_side;
    bool waits_for_all;
    bool has_submitted;  /* a request, ever */
    bool keeps_requests; /* what it has submitted does not end with it */
    uint32_t waits_for_count;
    uint32_t wait_result;

    DWORD last_error;
    DWORD exit_code;
    uint32_t faults_suspended;
    const char *name;
    void (*body)(void *argument);
    void *argument;
    struct sim_thread_object *object; /* kernel object, NULL if spawned without a handle */

    /* From here on nothing is cleared between executions. */
    _Alignas(64) struct sim_fiber fiber;
    struct sim_object *waits_for[SIM_WAIT_OBJECTS_MAX];
    void *tls[SIM_TLS_SLOTS]; /* a slot is cleared when it is allocated */
};

/* A kernel action waiting for its turn. */
struct sim_actor {
    sim_actor_id id;
    uint16_t op;
    uint32_t object; /* for the log */
    void (*run)(void *argument);
    void *argument;
};

/* Threads that wait by key (keyed_wait.h), by wait_next, in order of arrival. */
struct sim_keyed_queue {
    struct sim_thread *first;
};

struct sim_handle_entry {
    struct sim_object *object;
    uint32_t access;
    bool was_open; /* in this execution: to tell a stale value from a wild one */
};

struct sim_lock_table;
struct sim_pipe_name;
struct sim_request;
struct sim_channel;
struct sim_binding_table;
struct sim_request_memory;
struct sim_alarm;

struct sim_world {
    struct sim_settings settings;
    struct sim_source *source;
    struct sim_decision_log *decisions; /* NULL: not recorded */
    struct sim_outcome *outcome;
    bool running;
    bool no_hash;
    uint64_t serial; /* of the execution: stale one-word locks read as fresh */

    /* scheduler */
    struct sim_thread *current;
    struct sim_fiber host;
    uint64_t ready[SIM_READY_WORDS];
    uint32_t ready_count;
    uint32_t thread_count;   /* used this execution */
    uint32_t thread_highest; /* ever used: they have stacks */
    uint32_t live_count;     /* not finished */
    uint32_t joiners;        /* threads blocked in sim_thread_join */
    uint32_t actor_count;
    uint32_t timer_count; /* timers of threads and alarms of the kernel */
    uint32_t alarm_count;
    struct sim_alarm *alarms;     /* the earliest first */
    struct sim_thread *quiescent; /* the thread that waits for everybody else */
    struct sim_pick actor_pick;   /* the last question who runs next */
    sim_actor_id last_actor;      /* kernel action that ran last, 0 if a thread did */
    uint16_t last_actor_op;
    uint32_t steps;
    uint32_t steps_max;
    uint32_t steps_plain; /* steps behind it need a look: steps_max, or 0 while there is a pause */
    uint32_t picks;
    uint32_t cost;
    uint32_t faults;
    uint8_t actor_nth[16];
    uint32_t actors_started;

    /* what the running step has touched, if the source asks for it */
    struct sim_footprint footprint;
    bool footprint_on;
    bool step_open; /* a step has begun of which the source has not been told */
    bool by_count;  /* the source needs no list of threads, and there are few */
    bool ask_alone; /* the source wants to be asked about every step */
    uint64_t packet_count;

    /* for debuggers, kept from one execution to the next */
    struct {
        void (*callback)(void *argument); /* NULL: no pause */
        void *argument;
        uint32_t thread, step;
    } pause;

    /* clock, in 100 ns units */
    int64_t now;
    int64_t tick; /* the last that has shown: by a wait that ended early */
    uint32_t clock_reads;

    /* kernel objects */
    struct sim_handle_entry *handle; /* reserved range of SIM_HANDLES_MAX */
    uint32_t handle_high;            /* entries touched */
    uint32_t handle_low;             /* no free entry below */
    uint32_t handles_open;
    uint32_t object_count; /* ordinals given out */
    struct sim_pipe_name *pipe_names;
    uint64_t listening_clock;     /* order in which pipe instances began to listen */
    struct sim_request *requests; /* not yet dequeued or given back, oldest first */
    struct sim_request *requests_last;
    struct sim_request *late; /* ended and not told of (late.h), by late_next, in order of ends */
    struct sim_request_memory *request_memory;
    struct sim_port *ports; /* all that live */

    /* network */
    struct sim_channel *channels, *channels_last; /* in flight, in order of sending */
    uint32_t channel_count;
    struct sim_binding_table *bindings;   /* who is bound to which port */
    uint32_t winsock_starts;              /* WSAStartup less WSACleanup */
    struct sim_mutex *mutexes;            /* all that live */
    struct sim_keyed_queue addresses;     /* who sleeps in WaitOnAddress */
    struct sim_keyed_queue keyed_default; /* the keyed event that every process has */
    uint32_t lock_count;
    char debug_string[1024];
    uint64_t tls_slots; /* bits */

    struct sim_log log;
    struct sim_arena arena;
    struct sim_heap *heap;
    struct sim_lock_table *locks;

    /* scratch of the scheduler: too large for a fiber's stack */
    uint64_t candidate_id[SIM_CANDIDATES_MAX];
    uint32_t candidate_cost[SIM_CANDIDATES_MAX];
    struct sim_pending candidate_pending[SIM_CANDIDATES_MAX];
    struct sim_actor actor[SIM_ACTORS_MAX];
    struct sim_thread thread[SIM_THREADS_MAX];
};

/* world_finished checks for leaks after the last thread has ended, and leaves the simulation. */
_Noreturn void world_finished(struct sim_world *world);

/* The world that runs. One OS thread simulates at a time. */
extern struct sim_world *sim_running;

/* What a step orders for ThreadSanitizer. A kernel action runs on the stack of whoever runs: it
 * orders nothing in that one's name. */
static inline void order_release(enum sim_resource_kind kind, uint64_t value)
{
    if (sim_running->last_actor == 0) {
        sanitizer_release(SIM_RESOURCE(kind, value));
    }
}

static inline void order_acquire(enum sim_resource_kind kind, uint64_t value)
{
    sanitizer_acquire(SIM_RESOURCE(kind, value));
}

/* What is known by its address is called by its place in the heap where blocks are malloc's and lie
 * elsewhere in each execution (heap_malloc.c): footprints of different executions are compared. */
#if defined(SIM_HEAP_MALLOC)
uint64_t heap_place(const struct sim_world *world, uint64_t address);
#endif

static inline sim_resource touched_resource(enum sim_resource_kind kind, uint64_t value)
{
#if defined(SIM_HEAP_MALLOC)
    if (kind == SIM_RESOURCE_WORD || kind == SIM_RESOURCE_BLOCK) {
        value = heap_place(sim_running, value);
    }
#endif
    return SIM_RESOURCE(kind, value);
}

/* touch records that the running step reads (0, false) or writes (1, true) a resource, or how else
 * it touches it (enum sim_touch_mode). */
static inline void touch(enum sim_resource_kind kind, uint64_t value, uint32_t mode)
{
    if (mode & SIM_TOUCH_RELEASE) {
        order_release(kind, value);
    }
    if (mode & SIM_TOUCH_ACQUIRE) {
        order_acquire(kind, value);
    }
    if (sim_running->footprint_on) {
        footprint_add(&sim_running->footprint, touched_resource(kind, value), mode);
    }
}

/* touch_found records that the running step has found a resource as a release left it, but has not
 * taken it: this orders nothing for ThreadSanitizer. */
static inline void touch_found(enum sim_resource_kind kind, uint64_t value)
{
    if (sim_running->footprint_on) {
        footprint_add(&sim_running->footprint, touched_resource(kind, value),
                      SIM_TOUCH_READ | SIM_TOUCH_ACQUIRE);
    }
}

/* touch_everything records that the running step depends on more than resources can say. */
static inline void touch_everything(void)
{
    sim_running->footprint.everything |= sim_running->footprint_on;
}

#endif
