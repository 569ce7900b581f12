#include "conformance/stream.h"

#include "conformance/model.h"
#include "conformance/scenario_words.h"

#include <string.h>

void conf_stream_begin(struct conf_stream_table *table, const struct conf_scenario *scenario)
{
    table->count = 0;
    memset(table->racy, 0, scenario->pipe_count * sizeof(table->racy[0]));
    memset(table->phantom, 0, scenario->pipe_count * sizeof(table->phantom[0]));
    memset(table->servers, 0, scenario->pipe_count * sizeof(table->servers[0]));
    memset(table->clients, 0, scenario->pipe_count * sizeof(table->clients[0]));
    for (unsigned i = 0; i < scenario->source_count; i++) {
        const struct conf_source *source = &scenario->source[i];
        enum conf_source_kind kind = (enum conf_source_kind)source->kind;
        if (conf_kind_is_pipe_server(kind) || conf_kind_is_accepted(kind)) {
            table->servers[source->pipe]++;
        } else if (conf_kind_is_tcp_stream(kind)) {
            table->clients[source->pipe]++;
        }
    }
}

struct conf_stream *conf_stream_find(struct conf_stream_table *table, uint8_t writer,
                                     uint32_t epoch)
{
    for (uint32_t i = 0; i < table->count; i++) {
        if (table->stream[i].writer == writer && table->stream[i].epoch == epoch) {
            return &table->stream[i];
        }
    }
    return NULL;
}

bool conf_stream_open(struct conf_stream_table *table, uint8_t writer, uint32_t epoch)
{
    if (conf_stream_find(table, writer, epoch) != NULL) {
        return true;
    }
    if (table->count == CONF_STREAMS_MAX) {
        return false;
    }
    table->stream[table->count++] =
        (struct conf_stream){.writer = writer, .reader = CONF_NONE, .epoch = epoch};
    return true;
}

/* Only a server with the pipe to itself makes the epochs of clients mean anything. A connection
 * over TCP is known if there can only be one. */
static bool shared(const struct conf_model *model, uint8_t pipe)
{
    return model->streams.servers[pipe] != 1 || model->streams.clients[pipe] > 1;
}

/* Tells whether two ends may be those of one connection: of one name, and one on each side. */
static bool opposite(const struct conf_model *model, uint8_t one, uint8_t other)
{
    const struct conf_source *a = &model->scenario->source[one];
    const struct conf_source *b = &model->scenario->source[other];

    return a->pipe == b->pipe && a->family == b->family &&
           !conf_kind_is_listener((enum conf_source_kind)b->kind) &&
           conf_model_is_server(model, one) != conf_model_is_server(model, other);
}

static bool is_tcp(const struct conf_model *model, uint8_t source)
{
    return conf_kind_is_tcp_stream((enum conf_source_kind)model->source[source].kind);
}

static bool has_shut(uint8_t ways)
{
    return (ways >> CONF_OUT & 1u) != 0;
}

static bool epoch_fits(const struct conf_model_source *client, uint32_t epoch)
{
    return epoch >= client->epoch_first && epoch <= client->epoch_last;
}

bool conf_stream_may_reach(const struct conf_model *model, const struct conf_stream *stream,
                           uint8_t reader)
{
    const struct conf_model_source *r = &model->source[reader];
    uint8_t pipe = model->scenario->source[reader].pipe;
    bool server = conf_model_is_server(model, reader);

    if (!opposite(model, reader, stream->writer)) {
        return false;
    }
    if (stream->reader != CONF_NONE) {
        return stream->reader == reader && stream->reader_epoch == r->epoch;
    }
    return shared(model, pipe) || (server ? epoch_fits(&model->source[stream->writer], r->epoch)
                                          : epoch_fits(r, stream->epoch));
}

const struct conf_stream *conf_stream_incoming(const struct conf_model *model, uint8_t reader)
{
    const struct conf_stream *found = NULL;
    bool server = conf_model_is_server(model, reader);
    bool certain = !shared(model, model->scenario->source[reader].pipe);

    for (uint32_t i = 0; i < model->streams.count; i++) {
        const struct conf_stream *stream = &model->streams.stream[i];
        const struct conf_model_source *client = &model->source[server ? stream->writer : reader];
        if (!conf_stream_may_reach(model, stream, reader)) {
            continue;
        }
        if (stream->reader == reader) {
            return stream;
        }
        certain = certain && found == NULL && client->epoch_first == client->epoch_last;
        found = stream;
    }
    return certain ? found : NULL;
}

bool conf_stream_peer_left(const struct conf_model *model, uint8_t source)
{
    const struct conf_model_source *s = &model->source[source];
    uint8_t pipe = model->scenario->source[source].pipe;
    bool server = conf_model_is_server(model, source);

    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        const struct conf_model_source *other = &model->source[i];
        if (!opposite(model, source, i) || other->life == CONF_ABSENT) {
            continue;
        }
        if (has_shut(other->socket.shutting)) {
            return true;
        }
        if (server
                ? other->life != CONF_LIVE && (shared(model, pipe) || epoch_fits(other, s->epoch))
                : other->life != CONF_LIVE || other->disconnecting > 0 ||
                      other->epoch > (shared(model, pipe) ? 0 : s->epoch_first)) {
            return true;
        }
    }
    return (server || is_tcp(model, source)) && model->streams.phantom[pipe];
}

/* A port keeps the handle of what was dropped until all that it has taken on is read. */
static bool lets_go(const struct conf_model *model, uint8_t source, uint32_t epoch)
{
    for (uint32_t i = 0; i < model->streams.count; i++) {
        const struct conf_stream *stream = &model->streams.stream[i];
        if (stream->writer == source && stream->epoch == epoch &&
            stream->received < stream->accepted) {
            return conf_kind_is_raw((enum conf_source_kind)model->source[source].kind);
        }
    }
    return true;
}

bool conf_stream_peer_is_gone(const struct conf_model *model, uint8_t source, enum conf_way way)
{
    const struct conf_model_source *s = &model->source[source];
    uint8_t pipe = model->scenario->source[source].pipe;
    bool server = conf_model_is_server(model, source);
    unsigned peers = 0;
    bool gone = false;

    if (pipe == CONF_NONE ||
        conf_kind_is_listener((enum conf_source_kind)model->scenario->source[source].kind) ||
        shared(model, pipe) || model->streams.phantom[pipe] ||
        conf_stream_racy(model, source, CONF_IN)) {
        return false;
    }
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        const struct conf_model_source *other = &model->source[i];
        const struct conf_model_source *client = server ? other : s;
        if (!opposite(model, source, i) ||
            (server && (other->life == CONF_ABSENT || !epoch_fits(other, s->epoch)))) {
            continue;
        }
        peers++;
        gone = client->epoch_first == client->epoch_last &&
               ((way == CONF_IN && has_shut(other->socket.shut)) ||
                (other->life == CONF_DROPPED && lets_go(model, i, server ? 0 : s->epoch_last)) ||
                (!server && other->epoch > s->epoch_last));
    }
    return peers == 1 && gone;
}

static bool *racy(struct conf_model *model, uint8_t source, enum conf_way way)
{
    bool to_server = conf_model_is_server(model, source) == (way == CONF_IN);

    return &model->streams.racy[model->scenario->source[source].pipe][to_server];
}

bool conf_stream_racy(const struct conf_model *model, uint8_t source, enum conf_way way)
{
    return *racy((struct conf_model *)model, source, way);
}

void conf_stream_make_racy(struct conf_model *model, uint8_t source, enum conf_way way)
{
    *racy(model, source, way) = true;
}
