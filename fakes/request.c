/* request: I/O requests. See request.h. */
#include "fakes/request.h"

#include "fakes/file.h"
#include "fakes/late.h"
#include "fakes/port.h"
#include "fakes/request_memory.h"
#include "fakes/scheduler.h"
#include "fakes/wait.h"

#include <string.h>

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

/* ---- life ---- */

static void take_event(struct sim_request *request, HANDLE event)
{
    request->event = handle_find(event, SIM_OBJECT_EVENT, NULL);
    if (request->event != NULL) {
        object_retain(request->event);
        request->event->signalled = false;
    }
}

/* What the caller has passed for the result. Only the Win32 wrappers write into the block before
 * the call (fact 1.2); InternalHigh stays as it was. */
static void take_block(struct sim_request *request, const struct sim_request_parameters *parameters)
{
    OVERLAPPED *overlapped = parameters->overlapped;
    HANDLE event = NULL;
    request->block = &request->own_block;
    if (parameters->native != NULL) {
        request->block = parameters->native->block;
        request->block_size = sizeof *request->block;
        request->context = parameters->native->context;
        event = parameters->native->event;
    } else if (overlapped != NULL) {
        request->block = (struct sim_status_block *)overlapped;
        request->block_size = sizeof *overlapped;
    }
    memory_take(request); /* reports a block in flight: nothing of it has been read yet */
    if (parameters->native == NULL && overlapped != NULL) {
        request->context = (uintptr_t)overlapped->hEvent & 1 ? NULL : overlapped;
        event = (HANDLE)((uintptr_t)overlapped->hEvent & ~(uintptr_t)1);
    }
    if (parameters->native == NULL) {
        request->block->status = (ULONG_PTR)STATUS_PENDING;
    }
    if (event != NULL) {
        take_event(request, event);
    }
}

struct sim_request *request_create(const struct sim_request_parameters *parameters)
{
    struct sim_world *world = sim_running;
    size_t size = parameters->size != 0 ? parameters->size : sizeof(struct sim_request);
    struct sim_request *request = arena_alloc(&world->arena, size);
    request->size = (uint32_t)size;
    request->ordinal = ++world->object_count;
    request->op = parameters->op;
    request->file = parameters->file;
    object_retain(&parameters->file->object);
    request->input = parameters->input;
    request->buffer = parameters->buffer;
    request->length = parameters->length;
    request->thread = world->current->ordinal;
    world->current->has_submitted = true;
    request->step = world->current->step;
    take_block(request, parameters);
    parameters->file->object.signalled = false;
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)request->block, true);
    order_release(SIM_RESOURCE_BLOCK, (uintptr_t)request->block);
    touch(SIM_RESOURCE_FILE, parameters->file->object.ordinal, false);
    touch(SIM_RESOURCE_OBJECT, parameters->file->object.ordinal, true);
    list_append(world, request);
    return request;
}

static void request_end(struct sim_request *request)
{
    struct sim_world *world = sim_running;
    list_remove(world, request);
    memory_forget(request);
    if (request->event != NULL) {
        object_release(request->event);
    }
    arena_free(&world->arena, request->data, request->data_size);
    struct sim_object *file = &request->file->object;
    arena_free(&world->arena, request, request->size);
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

void request_announce(struct sim_request *request)
{
    signal_completion(request);
    if (request->blocked != NULL) {
        struct sim_thread *thread = request->blocked;
        request->blocked = NULL;
        scheduler_wake(thread, SIM_WAKE_DONE);
    }
    if (request->owes_packet) {
        port_queue_request(request->file->port, request);
        return;
    }
    if (!request->result_visible) {
        result_write(request, request->data);
    }
    if (has_user_block(request)) {
        request_end(request);
    } /* else the blocked caller reads the result and ends it */
}

/* Whether the end of a request can be told later: what a caller waits for in the call is not, nor
 * what is done at once and owes no packet. */
static bool may_be_late(const struct sim_request *request, bool immediate)
{
    return sim_running->settings.late_packets && has_user_block(request) &&
           (request->owes_packet || !immediate);
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
    request->owes_packet = file->port != NULL && request->context != NULL && !skips;
    enum result_time when = immediate || !request->owes_packet ? RESULT_NOW : result_time();
    bool late = may_be_late(request, immediate) && late_takes(request);
    if (when == RESULT_NOW && (!late || request->owes_packet)) {
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
    if (!late) {
        request_announce(request);
    }
}

void request_dequeued(struct sim_request *request)
{
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)request->block, true);
    order_acquire(SIM_RESOURCE_BLOCK, (uintptr_t)request->block);
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

void request_claim(struct sim_request *request)
{
    if (request->state == SIM_REQUEST_CANCELLING) {
        scheduler_remove_actor(cancel_finish, request);
    }
    request->claimed = true;
}

bool request_cancel(struct sim_request *request)
{
    if (request->state != SIM_REQUEST_PENDING) {
        return false;
    }
    if (request->claimed) { /* found, and yet it ends as the device has decided */
        request->state = SIM_REQUEST_CANCELLING;
        return true;
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
    struct sim_request *request;
    if (overlapped != NULL) {
        request = memory_find_slot(overlapped, after);
        while (request != NULL &&
               (request->file != file || request->state != SIM_REQUEST_PENDING)) {
            request = memory_find_slot(overlapped, request);
        }
        return request;
    }
    request = after != NULL ? after->next : sim_running->requests;
    while (request != NULL && (request->file != file || request->state != SIM_REQUEST_PENDING)) {
        request = request->next;
    }
    return request;
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
    uint32_t count = 0;
    touch(SIM_RESOURCE_BLOCK, (uintptr_t)overlapped, false);
    for (const struct sim_request *r = memory_find_slot(overlapped, NULL); r != NULL;
         r = memory_find_slot(overlapped, r)) {
        count++;
    }
    return count + port_count_posted(overlapped);
}

void requests_reset(struct sim_world *world)
{
    request_memory_reset(world);
    world->requests = NULL;
    world->requests_last = NULL;
    world->late = NULL;
}
