/* late: ends of requests that are told some time after they have come (setting late_packets).
 *
 * Windows tells of an end where it happens: the event is set and the packet queued in the step that
 * completes the request. Wine has the thread that submitted it do that (an APC of the system), so
 * others may run in between:
 *
 *   ended -> told    [a kernel action for each thread that has such requests; late_drain waits]
 *
 * Invariants:
 * 1. Requests of one thread are told of in the order in which they ended; those of several threads
 *    in any order.
 * 2. A call that submits returns when nothing of its thread is left to tell.
 * 3. At most one action waits for each thread. */
#ifndef FAKES_LATE_H
#define FAKES_LATE_H

#include "fakes/request.h"

/* late_takes decides whether the end of a request is told later, and then sees to it. Only where
 * the setting is on. */
bool late_takes(struct sim_request *request);

/* late_drain blocks the calling thread until all ends of its requests are told. */
void late_drain(void);

#endif
