/* wait: dispatcher objects. See wait.h. */
#include "fakes/wait.h"

#include "fakes/scheduler.h"

struct sim_object *wait_event_create(bool manual_reset, bool signalled)
{
    struct sim_event_object *event = arena_alloc(&sim_running->arena, sizeof *event);
    event->object.manual_reset = manual_reset;
    event->object.signalled = signalled;
    object_init(&event->object, SIM_OBJECT_EVENT);
    return &event->object;
}

struct sim_object *wait_thread_object_create(struct sim_thread *thread)
{
    struct sim_thread_object *object = arena_alloc(&sim_running->arena, sizeof *object);
    object->object.manual_reset = true;
    object->thread = thread;
    object_init(&object->object, SIM_OBJECT_THREAD);
    thread->object = object;
    return &object->object;
}

void wait_object_destroy(struct sim_object *object)
{
    arena_free(&sim_running->arena, object, sizeof(struct sim_event_object));
}

static void consume(struct sim_object *object)
{
    if (!object->manual_reset) {
        object->signalled = false;
    }
}

/* Consumes what satisfies the wait; the index of the object, UINT32_MAX if nothing does. */
static uint32_t satisfy(struct sim_object *const *objects, uint32_t count, bool all)
{
    if (!all) {
        for (uint32_t i = 0; i < count; i++) {
            if (objects[i]->signalled) {
                consume(objects[i]);
                return i;
            }
        }
        return UINT32_MAX;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!objects[i]->signalled) {
            return UINT32_MAX;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        consume(objects[i]);
    }
    return 0;
}

static void waiter_add(struct sim_object *object, struct sim_thread *thread)
{
    struct sim_waiter **link = &object->waiters;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = arena_alloc(&sim_running->arena, sizeof **link);
    (*link)->thread = thread;
    object_retain(object);
}

static void waiter_remove(struct sim_object *object, struct sim_thread *thread)
{
    for (struct sim_waiter **link = &object->waiters; *link != NULL; link = &(*link)->next) {
        struct sim_waiter *waiter = *link;
        if (waiter->thread == thread) {
            *link = waiter->next;
            arena_free(&sim_running->arena, waiter, sizeof *waiter);
            object_release(object);
            return;
        }
    }
}

static void leave_all(struct sim_thread *thread)
{
    for (uint32_t i = 0; i < thread->waits_for_count; i++) {
        waiter_remove(thread->waits_for[i], thread);
    }
    thread->waits_for_count = 0;
}

static void wait_timeout(struct sim_thread *thread)
{
    leave_all(thread);
    scheduler_wake(thread, SIM_WAKE_TIMEOUT);
}

void wait_signal(struct sim_object *object)
{
    struct sim_waiter *waiter = object->waiters;
    object_retain(object);
    while (waiter != NULL && object->signalled) {
        struct sim_thread *thread = waiter->thread;
        waiter = waiter->next;
        uint32_t index = satisfy(thread->waits_for, thread->waits_for_count, thread->waits_for_all);
        if (index != UINT32_MAX) {
            thread->wait_result = index;
            leave_all(thread);
            scheduler_wake(thread, SIM_WAKE_DONE);
        }
    }
    object_release(object);
}

DWORD wait_for(enum sim_op op, struct sim_object *const *objects, uint32_t count, bool all,
               DWORD milliseconds)
{
    uint32_t index = satisfy(objects, count, all);
    if (index != UINT32_MAX) {
        return WAIT_OBJECT_0 + index;
    }
    if (milliseconds == 0) {
        return WAIT_TIMEOUT;
    }
    struct sim_thread *thread = sim_running->current;
    for (uint32_t i = 0; i < count; i++) {
        thread->waits_for[i] = objects[i];
        waiter_add(objects[i], thread);
    }
    thread->waits_for_count = count;
    thread->waits_for_all = all;
    if (scheduler_block(op, objects[0]->ordinal, milliseconds, wait_timeout) == SIM_WAKE_TIMEOUT) {
        return WAIT_TIMEOUT;
    }
    return WAIT_OBJECT_0 + thread->wait_result;
}

void wait_thread_join(struct sim_thread *thread)
{
    struct sim_thread *self = sim_running->current;
    if (thread->state == SIM_THREAD_FINISHED) {
        return;
    }
    self->wait_key = thread;
    (void)scheduler_block(SIM_OP_THREAD_JOIN, 0, INFINITE, NULL);
}

void wait_thread_finished(struct sim_thread *thread)
{
    struct sim_world *world = sim_running;
    for (uint32_t i = 0; i < world->thread_count; i++) {
        struct sim_thread *other = &world->thread[i];
        if (other->state == SIM_THREAD_BLOCKED && other->wait_key == thread) {
            scheduler_wake(other, SIM_WAKE_DONE);
        }
    }
}
