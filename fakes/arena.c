/* arena: bump allocation with free lists by power of two. */
#include "fakes/arena.h"

#include "fakes/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLASS_SIZE_MIN ((size_t)32)
/* What one execution touched beyond this goes back to the host at the next reset. */
#define KEEP_SIZE ((size_t)16 << 20)

static unsigned class_of(size_t size)
{
    if (size <= CLASS_SIZE_MIN) {
        return 0;
    }
    return (unsigned)(64 - __builtin_clzll((unsigned long long)size - 1)) - 5;
}

bool arena_reserve(struct sim_arena *arena, size_t size)
{
    *arena = (struct sim_arena){.base = host_reserve(size), .size = size};
    return arena->base != NULL;
}

void arena_release(struct sim_arena *arena)
{
    if (arena->base != NULL) {
        host_release(arena->base, arena->size);
    }
    arena->base = NULL;
}

void arena_reset(struct sim_arena *arena)
{
    if (arena->used == 0) {
        return;
    }
    if (arena->used > KEEP_SIZE) {
        host_discard(arena->base + KEEP_SIZE, arena->size - KEEP_SIZE);
    }
    arena->used = 0;
    memset(arena->free, 0, sizeof arena->free);
}

void *arena_alloc(struct sim_arena *arena, size_t size)
{
    unsigned index = class_of(size);
    size_t room = CLASS_SIZE_MIN << index;
    void *memory = arena->free[index];
    if (memory != NULL) {
        arena->free[index] = *(void **)memory;
    } else {
        if (room > arena->size - arena->used) {
            fprintf(stderr, "fakes: one execution needs more than %zu bytes of kernel objects\n",
                    arena->size);
            abort();
        }
        memory = arena->base + arena->used;
        arena->used += room;
    }
    return memset(memory, 0, size);
}

void arena_free(struct sim_arena *arena, void *memory, size_t size)
{
    if (memory == NULL) {
        return;
    }
    unsigned index = class_of(size);
    *(void **)memory = arena->free[index];
    arena->free[index] = memory;
}
