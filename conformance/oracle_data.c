#include "conformance/oracle_data.h"

#include "conformance/judge.h"
#include "conformance/oracle_missing.h"
#include "conformance/oracle_stream.h"
#include "conformance/scenario_words.h"
#include "conformance/token.h"

#include <inttypes.h>

static void find_mismatch(struct conf_judge *judge, const struct conf_record *record,
                          const char *what)
{
    conf_judge_find(judge, "%s read %s: byte %" PRIu64 " is %02x, not %02x",
                    conf_judge_name(judge, record->source), what, record->a,
                    (unsigned)(record->b & 0xff), (unsigned)(record->b >> 8 & 0xff));
}

void conf_see_data_corruption(struct conf_judge *judge, const struct conf_record *record)
{
    if (record->code == CONF_MISMATCH_CORRUPT) {
        find_mismatch(judge, record, "bytes that were not sent");
    }
}

void conf_see_cross_connection(struct conf_judge *judge, const struct conf_record *record)
{
    if (record->kind == CONF_RECORD_EVENT) {
        conf_see_event_of_the_past(judge, record);
    } else if (record->code == CONF_MISMATCH_CONNECTION) {
        find_mismatch(judge, record, "bytes of another connection");
    }
}

void conf_see_data_loss(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model *model = &judge->model;
    const struct conf_stream *stream;
    bool final = (record->flags & CONF_RECORD_FLAG_FINAL) != 0;

    if (record->kind == CONF_RECORD_MISMATCH) {
        if (record->code == CONF_MISMATCH_HOLE) {
            find_mismatch(judge, record, "past a hole");
        }
        return;
    }
    if (conf_see_stream_loss(judge, record)) {
        return;
    }
    if (!(record->word == CONF_WORD_CLOSED || record->word == CONF_WORD_IDLE ||
          (record->word == CONF_WORD_WOULD_BLOCK && final)) ||
        conf_stream_racy(model, record->source, CONF_IN) ||
        (model->source[record->source].socket.shutting >> CONF_IN & 1u) != 0) {
        return;
    }
    stream = conf_stream_incoming(model, record->source);
    if (stream != NULL && !stream->excused && stream->received < stream->accepted &&
        model->source[stream->writer].writing == 0 &&
        model->source[record->source].epoch == conf_model_verb(model, record->thread)->epoch) {
        conf_judge_find(judge, "%s got %" PRIu64 " of the %" PRIu64 " bytes %s sent, then %s",
                        conf_judge_name(judge, record->source), stream->received, stream->accepted,
                        conf_judge_name(judge, stream->writer),
                        conf_word_name((enum conf_word)record->word));
    }
}

static void check_end(struct conf_judge *judge, uint8_t source, const char *what)
{
    const struct conf_model *model = &judge->model;

    /* An end that its own side has made. */
    if ((model->source[source].socket.shutting >> CONF_IN & 1u) != 0) {
        return;
    }
    if (!conf_stream_peer_left(model, source) && !conf_stream_racy(model, source, CONF_IN) &&
        model->source[source].disconnecting == 0) {
        conf_judge_find(judge, "%s %s, but its peer has not closed", conf_judge_name(judge, source),
                        what);
    }
}

void conf_see_false_eof(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model_source *source;
    struct conf_token_state token;

    if (conf_see_stream_end(judge, record)) {
        return;
    }
    if (record->kind == CONF_RECORD_END) {
        if (record->word == CONF_WORD_CLOSED) {
            check_end(judge, record->source, "read the end");
        }
        return;
    }
    if ((record->b & (CONF_EVENT_READ_CLOSED | CONF_EVENT_WRITE_CLOSED)) == 0) {
        return;
    }
    token = conf_token_look(&judge->model, record->thread, record->a);
    if (token.owners != 1) {
        return;
    }
    if ((record->b & CONF_EVENT_READ_CLOSED) != 0 &&
        conf_see_stream_read_closed(judge, token.source)) {
        return;
    }
    source = &judge->model.source[token.source];
    if ((conf_kind_is_pipe((enum conf_source_kind)source->kind) ||
         (conf_kind_is_tcp_stream((enum conf_source_kind)source->kind) &&
          (record->b & CONF_EVENT_ERROR) == 0)) &&
        source->epoch_since <= conf_model_verb(&judge->model, record->thread)->seq) {
        check_end(judge, token.source,
                  (record->b & CONF_EVENT_READ_CLOSED) != 0 ? "was reported read-closed"
                                                            : "was reported write-closed");
    }
}
