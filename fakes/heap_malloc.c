/* heap_malloc: the simulated heap over malloc, so that a sanitizer watches every block. */
#include "fakes/heap.h"

#include "fakes/host.h"
#include "fakes/request.h"
#include "fakes/sanitizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MAGIC UINT32_C(0x4C495645)

/* In front of each block, and poisoned while nobody here looks at it. */
struct block {
    struct block *next, *previous;
    uint64_t size;
    uint32_t ordinal;
    uint32_t magic;
};

struct sim_heap {
    struct block first; /* of the ring of live blocks */
    size_t live;
    uint32_t blocks;
};

bool heap_reserve(struct sim_world *world)
{
    struct sim_heap *heap = host_reserve(sizeof *heap);
    if (heap == NULL) {
        return false;
    }
    heap->first.next = heap->first.previous = &heap->first;
    world->heap = heap;
    return true;
}

static void block_hide(struct block *block)
{
    sanitizer_poison(block, sizeof *block);
}

static void block_show(struct sim_heap *heap, struct block *block)
{
    if (block != &heap->first) {
        sanitizer_unpoison(block, sizeof *block);
    }
}

static void block_unlink(struct sim_heap *heap, struct block *block)
{
    struct block *next = block->next, *previous = block->previous;
    block_show(heap, next);
    next->previous = previous;
    if (next != &heap->first) {
        block_hide(next);
    }
    block_show(heap, previous);
    previous->next = next;
    if (previous != &heap->first) {
        block_hide(previous);
    }
    heap->live--;
}

void heap_reset(struct sim_world *world)
{
    struct sim_heap *heap = world->heap;
    while (heap->first.next != &heap->first) {
        struct block *block = heap->first.next;
        block_show(heap, block);
        heap->first.next = block->next;
        sanitizer_unpoison(block + 1, block->size);
        free(block);
    }
    heap->first.previous = &heap->first;
    heap->live = 0;
    heap->blocks = 0;
}

void heap_release(struct sim_world *world)
{
    if (world->heap != NULL) {
        heap_reset(world);
        host_release(world->heap, sizeof *world->heap);
    }
}

void *heap_alloc(size_t size, bool zero)
{
    struct sim_heap *heap = sim_running->heap;
    struct block *block = malloc(sizeof *block + size);
    if (block == NULL) {
        sim_report(SIM_ORACLE_UNMODELLED, "the host refuses %zu bytes", size);
    }
    block->size = size;
    block->ordinal = ++heap->blocks;
    block->magic = BLOCK_MAGIC;
    block->next = &heap->first;
    block->previous = heap->first.previous;
    block_show(heap, block->previous);
    block->previous->next = block;
    if (block->previous != &heap->first) {
        block_hide(block->previous);
    }
    heap->first.previous = block;
    heap->live++;
    memset(block + 1, zero ? 0 : HEAP_FRESH_BYTE, size);
    block_hide(block);
    return block + 1;
}

void heap_free(void *memory)
{
    struct sim_heap *heap = sim_running->heap;
    struct block *block = (struct block *)memory - 1;
    volatile char *touched = memory;
    request_check_free(memory,
                       1); /* what the kernel owns is poisoned, and no memory of the heap's */
    (void)*touched;        /* a freed block is the sanitizer's finding, with both stacks */
    sanitizer_unpoison(block, sizeof *block);
    if (block->magic != BLOCK_MAGIC) {
        sim_report(SIM_ORACLE_MISUSE, "HeapFree of what is no block of the heap");
    }
    request_check_free(memory, block->size);
    block->magic = 0;
    block_unlink(heap, block);
    free(block);
}

size_t heap_size(const void *memory)
{
    struct block *block = (struct block *)(uintptr_t)memory - 1;
    sanitizer_unpoison(block, sizeof *block);
    size_t size = block->size;
    block_hide(block);
    return size;
}

size_t heap_live(const struct sim_world *world)
{
    return world->heap->live;
}

#define PLACE_IN_HEAP    (UINT64_C(1) << 55) /* no address has it */
#define PLACE_OFFSET_MAX (UINT64_C(1) << 28)

/* Searches do not notice how long it takes: a reduced one has few executions. */
uint64_t heap_place(const struct sim_world *world, uint64_t address)
{
    struct block *block = world->heap->first.next;
    while (block != &world->heap->first) {
        sanitizer_unpoison(block, sizeof *block);
        struct block *next = block->next;
        uint64_t offset = address - (uintptr_t)(block + 1);
        uint64_t place = PLACE_IN_HEAP | (uint64_t)block->ordinal * PLACE_OFFSET_MAX | offset;
        bool is_inside = offset < block->size && offset < PLACE_OFFSET_MAX;
        block_hide(block);
        if (is_inside) {
            return place;
        }
        block = next;
    }
    return address;
}

void heap_verify(struct sim_world *world)
{
    (void)world; /* the sanitizer has seen every access */
}

size_t heap_describe_leaks(const struct sim_world *world, char *out, size_t size)
{
    size_t length = 0;
    struct block *block = world->heap->first.next;
    while (block != &world->heap->first && length < size) {
        sanitizer_unpoison(block, sizeof *block);
        int written = snprintf(out + length, size - length, "  block %u: %llu bytes\n",
                               block->ordinal, (unsigned long long)block->size);
        length += written > 0 ? (size_t)written : 0;
        struct block *next = block->next;
        block_hide(block);
        block = next;
    }
    return length < size ? length : size;
}
