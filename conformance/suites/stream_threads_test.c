/* stream_threads_test: streams under real threads: what the search of schedules cannot show, for it
 * takes memory for sequentially consistent. Worth most under ThreadSanitizer. */
#include "conformance/suites/fact.h"
#include "conformance/suites/task_fixture.h"
#include "core/duplex.h"
#include "core/ring.h"
#include "core/simplex.h"

#include <string.h>

#define BYTES_TOTAL  (UINT64_C(1) << 21) /* of each direction */
#define PIECE_MAX    5000u
#define STREAMS      300 /* made and dropped */
#define STREAM_BYTES 200u

/* ---- a thread that waits for its task ---- */

struct sleeper {
    struct counted_task task;
    SRWLOCK lock;
    CONDITION_VARIABLE woken;
    BOOL is_woken;
};

static void rouse(void *argument)
{
    struct sleeper *sleeper = argument;
    AcquireSRWLockExclusive(&sleeper->lock);
    sleeper->is_woken = TRUE;
    WakeConditionVariable(&sleeper->woken);
    ReleaseSRWLockExclusive(&sleeper->lock);
}

static void sleeper_init(struct sleeper *sleeper)
{
    counted_task_init(&sleeper->task);
    sleeper->task.on_wake = rouse;
    sleeper->task.argument = sleeper;
    InitializeSRWLock(&sleeper->lock);
    InitializeConditionVariable(&sleeper->woken);
    sleeper->is_woken = FALSE;
}

static void sleep_until_woken(struct sleeper *sleeper)
{
    AcquireSRWLockExclusive(&sleeper->lock);
    while (!sleeper->is_woken) {
        SleepConditionVariableSRW(&sleeper->woken, &sleeper->lock, INFINITE, 0);
    }
    sleeper->is_woken = FALSE;
    ReleaseSRWLockExclusive(&sleeper->lock);
}

/* ---- a side of a stream and its thread ---- */

struct worker {
    rdy_read_half *reader; /* or */
    rdy_write_half *writer;
    uint64_t size;  /* to write or expected */
    uint64_t state; /* of the random sizes */
    struct sleeper sleeper;
    HANDLE thread;
};

static size_t random_size(struct worker *worker, size_t size_max)
{
    worker->state = worker->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (size_t)(worker->state >> 33) % size_max + 1;
}

static BYTE byte_at(uint64_t position)
{
    return (BYTE)((position * UINT64_C(0x9E3779B97F4A7C15)) >> 56);
}

static DWORD WINAPI write_side(LPVOID argument)
{
    struct worker *worker = argument;
    BYTE bytes[PIECE_MAX];
    uint64_t done = 0;
    while (done < worker->size) {
        size_t count;
        size_t size = random_size(worker, sizeof bytes);
        size = size < worker->size - done ? size : (size_t)(worker->size - done);
        for (size_t i = 0; i < size; i++) {
            bytes[i] = byte_at(done + i);
        }
        rdy_result result = rdy_write_half_poll_write(worker->writer, &worker->sleeper.task.task,
                                                      bytes, size, &count);
        if (result.status == RDY_CLOSED) {
            break;
        }
        if (result.status == RDY_WOULD_BLOCK) {
            sleep_until_woken(&worker->sleeper);
        }
        done += count;
    }
    rdy_write_half_destroy(worker->writer);
    return 0;
}

static DWORD WINAPI read_side(LPVOID argument)
{
    struct worker *worker = argument;
    BYTE bytes[PIECE_MAX];
    uint64_t done = 0;
    for (;;) {
        size_t count;
        rdy_result result =
            rdy_read_half_poll_read(worker->reader, &worker->sleeper.task.task, bytes,
                                    random_size(worker, sizeof bytes), &count);
        if (result.status == RDY_CLOSED) {
            break;
        }
        if (result.status == RDY_WOULD_BLOCK) {
            sleep_until_woken(&worker->sleeper);
        }
        for (size_t i = 0; i < count; i++) {
            EXPECT_EQUAL(bytes[i], byte_at(done + i));
        }
        done += count;
    }
    EXPECT_EQUAL(done, worker->size);
    rdy_read_half_destroy(worker->reader);
    return 0;
}

static void start(struct worker *worker, LPTHREAD_START_ROUTINE body, uint64_t size, uint64_t seed)
{
    worker->size = size;
    worker->state = seed;
    sleeper_init(&worker->sleeper);
    worker->thread = CreateThread(NULL, 0, body, worker, 0, NULL);
    EXPECT(worker->thread != NULL);
}

static void finish(struct worker *worker)
{
    EXPECT_EQUAL(WaitForSingleObject(worker->thread, INFINITE), WAIT_OBJECT_0);
    CloseHandle(worker->thread);
}

/* ---- facts ---- */

static void stream_both_ways(size_t capacity, uint64_t size)
{
    rdy_duplex *one, *two;
    struct worker reader[2] = {0}, writer[2] = {0};
    EXPECT_EQUAL(rdy_duplex_create(capacity, &one, &two).status, RDY_DONE);
    rdy_duplex_split(one, &reader[0].reader, &writer[0].writer);
    rdy_duplex_split(two, &reader[1].reader, &writer[1].writer);
    for (unsigned i = 0; i < 2; i++) {
        start(&reader[i], read_side, size, capacity + i);
        start(&writer[i], write_side, size, capacity + 2 + i);
    }
    for (unsigned i = 0; i < 2; i++) {
        finish(&reader[i]);
        finish(&writer[i]);
    }
    for (unsigned i = 0; i < 2; i++) {
        EXPECT_EQUAL(counted_task_live(&reader[i].sleeper.task), 0);
        EXPECT_EQUAL(counted_task_live(&writer[i].sleeper.task), 0);
    }
}

static void bytes_arrive_in_order_through_small_streams(void)
{
    stream_both_ways(1, BYTES_TOTAL / 512);
    stream_both_ways(7, BYTES_TOTAL / 64);
    stream_both_ways(PIECE_MAX, BYTES_TOTAL);
}

static void bytes_arrive_in_order_through_linked_segments(void)
{
    stream_both_ways(3 * RDY_RING_SEGMENT_SIZE + 1, 4 * BYTES_TOTAL);
}

/* Whoever goes first, in the middle or before the beginning. */
static void sides_come_and_go(void)
{
    for (unsigned i = 0; i < STREAMS; i++) {
        rdy_simplex *simplex;
        struct worker reader = {0}, writer = {0};
        EXPECT_EQUAL(rdy_simplex_create(i % 9 + 1, &simplex).status, RDY_DONE);
        rdy_simplex_split(simplex, &reader.reader, &writer.writer);
        start(&writer, write_side, STREAM_BYTES, i);
        if (i % 2 == 0) {
            start(&reader, read_side, STREAM_BYTES, i + 1);
            finish(&reader);
        } else {
            rdy_read_half_destroy(reader.reader);
        }
        finish(&writer);
        EXPECT_EQUAL(counted_task_live(&writer.sleeper.task), 0);
    }
}

static const struct fact facts[] = {
    FACT(bytes_arrive_in_order_through_small_streams, 0),
    FACT(bytes_arrive_in_order_through_linked_segments, 0),
    FACT(sides_come_and_go, 0),
};

FACT_SUITE(stream_threads);
