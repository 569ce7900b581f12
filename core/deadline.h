/* deadline: when a wait is over, on the performance counter (mio Poll::poll and duration_millis).
 *
 * The system counts timeouts in clock ticks and may end a wait up to one tick early; a deadline on
 * the finer clock tells an early end from the real one. */
#ifndef CORE_DEADLINE_H
#define CORE_DEADLINE_H

#include "core/win32.h"

#include <stdint.h>

/* A timeout in nanoseconds that never ends. */
#define RDY_WAIT_FOREVER UINT64_MAX

enum rdy_deadline_kind { RDY_DEADLINE_PASSED, RDY_DEADLINE_AT, RDY_DEADLINE_NEVER };

struct rdy_deadline {
    enum rdy_deadline_kind kind;
    uint64_t at;        /* AT: value of the performance counter */
    uint64_t frequency; /* AT: counts a second */
};

/* rdy_deadline_in returns the deadline `timeout_ns` nanoseconds from now. 0 has passed already;
 * RDY_WAIT_FOREVER and what the counter cannot hold never pass. */
struct rdy_deadline rdy_deadline_in(uint64_t timeout_ns);

/* rdy_deadline_remaining_ms returns how many milliseconds to wait now: rounded up, so that nobody
 * spins through the last fraction of one; 0 only when the deadline has passed, INFINITE only when
 * it never does. A deadline too far for one wait takes several. */
DWORD rdy_deadline_remaining_ms(const struct rdy_deadline *deadline);

#endif
