/* log_state: the inside of the log, for the modules of fakes that append to it. */
#ifndef FAKES_LOG_STATE_H
#define FAKES_LOG_STATE_H

#include "fakes/log.h"

#define SIM_LOG_CAPACITY ((size_t)1 << 24) /* events of one execution; reserved, not touched */

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

/* The two halves of a 128-bit product, folded (as in wyhash; Wang Yi 2019). */
static inline uint64_t log_multiply(uint64_t left, uint64_t right)
{
    __uint128_t product = (__uint128_t)left * right;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

#define LOG_KEY_1 UINT64_C(0xA0761D6478BD642F)
#define LOG_KEY_2 UINT64_C(0xE7037ED1A0B428DB)
#define LOG_KEY_3 UINT64_C(0x8EBC6AF09C88C6E3)

/* log_append adds one entry. Every field enters the hash; the fields are folded first, so that the
 * chain from entry to entry is one multiplication. */
static inline void log_append(struct sim_log *log, uint16_t kind, uint16_t op, sim_actor_id actor,
                              uint32_t step, uint32_t object, uint64_t a, uint64_t b, uint64_t c)
{
    if (__builtin_expect(log->count == SIM_LOG_CAPACITY, 0)) {
        log_overflow();
    }
    struct sim_event *event = &log->event[log->count++];
    event->kind = kind;
    event->op = op;
    event->actor = actor;
    event->object = object;
    event->step = step;
    event->a = a;
    event->b = b;
    event->c = c;
    uint64_t head = (uint64_t)kind << 48 | (uint64_t)op << 32 | actor;
    uint64_t where = (uint64_t)object << 32 | step;
    uint64_t left = log_multiply(head ^ LOG_KEY_1, where ^ LOG_KEY_2);
    uint64_t right = log_multiply(a ^ LOG_KEY_3, b ^ (c << 32 | c >> 32) ^ LOG_KEY_1);
    log->hash = log_multiply(log->hash ^ left ^ LOG_KEY_2, right ^ LOG_KEY_3);
}

#endif
