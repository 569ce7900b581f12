/* soundness: what a reduction explores must be what there is to explore.
 *
 * Random small programs of two or three threads over locks, ports, a pipe, an event and shared
 * words are explored twice: by plain depth-first search, which takes every schedule, and by dpor.
 * Both must reach the same outcomes (what each operation returned) and verdicts; without ports,
 * whose arrivals commute on purpose, the same happens-before classes as well. */
#include "fakes/world.h"
#include "fuzz/explore/dpor.h"

#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define THREADS_MAX    3u
#define OPERATIONS_MAX 4u
#define SCHEDULES_MAX  2000u
#define SET_SIZE       16384u /* a power of two */

/* Programs made, of which those with more schedules than that are passed over. */
#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#define PROGRAMS 300u /* builds with sanitizers: ten times slower */
#else
#define PROGRAMS 3000u
#endif

/* ---- programs ---- */

enum operation_code {
    LOCK,
    UNLOCK,
    POST,
    TAKE, /* wait for packets */
    LOOK, /* take packets that are there */
    INCREMENT,
    LOAD,
    READ_PIPE,
    WRITE_PIPE,
    CANCEL,
    SET_EVENT_OPERATION,
    WAIT_EVENT
};

struct operation {
    enum operation_code code;
    uint32_t argument; /* which of two */
};

struct program {
    uint32_t threads;
    uint32_t count[THREADS_MAX];
    struct operation operation[THREADS_MAX][OPERATIONS_MAX];
    bool cancel_races;
    bool has_ports;
};

static const enum operation_code mixes[][6] = {
    {LOCK, UNLOCK, LOCK, UNLOCK, INCREMENT, LOAD},
    {POST, TAKE, LOOK, POST, INCREMENT, LOCK},
    {READ_PIPE, WRITE_PIPE, CANCEL, READ_PIPE, WRITE_PIPE, INCREMENT},
    {SET_EVENT_OPERATION, WAIT_EVENT, POST, TAKE, LOCK, UNLOCK},
    {POST, LOOK, WRITE_PIPE, READ_PIPE, LOCK, SET_EVENT_OPERATION},
    {SET_EVENT_OPERATION, WAIT_EVENT, INCREMENT, LOAD, LOCK, UNLOCK},
};
#define MIX_COUNT (sizeof mixes / sizeof mixes[0])

static uint32_t below(uint64_t *state, uint32_t count)
{
    *state = fuzz_seed_mix(*state, 1);
    return (uint32_t)((*state >> 20) % count);
}

static void generate(struct program *program, uint64_t seed)
{
    uint64_t state = seed;
    memset(program, 0, sizeof *program);
    program->threads = 2 + below(&state, 2);
    program->cancel_races = below(&state, 2) != 0;
    uint32_t each = program->threads == 2 ? OPERATIONS_MAX : 2;
    for (uint32_t t = 0; t < program->threads; t++) {
        program->count[t] = 1 + below(&state, each);
        for (uint32_t i = 0; i < program->count[t]; i++) {
            enum operation_code code = mixes[seed % MIX_COUNT][below(&state, 6)];
            program->operation[t][i] = (struct operation){code, below(&state, 2)};
            program->has_ports |= code == POST || code == TAKE || code == LOOK;
        }
    }
}

/* ---- running one ---- */

/* Set up anew by each execution. Requests may outlive the threads that submit them. */
static struct {
    const struct program *program;
    SRWLOCK lock[2];
    LONG word[2];
    HANDLE port[2];
    HANDLE event;
    HANDLE end[2]; /* of the pipe */
    OVERLAPPED read[THREADS_MAX], write[THREADS_MAX][OPERATIONS_MAX];
    char read_buffer[THREADS_MAX][8];
    char write_data[THREADS_MAX][OPERATIONS_MAX][3];
    uint64_t seen[THREADS_MAX]; /* hash of what the thread's operations returned */
} run;

struct self {
    uint32_t index;
    bool holds[2];
    bool reading;
};

static uint64_t take(const struct self *self, uint32_t which, DWORD milliseconds)
{
    OVERLAPPED_ENTRY entry[4];
    ULONG count = 0;
    ULONG room = self->index % 2 != 0 ? 1 : 4;
    if (!GetQueuedCompletionStatusEx(run.port[which], entry, room, &count, milliseconds, FALSE)) {
        return 100 + GetLastError();
    }
    uint64_t result = count;
    for (ULONG i = 0; i < count; i++) {
        result = result * 31 + entry[i].dwNumberOfBytesTransferred;
    }
    return result;
}

static uint64_t read_pipe(struct self *self, uint32_t which)
{
    OVERLAPPED *overlapped = &run.read[self->index];
    if (self->reading) {
        return 0;
    }
    if (ReadFile(run.end[which], run.read_buffer[self->index], 4, NULL, overlapped)) {
        return 10 + overlapped->InternalHigh;
    }
    self->reading = GetLastError() == ERROR_IO_PENDING;
    return GetLastError();
}

static uint64_t write_pipe(const struct self *self, uint32_t i, uint32_t which)
{
    OVERLAPPED *overlapped = &run.write[self->index][i];
    char *data = run.write_data[self->index][i];
    data[0] = (char)self->index;
    data[1] = (char)i;
    return WriteFile(run.end[which], data, 3, NULL, overlapped) ? 10 + overlapped->InternalHigh
                                                                : GetLastError();
}

static uint64_t operate(struct self *self, uint32_t i, const struct operation *operation)
{
    uint32_t which = operation->argument;
    switch (operation->code) {
    case LOCK:
        if (!self->holds[which]) {
            AcquireSRWLockExclusive(&run.lock[which]);
            self->holds[which] = true;
        }
        return 0;
    case UNLOCK:
        if (self->holds[which]) {
            self->holds[which] = false;
            ReleaseSRWLockExclusive(&run.lock[which]);
        }
        return 0;
    case POST:
        return (uint64_t)PostQueuedCompletionStatus(run.port[which], self->index * 10 + i, 0, NULL);
    case TAKE:
        return take(self, which, INFINITE);
    case LOOK:
        return take(self, which, 0);
    case INCREMENT:
        return (uint64_t)InterlockedIncrement(&run.word[which]);
    case LOAD:
        return (uint64_t)ReadAcquire(&run.word[which]);
    case READ_PIPE:
        return read_pipe(self, which);
    case WRITE_PIPE:
        return write_pipe(self, i, which);
    case CANCEL:
        return CancelIoEx(run.end[which], NULL) ? 1 : GetLastError();
    case SET_EVENT_OPERATION:
        return (uint64_t)SetEvent(run.event);
    case WAIT_EVENT:
        return WaitForSingleObject(run.event, which != 0 ? INFINITE : 0);
    }
    return 0;
}

static void thread_body(void *argument)
{
    struct self self = {.index = (uint32_t)(uintptr_t)argument};
    const struct program *program = run.program;
    uint64_t seen = 0;
    for (uint32_t i = 0; i < program->count[self.index]; i++) {
        seen = fuzz_seed_mix(seen ^ operate(&self, i, &program->operation[self.index][i]), i);
    }
    if (self.reading) {
        (void)CancelIoEx(run.end[0], &run.read[self.index]);
        (void)CancelIoEx(run.end[1], &run.read[self.index]);
    }
    for (uint32_t which = 0; which < 2; which++) {
        if (self.holds[which]) {
            ReleaseSRWLockExclusive(&run.lock[which]);
        }
    }
    run.seen[self.index] = seen;
}

static void program_body(void *argument)
{
    memset(&run, 0, sizeof run);
    run.program = argument;
    for (uint32_t which = 0; which < 2; which++) {
        run.port[which] = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    }
    run.event = CreateEventW(NULL, FALSE, FALSE, NULL);
    run.end[1] = CreateNamedPipeW(L"\\\\.\\pipe\\a", PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, 0,
                                  1, 4, 4, 0, NULL);
    run.end[0] = CreateFileW(L"\\\\.\\pipe\\a", GENERIC_READ | GENERIC_WRITE, 0, NULL,
                             OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    for (uint32_t t = 0; t < run.program->threads; t++) {
        sim_spawn("t", thread_body, (void *)(uintptr_t)t);
    }
}

/* ---- sets of hashes ---- */

struct set {
    uint32_t count;
    uint64_t value[SET_SIZE]; /* 0: free */
};

static uint64_t *set_find(struct set *set, uint64_t value)
{
    uint32_t at = (uint32_t)(value >> 40) % SET_SIZE;
    while (set->value[at] != 0 && set->value[at] != value) {
        at = (at + 1) % SET_SIZE;
    }
    return &set->value[at];
}

static void set_add(struct set *set, uint64_t value)
{
    uint64_t *place = set_find(set, value | 1);
    if (*place == 0) {
        *place = value | 1;
        set->count++;
        assert_true(set->count < SET_SIZE / 2);
    }
}

static bool set_equal(struct set *left, struct set *right)
{
    for (uint32_t i = 0; i < SET_SIZE; i++) {
        if (left->value[i] != 0 && *set_find(right, left->value[i]) == 0) {
            return false;
        }
    }
    return left->count == right->count;
}

/* ---- exploring ---- */

struct exploration {
    struct set classes, outcomes;
    uint32_t executions;
    bool complete;
};

/* dfs does not look at footprints: this does, on the way. */
struct watched {
    struct sim_source source;
    struct sim_source *inner;
};

static struct dpor *watcher;

static uint32_t watched_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct watched *watched = (struct watched *)source;
    return watched->inner->pick(watched->inner, pick);
}

static void watched_step(struct sim_source *source, const struct sim_step *step)
{
    (void)source;
    (void)dpor_event_add(watcher, step, DPOR_NO_NODE, false);
}

static uint64_t hash_outcome(const struct program *program, const struct sim_outcome *outcome)
{
    uint64_t hash = 0;
    if (outcome->oracle != NULL) {
        for (const char *at = outcome->oracle; *at != 0; at++) {
            hash = fuzz_seed_mix(hash, (uint64_t)*at);
        }
        return hash;
    }
    for (uint32_t t = 0; t < program->threads; t++) {
        hash = fuzz_seed_mix(hash ^ run.seen[t], t);
    }
    return hash;
}

/* The class of the execution: its order, and what was decided beside it. */
static uint64_t hash_class(const struct dpor *events, const struct sim_decision_log *log)
{
    uint64_t hash = dpor_class_hash(events);
    for (uint32_t i = 0; i < log->count; i++) {
        if (SIM_POINT_KIND(log->item[i].point) != SIM_PICK_ACTOR) {
            hash += fuzz_seed_mix(log->item[i].point, log->item[i].chosen);
        }
    }
    return hash;
}

static void explore(struct sim_world *world, struct sim_decision_log *log, struct program *program,
                    const struct fuzz_strategy *strategy, void *memory, struct exploration *found)
{
    struct fuzz_strategy_config config = {0};
    struct sim_settings settings = {.leaks_allowed = true, .cancel_races = program->cancel_races};
    bool watches = strategy == &fuzz_strategy_dfs;
    memset(found, 0, sizeof *found);
    strategy->init(memory, &config);
    for (;;) {
        struct sim_outcome outcome;
        struct watched watched = {.source = {.pick = watched_pick, .step = watched_step}};
        struct sim_source *source = strategy->begin(memory, found->executions);
        if (source == NULL || found->executions == SCHEDULES_MAX) {
            break;
        }
        found->executions++;
        if (watches) {
            watched.inner = source;
            source = &watched.source;
            dpor_keep_events(watcher, 0);
        }
        sim_world_run(world, &settings, source, program_body, program, &outcome);
        struct fuzz_execution execution = {.world = world,
                                           .decisions = log,
                                           .finding = outcome.oracle != NULL,
                                           .steps = outcome.steps,
                                           .picks = outcome.picks};
        if (strategy->end != NULL) {
            strategy->end(memory, &execution);
        }
        if (!outcome.abandoned) {
            set_add(&found->outcomes, hash_outcome(program, &outcome));
            if (outcome.oracle == NULL) {
                set_add(&found->classes, hash_class(watches ? watcher : memory, log));
            }
        }
    }
    struct fuzz_strategy_progress progress = {0};
    strategy->progress(memory, &progress);
    found->complete = progress.complete;
}

/* ---- cases ---- */

static void dpor_reaches_what_depth_first_search_reaches(void **state)
{
    (void)state;
    struct sim_world *world = sim_world_create();
    struct sim_decision_log *log = calloc(1, sim_decision_log_size(4096));
    void *dfs_memory = calloc(1, fuzz_strategy_dfs.memory_size);
    void *dpor_memory = calloc(1, fuzz_strategy_dpor.memory_size);
    struct exploration *all = calloc(2, sizeof *all);
    watcher = calloc(1, sizeof *watcher);
    assert_true(world && log && dfs_memory && dpor_memory && all && watcher);
    log->capacity = 4096;
    sim_world_record(world, log);
    uint32_t compared = 0;
    uint64_t schedules = 0, reduced = 0;
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        struct program program;
        generate(&program, seed);
        explore(world, log, &program, &fuzz_strategy_dfs, dfs_memory, &all[0]);
        if (!all[0].complete) {
            continue;
        }
        explore(world, log, &program, &fuzz_strategy_dpor, dpor_memory, &all[1]);
        if (!all[1].complete || !set_equal(&all[0].outcomes, &all[1].outcomes) ||
            (!program.has_ports && !set_equal(&all[0].classes, &all[1].classes))) {
            fail_msg("program %llu: %u schedules, %u outcomes, %u classes; dpor %u, %u, %u%s",
                     (unsigned long long)seed, all[0].executions, all[0].outcomes.count,
                     all[0].classes.count, all[1].executions, all[1].outcomes.count,
                     all[1].classes.count, all[1].complete ? "" : ", incomplete");
        }
        compared++;
        schedules += all[0].executions;
        reduced += all[1].executions;
    }
    print_message("%u programs compared: %llu schedules, dpor executed %llu\n", compared,
                  (unsigned long long)schedules, (unsigned long long)reduced);
    assert_true(compared > PROGRAMS / 3);
    free(watcher);
    free(all);
    free(dpor_memory);
    free(dfs_memory);
    free(log);
    sim_world_destroy(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dpor_reaches_what_depth_first_search_reaches),
    };
    return cmocka_run_group_tests_name("soundness", tests, NULL, NULL);
}
