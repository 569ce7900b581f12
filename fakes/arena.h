/* arena: memory of kernel objects of one execution. Everything in it ends at the next reset, which
 * costs nothing; freed pieces are used again by size class. Memory comes zeroed. */
#ifndef FAKES_ARENA_H
#define FAKES_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARENA_CLASS_COUNT 28 /* 32 bytes .. 4 GiB */

struct sim_arena {
    char *base;
    size_t size; /* reserved */
    size_t used; /* handed out since the reset */
    void *free[ARENA_CLASS_COUNT];
};

bool arena_reserve(struct sim_arena *arena, size_t size);
void arena_release(struct sim_arena *arena);
void arena_reset(struct sim_arena *arena);

/* arena_alloc returns zeroed memory of the current execution; it aborts when the reservation is
 * exhausted (a bound of the simulator, named in its message). arena_free gives it back early; size
 * is the one that was asked for. */
void *arena_alloc(struct sim_arena *arena, size_t size);
void arena_free(struct sim_arena *arena, void *memory, size_t size);

#endif
