/* Data races on explored schedules: what ThreadSanitizer must report in its preset, what it must
 * not, and that nothing else sees them: memory is sequentially consistent here and plain accesses
 * are no scheduling points. The bodies are code under test: this file is watched. */
#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/search.h"

#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WATCHED true
#endif
#endif
#ifndef WATCHED
#define WATCHED false
#endif

static struct fuzz_search_result result; /* too large for a stack */

/* expect searches a body: there is a race, which only this preset finds, or there is none. */
static void expect(void (*body)(void *unused), bool race)
{
    struct fuzz_body_subject subject;
    struct fuzz_search_options options = {
        .strategy = &fuzz_strategy_portfolio, .config = {.seed = 1}, .executions_max = 500};

    fuzz_body_subject_init(&subject, "body", body, NULL);
    fuzz_search(&subject.subject, &options, &result);
    assert_false(result.broken);
    if (WATCHED && race) {
        assert_int_equal(result.finding_count, 1);
        assert_string_equal(result.finding[0].report.oracle, "data-race");
    } else {
        assert_int_equal(result.finding_count, 0);
    }
    fuzz_search_result_deinit(&result);
}

/* What the threads of a body share. */
static struct {
    int plain;
    SRWLOCK lock;
    CONDITION_VARIABLE changed;
    INIT_ONCE once;
    LONG flag;
    HANDLE event, port, pipe, client;
    OVERLAPPED overlapped;
    char buffer[8];
} shared;

static void reset(void)
{
    memset(&shared, 0, sizeof shared);
}

/* ---- locks ---- */

static void add_locked(void *unused)
{
    (void)unused;
    AcquireSRWLockExclusive(&shared.lock);
    shared.plain++;
    ReleaseSRWLockExclusive(&shared.lock);
}

static void locked_body(void *unused)
{
    reset();
    sim_spawn("adder", add_locked, NULL);
    add_locked(unused);
}

/* Looks before it locks: under no schedule does the outcome differ. */
static void look_and_add(void *unused)
{
    if (shared.plain < 100) {
        add_locked(unused);
    }
}

static void looked_body(void *unused)
{
    reset();
    sim_spawn("adder", look_and_add, NULL);
    look_and_add(unused);
}

static void a_lock_orders(void **state)
{
    (void)state;
    expect(locked_body, false);
}

static void a_look_ahead_of_the_lock_is_a_race(void **state)
{
    (void)state;
    expect(looked_body, true);
}

/* ---- what a harness declares: pins on a thing, and the drop that waits for the last ---- */

#define THING 1u

static LONG pins; /* the harness's own: atomic, and of no order */
static bool dropped;

static void use_pinned(void *write)
{
    sim_touch(THING, false);
    if (!__atomic_load_n(&dropped, __ATOMIC_RELAXED)) {
        __atomic_fetch_add(&pins, 1, __ATOMIC_RELAXED);
        sim_yield();
        if (write != NULL) {
            shared.plain++;
        } else {
            shared.buffer[0] = (char)*(volatile int *)&shared.plain;
        }
        sim_yield();
        sim_touch(THING, false);
        __atomic_fetch_sub(&pins, 1, __ATOMIC_RELAXED);
    }
}

static void drop_unpinned(void *unused)
{
    (void)unused;
    sim_yield();
    sim_touch(THING, true);
    if (__atomic_load_n(&pins, __ATOMIC_RELAXED) == 0) {
        __atomic_store_n(&dropped, true, __ATOMIC_RELAXED);
        shared.plain = -1;
    }
}

static void dropped_body(void *unused)
{
    reset();
    pins = 0;
    dropped = false;
    sim_spawn("dropper", drop_unpinned, NULL);
    use_pinned(unused);
}

static void pinned_body(void *unused)
{
    (void)unused;
    reset();
    pins = 0;
    dropped = false;
    sim_spawn("user", use_pinned, &shared);
    use_pinned(&shared);
}

static void a_drop_comes_behind_the_last_pin(void **state)
{
    (void)state;
    expect(dropped_body, false);
}

static void pins_do_not_order_who_pins(void **state)
{
    (void)state;
    expect(pinned_body, true);
}

/* ---- condition variables, one-time initialisation, interlocked words ---- */

static void announce(void *unused)
{
    (void)unused;
    shared.plain = 1;
    AcquireSRWLockExclusive(&shared.lock);
    shared.flag = 1;
    ReleaseSRWLockExclusive(&shared.lock);
    WakeConditionVariable(&shared.changed);
}

static void condition_body(void *unused)
{
    (void)unused;
    reset();
    sim_spawn("announcer", announce, NULL);
    AcquireSRWLockExclusive(&shared.lock);
    while (shared.flag == 0) {
        SleepConditionVariableSRW(&shared.changed, &shared.lock, INFINITE, 0);
    }
    ReleaseSRWLockExclusive(&shared.lock);
    shared.plain++;
}

static BOOL CALLBACK make_once(PINIT_ONCE once, PVOID parameter, PVOID *context)
{
    (void)once;
    (void)parameter;
    (void)context;
    shared.plain++;
    return TRUE;
}

static void need_once(void *unused)
{
    (void)unused;
    InitOnceExecuteOnce(&shared.once, make_once, NULL, NULL);
    if (shared.plain != 1) {
        RaiseFailFastException(NULL, NULL, 0);
    }
}

static void once_body(void *unused)
{
    reset();
    sim_spawn("other", need_once, NULL);
    need_once(unused);
}

static void publish(void *unused)
{
    (void)unused;
    shared.plain = 1;
    InterlockedExchange(&shared.flag, 1);
}

static void published_body(void *unused)
{
    (void)unused;
    reset();
    sim_spawn("publisher", publish, NULL);
    if (InterlockedCompareExchange(&shared.flag, 0, 0) == 1) {
        shared.plain++;
    }
}

static void publish_too_early(void *unused)
{
    (void)unused;
    InterlockedExchange(&shared.flag, 1);
    shared.plain = 1;
}

static void early_body(void *unused)
{
    (void)unused;
    reset();
    sim_spawn("publisher", publish_too_early, NULL);
    if (InterlockedCompareExchange(&shared.flag, 0, 0) == 1) {
        sim_yield();
        shared.plain++;
    }
}

static void conditions_and_words_order(void **state)
{
    (void)state;
    expect(condition_body, false);
    expect(once_body, false);
    expect(published_body, false);
}

static void a_word_orders_what_comes_before_it_only(void **state)
{
    (void)state;
    expect(early_body, true);
}

/* ---- events, threads, ports ---- */

static DWORD WINAPI set_event(void *unused)
{
    (void)unused;
    shared.plain = 1;
    SetEvent(shared.event);
    return 0;
}

static void event_body(void *unused)
{
    (void)unused;
    reset();
    shared.event = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE thread = CreateThread(NULL, 0, set_event, NULL, 0, NULL);
    WaitForSingleObject(shared.event, INFINITE);
    shared.plain++;
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(shared.event);
}

static DWORD WINAPI add_plain(void *unused)
{
    (void)unused;
    shared.plain++;
    return 0;
}

static void joined_body(void *unused)
{
    (void)unused;
    reset();
    HANDLE thread = CreateThread(NULL, 0, add_plain, NULL, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    shared.plain++;
    CloseHandle(thread);
}

static void unjoined_body(void *unused)
{
    (void)unused;
    reset();
    HANDLE thread = CreateThread(NULL, 0, add_plain, NULL, 0, NULL);
    shared.plain++;
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
}

static DWORD WINAPI post_plain(void *unused)
{
    (void)unused;
    shared.plain = 1;
    PostQueuedCompletionStatus(shared.port, 0, 1, NULL);
    return 0;
}

static void posted_body(void *unused)
{
    DWORD bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;

    (void)unused;
    reset();
    shared.port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    HANDLE thread = CreateThread(NULL, 0, post_plain, NULL, 0, NULL);
    GetQueuedCompletionStatus(shared.port, &bytes, &key, &overlapped, INFINITE);
    shared.plain++;
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    CloseHandle(shared.port);
}

static void events_joins_and_posts_order(void **state)
{
    (void)state;
    expect(event_body, false);
    expect(joined_body, false);
    expect(posted_body, false);
}

static void a_thread_that_is_not_joined_races(void **state)
{
    (void)state;
    expect(unjoined_body, true);
}

/* ---- requests: a submit hands the buffer over, the dequeue of its packet gives it back ---- */

static void open_pipe(void)
{
    reset();
    shared.port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    shared.pipe = CreateNamedPipeW(L"\\\\.\\pipe\\race", PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED,
                                   PIPE_TYPE_BYTE, 1, 64, 64, 0, NULL);
    CreateIoCompletionPort(shared.pipe, shared.port, 1, 0);
    shared.client = CreateFileW(L"\\\\.\\pipe\\race", GENERIC_READ | GENERIC_WRITE, 0, NULL,
                                OPEN_EXISTING, 0, NULL);
}

static void close_pipe(void)
{
    CloseHandle(shared.client);
    CloseHandle(shared.pipe);
    CloseHandle(shared.port);
}

static DWORD WINAPI submit_read(void *unused)
{
    (void)unused;
    shared.buffer[0] = 1; /* of the submitter, until here */
    ReadFile(shared.pipe, shared.buffer, 4, NULL, &shared.overlapped);
    return 0;
}

static void read_and_close(bool waits)
{
    DWORD written, bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;

    open_pipe();
    HANDLE thread = CreateThread(NULL, 0, submit_read, NULL, 0, NULL);
    WriteFile(shared.client, "abcd", 4, &written, NULL);
    if (waits) {
        GetQueuedCompletionStatus(shared.port, &bytes, &key, &overlapped, INFINITE);
    }
    shared.plain += shared.buffer[0];
    if (!waits) {
        GetQueuedCompletionStatus(shared.port, &bytes, &key, &overlapped, INFINITE);
    }
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    close_pipe();
}

static void dequeued_body(void *unused)
{
    (void)unused;
    read_and_close(true);
}

static void impatient_body(void *unused)
{
    (void)unused;
    read_and_close(false);
}

static void a_dequeue_gives_the_buffer_back(void **state)
{
    (void)state;
    expect(dequeued_body, false);
}

static void a_look_ahead_of_the_dequeue_is_a_race(void **state)
{
    (void)state;
    if (!WATCHED) {
        skip(); /* the simulator's own check of buffers sees some of them */
    }
    expect(impatient_body, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_orders),
        cmocka_unit_test(a_look_ahead_of_the_lock_is_a_race),
        cmocka_unit_test(a_drop_comes_behind_the_last_pin),
        cmocka_unit_test(pins_do_not_order_who_pins),
        cmocka_unit_test(conditions_and_words_order),
        cmocka_unit_test(a_word_orders_what_comes_before_it_only),
        cmocka_unit_test(events_joins_and_posts_order),
        cmocka_unit_test(a_thread_that_is_not_joined_races),
        cmocka_unit_test(a_dequeue_gives_the_buffer_back),
        cmocka_unit_test(a_look_ahead_of_the_dequeue_is_a_race),
    };
    return cmocka_run_group_tests_name("race", tests, NULL, NULL);
}
