/* wait: dispatcher objects. See wait.h. */
#include "fakes/wait.h"

#include "fakes/scheduler.h"

struct sim_semaphore {
    struct sim_object object;
    LONG count, maximum;
};

struct sim_mutex {
    struct sim_object object; /* signalled while nobody owns it */
    struct sim_mutex *next;   /* all of the world */
    struct sim_thread *owner;
    uint32_t holds;
    bool abandoned;
};

static bool is_signalled(const struct sim_object *object, const struct sim_thread *thread)
{
    if (object->type == SIM_OBJECT_MUTEX && ((const struct sim_mutex *)object)->owner == thread) {
        return true;
    }
    return object->signalled;
}

/* What a satisfied wait does to the object; WAIT_ABANDONED_0 if it was an abandoned mutex. */
static uint32_t consume(struct sim_object *object, struct sim_thread *thread)
{
    if (object->type == SIM_OBJECT_SEMAPHORE) {
        struct sim_semaphore *semaphore = (struct sim_semaphore *)object;
        object->signalled = --semaphore->count > 0;
    } else if (object->type == SIM_OBJECT_MUTEX) {
        struct sim_mutex *mutex = (struct sim_mutex *)object;
        bool abandoned = mutex->abandoned;
        mutex->owner = thread;
        mutex->holds++;
        mutex->abandoned = false;
        object->signalled = false;
        return abandoned ? WAIT_ABANDONED_0 : 0;
    } else if (!object->manual_reset) {
        object->signalled = false;
    }
    return 0;
}

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

struct sim_object *wait_semaphore_create(LONG count, LONG maximum)
{
    struct sim_semaphore *semaphore = arena_alloc(&sim_running->arena, sizeof *semaphore);
    semaphore->count = count;
    semaphore->maximum = maximum;
    semaphore->object.signalled = count > 0;
    object_init(&semaphore->object, SIM_OBJECT_SEMAPHORE);
    return &semaphore->object;
}

struct sim_object *wait_mutex_create(bool owned)
{
    struct sim_mutex *mutex = arena_alloc(&sim_running->arena, sizeof *mutex);
    object_init(&mutex->object, SIM_OBJECT_MUTEX);
    mutex->object.signalled = true;
    mutex->next = sim_running->mutexes;
    sim_running->mutexes = mutex;
    if (owned) {
        consume(&mutex->object, sim_running->current);
    }
    return &mutex->object;
}

static void mutex_unlink(struct sim_mutex *mutex)
{
    struct sim_mutex **link = &sim_running->mutexes;
    while (*link != mutex) {
        link = &(*link)->next;
    }
    *link = mutex->next;
}

void wait_object_destroy(struct sim_object *object)
{
    struct sim_arena *arena = &sim_running->arena;
    switch (object->type) {
    case SIM_OBJECT_SEMAPHORE:
        arena_free(arena, object, sizeof(struct sim_semaphore));
        break;
    case SIM_OBJECT_MUTEX:
        mutex_unlink((struct sim_mutex *)object);
        arena_free(arena, object, sizeof(struct sim_mutex));
        break;
    case SIM_OBJECT_EVENT:
    case SIM_OBJECT_PORT:
    case SIM_OBJECT_FILE:
    case SIM_OBJECT_THREAD:
    case SIM_OBJECT_KEYED_EVENT:
    case SIM_OBJECT_TYPE_COUNT:
        arena_free(arena, object, sizeof(struct sim_event_object));
        break;
    }
}

/* Consumes what satisfies the wait of a thread; the index of the object (plus WAIT_ABANDONED_0 for
 * an abandoned mutex), UINT32_MAX if nothing does. */
static uint32_t satisfy(struct sim_object *const *objects, uint32_t count, bool all,
                        struct sim_thread *thread)
{
    if (!all) {
        for (uint32_t i = 0; i < count; i++) {
            if (is_signalled(objects[i], thread)) {
                return i + consume(objects[i], thread);
            }
        }
        return UINT32_MAX;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!is_signalled(objects[i], thread)) {
            return UINT32_MAX;
        }
    }
    uint32_t abandoned = 0;
    for (uint32_t i = 0; i < count; i++) {
        abandoned |= consume(objects[i], thread);
    }
    return abandoned;
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

/* Whoever stops waiting for an object has not seen its next signal. */
static void leave_all(struct sim_thread *thread)
{
    for (uint32_t i = 0; i < thread->waits_for_count; i++) {
        touch(SIM_RESOURCE_OBJECT, thread->waits_for[i]->ordinal, true);
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
    touch(SIM_RESOURCE_OBJECT, object->ordinal, true);
    order_release(SIM_RESOURCE_OBJECT, object->ordinal);
    object_retain(object);
    while (waiter != NULL && object->signalled) {
        struct sim_thread *thread = waiter->thread;
        waiter = waiter->next;
        uint32_t index =
            satisfy(thread->waits_for, thread->waits_for_count, thread->waits_for_all, thread);
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
    struct sim_thread *thread = sim_running->current;
    for (uint32_t i = 0; i < count; i++) {
        touch(SIM_RESOURCE_OBJECT, objects[i]->ordinal, true);
    }
    uint32_t index = satisfy(objects, count, all, thread);
    for (uint32_t i = 0; i < count && index != UINT32_MAX; i++) {
        order_acquire(SIM_RESOURCE_OBJECT, objects[i]->ordinal);
    }
    if (index != UINT32_MAX) {
        return WAIT_OBJECT_0 + index;
    }
    if (milliseconds == 0) {
        return WAIT_TIMEOUT;
    }
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

bool wait_semaphore_release(struct sim_object *object, LONG add, LONG *previous)
{
    struct sim_semaphore *semaphore = (struct sim_semaphore *)object;
    if (add <= 0 || add > semaphore->maximum - semaphore->count) {
        return false;
    }
    if (previous != NULL) {
        *previous = semaphore->count;
    }
    semaphore->count += add;
    object->signalled = true;
    wait_signal(object);
    return true;
}

bool wait_mutex_release(struct sim_object *object)
{
    struct sim_mutex *mutex = (struct sim_mutex *)object;
    if (mutex->owner != sim_running->current) {
        return false;
    }
    if (--mutex->holds == 0) {
        mutex->owner = NULL;
        object->signalled = true;
        wait_signal(object);
    }
    return true;
}

bool wait_owns_mutex(const struct sim_thread *thread)
{
    const struct sim_mutex *mutex = sim_running->mutexes;
    while (mutex != NULL && mutex->owner != thread) {
        mutex = mutex->next;
    }
    return mutex != NULL;
}

void wait_abandon_mutexes(struct sim_thread *thread)
{
    for (struct sim_mutex *mutex = sim_running->mutexes; mutex != NULL; mutex = mutex->next) {
        if (mutex->owner == thread) {
            mutex->owner = NULL;
            mutex->holds = 0;
            mutex->abandoned = true;
            mutex->object.signalled = true;
            wait_signal(&mutex->object);
        }
    }
}

void wait_thread_join(struct sim_thread *thread)
{
    struct sim_thread *self = sim_running->current;
    touch(SIM_RESOURCE_THREAD, thread->ordinal, false);
    order_acquire(SIM_RESOURCE_THREAD, thread->ordinal);
    if (thread->state == SIM_THREAD_FINISHED) {
        return;
    }
    self->wait_key = thread;
    sim_running->joiners++;
    (void)scheduler_block(SIM_OP_THREAD_JOIN, 0, INFINITE, NULL);
}

void wait_thread_finished(struct sim_thread *thread)
{
    struct sim_world *world = sim_running;
    touch(SIM_RESOURCE_THREAD, thread->ordinal, true);
    order_release(SIM_RESOURCE_THREAD, thread->ordinal);
    for (uint32_t i = 0; i < world->thread_count && world->joiners != 0; i++) {
        struct sim_thread *other = &world->thread[i];
        if (other->state == SIM_THREAD_BLOCKED && other->wait_key == thread) {
            world->joiners--;
            scheduler_wake(other, SIM_WAKE_DONE);
        }
    }
}
