/* keyed_wait: see keyed_wait.h. */
#include "fakes/keyed_wait.h"

#include "fakes/scheduler.h"

struct sim_object *keyed_event_create(void)
{
    struct sim_keyed_event *event = arena_alloc(&sim_running->arena, sizeof *event);
    object_init(&event->object, SIM_OBJECT_KEYED_EVENT);
    event->object.manual_reset = true;
    event->object.signalled = true;
    return &event->object;
}

void keyed_event_destroy(struct sim_object *object)
{
    arena_free(&sim_running->arena, object, sizeof(struct sim_keyed_event));
}

static void queue_remove(struct sim_keyed_queue *queue, struct sim_thread *thread)
{
    struct sim_thread **link = &queue->first;
    while (*link != thread) {
        link = &(*link)->wait_next;
    }
    *link = thread->wait_next;
    thread->wait_next = NULL;
}

/* It has seen that nobody had woken it: keys of addresses are words, others belong to an event. */
static void sleep_timeout(struct sim_thread *thread)
{
    struct sim_keyed_queue *queue = (struct sim_keyed_queue *)(uintptr_t)thread->wait_key;
    bool is_word = queue == &sim_running->addresses;
    queue_remove(queue, thread);
    touch(is_word ? SIM_RESOURCE_WORD : SIM_RESOURCE_OBJECT,
          is_word ? thread->key : thread->next_object, true);
    scheduler_wake(thread, SIM_WAKE_TIMEOUT);
}

bool keyed_sleep(struct sim_keyed_queue *queue, uintptr_t key, enum sim_keyed_side side,
                 enum sim_op op, uint32_t object, DWORD milliseconds)
{
    struct sim_thread *thread = sim_running->current;
    struct sim_thread **link = &queue->first;
    while (*link != NULL) {
        link = &(*link)->wait_next;
    }
    *link = thread;
    thread->wait_next = NULL;
    thread->wait_key = queue;
    thread->key = key;
    thread->key_side = side;
    return scheduler_block(op, object, milliseconds, sleep_timeout) == SIM_WAKE_DONE;
}

static bool matches(const struct sim_thread *thread, uintptr_t key, enum sim_keyed_side side)
{
    return thread->key == key && thread->key_side == (uint8_t)side;
}

bool keyed_wake(struct sim_keyed_queue *queue, uintptr_t key, enum sim_keyed_side side)
{
    uint64_t id[SIM_PICK_VALUES_MAX];
    uint32_t cost[SIM_PICK_VALUES_MAX];
    uint32_t count = 0;
    uint32_t limit = sim_running->settings.waiters == SIM_WAITERS_ANY ? SIM_PICK_VALUES_MAX : 1;
    for (struct sim_thread *thread = queue->first; thread != NULL && count < limit;
         thread = thread->wait_next) {
        if (matches(thread, key, side)) {
            id[count] = thread->ordinal;
            cost[count] = count == 0 ? 0 : SIM_COST_REORDERING;
            count++;
        }
    }
    if (count == 0) {
        return false;
    }
    uint32_t chosen = scheduler_pick(SIM_PICK_WAITER, count, id, cost);
    struct sim_thread *thread = &sim_running->thread[id[chosen]];
    queue_remove(queue, thread);
    scheduler_wake(thread, SIM_WAKE_DONE);
    return true;
}
