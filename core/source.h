/* source: a readiness source that its user makes: no handle and no request behind it, somebody says
 * what it is ready for. Whatever does not complete through the port becomes pollable this way: a
 * queue between threads, a device with callbacks, a protocol on top of other sources.
 *
 * Sources of a rarer kind, which submit requests of their own to the port, are made of what
 * core/registry.h and core/overlapped.h offer, as those of core are; sockets of other protocols are
 * core/io_source.h.
 *
 * Threads: every function may be called from any thread at any time, also while another thread
 * polls, with two exceptions that exclusive access gives in Rust: register, reregister, deregister
 * and destroy of one source do not overlap each other, and destroy overlaps nothing on that source.
 * No function blocks. */
#ifndef CORE_SOURCE_H
#define CORE_SOURCE_H

#include "core/event.h"
#include "core/interest.h"
#include "core/registry.h"
#include "core/result.h"

#include <stdint.h>

typedef struct rdy_source rdy_source;

/* rdy_source_create makes a source that is ready for nothing. FAILED ERROR_NOT_ENOUGH_MEMORY;
 * *source is NULL then. The caller owns *source and gives it back with rdy_source_destroy. */
RDY_MUST_USE rdy_result rdy_source_create(rdy_source **source);

/* rdy_source_register makes the poll of `registry` report this source under `token`, within
 * `interest`. What it is ready for now is reported, too. FAILED, and nothing has changed:
 * ERROR_INVALID_PARAMETER for an empty or unknown interest, ERROR_ALREADY_EXISTS if it is
 * registered or was ever registered with another registry, ERROR_INVALID_HANDLE once that registry
 * is gone, or the code of PostQueuedCompletionStatus. */
RDY_MUST_USE rdy_result rdy_source_register(rdy_source *source, rdy_registry *registry,
                                            uint64_t token, rdy_interest interest);

/* rdy_source_reregister changes token and interest and reports what is ready now again. FAILED as
 * register, with ERROR_NOT_FOUND if it is not registered; the old registration holds then. */
RDY_MUST_USE rdy_result rdy_source_reregister(rdy_source *source, rdy_registry *registry,
                                              uint64_t token, rdy_interest interest);

/* rdy_source_deregister ends the registration: no wait that starts later reports its token. FAILED
 * ERROR_NOT_FOUND, ERROR_ALREADY_EXISTS or ERROR_INVALID_HANDLE, as reregister. */
RDY_MUST_USE rdy_result rdy_source_deregister(rdy_source *source, rdy_registry *registry);

/* rdy_source_set_ready says what the source is ready for from now on: enum rdy_event_flag, instead
 * of what was said before. A direction is reported once: again after rdy_source_would_block,
 * register or reregister. The other flags ride along: ERROR with either direction, READ_CLOSED and
 * PRIORITY with READABLE, WRITE_CLOSED with WRITABLE. FAILED with the code of
 * PostQueuedCompletionStatus: it is ready all the same, and the next call that announces something
 * reports that, too. ERROR_INVALID_HANDLE once its registry is gone. */
RDY_MUST_USE rdy_result rdy_source_set_ready(rdy_source *source, uint32_t flags);

/* rdy_source_would_block says that an operation found nothing to do: `direction` is reported again
 * when it is ready, at once if it still is. Whoever makes operations of the source calls set_ready
 * when one has used up what was ready, and this when one would block. Answers WOULD_BLOCK, or
 * FAILED as rdy_source_set_ready. */
RDY_MUST_USE rdy_result rdy_source_would_block(rdy_source *source, rdy_interest direction);

/* rdy_source_destroy drops the source; nothing more is reported for it. Its memory goes when its
 * last packet was processed, which takes a polling thread or the end of the registry. */
void rdy_source_destroy(rdy_source *source);

/* rdy_source_check asserts the invariants in core/source.c. Takes the lock. */
void rdy_source_check(rdy_source *source);

#endif
