#include "conformance/model.h"

#include "conformance/compiler.h"
#include "conformance/error_code.h"
#include "conformance/scenario_words.h"

#include <string.h>

static unsigned thread_slot(uint8_t thread)
{
    return thread == CONF_CONTROLLER ? CONF_THREADS_MAX : thread;
}

const struct conf_model_verb *conf_model_verb(const struct conf_model *model, uint8_t thread)
{
    return &model->verb[thread_slot(thread)];
}

bool conf_model_is_server(const struct conf_model *model, uint8_t source)
{
    return conf_kind_is_pipe_server((enum conf_source_kind)model->source[source].kind);
}

bool conf_model_poll_is_gone(const struct conf_model *model, uint8_t source)
{
    for (uint32_t bound = model->source[source].bound; bound != 0; bound &= bound - 1) {
        if (model->source[conf_lowest_bit(bound)].life != CONF_LIVE) {
            return true;
        }
    }
    return false;
}

bool conf_model_waits(const struct conf_model *model, uint8_t source, enum conf_way way)
{
    const struct conf_model_source *s = &model->source[source];
    uint32_t bit = way == CONF_IN ? CONF_INTEREST_READABLE : CONF_INTEREST_WRITABLE;

    return s->life == CONF_LIVE && s->direction[way].armed &&
           s->direction[way].reported <= s->direction[way].since &&
           s->registered == CONF_REGISTERED_YES && s->registering == 0 &&
           (s->interest & bit) != 0 &&
           (s->connect_accepted || !conf_model_is_server(model, source)) &&
           !conf_model_poll_is_gone(model, source);
}

bool conf_model_waker_waits(const struct conf_model *model, uint8_t source)
{
    const struct conf_model_source *s = &model->source[source];
    uint8_t poll = model->scenario->source[source].poll;

    return s->life == CONF_LIVE && s->direction[CONF_IN].armed &&
           model->source[poll].life == CONF_LIVE &&
           s->direction[CONF_IN].reported <= s->direction[CONF_IN].since;
}

void conf_model_begin(struct conf_model *model, const struct conf_scenario *scenario,
                      conf_stepped_function stepped, void *context)
{
    model->scenario = scenario;
    model->stepped = stepped;
    model->stepped_context = context;
    model->settled = false;
    model->retired_count = 0;
    conf_stream_begin(&model->streams, scenario);
    conf_channel_begin(&model->channels, scenario);
    memset(model->source, 0, scenario->source_count * sizeof(model->source[0]));
    for (unsigned i = 0; i < scenario->source_count; i++) {
        model->source[i].kind = scenario->source[i].kind;
        model->source[i].poll = CONF_NONE;
        model->source[i].writer = CONF_NONE;
    }
    for (unsigned i = 0; i <= CONF_THREADS_MAX; i++) {
        model->verb[i].running = false;
    }
}

/* ---- arming ---- */

/* The begin of a verb is recorded when its thread comes to it, which may be long before it does
 * anything. What was reported in between was reported before it. */
static void arm(struct conf_model *model, uint8_t source, enum conf_way way,
                const struct conf_model_verb *verb)
{
    struct conf_direction *direction = &model->source[source].direction[way];

    direction->armed = true;
    direction->since = verb->seq;
    if (direction->reported > verb->seq && model->stepped != NULL &&
        !model->stepped(model->stepped_context, verb->begin.thread, verb->seq,
                        direction->reported)) {
        direction->since = direction->reported;
    }
}

static void disarm(struct conf_model_source *s)
{
    s->direction[CONF_IN].armed = false;
    s->direction[CONF_OUT].armed = false;
}

/* registered_throughout tells whether a source was registered, without a registration verb before
 * the end or at the same time, while a verb ran. */
static bool registered_throughout(const struct conf_model_source *s,
                                  const struct conf_model_verb *verb)
{
    return s->registered == CONF_REGISTERED_YES && s->registering == 0 &&
           s->registrations == verb->registrations;
}

/* ---- registration ---- */

static void retire(struct conf_model *model, uint8_t source, uint32_t seq)
{
    const struct conf_model_source *s = &model->source[source];

    if (s->registered == CONF_REGISTERED_NO || model->retired_count == CONF_RETIRED_MAX) {
        return;
    }
    model->retired[model->retired_count++] = (struct conf_retired){
        .poll = s->poll,
        .source = source,
        .seq = s->registered == CONF_REGISTERED_MAYBE ? UINT32_MAX : seq,
        .interest = s->interest,
        .token = s->token,
    };
}

static void begin_registration(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[record->source];

    s->registering++;
    s->registrations++;
}

/* Codes that say that nothing was changed. */
static bool is_refusal(uint64_t error)
{
    return error == CONF_ERROR_ALREADY_EXISTS || error == CONF_ERROR_NOT_FOUND ||
           error == CONF_ERROR_INVALID_HANDLE || error == CONF_ERROR_INVALID_PARAMETER;
}

/* take_registration gives a source the registration that a verb asked for. */
static void take_registration(struct conf_model_source *s, const struct conf_record *begin,
                              enum conf_registered registered)
{
    s->registered = (uint8_t)registered;
    s->poll = begin->peer;
    s->token = begin->a;
    s->interest = (uint32_t)begin->b;
    s->bound = (registered == CONF_REGISTERED_YES ? 0 : s->bound) | 1u << begin->peer;
}

static void end_registration(struct conf_model *model, const struct conf_record *record,
                             const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];

    s->registering--;
    s->registrations++;
    if (record->word == CONF_WORD_FAILED && is_refusal(record->b)) {
        return;
    }
    disarm(s);
    if (record->word != CONF_WORD_DONE) {
        retire(model, record->source, UINT32_MAX);
        if (record->code != CONF_VERB_DEREGISTER) {
            take_registration(s, &verb->begin, CONF_REGISTERED_MAYBE);
        } else if (s->registered == CONF_REGISTERED_YES) {
            s->registered = CONF_REGISTERED_MAYBE;
        }
        return;
    }
    retire(model, record->source, seq);
    if (record->code == CONF_VERB_DEREGISTER) {
        s->registered = CONF_REGISTERED_NO;
        return;
    }
    take_registration(s, &verb->begin, CONF_REGISTERED_YES);
    if ((s->interest & CONF_INTEREST_READABLE) != 0) {
        arm(model, record->source, CONF_IN, verb);
    }
    if ((s->interest & CONF_INTEREST_WRITABLE) != 0) {
        arm(model, record->source, CONF_OUT, verb);
    }
}

/* ---- connections ---- */

/* The range of epochs of the server that a client may be connected to: exact when the pipe has one
 * server, and otherwise nobody asks for it. */
static const struct conf_model_source *server_of(const struct conf_model *model, uint8_t client)
{
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        if (model->scenario->source[i].pipe == model->scenario->source[client].pipe &&
            conf_model_is_server(model, i)) {
            return &model->source[i];
        }
    }
    return NULL;
}

static void begin_open(struct conf_model *model, const struct conf_record *record)
{
    const struct conf_model_source *server = server_of(model, record->source);

    model->source[record->source].epoch_first = server != NULL ? server->epoch : 0;
}

static void end_open(struct conf_model *model, const struct conf_record *record,
                     const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];
    const struct conf_model_source *server = server_of(model, record->source);

    if (record->word == CONF_WORD_DONE) {
        s->life = CONF_LIVE;
        s->epoch_last = server != NULL ? server->epoch + server->disconnecting : 0;
    } else if (record->b != CONF_ERROR_FILE_NOT_FOUND && record->b != CONF_ERROR_PIPE_BUSY) {
        model->streams.phantom[model->scenario->source[record->source].pipe] = true;
    }
}

static void end_connect(struct conf_model *model, const struct conf_record *record,
                        const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];

    if (record->word == CONF_WORD_FAILED) {
        s->direction[CONF_OUT].armed = false;
    } else if (s->disconnecting > 0 || s->connections != verb->connections) {
        return; /* it may have been for the old connection */
    } else if (conf_kind_is_raw((enum conf_source_kind)s->kind)) {
        s->connect_accepted = true;
    } else if (registered_throughout(s, verb)) {
        s->connect_accepted = true;
        s->connect_since = seq;
        s->connect_may_fail =
            record->word == CONF_WORD_WOULD_BLOCK && model->scenario->settings.faults > 0;
        arm(model, record->source, CONF_IN, verb);
        if (record->word == CONF_WORD_WOULD_BLOCK) {
            arm(model, record->source, CONF_OUT, verb);
        }
    }
}

/* What a writer sent in its epoch may be lost from now on, and what was sent to it is not asked for
 * any more. */
static void excuse(struct conf_model *model, uint8_t writer)
{
    struct conf_stream *stream =
        conf_stream_find(&model->streams, writer, model->source[writer].epoch);

    if (stream != NULL) {
        stream->excused = true;
    }
}

/* Overlapping transfers, and transfers beside a disconnect, make it unknown which bytes go where.
 */
static void begin_disconnect(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[record->source];

    s->disconnecting++;
    s->connections++;
    if (s->reading > 0) {
        conf_stream_make_racy(model, record->source, CONF_IN);
    }
    if (s->writing > 0) {
        conf_stream_make_racy(model, record->source, CONF_OUT);
    }
    excuse(model, record->source);
}

static void end_disconnect(struct conf_model *model, const struct conf_record *record,
                           const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];

    s->disconnecting--;
    s->connections++;
    if (record->word == CONF_WORD_DONE) {
        s->epoch++;
        s->epoch_since = seq;
        s->connect_accepted = false;
        disarm(s);
    }
}

/* ---- transfers ---- */

/* What goes over streams in memory is the business of channel.c. */
static bool in_memory(const struct conf_model_source *s)
{
    return conf_kind_is_stream((enum conf_source_kind)s->kind);
}

static void begin_read(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[record->source];

    s->reading++;
    if (!in_memory(s) && (s->reading > 1 || s->disconnecting > 0)) {
        conf_stream_make_racy(model, record->source, CONF_IN);
    }
}

static void end_read(struct conf_model *model, const struct conf_record *record,
                     const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];

    s->reading--;
    if (record->word == CONF_WORD_DONE) {
        for (uint32_t i = 0; i < model->streams.count; i++) {
            struct conf_stream *stream = &model->streams.stream[i];
            if (stream->reader == record->source && stream->reader_epoch == verb->epoch) {
                stream->received += record->a;
            }
        }
    } else if (record->word == CONF_WORD_FAILED) {
        s->direction[CONF_IN].armed = false;
    } else if (record->word == CONF_WORD_WOULD_BLOCK && registered_throughout(s, verb)) {
        arm(model, record->source, CONF_IN, verb);
    }
}

static void begin_write(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[record->source];

    s->writing++;
    if (!in_memory(s) && (s->writing > 1 || s->disconnecting > 0 ||
                          !conf_stream_open(&model->streams, record->source, s->epoch))) {
        conf_stream_make_racy(model, record->source, CONF_OUT);
    }
}

static void end_write(struct conf_model *model, const struct conf_record *record,
                      const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];
    struct conf_stream *stream = conf_stream_find(&model->streams, record->source, verb->epoch);

    s->writing--;
    if (record->word == CONF_WORD_DONE) {
        if (stream != NULL) {
            stream->accepted += record->a;
            stream->excused |= conf_model_poll_is_gone(model, record->source);
        }
        s->writer = record->b == CONF_ERROR_IO_PENDING ? record->thread : CONF_NONE;
    } else if (record->word == CONF_WORD_WOULD_BLOCK && registered_throughout(s, verb)) {
        arm(model, record->source, CONF_OUT, verb);
    } else if (record->word == CONF_WORD_FAILED) {
        s->direction[CONF_OUT].armed = false;
        excuse(model, record->source);
    } else if (record->word == CONF_WORD_IDLE) {
        conf_stream_make_racy(model, record->source, CONF_OUT); /* some of it may have gone */
    }
}

static void end_take_error(struct conf_model *model, const struct conf_record *record,
                           const struct conf_model_verb *verb, uint32_t seq)
{
    if (record->a != 0) {
        excuse(model, record->source);
    }
}

/* ---- streams in memory ---- */

/* A stream that is split is no source of a poll any more. */
static void end_split(struct conf_model *model, const struct conf_record *record,
                      const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];

    retire(model, record->source, seq);
    s->registered = CONF_REGISTERED_NO;
    s->registrations++;
    disarm(s);
}

/* ---- wakers ---- */

static void begin_wake(struct conf_model *model, const struct conf_record *record)
{
    model->source[record->source].wakes++;
}

static void end_wake(struct conf_model *model, const struct conf_record *record,
                     const struct conf_model_verb *verb, uint32_t seq)
{
    if (record->word == CONF_WORD_DONE) {
        arm(model, record->source, CONF_IN, verb);
    }
}

/* ---- verbs ---- */

static void (*const begin_of[CONF_VERB_COUNT])(struct conf_model *, const struct conf_record *) = {
    [CONF_VERB_REGISTER] = begin_registration,
    [CONF_VERB_REREGISTER] = begin_registration,
    [CONF_VERB_DEREGISTER] = begin_registration,
    [CONF_VERB_WAKE] = begin_wake,
    [CONF_VERB_OPEN] = begin_open,
    [CONF_VERB_DISCONNECT] = begin_disconnect,
    [CONF_VERB_READ] = begin_read,
    [CONF_VERB_WRITE] = begin_write,
};

static void (*const end_of[CONF_VERB_COUNT])(struct conf_model *, const struct conf_record *,
                                             const struct conf_model_verb *, uint32_t seq) = {
    [CONF_VERB_REGISTER] = end_registration,
    [CONF_VERB_REREGISTER] = end_registration,
    [CONF_VERB_DEREGISTER] = end_registration,
    [CONF_VERB_WAKE] = end_wake,
    [CONF_VERB_OPEN] = end_open,
    [CONF_VERB_CONNECT] = end_connect,
    [CONF_VERB_DISCONNECT] = end_disconnect,
    [CONF_VERB_READ] = end_read,
    [CONF_VERB_WRITE] = end_write,
    [CONF_VERB_TAKE_ERROR] = end_take_error,
    [CONF_VERB_SPLIT] = end_split,
};

/* Plain writes that a thread has under way are cancelled with it: some of their bytes may have
 * gone, and what is written next follows them. */
static void end_thread(struct conf_model *model, uint8_t thread)
{
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        if (model->source[i].writer == thread) {
            conf_stream_make_racy(model, i, CONF_OUT);
        }
    }
}

static void see_begin(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    struct conf_model_verb *verb = &model->verb[thread_slot(record->thread)];

    *verb = (struct conf_model_verb){.running = true, .begin = *record, .seq = seq};
    if (begin_of[record->code] != NULL) {
        begin_of[record->code](model, record);
    }
    if (record->source != CONF_NONE) {
        verb->registrations = model->source[record->source].registrations;
        verb->connections = model->source[record->source].connections;
        verb->epoch = model->source[record->source].epoch;
    }
}

static void see_end(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    struct conf_model_verb *verb = &model->verb[thread_slot(record->thread)];

    if (verb->running) { /* else its source was gone: it never began */
        verb->running = false;
        if (end_of[record->code] != NULL) {
            end_of[record->code](model, record, verb, seq);
        }
    }
    if (record->thread != CONF_CONTROLLER &&
        record->c == model->scenario->thread_first[record->thread + 1]) {
        end_thread(model, record->thread);
    }
}

/* ---- events and drops ---- */

/* is_registering tells whether a registration under this token is being made: it may be reported
 * before the verb that makes it has returned. */
static bool is_registering(const struct conf_model *model, uint8_t source, uint8_t poll,
                           uint64_t token)
{
    for (unsigned i = 0; model->source[source].registering > 0 && i <= CONF_THREADS_MAX; i++) {
        const struct conf_model_verb *verb = &model->verb[i];
        if (verb->running && verb->begin.source == source && verb->begin.peer == poll &&
            verb->begin.a == token &&
            (verb->begin.code == CONF_VERB_REGISTER || verb->begin.code == CONF_VERB_REREGISTER)) {
            return true;
        }
    }
    return false;
}

/* tells_error tells whether the error bit of an event may speak of this direction: not if that
 * could be said to be ready, and only the other one is. */
static bool tells_error(const struct conf_model_source *s, uint64_t flags, enum conf_way way)
{
    uint64_t own = way == CONF_IN ? CONF_EVENT_READABLE : CONF_EVENT_WRITABLE;
    uint64_t told = flags & (CONF_EVENT_READABLE | CONF_EVENT_WRITABLE);

    return (flags & CONF_EVENT_ERROR) != 0 &&
           (told == 0 || (told & own) != 0 || (s->interest & own) == 0);
}

static void see_event(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        struct conf_model_source *s = &model->source[i];
        const struct conf_source *declared = &model->scenario->source[i];
        if (s->kind == CONF_WAKER && declared->poll == record->source &&
            declared->token == record->a) {
            s->direction[CONF_IN].reported = seq;
        }
        if ((s->registered == CONF_REGISTERED_NO || s->poll != record->source ||
             s->token != record->a) &&
            !is_registering(model, i, record->source, record->a)) {
            continue;
        }
        if ((record->b & CONF_EVENT_READABLE) != 0) {
            s->direction[CONF_IN].reported = seq;
        }
        if ((record->b & CONF_EVENT_WRITABLE) != 0) {
            s->direction[CONF_OUT].reported = seq;
        }
        if ((record->b & CONF_EVENT_READ_CLOSED) != 0 || tells_error(s, record->b, CONF_IN)) {
            s->direction[CONF_IN].ended = seq;
        }
        if ((record->b & CONF_EVENT_WRITE_CLOSED) != 0 || tells_error(s, record->b, CONF_OUT)) {
            s->direction[CONF_OUT].ended = seq;
        }
        if (tells_error(s, record->b, CONF_OUT)) {
            excuse(model, i);
        }
        if ((record->b & CONF_EVENT_ERROR) != 0 && s->connect_may_fail) {
            s->connect_accepted = false; /* perhaps it did: it waits for nobody */
        }
    }
}

static void see_drop_begin(struct conf_model *model, uint8_t source)
{
    struct conf_model_source *s = &model->source[source];

    s->life = CONF_DROPPING;
    if (s->writer != CONF_NONE) {
        excuse(model, source);
    }
    for (uint8_t i = 0; s->kind == CONF_POLL && i < model->scenario->source_count; i++) {
        if ((model->source[i].bound >> source & 1u) != 0) {
            excuse(model, i); /* accepted writes are cancelled */
            model->source[i].registrations++;
        }
    }
}

static void see_drop_end(struct conf_model *model, uint8_t source, uint32_t seq)
{
    retire(model, source, seq);
    model->source[source].registered = CONF_REGISTERED_NO;
    model->source[source].life = CONF_DROPPED;
}

void conf_model_see(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    struct conf_stream *stream;

    conf_channel_see(model, record, seq);
    if ((record->flags & CONF_RECORD_FLAG_NESTED) != 0) {
        return; /* the verb of the thread is another one */
    }
    switch ((enum conf_record_kind)record->kind) {
    case CONF_RECORD_BEGIN:
        see_begin(model, record, seq);
        break;
    case CONF_RECORD_END:
        see_end(model, record, seq);
        break;
    case CONF_RECORD_EVENT:
        see_event(model, record, seq);
        break;
    case CONF_RECORD_CREATED:
        model->source[record->source].life =
            record->word == CONF_WORD_DONE ? CONF_LIVE : CONF_ABSENT;
        break;
    case CONF_RECORD_DROP_BEGIN:
        see_drop_begin(model, record->source);
        break;
    case CONF_RECORD_DROP_END:
        see_drop_end(model, record->source, seq);
        break;
    case CONF_RECORD_BOUND:
        stream = conf_stream_find(&model->streams, record->peer, (uint32_t)record->a);
        if (stream != NULL) {
            stream->reader = record->source;
            stream->reader_epoch = model->source[record->source].epoch;
        }
        break;
    case CONF_RECORD_SETTLED:
        model->settled = true;
        break;
    case CONF_RECORD_MISMATCH:
    case CONF_RECORD_TASK:
    case CONF_RECORD_IDLE:
    case CONF_RECORD_STUCK:
    case CONF_RECORD_LEFT:
    case CONF_RECORD_OBJECT:
    case CONF_RECORD_OBJECT_GONE:
    case CONF_RECORD_STATE:
    case CONF_RECORD_RETAIN:
    case CONF_RECORD_RELEASE:
    case CONF_RECORD_DISPATCH:
    case CONF_RECORD_KIND_COUNT:
        break;
    }
}
