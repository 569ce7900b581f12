/* sanitizer: the annotations that AddressSanitizer and ThreadSanitizer need to follow fibers and
 * memory that the simulated kernel owns. Without a sanitizer each is empty. */
#ifndef FAKES_SANITIZER_H
#define FAKES_SANITIZER_H

#include <stdbool.h>
#include <stddef.h>

/* Set by the build: these files may be left uninstrumented and must annotate all the same. */
#ifndef SIM_ASAN
#define SIM_ASAN 0
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

#endif
