#include "conformance/interpreter.h"

#include "conformance/error_code.h"
#include "conformance/interpreter_pipe.h"
#include "conformance/interpreter_poll.h"
#include "conformance/interpreter_socket.h"
#include "conformance/interpreter_stream.h"
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

static void touch(struct conf_runner *runner, uint8_t source, bool change)
{
    runner->world->ops->touch(runner->world, source, change);
}

/* ---- what each verb does, without the lock; the sources are pinned and the begin is recorded ----
 */

static struct conf_result run_drop(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    if (uses_stream(runner, verb)) {
        conf_runner_lock(runner);
        touch(runner, verb->source, true);
        runner->source[verb->source].dropping = true;
        conf_runner_unlock(runner);
    }
    return (struct conf_result){.status = CONF_DONE};
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
    [CONF_VERB_REGISTER] = conf_run_register,
    [CONF_VERB_REREGISTER] = conf_run_reregister,
    [CONF_VERB_DEREGISTER] = conf_run_deregister,
    [CONF_VERB_DROP] = run_drop,
    [CONF_VERB_POLL] = conf_run_poll,
    [CONF_VERB_WAKE] = conf_run_wake,
    [CONF_VERB_OPEN] = conf_run_open,
    [CONF_VERB_CONNECT] = conf_run_connect,
    [CONF_VERB_DISCONNECT] = conf_run_disconnect,
    [CONF_VERB_READ] = conf_run_read,
    [CONF_VERB_WRITE] = conf_run_write,
    [CONF_VERB_TAKE_ERROR] = conf_run_take_error,
    [CONF_VERB_JOIN] = run_join,
    [CONF_VERB_POLL_READ] = conf_stream_run,
    [CONF_VERB_POLL_WRITE] = conf_stream_run,
    [CONF_VERB_POLL_WRITEV] = conf_stream_run,
    [CONF_VERB_FLUSH] = conf_stream_run,
    [CONF_VERB_SHUTDOWN] = conf_stream_run,
    [CONF_VERB_SPLIT] = conf_stream_run,
    [CONF_VERB_UNSPLIT] = conf_stream_run,
};

static struct conf_result run(struct conf_runner *runner, struct conf_runner_thread *thread,
                              const struct conf_verb *verb)
{
    if (verb->code != CONF_VERB_DROP && verb->code != CONF_VERB_JOIN) {
        if (conf_socket_runs(runner, verb->source)) {
            return conf_socket_run(runner, thread, verb);
        }
        if (uses_stream(runner, verb) && conf_verb_is_transfer((enum conf_verb_code)verb->code)) {
            return conf_stream_run(runner, thread, verb);
        }
    }
    return run_of[verb->code](runner, thread, verb);
}

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

/* Takes the place of a source that a verb is to bring to life; false if it has been there, or
 * somebody else is at it. */
static bool reserve(struct conf_runner *runner, uint8_t source)
{
    struct conf_runner_source *s = &runner->source[source];

    touch(runner, source, true);
    if (s->live || s->opening || s->dropping) {
        return false;
    }
    s->opening = true;
    s->pins++;
    return true;
}

static bool creates(const struct conf_runner *runner, const struct conf_verb *verb)
{
    return conf_verb_creates((enum conf_verb_code)verb->code,
                             (enum conf_source_kind)runner->scenario->source[verb->source].kind);
}

/* claim pins a source for the verb that drops it: others begin no more. Streams are different, they
 * are had by one verb at a time. */
static bool claim(struct conf_runner *runner, const struct conf_verb *verb)
{
    if (!conf_runner_pin(runner, verb->source)) {
        return false;
    }
    if (!uses_stream(runner, verb)) {
        touch(runner, verb->source, true);
        runner->source[verb->source].dropping = true; /* its own pin is the last, or it waits */
    }
    return true;
}

/* acquire pins what a verb needs; false: it is gone. */
static bool acquire(struct conf_runner *runner, struct conf_runner_thread *thread,
                    const struct conf_verb *verb)
{
    if (verb->code == CONF_VERB_JOIN) {
        return true;
    }
    if (creates(runner, verb)) {
        return reserve(runner, verb->source);
    }
    if (verb->code == CONF_VERB_ACCEPT && verb->other != CONF_NONE) {
        if (!conf_runner_pin(runner, verb->source)) {
            return false;
        }
        if (!reserve(runner, verb->other)) {
            conf_runner_unpin(runner, thread, verb->source);
            return false;
        }
        return true;
    }
    if (verb->code == CONF_VERB_UNSPLIT) {
        return pin_both(runner, thread, half_of(runner, verb, CONF_READ_HALF),
                        half_of(runner, verb, CONF_WRITE_HALF));
    }
    if (is_registration(verb)) {
        return pin_both(runner, thread, verb->source, verb->poll);
    }
    return verb->code == CONF_VERB_DROP ? claim(runner, verb)
                                        : conf_runner_pin(runner, verb->source);
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
    } else if (verb->code == CONF_VERB_ACCEPT && verb->other != CONF_NONE) {
        conf_runner_unpin(runner, thread, verb->other);
    }
}

/* ---- streams: one verb at a time ---- */

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
                                         : verb->other != CONF_NONE     ? verb->other
                                                                        : verb->task,
                                 .flags = flags,
                                 .a = is_registration(verb) ? verb->token : verb->size,
                                 .b = is_registration(verb) ? verb->interest : verb->how,
                                 .c = index};

    if (verb->code == CONF_VERB_POLL) {
        record.a = conf_poll_events_max(verb);
        record.b = conf_poll_timeout(runner, verb);
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
    if (quiet) { /* its port keeps what is under way in plain memory, which verbs share */
        runner->world->ops->quiet(runner->world, true);
        touch(runner, verb->source, true);
    }
    conf_runner_emit(runner, record);
    thread->woken = false;
    thread->sender = CONF_NONE;
    thread->code = verb->code;
    thread->source = verb->source;
    thread->makes = verb->code == CONF_VERB_ACCEPT ? verb->other : verb->source;
    thread->in_verb = true;
    if (verb->code == CONF_VERB_POLL) {
        started = runner->world->ops->now(runner->world);
    }
    conf_runner_unlock(runner);
    result = run(runner, thread, verb);
    conf_runner_lock(runner);
    thread->in_verb = false;
    record->kind = CONF_RECORD_END;
    record->word = (uint8_t)result.status;
    record->a = result.count;
    record->b = result.error;
    if (verb->code == CONF_VERB_RECV_FROM) {
        record->peer = thread->sender;
    }
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
        touch(runner, verb->source, true);
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
           (verb->poll != CONF_NONE && runner->source[verb->poll].fleeting) ||
           (verb->code == CONF_VERB_ACCEPT && runner->source[verb->other].fleeting);
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
