/* request_memory: memory that requests hold. See request_memory.h. */
#include "fakes/request_memory.h"

#include "fakes/file.h"
#include "fakes/host.h"
#include "fakes/sanitizer.h"
#include "fakes/scheduler.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define GRANULE_BITS  4u /* the heap's blocks never share 16 bytes */
#define GRANULE_COUNT ((size_t)1 << 22)
#define SLOT_BITS     16u
#define SLOT_COUNT    ((size_t)1 << SLOT_BITS)
#define GUARD_STRIDE  256u

/* What may not even be read in flight: how much was moved, the second word of the status block.
 * Status may (HasOverlappedIoCompleted), and so may what the caller has put behind it. */
#define INFORMATION_AT   offsetof(struct sim_status_block, information)
#define INFORMATION_SIZE sizeof((struct sim_status_block){0}.information)

struct sim_request_memory {
    struct sim_request *slot[SLOT_COUNT]; /* chains by slot_next */
    uint16_t owners[GRANULE_COUNT];
};

bool request_memory_reserve(struct sim_world *world)
{
    world->request_memory = host_reserve(sizeof *world->request_memory);
    return world->request_memory != NULL;
}

void request_memory_release(struct sim_world *world)
{
    if (world->request_memory != NULL) {
        host_release(world->request_memory, sizeof *world->request_memory);
    }
}

static bool has_user_block(const struct sim_request *request)
{
    return request->block != &request->own_block;
}

/* ---- who owns what ---- */

/* One owner more, or one less, of each of `count` granules: four at a time, none of which is 0 when
 * it loses one or full when it gets one. */
static void count_run(uint16_t *owners, size_t count, bool more)
{
    const uint64_t ones = UINT64_C(0x0001000100010001);
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        uint64_t four;
        memcpy(&four, &owners[i], sizeof four);
        four = more ? four + ones : four - ones;
        memcpy(&owners[i], &four, sizeof four);
    }
    for (; i < count; i++) {
        owners[i] = (uint16_t)(more ? owners[i] + 1 : owners[i] - 1);
    }
}

static void count_range(struct sim_request_memory *memory, const void *start, size_t size,
                        bool more)
{
    if (size == 0) {
        return;
    }
    uintptr_t first = (uintptr_t)start >> GRANULE_BITS;
    size_t count = (((uintptr_t)start + size - 1) >> GRANULE_BITS) - first + 1;
    while (count != 0) { /* in runs, where the index wraps */
        size_t at = first % GRANULE_COUNT;
        size_t run = count < GRANULE_COUNT - at ? count : GRANULE_COUNT - at;
        count_run(memory->owners + at, run, more);
        first += run;
        count -= run;
    }
}

static bool may_be_owned(const struct sim_request_memory *memory, const void *start, size_t size)
{
    uintptr_t end = (uintptr_t)start + size;
    for (uintptr_t at = (uintptr_t)start >> GRANULE_BITS; at << GRANULE_BITS < end; at++) {
        if (memory->owners[at % GRANULE_COUNT] != 0) {
            return true;
        }
    }
    return false;
}

static void owners_count(struct sim_request *request, bool more)
{
    struct sim_request_memory *memory = sim_running->request_memory;
    count_range(memory, request->block, request->block_size, more);
    if (request->buffer != NULL) {
        count_range(memory, request->buffer, request->length, more);
    }
    request->owns_memory = more;
}

static bool overlaps(const void *left, size_t left_size, const void *right, size_t right_size)
{
    uintptr_t a = (uintptr_t)left, b = (uintptr_t)right;
    return a < b + right_size && b < a + left_size;
}

static const char *thread_name(uint32_t ordinal, char *out, size_t size)
{
    const struct sim_thread *thread = &sim_running->thread[ordinal];
    if (thread->name != NULL) {
        return thread->name;
    }
    snprintf(out, size, "t%u", ordinal);
    return out;
}

void request_check_free(const void *memory, size_t size)
{
    struct sim_world *world = sim_running;
    if (world->requests == NULL || !may_be_owned(world->request_memory, memory, size)) {
        return;
    }
    for (const struct sim_request *r = world->requests; r != NULL; r = r->next) {
        if (!r->owns_memory) {
            continue;
        }
        bool block = overlaps(memory, size, r->block, r->block_size);
        bool buffer = r->buffer != NULL && overlaps(memory, size, r->buffer, r->length);
        if (block || buffer) {
            char name[16];
            sim_report(SIM_ORACLE_KERNEL_WRITE,
                       "memory is freed while the kernel owns the %s in it: request %u, %s by %s "
                       "in step %u, is not finished",
                       !block                                ? "buffer"
                       : r->block_size == sizeof(OVERLAPPED) ? "OVERLAPPED"
                                                             : "status block",
                       r->ordinal, sim_op_info(r->op)->name,
                       thread_name(r->thread, name, sizeof name), r->step);
        }
    }
}

/* ---- slots ---- */

static struct sim_request **slot_of(struct sim_world *world, const void *block)
{
    uint64_t hash = ((uintptr_t)block >> 3) * UINT64_C(0x9E3779B97F4A7C15);
    return &world->request_memory->slot[hash >> (64 - SLOT_BITS)];
}

struct sim_request *memory_find_slot(const void *block, const struct sim_request *after)
{
    struct sim_request *request = after != NULL ? after->slot_next : *slot_of(sim_running, block);
    while (request != NULL && (const void *)request->block != block) {
        request = request->slot_next;
    }
    return request;
}

static void check_slot(const struct sim_request *request)
{
    const struct sim_request *r = memory_find_slot(request->block, NULL);
    if (r != NULL) {
        char name[16];
        sim_report(SIM_ORACLE_SLOT_REUSE,
                   "the %s of %s is still in use: request %u, %s by %s in step %u, %s",
                   request->block_size == sizeof(OVERLAPPED) ? "OVERLAPPED" : "status block",
                   sim_op_info(request->op)->name, r->ordinal, sim_op_info(r->op)->name,
                   thread_name(r->thread, name, sizeof name), r->step,
                   r->state == SIM_REQUEST_COMPLETED ? "has completed, but its packet is queued"
                                                     : "is pending");
    }
}

void memory_take(struct sim_request *request)
{
    if (!has_user_block(request)) {
        return; /* its thread is blocked; nobody else has the buffer */
    }
    check_slot(request);
    struct sim_request **slot = slot_of(sim_running, request->block);
    request->slot_next = *slot;
    request->slot_previous = NULL;
    if (*slot != NULL) {
        (*slot)->slot_previous = request;
    }
    *slot = request;
    owners_count(request, true);
}

void memory_forget(struct sim_request *request)
{
    if (!has_user_block(request)) {
        return;
    }
    if (request->owns_memory) {
        owners_count(request, false);
    }
    if (request->slot_previous != NULL) {
        request->slot_previous->slot_next = request->slot_next;
    } else {
        *slot_of(sim_running, request->block) = request->slot_next;
    }
    if (request->slot_next != NULL) {
        request->slot_next->slot_previous = request->slot_previous;
    }
}

/* ---- guards ---- */

/* A sample of the buffer, cheap enough for every pended request. */
static uint64_t buffer_sample(const struct sim_request *request)
{
    const unsigned char *bytes = request->buffer;
    uint64_t hash = request->length;
    uint64_t word = 0;
    uint32_t at = 0;
    for (; at + sizeof word <= request->length; at += GUARD_STRIDE) {
        memcpy(&word, bytes + at, sizeof word);
        hash = log_mix(hash, word);
    }
    if (request->length >= sizeof word) {
        memcpy(&word, bytes + request->length - sizeof word, sizeof word);
        hash = log_mix(hash, word);
    } else {
        for (at = 0; at < request->length; at++) {
            hash = log_mix(hash, bytes[at]);
        }
    }
    return hash;
}

void memory_guard(struct sim_request *request)
{
    if (!request->owns_memory) {
        return;
    }
    if (request->buffer != NULL && request->length != 0) {
        request->guard = buffer_sample(request);
        if (request->op != SIM_OP_WRITE_FILE) { /* data to be written may still be read */
            sanitizer_poison(request->buffer, request->length);
        }
    }
    sanitizer_poison((char *)request->block + INFORMATION_AT, INFORMATION_SIZE);
    request->guarded = true;
}

static void unguard(struct sim_request *request)
{
    request->guarded = false;
    sanitizer_unpoison((char *)request->block + INFORMATION_AT, INFORMATION_SIZE);
    if (request->buffer != NULL && request->length != 0) {
        sanitizer_unpoison(request->buffer, request->length);
    }
}

void memory_return(struct sim_request *request)
{
    if (request->owns_memory) {
        owners_count(request, false);
    }
    if (!request->guarded) {
        return;
    }
    unguard(request);
    if (request->buffer != NULL && request->length != 0 &&
        buffer_sample(request) != request->guard) {
        char name[16];
        sim_report(SIM_ORACLE_BUFFER_TOUCHED,
                   "the buffer of request %u (%s by %s, %u bytes) changed while the kernel "
                   "owned it",
                   request->ordinal, sim_op_info(request->op)->name,
                   thread_name(request->thread, name, sizeof name), request->length);
    }
}

void request_memory_reset(struct sim_world *world)
{
    struct sim_world *before = sim_running;
    sim_running = world;
    for (struct sim_request *r = world->requests; r != NULL; r = r->next) {
        if (r->guarded) { /* an abandoned execution: the memory must be usable again */
            unguard(r);
        }
        memory_forget(r);
    }
    sim_running = before;
}
