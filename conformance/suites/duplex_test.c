/* duplex_test: bytes go from end to end, and whoever waits is woken, by whatever ends the wait. */
#include "conformance/suites/fact.h"
#include "conformance/suites/task_fixture.h"
#include "core/duplex.h"

#include <string.h>

#define NONE SIZE_MAX /* what counts are poisoned with */

struct fixture {
    rdy_duplex *one, *two;
    struct counted_task first, second;
};

static void set_up(struct fixture *fixture, size_t capacity)
{
    EXPECT_EQUAL(rdy_duplex_create(capacity, &fixture->one, &fixture->two).status, RDY_DONE);
    counted_task_init(&fixture->first);
    counted_task_init(&fixture->second);
}

static void tear_down(struct fixture *fixture)
{
    if (fixture->one != NULL && fixture->two != NULL) {
        rdy_duplex_check(fixture->one);
    }
    if (fixture->one != NULL) {
        rdy_duplex_destroy(fixture->one);
    }
    if (fixture->two != NULL) {
        rdy_duplex_destroy(fixture->two);
    }
    EXPECT_EQUAL(counted_task_live(&fixture->first), 0);
    EXPECT_EQUAL(counted_task_live(&fixture->second), 0);
}

static void drop(rdy_duplex **end)
{
    rdy_duplex_destroy(*end);
    *end = NULL;
}

static enum rdy_status write_text(rdy_duplex *end, struct counted_task *task, const char *text,
                                  size_t expected)
{
    size_t count = NONE;
    rdy_result result = rdy_duplex_poll_write(end, &task->task, text, strlen(text), &count);
    EXPECT_EQUAL(count, expected);
    return result.status;
}

static enum rdy_status read_text(rdy_duplex *end, struct counted_task *task, size_t size,
                                 const char *expected)
{
    char buffer[64];
    size_t count = NONE;
    rdy_result result = rdy_duplex_poll_read(end, &task->task, buffer, size, &count);
    EXPECT_EQUAL(count, strlen(expected));
    EXPECT(memcmp(buffer, expected, count) == 0);
    return result.status;
}

/* ---- bytes ---- */

static void what_one_end_writes_the_other_reads(void)
{
    struct fixture f;
    set_up(&f, 64);
    EXPECT_EQUAL(write_text(f.one, &f.first, "ping", 4), RDY_DONE);
    EXPECT_EQUAL(write_text(f.two, &f.second, "pong", 4), RDY_DONE);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, "ping"), RDY_DONE);
    EXPECT_EQUAL(read_text(f.one, &f.first, 64, "pong"), RDY_DONE);
    tear_down(&f);
}

static void a_read_takes_no_more_than_asked(void)
{
    struct fixture f;
    set_up(&f, 64);
    EXPECT_EQUAL(write_text(f.one, &f.first, "abcdef", 6), RDY_DONE);
    EXPECT_EQUAL(read_text(f.two, &f.second, 4, "abcd"), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "gh", 2), RDY_DONE);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, "efgh"), RDY_DONE);
    tear_down(&f);
}

static void a_write_takes_what_there_is_room_for(void)
{
    struct fixture f;
    set_up(&f, 5);
    EXPECT_EQUAL(write_text(f.one, &f.first, "abc", 3), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "defg", 2), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "fg", 0), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, "abcde"), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "fg", 2), RDY_DONE);
    tear_down(&f);
}

static void directions_are_apart(void)
{
    struct fixture f;
    set_up(&f, 2);
    EXPECT_EQUAL(write_text(f.one, &f.first, "ab", 2), RDY_DONE);
    EXPECT_EQUAL(write_text(f.two, &f.second, "cd", 2), RDY_DONE);
    EXPECT_EQUAL(read_text(f.one, &f.first, 64, "cd"), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "x", 0), RDY_WOULD_BLOCK);
    tear_down(&f);
}

static void pieces_are_written_behind_each_other(void)
{
    struct fixture f;
    set_up(&f, 5);
    const struct rdy_slice slices[] = {{"ab", 2}, {NULL, 0}, {"c", 1}, {"defg", 4}, {"h", 1}};
    size_t count = NONE;
    EXPECT_EQUAL(rdy_duplex_poll_writev(f.one, &f.first.task, slices, 5, &count).status, RDY_DONE);
    EXPECT_EQUAL(count, 5);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, "abcde"), RDY_DONE);
    tear_down(&f);
}

static void pieces_without_bytes_are_no_bytes(void)
{
    struct fixture f;
    set_up(&f, 1);
    const struct rdy_slice slices[] = {{NULL, 0}, {NULL, 0}};
    size_t count = NONE;
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(rdy_duplex_poll_writev(f.one, &f.first.task, slices, 2, &count).status, RDY_DONE);
    EXPECT_EQUAL(count, 0);
    EXPECT_EQUAL(rdy_duplex_poll_writev(f.one, &f.first.task, NULL, 0, &count).status, RDY_DONE);
    EXPECT_EQUAL(count, 0);
    tear_down(&f);
}

/* tokio up to 1.53.1 answers a read of nothing with the end, and one at an empty stream never. */
static void a_read_of_nothing_is_done(void)
{
    struct fixture f;
    set_up(&f, 1);
    EXPECT_EQUAL(read_text(f.two, &f.second, 0, ""), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "b", 0), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(read_text(f.two, &f.second, 0, ""), RDY_DONE);
    EXPECT_EQUAL(counted_task_take_wakes(&f.first), 0);
    drop(&f.one);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, "a"), RDY_DONE);
    EXPECT_EQUAL(read_text(f.two, &f.second, 0, ""), RDY_DONE);
    tear_down(&f);
}

static void a_write_of_nothing_is_done_until_the_end(void)
{
    struct fixture f;
    set_up(&f, 1);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(write_text(f.one, &f.first, "", 0), RDY_DONE);
    EXPECT_EQUAL(counted_task_take_wakes(&f.second), 0);
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "", 0), RDY_DONE);
    drop(&f.two);
    EXPECT_EQUAL(write_text(f.one, &f.first, "", 0), RDY_CLOSED);
    tear_down(&f);
}

/* tokio makes a stream of capacity 0, and its first write hangs. */
static void a_stream_without_capacity_is_refused(void)
{
    rdy_duplex *one = (rdy_duplex *)&one, *two = (rdy_duplex *)&two;
    rdy_result result = rdy_duplex_create(0, &one, &two);
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT_EQUAL(result.os_error, ERROR_INVALID_PARAMETER);
    EXPECT(one == NULL && two == NULL);
}

static void the_largest_capacity_takes_no_memory(void)
{
    struct fixture f;
    set_up(&f, SIZE_MAX);
    EXPECT_EQUAL(write_text(f.one, &f.first, "abc", 3), RDY_DONE);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, "abc"), RDY_DONE);
    tear_down(&f);
}

/* ---- the end ---- */

static void shutdown_ends_the_stream_behind_what_is_written(void)
{
    struct fixture f;
    set_up(&f, 64);
    EXPECT_EQUAL(write_text(f.one, &f.first, "abc", 3), RDY_DONE);
    EXPECT_EQUAL(rdy_duplex_poll_shutdown(f.one, &f.first.task).status, RDY_DONE);
    EXPECT_EQUAL(rdy_duplex_poll_shutdown(f.one, &f.first.task).status, RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "d", 0), RDY_CLOSED);
    EXPECT_EQUAL(read_text(f.two, &f.second, 2, "ab"), RDY_DONE);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, "c"), RDY_DONE);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, ""), RDY_CLOSED);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, ""), RDY_CLOSED);
    tear_down(&f);
}

static void shutdown_leaves_the_other_direction_open(void)
{
    struct fixture f;
    set_up(&f, 64);
    EXPECT_EQUAL(rdy_duplex_poll_shutdown(f.one, &f.first.task).status, RDY_DONE);
    EXPECT_EQUAL(write_text(f.two, &f.second, "abc", 3), RDY_DONE);
    EXPECT_EQUAL(read_text(f.one, &f.first, 64, "abc"), RDY_DONE);
    tear_down(&f);
}

static void after_a_drop_the_rest_is_read_and_nothing_written(void)
{
    struct fixture f;
    set_up(&f, 64);
    EXPECT_EQUAL(write_text(f.one, &f.first, "abc", 3), RDY_DONE);
    drop(&f.one);
    EXPECT_EQUAL(write_text(f.two, &f.second, "d", 0), RDY_CLOSED);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, "abc"), RDY_DONE);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, ""), RDY_CLOSED);
    tear_down(&f);
}

static void flush_is_done(void)
{
    struct fixture f;
    set_up(&f, 1);
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(rdy_duplex_poll_flush(f.one, &f.first.task).status, RDY_DONE);
    drop(&f.two);
    EXPECT_EQUAL(rdy_duplex_poll_flush(f.one, &f.first.task).status, RDY_DONE);
    tear_down(&f);
}

/* ---- wakers ---- */

static void a_waiting_reader_is_woken_by_a_write(void)
{
    struct fixture f;
    set_up(&f, 64);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(counted_task_take_wakes(&f.second), 1);
    EXPECT_EQUAL(write_text(f.one, &f.first, "b", 1), RDY_DONE);
    EXPECT_EQUAL(counted_task_take_wakes(&f.second), 0);
    EXPECT_EQUAL(counted_task_take_wakes(&f.first), 0);
    tear_down(&f);
}

static void a_waiting_writer_is_woken_by_a_read(void)
{
    struct fixture f;
    set_up(&f, 3);
    EXPECT_EQUAL(write_text(f.one, &f.first, "abc", 3), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "d", 0), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, "a"), RDY_DONE);
    EXPECT_EQUAL(counted_task_take_wakes(&f.first), 1);
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, "b"), RDY_DONE);
    EXPECT_EQUAL(counted_task_take_wakes(&f.first), 0);
    tear_down(&f);
}

static void who_waits_again_is_woken_again(void)
{
    struct fixture f;
    set_up(&f, 1);
    for (int i = 0; i < 3; i++) {
        EXPECT_EQUAL(read_text(f.two, &f.second, 1, ""), RDY_WOULD_BLOCK);
        EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
        EXPECT_EQUAL(counted_task_take_wakes(&f.second), 1);
        EXPECT_EQUAL(write_text(f.one, &f.first, "b", 0), RDY_WOULD_BLOCK);
        EXPECT_EQUAL(read_text(f.two, &f.second, 1, "a"), RDY_DONE);
        EXPECT_EQUAL(counted_task_take_wakes(&f.first), 1);
    }
    tear_down(&f);
}

static void shutdown_wakes_who_waits_on_either_side(void)
{
    struct fixture f;
    set_up(&f, 1);
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(rdy_duplex_poll_shutdown(f.one, &f.first.task).status, RDY_DONE);
    EXPECT_EQUAL(counted_task_take_wakes(&f.second), 1);
    EXPECT_EQUAL(write_text(f.two, &f.second, "a", 1), RDY_DONE);
    EXPECT_EQUAL(write_text(f.two, &f.second, "b", 0), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(rdy_duplex_poll_shutdown(f.two, &f.first.task).status, RDY_DONE);
    EXPECT_EQUAL(counted_task_take_wakes(&f.second), 1);
    tear_down(&f);
}

static void a_drop_wakes_a_waiting_reader(void)
{
    struct fixture f;
    set_up(&f, 1);
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, ""), RDY_WOULD_BLOCK);
    drop(&f.one);
    EXPECT_EQUAL(counted_task_take_wakes(&f.second), 1);
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, ""), RDY_CLOSED);
    tear_down(&f);
}

static void a_drop_wakes_a_waiting_writer(void)
{
    struct fixture f;
    set_up(&f, 1);
    EXPECT_EQUAL(write_text(f.two, &f.second, "a", 1), RDY_DONE);
    EXPECT_EQUAL(write_text(f.two, &f.second, "b", 0), RDY_WOULD_BLOCK);
    drop(&f.one);
    EXPECT_EQUAL(counted_task_take_wakes(&f.second), 1);
    EXPECT_EQUAL(write_text(f.two, &f.second, "b", 0), RDY_CLOSED);
    tear_down(&f);
}

static void the_last_waker_is_the_one_woken(void)
{
    struct fixture f;
    set_up(&f, 1);
    EXPECT_EQUAL(read_text(f.two, &f.first, 1, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(counted_task_live(&f.first), 0);
    EXPECT_EQUAL(counted_task_live(&f.second), 1);
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(counted_task_take_wakes(&f.first), 0);
    EXPECT_EQUAL(counted_task_take_wakes(&f.second), 1);
    tear_down(&f);
}

static void the_same_waker_is_cloned_once(void)
{
    struct fixture f;
    set_up(&f, 1);
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, ""), RDY_WOULD_BLOCK);
    f.second.is_barren = TRUE; /* another clone would fail */
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(counted_task_live(&f.second), 1);
    tear_down(&f);
}

static void a_waker_that_cannot_be_cloned_is_a_failure(void)
{
    struct fixture f;
    set_up(&f, 1);
    f.second.is_barren = TRUE;
    char byte;
    size_t count = NONE;
    rdy_result result = rdy_duplex_poll_read(f.two, &f.second.task, &byte, 1, &count);
    EXPECT_EQUAL(result.status, RDY_FAILED);
    EXPECT_EQUAL(result.os_error, ERROR_NOT_ENOUGH_MEMORY);
    EXPECT_EQUAL(count, 0);
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, "a"), RDY_DONE);
    tear_down(&f);
}

/* ---- wakers that do something ---- */

static void read_inline(void *argument)
{
    struct fixture *f = argument;
    EXPECT_EQUAL(read_text(f->two, &f->second, 1, "a"), RDY_DONE);
    EXPECT_EQUAL(read_text(f->two, &f->second, 1, ""), RDY_WOULD_BLOCK);
}

static void a_waker_may_poll_the_stream_that_wakes_it(void)
{
    struct fixture f;
    set_up(&f, 1);
    f.second.on_wake = read_inline;
    f.second.argument = &f;
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    f.second.on_wake = NULL;
    tear_down(&f);
}

static void drop_other_inline(void *argument)
{
    struct fixture *f = argument;
    if (f->two != NULL) {
        drop(&f->two);
    }
}

static void a_waker_may_drop_the_end_that_it_waits_on(void)
{
    struct fixture f;
    set_up(&f, 1);
    f.second.on_wake = drop_other_inline;
    f.second.argument = &f;
    EXPECT_EQUAL(read_text(f.two, &f.second, 1, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "b", 0), RDY_CLOSED);
    tear_down(&f);
}

/* A task that owns the other end goes with its last waker. */
static void the_drop_of_a_waker_may_drop_the_other_end(void)
{
    struct fixture f;
    set_up(&f, 1);
    f.second.on_drop = drop_other_inline;
    f.second.argument = &f;
    EXPECT_EQUAL(read_text(f.one, &f.second, 1, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(read_text(f.one, &f.first, 1, ""), RDY_WOULD_BLOCK);
    EXPECT(f.two == NULL);
    EXPECT_EQUAL(counted_task_take_wakes(&f.first), 1);
    EXPECT_EQUAL(read_text(f.one, &f.first, 1, ""), RDY_CLOSED);
    tear_down(&f);
}

/* ---- budget and trace ---- */

static void only_progress_uses_the_budget(void)
{
    struct fixture f;
    struct rdy_task_budget budget = {.left = 3};
    set_up(&f, 1);
    f.first.task.budget = &budget;
    EXPECT_EQUAL(read_text(f.one, &f.first, 1, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(budget.left, 3);
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(budget.left, 2);
    EXPECT_EQUAL(write_text(f.one, &f.first, "b", 0), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(budget.left, 2);
    drop(&f.two);
    counted_task_take_wakes(&f.first);
    EXPECT_EQUAL(read_text(f.one, &f.first, 1, ""), RDY_CLOSED);
    EXPECT_EQUAL(write_text(f.one, &f.first, "b", 0), RDY_CLOSED);
    EXPECT_EQUAL(budget.left, 0);
    tear_down(&f);
}

static void a_task_without_budget_yields(void)
{
    struct fixture f;
    struct rdy_task_budget budget = {.left = 1};
    set_up(&f, 64);
    f.first.task.budget = &budget;
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "b", 0), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(counted_task_take_wakes(&f.first), 1);
    EXPECT_EQUAL(counted_task_live(&f.first), 0);
    budget.left = RDY_TASK_BUDGET;
    EXPECT_EQUAL(write_text(f.one, &f.first, "b", 1), RDY_DONE);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, "ab"), RDY_DONE);
    tear_down(&f);
}

static BOOL count_leaf(void *argument, const void *half)
{
    LONG *leaves = argument;
    EXPECT(half != NULL);
    ++*leaves;
    return *leaves == 2;
}

static void a_trace_sees_each_leaf_and_may_stop_it(void)
{
    struct fixture f;
    LONG leaves = 0;
    set_up(&f, 64);
    f.first.task.trace = count_leaf;
    f.first.task.trace_argument = &leaves;
    EXPECT_EQUAL(write_text(f.one, &f.first, "a", 1), RDY_DONE);
    EXPECT_EQUAL(write_text(f.one, &f.first, "b", 0), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(read_text(f.one, &f.first, 1, ""), RDY_WOULD_BLOCK);
    EXPECT_EQUAL(leaves, 3);
    EXPECT_EQUAL(read_text(f.two, &f.second, 64, "a"), RDY_DONE);
    tear_down(&f);
}

/* ---- want of memory ---- */

static void failed_creation_leaves_nothing(void)
{
    rdy_duplex *one, *two;
    rdy_result result = rdy_duplex_create(64, &one, &two);
    if (result.status == RDY_DONE) {
        rdy_duplex_destroy(one);
        rdy_duplex_destroy(two);
        return;
    }
    EXPECT_EQUAL(result.os_error, ERROR_NOT_ENOUGH_MEMORY);
    EXPECT(one == NULL && two == NULL);
}

static void a_write_without_memory_fails_and_the_next_goes_on(void)
{
    struct counted_task task;
    rdy_duplex *one, *two;
    counted_task_init(&task);
    if (rdy_duplex_create(64, &one, &two).status != RDY_DONE) {
        return;
    }
    size_t count = NONE;
    rdy_result result = rdy_duplex_poll_write(one, &task.task, "abc", 3, &count);
    if (result.status != RDY_DONE) {
        EXPECT_EQUAL(result.status, RDY_FAILED);
        EXPECT_EQUAL(result.os_error, ERROR_NOT_ENOUGH_MEMORY);
        EXPECT_EQUAL(count, 0);
        EXPECT_EQUAL(write_text(one, &task, "abc", 3), RDY_DONE);
    }
    EXPECT_EQUAL(read_text(two, &task, 64, "abc"), RDY_DONE);
    rdy_duplex_destroy(two);
    rdy_duplex_destroy(one);
}

static const struct fact facts[] = {
    FACT(what_one_end_writes_the_other_reads, 0),
    FACT(a_read_takes_no_more_than_asked, 0),
    FACT(a_write_takes_what_there_is_room_for, 0),
    FACT(directions_are_apart, 0),
    FACT(pieces_are_written_behind_each_other, 0),
    FACT(pieces_without_bytes_are_no_bytes, 0),
    FACT(a_read_of_nothing_is_done, 0),
    FACT(a_write_of_nothing_is_done_until_the_end, 0),
    FACT(a_stream_without_capacity_is_refused, 0),
    FACT(the_largest_capacity_takes_no_memory, 0),
    FACT(shutdown_ends_the_stream_behind_what_is_written, 0),
    FACT(shutdown_leaves_the_other_direction_open, 0),
    FACT(after_a_drop_the_rest_is_read_and_nothing_written, 0),
    FACT(flush_is_done, 0),
    FACT(a_waiting_reader_is_woken_by_a_write, 0),
    FACT(a_waiting_writer_is_woken_by_a_read, 0),
    FACT(who_waits_again_is_woken_again, 0),
    FACT(shutdown_wakes_who_waits_on_either_side, 0),
    FACT(a_drop_wakes_a_waiting_reader, 0),
    FACT(a_drop_wakes_a_waiting_writer, 0),
    FACT(the_last_waker_is_the_one_woken, 0),
    FACT(the_same_waker_is_cloned_once, 0),
    FACT(a_waker_that_cannot_be_cloned_is_a_failure, 0),
    FACT(a_waker_may_poll_the_stream_that_wakes_it, 0),
    FACT(a_waker_may_drop_the_end_that_it_waits_on, 0),
    FACT(the_drop_of_a_waker_may_drop_the_other_end, 0),
    FACT(only_progress_uses_the_budget, 0),
    FACT(a_task_without_budget_yields, 0),
    FACT(a_trace_sees_each_leaf_and_may_stop_it, 0),
    FACT(failed_creation_leaves_nothing, FACT_WITH_FAULTS),
    FACT(a_write_without_memory_fails_and_the_next_goes_on, FACT_WITH_FAULTS),
};

FACT_SUITE(duplex);
