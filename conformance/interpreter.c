#include "conformance/interpreter.h"

#include "conformance/error_code.h"
#include "conformance/interpreter_stream.h"
#include "conformance/payload.h"
#include "conformance/scenario_words.h"

void conf_runner_emit(struct conf_runner *runner, const struct conf_record *record)
{
    uint32_t seq = runner->world->ops->note(runner->world, record);
    const struct conf_finding *finding = conf_judge_see(&runner->judge, record, seq);

    if (finding != NULL) {
        runner->world->ops->report(runner->world, finding);
    }
}

static bool is_raw(const struct conf_runner *runner, uint8_t source)
{
    return conf_kind_is_raw((enum conf_source_kind)runner->scenario->source[source].kind);
}

static bool uses_stream(const struct conf_runner *runner, const struct conf_verb *verb)
{
    return verb->source != CONF_NONE &&
           conf_kind_is_stream((enum conf_source_kind)runner->scenario->source[verb->source].kind);
}

/* ---- pins and drops ---- */

/* Pins come and go in any order; whether the source is there is what others can see. */
static void touch(struct conf_runner *runner, uint8_t source, bool change)
{
    runner->world->ops->touch(runner->world, source, change);
}

bool conf_runner_pin(struct conf_runner *runner, uint8_t source)
{
    struct conf_runner_source *s = &runner->source[source];

    touch(runner, source, false);
    if (!s->live || s->dropping) {
        return false;
    }
    s->pins++;
    return true;
}

static void drop_now(struct conf_runner *runner, struct conf_runner_thread *thread, uint8_t source)
{
    struct conf_runner_source *s = &runner->source[source];
    struct conf_record record = {.kind = CONF_RECORD_DROP_BEGIN,
                                 .thread = thread->index,
                                 .source = source,
                                 .peer = CONF_NONE};

    conf_runner_emit(runner, &record);
    touch(runner, source, true);
    s->live = false;
    thread->code = CONF_VERB_DROP;
    thread->source = source;
    thread->in_verb = true;
    conf_runner_unlock(runner);
    switch ((enum conf_source_kind)runner->scenario->source[source].kind) {
    case CONF_POLL:
        s->port->poll_drop(s->object);
        break;
    case CONF_WAKER:
        s->port->waker_drop(s->object);
        break;
    case CONF_PIPE_SERVER:
    case CONF_PIPE_CLIENT:
        s->port->source_drop(s->object);
        break;
    case CONF_RAW_PIPE_SERVER:
    case CONF_RAW_PIPE_CLIENT:
        runner->world->ops->quiet(runner->world, true);
        s->port->source_drop(s->object);
        runner->world->ops->quiet(runner->world, false);
        break;
    case CONF_SIMPLEX:
    case CONF_DUPLEX:
    case CONF_READ_HALF:
    case CONF_WRITE_HALF:
        conf_stream_drop(runner, source);
        break;
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
    conf_runner_lock(runner);
    thread->in_verb = false;
    record.kind = CONF_RECORD_DROP_END;
    conf_runner_emit(runner, &record);
}

void conf_runner_unpin(struct conf_runner *runner, struct conf_runner_thread *thread,
                       uint8_t source)
{
    struct conf_runner_source *s = &runner->source[source];

    touch(runner, source, s->dropping);
    if (--s->pins == 0 && s->dropping) {
        drop_now(runner, thread, source);
    }
}

/* ---- what each verb does, without the lock; the sources are pinned and the begin is recorded ----
 */

static struct conf_result run_register(struct conf_runner *runner,
                                       struct conf_runner_thread *thread,
                                       const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];

    return (uses_stream(runner, verb) ? s->port->duplex_register : s->port->source_register)(
        s->object, runner->source[verb->poll].object, verb->token, verb->interest);
}

static struct conf_result run_reregister(struct conf_runner *runner,
                                         struct conf_runner_thread *thread,
                                         const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];

    return (uses_stream(runner, verb) ? s->port->duplex_reregister : s->port->source_reregister)(
        s->object, runner->source[verb->poll].object, verb->token, verb->interest);
}

static struct conf_result run_deregister(struct conf_runner *runner,
                                         struct conf_runner_thread *thread,
                                         const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];

    return (uses_stream(runner, verb) ? s->port->duplex_deregister : s->port->source_deregister)(
        s->object, runner->source[verb->poll].object);
}

static struct conf_result run_drop(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    conf_runner_lock(runner);
    touch(runner, verb->source, true);
    runner->source[verb->source].dropping = true; /* the verb's own pin is the last, or it waits */
    conf_runner_unlock(runner);
    return (struct conf_result){.status = CONF_DONE};
}

static uint64_t timeout_of(const struct conf_runner *runner, const struct conf_verb *verb)
{
    const struct conf_runner_source *s = &runner->source[verb->source];

    if (verb->timeout_ms != CONF_TIMEOUT_INFINITE) {
        return verb->timeout_ms * UINT64_C(1000000);
    }
    /* Without a waker nobody could end it. */
    return s->waker != CONF_NONE || s->private_waker != NULL ? CONF_WAIT_FOREVER : 0;
}

static uint32_t events_max(const struct conf_verb *verb)
{
    return verb->size == 0 || verb->size > CONF_EVENTS_MAX ? CONF_EVENTS_MAX : verb->size;
}

/* is_private tells whether an event is that of a wake of the runner's own, and uses it up. A wake
 * of the scenario that came since may have been merged with it; then the event is the scenario's.
 */
static bool is_private(struct conf_runner *runner, uint8_t poll, uint64_t token)
{
    struct conf_runner_source *s = &runner->source[poll];
    uint64_t own =
        s->waker == CONF_NONE ? runner->private_token : runner->scenario->source[s->waker].token;

    if (s->private_wakes == 0 || token != own ||
        (s->waker != CONF_NONE && runner->judge.model.source[s->waker].wakes != s->wakes_before)) {
        return false;
    }
    s->private_wakes = 0;
    return true;
}

static struct conf_result run_poll(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    uint32_t max = events_max(verb);
    struct conf_result result =
        s->port->poll_wait(s->object, thread->event, max, timeout_of(runner, verb));
    uint64_t kept = 0;

    if (result.status != CONF_DONE) {
        return result;
    }
    conf_runner_lock(runner);
    for (uint64_t i = 0; i < result.count && i < max; i++) {
        struct conf_record record = {.kind = CONF_RECORD_EVENT,
                                     .thread = thread->index,
                                     .source = verb->source,
                                     .peer = CONF_NONE,
                                     .a = thread->event[i].token,
                                     .b = thread->event[i].flags};
        if (is_private(runner, verb->source, record.a)) {
            thread->woken = true;
            continue;
        }
        kept++;
        runner->polled++;
        conf_runner_emit(runner, &record);
    }
    conf_runner_unlock(runner);
    result.count = kept;
    return result;
}

static struct conf_result run_wake(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    return runner->source[verb->source].port->waker_wake(runner->source[verb->source].object);
}

static struct conf_result run_open(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    const struct conf_source *declared = &runner->scenario->source[verb->source];
    struct conf_runner_source *s = &runner->source[verb->source];
    uint32_t flags = (declared->mode == CONF_PIPE_MESSAGE ? CONF_PIPE_FLAG_MESSAGE : 0) |
                     (declared->blocking ? CONF_PIPE_FLAG_BLOCKING : 0);
    struct conf_result result =
        s->port->pipe_client_open(runner->scenario->pipe_name[declared->pipe], flags, &s->object);

    conf_runner_lock(runner);
    touch(runner, verb->source, true);
    s->opening = false;
    s->live = result.status == CONF_DONE;
    conf_runner_unlock(runner);
    return result;
}

static struct conf_result run_connect(struct conf_runner *runner, struct conf_runner_thread *thread,
                                      const struct conf_verb *verb)
{
    return runner->source[verb->source].port->pipe_connect(runner->source[verb->source].object);
}

static struct conf_result run_disconnect(struct conf_runner *runner,
                                         struct conf_runner_thread *thread,
                                         const struct conf_verb *verb)
{
    return runner->source[verb->source].port->pipe_disconnect(runner->source[verb->source].object);
}

static void check_payload(struct conf_runner *runner, struct conf_runner_thread *thread,
                          uint8_t source, uint64_t size)
{
    struct conf_record record = {.thread = thread->index, .source = source, .peer = CONF_NONE};
    struct conf_payload_report report;

    conf_runner_lock(runner);
    report = conf_payload_check(&runner->judge.model, source, thread->bytes, (size_t)size);
    if (report.bound) {
        record.kind = CONF_RECORD_BOUND;
        record.peer = report.writer;
        record.a = report.epoch;
        conf_runner_emit(runner, &record);
    } else if (report.mismatch) {
        record.kind = CONF_RECORD_MISMATCH;
        record.code = (uint8_t)report.kind;
        record.a = report.offset;
        record.b = (uint64_t)report.expected << 8 | report.got;
        conf_runner_emit(runner, &record);
    }
    conf_runner_unlock(runner);
}

static struct conf_result run_read(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    struct conf_result result;

    if (uses_stream(runner, verb)) {
        return conf_stream_run(runner, thread, verb);
    }
    result = s->port->source_read(s->object, thread->bytes, verb->size);

    if (result.status == CONF_DONE) {
        if (result.count > verb->size) {
            result.count = verb->size;
        }
        check_payload(runner, thread, verb->source, result.count);
    }
    return result;
}

static struct conf_result run_write(struct conf_runner *runner, struct conf_runner_thread *thread,
                                    const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    const struct conf_stream *stream;
    uint32_t epoch;
    uint64_t accepted;

    if (uses_stream(runner, verb)) {
        return conf_stream_run(runner, thread, verb);
    }
    conf_runner_lock(runner);
    epoch = runner->judge.model.source[verb->source].epoch;
    stream = conf_stream_find(&runner->judge.model.streams, verb->source, epoch);
    accepted = stream != NULL ? stream->accepted : 0;
    conf_runner_unlock(runner);
    conf_payload_fill(thread->bytes, verb->size, verb->source, epoch, accepted);
    return s->port->source_write(s->object, thread->bytes, verb->size);
}

static struct conf_result run_take_error(struct conf_runner *runner,
                                         struct conf_runner_thread *thread,
                                         const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    struct conf_result result = s->port->source_take_error(s->object);

    if (result.status == CONF_DONE) {
        result.count = result.error;
        result.error = 0;
    }
    return result;
}

/* No circle of joins is legal. */
static struct conf_result run_join(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    runner->world->ops->join(runner->world, runner->thread[verb->target].id);
    return (struct conf_result){.status = CONF_DONE};
}

static struct conf_result (*const run_of[CONF_VERB_COUNT])(struct conf_runner *,
                                                           struct conf_runner_thread *,
                                                           const struct conf_verb *) = {
    [CONF_VERB_REGISTER] = run_register,
    [CONF_VERB_REREGISTER] = run_reregister,
    [CONF_VERB_DEREGISTER] = run_deregister,
    [CONF_VERB_DROP] = run_drop,
    [CONF_VERB_POLL] = run_poll,
    [CONF_VERB_WAKE] = run_wake,
    [CONF_VERB_OPEN] = run_open,
    [CONF_VERB_CONNECT] = run_connect,
    [CONF_VERB_DISCONNECT] = run_disconnect,
    [CONF_VERB_READ] = run_read,
    [CONF_VERB_WRITE] = run_write,
    [CONF_VERB_TAKE_ERROR] = run_take_error,
    [CONF_VERB_JOIN] = run_join,
    [CONF_VERB_POLL_READ] = conf_stream_run,
    [CONF_VERB_POLL_WRITE] = conf_stream_run,
    [CONF_VERB_POLL_WRITEV] = conf_stream_run,
    [CONF_VERB_FLUSH] = conf_stream_run,
    [CONF_VERB_SHUTDOWN] = conf_stream_run,
    [CONF_VERB_SPLIT] = conf_stream_run,
    [CONF_VERB_UNSPLIT] = conf_stream_run,
};

/* ---- one verb ---- */

static bool is_registration(const struct conf_verb *verb)
{
    return verb->code == CONF_VERB_REGISTER || verb->code == CONF_VERB_REREGISTER ||
           verb->code == CONF_VERB_DEREGISTER;
}

static uint8_t half_of(const struct conf_runner *runner, const struct conf_verb *verb,
                       enum conf_source_kind kind)
{
    return conf_stream_half(runner, verb->source, kind);
}

static bool pin_both(struct conf_runner *runner, struct conf_runner_thread *thread, uint8_t first,
                     uint8_t second)
{
    if (!conf_runner_pin(runner, first)) {
        return false;
    }
    if (!conf_runner_pin(runner, second)) {
        conf_runner_unpin(runner, thread, first);
        return false;
    }
    return true;
}

/* acquire pins what a verb needs; false: it is gone. */
static bool acquire(struct conf_runner *runner, struct conf_runner_thread *thread,
                    const struct conf_verb *verb)
{
    struct conf_runner_source *s;

    if (verb->code == CONF_VERB_JOIN) {
        return true;
    }
    s = &runner->source[verb->source];
    if (verb->code == CONF_VERB_OPEN) {
        touch(runner, verb->source, true);
        if (s->live || s->opening || s->dropping) {
            return false;
        }
        s->opening = true;
        s->pins++;
        return true;
    }
    if (verb->code == CONF_VERB_UNSPLIT) {
        return pin_both(runner, thread, half_of(runner, verb, CONF_READ_HALF),
                        half_of(runner, verb, CONF_WRITE_HALF));
    }
    if (is_registration(verb)) {
        return pin_both(runner, thread, verb->source, verb->poll);
    }
    return conf_runner_pin(runner, verb->source);
}

static void release(struct conf_runner *runner, struct conf_runner_thread *thread,
                    const struct conf_verb *verb)
{
    if (verb->code == CONF_VERB_JOIN) {
        return;
    }
    if (verb->code == CONF_VERB_UNSPLIT) {
        conf_runner_unpin(runner, thread, half_of(runner, verb, CONF_READ_HALF));
        conf_runner_unpin(runner, thread, half_of(runner, verb, CONF_WRITE_HALF));
        return;
    }
    conf_runner_unpin(runner, thread, verb->source);
    if (is_registration(verb)) {
        conf_runner_unpin(runner, thread, verb->poll);
    }
}

/* ---- streams: one verb at a time ---- */

void conf_runner_enter_alone(struct conf_runner *runner, uint8_t source)
{
    if (runner->source[source].contended) {
        conf_runner_unlock(runner);
        runner->world->ops->enter(runner->world, source);
        conf_runner_lock(runner);
    }
    runner->world->ops->touch(runner->world, source, true);
    runner->source[source].busy = true;
}

void conf_runner_leave_alone(struct conf_runner *runner, uint8_t source)
{
    runner->world->ops->touch(runner->world, source, true);
    runner->source[source].busy = false;
    if (runner->source[source].contended) {
        runner->world->ops->leave(runner->world, source);
    }
}

/* A verb on a stream has it to itself, and unsplit has both halves. */
static void enter_stream(struct conf_runner *runner, const struct conf_verb *verb)
{
    if (verb->code != CONF_VERB_UNSPLIT) {
        conf_runner_enter_alone(runner, verb->source);
        return;
    }
    conf_runner_enter_alone(runner, half_of(runner, verb, CONF_READ_HALF));
    conf_runner_enter_alone(runner, half_of(runner, verb, CONF_WRITE_HALF));
}

static void leave_stream(struct conf_runner *runner, const struct conf_verb *verb)
{
    if (verb->code != CONF_VERB_UNSPLIT) {
        conf_runner_leave_alone(runner, verb->source);
        return;
    }
    conf_runner_leave_alone(runner, half_of(runner, verb, CONF_WRITE_HALF));
    conf_runner_leave_alone(runner, half_of(runner, verb, CONF_READ_HALF));
}

/* Tells whether a stream is still there for a verb that had to wait for it. What is being dropped
 * may be used, but not split or put together. */
static bool is_still_there(const struct conf_runner *runner, const struct conf_verb *verb)
{
    const struct conf_runner_source *s = &runner->source[verb->source];
    const struct conf_runner_source *reader, *writer;

    if (verb->code == CONF_VERB_SPLIT) {
        return s->live && !s->dropping;
    }
    if (verb->code != CONF_VERB_UNSPLIT) {
        return s->live;
    }
    reader = &runner->source[half_of(runner, verb, CONF_READ_HALF)];
    writer = &runner->source[half_of(runner, verb, CONF_WRITE_HALF)];
    return reader->live && writer->live && !reader->dropping && !writer->dropping;
}

/* count_endless lets go of the waker that ended idle polls after the last of them. */
static void count_endless(struct conf_runner *runner, struct conf_runner_thread *thread,
                          const struct conf_verb *verb)
{
    struct conf_runner_source *s;

    if (verb->code != CONF_VERB_POLL || verb->timeout_ms != CONF_TIMEOUT_INFINITE) {
        return;
    }
    s = &runner->source[verb->source];
    if (--s->endless == 0 && s->waker != CONF_NONE) {
        conf_runner_unpin(runner, thread, s->waker);
        s->waker = CONF_NONE;
    }
}

static struct conf_record begin_record(const struct conf_runner *runner,
                                       const struct conf_runner_thread *thread,
                                       const struct conf_verb *verb, uint32_t index, uint8_t flags)
{
    struct conf_record record = {.kind = CONF_RECORD_BEGIN,
                                 .code = verb->code,
                                 .thread = thread->index,
                                 .source = verb->source,
                                 .peer = is_registration(verb)          ? verb->poll
                                         : verb->code == CONF_VERB_JOIN ? verb->target
                                                                        : verb->task,
                                 .flags = flags,
                                 .a = is_registration(verb) ? verb->token : verb->size,
                                 .b = verb->interest,
                                 .c = index};

    if (verb->code == CONF_VERB_POLL) {
        record.a = events_max(verb);
        record.b = timeout_of(runner, verb);
    }
    return record;
}

static enum conf_word run_pinned(struct conf_runner *runner, struct conf_runner_thread *thread,
                                 const struct conf_verb *verb, struct conf_record *record)
{
    bool alone = is_registration(verb) && !uses_stream(runner, verb) &&
                 runner->source[verb->source].contended;
    bool quiet = verb->source != CONF_NONE && is_raw(runner, verb->source);
    uint64_t started = 0;
    struct conf_result result;

    if (alone) {
        conf_runner_unlock(runner);
        runner->world->ops->enter(runner->world, verb->source);
        conf_runner_lock(runner);
    }
    if (quiet) {
        runner->world->ops->quiet(runner->world, true);
    }
    conf_runner_emit(runner, record);
    thread->woken = false;
    thread->code = verb->code;
    thread->source = verb->source;
    thread->in_verb = true;
    if (verb->code == CONF_VERB_POLL) {
        started = runner->world->ops->now(runner->world);
    }
    conf_runner_unlock(runner);
    result = run_of[verb->code](runner, thread, verb);
    conf_runner_lock(runner);
    thread->in_verb = false;
    record->kind = CONF_RECORD_END;
    record->word = (uint8_t)result.status;
    record->a = result.count;
    record->b = result.error;
    if (thread->woken && result.count == 0) {
        record->word = CONF_WORD_IDLE;
    } else if (result.status == CONF_FAILED && result.error == CONF_ERROR_OPERATION_ABORTED &&
               verb->source != CONF_NONE && runner->scenario->source[verb->source].blocking) {
        record->word = CONF_WORD_IDLE;
    }
    if (verb->code == CONF_VERB_POLL && result.status == CONF_DONE) {
        record->b = runner->world->ops->now(runner->world) - started;
    }
    conf_runner_emit(runner, record);
    if (quiet) {
        runner->world->ops->quiet(runner->world, false);
    }
    if (alone) {
        runner->world->ops->leave(runner->world, verb->source);
    }
    return (enum conf_word)record->word;
}

static enum conf_word end_gone(struct conf_runner *runner, struct conf_record *record)
{
    record->kind = CONF_RECORD_END;
    record->word = CONF_WORD_GONE;
    record->a = 0;
    record->b = 0;
    conf_runner_emit(runner, record);
    return CONF_WORD_GONE;
}

/* is_fleeting tells whether it is up to the other threads if a verb finds its sources. */
static bool is_fleeting(const struct conf_runner *runner, const struct conf_verb *verb)
{
    return (verb->source != CONF_NONE && runner->source[verb->source].fleeting) ||
           (verb->poll != CONF_NONE && runner->source[verb->poll].fleeting);
}

enum conf_word conf_interpret(struct conf_runner *runner, struct conf_runner_thread *thread,
                              const struct conf_verb *verb, uint32_t index, uint8_t flags)
{
    struct conf_record record;
    enum conf_word word;

    if (index > 0 && is_fleeting(runner, verb) && runner->world->ops->yield != NULL) {
        runner->world->ops->yield(runner->world);
    }
    conf_runner_lock(runner);
    record = begin_record(runner, thread, verb, index, flags);
    if (!acquire(runner, thread, verb)) {
        word = end_gone(runner, &record);
    } else {
        bool alone = uses_stream(runner, verb);
        if (alone) {
            enter_stream(runner, verb);
        }
        word = !alone || is_still_there(runner, verb) ? run_pinned(runner, thread, verb, &record)
                                                      : end_gone(runner, &record);
        if (alone) {
            leave_stream(runner, verb);
        }
        release(runner, thread, verb);
    }
    if (index > 0) {
        count_endless(runner, thread, verb);
    }
    conf_runner_unlock(runner);
    return word;
}
