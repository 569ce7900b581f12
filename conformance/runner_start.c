/* The start of an execution: what the runner wants to know of the program, and the sources that are
 * declared. */
#include "conformance/runner_part.h"

#include "conformance/interpreter.h"
#include "conformance/interpreter_socket.h"
#include "conformance/interpreter_stream.h"
#include "conformance/scenario_words.h"

#include <string.h>

static bool stepped(void *context, uint8_t thread, uint32_t from, uint32_t to)
{
    struct conf_runner *runner = context;

    return runner->world->ops->stepped(runner->world, thread, from, to);
}

/* maker_of returns the source in whose creation or verb an observation is made, as far as the world
 * can tell. */
static uint8_t maker_of(const struct conf_runner *runner)
{
    const struct conf_world_ops *ops = runner->world->ops;
    uint8_t self = ops->self == NULL ? CONF_CONTROLLER : ops->self(runner->world);

    if (self == CONF_CONTROLLER) {
        return runner->creating;
    }
    return runner->thread[self].in_verb ? runner->thread[self].makes : CONF_NONE;
}

void conf_runner_observe(void *context, const struct conf_observation *observation)
{
    struct conf_runner *runner = context;
    struct conf_record record = {.source = CONF_NONE, .peer = CONF_NONE, .thread = CONF_NONE};

    conf_runner_lock(runner);
    if (conf_ledger_enter(&runner->ledger, runner->world, runner->port, observation,
                          observation->kind == CONF_OBSERVE_CREATE ? maker_of(runner) : CONF_NONE,
                          &record)) {
        conf_runner_emit(runner, &record);
    }
    conf_runner_unlock(runner);
}

static bool uses_token(const struct conf_scenario *scenario, uint64_t token)
{
    for (unsigned i = 0; i < scenario->verb_count; i++) {
        if (scenario->verb[i].token == token) {
            return true;
        }
    }
    return false;
}

/* Verbs that no other verb on their source overlaps: registrations, and all on streams in memory.
 */
static bool uses_alone(const struct conf_scenario *scenario, const struct conf_verb *verb)
{
    return verb->code == CONF_VERB_REGISTER || verb->code == CONF_VERB_REREGISTER ||
           verb->code == CONF_VERB_DEREGISTER ||
           (verb->source != CONF_NONE &&
            conf_kind_is_stream((enum conf_source_kind)scenario->source[verb->source].kind));
}

static void look_at_user(struct conf_runner *runner, uint8_t user[CONF_SOURCES_MAX], uint8_t source,
                         uint8_t thread)
{
    if (user[source] != CONF_NONE && user[source] != thread) {
        runner->source[source].contended = true;
    }
    user[source] = thread;
}

static bool creates(const struct conf_scenario *scenario, const struct conf_verb *verb)
{
    return verb->source != CONF_NONE &&
           conf_verb_creates((enum conf_verb_code)verb->code,
                             (enum conf_source_kind)scenario->source[verb->source].kind);
}

/* Which sources come or go while another thread uses them. */
static void look_at_lives(struct conf_runner *runner)
{
    const struct conf_scenario *scenario = runner->scenario;
    uint32_t users[CONF_SOURCES_MAX] = {0}, changers[CONF_SOURCES_MAX] = {0}; /* a bit a thread */

    for (unsigned i = 0; i < scenario->verb_count; i++) {
        const struct conf_verb *verb = &scenario->verb[i];
        uint32_t thread = UINT32_C(1) << verb->thread;
        if (verb->source != CONF_NONE) {
            users[verb->source] |= thread;
        }
        if (verb->poll != CONF_NONE) {
            users[verb->poll] |= thread;
        }
        if (verb->code == CONF_VERB_DROP || creates(scenario, verb)) {
            changers[verb->source] |= thread;
        }
        if (verb->code == CONF_VERB_ACCEPT) {
            users[verb->other] |= thread;
            changers[verb->other] |= thread;
        }
    }
    for (unsigned i = 0; i < scenario->source_count; i++) {
        bool by_one = (users[i] & (users[i] - 1)) == 0;
        runner->source[i].fleeting = changers[i] != 0 && !by_one;
    }
}

/* Facts about the program that the runner needs before it starts. */
static void look_at_verbs(struct conf_runner *runner)
{
    const struct conf_scenario *scenario = runner->scenario;
    uint8_t user[CONF_SOURCES_MAX];

    memset(user, CONF_NONE, sizeof(user));
    for (unsigned i = 0; i < scenario->verb_count; i++) {
        const struct conf_verb *verb = &scenario->verb[i];
        if (uses_alone(scenario, verb)) {
            look_at_user(runner, user, verb->source, verb->thread);
        }
        if (verb->code == CONF_VERB_UNSPLIT) {
            uint8_t reader = conf_stream_half(runner, verb->source, CONF_READ_HALF);
            uint8_t writer = conf_stream_half(runner, verb->source, CONF_WRITE_HALF);
            look_at_user(runner, user, reader, verb->thread);
            look_at_user(runner, user, writer, verb->thread);
            runner->source[reader].rejoined = true;
            runner->source[writer].rejoined = true;
        } else if (verb->code == CONF_VERB_POLL) {
            runner->source[verb->source].endless += verb->timeout_ms == CONF_TIMEOUT_INFINITE;
        }
    }
    for (unsigned i = 0; i < scenario->source_count; i++) {
        if (scenario->source[i].kind == CONF_TASK && scenario->source[i].of != CONF_NONE) {
            runner->source[scenario->source[i].of].contended = true; /* from any thread */
        }
    }
}

void conf_runner_begin(struct conf_runner *runner, struct conf_world *world,
                       const struct conf_port *port, const struct conf_scenario *scenario)
{
    runner->world = world;
    runner->port = port;
    runner->scenario = scenario;
    runner->polled = 0;
    runner->interrupts = 0;
    runner->has_sockets = false;
    runner->creating = CONF_NONE;
    conf_judge_begin(&runner->judge, scenario, port, stepped, runner);
    runner->judge.guesses_rest = world->ops->lock != NULL; /* its threads run at the same time */
    conf_ledger_begin(&runner->ledger);
    memset(runner->source, 0, scenario->source_count * sizeof(runner->source[0]));
    for (unsigned i = 0; i < scenario->source_count; i++) {
        bool raw = conf_kind_is_raw((enum conf_source_kind)scenario->source[i].kind);
        runner->source[i].port = raw ? world->raw : port;
        runner->source[i].waker = CONF_NONE;
        runner->has_sockets = runner->has_sockets ||
                              conf_kind_is_socket((enum conf_source_kind)scenario->source[i].kind);
    }
    for (unsigned i = 0; i <= CONF_THREADS_MAX; i++) {
        struct conf_runner_thread *thread = &runner->thread[i];
        thread->runner = runner;
        thread->index = i == CONF_THREADS_MAX ? CONF_CONTROLLER : (uint8_t)i;
        thread->finished = false;
        thread->in_verb = false;
        thread->depth = 0; /* the last execution may have ended inside a task */
    }
    look_at_lives(runner);
    look_at_verbs(runner);
    conf_stream_tasks_begin(runner);
}

static struct conf_result create_object(struct conf_runner *runner, uint8_t index)
{
    const struct conf_source *declared = &runner->scenario->source[index];
    struct conf_runner_source *s = &runner->source[index];
    uint32_t flags = (declared->mode == CONF_PIPE_MESSAGE ? CONF_PIPE_FLAG_MESSAGE : 0) |
                     (declared->blocking ? CONF_PIPE_FLAG_BLOCKING : 0);

    if (declared->kind == CONF_POLL) {
        return s->port->poll_create(&s->object);
    }
    if (declared->kind == CONF_WAKER) {
        if (!runner->source[declared->poll].live) {
            return (struct conf_result){.status = CONF_FAILED};
        }
        return s->port->waker_create(runner->source[declared->poll].object, declared->token,
                                     &s->object);
    }
    if (conf_socket_runs(runner, index)) {
        return conf_socket_create(runner, index);
    }
    return s->port->pipe_server_create(runner->scenario->pipe_name[declared->pipe], declared->quota,
                                       flags, &s->object);
}

/* Streams come to life with their first end, and their halves by `split`. `created` tells, by
 * source, what became of the streams before. */
static void create_stream(struct conf_runner *runner, uint8_t index, struct conf_result *created)
{
    struct conf_record record = {
        .kind = CONF_RECORD_CREATED, .thread = CONF_CONTROLLER, .source = index, .peer = CONF_NONE};

    if (runner->scenario->source[index].of == CONF_NONE) {
        runner->creating = index;
        created[index] = conf_stream_create(runner, index);
        runner->creating = CONF_NONE;
    } else {
        created[index] = created[runner->scenario->source[index].of];
    }
    record.word = (uint8_t)created[index].status;
    record.b = created[index].error;
    conf_runner_emit(runner, &record);
}

/* The others come to life by a verb: clients by `open`, connections by `connect` and `accept`. */
static bool is_created(enum conf_source_kind kind)
{
    return (!conf_kind_is_pipe(kind) || conf_kind_is_pipe_server(kind)) &&
           !conf_kind_is_tcp_stream(kind) && !conf_kind_is_half(kind) && kind != CONF_TASK;
}

void conf_runner_create_sources(struct conf_runner *runner)
{
    struct conf_result created[CONF_SOURCES_MAX];

    for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
        enum conf_source_kind kind = (enum conf_source_kind)runner->scenario->source[i].kind;
        bool quiet = conf_kind_is_raw(kind);
        struct conf_record record = {
            .kind = CONF_RECORD_CREATED, .thread = CONF_CONTROLLER, .source = i, .peer = CONF_NONE};
        struct conf_result result;
        if (!is_created(kind)) {
            continue;
        }
        if (conf_kind_is_end(kind)) {
            create_stream(runner, i, created);
            continue;
        }
        if (quiet) {
            runner->world->ops->quiet(runner->world, true);
        }
        runner->creating = i;
        result = create_object(runner, i);
        runner->creating = CONF_NONE;
        if (quiet) {
            runner->world->ops->quiet(runner->world, false);
        }
        runner->source[i].live = result.status == CONF_DONE;
        record.word = (uint8_t)result.status;
        record.b = result.error;
        conf_runner_emit(runner, &record);
    }
}

static void create_private_waker(struct conf_runner *runner, struct conf_runner_source *poll)
{
    struct conf_result result;

    runner->private_token = CONF_PRIVATE_TOKEN;
    while (uses_token(runner->scenario, runner->private_token)) {
        runner->private_token++;
    }
    result = poll->port->waker_create(poll->object, runner->private_token, &poll->private_waker);
    if (result.status != CONF_DONE) {
        poll->private_waker = NULL;
    }
}

void conf_runner_prepare_wakers(struct conf_runner *runner)
{
    for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
        const struct conf_source *declared = &runner->scenario->source[i];
        if (declared->kind == CONF_WAKER && runner->source[i].live &&
            runner->source[declared->poll].endless > 0) {
            runner->source[declared->poll].waker = i;
            runner->source[i].pins = 1;
        }
    }
    runner->world->ops->quiet(runner->world, true);
    for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
        struct conf_runner_source *s = &runner->source[i];
        if (s->live && s->endless > 0 && s->waker == CONF_NONE) {
            create_private_waker(runner, s);
        }
    }
    runner->world->ops->quiet(runner->world, false);
}
