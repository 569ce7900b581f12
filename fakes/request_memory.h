/* request_memory: the user's memory that requests hold: the status block, from submit until the
 * request has left its last trace, and what the kernel may still write, block and buffer, from
 * submit until the result is visible.
 *
 * Two indexes make every question cheap however many requests there are: a hash of the addresses of
 * status blocks, and a count of owners for each 16 bytes of memory. A count that is not 0 may be
 * that of another address with the same index: then, and only then, all requests are looked at. */
#ifndef FAKES_REQUEST_MEMORY_H
#define FAKES_REQUEST_MEMORY_H

#include "fakes/request.h"

bool request_memory_reserve(struct sim_world *world);
void request_memory_release(struct sim_world *world);
/* request_memory_reset forgets the requests of the last execution, before they are forgotten. */
void request_memory_reset(struct sim_world *world);

/* memory_take gives a new request with a block of the user what its parameters say; reports
 * `slot-reuse` if another request holds the block. */
void memory_take(struct sim_request *request);
/* memory_guard watches the memory of a request that stays pending, against touches. */
void memory_guard(struct sim_request *request);
/* memory_return ends the kernel's right to write, and reports a buffer that has been touched. */
void memory_return(struct sim_request *request);
/* memory_forget takes the request out of the indexes. */
void memory_forget(struct sim_request *request);

/* memory_find_slot returns a request with this status block, the next one after `after` unless that
 * is NULL; NULL if there is none. */
struct sim_request *memory_find_slot(const void *block, const struct sim_request *after);

#endif
