/* log: the history of an execution, and its entries as text. */
#include "fakes/log_state.h"

#include "fakes/decision_text.h"
#include "fakes/host.h"
#include "fakes/op.h"

#include <stdio.h>
#include <stdlib.h>

#define HASH_START UINT64_C(0x696f63706c616231)

bool log_reserve(struct sim_log *log)
{
    log->event = host_reserve(SIM_LOG_CAPACITY * sizeof log->event[0]);
    return log->event != NULL;
}

void log_release(struct sim_log *log)
{
    if (log->event != NULL) {
        host_release(log->event, SIM_LOG_CAPACITY * sizeof log->event[0]);
    }
}

void log_reset(struct sim_log *log)
{
    log->count = 0;
    log->hashed = 0;
    log->hash = HASH_START;
}

void log_overflow(void)
{
    fprintf(stderr, "fakes: an execution logs more than %zu events\n", SIM_LOG_CAPACITY);
    abort();
}

size_t sim_log_count(const struct sim_log *log)
{
    return log->count;
}

const struct sim_event *sim_log_at(const struct sim_log *log, size_t index)
{
    return index < log->count ? &log->event[index] : NULL;
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

/* Every field enters the hash; the fields are folded first, so that the chain from entry to entry
 * is one multiplication. */
static inline uint64_t log_fold(uint64_t hash, const struct sim_event *event)
{
    uint64_t a = event->a, b = event->b, c = event->c;
    uint64_t head = (uint64_t)event->kind << 48 | (uint64_t)event->op << 32 | event->actor;
    uint64_t where = (uint64_t)event->object << 32 | event->step;
    uint64_t left = log_multiply(head ^ LOG_KEY_1, where ^ LOG_KEY_2);
    uint64_t right = log_multiply(a ^ LOG_KEY_3, b ^ (c << 32 | c >> 32) ^ LOG_KEY_1);
    return log_multiply(hash ^ left ^ LOG_KEY_2, right ^ LOG_KEY_3);
}

uint64_t log_hash(struct sim_log *log)
{
    uint64_t hash = log->hash;
    for (size_t i = log->hashed; i < log->count; i++) {
        hash = log_fold(hash, &log->event[i]);
    }
    log->hashed = log->count;
    return log->hash = hash;
}

uint64_t sim_log_hash(const struct sim_log *log)
{
    struct sim_log copy = *log;
    return log_hash(&copy);
}

/* ---- text ---- */

static int format_body(const struct sim_event *e, const struct sim_names *names, char *out,
                       size_t size)
{
    const char *op = sim_op_info((enum sim_op)e->op)->name;
    unsigned long long a = e->a, b = e->b, c = e->c;
    char actor[64];
    switch ((enum sim_event_kind)e->kind) {
    case SIM_EVENT_STEP:
        return e->object != 0 ? snprintf(out, size, "%s #%u", op, e->object)
                              : snprintf(out, size, "%s", op);
    case SIM_EVENT_RETURN:
        return b != 0 ? snprintf(out, size, "  %s = %llu, error %llu", op, a, b)
                      : snprintf(out, size, "  %s = %llu", op, a);
    case SIM_EVENT_SUBMIT:
        return snprintf(out, size, "  request %u: %s on #%llu, %llu bytes", e->object, op, a, b);
    case SIM_EVENT_COMPLETE:
        return snprintf(out, size, "  request %u (%s) completes: status 0x%08llx, %llu bytes%s",
                        e->object, op, a, b, c ? ", at once" : "");
    case SIM_EVENT_RESULT:
        return snprintf(out, size, "  request %u (%s): result visible", e->object, op);
    case SIM_EVENT_PACKET:
        return a != 0 ? snprintf(out, size, "  packet of request %llu queued at port #%u", a,
                                 e->object)
                      : snprintf(out, size, "  posted packet queued at port #%u", e->object);
    case SIM_EVENT_DEQUEUE:
        return a != 0 ? snprintf(out, size, "  packet of request %llu taken from port #%u", a,
                                 e->object)
                      : snprintf(out, size, "  posted packet taken from port #%u", e->object);
    case SIM_EVENT_BLOCK:
        return snprintf(out, size, "  blocks in %s #%u", op, e->object);
    case SIM_EVENT_WAKE:
        sim_actor_format((sim_actor_id)a, names, actor, sizeof actor);
        return snprintf(out, size, "  wakes %s%s", actor, b == 2 ? " (timeout)" : "");
    case SIM_EVENT_THREAD_START:
        sim_actor_format((sim_actor_id)a, names, actor, sizeof actor);
        return snprintf(out, size, "  starts %s", actor);
    case SIM_EVENT_THREAD_EXIT:
        return snprintf(out, size, "  ends");
    case SIM_EVENT_FAULT:
        return snprintf(out, size, "  fault %llu injected into %s", a, op);
    case SIM_EVENT_CLOCK:
        return snprintf(out, size, "  clock at %llu.%04llu ms", a / 10000, a % 10000);
    case SIM_EVENT_CREATE:
        return snprintf(out, size, "  object #%u created", e->object);
    case SIM_EVENT_NOTE:
        return snprintf(out, size, "  note %llu %llu", a, b);
    case SIM_EVENT_HARNESS:
        break;
    }
    return snprintf(out, size, "  harness event 0x%x: %llu %llu %llu", e->kind, a, b, c);
}

size_t sim_event_format(const struct sim_event *event, const char *const *names,
                        uint32_t name_count, char *out, size_t size)
{
    struct sim_names all = {names, name_count};
    int written = format_body(event, &all, out, size);
    if (written < 0 || size == 0) {
        return 0;
    }
    return (size_t)written < size ? (size_t)written : size - 1;
}
