/* log_state: the inside of the log, for the modules of fakes that append to it. */
#ifndef FAKES_LOG_STATE_H
#define FAKES_LOG_STATE_H

#include "fakes/log.h"

#define SIM_LOG_CAPACITY ((size_t)1 << 24) /* events of one execution; reserved, not touched */

struct sim_log {
    struct sim_event *event;
    size_t count;
    size_t hashed; /* entries that are in `hash` */
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

/* log_hash brings the hash up to date and returns it. It is made when it is asked for, in one go:
 * a chain of multiplications between the steps would hold them up. */
uint64_t log_hash(struct sim_log *log);

/* log_append adds one entry. */
static inline void log_append(struct sim_log *log, uint16_t kind, uint16_t op, sim_actor_id actor,
                              uint32_t step, uint32_t object, uint64_t a, uint64_t b, uint64_t c)
{
    if (__builtin_expect(log->count == SIM_LOG_CAPACITY, 0)) {
        log_overflow();
    }
    /* The fields in pairs, as they lie in memory: stores of a few bytes each would hold up. */
    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "fields are packed by shifts");
    _Static_assert(sizeof log->event[0] == 5 * sizeof(uint64_t), "nothing else is in an entry");
    uint64_t *words = (uint64_t *)&log->event[log->count++];
    words[0] = (uint64_t)actor << 32 | (uint32_t)op << 16 | kind;
    words[1] = (uint64_t)step << 32 | object;
    words[2] = a;
    words[3] = b;
    words[4] = c;
}

#endif
