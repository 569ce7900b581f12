/* heap_pool: the simulated heap in one reserved range. Blocks lie one after another, each behind a
 * header and before a guard, which is looked at when the block is freed; nothing is used twice in
 * one execution, so a stale pointer meets the freed pattern. */
#include "fakes/heap.h"

#include "fakes/host.h"
#include "fakes/request.h"

#include <stdio.h>
#include <string.h>

#define HEAP_RANGE_SIZE ((size_t)4 << 30)
#define HEAP_KEEP_SIZE  ((size_t)16 << 20)
#define HEAP_FILL_MAX   ((size_t)8192) /* bytes of a block that are filled and verified */
#define GUARD_SIZE      16u
#define GUARD_BYTE      0xFB

enum block_state { BLOCK_LIVE = 0x4C495645, BLOCK_FREED = 0x46524545 };

struct block {
    uint32_t state; /* enum block_state */
    uint32_t ordinal;
    uint64_t size;
};

struct sim_heap {
    char *base;
    size_t used;
    size_t live;
    uint32_t blocks;
    bool freed_any;
};

static size_t block_span(const struct block *block)
{
    return sizeof *block + ((block->size + GUARD_SIZE + 15) & ~(size_t)15);
}

/* The guard begins with the first byte that is not the user's. */
static unsigned char *guard_of(struct block *block)
{
    return (unsigned char *)(block + 1) + block->size;
}

static bool guard_is_whole(struct block *block)
{
    static const unsigned char guard[GUARD_SIZE] = {GUARD_BYTE, GUARD_BYTE, GUARD_BYTE, GUARD_BYTE,
                                                    GUARD_BYTE, GUARD_BYTE, GUARD_BYTE, GUARD_BYTE,
                                                    GUARD_BYTE, GUARD_BYTE, GUARD_BYTE, GUARD_BYTE,
                                                    GUARD_BYTE, GUARD_BYTE, GUARD_BYTE, GUARD_BYTE};
    return memcmp(guard_of(block), guard, GUARD_SIZE) == 0;
}

bool heap_reserve(struct sim_world *world)
{
    struct sim_heap *heap = host_reserve(sizeof *heap);
    if (heap == NULL) {
        return false;
    }
    heap->base = host_reserve(HEAP_RANGE_SIZE);
    world->heap = heap;
    return heap->base != NULL;
}

void heap_release(struct sim_world *world)
{
    if (world->heap != NULL) {
        if (world->heap->base != NULL) {
            host_release(world->heap->base, HEAP_RANGE_SIZE);
        }
        host_release(world->heap, sizeof *world->heap);
    }
}

void heap_reset(struct sim_world *world)
{
    struct sim_heap *heap = world->heap;
    if (heap->used > HEAP_KEEP_SIZE) {
        host_discard(heap->base + HEAP_KEEP_SIZE, HEAP_RANGE_SIZE - HEAP_KEEP_SIZE);
    }
    heap->used = 0;
    heap->live = 0;
    heap->blocks = 0;
    heap->freed_any = false;
}

static size_t fill_size(const struct block *block)
{
    return block->size < HEAP_FILL_MAX ? block->size : HEAP_FILL_MAX;
}

void *heap_alloc(size_t size, bool zero)
{
    struct sim_heap *heap = sim_running->heap;
    if (size > HEAP_RANGE_SIZE / 2 || heap->used + size + 64 > HEAP_RANGE_SIZE) {
        sim_report(SIM_ORACLE_UNMODELLED, "one execution allocates more than %zu bytes",
                   HEAP_RANGE_SIZE);
    }
    struct block *block = (struct block *)(heap->base + heap->used);
    *block = (struct block){.state = BLOCK_LIVE, .ordinal = ++heap->blocks, .size = size};
    heap->used += block_span(block);
    heap->live++;
    if (zero) {
        memset(block + 1, 0, size);
    } else {
        memset(block + 1, HEAP_FRESH_BYTE, fill_size(block));
    }
    memset(guard_of(block), GUARD_BYTE, GUARD_SIZE);
    return block + 1;
}

/* The block that starts at `memory`, or NULL: a wild pointer must not be followed. */
static struct block *block_of(const struct sim_heap *heap, const void *memory)
{
    uintptr_t address = (uintptr_t)memory;
    uintptr_t base = (uintptr_t)heap->base;
    if (address < base + sizeof(struct block) || address >= base + heap->used || address % 16) {
        return NULL;
    }
    struct block *block = (struct block *)(address - sizeof(struct block));
    return block->state == BLOCK_LIVE || block->state == BLOCK_FREED ? block : NULL;
}

void heap_free(void *memory)
{
    struct sim_heap *heap = sim_running->heap;
    struct block *block = block_of(heap, memory);
    if (block == NULL) {
        sim_report(SIM_ORACLE_MISUSE, "HeapFree of what is no block of the heap");
    }
    if (block->state == BLOCK_FREED) {
        sim_report(SIM_ORACLE_USE_AFTER_FREE, "block %u (%llu bytes) is freed twice",
                   block->ordinal, (unsigned long long)block->size);
    }
    if (!guard_is_whole(block)) {
        sim_report(SIM_ORACLE_MISUSE, "block %u (%llu bytes) was written behind its end",
                   block->ordinal, (unsigned long long)block->size);
    }
    request_check_free(memory, block->size);
    block->state = BLOCK_FREED;
    memset(memory, HEAP_FREED_BYTE, fill_size(block));
    heap->live--;
    heap->freed_any = true;
}

size_t heap_size(const void *memory)
{
    struct block *block = block_of(sim_running->heap, memory);
    return block != NULL ? block->size : 0;
}

size_t heap_live(const struct sim_world *world)
{
    return world->heap->live;
}

static bool is_filled(const unsigned char *memory, size_t size)
{
    return size == 0 || (memory[0] == HEAP_FREED_BYTE && memcmp(memory, memory + 1, size - 1) == 0);
}

void heap_verify(struct sim_world *world)
{
    const struct sim_heap *heap = world->heap;
    if (!heap->freed_any) {
        return;
    }
    for (size_t at = 0; at < heap->used;) {
        const struct block *block = (const struct block *)(heap->base + at);
        if (block->state == BLOCK_FREED &&
            !is_filled((const unsigned char *)(block + 1), fill_size(block))) {
            sim_report(SIM_ORACLE_USE_AFTER_FREE, "block %u (%llu bytes) was written after free",
                       block->ordinal, (unsigned long long)block->size);
        }
        at += block_span(block);
    }
}

size_t heap_describe_leaks(const struct sim_world *world, char *out, size_t size)
{
    const struct sim_heap *heap = world->heap;
    size_t length = 0;
    for (size_t at = 0; at < heap->used && length < size;) {
        const struct block *block = (const struct block *)(heap->base + at);
        if (block->state == BLOCK_LIVE) {
            int written = snprintf(out + length, size - length, "  block %u: %llu bytes\n",
                                   block->ordinal, (unsigned long long)block->size);
            length += written > 0 ? (size_t)written : 0;
        }
        at += block_span(block);
    }
    return length < size ? length : size;
}
