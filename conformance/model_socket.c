/* What verbs on sockets and user-made sources mean to the model. */
#include "conformance/model_part.h"

#include "conformance/error_code.h"
#include "conformance/scenario_words.h"

static bool is_tcp(const struct conf_model_source *s)
{
    return conf_kind_is_tcp_stream((enum conf_source_kind)s->kind);
}

static bool is_udp(const struct conf_model_source *s)
{
    return conf_kind_is_udp((enum conf_source_kind)s->kind);
}

static bool writes(const struct conf_record *record)
{
    return record->code == CONF_VERB_WRITE || record->code == CONF_VERB_WRITEV ||
           record->code == CONF_VERB_SEND_TO;
}

/* The directions that a shutdown ends. */
static uint8_t ways_of(uint64_t how)
{
    return how == CONF_SHUTDOWN_READ    ? 1u << CONF_IN
           : how == CONF_SHUTDOWN_WRITE ? 1u << CONF_OUT
                                        : 1u << CONF_IN | 1u << CONF_OUT;
}

/* What is sent to a reader is not asked for any more. */
static void excuse_incoming(struct conf_model *model, uint8_t reader)
{
    for (uint32_t i = 0; i < model->streams.count; i++) {
        struct conf_stream *stream = &model->streams.stream[i];

        if (conf_stream_may_reach(model, stream, reader)) {
            stream->excused = true;
        }
    }
}

static void begin_shutdown(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[record->source];
    uint8_t ways = ways_of(record->b);

    s->socket.shutting |= ways;
    if ((ways >> CONF_OUT & 1u) != 0) {
        s->socket.acted = true;
    }
    if ((ways >> CONF_IN & 1u) != 0) {
        s->direction[CONF_IN].armed = false;
        excuse_incoming(model, record->source);
    }
}

/* ---- user-made sources ---- */

static void begin_user(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[record->source];

    if (record->code == CONF_VERB_READY) {
        s->socket.flags_since |= (uint8_t)record->b;
    }
}

static void end_user(struct conf_model *model, const struct conf_record *record,
                     const struct conf_model_verb *verb)
{
    struct conf_model_source *s = &model->source[record->source];
    enum conf_way way = record->code == CONF_VERB_READ ? CONF_IN : CONF_OUT;
    uint8_t bit = way == CONF_IN ? CONF_INTEREST_READABLE : CONF_INTEREST_WRITABLE;

    if (record->word == CONF_WORD_FAILED) {
        conf_model_disarm(s); /* its caller knows */
    }
    if (record->code == CONF_VERB_READY) {
        s->socket.flags = (uint8_t)verb->begin.b;
        s->socket.flags_since |= s->socket.flags;
    } else if (record->code != CONF_VERB_READ && record->code != CONF_VERB_WRITE) {
        return;
    } else if (record->word == CONF_WORD_DONE) {
        s->socket.flags &= (uint8_t)~bit;
    } else if (record->word == CONF_WORD_WOULD_BLOCK && conf_model_registered_throughout(s, verb)) {
        conf_model_arm(model, record->source, way, verb);
    }
}

/* ---- sockets ---- */

void conf_model_begin_socket(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[record->source];

    if (s->kind == CONF_USER_SOURCE) {
        begin_user(model, record);
    } else if (record->code == CONF_VERB_SHUTDOWN) {
        begin_shutdown(model, record);
    } else if (record->code == CONF_VERB_CONNECT) {
        s->socket.connecting = true;
        s->socket.peer = record->peer;
        conf_datagram_connect(model, record->source);
    } else if (record->code == CONF_VERB_URGENT) {
        s->socket.urgent = true;
        s->socket.acted = true;
    } else if (record->code == CONF_VERB_OPTION) {
        s->socket.hard |= record->b == CONF_OPTION_LINGER;
        s->socket.is_quiet |= record->b == CONF_OPTION_BROADCAST && record->a == 0;
    } else if (writes(record)) {
        s->socket.acted = true;
        if (is_udp(s)) {
            conf_datagram_send(model, record);
        } else {
            conf_model_begin_write(model, record);
        }
    } else if (conf_verb_reads((enum conf_verb_code)record->code) && is_tcp(s)) {
        conf_model_begin_read(model, record);
    }
}

static void end_tcp_read(struct conf_model *model, const struct conf_record *record,
                         const struct conf_model_verb *verb)
{
    struct conf_model_source *s = &model->source[record->source];

    s->reading--;
    if (record->word == CONF_WORD_FAILED && record->b != CONF_ERROR_NOT_CONNECTED) {
        excuse_incoming(model, record->source);
    }
    if (record->word != CONF_WORD_DONE || record->code == CONF_VERB_PEEK) {
        return;
    }
    for (uint32_t i = 0; i < model->streams.count; i++) {
        struct conf_stream *stream = &model->streams.stream[i];
        if (stream->reader == record->source) {
            stream->received += record->a;
        }
    }
}

static void end_tcp_write(struct conf_model *model, const struct conf_record *record)
{
    struct conf_stream *stream = conf_stream_find(&model->streams, record->source, 0);

    model->source[record->source].writing--;
    if (record->word == CONF_WORD_DONE && stream != NULL) {
        stream->accepted += record->a;
    } else if (record->word == CONF_WORD_FAILED) {
        conf_model_excuse(model, record->source);
    }
}

/* What is accepted by nobody goes to nobody. */
static void end_accept(struct conf_model *model, const struct conf_record *record,
                       const struct conf_model_verb *verb)
{
    if (record->word != CONF_WORD_DONE) {
        return;
    }
    if (verb->begin.peer != CONF_NONE) {
        model->source[verb->begin.peer].life = CONF_LIVE;
    } else {
        model->streams.phantom[model->scenario->source[record->source].pipe] = true;
    }
}

/* Only a connected stream moves bytes or has none to move, and a udp socket is what connect makes
 * it. */
static bool says_connected(const struct conf_model_source *s, const struct conf_record *record)
{
    if (is_udp(s)) {
        return record->code == CONF_VERB_CONNECT && record->word == CONF_WORD_DONE;
    }
    return is_tcp(s) && conf_verb_is_transfer((enum conf_verb_code)record->code) &&
           (record->word == CONF_WORD_DONE || record->word == CONF_WORD_WOULD_BLOCK);
}

void conf_model_end_socket(struct conf_model *model, const struct conf_record *record,
                           const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];
    bool reads = conf_verb_reads((enum conf_verb_code)record->code);

    if (s->socket.connected == 0 && says_connected(s, record)) {
        s->socket.connected = seq;
    }
    if (s->kind == CONF_USER_SOURCE) {
        end_user(model, record, verb);
        return;
    }
    if (record->code == CONF_VERB_ACCEPT) {
        end_accept(model, record, verb);
    } else if (record->code == CONF_VERB_CONNECT && is_tcp(s)) {
        s->life = record->word == CONF_WORD_DONE ? CONF_LIVE : s->life;
    } else if (record->code == CONF_VERB_CONNECT) {
        s->socket.is_lost = record->word != CONF_WORD_DONE;
    } else if (record->code == CONF_VERB_SHUTDOWN && record->word == CONF_WORD_DONE) {
        s->socket.shut |= ways_of(verb->begin.b);
    } else if (record->code == CONF_VERB_OPTION && record->word == CONF_WORD_DONE &&
               verb->begin.b == CONF_OPTION_BROADCAST && verb->begin.a != 0) {
        s->socket.broadcasts = seq;
    } else if (reads && is_tcp(s)) {
        end_tcp_read(model, record, verb);
    } else if (writes(record) && is_tcp(s)) {
        end_tcp_write(model, record);
    } else if (writes(record)) {
        conf_datagram_sent(model, record, seq);
    }
    if (record->word == CONF_WORD_WOULD_BLOCK && conf_model_registered_throughout(s, verb)) {
        if (writes(record)) {
            conf_model_arm(model, record->source, CONF_OUT, verb);
        } else if ((s->socket.shutting >> CONF_IN & 1u) == 0) {
            conf_model_arm(model, record->source, CONF_IN, verb);
        }
    }
}

/* A connection that is dropped with bytes unread, or so that it is reset, may lose what was sent.
 */
void conf_model_drop_socket(struct conf_model *model, uint8_t source)
{
    struct conf_model_source *s = &model->source[source];
    bool resets = s->socket.hard;

    s->socket.acted = true;
    if (!is_tcp(s)) {
        return;
    }
    for (uint32_t i = 0; i < model->streams.count; i++) {
        const struct conf_stream *stream = &model->streams.stream[i];

        resets =
            resets ||
            (conf_stream_may_reach(model, stream, source) &&
             (stream->received < stream->accepted || model->source[stream->writer].writing > 0));
    }
    excuse_incoming(model, source);
    if (resets || conf_stream_racy(model, source, CONF_IN)) {
        conf_model_excuse(model, source);
    }
}
