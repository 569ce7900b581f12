#include "conformance/interpreter_poll.h"

#include "conformance/interpreter.h"
#include "conformance/scenario_words.h"

/* ---- registration ---- */

static bool uses_stream(const struct conf_runner *runner, const struct conf_verb *verb)
{
    return conf_kind_is_stream((enum conf_source_kind)runner->scenario->source[verb->source].kind);
}

struct conf_result conf_run_register(struct conf_runner *runner, struct conf_runner_thread *thread,
                                     const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];

    return (uses_stream(runner, verb) ? s->port->duplex_register : s->port->source_register)(
        s->object, runner->source[verb->poll].object, verb->token, verb->interest);
}

struct conf_result conf_run_reregister(struct conf_runner *runner,
                                       struct conf_runner_thread *thread,
                                       const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];

    return (uses_stream(runner, verb) ? s->port->duplex_reregister : s->port->source_reregister)(
        s->object, runner->source[verb->poll].object, verb->token, verb->interest);
}

struct conf_result conf_run_deregister(struct conf_runner *runner,
                                       struct conf_runner_thread *thread,
                                       const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];

    return (uses_stream(runner, verb) ? s->port->duplex_deregister : s->port->source_deregister)(
        s->object, runner->source[verb->poll].object);
}

/* ---- polls and wakers ---- */

uint64_t conf_poll_timeout(const struct conf_runner *runner, const struct conf_verb *verb)
{
    const struct conf_runner_source *s = &runner->source[verb->source];

    if (verb->timeout_ms != CONF_TIMEOUT_INFINITE) {
        return verb->timeout_ms * UINT64_C(1000000);
    }
    /* Without a waker nobody could end it. */
    return s->waker != CONF_NONE || s->private_waker != NULL ? CONF_WAIT_FOREVER : 0;
}

uint32_t conf_poll_events_max(const struct conf_verb *verb)
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

struct conf_result conf_run_poll(struct conf_runner *runner, struct conf_runner_thread *thread,
                                 const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    uint32_t max = conf_poll_events_max(verb);
    struct conf_result result =
        s->port->poll_wait(s->object, thread->event, max, conf_poll_timeout(runner, verb));
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

struct conf_result conf_run_wake(struct conf_runner *runner, struct conf_runner_thread *thread,
                                 const struct conf_verb *verb)
{
    return runner->source[verb->source].port->waker_wake(runner->source[verb->source].object);
}
