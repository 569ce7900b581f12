#include "conformance/runner.h"

#include "conformance/interpreter.h"
#include "conformance/interpreter_stream.h"
#include "conformance/runner_state.h"
#include "conformance/scenario_words.h"

#include <stdlib.h>
#include <string.h>

#define SETTLE_ROUNDS_MAX 256u /* of polling until nothing comes; event-storm tells before */
#define DRAIN_ROUNDS_MAX  256u /* of reading what is on its way */
#define DRAIN_SIZE        CONF_IO_MAX
#define PROBE_READ_SIZE   64u
#define PROBE_WRITE_SIZE  1u

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

static struct conf_runner_thread *controller(struct conf_runner *runner)
{
    return &runner->thread[CONF_THREADS_MAX];
}

/* ---- start ---- */

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
    return runner->thread[self].in_verb ? runner->thread[self].source : CONF_NONE;
}

static void observe(void *context, const struct conf_observation *observation)
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
        if (verb->code == CONF_VERB_OPEN || verb->code == CONF_VERB_DROP) {
            changers[verb->source] |= thread;
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
        switch ((enum conf_verb_code)verb->code) {
        case CONF_VERB_UNSPLIT:
            look_at_user(runner, user, conf_stream_half(runner, verb->source, CONF_READ_HALF),
                         verb->thread);
            look_at_user(runner, user, conf_stream_half(runner, verb->source, CONF_WRITE_HALF),
                         verb->thread);
            break;
        case CONF_VERB_POLL:
            runner->source[verb->source].endless += verb->timeout_ms == CONF_TIMEOUT_INFINITE;
            break;
        case CONF_VERB_REGISTER:
        case CONF_VERB_REREGISTER:
        case CONF_VERB_DEREGISTER:
        case CONF_VERB_DROP:
        case CONF_VERB_WAKE:
        case CONF_VERB_OPEN:
        case CONF_VERB_CONNECT:
        case CONF_VERB_DISCONNECT:
        case CONF_VERB_READ:
        case CONF_VERB_WRITE:
        case CONF_VERB_TAKE_ERROR:
        case CONF_VERB_JOIN:
        case CONF_VERB_POLL_READ:
        case CONF_VERB_POLL_WRITE:
        case CONF_VERB_POLL_WRITEV:
        case CONF_VERB_FLUSH:
        case CONF_VERB_SHUTDOWN:
        case CONF_VERB_SPLIT:
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
    }
    for (unsigned i = 0; i < scenario->source_count; i++) {
        if (scenario->source[i].kind == CONF_TASK && scenario->source[i].of != CONF_NONE) {
            runner->source[scenario->source[i].of].contended = true; /* from any thread */
        }
    }
}

static void begin(struct conf_runner *runner, struct conf_world *world,
                  const struct conf_port *port, const struct conf_scenario *scenario)
{
    runner->world = world;
    runner->port = port;
    runner->scenario = scenario;
    runner->polled = 0;
    runner->interrupts = 0;
    runner->creating = CONF_NONE;
    conf_judge_begin(&runner->judge, scenario, port, stepped, runner);
    conf_ledger_begin(&runner->ledger);
    memset(runner->source, 0, scenario->source_count * sizeof(runner->source[0]));
    for (unsigned i = 0; i < scenario->source_count; i++) {
        bool raw = conf_kind_is_raw((enum conf_source_kind)scenario->source[i].kind);
        runner->source[i].port = raw ? world->raw : port;
        runner->source[i].waker = CONF_NONE;
    }
    for (unsigned i = 0; i <= CONF_THREADS_MAX; i++) {
        struct conf_runner_thread *thread = &runner->thread[i];
        thread->runner = runner;
        thread->index = i == CONF_THREADS_MAX ? CONF_CONTROLLER : (uint8_t)i;
        thread->finished = false;
        thread->in_verb = false;
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

/* Clients come to life by `open`. */
static void create_sources(struct conf_runner *runner)
{
    struct conf_result created[CONF_SOURCES_MAX];

    for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
        enum conf_source_kind kind = (enum conf_source_kind)runner->scenario->source[i].kind;
        bool quiet = conf_kind_is_raw(kind);
        struct conf_record record = {
            .kind = CONF_RECORD_CREATED, .thread = CONF_CONTROLLER, .source = i, .peer = CONF_NONE};
        struct conf_result result;
        if ((conf_kind_is_pipe(kind) && !conf_kind_is_pipe_server(kind)) ||
            conf_kind_is_half(kind) || kind == CONF_TASK) {
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

/* prepare_wakers gives every poll that somebody waits in without a timeout a waker to end it: the
 * scenario's, pinned for as long, or a private one. */
static void prepare_wakers(struct conf_runner *runner)
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

/* ---- the end ---- */

static enum conf_word run_own(struct conf_runner *runner, enum conf_verb_code code, uint8_t source,
                              uint32_t size, uint8_t flags)
{
    struct conf_verb verb = {.code = (uint8_t)code,
                             .source = source,
                             .size = size,
                             .label = CONF_NONE,
                             .task = CONF_NONE,
                             .other = CONF_NONE};

    return conf_interpret(runner, controller(runner), &verb, 0, flags);
}

static enum conf_word poll_own(struct conf_runner *runner, enum conf_verb_code code, uint8_t source,
                               uint32_t size, uint8_t task, uint8_t flags)
{
    struct conf_verb verb = {.code = (uint8_t)code,
                             .source = source,
                             .size = size,
                             .label = CONF_NONE,
                             .task = task,
                             .other = CONF_NONE};

    return conf_interpret(runner, controller(runner), &verb, 0, flags);
}

/* poll_all polls each poll until it is empty; settle_polls until all are. They tell whether
 * anything came. */
static bool poll_all(struct conf_runner *runner)
{
    bool came = false;

    for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
        uint32_t before, rounds = 0;
        if (runner->scenario->source[i].kind != CONF_POLL || !runner->source[i].live) {
            continue;
        }
        do {
            before = runner->polled;
            run_own(runner, CONF_VERB_POLL, i, CONF_EVENTS_MAX, 0);
            came = came || runner->polled != before;
        } while (runner->polled != before && ++rounds < SETTLE_ROUNDS_MAX);
    }
    return came;
}

static bool settle_polls(struct conf_runner *runner)
{
    uint32_t rounds = 0;

    while (poll_all(runner) && ++rounds < SETTLE_ROUNDS_MAX) {
        runner->world->ops->settle(runner->world);
    }
    return rounds > 0;
}

/* probe performs what armed directions wait for. Reads first: while nothing is found, none of them
 * changes anything. */
static void probe(struct conf_runner *runner)
{
    for (unsigned way = CONF_IN; way < CONF_WAY_COUNT; way++) {
        for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
            if (runner->source[i].live &&
                conf_model_waits(&runner->judge.model, i, (enum conf_way)way)) {
                run_own(runner, way == CONF_IN ? CONF_VERB_READ : CONF_VERB_WRITE, i,
                        way == CONF_IN ? PROBE_READ_SIZE : PROBE_WRITE_SIZE,
                        CONF_RECORD_FLAG_PROBE);
            }
        }
    }
}

/* probe_streams polls what tasks wait for that were not woken. */
static void probe_streams(struct conf_runner *runner)
{
    const struct conf_model *model = &runner->judge.model;

    for (uint8_t i = 0; model->channels.any && i < runner->scenario->source_count; i++) {
        if (!conf_kind_is_stream((enum conf_source_kind)runner->scenario->source[i].kind)) {
            continue;
        }
        for (unsigned side = 0; side < CONF_SIDE_COUNT && runner->source[i].live; side++) {
            uint8_t channel = conf_channel_of(model, i, (enum conf_side)side);
            if (channel != CONF_NONE && conf_channel_waits(model, channel, (enum conf_side)side)) {
                poll_own(runner, side == CONF_READER ? CONF_VERB_POLL_READ : CONF_VERB_POLL_WRITE,
                         i, side == CONF_READER ? PROBE_READ_SIZE : PROBE_WRITE_SIZE,
                         model->channels.channel[channel].side[side].task, CONF_RECORD_FLAG_PROBE);
            }
        }
    }
}

/* drain_streams reads everything that was written to streams, and looks whether that woke those who
 * waited to write. */
static void drain_streams(struct conf_runner *runner)
{
    const struct conf_model *model = &runner->judge.model;

    for (uint8_t i = 0; model->channels.any && i < runner->scenario->source_count; i++) {
        enum conf_word word = CONF_WORD_DONE;
        const struct conf_channel_side *side;
        uint8_t channel;
        if (!conf_kind_is_stream((enum conf_source_kind)runner->scenario->source[i].kind)) {
            continue;
        }
        channel = conf_channel_of(model, i, CONF_READER);
        if (channel == CONF_NONE) {
            continue;
        }
        side = &model->channels.channel[channel].side[CONF_READER];
        for (uint32_t rounds = 0; word == CONF_WORD_DONE && rounds < DRAIN_ROUNDS_MAX; rounds++) {
            word = poll_own(runner, CONF_VERB_POLL_READ, i, DRAIN_SIZE,
                            side->armed ? side->task : CONF_NONE, 0);
        }
    }
    probe_streams(runner);
}

/* lacks tells whether a source that can read now has not yet got all that was sent to it. */
static bool lacks(const struct conf_runner *runner, uint8_t source)
{
    const struct conf_model *model = &runner->judge.model;
    const struct conf_model_source *s = &model->source[source];
    const struct conf_source *declared = &runner->scenario->source[source];
    enum conf_source_kind kind = (enum conf_source_kind)declared->kind;
    const struct conf_stream *stream;

    if (!runner->source[source].live || !conf_kind_is_pipe(kind) || declared->blocking ||
        conf_stream_racy(model, source, CONF_IN) ||
        (conf_kind_is_pipe_server(kind) && !s->connect_accepted) ||
        (!conf_kind_is_raw(kind) &&
         (s->registered != CONF_REGISTERED_YES || conf_model_poll_is_gone(model, source)))) {
        return false;
    }
    stream = conf_stream_incoming(model, source);
    return stream != NULL && !stream->excused && stream->received < stream->accepted;
}

/* drain_once reads from every source that lacks something, again and again unless this is to be the
 * final time. It returns how many lack something, and adds to *progress how many reads got
 * something or were told of an error of before. */
static uint32_t drain_once(struct conf_runner *runner, bool final, uint32_t *progress)
{
    uint32_t count = 0;

    for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
        uint32_t rounds = 0;
        enum conf_word word = CONF_WORD_DONE;
        count += lacks(runner, i);
        while (word == CONF_WORD_DONE && rounds++ < (final ? 1 : DRAIN_ROUNDS_MAX) &&
               lacks(runner, i)) {
            word =
                run_own(runner, CONF_VERB_READ, i, DRAIN_SIZE, final ? CONF_RECORD_FLAG_FINAL : 0);
            *progress += word == CONF_WORD_DONE || word == CONF_WORD_FAILED;
        }
    }
    return count;
}

/* drain lets readers take what is on its way. A read that would block may be under way in the
 * kernel; one that still would after every poll reported until it was empty is final. */
static void drain(struct conf_runner *runner)
{
    bool final = false;

    for (uint32_t rounds = 0; rounds < DRAIN_ROUNDS_MAX; rounds++) {
        uint32_t progress = 0;
        if (drain_once(runner, final, &progress) == 0 || (final && progress == 0)) {
            return;
        }
        final = !settle_polls(runner) && progress == 0;
    }
}

static void drop_all(struct conf_runner *runner)
{
    const struct conf_scenario *scenario = runner->scenario;
    unsigned count = scenario->drop_count > 0 ? scenario->drop_count : scenario->source_count;

    for (uint8_t i = 0; i < scenario->source_count; i++) {
        struct conf_runner_source *s = &runner->source[i];
        if (s->private_waker != NULL) {
            s->port->waker_drop(s->private_waker);
        }
    }
    for (unsigned i = 0; i < count; i++) {
        uint8_t source = scenario->drop_count > 0 ? scenario->drop[i] : (uint8_t)i;
        if (runner->source[source].live) {
            run_own(runner, CONF_VERB_DROP, source, 0, 0);
            probe_streams(runner);
        }
    }
}

void conf_runner_run(struct conf_runner *runner, struct conf_world *world,
                     const struct conf_port *port, const struct conf_scenario *scenario)
{
    uint64_t references, in_flight;

    begin(runner, world, port, scenario);
    if ((port->capabilities & CONF_CAN_OBSERVE) != 0) {
        port->observe(observe, runner);
    }
    port->begin();
    create_sources(runner);
    prepare_wakers(runner);
    if (!run_threads(runner)) {
        return;
    }
    world->ops->quiet(world, true);
    settle_polls(runner);
    conf_ledger_sum(&runner->ledger, world, &references, &in_flight);
    emit_plain(runner, CONF_RECORD_SETTLED, CONF_CONTROLLER, CONF_NONE, 0, references, in_flight);
    probe(runner);
    probe_streams(runner);
    drain(runner);
    drain_streams(runner);
    world->ops->quiet(world, false);
    drop_all(runner);
    world->ops->settle(world);
    conf_ledger_sum(&runner->ledger, world, &references, &in_flight);
    emit_plain(runner, CONF_RECORD_LEFT, CONF_CONTROLLER, CONF_NONE, 0, port->end(), references);
}
