/* late: ends that are told later. See late.h. */
#include "fakes/late.h"

#include "fakes/scheduler.h"

/* What late_drain waits for; its address is all there is to it. */
static const char drained;

static void touch_late(uint32_t thread)
{
    touch(SIM_RESOURCE_LATE, thread, true);
}

/* The link to the first request of a thread; to the end of the list when there is none. */
static struct sim_request **first_of(uint32_t thread)
{
    struct sim_request **link = &sim_running->late;
    while (*link != NULL && (*link)->thread != thread) {
        link = &(*link)->late_next;
    }
    return link;
}

static void tell(void *argument);

static void queue_action(struct sim_request *request)
{
    scheduler_add_actor(SIM_ACTOR_ID(SIM_ACTOR_PACKET, request->thread, request->step),
                        SIM_OP_PACKET_QUEUE, request->ordinal, tell, request);
}

static void tell(void *argument)
{
    struct sim_request *request = argument;
    struct sim_thread *thread = &sim_running->thread[request->thread];
    struct sim_request **link = first_of(thread->ordinal);
    *link = request->late_next;
    touch_late(thread->ordinal);
    request_announce(request);
    struct sim_request *next = *first_of(thread->ordinal);
    if (next != NULL) {
        queue_action(next);
    } else if (thread->state == SIM_THREAD_BLOCKED && thread->wait_key == &drained) {
        thread->wait_key = NULL;
        scheduler_wake(thread, SIM_WAKE_DONE);
    }
}

bool late_takes(struct sim_request *request)
{
    struct sim_request **link = first_of(request->thread);
    bool is_first = *link == NULL;
    touch_late(request->thread);
    if (is_first && scheduler_pick_value(SIM_PICK_OUTCOME, 2, SIM_COST_REORDERING) == 0) {
        return false;
    }
    while (*link != NULL) {
        link = &(*link)->late_next;
    }
    request->late_next = NULL;
    *link = request;
    if (is_first) {
        queue_action(request);
    }
    return true;
}

void late_drain(void)
{
    struct sim_thread *self = sim_running->current;
    touch_late(self->ordinal);
    if (*first_of(self->ordinal) != NULL) {
        self->wait_key = &drained;
        (void)scheduler_block(SIM_OP_PACKET_QUEUE, 0, INFINITE, NULL);
    }
}
