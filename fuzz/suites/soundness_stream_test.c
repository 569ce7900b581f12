/* The reduction is sound for programs of a writer and a reader of an in-memory stream: locks,
 * interlocked words, wakers that run in the other thread, memory that goes with the last half
 * (soundness.h). */
#include "core/simplex.h"
#include "core/split.h"
#include "fuzz/explore/strategy.h"
#include "fuzz/suites/soundness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#define PROGRAMS 40u /* builds with sanitizers: ten times slower */
#else
#define PROGRAMS 400u
#endif

#define OPERATIONS_MAX 2u
#define BYTES_MAX      2u

enum operation { TRANSFER_ONE, TRANSFER_TWO, TRANSFER_NONE, FLUSH, SHUTDOWN, DROP, OPERATIONS };

/* Readers have no flush and no shutdown: they read instead. */
struct stream_program {
    uint32_t capacity;
    uint32_t count[2]; /* of the writer, of the reader */
    uint8_t operation[2][OPERATIONS_MAX];
};

struct side {
    rdy_task task;
    LONG wakes; /* interlocked: wakers run in any thread */
    LONG live;  /* clones */
    uint64_t seen;
};

static struct {
    const struct stream_program *program;
    rdy_write_half *writer;
    rdy_read_half *reader;
    struct side side[2];
} run;

/* ---- tasks that count ---- */

static rdy_task_waker clone(void *data);

static void drop(void *data)
{
    struct side *side = data;

    InterlockedDecrement(&side->live);
}

static void wake_by_ref(void *data)
{
    struct side *side = data;

    InterlockedIncrement(&side->wakes);
}

static void wake(void *data)
{
    wake_by_ref(data);
    drop(data);
}

static const struct rdy_task_waker_ops waker_ops = {
    .clone = clone, .wake = wake, .wake_by_ref = wake_by_ref, .drop = drop};

static rdy_task_waker clone(void *data)
{
    struct side *side = data;

    InterlockedIncrement(&side->live);
    return (rdy_task_waker){.ops = &waker_ops, .data = data};
}

/* ---- the two threads ---- */

static void note(struct side *side, uint64_t value)
{
    side->seen = fuzz_seed_mix(side->seen, value + 1);
}

static void note_result(struct side *side, rdy_result result, size_t count)
{
    note(side, (uint64_t)result.status * 16 + count);
    /* How often a task was woken is what its executor goes by. */
    note(side, (uint64_t)InterlockedExchange(&side->wakes, 0));
}

static size_t size_of(uint8_t operation)
{
    return operation == TRANSFER_TWO ? 2 : operation == TRANSFER_NONE ? 0 : 1;
}

static void write_side(void *argument)
{
    static const BYTE bytes[OPERATIONS_MAX * BYTES_MAX] = {'a', 'b', 'c', 'd'};
    struct side *side = argument;
    size_t written = 0;

    for (uint32_t i = 0; i < run.program->count[0]; i++) {
        uint8_t operation = run.program->operation[0][i];
        size_t count = 0;
        rdy_result result;
        if (operation == DROP) {
            rdy_write_half_destroy(run.writer);
            run.writer = NULL;
            break;
        }
        if (operation == FLUSH) {
            result = rdy_write_half_poll_flush(run.writer, &side->task);
        } else if (operation == SHUTDOWN) {
            result = rdy_write_half_poll_shutdown(run.writer, &side->task);
        } else {
            result = rdy_write_half_poll_write(run.writer, &side->task, bytes + written,
                                               size_of(operation), &count);
        }
        written += count;
        note_result(side, result, count);
    }
}

static void read_side(void *argument)
{
    struct side *side = argument;

    for (uint32_t i = 0; i < run.program->count[1]; i++) {
        uint8_t operation = run.program->operation[1][i];
        BYTE bytes[BYTES_MAX] = {0};
        size_t count = 0;
        if (operation == DROP) {
            rdy_read_half_destroy(run.reader);
            run.reader = NULL;
            break;
        }
        rdy_result result =
            rdy_read_half_poll_read(run.reader, &side->task, bytes, size_of(operation), &count);
        note_result(side, result, count);
        note(side, (uint64_t)bytes[0] << 8 | bytes[1]);
    }
}

static void run_program(void *program)
{
    rdy_simplex *simplex;

    memset(&run, 0, sizeof run);
    run.program = program;
    for (uint32_t i = 0; i < 2; i++) {
        run.side[i].task.waker = (rdy_task_waker){.ops = &waker_ops, .data = &run.side[i]};
    }
    if (rdy_simplex_create(run.program->capacity, &simplex).status != RDY_DONE) {
        return;
    }
    rdy_simplex_split(simplex, &run.reader, &run.writer);
    sim_spawn("writer", write_side, &run.side[0]);
    sim_spawn("reader", read_side, &run.side[1]);
    sim_wait_quiescent();
    if (run.writer != NULL) {
        rdy_write_half_destroy(run.writer);
    }
    if (run.reader != NULL) {
        rdy_read_half_destroy(run.reader);
    }
    for (uint32_t i = 0; i < 2; i++) {
        note(&run.side[i], (uint64_t)(uint32_t)run.side[i].wakes << 8 | (uint8_t)run.side[i].live);
    }
}

static uint64_t seen(void)
{
    return fuzz_seed_mix(run.side[0].seen, run.side[1].seen);
}

/* ---- programs ---- */

static void print(const struct soundness_program *made)
{
    const struct stream_program *program = made->argument;

    printf("capacity %u", program->capacity);
    for (uint32_t t = 0; t < 2; t++) {
        printf(", %s", t == 0 ? "writer" : "reader");
        for (uint32_t i = 0; i < program->count[t]; i++) {
            printf(" %u", program->operation[t][i]);
        }
    }
    printf("\n");
}

static void make(uint64_t seed, struct soundness_program *made)
{
    static struct stream_program program;
    uint64_t state = seed * 4 + 3;

    memset(&program, 0, sizeof program);
    program.capacity = 1 + soundness_below(&state, 2);
    uint32_t longer = soundness_below(&state, 3); /* or none is */
    for (uint32_t t = 0; t < 2; t++) {
        program.count[t] = t == longer ? OPERATIONS_MAX : 1;
        for (uint32_t i = 0; i < program.count[t]; i++) {
            program.operation[t][i] = (uint8_t)soundness_below(&state, OPERATIONS);
        }
    }
    made->body = run_program;
    made->argument = &program;
    made->seen = seen;
    made->print = print;
}

static void dpor_reaches_what_depth_first_search_reaches(void **state)
{
    static const struct soundness soundness = {
        .programs = PROGRAMS, .schedules_max = 6000, .fewest = PROGRAMS / 4, .make = make};

    (void)state;
    soundness_check(&soundness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dpor_reaches_what_depth_first_search_reaches),
    };

    return cmocka_run_group_tests_name("soundness_stream", tests, NULL, NULL);
}
