/* The end of an execution: what is owed is looked for, what is under way is read, all is dropped.
 */
#include "conformance/runner_part.h"

#include "conformance/interpreter.h"
#include "conformance/interpreter_socket.h"
#include "conformance/scenario_words.h"

#define SETTLE_ROUNDS_MAX 256u /* of polling until nothing comes; event-storm tells before */
#define DRAIN_ROUNDS_MAX  256u /* of reading what is on its way */
#define DRAIN_SIZE        CONF_IO_MAX
#define PROBE_READ_SIZE   64u
#define PROBE_WRITE_SIZE  1u

static enum conf_word run_own(struct conf_runner *runner, enum conf_verb_code code, uint8_t source,
                              uint32_t size, uint8_t flags)
{
    struct conf_verb verb = {.code = (uint8_t)code,
                             .source = source,
                             .size = size,
                             .label = CONF_NONE,
                             .task = CONF_NONE,
                             .other = CONF_NONE};

    return conf_interpret(runner, &runner->thread[CONF_THREADS_MAX], &verb, 0, flags);
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

    return conf_interpret(runner, &runner->thread[CONF_THREADS_MAX], &verb, 0, flags);
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

/* What a poll asks the kernel for as it begins may come a little later: with sockets, nothing must
 * come twice. */
bool conf_runner_settle_polls(struct conf_runner *runner)
{
    uint32_t rounds = 0, idle = 0, idle_max = runner->has_sockets ? 1 : 0;
    bool came = false;

    while (rounds++ < SETTLE_ROUNDS_MAX) {
        if (poll_all(runner)) {
            came = true;
            idle = 0;
        } else if (idle++ == idle_max) {
            break;
        }
        runner->world->ops->settle(runner->world);
    }
    return came;
}

/* probe_one performs what one armed direction waits for. What a listener accepts is dropped. */
static void probe_one(struct conf_runner *runner, uint8_t source, enum conf_way way)
{
    struct conf_verb verb = {.code = way == CONF_IN ? CONF_VERB_READ : CONF_VERB_WRITE,
                             .source = source,
                             .size = way == CONF_IN ? PROBE_READ_SIZE : PROBE_WRITE_SIZE,
                             .label = CONF_NONE,
                             .task = CONF_NONE,
                             .other = CONF_NONE};
    enum conf_source_kind kind = (enum conf_source_kind)runner->scenario->source[source].kind;

    if (conf_kind_is_listener(kind)) {
        verb.code = CONF_VERB_ACCEPT;
        verb.size = 0;
    } else if (conf_kind_is_udp(kind)) {
        verb.code = way == CONF_IN ? CONF_VERB_RECV_FROM : CONF_VERB_SEND_TO;
        verb.other = way == CONF_IN ? CONF_NONE : source;
    }
    conf_interpret(runner, &runner->thread[CONF_THREADS_MAX], &verb, 0, CONF_RECORD_FLAG_PROBE);
}

/* Reads first: while nothing is found, none of them changes anything. */
void conf_runner_probe(struct conf_runner *runner)
{
    for (unsigned way = CONF_IN; way < CONF_WAY_COUNT; way++) {
        for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
            if (runner->source[i].live &&
                conf_model_waits(&runner->judge.model, i, (enum conf_way)way)) {
                probe_one(runner, i, (enum conf_way)way);
            }
        }
    }
}

/* probe_streams polls what tasks wait for that were not woken. */
void conf_runner_probe_streams(struct conf_runner *runner)
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
void conf_runner_drain_streams(struct conf_runner *runner)
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
    conf_runner_probe_streams(runner);
}

/* lacks tells whether a source that can read now has not yet got all that was sent to it. */
static bool lacks(const struct conf_runner *runner, uint8_t source)
{
    const struct conf_model *model = &runner->judge.model;
    const struct conf_model_source *s = &model->source[source];
    const struct conf_source *declared = &runner->scenario->source[source];
    enum conf_source_kind kind = (enum conf_source_kind)declared->kind;
    const struct conf_stream *stream;

    if (!runner->source[source].live ||
        !(conf_kind_is_pipe(kind) || conf_kind_is_tcp_stream(kind)) || declared->blocking ||
        conf_stream_racy(model, source, CONF_IN) ||
        (kind == CONF_PIPE_SERVER && !s->connect_accepted) ||
        (conf_kind_is_pipe(kind) && !conf_kind_is_raw(kind) &&
         (s->registered != CONF_REGISTERED_YES || conf_model_poll_is_gone(model, source)))) {
        return false;
    }
    if (conf_kind_is_tcp_stream(kind) &&
        (conf_model_poll_is_gone(model, source) || (s->socket.shutting >> CONF_IN & 1u) != 0)) {
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
void conf_runner_drain(struct conf_runner *runner)
{
    bool final = false;

    for (uint32_t rounds = 0; rounds < DRAIN_ROUNDS_MAX; rounds++) {
        uint32_t progress = 0;
        if (drain_once(runner, final, &progress) == 0 || (final && progress == 0)) {
            return;
        }
        final = !conf_runner_settle_polls(runner) && progress == 0;
    }
}

void conf_runner_drop_all(struct conf_runner *runner)
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
            conf_runner_probe_streams(runner);
        }
    }
}
