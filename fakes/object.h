/* object: kernel objects, their references, and the handle table.
 *
 * An object lives while a handle or a pointer reference is left. Closing the last handle runs its
 * cleanup at once (pending requests complete then); its memory goes with the last reference.
 * Evidence: CloseHandle with pending I/O, probes p_pipe and Wine kernel32/pipe.c. */
#ifndef FAKES_OBJECT_H
#define FAKES_OBJECT_H

#include "fakes/world_state.h"

enum sim_object_type {
    SIM_OBJECT_PORT = 1,
    SIM_OBJECT_FILE,
    SIM_OBJECT_THREAD,
    SIM_OBJECT_EVENT,
    SIM_OBJECT_SEMAPHORE,
    SIM_OBJECT_MUTEX,
    SIM_OBJECT_KEYED_EVENT,
    SIM_OBJECT_TYPE_COUNT
};

struct sim_waiter {
    struct sim_thread *thread;
    struct sim_waiter *next;
};

struct sim_object {
    enum sim_object_type type;
    uint32_t ordinal; /* in order of creation, from 1 */
    uint32_t handles;
    uint32_t references; /* pointers, plus one while handles are left */
    bool signalled;      /* events, finished threads, files: what a wait sees */
    bool manual_reset;
    struct sim_waiter *waiters; /* first in first out */
};

struct sim_event_object {
    struct sim_object object;
};

struct sim_thread_object {
    struct sim_object object;
    struct sim_thread *thread;
    DWORD exit_code;
};

/* object_init numbers a fresh object, logs its creation and gives it one handle's reference. */
void object_init(struct sim_object *object, enum sim_object_type type);
const char *object_type_name(enum sim_object_type type);

void object_retain(struct sim_object *object);
void object_release(struct sim_object *object);

/* handle_open makes a handle; object_init's reference belongs to the first. It returns NULL with
 * ERROR_NO_SYSTEM_RESOURCES-like exhaustion only as a bound of the simulator (reported). */
HANDLE handle_open(struct sim_object *object, uint32_t access);

/* handle_duplicate makes one more handle to an object that has handles. */
HANDLE handle_duplicate(struct sim_object *object, uint32_t access);

/* handle_close closes a handle; false if it is not open. */
bool handle_close(HANDLE handle);

/* handle_peek finds the object without any check or report, NULL if there is none. */
struct sim_object *handle_peek(HANDLE handle);

/* handle_touch states that the running step depends on what a handle value stands for. */
void handle_touch(HANDLE handle);

/* handle_find finds an object of a type (0: any). When there is none it reports the misuse of a
 * stale or wild handle, or, where the settings allow bad handles, sets ERROR_INVALID_HANDLE and
 * returns NULL. *access may be NULL. */
struct sim_object *handle_find(HANDLE handle, enum sim_object_type type, uint32_t *access);

/* handle_describe writes what the table knows of open handles, one a line. */
size_t handle_describe(char *out, size_t size);

void handles_reset(struct sim_world *world);
bool handles_reserve(struct sim_world *world);
void handles_release(struct sim_world *world);

/* object_thread_finished signals the object of a thread that ends and wakes who joins it. */
void object_thread_finished(struct sim_thread *thread);

#endif
