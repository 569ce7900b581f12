/* readiness_cache: see readiness_cache.h. */
#include "conformance/clients/readiness_cache.h"

#include "conformance/port.h"
#include "conformance/scenario.h"

#define CLOSED ((uint32_t)(CONF_EVENT_READ_CLOSED | CONF_EVENT_WRITE_CLOSED))

/* What lets the operations of an interest go on. */
static uint32_t mask_of(uint32_t interest)
{
    uint32_t mask = 0;

    if ((interest & CONF_INTEREST_READABLE) != 0) {
        mask |= CONF_EVENT_READABLE | CONF_EVENT_READ_CLOSED;
    }
    if ((interest & CONF_INTEREST_WRITABLE) != 0) {
        mask |= CONF_EVENT_WRITABLE | CONF_EVENT_WRITE_CLOSED;
    }
    return mask;
}

void conf_readiness_init(struct conf_readiness *cache)
{
    InitializeSRWLock(&cache->lock);
    InitializeConditionVariable(&cache->changed);
    cache->bits = 0;
    cache->tick = 0;
    cache->is_shut_down = false;
}

void conf_readiness_reset(struct conf_readiness *cache)
{
    AcquireSRWLockExclusive(&cache->lock);
    cache->bits = 0;
    cache->tick++;
    ReleaseSRWLockExclusive(&cache->lock);
}

void conf_readiness_set(struct conf_readiness *cache, uint32_t flags)
{
    AcquireSRWLockExclusive(&cache->lock);
    cache->bits |= flags;
    cache->tick++;
    ReleaseSRWLockExclusive(&cache->lock);
    WakeAllConditionVariable(&cache->changed);
}

static struct conf_ready look(const struct conf_readiness *cache, uint32_t interest)
{
    return (struct conf_ready){.bits = cache->bits & mask_of(interest), .tick = cache->tick};
}

struct conf_ready conf_readiness_look(struct conf_readiness *cache, uint32_t interest)
{
    struct conf_ready ready;

    AcquireSRWLockExclusive(&cache->lock);
    ready = look(cache, interest);
    ReleaseSRWLockExclusive(&cache->lock);
    return ready;
}

void conf_readiness_clear(struct conf_readiness *cache, struct conf_ready seen)
{
    AcquireSRWLockExclusive(&cache->lock);
    if (cache->tick == seen.tick) {
        cache->bits &= ~seen.bits | CLOSED;
    }
    ReleaseSRWLockExclusive(&cache->lock);
}

bool conf_readiness_wait(struct conf_readiness *cache, uint32_t interest, struct conf_ready *ready)
{
    bool good;

    AcquireSRWLockExclusive(&cache->lock);
    *ready = look(cache, interest);
    while (ready->bits == 0 && !cache->is_shut_down) {
        SleepConditionVariableSRW(&cache->changed, &cache->lock, INFINITE, 0);
        *ready = look(cache, interest);
    }
    good = ready->bits != 0;
    ReleaseSRWLockExclusive(&cache->lock);
    return good;
}

void conf_readiness_shut_down(struct conf_readiness *cache)
{
    AcquireSRWLockExclusive(&cache->lock);
    cache->is_shut_down = true;
    ReleaseSRWLockExclusive(&cache->lock);
    WakeAllConditionVariable(&cache->changed);
}
