/* keyed_wait: waits by key: addresses (WaitOnAddress) and keyed events.
 *
 * A queue holds threads in order of arrival, each with its key and the side it is on. Behind an
 * address there is nothing else: who waits there is woken by a key, and a wake that finds nobody is
 * lost. At a keyed event the two sides meet in pairs: who waits and who releases both block until
 * the other is there (Wine ntdll/om.c test_keyed_events, verified on Windows by its authors). */
#ifndef FAKES_KEYED_WAIT_H
#define FAKES_KEYED_WAIT_H

#include "fakes/object.h"

enum sim_keyed_side { SIM_KEYED_WAITS, SIM_KEYED_RELEASES };

struct sim_keyed_event {
    struct sim_object object; /* always signalled */
    struct sim_keyed_queue queue;
};

/* keyed_event_create makes a keyed event; keyed_event_destroy ends it. */
struct sim_object *keyed_event_create(void);
void keyed_event_destroy(struct sim_object *object);

/* keyed_sleep blocks the calling thread in the running step of `op` on `object` (an ordinal) until
 * somebody wakes this key and side, for at most `milliseconds`; false after that time. */
bool keyed_sleep(struct sim_keyed_queue *queue, uintptr_t key, enum sim_keyed_side side,
                 enum sim_op op, uint32_t object, DWORD milliseconds);

/* keyed_wake releases the thread that has waited longest with this key and side (any of them where
 * the settings say so); false if there is none. */
bool keyed_wake(struct sim_keyed_queue *queue, uintptr_t key, enum sim_keyed_side side);

#endif
