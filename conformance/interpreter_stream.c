#include "conformance/interpreter_stream.h"

#include "conformance/interpreter.h"
#include "conformance/payload.h"
#include "conformance/scenario_words.h"

#define NESTED_SIZE 16u /* bytes that a task polls for when it is woken */
#define DEPTH_MAX   3u  /* of tasks that tell each other something */
#define PIECES      3u  /* of a vectored write */

/* ---- streams ---- */

static uint32_t part_of(const struct conf_runner *runner, uint8_t source)
{
    switch ((enum conf_source_kind)runner->scenario->source[source].kind) {
    case CONF_SIMPLEX:
        return CONF_PART_SIMPLEX;
    case CONF_DUPLEX:
        return CONF_PART_DUPLEX;
    case CONF_READ_HALF:
        return CONF_PART_READ_HALF;
    case CONF_WRITE_HALF:
        return CONF_PART_WRITE_HALF;
    case CONF_POLL:
    case CONF_WAKER:
    case CONF_PIPE_SERVER:
    case CONF_PIPE_CLIENT:
    case CONF_RAW_PIPE_SERVER:
    case CONF_RAW_PIPE_CLIENT:
    case CONF_TASK:
    case CONF_TCP_LISTENER:
    case CONF_TCP_STREAM:
    case CONF_TCP_ACCEPTED:
    case CONF_UDP:
    case CONF_RAW_TCP_LISTENER:
    case CONF_RAW_TCP_STREAM:
    case CONF_RAW_TCP_ACCEPTED:
    case CONF_RAW_UDP:
    case CONF_USER_SOURCE:
    case CONF_SOURCE_KIND_COUNT:
        break;
    }
    return CONF_PART_COUNT;
}

static uint8_t find_part(const struct conf_runner *runner, uint8_t of, enum conf_source_kind kind)
{
    for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
        if (runner->scenario->source[i].kind == kind && runner->scenario->source[i].of == of) {
            return i;
        }
    }
    return CONF_NONE;
}

uint8_t conf_stream_half(const struct conf_runner *runner, uint8_t stream,
                         enum conf_source_kind kind)
{
    return find_part(runner, stream, kind);
}

static void set_live(struct conf_runner *runner, uint8_t source, bool live)
{
    runner->world->ops->touch(runner->world, source, true);
    runner->source[source].live = live;
}

/* A stream is there, or its halves are. Without the lock. */
static void set_whole(struct conf_runner *runner, uint8_t stream, bool whole)
{
    conf_runner_lock(runner);
    set_live(runner, stream, whole);
    set_live(runner, conf_stream_half(runner, stream, CONF_READ_HALF), !whole);
    set_live(runner, conf_stream_half(runner, stream, CONF_WRITE_HALF), !whole);
    conf_runner_unlock(runner);
}

static void split(struct conf_runner *runner, uint8_t stream)
{
    struct conf_runner_source *s = &runner->source[stream];
    struct conf_runner_source *reader =
        &runner->source[conf_stream_half(runner, stream, CONF_READ_HALF)];
    struct conf_runner_source *writer =
        &runner->source[conf_stream_half(runner, stream, CONF_WRITE_HALF)];

    s->port->stream_split(part_of(runner, stream), s->object, &reader->object, &writer->object);
    set_whole(runner, stream, false);
}

struct conf_result conf_stream_create(struct conf_runner *runner, uint8_t source)
{
    const struct conf_source *declared = &runner->scenario->source[source];
    struct conf_runner_source *s = &runner->source[source];
    struct conf_result result = {.status = CONF_FAILED};
    uint8_t ends[] = {source, CONF_NONE};

    if ((s->port->capabilities & CONF_CAN_STREAM) == 0) {
        return result;
    }
    if (declared->kind == CONF_SIMPLEX) {
        result = s->port->simplex_create(declared->quota, &s->object);
    } else {
        ends[1] = find_part(runner, source, CONF_DUPLEX);
        result =
            s->port->duplex_create(declared->quota, &s->object, &runner->source[ends[1]].object);
    }
    for (unsigned i = 0; result.status == CONF_DONE && i < 2 && ends[i] != CONF_NONE; i++) {
        runner->source[ends[i]].live = true;
        if (runner->scenario->source[ends[i]].split) {
            split(runner, ends[i]);
        }
    }
    return result;
}

void conf_stream_drop(struct conf_runner *runner, uint8_t source)
{
    runner->source[source].port->stream_drop(part_of(runner, source),
                                             runner->source[source].object);
}

/* ---- payload: byte i of a channel is a function of its number and of i ---- */

static void check_payload(struct conf_runner *runner, struct conf_runner_thread *thread,
                          uint8_t source, const uint8_t *bytes, uint64_t size)
{
    uint8_t number = conf_channel_of(&runner->judge.model, source, CONF_READER);
    struct conf_record record = {
        .kind = CONF_RECORD_MISMATCH, .thread = thread->index, .source = source, .peer = CONF_NONE};
    struct conf_payload_report report;

    conf_runner_lock(runner);
    report = conf_payload_check_channel(&runner->judge.model, number, bytes, (size_t)size);
    if (report.mismatch) {
        record.code = (uint8_t)report.kind;
        record.a = report.offset;
        record.b = (uint64_t)report.expected << 8 | report.got;
        conf_runner_emit(runner, &record);
    }
    conf_runner_unlock(runner);
}

static void fill_payload(struct conf_runner *runner, uint8_t source, uint8_t *bytes, size_t size)
{
    uint8_t number = conf_channel_of(&runner->judge.model, source, CONF_WRITER);
    uint64_t written;

    conf_runner_lock(runner);
    written = runner->judge.model.channels.channel[number].side[CONF_WRITER].done;
    conf_runner_unlock(runner);
    conf_payload_fill(bytes, size, number, 0, written);
}

/* ---- operations ---- */

static struct conf_result poll_read(struct conf_runner *runner, struct conf_runner_thread *thread,
                                    uint8_t source, const struct conf_task *task, uint8_t *bytes,
                                    size_t size)
{
    struct conf_runner_source *s = &runner->source[source];
    struct conf_result result =
        s->port->stream_poll_read(part_of(runner, source), s->object, task, bytes, size);

    if (result.status == CONF_DONE) {
        check_payload(runner, thread, source, bytes, result.count < size ? result.count : size);
    }
    return result;
}

static struct conf_result poll_write(struct conf_runner *runner, uint8_t source,
                                     const struct conf_task *task, uint8_t *bytes, size_t size,
                                     bool vectored)
{
    struct conf_runner_source *s = &runner->source[source];
    const struct conf_slice whole = {.data = bytes, .size = size};
    const struct conf_slice pieces[PIECES] = {{.data = bytes, .size = size / 2},
                                              {.data = NULL, .size = 0},
                                              {.data = bytes + size / 2, .size = size - size / 2}};

    fill_payload(runner, source, bytes, size);
    return s->port->stream_poll_write(part_of(runner, source), s->object, task,
                                      vectored ? pieces : &whole, vectored ? PIECES : 1);
}

static struct conf_result read_end(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    struct conf_result result = s->port->duplex_read(s->object, thread->bytes, verb->size);

    if (result.status == CONF_DONE) {
        check_payload(runner, thread, verb->source, thread->bytes,
                      result.count < verb->size ? result.count : verb->size);
    }
    return result;
}

static struct conf_result write_end(struct conf_runner *runner, struct conf_runner_thread *thread,
                                    const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];

    fill_payload(runner, verb->source, thread->bytes, verb->size);
    return s->port->duplex_write(s->object, thread->bytes, verb->size);
}

/* ---- tasks ---- */

static struct conf_waker clone_waker(void *data);
static void wake(void *data);
static void wake_by_ref(void *data);
static void drop_waker(void *data);

static const struct conf_waker_ops waker_ops = {
    .clone = clone_waker, .wake = wake, .wake_by_ref = wake_by_ref, .drop = drop_waker};

void conf_stream_tasks_begin(struct conf_runner *runner)
{
    for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
        runner->task[i] = (struct conf_runner_task){.runner = runner, .index = i, .is_fresh = true};
    }
    runner->task[CONF_SOURCES_MAX] =
        (struct conf_runner_task){.runner = runner, .index = CONF_NONE};
}

/* The task of a verb, its budget filled if it was woken since it was polled last. The runner's own
 * polls are by a task that is nobody's. */
static struct conf_task task_of(struct conf_runner *runner, const struct conf_runner_thread *thread,
                                uint8_t index)
{
    struct conf_runner_task *task = &runner->task[index == CONF_NONE ? CONF_SOURCES_MAX : index];
    struct conf_task polled = {.waker = {.ops = &waker_ops, .data = task}};
    uint32_t budget = index == CONF_NONE ? 0 : runner->scenario->source[index].quota;

    if (budget == 0 || thread->index == CONF_CONTROLLER) {
        return polled;
    }
    if (task->is_fresh) {
        task->left = budget;
        task->is_fresh = false;
    }
    polled.budget = &task->left;
    return polled;
}

static struct conf_runner_thread *calling_thread(struct conf_runner *runner)
{
    return &runner->thread[conf_thread_slot(runner->world->ops->self(runner->world))];
}

/* What a task does when it is told something: under the lock. */
static void poll_inside(struct conf_runner *runner, struct conf_runner_thread *thread,
                        struct conf_runner_task *task, enum conf_verb_code code)
{
    uint8_t target = runner->scenario->source[task->index].of;
    struct conf_task polled = {.waker = {.ops = &waker_ops, .data = task}};
    struct conf_record record = {.kind = CONF_RECORD_BEGIN,
                                 .code = (uint8_t)code,
                                 .thread = thread->index,
                                 .source = target,
                                 .peer = task->index,
                                 .flags = CONF_RECORD_FLAG_NESTED,
                                 .a = NESTED_SIZE};
    uint8_t bytes[NESTED_SIZE];
    struct conf_result result;

    conf_runner_emit(runner, &record);
    conf_runner_unlock(runner);
    result = code == CONF_VERB_POLL_READ
                 ? poll_read(runner, thread, target, &polled, bytes, sizeof(bytes))
                 : poll_write(runner, target, &polled, bytes, sizeof(bytes), false);
    conf_runner_lock(runner);
    record.kind = CONF_RECORD_END;
    record.word = (uint8_t)result.status;
    record.a = result.count;
    record.b = result.error;
    conf_runner_emit(runner, &record);
}

/* What it polls must not keep it waiting for somebody who waits for the verb around it: not what a
 * verb uses already, and no half that an unsplit may take while it waits for the other one. */
static void act(struct conf_runner *runner, struct conf_runner_thread *thread,
                struct conf_runner_task *task)
{
    const struct conf_source *declared = &runner->scenario->source[task->index];
    enum conf_action action = (enum conf_action)declared->action;
    struct conf_runner_source *target = &runner->source[declared->of];

    if (!conf_runner_pin(runner, declared->of)) {
        return;
    }
    if (action == CONF_ACTION_DROP || action == CONF_ACTION_DROP_LAST) {
        runner->world->ops->touch(runner->world, declared->of, true);
        target->dropping = true;
    } else if (!target->busy && !target->rejoined) {
        conf_runner_enter_alone(runner, declared->of);
        if (target->live) {
            poll_inside(runner, thread, task,
                        action == CONF_ACTION_POLL_READ ? CONF_VERB_POLL_READ
                                                        : CONF_VERB_POLL_WRITE);
        }
        conf_runner_leave_alone(runner, declared->of);
    }
    conf_runner_unpin(runner, thread, declared->of);
}

/* A task is told something: that is recorded, and the task may do something, inside the verb that
 * its thread runs. */
static void tell(struct conf_runner_task *task, enum conf_task_event event)
{
    struct conf_runner *runner = task->runner;
    struct conf_runner_thread *thread;
    struct conf_runner_thread *outer;
    enum conf_action action;
    bool is_wake = event == CONF_TASK_WOKEN || event == CONF_TASK_WOKEN_BY_REF;

    if (task->index == CONF_NONE) {
        return;
    }
    conf_runner_lock(runner);
    thread = calling_thread(runner);
    outer = thread;
    action = (enum conf_action)runner->scenario->source[task->index].action;
    runner->world->ops->touch(runner->world, task->index, true);
    task->is_fresh = task->is_fresh || is_wake;
    conf_runner_emit(runner, &(struct conf_record){.kind = CONF_RECORD_TASK,
                                                   .code = (uint8_t)event,
                                                   .thread = thread->index,
                                                   .source = task->index,
                                                   .peer = CONF_NONE});
    if (thread->depth < DEPTH_MAX &&
        (action == CONF_ACTION_DROP_LAST ? event == CONF_TASK_DROPPED
                                         : is_wake && action != CONF_ACTION_NONE)) {
        uint8_t code = outer->code, source = outer->source;
        bool in_verb = outer->in_verb;
        thread->depth++;
        act(runner, thread, task);
        thread->depth--;
        thread->code = code;
        thread->source = source;
        thread->in_verb = in_verb;
    }
    conf_runner_unlock(runner);
}

static struct conf_waker clone_waker(void *data)
{
    tell(data, CONF_TASK_CLONED);
    return (struct conf_waker){.ops = &waker_ops, .data = data};
}

static void wake(void *data)
{
    tell(data, CONF_TASK_WOKEN);
}

static void wake_by_ref(void *data)
{
    tell(data, CONF_TASK_WOKEN_BY_REF);
}

static void drop_waker(void *data)
{
    tell(data, CONF_TASK_DROPPED);
}

/* ---- verbs ---- */

static struct conf_result unsplit(struct conf_runner *runner, uint8_t stream)
{
    struct conf_runner_source *s = &runner->source[stream];
    struct conf_runner_source *reader =
        &runner->source[conf_stream_half(runner, stream, CONF_READ_HALF)];
    struct conf_runner_source *writer =
        &runner->source[conf_stream_half(runner, stream, CONF_WRITE_HALF)];
    struct conf_result result = s->port->stream_unsplit(part_of(runner, stream), reader->object,
                                                        writer->object, &s->object);

    if (result.status == CONF_DONE) {
        set_whole(runner, stream, true);
    }
    return result;
}

struct conf_result conf_stream_run(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    struct conf_task task = task_of(runner, thread, verb->task);

    if (verb->task != CONF_NONE) {
        runner->world->ops->touch(runner->world, verb->task, true);
    }
    switch ((enum conf_verb_code)verb->code) {
    case CONF_VERB_POLL_READ:
        return poll_read(runner, thread, verb->source, &task, thread->bytes, verb->size);
    case CONF_VERB_POLL_WRITE:
    case CONF_VERB_POLL_WRITEV:
        return poll_write(runner, verb->source, &task, thread->bytes, verb->size,
                          verb->code == CONF_VERB_POLL_WRITEV);
    case CONF_VERB_FLUSH:
        return s->port->stream_flush(part_of(runner, verb->source), s->object, &task);
    case CONF_VERB_SHUTDOWN:
        return s->port->stream_shutdown(part_of(runner, verb->source), s->object, &task);
    case CONF_VERB_SPLIT:
        split(runner, verb->source);
        break;
    case CONF_VERB_UNSPLIT:
        return unsplit(runner, verb->source);
    case CONF_VERB_READ:
        return read_end(runner, thread, verb);
    case CONF_VERB_WRITE:
        return write_end(runner, thread, verb);
    case CONF_VERB_REGISTER:
    case CONF_VERB_REREGISTER:
    case CONF_VERB_DEREGISTER:
    case CONF_VERB_DROP:
    case CONF_VERB_POLL:
    case CONF_VERB_WAKE:
    case CONF_VERB_OPEN:
    case CONF_VERB_CONNECT:
    case CONF_VERB_DISCONNECT:
    case CONF_VERB_TAKE_ERROR:
    case CONF_VERB_JOIN:
    case CONF_VERB_ACCEPT:
    case CONF_VERB_PEEK:
    case CONF_VERB_READV:
    case CONF_VERB_WRITEV:
    case CONF_VERB_RECV_FROM:
    case CONF_VERB_SEND_TO:
    case CONF_VERB_OPTION:
    case CONF_VERB_ADDRESS:
    case CONF_VERB_URGENT:
    case CONF_VERB_READY:
    case CONF_VERB_COUNT:
        break;
    }
    return (struct conf_result){.status = CONF_DONE};
}
