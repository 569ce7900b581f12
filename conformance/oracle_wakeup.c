#include "conformance/oracle_wakeup.h"

#include "conformance/judge.h"
#include "conformance/oracle_missing.h"
#include "conformance/oracle_socket.h"
#include "conformance/oracle_stream.h"
#include "conformance/scenario_words.h"

#define SOCKET_BUFFER_DEFAULT 65536u /* bytes, where the scenario names no other */

/* A full stream may say that it has room only when half of what it sends from is free: with one
 * byte of room a write is done, and nobody needs to have been told (fakes/RULES.md 6.17). Of what
 * the peer has not read it holds as much as its own buffer takes. */
static bool has_little_room(struct conf_judge *judge, uint8_t source)
{
    const struct conf_stream *stream = conf_stream_find(&judge->model.streams, source, 0);
    uint64_t buffer = judge->model.scenario->settings.socket_buffer;

    buffer = buffer != 0 ? buffer : SOCKET_BUFFER_DEFAULT;
    return conf_kind_is_tcp_stream((enum conf_source_kind)judge->model.source[source].kind) &&
           stream != NULL && stream->accepted - stream->received > buffer + (buffer - buffer / 2);
}

static void see_probe(struct conf_judge *judge, const struct conf_record *record)
{
    enum conf_way way =
        conf_verb_reads((enum conf_verb_code)record->code) || record->code == CONF_VERB_ACCEPT
            ? CONF_IN
            : CONF_OUT;
    const struct conf_direction *direction = &judge->model.source[record->source].direction[way];

    /* An announcement by a waker that cannot be posted has no caller who could be told. */
    bool excused = (judge->model.scenario->settings.faults > 0 &&
                    judge->model.source[record->source].kind == CONF_DUPLEX) ||
                   judge->model.scenario->settings.crossed_polls != 0;

    if (excused || record->word == CONF_WORD_GONE ||
        !conf_model_waits(&judge->model, record->source, way)) {
        return;
    }
    if (record->word == CONF_WORD_WOULD_BLOCK) {
        if (conf_stream_peer_is_gone(&judge->model, record->source, way)) {
            conf_judge_find(judge, "%s %s would block at the end, but its peer has gone",
                            conf_verb_name((enum conf_verb_code)record->code),
                            conf_judge_name(judge, record->source));
        }
        return;
    }
    if (record->word != CONF_WORD_DONE && direction->ended > direction->since) {
        return;
    }
    if (record->word == CONF_WORD_DONE && way == CONF_OUT &&
        has_little_room(judge, record->source)) {
        return;
    }
    conf_judge_find(judge,
                    "%s %s is %s at the end, but no %s event came since the verb that armed it "
                    "(record %u)",
                    conf_verb_name((enum conf_verb_code)record->code),
                    conf_judge_name(judge, record->source),
                    conf_word_name((enum conf_word)record->word),
                    way == CONF_IN ? "readable" : "writable", (unsigned)direction->since);
}

void conf_see_lost_wakeup(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_scenario *scenario = judge->model.scenario;

    if (record->kind == CONF_RECORD_END) {
        if ((record->flags & CONF_RECORD_FLAG_PROBE) != 0 &&
            !conf_see_stream_wakeup(judge, record)) {
            see_probe(judge, record);
        }
        return;
    }
    if (record->kind == CONF_RECORD_STUCK) {
        if (record->code == CONF_VERB_POLL) {
            conf_judge_find(judge, "poll %s in %s did not return after a wake",
                            conf_judge_name(judge, record->source),
                            conf_thread_name(scenario, record->thread));
        }
        return;
    }
    conf_see_socket_end(judge);
    conf_see_untold_write(judge);
    for (uint8_t i = 0; i < scenario->source_count; i++) {
        if (scenario->source[i].kind == CONF_WAKER && conf_model_waker_waits(&judge->model, i)) {
            conf_judge_find(judge, "wake %s (record %u) was never reported by poll %s",
                            conf_judge_name(judge, i),
                            (unsigned)judge->model.source[i].direction[CONF_IN].since,
                            conf_judge_name(judge, scenario->source[i].poll));
        }
    }
}
