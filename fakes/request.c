/* request: I/O requests. See request.h. */
#include "fakes/request.h"

#include "fakes/file.h"
#include "fakes/port.h"
#include "fakes/sanitizer.h"
#include "fakes/scheduler.h"
#include "fakes/wait.h"

#include <stdio.h>
#include <string.h>

/* Poison leaves the first word of the status block alone: reading Status in flight is legal. */
#define BLOCK_READABLE sizeof(ULONG_PTR)

static bool has_user_block(const struct sim_request *request)
{
    return request->block != &request->own_block;
}

static void list_append(struct sim_world *world, struct sim_request *request)
{
    request->previous = world->requests_last;
    if (world->requests_last != NULL) {
        world->requests_last->next = request;
    } else {
        world->requests = request;
    }
    world->requests_last = request;
}

static void list_remove(struct sim_world *world, struct sim_request *request)
{
    if (request->previous != NULL) {
        request->previous->next = request->next;
    } else {
        world->requests = request->next;
    }
    if (request->next != NULL) {
        request->next->previous = request->previous;
    } else {
        world->requests_last = request->previous;
    }
}

static const char *thread_name(uint32_t ordinal, char *out, size_t size)
{
    const struct sim_thread *thread = &sim_running->thread[ordinal];
    if (thread->name != NULL) {
        return thread->name;
    }
    snprintf(out, size, "t%u", ordinal);
    return out;
}

/* ---- memory that the kernel owns ---- */

#define GUARD_STRIDE 256u

/* A sample of the buffer, cheap enough for every pended request. */
static uint64_t buffer_sample(const struct sim_request *request)
{
    const unsigned char *bytes = request->buffer;
    uint64_t hash = request->length;
    uint64_t word = 0;
    uint32_t at = 0;
    for (; at + sizeof word <= request->length; at += GUARD_STRIDE) {
        memcpy(&word, bytes + at, sizeof word);
        hash = log_mix(hash, word);
    }
    if (request->length >= sizeof word) {
        memcpy(&word, bytes + request->length - sizeof word, sizeof word);
        hash = log_mix(hash, word);
    } else {
        for (at = 0; at < request->length; at++) {
            hash = log_mix(hash, bytes[at]);
        }
    }
    return hash;
}

void request_pended(struct sim_request *request)
{
    if (!has_user_block(request)) {
        return; /* its thread is blocked; nobody else has the buffer */
    }
    if (request->buffer != NULL && request->length != 0) {
        request->guard = buffer_sample(request);
        sanitizer_poison(request->buffer, request->length);
    }
    sanitizer_poison((char *)request->block + BLOCK_READABLE, sizeof(OVERLAPPED) - BLOCK_READABLE);
    request->guarded = true;
}

static void memory_return(struct sim_request *request)
{
    if (!request->guarded) {
        return;
    }
    request->guarded = false;
    sanitizer_unpoison((char *)request->block + BLOCK_READABLE,
                       sizeof(OVERLAPPED) - BLOCK_READABLE);
    if (request->buffer != NULL && request->length != 0) {
        sanitizer_unpoison(request->buffer, request->length);
        if (buffer_sample(request) != request->guard) {
            char name[16];
            sim_report(SIM_ORACLE_BUFFER_TOUCHED,
                       "the buffer of request %u (%s by %s, %u bytes) changed while the kernel "
                       "owned it",
                       request->ordinal, sim_op_info(request->op)->name,
                       thread_name(request->thread, name, sizeof name), request->length);
        }
    }
}

static bool overlaps(const void *left, size_t left_size, const void *right, size_t right_size)
{
    uintptr_t a = (uintptr_t)left, b = (uintptr_t)right;
    return a < b + right_size && b < a + left_size;
}

void request_check_free(const void *memory, size_t size)
{
    for (const struct sim_request *r = sim_running->requests; r != NULL; r = r->next) {
        if (r->result_visible || !has_user_block(r)) {
            continue;
        }
        bool block = overlaps(memory, size, r->block, sizeof(OVERLAPPED));
        bool buffer = r->buffer != NULL && overlaps(memory, size, r->buffer, r->length);
        if (block || buffer) {
            char name[16];
            sim_report(SIM_ORACLE_KERNEL_WRITE,
                       "memory is freed while the kernel owns the %s in it: request %u, %s by %s "
                       "in step %u, is not finished",
                       block ? "OVERLAPPED" : "buffer", r->ordinal, sim_op_info(r->op)->name,
                       thread_name(r->thread, name, sizeof name), r->step);
        }
    }
}

/* ---- life ---- */

static void check_slot(const OVERLAPPED *overlapped)
{
    for (const struct sim_request *r = sim_running->requests; r != NULL; r = r->next) {
        if ((const void *)r->block == overlapped) {
            char name[16];
            sim_report(SIM_ORACLE_SLOT_REUSE,
                       "the OVERLAPPED of %s is still in use: request %u, %s by %s in step %u, %s",
                       sim_op_info(sim_running->current->op)->name, r->ordinal,
                       sim_op_info(r->op)->name, thread_name(r->thread, name, sizeof name), r->step,
                       r->state == SIM_REQUEST_COMPLETED ? "has completed, but its packet is queued"
                                                         : "is pending");
        }
    }
}

struct sim_request *request_create(const struct sim_request_parameters *parameters)
{
    struct sim_world *world = sim_running;
    OVERLAPPED *overlapped = parameters->overlapped;
    if (overlapped != NULL) {
        check_slot(overlapped);
    }
    struct sim_request *request = arena_alloc(&world->arena, sizeof *request);
    request->ordinal = ++world->object_count;
    request->op = parameters->op;
    request->file = parameters->file;
    object_retain(&parameters->file->object);
    request->buffer = parameters->buffer;
    request->length = parameters->length;
    request->thread = world->current->ordinal;
    request->step = world->current->step;
    request->block =
        overlapped != NULL ? (struct sim_status_block *)overlapped : &request->own_block;
    request->block->status =
        (ULONG_PTR)STATUS_PENDING; /* InternalHigh stays as it was (fact 1.2) */
    if (overlapped != NULL) {
        uintptr_t event = (uintptr_t)overlapped->hEvent;
        request->context = event & 1 ? NULL : overlapped;
        if ((event & ~(uintptr_t)1) != 0) {
            request->event = handle_find((HANDLE)(event & ~(uintptr_t)1), SIM_OBJECT_EVENT, NULL);
            if (request->event != NULL) {
                object_retain(request->event);
                request->event->signalled = false;
            }
        }
    }
    parameters->file->object.signalled = false;
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)request->block, true);
    touch(SIM_RESOURCE_FILE, parameters->file->object.ordinal, false);
    touch(SIM_RESOURCE_OBJECT, parameters->file->object.ordinal, true);
    list_append(world, request);
    return request;
}

static void request_end(struct sim_request *request)
{
    struct sim_world *world = sim_running;
    list_remove(world, request);
    if (request->event != NULL) {
        object_release(request->event);
    }
    arena_free(&world->arena, request->data, request->data_size);
    struct sim_object *file = &request->file->object;
    arena_free(&world->arena, request, sizeof *request);
    object_release(file);
}

void request_refuse(struct sim_request *request)
{
    request_end(request);
}

static void result_write(struct sim_request *request, const void *data)
{
    memory_return(request);
    if (data != NULL && request->information != 0) {
        memcpy(request->buffer, data, request->information);
    }
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)request->block, true);
    request->block->information = request->information;
    request->block->status = (ULONG_PTR)(uint32_t)request->status;
    request->result_visible = true;
    scheduler_log(SIM_EVENT_RESULT, request->op, request->ordinal, 0, 0, 0);
}

/* The action of a result that becomes visible some time before its packet is dequeued. */
static void result_write_action(void *argument)
{
    struct sim_request *request = argument;
    request->result_floating = false;
    result_write(request, request->data);
}

static void result_force(struct sim_request *request)
{
    if (request->result_floating) {
        scheduler_remove_actor(result_write_action, request);
        request->result_floating = false;
    }
    if (!request->result_visible) {
        result_write(request, request->data);
    }
}

enum result_time { RESULT_NOW, RESULT_AT_DEQUEUE, RESULT_FLOATS };

/* When the result of a pended request on a handle with a port becomes visible (fact 1.2). */
static enum result_time result_time(void)
{
    switch (sim_running->settings.result_write) {
    case SIM_RESULT_EARLY:
        return RESULT_NOW;
    case SIM_RESULT_AT_DEQUEUE:
        return RESULT_AT_DEQUEUE;
    case SIM_RESULT_ANY:
        break;
    }
    static const enum result_time times[] = {RESULT_AT_DEQUEUE, RESULT_NOW, RESULT_FLOATS};
    return times[scheduler_pick_value(SIM_PICK_RESULT_WRITE, 3, SIM_COST_REORDERING)];
}

static void data_keep(struct sim_request *request, const void *data)
{
    if (data != NULL && request->information != 0) {
        request->data_size = request->information;
        request->data = arena_alloc(&sim_running->arena, request->data_size);
        memcpy(request->data, data, request->data_size);
    }
}

static void cancel_finish(void *argument);

static void signal_completion(struct sim_request *request)
{
    struct sim_file *file = request->file;
    if (request->event != NULL) {
        request->event->signalled = true;
        wait_signal(request->event);
    } else if (!(file->notification_modes & FILE_SKIP_SET_EVENT_ON_HANDLE)) {
        file->object.signalled = true;
        wait_signal(&file->object);
    }
}

void request_complete(struct sim_request *request, NTSTATUS status, uint32_t information,
                      const void *data, bool immediate)
{
    struct sim_file *file = request->file;
    immediate = immediate && !request->pretends_pending;
    if (request->state == SIM_REQUEST_CANCELLING) {
        scheduler_remove_actor(cancel_finish, request);
    }
    request->state = SIM_REQUEST_COMPLETED;
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)request->block, true);
    touch(SIM_RESOURCE_FILE, file->object.ordinal, false);
    request->status = status;
    request->information = information;
    scheduler_log(SIM_EVENT_COMPLETE, request->op, request->ordinal, (uint32_t)status, information,
                  immediate);
    bool skips = immediate && (file->notification_modes & FILE_SKIP_COMPLETION_PORT_ON_SUCCESS);
    bool packet = file->port != NULL && request->context != NULL && !skips;
    enum result_time when = immediate || !packet ? RESULT_NOW : result_time();
    if (when == RESULT_NOW) {
        result_write(request, data);
    } else {
        data_keep(request, data);
        if (when == RESULT_FLOATS) {
            request->result_floating = true;
            scheduler_add_actor(SIM_ACTOR_ID(SIM_ACTOR_RESULT, request->thread, request->step),
                                SIM_OP_RESULT_WRITE, request->ordinal, result_write_action,
                                request);
        }
    }
    signal_completion(request);
    if (request->blocked != NULL) {
        struct sim_thread *thread = request->blocked;
        request->blocked = NULL;
        scheduler_wake(thread, SIM_WAKE_DONE);
    }
    if (packet) {
        request->packet_queued = true;
        port_queue_request(file->port, request);
    } else if (has_user_block(request)) {
        request_end(request);
    } /* else the blocked caller reads the result and ends it */
}

void request_dequeued(struct sim_request *request)
{
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)request->block, true);
    result_force(request);
    request_end(request);
}

void request_dropped(struct sim_request *request)
{
    result_force(request);
    request_end(request);
}

void request_take(struct sim_request *request, NTSTATUS *status, uint32_t *information)
{
    *status = request->status;
    *information = request->information;
    request_end(request);
}

/* ---- cancel ---- */

static void cancel_finish(void *argument)
{
    struct sim_request *request = argument;
    request->state = SIM_REQUEST_PENDING; /* its action is running: nothing to take back */
    request->file->device->cancel(request);
    request_complete(request, STATUS_CANCELLED, 0, NULL, false);
}

bool request_cancel(struct sim_request *request)
{
    if (request->state != SIM_REQUEST_PENDING) {
        return false;
    }
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)request->block, true);
    touch(SIM_RESOURCE_FILE, request->file->object.ordinal, false);
    /* Fact 3: TRUE only marks the request; usually the cancel routine has run when the call
     * returns, but it may run later, and lose against the device. */
    uint32_t later = sim_running->settings.cancel_races
                         ? scheduler_pick_value(SIM_PICK_CANCEL, 2, SIM_COST_REORDERING)
                         : 0;
    if (later == 0) {
        cancel_finish(request);
        return true;
    }
    request->state = SIM_REQUEST_CANCELLING;
    scheduler_add_actor(SIM_ACTOR_ID(SIM_ACTOR_CANCEL, request->thread, request->step),
                        SIM_OP_CANCEL_FINISH, request->ordinal, cancel_finish, request);
    return true;
}

struct sim_request *request_find(struct sim_file *file, const void *overlapped,
                                 struct sim_request *after)
{
    struct sim_request *request = after != NULL ? after->next : sim_running->requests;
    for (; request != NULL; request = request->next) {
        if (request->file == file && request->state == SIM_REQUEST_PENDING &&
            (overlapped == NULL || (const void *)request->block == overlapped)) {
            return request;
        }
    }
    return NULL;
}

struct sim_request *request_find_cancelling(const struct sim_file *file, uint32_t thread)
{
    struct sim_request *request = sim_running->requests;
    while (request != NULL && (request->file != file || request->thread != thread ||
                               request->state != SIM_REQUEST_CANCELLING)) {
        request = request->next;
    }
    return request;
}

void request_thread_exit(uint32_t thread)
{
    /* Fact 3: requests outlive their thread only on a handle with a port, with a packet due and
     * without an event (Wine ws2_32/afd.c:2473-2610, verified on Windows by its authors). */
    struct sim_request *r = sim_running->requests;
    while (r != NULL) {
        bool survives = r->file->port != NULL && r->context != NULL && r->event == NULL;
        if (r->thread == thread && r->state == SIM_REQUEST_PENDING && !survives) {
            (void)request_cancel(r);
            r = sim_running->requests; /* a cancel may end other requests, too */
        } else {
            r = r->next;
        }
    }
}

uint32_t sim_inflight(const void *overlapped)
{
    struct sim_world *world = sim_running;
    uint32_t count = 0;
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)overlapped, false);
    for (const struct sim_request *r = world->requests; r != NULL; r = r->next) {
        count += (const void *)r->block == overlapped;
    }
    return count + port_count_posted(overlapped);
}

void requests_reset(struct sim_world *world)
{
    for (struct sim_request *r = world->requests; r != NULL; r = r->next) {
        if (r->guarded) { /* an abandoned execution: the memory must be usable again */
            sanitizer_unpoison(r->block, sizeof(OVERLAPPED));
            if (r->buffer != NULL) {
                sanitizer_unpoison(r->buffer, r->length);
            }
        }
    }
    world->requests = NULL;
    world->requests_last = NULL;
}
