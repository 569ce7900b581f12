/* win32_concurrency_test: how many threads a port lets run at once.
 *
 * Evidence, unless said otherwise: doc, "I/O Completion Ports" (Threads and Concurrency), Microsoft
 * Learn. Wine ignores the value. A thread that "runs" spins without blocking. */
#include "conformance/suites/win32_fixture.h"

#define WORKERS 3u
#define ROUNDS  2u
#define WINE    "the concurrency value is ignored"

static HANDLE shared_port, shared_event;
static SRWLOCK shared_lock = SRWLOCK_INIT;
static LONG taken; /* packets that workers have taken */

static DWORD WINAPI take_one(LPVOID argument)
{
    (void)take_packet(shared_port);
    InterlockedIncrement(&taken);
    if (argument != NULL) {
        EXPECT(SetEvent(shared_event));
    }
    return 0;
}

/* The calling thread has taken a packet and is the one that may run. */
static void begin_as_worker(DWORD concurrency)
{
    taken = 0;
    shared_port = new_port(concurrency);
    shared_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    post_packet(shared_port, 1);
    EXPECT_KEY(shared_port, 1);
}

static void end_as_worker(void)
{
    close_end(&shared_event);
    close_end(&shared_port);
}

/* 2.11 */
static void packet_waits_while_as_many_threads_run_as_may(void)
{
    begin_as_worker(1);
    HANDLE worker = start_thread(take_one, NULL);
    post_packet(shared_port, 2);
    fact_spin();
    EXPECT_EQUAL(word_read(&taken), 0);
    EXPECT_EQUAL(join_thread(worker), 0); /* which blocks, and so lets the worker run */
    EXPECT_EQUAL(taken, 1);
    end_as_worker();
}

/* 2.11: "If the running thread calls GetQueuedCompletionStatus, it will immediately pick up the
 * next packet." */
static void running_thread_takes_the_next_packet_itself(void)
{
    begin_as_worker(1);
    HANDLE worker = start_thread(take_one, NULL);
    for (ULONG_PTR key = 2; key <= 4; key++) {
        post_packet(shared_port, key);
        fact_spin();
        EXPECT_KEY(shared_port, key);
    }
    EXPECT_EQUAL(word_read(&taken), 0);
    post_packet(shared_port, 5);
    EXPECT_EQUAL(join_thread(worker), 0);
    end_as_worker();
}

/* 2.11: NumberOfConcurrentThreads is ignored if a port is given: doc (CreateIoCompletionPort). */
static void concurrency_of_an_association_is_ignored(void)
{
    begin_as_worker(1);
    struct pair pair = pair_open(PAIR_UNBOUND);
    EXPECT(CreateIoCompletionPort(pair.server, shared_port, 7, 5) == shared_port);
    HANDLE worker = start_thread(take_one, NULL);
    post_packet(shared_port, 2);
    fact_spin();
    EXPECT_EQUAL(word_read(&taken), 0);
    EXPECT_EQUAL(join_thread(worker), 0);
    pair_close(&pair);
    end_as_worker();
}

/* 2.11: A thread belongs to a port when it dequeues from it first, not when it posts. */
static void thread_that_only_posts_takes_no_slot(void)
{
    taken = 0;
    shared_port = new_port(1);
    HANDLE worker = start_thread(take_one, NULL);
    post_packet(shared_port, 1);
    while (word_read(&taken) == 0) {
        SwitchToThread();
    }
    EXPECT_EQUAL(join_thread(worker), 0);
    close_end(&shared_port);
}

/* ---- what frees a slot ---- */

/* 2.12 */
static void wait_for_an_event_frees_the_slot(void)
{
    begin_as_worker(1);
    HANDLE worker = start_thread(take_one, &shared_event);
    post_packet(shared_port, 2);
    EXPECT_EQUAL(WaitForSingleObject(shared_event, INFINITE), WAIT_OBJECT_0);
    EXPECT_EQUAL(word_read(&taken), 1);
    EXPECT_EQUAL(join_thread(worker), 0);
    end_as_worker();
}

/* 2.12 */
static void sleep_frees_the_slot(void)
{
    begin_as_worker(1);
    HANDLE worker = start_thread(take_one, NULL);
    post_packet(shared_port, 2);
    while (word_read(&taken) == 0) {
        Sleep(1);
    }
    EXPECT_EQUAL(join_thread(worker), 0);
    end_as_worker();
}

static DWORD WINAPI hold_lock_until_taken(LPVOID argument)
{
    AcquireSRWLockExclusive(&shared_lock);
    EXPECT(SetEvent((HANDLE)argument));
    EXPECT_EQUAL(WaitForSingleObject(shared_event, INFINITE), WAIT_OBJECT_0);
    ReleaseSRWLockExclusive(&shared_lock);
    return 0;
}

/* 2.12: A contended lock blocks its thread like any wait. */
static void wait_for_a_lock_frees_the_slot(void)
{
    begin_as_worker(1);
    HANDLE held = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE holder = start_thread(hold_lock_until_taken, held);
    EXPECT_EQUAL(WaitForSingleObject(held, INFINITE), WAIT_OBJECT_0);
    HANDLE worker = start_thread(take_one, &shared_event);
    post_packet(shared_port, 2);
    AcquireSRWLockExclusive(&shared_lock);
    ReleaseSRWLockExclusive(&shared_lock);
    EXPECT_EQUAL(word_read(&taken), 1);
    EXPECT_EQUAL(join_thread(worker), 0);
    EXPECT_EQUAL(join_thread(holder), 0);
    close_end(&held);
    end_as_worker();
}

static DWORD WINAPI read_four(LPVOID argument)
{
    char bytes[4];
    DWORD count = POISON;
    EXPECT(ReadFile((HANDLE)argument, bytes, sizeof bytes, &count, NULL));
    EXPECT_EQUAL(count, 4);
    return 0;
}

static DWORD WINAPI take_one_and_write_four(LPVOID argument)
{
    DWORD count = POISON;
    (void)take_packet(shared_port);
    EXPECT(WriteFile((HANDLE)argument, "four", 4, &count, NULL));
    return 0;
}

/* 2.12: Synchronous I/O blocks its thread like any wait. */
static void synchronous_read_frees_the_slot(void)
{
    struct pair pair = pair_open(PAIR_SYNCHRONOUS);
    begin_as_worker(1);
    HANDLE worker = start_thread(take_one_and_write_four, pair.client);
    post_packet(shared_port, 2);
    EXPECT_EQUAL(read_four(pair.server), 0);
    EXPECT_EQUAL(join_thread(worker), 0);
    end_as_worker();
    pair_close(&pair);
}

/* 2.12 */
static void end_of_a_thread_frees_its_slot(void)
{
    taken = 0;
    shared_port = new_port(1);
    HANDLE one = start_thread(take_one, NULL), two = start_thread(take_one, NULL);
    post_packet(shared_port, 1);
    post_packet(shared_port, 2);
    while (word_read(&taken) != 2) {
        SwitchToThread();
    }
    EXPECT_EQUAL(join_thread(one), 0);
    EXPECT_EQUAL(join_thread(two), 0);
    close_end(&shared_port);
}

/* 2.12: "A thread can be associated with at most one port", the one it has dequeued from last. */
static void dequeue_from_another_port_frees_the_slot(void)
{
    struct packet packet;
    begin_as_worker(1);
    HANDLE other = new_port(1);
    HANDLE worker = start_thread(take_one, NULL);
    post_packet(shared_port, 2);
    EXPECT(!try_packet(other, &packet));
    while (word_read(&taken) == 0) {
        SwitchToThread();
    }
    EXPECT_EQUAL(join_thread(worker), 0);
    close_end(&other);
    end_as_worker();
}

/* ---- more threads than may run ---- */

static LONG main_runs;

static DWORD WINAPI take_one_and_wake(LPVOID argument)
{
    (void)take_packet(shared_port);
    EXPECT(SetEvent(shared_event));
    while (word_read(&main_runs) == 0) {
        SwitchToThread();
    }
    return 0;
}

/* 2.13: "There may be a brief period when the number of active threads exceeds the concurrency
 * value." */
static void thread_that_can_run_again_runs_beside_the_one_in_its_slot(void)
{
    main_runs = 0;
    begin_as_worker(1);
    HANDLE worker = start_thread(take_one_and_wake, NULL);
    post_packet(shared_port, 2);
    EXPECT_EQUAL(WaitForSingleObject(shared_event, INFINITE), WAIT_OBJECT_0);
    InterlockedExchange(&main_runs, 1);
    EXPECT_EQUAL(join_thread(worker), 0);
    end_as_worker();
}

/* 2.13: "It does not allow any new active threads until their number falls below the concurrency
 * value." */
static void nobody_is_released_until_fewer_run_than_may(void)
{
    main_runs = 0;
    begin_as_worker(1);
    HANDLE second = start_thread(take_one_and_wake, NULL);
    post_packet(shared_port, 2);
    EXPECT_EQUAL(WaitForSingleObject(shared_event, INFINITE), WAIT_OBJECT_0);
    HANDLE third = start_thread(take_one, NULL); /* two run now, where one may */
    post_packet(shared_port, 3);
    InterlockedExchange(&main_runs, 1);
    while (WaitForSingleObject(second, 0) != WAIT_OBJECT_0) {
        SwitchToThread();
    }
    fact_spin(); /* one runs: this thread */
    EXPECT_EQUAL(word_read(&taken), 0);
    EXPECT_EQUAL(join_thread(third), 0);
    EXPECT_EQUAL(join_thread(second), 0);
    end_as_worker();
}

static DWORD WINAPI take_one_and_run(LPVOID argument)
{
    (void)take_packet(shared_port);
    EXPECT(SetEvent(shared_event));
    while (word_read(&main_runs) == 0) {
        SwitchToThread();
    }
    return 0;
}

/* 2.11: Inferred: a poll that finds a packet but no slot waits like any other dequeue, for no time.
 */
static void poll_without_a_free_slot_times_out_though_a_packet_is_queued(void)
{
    struct packet packet;
    main_runs = 0;
    shared_port = new_port(1);
    shared_event = CreateEventW(NULL, TRUE, FALSE, NULL);
    HANDLE worker = start_thread(take_one_and_run, NULL);
    post_packet(shared_port, 1);
    EXPECT_EQUAL(WaitForSingleObject(shared_event, INFINITE), WAIT_OBJECT_0);
    post_packet(shared_port, 2);
    EXPECT(!try_packet(shared_port, &packet));
    EXPECT_EQUAL(packet.status, WAIT_TIMEOUT);
    InterlockedExchange(&main_runs, 1);
    EXPECT_EQUAL(join_thread(worker), 0);
    EXPECT_KEY(shared_port, 2);
    end_as_worker();
}

/* ---- pools ---- */

static LONG inside, inside_max;

static DWORD WINAPI work(LPVOID argument)
{
    while (take_packet(shared_port).key != 0) {
        LONG now = InterlockedIncrement(&inside);
        LONG most = word_read(&inside_max);
        while (now > most) {
            LONG seen_now = InterlockedCompareExchange(&inside_max, now, most);
            most = seen_now == most ? now : seen_now;
        }
        SwitchToThread();
        InterlockedDecrement(&inside);
    }
    return 0;
}

/* The most threads of a pool that were ever at work at once, none of which blocks. */
static LONG most_at_work(DWORD concurrency)
{
    HANDLE workers[WORKERS];
    inside = inside_max = 0;
    shared_port = new_port(concurrency);
    for (unsigned i = 0; i < WORKERS; i++) {
        workers[i] = start_thread(work, NULL);
    }
    for (unsigned i = 0; i < WORKERS * ROUNDS; i++) {
        post_packet(shared_port, 1);
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        post_packet(shared_port, 0);
    }
    for (unsigned i = 0; i < WORKERS; i++) {
        EXPECT_EQUAL(join_thread(workers[i]), 0);
    }
    close_end(&shared_port);
    return inside_max;
}

static void saw_most_at_work(DWORD concurrency)
{
    static const char *const names[] = {"none", "1", "2", "3"};
    LONG most = most_at_work(concurrency);
    EXPECT(most >= 1 && most <= (LONG)WORKERS);
    fact_saw(names[most]);
}

/* 2.11 */
static void pool_of_one_works_one_at_a_time(void)
{
    saw_most_at_work(1);
}

/* 2.11 */
static void pool_of_two_works_two_at_a_time(void)
{
    saw_most_at_work(2);
}

/* 2.11: 0 stands for the number of processors; the simulated machine has enough for everybody. */
static void pool_of_all_processors_works_all_at_once(void)
{
    saw_most_at_work(0);
}

static const struct fact facts[] = {
    {FACT_OF(packet_waits_while_as_many_threads_run_as_may), .flags = FACT_PLAIN, .on_wine = WINE},
    {FACT_OF(running_thread_takes_the_next_packet_itself), .flags = FACT_PLAIN, .on_wine = WINE},
    {FACT_OF(concurrency_of_an_association_is_ignored), .flags = FACT_PLAIN, .on_wine = WINE},
    FACT(thread_that_only_posts_takes_no_slot, FACT_PLAIN | FACT_SPINS),
    FACT(wait_for_an_event_frees_the_slot, FACT_PLAIN),
    FACT(sleep_frees_the_slot, FACT_PLAIN),
    FACT(wait_for_a_lock_frees_the_slot, FACT_PLAIN),
    FACT(synchronous_read_frees_the_slot, FACT_PLAIN),
    FACT(end_of_a_thread_frees_its_slot, FACT_PLAIN | FACT_SPINS),
    FACT(dequeue_from_another_port_frees_the_slot, FACT_PLAIN | FACT_SPINS),
    FACT(thread_that_can_run_again_runs_beside_the_one_in_its_slot, FACT_PLAIN | FACT_SPINS),
    {FACT_OF(nobody_is_released_until_fewer_run_than_may), .flags = FACT_PLAIN | FACT_SPINS,
     .on_wine = WINE},
    {FACT_OF(poll_without_a_free_slot_times_out_though_a_packet_is_queued),
     .flags = FACT_PLAIN | FACT_SPINS, .on_wine = WINE,
     .unsettled = "inferred from the documentation"},
    {FACT_OF(pool_of_one_works_one_at_a_time), .flags = FACT_PLAIN, .on_wine = WINE,
     FACT_OUTCOMES("1")},
    {FACT_OF(pool_of_two_works_two_at_a_time), .flags = FACT_PLAIN, .on_wine = WINE,
     FACT_OUTCOMES("1", "2")},
    {FACT_OF(pool_of_all_processors_works_all_at_once), .flags = FACT_PLAIN,
     FACT_OUTCOMES("1", "2", "3")},
};

FACT_SUITE(win32_concurrency);
