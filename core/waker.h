/* waker: wakes a poll from any thread (mio::Waker). */
#ifndef CORE_WAKER_H
#define CORE_WAKER_H

#include "core/registry.h"
#include "core/result.h"

#include <stdint.h>

typedef struct rdy_waker rdy_waker;

/* rdy_waker_create makes the waker of a poll; its events carry `token` and READABLE. A second
 * waker on one poll is an assertion, as long as the first has not been destroyed. It keeps neither
 * poll nor registry alive. FAILED ERROR_NOT_ENOUGH_MEMORY; *waker is NULL then. The caller owns
 * *waker and gives it back with rdy_waker_destroy, before or after the poll. */
RDY_MUST_USE rdy_result rdy_waker_create(rdy_registry *registry, uint64_t token, rdy_waker **waker);

/* rdy_waker_wake makes the poll's current or next wait return an event. Wake-ups may be merged but
 * are never lost: DONE means that an event will be reported after the call began. One that cannot
 * be posted is FAILED with the code of PostQueuedCompletionStatus, and ERROR_INVALID_HANDLE once
 * the last reference of the poll is gone. Any thread, never blocks. */
RDY_MUST_USE rdy_result rdy_waker_wake(rdy_waker *waker);

/* rdy_waker_destroy drops the waker; nothing more is reported for it. No other thread may use it.
 */
void rdy_waker_destroy(rdy_waker *waker);

/* rdy_waker_check asserts the invariants in core/waker.c. Takes the waker's lock. */
void rdy_waker_check(rdy_waker *waker);

#endif
