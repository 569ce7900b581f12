#include "conformance/worlds/world_win32.h"

#include "conformance/worlds/win32_addresses.h"
#include "conformance/worlds/world_win32_raw.h"

#include <winsock2.h>
#include <windows.h>

#include <stdlib.h>
#include <string.h>

#define RECORDS_MAX  65536u /* more are numbered but not kept */
#define PAUSE_BITS   14u /* pauses are up to 2^13 turns of YieldProcessor, short ones as likely */
#define LOOKS        4u  /* at what was recorded, before all is at rest */
#define NS_PER_MS    UINT64_C(1000000)
#define GOLDEN_RATIO UINT64_C(0x9e3779b97f4a7c15)

/* A thread that runs one thread of a scenario after the other. It does not end with them: the
 * system would cancel the requests it made. Invariants:
 * 1. `done` is set unless a body runs.
 * 2. waits_for_good (under the world's lock): it is in a verb that nothing may ever end. If that is
 *    a join, `joins` is the thread it waits for, else CONF_NONE. */
struct worker {
    struct conf_world_win32 *world;
    HANDLE thread;
    DWORD thread_id;
    HANDLE start, done; /* events: by hand only `done` */
    void (*body)(void *argument);
    void *argument;
    bool waits_for_good;
    uint8_t joins;
};

struct conf_world_win32 {
    struct conf_world base;
    const struct conf_scenario *scenario;
    struct conf_win32_options options;
    SRWLOCK lock;                          /* of the runner, and of the records */
    SRWLOCK source_lock[CONF_SOURCES_MAX]; /* registration verbs of a contended source */
    volatile LONG running;                 /* the threads of the scenario may go */
    volatile LONG64 pauses;                /* random state */
    uint64_t frequency, begin_ns;
    uint32_t worker_count; /* of this execution */
    uint32_t record_count; /* made, kept or not */
    struct worker worker[CONF_THREADS_MAX];
    struct worker echo; /* its body does nothing */
    struct conf_win32_addresses addresses;
    struct conf_win32_record record[RECORDS_MAX];
};

static struct conf_world_win32 *self_of(struct conf_world *base)
{
    return (struct conf_world_win32 *)base; /* its first member */
}

/* ---- time and pauses ---- */

static uint64_t now_ns(const struct conf_world_win32 *self)
{
    LARGE_INTEGER count;

    QueryPerformanceCounter(&count);
    return (uint64_t)count.QuadPart / self->frequency * UINT64_C(1000000000) +
           (uint64_t)count.QuadPart % self->frequency * UINT64_C(1000000000) / self->frequency;
}

static uint64_t now(struct conf_world *base)
{
    return now_ns(self_of(base));
}

/* A step of splitmix64. */
static uint64_t draw(struct conf_world_win32 *self)
{
    uint64_t z = (uint64_t)InterlockedExchangeAdd64(&self->pauses, (LONG64)GOLDEN_RATIO);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void pause(struct conf_world_win32 *self)
{
    uint64_t choice;
    uint32_t turns;

    if (self->options.seed == 0) {
        return;
    }
    choice = draw(self);
    turns = UINT32_C(1) << (choice >> 8) % PAUSE_BITS;
    if ((choice & 7) == 0) {
        SwitchToThread();
    } else if ((choice & 1) != 0) {
        for (uint32_t i = 0; i < turns; i++) {
            YieldProcessor();
        }
    }
}

/* ---- the lock of the runner ---- */

static void lock(struct conf_world *base)
{
    struct conf_world_win32 *self = self_of(base);

    pause(self);
    AcquireSRWLockExclusive(&self->lock);
}

static void unlock(struct conf_world *base)
{
    ReleaseSRWLockExclusive(&self_of(base)->lock);
}

static void enter(struct conf_world *base, uint8_t source)
{
    AcquireSRWLockExclusive(&self_of(base)->source_lock[source]);
}

static void leave(struct conf_world *base, uint8_t source)
{
    ReleaseSRWLockExclusive(&self_of(base)->source_lock[source]);
}

static void touch(struct conf_world *base, uint8_t source, bool change)
{
}

static void quiet(struct conf_world *base, bool on)
{
}

/* ---- records ---- */

/* Only verbs that the runner can end from outside wait for good; a poll with a timeout does not. */
static bool may_wait_for_good(const struct conf_world_win32 *self, const struct conf_record *record)
{
    bool transfers = record->code == CONF_VERB_CONNECT || record->code == CONF_VERB_READ ||
                     record->code == CONF_VERB_WRITE;

    return record->code == CONF_VERB_JOIN ||
           (record->code == CONF_VERB_POLL && record->b == CONF_WAIT_FOREVER) ||
           (transfers && self->scenario->source[record->source].blocking != 0);
}

static uint8_t current_thread(const struct conf_world_win32 *self)
{
    DWORD id = GetCurrentThreadId();

    for (uint8_t i = 0; i < self->worker_count; i++) {
        if (self->worker[i].thread_id == id) {
            return i;
        }
    }
    return CONF_CONTROLLER;
}

static uint8_t self(struct conf_world *base)
{
    return current_thread(self_of(base));
}

static uint32_t note(struct conf_world *base, const struct conf_record *record)
{
    struct conf_world_win32 *self = self_of(base);

    bool ends_poll = record->kind == CONF_RECORD_IDLE && record->code == CONF_VERB_POLL;

    if (record->thread < CONF_THREADS_MAX &&
        (record->kind == CONF_RECORD_BEGIN || record->kind == CONF_RECORD_END || ends_poll)) {
        struct worker *worker = &self->worker[record->thread];
        worker->waits_for_good =
            record->kind == CONF_RECORD_BEGIN && may_wait_for_good(self, record);
        worker->joins =
            worker->waits_for_good && record->code == CONF_VERB_JOIN ? record->peer : CONF_NONE;
    }
    if (self->record_count < RECORDS_MAX) {
        self->record[self->record_count] =
            (struct conf_win32_record){.record = *record,
                                       .time_ns = now_ns(self) - self->begin_ns,
                                       .thread = current_thread(self)};
    }
    return ++self->record_count;
}

static bool stepped(struct conf_world *base, uint8_t thread, uint32_t from, uint32_t to)
{
    return true;
}

/* The runner keeps what was found, and goes on. */
static void report(struct conf_world *base, const struct conf_finding *finding)
{
}

/* ---- threads ---- */

static DWORD WINAPI work(LPVOID argument)
{
    struct worker *worker = argument;

    while (WaitForSingleObject(worker->start, INFINITE) == WAIT_OBJECT_0 && worker->body != NULL) {
        while (!worker->world->running) {
            SwitchToThread();
        }
        worker->body(worker->argument);
        SetEvent(worker->done);
    }
    return 0;
}

static bool hire(struct conf_world_win32 *self, struct worker *worker)
{
    worker->world = self;
    worker->start = CreateEventW(NULL, FALSE, FALSE, NULL);
    worker->done = CreateEventW(NULL, TRUE, TRUE, NULL);
    if (worker->start != NULL && worker->done != NULL) {
        worker->thread = CreateThread(NULL, 0, work, worker, 0, &worker->thread_id);
    }
    return worker->thread != NULL;
}

static void dismiss(struct worker *worker)
{
    if (worker->thread == NULL) {
        return;
    }
    worker->body = NULL;
    SetEvent(worker->start);
    WaitForSingleObject(worker->thread, INFINITE);
    CloseHandle(worker->thread);
    CloseHandle(worker->start);
    CloseHandle(worker->done);
}

/* A machine that refuses a thread refuses the execution: nothing can be said of it. */
static uint32_t spawn(struct conf_world *base, const char *name, void (*body)(void *argument),
                      void *argument)
{
    struct conf_world_win32 *self = self_of(base);
    struct worker *worker = &self->worker[self->worker_count];

    if (worker->thread == NULL && !hire(self, worker)) {
        abort();
    }
    worker->body = body;
    worker->argument = argument;
    worker->waits_for_good = false;
    worker->joins = CONF_NONE;
    ResetEvent(worker->done);
    SetEvent(worker->start);
    return self->worker_count++;
}

static void join(struct conf_world *base, uint32_t id)
{
    WaitForSingleObject(self_of(base)->worker[id].done, INFINITE);
}

static bool is_done(const struct worker *worker)
{
    return WaitForSingleObject(worker->done, 0) == WAIT_OBJECT_0;
}

static bool all_done(const struct conf_world_win32 *self)
{
    for (uint32_t i = 0; i < self->worker_count; i++) {
        if (!is_done(&self->worker[i])) {
            return false;
        }
    }
    return true;
}

/* is_at_rest: one that joins a thread that is done has yet to be scheduled, however long that
 * takes. */
static bool is_at_rest(const struct conf_world_win32 *self, const struct worker *worker)
{
    if (worker->joins != CONF_NONE && is_done(&self->worker[worker->joins])) {
        return false;
    }
    return worker->waits_for_good || is_done(worker);
}

/* look returns how many records there are, and whether no thread is on its way. */
static uint32_t look(struct conf_world_win32 *self, bool *at_rest)
{
    uint32_t count;

    AcquireSRWLockExclusive(&self->lock);
    count = self->record_count;
    *at_rest = true;
    for (uint32_t i = 0; i < self->worker_count; i++) {
        *at_rest = *at_rest && is_at_rest(self, &self->worker[i]);
    }
    ReleaseSRWLockExclusive(&self->lock);
    return count;
}

/* nap lets time pass, and others run: the echo answers when it has been scheduled, which takes as
 * long as it would take a thread that was woken. */
static void nap(struct conf_world_win32 *self)
{
    uint64_t nap_ms = self->options.settle_ns / LOOKS / NS_PER_MS;

    if (nap_ms > 0) {
        Sleep((DWORD)nap_ms);
    }
    ResetEvent(self->echo.done);
    SetEvent(self->echo.start);
    WaitForSingleObject(self->echo.done, INFINITE);
}

static void settle(struct conf_world *base)
{
    struct conf_world_win32 *self = self_of(base);
    uint64_t since = now_ns(self);
    bool at_rest, was_at_rest = false;
    uint32_t seen = 0, looks = 0;

    InterlockedExchange(&self->running, 1);
    for (;;) {
        uint32_t count = look(self, &at_rest);
        uint64_t limit_ns = at_rest ? self->options.settle_ns : self->options.hang_ns;
        if (count != seen || at_rest != was_at_rest) {
            seen = count;
            was_at_rest = at_rest;
            since = now_ns(self);
            looks = 0;
        } else if (looks++ >= LOOKS && now_ns(self) - since >= limit_ns) {
            return;
        }
        nap(self);
    }
}

static void answer(void *argument)
{
}

static const struct conf_world_ops ops = {
    .spawn = spawn,
    .join = join,
    .settle = settle,
    .enter = enter,
    .leave = leave,
    .self = self,
    .touch = touch,
    .lock = lock,
    .unlock = unlock,
    .note = note,
    .stepped = stepped,
    .now = now,
    .in_flight = NULL,
    .quiet = quiet,
    .report = report,
};

/* ---- running ---- */

struct conf_world_win32 *conf_world_win32_create(void)
{
    struct conf_world_win32 *world = calloc(1, sizeof(*world));
    LARGE_INTEGER frequency;

    if (world != NULL) {
        QueryPerformanceFrequency(&frequency);
        world->frequency = (uint64_t)frequency.QuadPart;
        world->base = (struct conf_world){
            .ops = &ops,
            .raw = &conf_world_win32_raw,
            .address_base = conf_win32_addresses_claim(&world->addresses),
        };
        InitializeSRWLock(&world->lock);
        for (unsigned i = 0; i < CONF_SOURCES_MAX; i++) {
            InitializeSRWLock(&world->source_lock[i]);
        }
        world->echo.body = answer;
        if (world->base.address_base == 0 || !hire(world, &world->echo)) {
            conf_world_win32_destroy(world);
            return NULL;
        }
    }
    return world;
}

void conf_world_win32_destroy(struct conf_world_win32 *world)
{
    if (world == NULL) {
        return;
    }
    for (unsigned i = 0; i < CONF_THREADS_MAX; i++) {
        dismiss(&world->worker[i]);
    }
    dismiss(&world->echo);
    conf_win32_addresses_release(&world->addresses);
    free(world);
}

const char *conf_world_win32_refuses(const struct conf_scenario *scenario)
{
    const struct conf_settings *settings = &scenario->settings;

    return settings->faults > 0            ? "faults"
           : settings->short_writes != 0   ? "short-pipe-writes"
           : settings->fresh_handles != 0  ? "handles=fresh"
           : settings->spurious_polls != 0 ? "spurious-polls"
           : settings->crossed_polls != 0  ? "crossed-polls"
           : settings->layers != 0         ? "layers"
           : settings->socket_buffer != 0  ? "socket-buffer"
                                           : NULL;
}

bool conf_world_win32_run(struct conf_world_win32 *world, struct conf_runner *runner,
                          const struct conf_port *port, const struct conf_scenario *scenario,
                          const struct conf_win32_options *options)
{
    world->scenario = scenario;
    world->options = *options;
    world->pauses = (LONG64)options->seed;
    world->running = 0;
    world->worker_count = 0;
    world->record_count = 0;
    world->begin_ns = now_ns(world);
    conf_runner_run(runner, &world->base, port, scenario);
    return all_done(world);
}

const struct conf_win32_record *conf_world_win32_records(const struct conf_world_win32 *world,
                                                         size_t *count)
{
    *count = world->record_count < RECORDS_MAX ? world->record_count : RECORDS_MAX;
    return world->record;
}
