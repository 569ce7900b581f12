/* afd: polls of sockets. See afd.h. */
#include "fakes/afd.h"

#include "fakes/socket.h"

#include <stddef.h>

#define EMPTY_SIZE  offsetof(struct sim_poll_info, socket) /* of an output without a socket */
#define SUBSETS_MAX 63u

_Static_assert(sizeof(struct sim_poll_info) == 32, "layout of AFD_POLL_INFO");
_Static_assert(offsetof(struct sim_poll_info, socket) == 16, "layout of AFD_POLL_INFO");

/* ---- the device ---- */

static NTSTATUS refuse_transfer(struct sim_file *file, struct sim_request *request)
{
    (void)file;
    sim_report(SIM_ORACLE_UNMODELLED, "%s on \\Device\\Afd", sim_op_info(request->op)->name);
}

/* Polls that were issued through it go on (Wine ws2_32/afd.c:760, test_poll_completion_port). */
static void afd_cleanup(struct sim_file *file)
{
    (void)file;
}

static void afd_destroy(struct sim_file *file)
{
    arena_free(&sim_running->arena, file, sizeof *file);
}

static const struct sim_device afd_device = {
    .name = "\\Device\\Afd",
    .read = refuse_transfer,
    .write = refuse_transfer,
    .cancel = afd_poll_cancel,
    .cleanup = afd_cleanup,
    .destroy = afd_destroy,
};

struct sim_file *afd_open(void)
{
    struct sim_file *file = arena_alloc(&sim_running->arena, sizeof *file);
    file_init(file, &afd_device, false);
    return file;
}

bool file_takes_polls(const struct sim_file *file)
{
    return file->device == &afd_device || file_is_socket(file);
}

/* ---- the polls of a socket ---- */

static struct sim_poll *poll_of(struct sim_request *request)
{
    return (struct sim_poll *)request;
}

static void touch_polls(const struct sim_socket *socket)
{
    touch(SIM_RESOURCE_POLLS, socket->file.object.ordinal, true);
}

static void poll_link(struct sim_socket *socket, struct sim_poll *poll)
{
    touch_polls(socket);
    if (socket->polls == NULL) {
        socket->main_poll = poll;
    }
    poll->socket = socket;
    poll->previous = socket->polls_last;
    if (socket->polls_last != NULL) {
        socket->polls_last->next = poll;
    } else {
        socket->polls = poll;
    }
    socket->polls_last = poll;
}

static void poll_unlink(struct sim_poll *poll)
{
    struct sim_socket *socket = poll->socket;
    touch_polls(socket);
    scheduler_alarm_clear(&poll->alarm);
    if (poll->previous != NULL) {
        poll->previous->next = poll->next;
    } else {
        socket->polls = poll->next;
    }
    if (poll->next != NULL) {
        poll->next->previous = poll->previous;
    } else {
        socket->polls_last = poll->previous;
    }
    if (socket->main_poll == poll) {
        socket->main_poll = NULL;
    }
    poll->socket = NULL;
}

/* ---- how a poll ends ---- */

static void poll_complete_late(void *argument)
{
    struct sim_poll *poll = argument;
    request_complete(&poll->request, poll->status, poll->information, &poll->info, false);
}

/* A kernel action completes a poll, as it says by now. */
static void poll_claim(struct sim_poll *poll)
{
    struct sim_request *request = &poll->request;
    request_claim(request);
    scheduler_add_actor(SIM_ACTOR_ID(SIM_ACTOR_POLL, request->thread, request->step),
                        SIM_OP_POLL_COMPLETE, request->ordinal, poll_complete_late, poll);
}

/* Ends a pending poll; with the setting late_polls some time after its events. */
static void poll_end(struct sim_poll *poll, NTSTATUS status, uint32_t information)
{
    poll_unlink(poll);
    poll->status = status;
    poll->information = information;
    if (sim_running->settings.late_polls &&
        scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) != 0) {
        poll_claim(poll);
        return;
    }
    poll_complete_late(poll);
}

/* What takes a pending poll away before anything came has seen that nothing did: whatever brings
 * its conditions up later would have completed it. */
static void touch_nothing_came(const struct sim_poll *poll)
{
    poll->socket->transport->touch_level(poll->socket, poll->info.socket[0].events);
}

static void poll_end_empty(struct sim_poll *poll, NTSTATUS status)
{
    touch_nothing_came(poll);
    poll->info.count = 0;
    poll_end(poll, status, EMPTY_SIZE);
}

/* What a poll tells. CONNECT_FAIL comes with why. */
static void poll_fill(struct sim_poll *poll, const struct sim_socket *socket, uint32_t events)
{
    poll->info.count = 1;
    poll->info.socket[0].events = events;
    poll->info.socket[0].status =
        events & AFD_POLL_CONNECT_FAIL ? socket->tcp.status : STATUS_SUCCESS;
}

static void poll_end_with(struct sim_poll *poll, uint32_t events)
{
    poll_fill(poll, poll->socket, events);
    poll_end(poll, STATUS_SUCCESS, sizeof poll->info);
}

static void poll_timeout(void *argument)
{
    poll_end_empty(argument, STATUS_TIMEOUT);
}

void afd_poll_cancel(struct sim_request *request)
{
    touch_nothing_came(poll_of(request));
    poll_unlink(poll_of(request));
}

/* ---- submit ---- */

NTSTATUS afd_poll_check(const struct sim_poll_info *in, uint32_t in_size, uint32_t out_size)
{
    if (in == NULL || in_size < EMPTY_SIZE || in->count == 0 || out_size < in_size ||
        in_size < EMPTY_SIZE + (uint64_t)in->count * sizeof in->socket[0]) {
        return STATUS_INVALID_PARAMETER;
    }
    if (in->count > 1) {
        sim_report(SIM_ORACLE_UNMODELLED, "a poll of %u sockets at once", in->count);
    }
    return STATUS_SUCCESS;
}

/* The socket a poll is about. What is no file is another error than what is no socket; to Win32
 * both are ERROR_INVALID_HANDLE (probe p_afd). */
static NTSTATUS find_polled(const struct sim_poll_info *info, struct sim_socket **socket)
{
    HANDLE handle = (HANDLE)(uintptr_t)info->socket[0].handle;
    handle_touch(handle);
    struct sim_object *object = handle_peek(handle);
    if (object != NULL && object->type != SIM_OBJECT_FILE) {
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    *socket = (struct sim_socket *)object;
    return object != NULL && file_is_socket(&(*socket)->file) ? STATUS_SUCCESS
                                                              : STATUS_INVALID_HANDLE;
}

static void arm_timeout(struct sim_poll *poll)
{
    int64_t timeout = poll->info.timeout;
    int64_t now = sim_running->now;
    if (timeout == INT64_MAX || timeout < now - INT64_MAX) {
        return;
    }
    int64_t deadline = timeout >= 0 ? timeout : now - timeout;
    scheduler_alarm_set(&poll->alarm, scheduler_actor_id(SIM_ACTOR_ALARM), deadline,
                        poll->request.ordinal, poll_timeout, poll);
}

/* With the setting spurious_polls: one condition that does not hold. 0: none. */
static uint32_t spurious_events(uint32_t mask)
{
    uint32_t plausible = mask & (AFD_POLL_RECEIVE | AFD_POLL_SEND | AFD_POLL_ACCEPT);
    if (!sim_running->settings.spurious_polls || plausible == 0 ||
        scheduler_pick_value(SIM_PICK_SNAPSHOT, 2, SIM_COST_FAULT) == 0) {
        return 0;
    }
    return plausible & (0u - plausible);
}

/* A poll completes with any of the conditions that have come up, at least one (fact 5.2). */
static uint32_t snapshot(uint32_t events)
{
    uint64_t id[SUBSETS_MAX];
    uint32_t cost[SUBSETS_MAX];
    uint32_t count = 0;
    for (uint32_t subset = events; subset != 0 && count < SUBSETS_MAX;
         subset = (subset - 1) & events) {
        id[count] = subset;
        cost[count] = count == 0 ? 0 : SIM_COST_REORDERING;
        count++;
    }
    return (uint32_t)id[scheduler_pick(SIM_PICK_SNAPSHOT, count, id, cost)];
}

/* The poll tells some of what holds, and perhaps not at once: Wine's server takes what holds from
 * the host, where it may be busy with a transfer of another thread. */
static NTSTATUS poll_start_like_wine(struct sim_poll *poll, const struct sim_socket *socket,
                                     uint32_t events)
{
    poll_fill(poll, socket, snapshot(events));
    poll->status = STATUS_SUCCESS;
    poll->information = sizeof poll->info;
    if (socket_like_wine()) {
        poll_claim(poll);
        return STATUS_PENDING;
    }
    request_complete(&poll->request, STATUS_SUCCESS, sizeof poll->info, &poll->info, true);
    return STATUS_SUCCESS;
}

NTSTATUS afd_poll_start(struct sim_file *file, struct sim_request *request)
{
    (void)file;
    struct sim_poll *poll = poll_of(request);
    struct sim_socket *socket;
    NTSTATUS status = find_polled(&poll->info, &socket);
    if (status != STATUS_SUCCESS) {
        return status;
    }
    if (poll->info.exclusive) {
        touch_polls(socket);
        if (socket->main_poll != NULL && socket->main_poll->info.exclusive) {
            poll_end_empty(socket->main_poll, STATUS_SUCCESS);
        }
    }
    uint32_t mask = poll->info.socket[0].events;
    socket->transport->touch_level(socket, mask);
    uint32_t events = mask & socket->transport->level(socket);
    if (events == 0) {
        events = spurious_events(mask);
    }
    if (events != 0 && sim_running->settings.wine_sockets) {
        return poll_start_like_wine(poll, socket, events);
    }
    if (events != 0) {
        poll_fill(poll, socket, events);
        request_complete(request, STATUS_SUCCESS, sizeof poll->info, &poll->info, true);
        return STATUS_SUCCESS;
    }
    if (poll->info.timeout == 0) {
        poll->info.count = 0;
        request_complete(request, STATUS_SUCCESS, EMPTY_SIZE, &poll->info, true);
        return STATUS_SUCCESS;
    }
    arm_timeout(poll);
    poll_link(socket, poll);
    return STATUS_PENDING;
}

/* ---- events ---- */

enum crossing { CROSSING_NONE, CROSSING_HAPPENS };

/* With the setting crossed_polls, what several polls of one socket do to each other (wepoll issue
 * 35): one that is ready is lost, one that is not gets the events of another. */
static enum crossing crossing(void)
{
    return sim_running->settings.crossed_polls
               ? (enum crossing)scheduler_pick_value(SIM_PICK_SNAPSHOT, 2, SIM_COST_FAULT)
               : CROSSING_NONE;
}

void afd_socket_changed(struct sim_socket *socket, uint32_t level)
{
    struct sim_poll *poll = socket->polls;
    uint32_t told = 0; /* events of a poll that has completed */
    while (poll != NULL) {
        struct sim_poll *next = poll->next;
        uint32_t events = poll->info.socket[0].events & level;
        if (events != 0 && (told == 0 || crossing() == CROSSING_NONE)) {
            told = snapshot(events);
            poll_end_with(poll, told);
        } else if (events == 0 && told != 0 && crossing() == CROSSING_HAPPENS) {
            poll_end_with(poll, told);
        }
        poll = next;
    }
}

void afd_socket_closed(struct sim_socket *socket)
{
    touch_polls(socket);            /* also when the last one was just cancelled */
    while (socket->polls != NULL) { /* whatever their masks (Wine ws2_32/afd.c test_poll) */
        poll_end_with(socket->polls, AFD_POLL_LOCAL_CLOSE);
    }
}
