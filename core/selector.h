/* selector: when the kernel hears of what a registration asks for (mio SelectorInner).
 *
 * A poll of a socket in flight can neither be changed nor ended at once, so it is expensive to tell
 * the kernel of every change. While nobody waits, changes are collected in the update queue, and
 * the next wait makes them before it sleeps. While somebody waits, he who changes something tells
 * the kernel himself: the sleeper would not look at the queue. Internal to core. */
#ifndef CORE_SELECTOR_H
#define CORE_SELECTOR_H

#include "core/afd_group.h"
#include "core/event.h"

#include <stddef.h>

/* The place of a socket in the update queue of a selector. Embedded in it; all zero is in none. */
struct rdy_update {
    BOOL is_queued;                     /* under the lock of the socket */
    struct rdy_update *next, *previous; /* under the lock of the selector */
};

struct rdy_selector {
    struct rdy_afd_group group;
    SRWLOCK lock; /* guards what follows */
    BOOL is_polling;
    struct rdy_update updates; /* head of the queue */
};

/* rdy_selector_init makes a selector whose polls queue their packets at `port`, which must outlive
 * it. rdy_selector_deinit gives it back; its queue is empty by then. */
void rdy_selector_init(struct rdy_selector *selector, const struct rdy_completion_port *port);
void rdy_selector_deinit(struct rdy_selector *selector);

/* rdy_selector_begin says that the caller waits from now on and makes the changes of others. FALSE
 * if somebody does already. rdy_selector_end ends that. */
RDY_MUST_USE BOOL rdy_selector_begin(struct rdy_selector *selector);
void rdy_selector_end(struct rdy_selector *selector);
BOOL rdy_selector_is_polling(struct rdy_selector *selector);

/* rdy_selector_flush makes the changes in the queue. A socket that the kernel refuses to poll has
 * an error event, written to events[*count], and nobody else suffers; when `max` events are there
 * the rest of the queue waits. Only between begin and end; the caller holds no lock. */
void rdy_selector_flush(struct rdy_selector *selector, rdy_event *events, size_t max,
                        size_t *count);

/* rdy_selector_defers puts a socket into the queue, if nobody waits: TRUE, also if it was there.
 * FALSE if somebody does: then the caller makes the change himself. Under the socket's lock, which
 * comes before the selector's. */
RDY_MUST_USE BOOL rdy_selector_defers(struct rdy_selector *selector, struct rdy_update *update);

/* rdy_selector_defer puts a socket into the queue, whoever waits: for the thread that waits, and
 * for changes that were refused and are tried again some time. Under the socket's lock. */
void rdy_selector_defer(struct rdy_selector *selector, struct rdy_update *update);

/* rdy_selector_forget takes a socket out of the queue, if it is there. Under the socket's lock. */
void rdy_selector_forget(struct rdy_selector *selector, struct rdy_update *update);

/* rdy_selector_check asserts the invariants in core/selector.c. Takes the locks of the selector and
 * of its group. */
void rdy_selector_check(struct rdy_selector *selector);

#endif
