/* The reduction is sound for random small programs of two or three threads over locks, ports, a
 * pipe, an event, shared words, each other's ends and what a harness notes (soundness.h). */
#include "fuzz/suites/soundness.h"

#include "fuzz/explore/strategy.h"

#include <windows.h>

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define THREADS_MAX    3u
#define OPERATIONS_MAX 4u

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
    WAIT_EVENT,
    TAKE_SOON, /* these two give up */
    WAIT_EVENT_SOON,
    PASS, /* through a lock */
    NOTE, /* plain memory of the harness, without a step of its own */
    LOOK_UP,
    JOIN
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
    {PASS, NOTE, LOOK_UP, LOCK, UNLOCK, INCREMENT},
    {PASS, NOTE, LOOK_UP, PASS, WRITE_PIPE, READ_PIPE},
    {POST, TAKE_SOON, NOTE, LOOK_UP, TAKE_SOON, NOTE},
    {SET_EVENT_OPERATION, WAIT_EVENT_SOON, NOTE, LOOK_UP, WAIT_EVENT_SOON, NOTE},
    {JOIN, INCREMENT, LOAD, PASS, INCREMENT, LOAD},
    {JOIN, WRITE_PIPE, READ_PIPE, INCREMENT, LOAD, JOIN},
    {JOIN, NOTE, LOOK_UP, SET_EVENT_OPERATION, WAIT_EVENT, INCREMENT},
};
#define MIX_COUNT (sizeof mixes / sizeof mixes[0])

static void generate(struct program *program, uint64_t seed)
{
    uint64_t state = seed;
    memset(program, 0, sizeof *program);
    program->threads = 2 + soundness_below(&state, 2);
    program->cancel_races = soundness_below(&state, 2) != 0;
    uint32_t each = program->threads == 2 ? OPERATIONS_MAX : 2;
    for (uint32_t t = 0; t < program->threads; t++) {
        program->count[t] = 1 + soundness_below(&state, each);
        for (uint32_t i = 0; i < program->count[t]; i++) {
            enum operation_code code = mixes[seed % MIX_COUNT][soundness_below(&state, 6)];
            program->operation[t][i] = (struct operation){code, soundness_below(&state, 2)};
            program->has_ports |= code == POST || code == TAKE || code == LOOK || code == TAKE_SOON;
        }
    }
}

/* ---- running one ---- */

/* Set up anew by each execution. Requests may outlive the threads that submit them. */
static struct {
    const struct program *program;
    SRWLOCK lock[2];
    LONG word[2];
    uint64_t note[2];
    HANDLE port[2];
    HANDLE event;
    HANDLE end[2]; /* of the pipe */
    uint32_t thread[THREADS_MAX];
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

static uint64_t look_up(uint32_t which)
{
    sim_touch(which, false);
    return run.note[which];
}

static uint64_t note(const struct self *self, uint32_t which)
{
    sim_touch(which, true);
    run.note[which] = run.note[which] * 4 + 1 + self->index;
    return run.note[which];
}

static void join(const struct self *self, uint32_t which)
{
    uint32_t threads = run.program->threads;
    uint32_t further = 1 + (threads == 2 ? 0 : which);
    sim_thread_join(run.thread[(self->index + further) % threads]);
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
    case TAKE_SOON:
        return take(self, which, 1);
    case WAIT_EVENT_SOON:
        return WaitForSingleObject(run.event, 1 + which);
    case PASS:
        if (!self->holds[which]) {
            AcquireSRWLockExclusive(&run.lock[which]);
            ReleaseSRWLockExclusive(&run.lock[which]);
        }
        return 0;
    case NOTE:
        return note(self, which);
    case LOOK_UP:
        return look_up(which);
    case JOIN:
        join(self, which);
        return 0;
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
        run.thread[t] = sim_spawn("t", thread_body, (void *)(uintptr_t)t);
    }
}

static uint64_t seen(void)
{
    uint64_t hash = 0;
    for (uint32_t t = 0; t < run.program->threads; t++) {
        hash = fuzz_seed_mix(hash ^ run.seen[t], t);
    }
    return hash;
}

/* ---- cases ---- */

static void make(uint64_t seed, struct soundness_program *made)
{
    static struct program program;
    generate(&program, seed);
    made->settings.leaks_allowed = true;
    made->settings.cancel_races = program.cancel_races;
    made->has_ports = program.has_ports;
    made->body = program_body;
    made->argument = &program;
    made->seen = seen;
}

static void dpor_reaches_what_depth_first_search_reaches(void **state)
{
    (void)state;
    /* A batch, that commuted with posts; a look at a port, that no step said it depended on; and
     * where what a sleeper would have touched was taken for what it did. */
    static const uint64_t also[] = {6891, 11318, 8477, 0};
    static const struct soundness soundness = {.programs = PROGRAMS,
                                               .also = also,
                                               .schedules_max = 2000,
                                               .fewest = PROGRAMS / 3 + 1,
                                               .make = make};
    soundness_check(&soundness);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dpor_reaches_what_depth_first_search_reaches),
    };
    return cmocka_run_group_tests_name("soundness", tests, NULL, NULL);
}
