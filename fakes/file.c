/* file: file objects. See file.h. */
#include "fakes/file.h"

#include "fakes/late.h"
#include "fakes/port.h"
#include "fakes/request_memory.h"
#include "fakes/scheduler.h"
#include "fakes/status.h"
#include "fakes/wait.h"

void file_init(struct sim_file *file, const struct sim_device *device, bool synchronous)
{
    object_init(&file->object, SIM_OBJECT_FILE);
    file->object.manual_reset = true;
    file->object.signalled = true; /* Wine kernel32/pipe.c create_overlapped_pipe */
    file->device = device;
    file->synchronous = synchronous;
}

void file_cleanup(struct sim_file *file)
{
    file->device->cleanup(file);
}

void file_destroy(struct sim_file *file)
{
    if (file->port != NULL) {
        object_release(&file->port->object);
    }
    file->device->destroy(file);
}

DWORD file_associate(struct sim_file *file, struct sim_port *port, ULONG_PTR key)
{
    if (file->port != NULL || file->synchronous) {
        return ERROR_INVALID_PARAMETER;
    }
    touch(SIM_RESOURCE_FILE, file->object.ordinal, true);
    file->port = port;
    file->key = key;
    object_retain(&port->object);
    return 0;
}

uint32_t file_cancel(struct sim_file *file, const void *overlapped, uint32_t thread)
{
    uint32_t count = 0;
    if (overlapped != NULL) {
        touch(SIM_RESOURCE_BLOCK, (uintptr_t)overlapped, true);
    } else {
        touch(SIM_RESOURCE_FILE, file->object.ordinal, true);
    }
    struct sim_request *request = request_find(file, overlapped, NULL);
    while (request != NULL) {
        if (thread != UINT32_MAX && request->thread != thread) {
            request = request_find(file, overlapped, request);
            continue;
        }
        count += request_cancel(request);
        request = request_find(file, overlapped, NULL); /* a cancel may end others, too */
    }
    return count;
}

void file_cancel_and_wait(struct sim_file *file, enum sim_op op)
{
    struct sim_thread *self = sim_running->current;
    object_retain(&file->object);
    (void)file_cancel(file, NULL, self->ordinal);
    struct sim_request *request = request_find_cancelling(file, self->ordinal);
    while (request != NULL) {
        request->blocked = self;
        self->wait_key = file;
        (void)scheduler_block(op, file->object.ordinal, INFINITE, NULL);
        request = request_find_cancelling(file, self->ordinal);
    }
    object_release(&file->object);
}

/* ---- synchronous files: one call at a time (FO_SYNCHRONOUS_IO) ---- */

static void busy_enter(struct sim_file *file, enum sim_op op)
{
    struct sim_thread *self = sim_running->current;
    touch(SIM_RESOURCE_FILE, file->object.ordinal, true);
    while (file->busy) {
        struct sim_waiter waiter = {.thread = self};
        struct sim_waiter **link = &file->busy_waiters;
        while (*link != NULL) {
            link = &(*link)->next;
        }
        *link = &waiter;
        self->wait_key = file;
        (void)scheduler_block(op, file->object.ordinal, INFINITE, NULL);
    }
    file->busy = true;
}

static void busy_leave(struct sim_file *file)
{
    touch(SIM_RESOURCE_FILE, file->object.ordinal, true);
    file->busy = false;
    struct sim_waiter *waiter = file->busy_waiters;
    if (waiter != NULL) {
        file->busy_waiters = waiter->next;
        scheduler_wake(waiter->thread, SIM_WAKE_DONE);
    }
}

/* Submits, and waits for the end in the call: for synchronous files, and for overlapped ones that
 * are given no OVERLAPPED (kernel32 waits for the file: Wine kernel32/pipe.c serverThreadMain3).
 * The block stays as the call began it when the device refuses at once (fact 1.1). */
static NTSTATUS waiting_call(const struct sim_request_parameters *parameters,
                             NTSTATUS (*call)(struct sim_file *, struct sim_request *),
                             struct sim_status_block *block)
{
    struct sim_file *file = parameters->file;
    struct sim_request_parameters without = *parameters;
    without.overlapped = NULL;
    struct sim_request *request = request_create(&without);
    NTSTATUS status = call(file, request);
    if (status_is_error(status)) {
        request_refuse(request);
        return status;
    }
    if (status == STATUS_PENDING) {
        struct sim_thread *self = sim_running->current;
        request->blocked = self;
        self->wait_key = file;
        (void)scheduler_block(parameters->op, file->object.ordinal, INFINITE, NULL);
    }
    uint32_t information;
    request_take(request, &status, &information);
    *block = (struct sim_status_block){(uint32_t)status, information};
    return status;
}

static NTSTATUS synchronous_call(const struct sim_request_parameters *parameters,
                                 NTSTATUS (*call)(struct sim_file *, struct sim_request *),
                                 struct sim_status_block *block)
{
    struct sim_file *file = parameters->file;
    OVERLAPPED *overlapped = parameters->overlapped;
    if (overlapped != NULL && overlapped->hEvent != NULL) {
        sim_report(SIM_ORACLE_UNMODELLED, "a synchronous call with an event");
    }
    object_retain(&file->object);
    if (file->synchronous) {
        busy_enter(file, parameters->op);
    }
    NTSTATUS status = waiting_call(parameters, call, block);
    if (file->synchronous) {
        busy_leave(file);
    }
    if (overlapped != NULL) {
        overlapped->Internal = block->status;
        if (block->status != (ULONG_PTR)STATUS_PENDING) {
            overlapped->InternalHigh = block->information;
        }
    }
    object_release(&file->object);
    return status;
}

/* ---- overlapped files ---- */

static BOOL answer(NTSTATUS status)
{
    struct sim_thread *thread = sim_running->current;
    BOOL success = (uint32_t)status >> 30 < 2 && status != STATUS_PENDING;
    DWORD error = success ? 0 : status_to_error(status);
    if (!success) {
        thread->last_error = error;
    }
    scheduler_log(SIM_EVENT_RETURN, thread->op, 0, (uint64_t)success, error, 0);
    return success;
}

/* Submits; the caller answers, and then calls submitted. */
static NTSTATUS submit(const struct sim_request_parameters *parameters,
                       NTSTATUS (*call)(struct sim_file *, struct sim_request *), uint32_t *ordinal)
{
    struct sim_file *file = parameters->file;
    struct sim_request *request = request_create(parameters);
    *ordinal = request->ordinal;
    scheduler_log(SIM_EVENT_SUBMIT, parameters->op, request->ordinal, file->object.ordinal,
                  parameters->length, 0);
    object_retain(&file->object);
    bool pretends = file->port != NULL && sim_running->settings.pending_though_done &&
                    scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) != 0;
    request->pretends_pending = pretends;
    NTSTATUS status = call(file, request);
    if (status == STATUS_PENDING) {
        memory_guard(request);
    } else if (pretends && !status_is_error(status)) {
        status = STATUS_PENDING; /* done, its packet is queued, and yet (checklist 7.12) */
    } else if (status_is_error(status)) {
        request_refuse(request);
    }
    return status;
}

/* A completion may land before the submitter's next instruction: another step of its own. */
static void submitted(struct sim_file *file, NTSTATUS status, uint32_t request, const void *block)
{
    if (sim_running->settings.late_packets) {
        late_drain();
    }
    if (!status_is_error(status) && file->port != NULL) {
        scheduler_step(SIM_OP_SUBMITTED, request, 0, 0);
        touch(SIM_RESOURCE_BLOCK, (uintptr_t)block, false);
    }
    object_release(&file->object);
}

static BOOL overlapped_call(const struct sim_request_parameters *parameters,
                            NTSTATUS (*call)(struct sim_file *, struct sim_request *), DWORD *count)
{
    uint32_t ordinal;
    NTSTATUS status = submit(parameters, call, &ordinal);
    if (count != NULL && status == STATUS_SUCCESS) { /* 0 for a warning (WT test_ReadFile) */
        *count = (DWORD)parameters->overlapped->InternalHigh;
    }
    BOOL success = answer(status);
    submitted(parameters->file, status, ordinal, parameters->overlapped);
    return success;
}

NTSTATUS file_submit_native(const struct sim_request_parameters *parameters,
                            NTSTATUS (*call)(struct sim_file *, struct sim_request *))
{
    if (parameters->file->synchronous) {
        sim_report(SIM_ORACLE_UNMODELLED, "%s on a file opened for synchronous calls",
                   sim_op_info(parameters->op)->name);
    }
    uint32_t ordinal;
    NTSTATUS status = submit(parameters, call, &ordinal);
    scheduler_log(SIM_EVENT_RETURN, parameters->op, 0, (uint32_t)status, 0, 0);
    submitted(parameters->file, status, ordinal, parameters->native->block);
    return status;
}

BOOL file_submit(const struct sim_request_parameters *parameters,
                 NTSTATUS (*call)(struct sim_file *, struct sim_request *), DWORD *count)
{
    if (parameters->file->synchronous || parameters->overlapped == NULL) {
        struct sim_status_block block = {(ULONG_PTR)STATUS_PENDING, 0};
        NTSTATUS status = synchronous_call(parameters, call, &block);
        if (count != NULL && !status_is_error(status)) {
            *count = (DWORD)block.information;
        }
        return answer(status);
    }
    return overlapped_call(parameters, call, count);
}

BOOL file_transfer(struct sim_file *file, enum sim_op op, void *buffer, DWORD size, DWORD *count,
                   OVERLAPPED *overlapped)
{
    if (count != NULL) {
        *count = 0;
    }
    if (scheduler_fault(op, 1) != 0) {
        if (overlapped != NULL) { /* the wrapper has written it before the call (fact 1.2) */
            overlapped->Internal = (ULONG_PTR)STATUS_PENDING;
        }
        return answer(STATUS_INSUFFICIENT_RESOURCES);
    }
    struct sim_request_parameters parameters = {
        .op = op,
        .file = file,
        .overlapped = overlapped,
        .buffer = buffer,
        .length = size,
    };
    return file_submit(&parameters,
                       op == SIM_OP_READ_FILE ? file->device->read : file->device->write, count);
}
