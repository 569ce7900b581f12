/* Pins on sources, and the drops that wait for the last one. */
#include "conformance/interpreter.h"

#include "conformance/interpreter_socket.h"
#include "conformance/interpreter_stream.h"
#include "conformance/scenario_words.h"

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

/* Gives the object of a source back to its port. Without the lock. */
static void drop_object(struct conf_runner *runner, uint8_t source)
{
    struct conf_runner_source *s = &runner->source[source];
    enum conf_source_kind kind = (enum conf_source_kind)runner->scenario->source[source].kind;
    bool quiet = conf_kind_is_raw(kind);

    if (quiet) {
        runner->world->ops->quiet(runner->world, true);
    }
    if (kind == CONF_POLL) {
        s->port->poll_drop(s->object);
    } else if (kind == CONF_WAKER) {
        s->port->waker_drop(s->object);
    } else if (conf_kind_is_stream(kind)) {
        conf_stream_drop(runner, source);
    } else if (conf_socket_runs(runner, source)) {
        conf_socket_drop(runner, source);
    } else {
        s->port->source_drop(s->object);
    }
    if (quiet) {
        runner->world->ops->quiet(runner->world, false);
    }
}

void conf_runner_born(struct conf_runner *runner, uint8_t source, bool lives)
{
    conf_runner_lock(runner);
    touch(runner, source, true);
    runner->source[source].opening = false;
    runner->source[source].live = lives;
    conf_runner_unlock(runner);
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
    thread->makes = source;
    thread->in_verb = true;
    conf_runner_unlock(runner);
    drop_object(runner, source);
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
    if (--s->pins != 0 || !s->dropping) {
        return;
    }
    if (s->live) {
        drop_now(runner, thread, source);
    } else {
        s->dropping = false; /* split or put together meanwhile: there is nothing to drop */
    }
}

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
