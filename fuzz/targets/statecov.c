/* statecov: one source for libFuzzer (a section it reads), AFL++ (guards of our own; it ignores the
 * section) and builds without an engine. This file is never instrumented itself: the pass of
 * afl-clang-fast would rename __afl_area_ptr. */
#include "fuzz/targets/statecov.h"

#include <stddef.h>

/* libFuzzer takes every byte of this section for a counter and clears it before each input. */
__attribute__((section("__libfuzzer_extra_counters"),
               used)) static uint8_t counters[STATECOV_COUNTERS];

/* AFL++: its map has exactly as many entries as guards were handed out. */
extern uint8_t *__afl_area_ptr __attribute__((weak));
__attribute__((weak)) void __sanitizer_cov_trace_pc_guard_init(uint32_t *start, uint32_t *stop);
static uint32_t guards[STATECOV_COUNTERS];

__attribute__((constructor)) static void register_guards(void)
{
    if (&__afl_area_ptr != NULL && __sanitizer_cov_trace_pc_guard_init != NULL) {
        __sanitizer_cov_trace_pc_guard_init(guards, guards + STATECOV_COUNTERS);
    }
}

static uint32_t clamp(uint32_t value, uint32_t count)
{
    return value < count ? value : count - 1;
}

static void hit(uint32_t index)
{
    counters[index] = 1;
    if (&__afl_area_ptr != NULL) {
        __afl_area_ptr[guards[index]] = 1;
    }
}

void statecov_transition(uint32_t object, uint32_t machine, uint32_t from, uint32_t to)
{
    uint32_t m = clamp(machine, STATECOV_MACHINES);
    uint32_t f = clamp(from, STATECOV_STATES);
    uint32_t t = clamp(to, STATECOV_STATES);
    uint32_t o = clamp(object - 1, STATECOV_OBJECTS);

    hit((o * STATECOV_MACHINES + m) * STATECOV_STATES + t);
    hit(STATECOV_OBJECTS * STATECOV_MACHINES * STATECOV_STATES +
        (m * STATECOV_STATES + f) * STATECOV_STATES + t);
}
