/* object: kernel objects and the handle table. See object.h. */
#include "fakes/object.h"

#include "fakes/file.h"
#include "fakes/host.h"
#include "fakes/keyed_wait.h"
#include "fakes/port.h"
#include "fakes/scheduler.h"
#include "fakes/wait.h"

#include <stdio.h>
#include <string.h>

static const char *const type_names[SIM_OBJECT_TYPE_COUNT] = {
    [SIM_OBJECT_PORT] = "port",
    [SIM_OBJECT_FILE] = "file",
    [SIM_OBJECT_THREAD] = "thread",
    [SIM_OBJECT_EVENT] = "event",
    [SIM_OBJECT_SEMAPHORE] = "semaphore",
    [SIM_OBJECT_MUTEX] = "mutex",
    [SIM_OBJECT_KEYED_EVENT] = "keyed event",
};

const char *object_type_name(enum sim_object_type type)
{
    const char *name = (uint32_t)type < SIM_OBJECT_TYPE_COUNT ? type_names[type] : NULL;
    return name != NULL ? name : "object";
}

void object_init(struct sim_object *object, enum sim_object_type type)
{
    object->type = type;
    object->ordinal = ++sim_running->object_count;
    object->references = 1;
    scheduler_log(SIM_EVENT_CREATE, SIM_OP_NONE, object->ordinal, type, 0, 0);
}

void object_retain(struct sim_object *object)
{
    object->references++;
}

/* The last handle is gone: what the object does at once. */
static void object_cleanup(struct sim_object *object)
{
    switch (object->type) {
    case SIM_OBJECT_PORT:
        port_cleanup((struct sim_port *)object);
        break;
    case SIM_OBJECT_FILE:
        file_cleanup((struct sim_file *)object);
        break;
    case SIM_OBJECT_THREAD:
    case SIM_OBJECT_EVENT:
    case SIM_OBJECT_SEMAPHORE:
    case SIM_OBJECT_MUTEX:
    case SIM_OBJECT_KEYED_EVENT:
    case SIM_OBJECT_TYPE_COUNT:
        break;
    }
}

/* The last reference is gone: the memory goes. */
static void object_destroy(struct sim_object *object)
{
    switch (object->type) {
    case SIM_OBJECT_PORT:
        port_destroy((struct sim_port *)object);
        break;
    case SIM_OBJECT_FILE:
        file_destroy((struct sim_file *)object);
        break;
    case SIM_OBJECT_THREAD:
        ((struct sim_thread_object *)object)->thread->object = NULL;
        arena_free(&sim_running->arena, object, sizeof(struct sim_thread_object));
        break;
    case SIM_OBJECT_KEYED_EVENT:
        keyed_event_destroy(object);
        break;
    case SIM_OBJECT_EVENT:
    case SIM_OBJECT_SEMAPHORE:
    case SIM_OBJECT_MUTEX:
    case SIM_OBJECT_TYPE_COUNT:
        wait_object_destroy(object);
        break;
    }
}

void object_release(struct sim_object *object)
{
    if (--object->references == 0) {
        object_destroy(object);
    }
}

/* ---- handles: values are multiples of 4, from 4 ---- */

static uint32_t handle_index(HANDLE handle)
{
    uintptr_t value = (uintptr_t)handle;
    if (value == 0 || value % 4 != 0 || value / 4 > SIM_HANDLES_MAX) {
        return UINT32_MAX;
    }
    return (uint32_t)(value / 4 - 1);
}

static struct sim_handle_entry *handle_entry(HANDLE handle)
{
    uint32_t index = handle_index(handle);
    return index < sim_running->handle_high ? &sim_running->handle[index] : NULL;
}

HANDLE handle_open(struct sim_object *object, uint32_t access)
{
    struct sim_world *world = sim_running;
    uint32_t index = world->handle_high;
    if (world->settings.handles == SIM_HANDLES_REUSE) {
        index = world->handle_low;
        while (index < world->handle_high && world->handle[index].object != NULL) {
            index++;
        }
        world->handle_low = index + 1;
        touch(SIM_RESOURCE_HANDLE_FREE, 0, true);
    }
    if (index == SIM_HANDLES_MAX) {
        sim_report(SIM_ORACLE_UNMODELLED, "more than %zu handles", SIM_HANDLES_MAX);
    }
    if (index == world->handle_high) {
        world->handle_high++;
    }
    world->handle[index] =
        (struct sim_handle_entry){.object = object, .access = access, .was_open = true};
    object->handles++;
    world->handles_open++;
    touch(SIM_RESOURCE_HANDLE, index, true);
    return (HANDLE)(((uintptr_t)index + 1) * 4);
}

HANDLE handle_duplicate(struct sim_object *object, uint32_t access)
{
    return handle_open(object, access);
}

bool handle_close(HANDLE handle)
{
    struct sim_world *world = sim_running;
    struct sim_handle_entry *entry = handle_entry(handle);
    if (entry == NULL || entry->object == NULL) {
        return false;
    }
    struct sim_object *object = entry->object;
    entry->object = NULL;
    world->handles_open--;
    uint32_t index = handle_index(handle);
    touch(SIM_RESOURCE_HANDLE, index, true);
    if (world->settings.handles == SIM_HANDLES_REUSE) {
        touch(SIM_RESOURCE_HANDLE_FREE, 0, true);
    }
    if (index < world->handle_low) {
        world->handle_low = index;
    }
    if (--object->handles == 0) {
        object_cleanup(object);
        object_release(object);
    }
    return true;
}

struct sim_object *handle_peek(HANDLE handle)
{
    struct sim_handle_entry *entry = handle_entry(handle);
    return entry != NULL ? entry->object : NULL;
}

void handle_touch(HANDLE handle)
{
    touch(SIM_RESOURCE_HANDLE, handle_index(handle), false);
}

struct sim_object *handle_find(HANDLE handle, enum sim_object_type type, uint32_t *access)
{
    struct sim_world *world = sim_running;
    struct sim_handle_entry *entry = handle_entry(handle);
    touch(SIM_RESOURCE_HANDLE, handle_index(handle), false);
    if (entry != NULL && entry->object != NULL && (type == 0 || entry->object->type == type)) {
        if (access != NULL) {
            *access = entry->access;
        }
        return entry->object;
    }
    if (!world->settings.bad_handles) {
        const char *op = sim_op_info(world->current->op)->name;
        if (entry != NULL && entry->object != NULL) {
            sim_report(SIM_ORACLE_MISUSE, "%s on a handle of a %s", op,
                       object_type_name(entry->object->type));
        }
        sim_report(SIM_ORACLE_MISUSE, "%s on a handle that %s", op,
                   entry != NULL && entry->was_open ? "has been closed" : "was never open");
    }
    world->current->last_error = ERROR_INVALID_HANDLE;
    return NULL;
}

size_t handle_describe(char *out, size_t size)
{
    struct sim_world *world = sim_running;
    size_t length = 0;
    for (uint32_t i = 0; i < world->handle_high && length < size; i++) {
        const struct sim_object *object = world->handle[i].object;
        if (object != NULL) {
            int written = snprintf(out + length, size - length, "  handle %u: %s #%u\n",
                                   (i + 1) * 4, object_type_name(object->type), object->ordinal);
            length += written > 0 ? (size_t)written : 0;
        }
    }
    return length < size ? length : size;
}

void handles_reset(struct sim_world *world)
{
    memset(world->handle, 0, world->handle_high * sizeof world->handle[0]);
    world->handle_high = 0;
    world->handle_low = 0;
    world->handles_open = 0;
    world->object_count = 0;
}

bool handles_reserve(struct sim_world *world)
{
    world->handle = host_reserve(SIM_HANDLES_MAX * sizeof world->handle[0]);
    return world->handle != NULL;
}

void handles_release(struct sim_world *world)
{
    if (world->handle != NULL) {
        host_release(world->handle, SIM_HANDLES_MAX * sizeof world->handle[0]);
    }
}

void object_thread_finished(struct sim_thread *thread)
{
    if (thread->object != NULL) {
        thread->object->exit_code = thread->exit_code;
        thread->object->object.signalled = true;
        wait_signal(&thread->object->object);
    }
    wait_thread_finished(thread);
}
