/* deadline: see deadline.h. */
#include "core/deadline.h"

#define NS_PER_SECOND UINT64_C(1000000000)
#define MS_PER_SECOND UINT64_C(1000)

/* One less than the value that means for ever. */
#define WAIT_MS_MAX (INFINITE - 1u)

/* The counter is a positive LONGLONG. Frequencies are at most some GHz, so that a second's worth of
 * counts times 10^9 fits an unsigned one. */
#define COUNTER_MAX UINT64_C(0x7fffffffffffffff)

static uint64_t counter_now(void)
{
    /* Neither query fails since Windows XP (Microsoft Learn). */
    LARGE_INTEGER counter;
    QueryPerformanceCounter(&counter);
    return (uint64_t)counter.QuadPart;
}

static uint64_t counter_frequency(void)
{
    LARGE_INTEGER frequency;
    QueryPerformanceFrequency(&frequency);
    return (uint64_t)frequency.QuadPart;
}

struct rdy_deadline rdy_deadline_in(uint64_t timeout_ns)
{
    if (timeout_ns == 0) {
        return (struct rdy_deadline){.kind = RDY_DEADLINE_PASSED};
    }
    if (timeout_ns == RDY_WAIT_FOREVER) {
        return (struct rdy_deadline){.kind = RDY_DEADLINE_NEVER};
    }
    uint64_t frequency = counter_frequency();
    uint64_t now = counter_now();
    uint64_t seconds = timeout_ns / NS_PER_SECOND;
    if (seconds >= (COUNTER_MAX - now) / frequency) {
        return (struct rdy_deadline){.kind = RDY_DEADLINE_NEVER};
    }
    uint64_t rest = timeout_ns % NS_PER_SECOND * frequency;
    uint64_t counts = seconds * frequency + (rest + NS_PER_SECOND - 1) / NS_PER_SECOND;
    return (struct rdy_deadline){
        .kind = RDY_DEADLINE_AT, .at = now + counts, .frequency = frequency};
}

static DWORD milliseconds_up_to(const struct rdy_deadline *deadline)
{
    uint64_t now = counter_now();
    if (now >= deadline->at) {
        return 0;
    }
    uint64_t left = deadline->at - now;
    uint64_t seconds = left / deadline->frequency;
    if (seconds >= WAIT_MS_MAX / MS_PER_SECOND) {
        return WAIT_MS_MAX;
    }
    uint64_t rest = left % deadline->frequency * MS_PER_SECOND;
    return (DWORD)(seconds * MS_PER_SECOND +
                   (rest + deadline->frequency - 1) / deadline->frequency);
}

DWORD rdy_deadline_remaining_ms(const struct rdy_deadline *deadline)
{
    switch (deadline->kind) {
    case RDY_DEADLINE_PASSED:
        return 0;
    case RDY_DEADLINE_NEVER:
        return INFINITE;
    case RDY_DEADLINE_AT:
        break;
    }
    return milliseconds_up_to(deadline);
}
