/* The reduction is sound for small programs of two or three threads over sockets and their polls
 * (soundness.h): for each pair of operations, alone and among others. */
#include "fuzz/suites/soundness.h"
#include "fuzz/suites/soundness_socket_program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#define LARGER 60u /* builds with sanitizers: ten times slower */
#else
#define LARGER 700u
#endif

static void put(struct soundness_socket_program *program, uint32_t thread, uint32_t code,
                uint32_t which)
{
    program->operation[thread][program->count[thread]++] =
        (struct soundness_operation){(uint8_t)code, (uint8_t)which};
    program->threads = program->threads > thread ? program->threads : thread + 1;
}

static uint32_t pair_count(void)
{
    uint32_t count = soundness_operation_count();
    return count * (count + 1) / 2;
}

/* The two operations of pair number `pair`, the first not behind the second in the table. */
static void pair_at(uint32_t pair, uint32_t *first, uint32_t *second)
{
    *first = 0;
    while (pair >= soundness_operation_count() - *first) {
        pair -= soundness_operation_count() - *first;
        (*first)++;
    }
    *second = *first + pair;
}

static void settings_of(uint64_t number, struct sim_settings *settings)
{
    settings->leaks_allowed = true;
    settings->bad_handles = true;
    settings->cancel_races = number % 2;
    settings->late_polls = number % 4 == 0;
}

static void print(const struct soundness_program *made)
{
    soundness_program_print(made->argument);
}

static void finish(struct soundness_program *made, struct soundness_socket_program *program)
{
    made->has_ports = soundness_program_polls(program);
    made->body = soundness_program_run;
    made->argument = program;
    made->seen = soundness_program_seen;
    made->print = print;
}

/* ---- pairs: each operation beside each other one, on the same socket and on both ---- */

static void make_pair(uint64_t seed, struct soundness_program *made)
{
    static struct soundness_socket_program program;
    uint32_t first, second;
    memset(&program, 0, sizeof program);
    pair_at((uint32_t)(seed / 2), &first, &second);
    put(&program, 0, first, 0);
    put(&program, 1, second, seed % 2);
    settings_of(seed / 2, &made->settings);
    finish(made, &program);
}

static void dpor_reaches_what_depth_first_search_reaches_of_each_pair(void **state)
{
    (void)state;
    uint32_t programs = 2 * pair_count();
    const struct soundness soundness = {.programs = programs,
                                        .schedules_max = 20000,
                                        .fewest = programs - programs / 50,
                                        .make = make_pair};
    soundness_check(&soundness);
}

/* ---- larger programs: a pair, and one or two operations more ---- */

static void make_larger(uint64_t seed, struct soundness_program *made)
{
    static struct soundness_socket_program program;
    uint32_t first, second;
    uint64_t state = seed * 4 + 1;
    memset(&program, 0, sizeof program);
    pair_at(soundness_below(&state, pair_count()), &first, &second);
    put(&program, 0, first, soundness_below(&state, 2));
    put(&program, 1, second, soundness_below(&state, 2));
    uint32_t more = 1 + soundness_below(&state, 2);
    for (uint32_t i = 0; i < more; i++) {
        uint32_t thread = soundness_below(&state, SOUNDNESS_THREADS_MAX);
        if (program.count[thread] < SOUNDNESS_OPERATIONS_MAX) {
            put(&program, thread, soundness_below(&state, soundness_operation_count()),
                soundness_below(&state, 2));
        }
    }
    settings_of(seed, &made->settings);
    finish(made, &program);
}

static void dpor_reaches_what_depth_first_search_reaches_of_larger_programs(void **state)
{
    (void)state;
    static const struct soundness soundness = {
        .programs = LARGER, .schedules_max = 3000, .fewest = LARGER / 3, .make = make_larger};
    soundness_check(&soundness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dpor_reaches_what_depth_first_search_reaches_of_each_pair),
        cmocka_unit_test(dpor_reaches_what_depth_first_search_reaches_of_larger_programs),
    };
    return cmocka_run_group_tests_name("soundness_socket", tests, NULL, NULL);
}
