/* world: one execution from reset to verdict. See world.h. */
#include "fakes/binding.h"
#include "fakes/heap.h"
#include "fakes/host.h"
#include "fakes/lock.h"
#include "fakes/network.h"
#include "fakes/object.h"
#include "fakes/request.h"
#include "fakes/request_memory.h"
#include "fakes/scheduler.h"
#include "fakes/wait.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char SIM_ORACLE_ASSERTION[] = "assertion";
const char SIM_ORACLE_USE_AFTER_FREE[] = "use-after-free";
const char SIM_ORACLE_KERNEL_WRITE[] = "kernel-write-after-free";
const char SIM_ORACLE_BUFFER_TOUCHED[] = "buffer-touched";
const char SIM_ORACLE_SLOT_REUSE[] = "slot-reuse";
const char SIM_ORACLE_HANDLE_LEAK[] = "handle-leak";
const char SIM_ORACLE_MEMORY_LEAK[] = "memory-leak";
const char SIM_ORACLE_MISUSE[] = "misuse";
const char SIM_ORACLE_DEADLOCK[] = "deadlock";
const char SIM_ORACLE_LIVELOCK[] = "livelock";
const char SIM_ORACLE_UNMODELLED[] = "unmodelled";

/* ---- life of a world ---- */

struct sim_world *sim_world_create(void)
{
    struct sim_world *world = host_reserve(sizeof *world);
    if (world == NULL) {
        return NULL;
    }
    if (!log_reserve(&world->log) || !arena_reserve(&world->arena, SIM_ARENA_SIZE) ||
        !handles_reserve(world) || !locks_reserve(world) || !heap_reserve(world) ||
        !request_memory_reserve(world) || !bindings_reserve(world)) {
        sim_world_destroy(world);
        return NULL;
    }
    log_reset(&world->log);
    return world;
}

void sim_world_destroy(struct sim_world *world)
{
    if (world == NULL) {
        return;
    }
    for (uint32_t i = 0; i < SIM_THREADS_MAX; i++) {
        fiber_release(&world->thread[i].fiber);
    }
    bindings_release(world);
    request_memory_release(world);
    heap_release(world);
    locks_release(world);
    handles_release(world);
    arena_release(&world->arena);
    log_release(&world->log);
    host_release(world, sizeof *world);
}

void sim_world_record(struct sim_world *world, struct sim_decision_log *log)
{
    world->decisions = log;
}

void sim_world_no_hash(struct sim_world *world)
{
    world->no_hash = true;
}

static void world_reset(struct sim_world *world)
{
    requests_reset(world);
    scheduler_reset(world);
    handles_reset(world);
    locks_reset(world);
    heap_reset(world);
    arena_reset(&world->arena);
    log_reset(&world->log);
    world->serial = (world->serial + 1) & UINT64_C(0xFFFFFFFFFFF);
    world->serial += world->serial == 0;
    world->pipe_names = NULL;
    world->ports = NULL;
    world->mutexes = NULL;
    world->addresses.first = NULL;
    world->keyed_default.first = NULL;
    world->listening_clock = 0;
    world->tls_slots = 0;
    world->packet_count = 0;
    world->winsock_starts = 0;
    network_reset(world);
    world->footprint.count = 0;
    world->footprint.everything = false;
    world->footprint.barrier = false;
    world->debug_string[0] = 0;
    if (world->decisions != NULL) {
        world->decisions->count = 0;
        world->decisions->dropped = 0;
    }
}

/* Everybody has finished: what is left over is a leak, or a write into freed memory. Runs as the
 * last thread did, so that sim_report works. */
static void check_leaks(struct sim_world *world)
{
    char list[1024];
    heap_verify(world);
    if (world->settings.leaks_allowed) {
        return;
    }
    if (world->handles_open != 0) {
        (void)handle_describe(list, sizeof list);
        sim_report(SIM_ORACLE_HANDLE_LEAK, "%u handle(s) are open at the end\n%s",
                   world->handles_open, list);
    }
    if (heap_live(world) != 0) {
        (void)heap_describe_leaks(world, list, sizeof list);
        sim_report(SIM_ORACLE_MEMORY_LEAK, "%zu block(s) of the heap are not freed\n%s",
                   heap_live(world), list);
    }
}

void sim_world_run(struct sim_world *world, const struct sim_settings *settings,
                   struct sim_source *source, void (*body)(void *argument), void *argument,
                   struct sim_outcome *outcome)
{
    world_reset(world);
    world->settings = *settings;
    world->steps_max = settings->steps_max != 0 ? settings->steps_max : SIM_STEPS_MAX_DEFAULT;
    world->steps_plain = world->pause.callback != NULL ? 0 : world->steps_max;
    world->source = source;
    world->outcome = outcome;
    outcome->oracle = NULL;
    outcome->message[0] = 0;
    outcome->abandoned = false;
    struct sim_world *before = sim_running;
    sim_running = world;
    world->running = true;
    (void)scheduler_spawn(NULL, body, argument);
    scheduler_run(world);
    sim_running = before;
    outcome->hash = world->no_hash ? 0 : log_hash(&world->log);
    outcome->steps = world->steps;
    outcome->picks = world->picks;
    outcome->cost = world->cost;
    outcome->faults = world->faults;
}

void sim_world_pause(struct sim_world *world, uint32_t ordinal, uint32_t step,
                     void (*callback)(void *argument), void *argument)
{
    world->pause.callback = callback;
    world->pause.argument = argument;
    world->pause.thread = ordinal;
    world->pause.step = step;
}

const struct sim_log *sim_world_log(const struct sim_world *world)
{
    return &world->log;
}

void world_finished(struct sim_world *world)
{
    check_leaks(world);
    scheduler_stop(world);
}

uint32_t sim_world_thread_count(const struct sim_world *world)
{
    return world->thread_count;
}

uint32_t sim_world_thread_steps(const struct sim_world *world, uint32_t ordinal)
{
    return ordinal < world->thread_count ? world->thread[ordinal].step : 0;
}

bool sim_world_blocked_acquire(const struct sim_world *world, uint32_t ordinal, uint64_t *resource)
{
    const struct sim_thread *thread = &world->thread[ordinal];
    if (ordinal >= world->thread_count || thread->state != SIM_THREAD_BLOCKED ||
        (thread->next_op != SIM_OP_SRW_ACQUIRE && thread->next_op != SIM_OP_SRW_ACQUIRE_SHARED)) {
        return false;
    }
    *resource = SIM_RESOURCE(SIM_RESOURCE_LOCK, thread->next_object);
    return true;
}

/* ---- from inside ---- */

uint32_t sim_spawn(const char *name, void (*body)(void *argument), void *argument)
{
    touch(SIM_RESOURCE_THREAD, SIM_THREADS_MAX, true); /* ordinals: in order of creation */
    struct sim_thread *thread = scheduler_spawn(name, body, argument);
    uint32_t ordinal = thread->ordinal;
    thread->keeps_requests = true;
    touch(SIM_RESOURCE_WAKE, ordinal, true);
    order_release(SIM_RESOURCE_WAKE, ordinal);
    return ordinal;
}

void sim_wait_quiescent(void)
{
    struct sim_world *world = sim_running;
    if (world->quiescent != NULL) {
        sim_report(SIM_ORACLE_MISUSE, "two threads wait for quiescence");
    }
    world->quiescent = world->current;
    (void)scheduler_block(SIM_OP_QUIESCENT, 0, INFINITE, NULL);
    world->footprint.barrier = world->footprint_on;
    fiber_after_all();
}

void sim_yield(void)
{
    scheduler_step(SIM_OP_YIELD, 0, 0, 0);
}

void sim_thread_join(uint32_t ordinal)
{
    scheduler_step(SIM_OP_THREAD_JOIN, 0, ordinal, 0);
    wait_thread_join(&sim_running->thread[ordinal]);
}

uint32_t sim_thread_self(void)
{
    return sim_running->current->ordinal;
}

void sim_report(const char *oracle, const char *format, ...)
{
    struct sim_world *world = sim_running;
    struct sim_outcome *outcome = world->outcome;
    if (outcome->oracle == NULL) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(outcome->message, sizeof outcome->message, format, arguments);
        va_end(arguments);
        outcome->oracle = oracle;
    }
    scheduler_stop(world);
}

size_t sim_handles_open(void)
{
    return sim_running->handles_open;
}

void sim_touch(uint64_t what, bool write)
{
    touch(SIM_RESOURCE_HARNESS, what, write);
    /* What harnesses share they guard by locks elsewhere: readers come behind the last writer, and
     * a writer behind all readers before it, who are not ordered among themselves. */
    order_acquire(SIM_RESOURCE_HARNESS, what);
    if (write) {
        order_acquire(SIM_RESOURCE_LOOKED, what);
        order_release(SIM_RESOURCE_HARNESS, what);
    } else {
        order_release(SIM_RESOURCE_LOOKED, what);
    }
}

void sim_faults_suspend(bool suspend)
{
    struct sim_thread *thread = sim_running->current;
    thread->faults_suspended += suspend ? 1u : -1u;
}

size_t sim_log_note(uint16_t kind, uint16_t op, uint32_t object, uint64_t a, uint64_t b, uint64_t c)
{
    scheduler_log((enum sim_event_kind)kind, (enum sim_op)op, object, a, b, c);
    return sim_running->log.count - 1;
}

size_t sim_wait_graph(char *out, size_t size)
{
    struct sim_world *world = sim_running;
    size_t length = 0;
    out[0] = 0;
    for (uint32_t i = 0; i < world->thread_count && length + 1 < size; i++) {
        const struct sim_thread *thread = &world->thread[i];
        if (thread->state != SIM_THREAD_BLOCKED && thread->state != SIM_THREAD_READY) {
            continue;
        }
        char name[16];
        snprintf(name, sizeof name, i == 0 ? "main" : "t%u", i);
        const char *verb = thread->state == SIM_THREAD_BLOCKED ? "waits in" : "is before";
        char owner[64] = "";
        if (thread->state == SIM_THREAD_BLOCKED) {
            (void)lock_describe_owner(thread, owner, sizeof owner);
        }
        char object[24] = "";
        if (thread->next_object != 0) {
            snprintf(object, sizeof object, " #%u", thread->next_object);
        }
        int written = snprintf(out + length, size - length, "  %s %s %s%s%s\n",
                               thread->name != NULL ? thread->name : name, verb,
                               sim_op_info((enum sim_op)thread->next_op)->name, object, owner);
        length += written > 0 ? (size_t)written : 0;
    }
    return length < size ? length : size - 1;
}
