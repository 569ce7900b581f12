/* split_test: halves are used by threads of their own, and put together again. */
#include "conformance/suites/fact.h"
#include "conformance/suites/task_fixture.h"
#include "core/duplex.h"
#include "core/simplex.h"

#include <string.h>

#define NONE      SIZE_MAX
#define BYTES_MAX 16u

/* ---- a thread that waits for its task ---- */

/* Outlives the threads that may wake it: they fetch its waker, and run it some time later. */
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
    ReleaseSRWLockExclusive(&sleeper->lock);
    WakeConditionVariable(&sleeper->woken);
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

/* Writes until all is taken on; CLOSED if the reader went before. */
static enum rdy_status write_all(rdy_write_half *half, struct sleeper *sleeper, const char *bytes,
                                 size_t size)
{
    while (size > 0) {
        size_t count = NONE;
        rdy_result result =
            rdy_write_half_poll_write(half, &sleeper->task.task, bytes, size, &count);
        if (result.status == RDY_WOULD_BLOCK) {
            sleep_until_woken(sleeper);
        } else if (result.status != RDY_DONE) {
            return result.status;
        }
        bytes += count;
        size -= count;
    }
    return RDY_DONE;
}

/* Reads to the end of the stream and returns how many bytes there were. */
static size_t read_all(rdy_read_half *half, struct sleeper *sleeper, char *bytes, size_t size)
{
    size_t done = 0;
    for (;;) {
        size_t count = NONE;
        rdy_result result =
            rdy_read_half_poll_read(half, &sleeper->task.task, bytes + done, size - done, &count);
        if (result.status == RDY_CLOSED) {
            return done;
        }
        if (result.status == RDY_WOULD_BLOCK) {
            sleep_until_woken(sleeper);
        }
        done += count;
    }
}

static void join(HANDLE thread)
{
    EXPECT(thread != NULL);
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    CloseHandle(thread);
}

/* What a writing thread is given. */
struct writing {
    rdy_write_half *half;
    struct sleeper sleeper;
};

static DWORD WINAPI write_word(LPVOID argument)
{
    struct writing *writing = argument;
    EXPECT_EQUAL(write_all(writing->half, &writing->sleeper, "abcde", 5), RDY_DONE);
    rdy_write_half_destroy(writing->half);
    return 0;
}

static DWORD WINAPI write_until_closed(LPVOID argument)
{
    struct writing *writing = argument;
    enum rdy_status status = RDY_DONE;
    for (int i = 0; i < 4 && status == RDY_DONE; i++) {
        status = write_all(writing->half, &writing->sleeper, "ab", 2);
    }
    EXPECT_EQUAL(status, RDY_CLOSED);
    rdy_write_half_destroy(writing->half);
    return 0;
}

/* ---- facts ---- */

static void split_simplex(size_t capacity, rdy_read_half **reader, rdy_write_half **writer)
{
    rdy_simplex *simplex;
    EXPECT_EQUAL(rdy_simplex_create(capacity, &simplex).status, RDY_DONE);
    rdy_simplex_split(simplex, reader, writer);
}

static void what_a_thread_writes_another_reads_to_the_end(void)
{
    rdy_read_half *reader;
    struct writing writing;
    struct sleeper sleeper;
    char bytes[BYTES_MAX];
    sleeper_init(&sleeper);
    sleeper_init(&writing.sleeper);
    split_simplex(2, &reader, &writing.half);
    HANDLE thread = CreateThread(NULL, 0, write_word, &writing, 0, NULL);
    EXPECT_EQUAL(read_all(reader, &sleeper, bytes, sizeof bytes), 5);
    EXPECT(memcmp(bytes, "abcde", 5) == 0);
    join(thread);
    rdy_read_half_destroy(reader);
    EXPECT_EQUAL(counted_task_live(&sleeper.task), 0);
    EXPECT_EQUAL(counted_task_live(&writing.sleeper.task), 0);
}

/* tokio's simplex halves have no drop of their own: the writer would wait for ever (tokio 6914). */
static void a_dropped_reader_ends_a_waiting_writer(void)
{
    rdy_read_half *reader;
    struct writing writing;
    sleeper_init(&writing.sleeper);
    split_simplex(2, &reader, &writing.half);
    HANDLE thread = CreateThread(NULL, 0, write_until_closed, &writing, 0, NULL);
    rdy_read_half_destroy(reader);
    join(thread);
    EXPECT_EQUAL(counted_task_live(&writing.sleeper.task), 0);
}

static void a_dropped_writer_ends_a_waiting_reader(void)
{
    rdy_read_half *reader;
    rdy_write_half *writer;
    struct counted_task task;
    char byte;
    size_t count = NONE;
    counted_task_init(&task);
    split_simplex(2, &reader, &writer);
    EXPECT_EQUAL(rdy_read_half_poll_read(reader, &task.task, &byte, 1, &count).status,
                 RDY_WOULD_BLOCK);
    rdy_write_half_destroy(writer);
    EXPECT_EQUAL(counted_task_take_wakes(&task), 1);
    EXPECT_EQUAL(rdy_read_half_poll_read(reader, &task.task, &byte, 1, &count).status, RDY_CLOSED);
    rdy_read_half_destroy(reader);
    EXPECT_EQUAL(counted_task_live(&task), 0);
}

static void a_stream_that_is_not_split_reads_what_it_writes(void)
{
    rdy_simplex *simplex;
    struct counted_task task;
    char bytes[BYTES_MAX];
    size_t count = NONE;
    counted_task_init(&task);
    EXPECT_EQUAL(rdy_simplex_create(4, &simplex).status, RDY_DONE);
    EXPECT_EQUAL(rdy_simplex_poll_write(simplex, &task.task, "abcde", 5, &count).status, RDY_DONE);
    EXPECT_EQUAL(count, 4);
    EXPECT_EQUAL(rdy_simplex_poll_write(simplex, &task.task, "e", 1, &count).status,
                 RDY_WOULD_BLOCK);
    EXPECT_EQUAL(rdy_simplex_poll_read(simplex, &task.task, bytes, sizeof bytes, &count).status,
                 RDY_DONE);
    EXPECT_EQUAL(count, 4);
    EXPECT_EQUAL(counted_task_take_wakes(&task), 1);
    EXPECT_EQUAL(rdy_simplex_poll_shutdown(simplex, &task.task).status, RDY_DONE);
    EXPECT_EQUAL(rdy_simplex_poll_read(simplex, &task.task, bytes, 1, &count).status, RDY_CLOSED);
    rdy_simplex_check(simplex);
    rdy_simplex_destroy(simplex);
    EXPECT_EQUAL(counted_task_live(&task), 0);
}

static void halves_of_one_stream_make_it_again(void)
{
    rdy_duplex *one, *two, *again;
    rdy_read_half *reader;
    rdy_write_half *writer;
    struct counted_task task;
    size_t count = NONE;
    char byte;
    counted_task_init(&task);
    EXPECT_EQUAL(rdy_duplex_create(4, &one, &two).status, RDY_DONE);
    rdy_duplex_split(one, &reader, &writer);
    EXPECT(rdy_halves_are_a_pair(reader, writer));
    EXPECT_EQUAL(rdy_write_half_poll_write(writer, &task.task, "a", 1, &count).status, RDY_DONE);
    EXPECT_EQUAL(rdy_duplex_unsplit(reader, writer, &again).status, RDY_DONE);
    EXPECT_EQUAL(rdy_duplex_poll_read(two, &task.task, &byte, 1, &count).status, RDY_DONE);
    EXPECT_EQUAL(byte, 'a');
    EXPECT_EQUAL(rdy_duplex_poll_write(again, &task.task, "b", 1, &count).status, RDY_DONE);
    rdy_duplex_destroy(again);
    EXPECT_EQUAL(rdy_duplex_poll_read(two, &task.task, &byte, 1, &count).status, RDY_DONE);
    EXPECT_EQUAL(byte, 'b');
    rdy_duplex_destroy(two);
}

static void halves_of_different_streams_stay_apart(void)
{
    rdy_duplex *one, *two, *again;
    rdy_read_half *reader[2];
    rdy_write_half *writer[2];
    EXPECT_EQUAL(rdy_duplex_create(4, &one, &two).status, RDY_DONE);
    rdy_duplex_split(one, &reader[0], &writer[0]);
    rdy_duplex_split(two, &reader[1], &writer[1]);
    EXPECT(!rdy_halves_are_a_pair(reader[0], writer[1]));
    rdy_result result = rdy_duplex_unsplit(reader[0], writer[1], &again);
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT_EQUAL(result.os_error, ERROR_INVALID_PARAMETER);
    EXPECT(again == NULL);
    rdy_write_half_destroy(writer[1]);
    rdy_read_half_destroy(reader[0]);
    rdy_read_half_destroy(reader[1]);
    rdy_write_half_destroy(writer[0]);
}

/* Each half of a duplex end is a direction of its own. */
static void a_dropped_half_ends_its_direction_only(void)
{
    rdy_duplex *one, *two;
    rdy_read_half *reader;
    rdy_write_half *writer;
    struct counted_task task;
    size_t count = NONE;
    char byte;
    counted_task_init(&task);
    EXPECT_EQUAL(rdy_duplex_create(4, &one, &two).status, RDY_DONE);
    rdy_duplex_split(one, &reader, &writer);
    rdy_read_half_destroy(reader);
    EXPECT_EQUAL(rdy_duplex_poll_write(two, &task.task, "a", 1, &count).status, RDY_CLOSED);
    EXPECT_EQUAL(rdy_write_half_poll_write(writer, &task.task, "b", 1, &count).status, RDY_DONE);
    EXPECT_EQUAL(rdy_duplex_poll_read(two, &task.task, &byte, 1, &count).status, RDY_DONE);
    EXPECT_EQUAL(byte, 'b');
    rdy_write_half_destroy(writer);
    EXPECT_EQUAL(rdy_duplex_poll_read(two, &task.task, &byte, 1, &count).status, RDY_CLOSED);
    rdy_duplex_destroy(two);
}

static void parts_may_be_dropped_in_any_order(void)
{
    for (unsigned order = 0; order < 24; order++) {
        rdy_duplex *one, *two;
        rdy_read_half *reader[2];
        rdy_write_half *writer[2];
        BOOL gone[4] = {FALSE};
        EXPECT_EQUAL(rdy_duplex_create(4, &one, &two).status, RDY_DONE);
        rdy_duplex_split(one, &reader[0], &writer[0]);
        rdy_duplex_split(two, &reader[1], &writer[1]);
        unsigned code = order;
        for (unsigned left = 4; left > 0; left--) {
            unsigned nth = code % left, part = 0;
            code /= left;
            while (gone[part] || nth-- > 0) {
                part++;
            }
            gone[part] = TRUE;
            if (part < 2) {
                rdy_read_half_destroy(reader[part]);
            } else {
                rdy_write_half_destroy(writer[part - 2]);
            }
        }
    }
}

static const struct fact facts[] = {
    FACT(what_a_thread_writes_another_reads_to_the_end, 0),
    FACT(a_dropped_reader_ends_a_waiting_writer, 0),
    FACT(a_dropped_writer_ends_a_waiting_reader, 0),
    FACT(a_stream_that_is_not_split_reads_what_it_writes, 0),
    FACT(halves_of_one_stream_make_it_again, 0),
    FACT(halves_of_different_streams_stay_apart, 0),
    FACT(a_dropped_half_ends_its_direction_only, 0),
    FACT(parts_may_be_dropped_in_any_order, 0),
};

FACT_SUITE(split);
