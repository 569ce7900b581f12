/* heap: the simulated process heap.
 *
 * heap_pool.c is a bump allocator whose freed blocks stay in quarantine, filled, until the end of
 * the execution; heap_malloc.c forwards to malloc so that sanitizers see every block. CMake picks
 * one. Both number blocks in order of allocation, know what is live, and ask the request list
 * before a block that the kernel still owns is freed. */
#ifndef FAKES_HEAP_H
#define FAKES_HEAP_H

#include "fakes/world_state.h"

bool heap_reserve(struct sim_world *world);
void heap_release(struct sim_world *world);
void heap_reset(struct sim_world *world);

/* heap_alloc returns `size` bytes, zeroed or filled with a pattern, aligned to 16. */
void *heap_alloc(size_t size, bool zero);
/* heap_free frees a block; what is no live block is reported as misuse or use after free. */
void heap_free(void *memory);
size_t heap_size(const void *memory);
size_t heap_live(const struct sim_world *world);

/* heap_verify reports a write into freed memory, at the end of an execution. */
void heap_verify(struct sim_world *world);
/* heap_describe_leaks writes one line for each live block, cut at `size`. */
size_t heap_describe_leaks(const struct sim_world *world, char *out, size_t size);

/* Both implementations: what a new and a freed byte look like. */
#define HEAP_FRESH_BYTE 0xCD
#define HEAP_FREED_BYTE 0xDD

#endif
