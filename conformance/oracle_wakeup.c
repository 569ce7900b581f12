#include "conformance/oracle_wakeup.h"

#include "conformance/judge.h"
#include "conformance/oracle_missing.h"
#include "conformance/oracle_socket.h"
#include "conformance/oracle_stream.h"
#include "conformance/scenario_words.h"

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
