/* readiness_cache: what a runtime remembers of one source between two polls (tokio's ScheduledIo
 * and Registration).
 *
 * Events set bits; whoever finds that its operation would block clears them. An event may come
 * between the operation and the clear, and must not be wiped out: every event is a new tick, and a
 * clear names the tick that was seen before the operation.
 *
 * Invariants
 * 1. Bits are set by conf_readiness_set only. They go by conf_readiness_clear, or all at once by
 *    conf_readiness_reset.
 * 2. A clear with another tick than the present one does nothing.
 * 3. Closed bits are never cleared: an end stays an end until the next registration.
 *
 * Any thread may call anything; only conf_readiness_wait blocks. The caller owns the memory;
 * nothing has to be given back. */
#ifndef CONFORMANCE_CLIENTS_READINESS_CACHE_H
#define CONFORMANCE_CLIENTS_READINESS_CACHE_H

#include <windows.h>

#include <stdbool.h>
#include <stdint.h>

struct conf_readiness {
    SRWLOCK lock;
    CONDITION_VARIABLE changed;
    uint32_t bits; /* enum conf_event_flag */
    uint64_t tick; /* events and resets so far */
    bool is_shut_down;
};

/* What was seen at one moment. */
struct conf_ready {
    uint32_t bits;
    uint64_t tick;
};

/* conf_readiness_init makes an empty cache. */
void conf_readiness_init(struct conf_readiness *cache);

/* conf_readiness_reset forgets everything, for a new registration: what is ready will be reported
 * again. Clears that are under way come to nothing. */
void conf_readiness_reset(struct conf_readiness *cache);

/* conf_readiness_set takes in the flags of an event, and releases who waits. */
void conf_readiness_set(struct conf_readiness *cache, uint32_t flags);

/* conf_readiness_look returns what is ready now within an interest (CONF_INTEREST_*): the bit of
 * the direction, and that of its end. */
struct conf_ready conf_readiness_look(struct conf_readiness *cache, uint32_t interest);

/* conf_readiness_clear says that the operation that `seen` allowed would block. */
void conf_readiness_clear(struct conf_readiness *cache, struct conf_ready seen);

/* conf_readiness_wait blocks until something is ready within an interest and returns exactly that
 * in *ready; false when the cache was shut down first. */
bool conf_readiness_wait(struct conf_readiness *cache, uint32_t interest, struct conf_ready *ready);

/* conf_readiness_shut_down ends all waits, for ever: the runtime is going. */
void conf_readiness_shut_down(struct conf_readiness *cache);

#endif
