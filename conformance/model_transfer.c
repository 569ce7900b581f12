/* What connections and transfers mean to the model. */
#include "conformance/model_part.h"

#include "conformance/error_code.h"
#include "conformance/scenario_words.h"

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

void conf_model_begin_open(struct conf_model *model, const struct conf_record *record)
{
    const struct conf_model_source *server = server_of(model, record->source);

    model->source[record->source].epoch_first = server != NULL ? server->epoch : 0;
}

void conf_model_end_open(struct conf_model *model, const struct conf_record *record,
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

void conf_model_end_connect(struct conf_model *model, const struct conf_record *record,
                            const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];

    if (record->word == CONF_WORD_FAILED) {
        s->direction[CONF_OUT].armed = false;
    } else if (s->disconnecting > 0 || s->connections != verb->connections) {
        return; /* it may have been for the old connection */
    } else if (conf_kind_is_raw((enum conf_source_kind)s->kind)) {
        s->connect_accepted = true;
    } else if (conf_model_registered_throughout(s, verb)) {
        s->connect_accepted = true;
        s->connect_since = seq;
        s->connect_may_fail =
            record->word == CONF_WORD_WOULD_BLOCK && model->scenario->settings.faults > 0;
        conf_model_arm(model, record->source, CONF_IN, verb);
        if (record->word == CONF_WORD_WOULD_BLOCK) {
            conf_model_arm(model, record->source, CONF_OUT, verb);
        }
    }
}

/* What a writer sent in its epoch may be lost from now on, and what was sent to it is not asked for
 * any more. */
void conf_model_excuse(struct conf_model *model, uint8_t writer)
{
    struct conf_stream *stream =
        conf_stream_find(&model->streams, writer, model->source[writer].epoch);

    if (stream != NULL) {
        stream->excused = true;
    }
}

/* Overlapping transfers, and transfers beside a disconnect, make it unknown which bytes go where.
 */
void conf_model_begin_disconnect(struct conf_model *model, const struct conf_record *record)
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
    conf_model_excuse(model, record->source);
}

void conf_model_end_disconnect(struct conf_model *model, const struct conf_record *record,
                               const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];

    s->disconnecting--;
    s->connections++;
    if (record->word == CONF_WORD_DONE) {
        s->epoch++;
        s->epoch_since = seq;
        s->connect_accepted = false;
        conf_model_disarm(s);
    }
}

/* ---- transfers ---- */

/* What goes over streams in memory is the business of channel.c. */
static bool in_memory(const struct conf_model_source *s)
{
    return conf_kind_is_stream((enum conf_source_kind)s->kind);
}

void conf_model_begin_read(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[record->source];

    s->reading++;
    if (!in_memory(s) && (s->reading > 1 || s->disconnecting > 0)) {
        conf_stream_make_racy(model, record->source, CONF_IN);
    }
}

void conf_model_end_read(struct conf_model *model, const struct conf_record *record,
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
    } else if (record->word == CONF_WORD_WOULD_BLOCK && conf_model_registered_throughout(s, verb)) {
        conf_model_arm(model, record->source, CONF_IN, verb);
    }
}

void conf_model_begin_write(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[record->source];

    s->writing++;
    if (!in_memory(s) && (s->writing > 1 || s->disconnecting > 0 ||
                          !conf_stream_open(&model->streams, record->source, s->epoch))) {
        conf_stream_make_racy(model, record->source, CONF_OUT);
    }
}

void conf_model_end_write(struct conf_model *model, const struct conf_record *record,
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
    } else if (record->word == CONF_WORD_WOULD_BLOCK && conf_model_registered_throughout(s, verb)) {
        conf_model_arm(model, record->source, CONF_OUT, verb);
    } else if (record->word == CONF_WORD_FAILED) {
        s->direction[CONF_OUT].armed = false;
        conf_model_excuse(model, record->source);
    } else if (record->word == CONF_WORD_IDLE) {
        conf_stream_make_racy(model, record->source, CONF_OUT); /* some of it may have gone */
    }
}

void conf_model_end_take_error(struct conf_model *model, const struct conf_record *record,
                               const struct conf_model_verb *verb, uint32_t seq)
{
    if (record->a != 0) {
        conf_model_excuse(model, record->source);
    }
}
