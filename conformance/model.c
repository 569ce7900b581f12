#include "conformance/model.h"

#include "conformance/compiler.h"
#include "conformance/model_part.h"
#include "conformance/scenario_words.h"

#include <string.h>

const struct conf_model_verb *conf_model_verb(const struct conf_model *model, uint8_t thread)
{
    return &model->verb[conf_thread_slot(thread)];
}

bool conf_model_is_server(const struct conf_model *model, uint8_t source)
{
    enum conf_source_kind kind = (enum conf_source_kind)model->source[source].kind;

    return conf_kind_is_pipe_server(kind) || conf_kind_is_accepted(kind);
}

bool conf_model_is_used(const struct conf_model *model, uint8_t source)
{
    for (unsigned i = 0; i <= CONF_THREADS_MAX; i++) {
        if (model->verb[i].running && model->verb[i].begin.source == source) {
            return true;
        }
    }
    return false;
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
           (s->connect_accepted || !conf_kind_is_pipe_server((enum conf_source_kind)s->kind)) &&
           (s->socket.shutting >> way & 1u) == 0 &&
           !(way == CONF_OUT && conf_kind_is_listener((enum conf_source_kind)s->kind)) &&
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
    conf_datagram_begin(&model->datagrams);
    memset(model->source, 0, scenario->source_count * sizeof(model->source[0]));
    for (unsigned i = 0; i < scenario->source_count; i++) {
        model->source[i].kind = scenario->source[i].kind;
        model->source[i].poll = CONF_NONE;
        model->source[i].writer = CONF_NONE;
        model->source[i].socket.peer = CONF_NONE;
        if (scenario->source[i].kind == CONF_WAKER) {
            model->source[i].bound = 1u << scenario->source[i].poll;
        }
    }
    for (unsigned i = 0; i <= CONF_THREADS_MAX; i++) {
        model->verb[i].running = false;
    }
}

/* ---- streams in memory ---- */

/* A stream that is split is no source of a poll any more. */
static void end_split(struct conf_model *model, const struct conf_record *record,
                      const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];

    conf_model_retire(model, record->source, seq);
    s->registered = CONF_REGISTERED_NO;
    s->registrations++;
    conf_model_disarm(s);
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
        conf_model_arm(model, record->source, CONF_IN, verb);
    }
}

/* ---- polls ---- */

/* What a user-made source is ready for while a poll runs may be reported by it. */
static void begin_poll(struct conf_model *model, const struct conf_record *record)
{
    for (unsigned i = 0; i < model->scenario->source_count; i++) {
        struct conf_model_source *s = &model->source[i];

        if (s->kind == CONF_USER_SOURCE && s->poll == record->source) {
            s->socket.flags_since = s->socket.flags;
        }
    }
    for (unsigned i = 0; i <= CONF_THREADS_MAX; i++) {
        const struct conf_model_verb *verb = &model->verb[i];

        if (verb->running && verb->begin.code == CONF_VERB_READY) {
            model->source[verb->begin.source].socket.flags_since |= (uint8_t)verb->begin.b;
        }
    }
}

/* ---- verbs ---- */

static void (*const begin_of[CONF_VERB_COUNT])(struct conf_model *, const struct conf_record *) = {
    [CONF_VERB_REGISTER] = conf_model_begin_registration,
    [CONF_VERB_REREGISTER] = conf_model_begin_registration,
    [CONF_VERB_DEREGISTER] = conf_model_begin_registration,
    [CONF_VERB_WAKE] = begin_wake,
    [CONF_VERB_POLL] = begin_poll,
    [CONF_VERB_OPEN] = conf_model_begin_open,
    [CONF_VERB_DISCONNECT] = conf_model_begin_disconnect,
    [CONF_VERB_READ] = conf_model_begin_read,
    [CONF_VERB_WRITE] = conf_model_begin_write,
};

static void (*const end_of[CONF_VERB_COUNT])(struct conf_model *, const struct conf_record *,
                                             const struct conf_model_verb *, uint32_t seq) = {
    [CONF_VERB_REGISTER] = conf_model_end_registration,
    [CONF_VERB_REREGISTER] = conf_model_end_registration,
    [CONF_VERB_DEREGISTER] = conf_model_end_registration,
    [CONF_VERB_WAKE] = end_wake,
    [CONF_VERB_OPEN] = conf_model_end_open,
    [CONF_VERB_CONNECT] = conf_model_end_connect,
    [CONF_VERB_DISCONNECT] = conf_model_end_disconnect,
    [CONF_VERB_READ] = conf_model_end_read,
    [CONF_VERB_WRITE] = conf_model_end_write,
    [CONF_VERB_TAKE_ERROR] = conf_model_end_take_error,
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

static bool is_registration(const struct conf_record *record)
{
    return record->code == CONF_VERB_REGISTER || record->code == CONF_VERB_REREGISTER ||
           record->code == CONF_VERB_DEREGISTER;
}

/* Tells whether a verb is for model_socket.c. */
static bool is_of_socket(const struct conf_model *model, const struct conf_record *record)
{
    return record->source != CONF_NONE && !is_registration(record) &&
           (conf_kind_is_socket((enum conf_source_kind)model->source[record->source].kind) ||
            model->source[record->source].kind == CONF_USER_SOURCE);
}

/* count_operation takes in a verb that begins. Whatever it is, nothing else owes the error that an
 * event has told of. */
static void count_operation(struct conf_model *model, const struct conf_record *record,
                            struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];

    if (record->code == CONF_VERB_READ || record->code == CONF_VERB_WRITE) {
        enum conf_way way = record->code == CONF_VERB_READ ? CONF_IN : CONF_OUT;
        verb->owes_error = (s->told >> way & 1u) != 0;
        if (way == CONF_IN && record->a > s->asked) {
            s->asked = (uint32_t)record->a;
        }
    }
    if (record->code == CONF_VERB_TAKE_ERROR) {
        verb->owes_error = s->told != 0;
    }
    s->told = 0;
    s->operated = seq;
    verb->operations = ++s->operations;
}

static void see_begin(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    struct conf_model_verb *verb = &model->verb[conf_thread_slot(record->thread)];

    *verb = (struct conf_model_verb){.running = true, .begin = *record, .seq = seq};
    if (is_of_socket(model, record)) {
        conf_model_begin_socket(model, record);
    } else if (begin_of[record->code] != NULL) {
        begin_of[record->code](model, record);
    }
    if (record->source != CONF_NONE) {
        verb->registrations = model->source[record->source].registrations;
        verb->connections = model->source[record->source].connections;
        verb->epoch = model->source[record->source].epoch;
        count_operation(model, record, verb, seq);
    }
}

static void see_end(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    struct conf_model_verb *verb = &model->verb[conf_thread_slot(record->thread)];

    if (verb->running) { /* else its source was gone: it never began */
        verb->running = false;
        if (is_of_socket(model, record)) {
            conf_model_end_socket(model, record, verb, seq);
        } else if (end_of[record->code] != NULL) {
            end_of[record->code](model, record, verb, seq);
        }
        if (record->source != CONF_NONE) {
            model->source[record->source].operated = seq;
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

/* note_error: an error in one direction, that nobody can have heard of since this poll began, is
 * what the next operation in that direction returns. */
static void note_error(struct conf_model *model, uint8_t source, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[source];
    uint64_t ready = record->b & (CONF_EVENT_READABLE | CONF_EVENT_WRITABLE);

    if ((record->b & CONF_EVENT_ERROR) != 0 &&
        (ready == CONF_EVENT_READABLE || ready == CONF_EVENT_WRITABLE) &&
        s->operated < conf_model_verb(model, record->thread)->seq &&
        !conf_model_is_used(model, source)) {
        s->told = (uint8_t)(1u << (ready == CONF_EVENT_READABLE ? CONF_IN : CONF_OUT));
    }
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
            conf_model_excuse(model, i);
        }
        note_error(model, i, record);
        if ((record->b & CONF_EVENT_ERROR) != 0 && s->connect_may_fail) {
            s->connect_accepted = false; /* perhaps it did: it waits for nobody */
        }
    }
}

static void see_drop_begin(struct conf_model *model, uint8_t source)
{
    struct conf_model_source *s = &model->source[source];

    s->life = CONF_DROPPING;
    if (conf_kind_is_socket((enum conf_source_kind)s->kind)) {
        conf_model_drop_socket(model, source);
    }
    if (s->writer != CONF_NONE ||
        (model->scenario->settings.short_writes && model->scenario->settings.faults > 0)) {
        conf_model_excuse(model, source); /* nobody is left who could be told of a refused rest */
    }
    for (uint8_t i = 0; s->kind == CONF_POLL && i < model->scenario->source_count; i++) {
        if ((model->source[i].bound >> source & 1u) != 0) {
            if (conf_kind_is_pipe((enum conf_source_kind)model->source[i].kind)) {
                conf_model_excuse(model, i); /* accepted writes are cancelled */
            }
            model->source[i].registrations++;
        }
    }
}

static void see_drop_end(struct conf_model *model, uint8_t source, uint32_t seq)
{
    conf_model_retire(model, source, seq);
    model->source[source].registered = CONF_REGISTERED_NO;
    model->source[source].life = CONF_DROPPED;
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        model->source[i].registrations += model->source[i].bound >> source & 1u;
    }
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
        if (conf_kind_is_udp((enum conf_source_kind)model->source[record->source].kind)) {
            conf_datagram_received(&model->datagrams, record->peer, (uint32_t)record->a,
                                   record->source);
            break;
        }
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
