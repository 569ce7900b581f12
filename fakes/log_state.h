/* log_state: the inside of the log, for the modules of fakes that append to it. */
#ifndef FAKES_LOG_STATE_H
#define FAKES_LOG_STATE_H

#include "fakes/log.h"

#define SIM_LOG_CAPACITY ((size_t)1 << 22) /* events of one execution; reserved, not touched */

struct sim_log {
    struct sim_event *event;
    size_t count;
    uint64_t hash;
};

bool log_reserve(struct sim_log *log);
void log_release(struct sim_log *log);
void log_reset(struct sim_log *log);
_Noreturn void log_overflow(void);

static inline uint64_t log_mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

/* log_append adds one entry. Every field enters the hash. */
static inline void log_append(struct sim_log *log, const struct sim_event *event)
{
    if (log->count == SIM_LOG_CAPACITY) {
        log_overflow();
    }
    log->event[log->count++] = *event;
    uint64_t head = (uint64_t)event->kind << 48 | (uint64_t)event->op << 32 | event->actor;
    uint64_t where = (uint64_t)event->object << 32 | event->step;
    /* Two chains in flight at once: the multiplications of one hide behind the other's. */
    uint64_t left = log_mix(log->hash ^ where, event->a);
    uint64_t right = log_mix(head, event->b ^ (event->c << 32 | event->c >> 32));
    log->hash = log_mix(left, right);
}

#endif
