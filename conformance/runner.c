#include "conformance/runner.h"

#include "conformance/interpreter.h"
#include "conformance/runner_part.h"

#include <stdlib.h>

struct conf_runner *conf_runner_create(void)
{
    return calloc(1, sizeof(struct conf_runner));
}

void conf_runner_destroy(struct conf_runner *runner)
{
    free(runner);
}

const struct conf_finding *conf_runner_finding(const struct conf_runner *runner)
{
    return runner->judge.finding.oracle != NULL ? &runner->judge.finding : NULL;
}

enum conf_word conf_runner_word(const struct conf_runner *runner, uint8_t label)
{
    return (enum conf_word)runner->judge.label_word[label];
}

/* ---- threads ---- */

static void run_thread(void *argument)
{
    struct conf_runner_thread *thread = argument;
    struct conf_runner *runner = thread->runner;
    const struct conf_scenario *scenario = runner->scenario;

    for (unsigned i = scenario->thread_first[thread->index];
         i < scenario->thread_first[thread->index + 1]; i++) {
        conf_interpret(runner, thread, &scenario->verb[i], i + 1, 0);
    }
    conf_runner_lock(runner);
    thread->finished = true;
    conf_runner_unlock(runner);
}

static void emit_plain(struct conf_runner *runner, enum conf_record_kind kind, uint8_t thread,
                       uint8_t source, uint8_t code, uint64_t a, uint64_t b)
{
    struct conf_record record = {.kind = (uint16_t)kind,
                                 .code = code,
                                 .thread = thread,
                                 .source = source,
                                 .peer = CONF_NONE,
                                 .a = a,
                                 .b = b};

    conf_runner_emit(runner, &record);
}

/* end_poll ends an idle poll by a wake. It returns false when that was tried before. */
static bool end_poll(struct conf_runner *runner, const struct conf_runner_thread *thread)
{
    struct conf_runner_source *s = &runner->source[thread->source];
    void *waker = s->waker != CONF_NONE ? runner->source[s->waker].object : s->private_waker;
    bool woken;

    if (s->private_wakes > 0 || waker == NULL) {
        return false;
    }
    emit_plain(runner, CONF_RECORD_IDLE, thread->index, thread->source, CONF_VERB_POLL, 0, 0);
    s->private_wakes++;
    if (s->waker != CONF_NONE) {
        s->wakes_before = runner->judge.model.source[s->waker].wakes;
    }
    conf_runner_unlock(runner);
    runner->world->ops->quiet(runner->world, true);
    woken = s->port->waker_wake(waker).status == CONF_DONE;
    runner->world->ops->quiet(runner->world, false);
    conf_runner_lock(runner);
    return woken;
}

static bool is_blocking_transfer(const struct conf_runner *runner,
                                 const struct conf_runner_thread *thread)
{
    return thread->in_verb && thread->source != CONF_NONE &&
           runner->scenario->source[thread->source].blocking &&
           (thread->code == CONF_VERB_READ || thread->code == CONF_VERB_WRITE ||
            thread->code == CONF_VERB_CONNECT);
}

/* end_idle ends one idle verb; false when there is none. Interrupting a blocking transfer ends the
 * one of its source that has the turn, whichever thread that is; its source must not go meanwhile,
 * so that is done under the lock (the plain handles tell nobody). */
static bool end_idle(struct conf_runner *runner)
{
    for (unsigned i = 0; i < runner->scenario->thread_count; i++) {
        struct conf_runner_thread *thread = &runner->thread[i];
        if (thread->in_verb && thread->code == CONF_VERB_POLL && end_poll(runner, thread)) {
            return true;
        }
    }
    for (unsigned i = 0; i < runner->scenario->thread_count; i++) {
        struct conf_runner_thread *thread = &runner->thread[i];
        if (is_blocking_transfer(runner, thread) &&
            runner->interrupts++ < runner->scenario->verb_count) {
            emit_plain(runner, CONF_RECORD_IDLE, thread->index, thread->source, thread->code, 0, 0);
            runner->source[thread->source].port->source_interrupt(
                runner->source[thread->source].object);
            return true;
        }
    }
    return false;
}

/* find_stuck returns a thread that can never go on: one in a verb that should not block, if there
 * is one, else a poll that a wake did not end. */
static const struct conf_runner_thread *find_stuck(const struct conf_runner *runner)
{
    const struct conf_runner_thread *found = NULL;

    for (unsigned i = 0; i < runner->scenario->thread_count; i++) {
        const struct conf_runner_thread *thread = &runner->thread[i];
        if (thread->finished || !thread->in_verb || thread->code == CONF_VERB_JOIN) {
            continue;
        }
        if (thread->code != CONF_VERB_POLL) {
            return thread;
        }
        found = found != NULL ? found : thread;
    }
    return found;
}

/* run_threads returns false when some thread is blocked for ever. */
static bool run_threads(struct conf_runner *runner)
{
    const struct conf_scenario *scenario = runner->scenario;
    bool all = false;

    for (unsigned i = 0; i < scenario->thread_count; i++) {
        runner->thread[i].id = runner->world->ops->spawn(runner->world, scenario->thread_name[i],
                                                         run_thread, &runner->thread[i]);
    }
    while (!all) {
        runner->world->ops->settle(runner->world);
        conf_runner_lock(runner);
        all = true;
        for (unsigned i = 0; i < scenario->thread_count; i++) {
            all = all && runner->thread[i].finished;
        }
        if (!all && !end_idle(runner)) {
            const struct conf_runner_thread *stuck = find_stuck(runner);
            if (stuck != NULL) {
                emit_plain(runner, CONF_RECORD_STUCK, stuck->index, stuck->source, stuck->code, 0,
                           0);
            }
            conf_runner_unlock(runner);
            return false;
        }
        conf_runner_unlock(runner);
    }
    return true;
}

void conf_runner_run(struct conf_runner *runner, struct conf_world *world,
                     const struct conf_port *port, const struct conf_scenario *scenario)
{
    uint64_t references, in_flight;

    conf_runner_begin(runner, world, port, scenario);
    if ((port->capabilities & CONF_CAN_OBSERVE) != 0) {
        port->observe(conf_runner_observe, runner);
    }
    port->begin();
    conf_runner_create_sources(runner);
    conf_runner_prepare_wakers(runner);
    if (!run_threads(runner)) {
        return;
    }
    world->ops->quiet(world, true);
    conf_runner_settle_polls(runner);
    conf_ledger_sum(&runner->ledger, world, &references, &in_flight);
    emit_plain(runner, CONF_RECORD_SETTLED, CONF_CONTROLLER, CONF_NONE, 0, references, in_flight);
    conf_runner_probe(runner);
    conf_runner_probe_streams(runner);
    conf_runner_drain(runner);
    conf_runner_drain_streams(runner);
    world->ops->quiet(world, false);
    conf_runner_drop_all(runner);
    world->ops->settle(world);
    conf_ledger_sum(&runner->ledger, world, &references, &in_flight);
    emit_plain(runner, CONF_RECORD_LEFT, CONF_CONTROLLER, CONF_NONE, 0, port->end(), references);
}
