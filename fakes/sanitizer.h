/* sanitizer: the annotations that AddressSanitizer and ThreadSanitizer need to follow fibers and
 * memory that the simulated kernel owns. Without a sanitizer each is empty. */
#ifndef FAKES_SANITIZER_H
#define FAKES_SANITIZER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Set by the build: these files may be left uninstrumented and must annotate all the same. */
#ifndef SIM_ASAN
#define SIM_ASAN 0
#endif
#ifndef SIM_TSAN
#define SIM_TSAN 0
#endif

#if SIM_ASAN
void __sanitizer_start_switch_fiber(void **fake_stack_save, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *fake_stack_save, const void **bottom_old,
                                     size_t *size_old);
void __asan_poison_memory_region(void const volatile *address, size_t size);
void __asan_unpoison_memory_region(void const volatile *address, size_t size);

static inline void sanitizer_poison(const void *address, size_t size)
{
    __asan_poison_memory_region(address, size);
}

static inline void sanitizer_unpoison(const void *address, size_t size)
{
    __asan_unpoison_memory_region(address, size);
}

static inline void sanitizer_switch_start(void **save, const void *bottom, size_t size)
{
    __sanitizer_start_switch_fiber(save, bottom, size);
}

static inline void sanitizer_switch_finish(void *save, const void **bottom_old, size_t *size_old)
{
    __sanitizer_finish_switch_fiber(save, bottom_old, size_old);
}
#else
static inline void sanitizer_poison(const void *address, size_t size)
{
    (void)address;
    (void)size;
}

static inline void sanitizer_unpoison(const void *address, size_t size)
{
    (void)address;
    (void)size;
}

static inline void sanitizer_switch_start(void **save, const void *bottom, size_t size)
{
    (void)save;
    (void)bottom;
    (void)size;
}

static inline void sanitizer_switch_finish(void *save, const void **bottom_old, size_t *size_old)
{
    (void)save;
    (void)bottom_old;
    (void)size_old;
}
#endif

/* ---- ThreadSanitizer: what happens before what ----
 *
 * A fiber is a thread to it, and a switch orders nothing: only what the rules of Win32 order is
 * stated, where it happens, so that the schedule that was explored does not hide a race. */
#if SIM_TSAN
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
void *__tsan_get_current_fiber(void);
void __tsan_acquire(void *address);
void __tsan_release(void *address);

#define SANITIZER_NO_SYNC 1u

static inline void *sanitizer_fiber_create(void)
{
    return __tsan_create_fiber(0);
}

static inline void *sanitizer_fiber_current(void)
{
    return __tsan_get_current_fiber();
}

static inline void sanitizer_fiber_destroy(void *fiber)
{
    if (fiber != NULL) {
        __tsan_destroy_fiber(fiber);
    }
}

static inline void sanitizer_fiber_switch(void *fiber)
{
    __tsan_switch_to_fiber(fiber, SANITIZER_NO_SYNC);
}

/* Things that order are cells of an array: two that share one order too much, which hides
 * little. */
#define SANITIZER_CELLS 65536u
extern uint64_t sanitizer_cell[SANITIZER_CELLS];

static inline void *sanitizer_cell_of(uint64_t thing)
{
    return &sanitizer_cell[(thing * UINT64_C(0x9E3779B97F4A7C15)) >> 48];
}

static inline void sanitizer_release(uint64_t thing)
{
    __tsan_release(sanitizer_cell_of(thing));
}

static inline void sanitizer_acquire(uint64_t thing)
{
    __tsan_acquire(sanitizer_cell_of(thing));
}
#else
static inline void *sanitizer_fiber_create(void)
{
    return NULL;
}

static inline void *sanitizer_fiber_current(void)
{
    return NULL;
}

static inline void sanitizer_fiber_destroy(void *fiber)
{
    (void)fiber;
}

static inline void sanitizer_fiber_switch(void *fiber)
{
    (void)fiber;
}

static inline void sanitizer_release(uint64_t thing)
{
    (void)thing;
}

static inline void sanitizer_acquire(uint64_t thing)
{
    (void)thing;
}
#endif

#endif
