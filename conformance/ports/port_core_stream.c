#include "conformance/ports/port_core_stream.h"

#include "conformance/compiler.h"

#include "core/duplex.h"
#include "core/poll.h"
#include "core/simplex.h"
#include "core/split.h"
#include "core/task.h"

#include <assert.h>

static_assert(sizeof(struct conf_slice) == sizeof(struct rdy_slice) &&
                  offsetof(struct conf_slice, size) == offsetof(struct rdy_slice, size),
              "slices are the same");

static struct conf_result convert(rdy_result result, size_t count)
{
    return (struct conf_result){
        .status = (uint32_t)result.status, .error = result.os_error, .count = count};
}

/* ---- wakers: those of the harness in the shape of core's ---- */

/* All wakers of the harness have the same functions, which each task brings along. */
static const void *volatile harness_ops;

static const struct conf_waker_ops *harness(void)
{
    return conf_shared_load(&harness_ops);
}

static rdy_task_waker waker_clone(void *data);

static void waker_wake(void *data)
{
    harness()->wake(data);
}

static void waker_wake_by_ref(void *data)
{
    harness()->wake_by_ref(data);
}

static void waker_drop(void *data)
{
    harness()->drop(data);
}

static const struct rdy_task_waker_ops waker_ops = {
    .clone = waker_clone,
    .wake = waker_wake,
    .wake_by_ref = waker_wake_by_ref,
    .drop = waker_drop,
};

static rdy_task_waker waker_clone(void *data)
{
    struct conf_waker clone = harness()->clone(data);

    return clone.ops == NULL ? rdy_task_waker_none()
                             : (rdy_task_waker){.ops = &waker_ops, .data = clone.data};
}

/* A task as core takes it; give its budget back with close_task. */
struct opened_task {
    rdy_task task;
    struct rdy_task_budget budget;
};

static void open_task(struct opened_task *opened, const struct conf_task *task)
{
    conf_shared_store(&harness_ops, task->waker.ops);
    opened->task = (rdy_task){.waker = {.ops = &waker_ops, .data = task->waker.data}};
    if (task->budget != NULL) {
        opened->budget.left = *task->budget;
        opened->task.budget = &opened->budget;
    }
}

static void close_task(const struct opened_task *opened, const struct conf_task *task)
{
    if (task->budget != NULL) {
        *task->budget = opened->budget.left;
    }
}

/* ---- life ---- */

struct conf_result conf_core_simplex_create(uint64_t capacity, void **stream)
{
    rdy_simplex *created = NULL;
    rdy_result result = rdy_simplex_create((size_t)capacity, &created);

    *stream = created;
    return convert(result, 0);
}

struct conf_result conf_core_duplex_create(uint64_t capacity, void **one, void **two)
{
    rdy_duplex *created[2] = {NULL, NULL};
    rdy_result result = rdy_duplex_create((size_t)capacity, &created[0], &created[1]);

    *one = created[0];
    *two = created[1];
    return convert(result, 0);
}

void conf_core_stream_split(uint32_t part, void *stream, void **reader, void **writer)
{
    rdy_read_half *read_half;
    rdy_write_half *write_half;

    if (part == CONF_PART_SIMPLEX) {
        rdy_simplex_split(stream, &read_half, &write_half);
    } else {
        rdy_duplex_split(stream, &read_half, &write_half);
    }
    *reader = read_half;
    *writer = write_half;
}

struct conf_result conf_core_stream_unsplit(uint32_t part, void *reader, void *writer,
                                            void **stream)
{
    rdy_simplex *simplex = NULL;
    rdy_duplex *duplex = NULL;
    rdy_result result;

    if (part == CONF_PART_SIMPLEX) {
        result = rdy_simplex_unsplit(reader, writer, &simplex);
        *stream = simplex;
    } else {
        result = rdy_duplex_unsplit(reader, writer, &duplex);
        *stream = duplex;
    }
    return convert(result, 0);
}

void conf_core_stream_drop(uint32_t part, void *stream)
{
    switch ((enum conf_part)part) {
    case CONF_PART_SIMPLEX:
        rdy_simplex_destroy(stream);
        break;
    case CONF_PART_DUPLEX:
        rdy_duplex_destroy(stream);
        break;
    case CONF_PART_READ_HALF:
        rdy_read_half_destroy(stream);
        break;
    case CONF_PART_WRITE_HALF:
        rdy_write_half_destroy(stream);
        break;
    case CONF_PART_COUNT:
        break;
    }
}

/* ---- operations ---- */

static rdy_result poll_read(uint32_t part, void *stream, const rdy_task *task, void *buffer,
                            size_t size, size_t *count)
{
    switch ((enum conf_part)part) {
    case CONF_PART_SIMPLEX:
        return rdy_simplex_poll_read(stream, task, buffer, size, count);
    case CONF_PART_DUPLEX:
        return rdy_duplex_poll_read(stream, task, buffer, size, count);
    case CONF_PART_READ_HALF:
        return rdy_read_half_poll_read(stream, task, buffer, size, count);
    case CONF_PART_WRITE_HALF:
    case CONF_PART_COUNT:
        break;
    }
    return rdy_failed(ERROR_INVALID_FUNCTION);
}

static rdy_result poll_write(uint32_t part, void *stream, const rdy_task *task,
                             const struct conf_slice *slice, size_t *count)
{
    switch ((enum conf_part)part) {
    case CONF_PART_SIMPLEX:
        return rdy_simplex_poll_write(stream, task, slice->data, slice->size, count);
    case CONF_PART_DUPLEX:
        return rdy_duplex_poll_write(stream, task, slice->data, slice->size, count);
    case CONF_PART_WRITE_HALF:
        return rdy_write_half_poll_write(stream, task, slice->data, slice->size, count);
    case CONF_PART_READ_HALF:
    case CONF_PART_COUNT:
        break;
    }
    return rdy_failed(ERROR_INVALID_FUNCTION);
}

static rdy_result poll_writev(uint32_t part, void *stream, const rdy_task *task,
                              const struct rdy_slice *slices, size_t slice_count, size_t *count)
{
    switch ((enum conf_part)part) {
    case CONF_PART_SIMPLEX:
        return rdy_simplex_poll_writev(stream, task, slices, slice_count, count);
    case CONF_PART_DUPLEX:
        return rdy_duplex_poll_writev(stream, task, slices, slice_count, count);
    case CONF_PART_WRITE_HALF:
        return rdy_write_half_poll_writev(stream, task, slices, slice_count, count);
    case CONF_PART_READ_HALF:
    case CONF_PART_COUNT:
        break;
    }
    return rdy_failed(ERROR_INVALID_FUNCTION);
}

struct conf_result conf_core_stream_poll_read(uint32_t part, void *stream,
                                              const struct conf_task *task, void *buffer,
                                              size_t size)
{
    struct opened_task opened;
    size_t count = 0;
    rdy_result result;

    open_task(&opened, task);
    result = poll_read(part, stream, &opened.task, buffer, size, &count);
    close_task(&opened, task);
    return convert(result, count);
}

struct conf_result conf_core_stream_poll_write(uint32_t part, void *stream,
                                               const struct conf_task *task,
                                               const struct conf_slice *slices, size_t slice_count)
{
    struct opened_task opened;
    size_t count = 0;
    rdy_result result;

    open_task(&opened, task);
    if (slice_count == 1) {
        result = poll_write(part, stream, &opened.task, slices, &count);
    } else {
        result = poll_writev(part, stream, &opened.task, (const struct rdy_slice *)slices,
                             slice_count, &count);
    }
    close_task(&opened, task);
    return convert(result, count);
}

struct conf_result conf_core_stream_flush(uint32_t part, void *stream, const struct conf_task *task)
{
    struct opened_task opened;

    open_task(&opened, task);
    switch ((enum conf_part)part) {
    case CONF_PART_SIMPLEX:
        return convert(rdy_simplex_poll_flush(stream, &opened.task), 0);
    case CONF_PART_DUPLEX:
        return convert(rdy_duplex_poll_flush(stream, &opened.task), 0);
    case CONF_PART_WRITE_HALF:
        return convert(rdy_write_half_poll_flush(stream, &opened.task), 0);
    case CONF_PART_READ_HALF:
    case CONF_PART_COUNT:
        break;
    }
    return convert(rdy_failed(ERROR_INVALID_FUNCTION), 0);
}

struct conf_result conf_core_stream_shutdown(uint32_t part, void *stream,
                                             const struct conf_task *task)
{
    struct opened_task opened;

    open_task(&opened, task);
    switch ((enum conf_part)part) {
    case CONF_PART_SIMPLEX:
        return convert(rdy_simplex_poll_shutdown(stream, &opened.task), 0);
    case CONF_PART_DUPLEX:
        return convert(rdy_duplex_poll_shutdown(stream, &opened.task), 0);
    case CONF_PART_WRITE_HALF:
        return convert(rdy_write_half_poll_shutdown(stream, &opened.task), 0);
    case CONF_PART_READ_HALF:
    case CONF_PART_COUNT:
        break;
    }
    return convert(rdy_failed(ERROR_INVALID_FUNCTION), 0);
}

/* ---- readiness ---- */

struct conf_result conf_core_duplex_register(void *stream, void *poll, uint64_t token,
                                             uint32_t interest)
{
    return convert(rdy_duplex_register(stream, rdy_poll_registry(poll), token, interest), 0);
}

struct conf_result conf_core_duplex_reregister(void *stream, void *poll, uint64_t token,
                                               uint32_t interest)
{
    return convert(rdy_duplex_reregister(stream, rdy_poll_registry(poll), token, interest), 0);
}

struct conf_result conf_core_duplex_deregister(void *stream, void *poll)
{
    return convert(rdy_duplex_deregister(stream, rdy_poll_registry(poll)), 0);
}

struct conf_result conf_core_duplex_read(void *stream, void *buffer, size_t size)
{
    size_t count = 0;
    rdy_result result = rdy_duplex_read(stream, buffer, size, &count);

    return convert(result, count);
}

struct conf_result conf_core_duplex_write(void *stream, const void *data, size_t size)
{
    size_t count = 0;
    rdy_result result = rdy_duplex_write(stream, data, size, &count);

    return convert(result, count);
}
