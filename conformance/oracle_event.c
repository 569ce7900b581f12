#include "conformance/oracle_event.h"

#include "conformance/judge.h"
#include "conformance/token.h"

#include <assert.h>
#include <inttypes.h>

void conf_see_stale_token(struct conf_judge *judge, const struct conf_record *record)
{
    struct conf_token_state token = conf_token_look(&judge->model, record->thread, record->a);

    if (token.legal) {
        return;
    }
    if (token.source == CONF_NONE) {
        conf_judge_find(judge, "poll %s reports token %" PRIu64 ", which nobody ever registered",
                        conf_judge_name(judge, record->source), record->a);
    } else if (token.retired == 0) {
        conf_judge_find(judge, "poll %s reports token %" PRIu64 " of %s, which was never woken",
                        conf_judge_name(judge, record->source), record->a,
                        conf_judge_name(judge, token.source));
    } else {
        conf_judge_find(judge,
                        "poll %s reports token %" PRIu64 " of %s, given up (record %u) before "
                        "this poll started",
                        conf_judge_name(judge, record->source), record->a,
                        conf_judge_name(judge, token.source), (unsigned)token.retired);
    }
}

void conf_see_interest_exceeded(struct conf_judge *judge, const struct conf_record *record)
{
    struct conf_token_state token = conf_token_look(&judge->model, record->thread, record->a);
    uint64_t got = record->b & (CONF_EVENT_READABLE | CONF_EVENT_WRITABLE);

    static_assert(CONF_EVENT_READABLE == CONF_INTEREST_READABLE &&
                      CONF_EVENT_WRITABLE == CONF_INTEREST_WRITABLE,
                  "readiness and interest have the same bits");
    if (token.legal && (got & ~(uint64_t)token.interest) != 0) {
        conf_judge_find(
            judge, "poll %s reports %s %s, which it is not registered for",
            conf_judge_name(judge, record->source), conf_judge_name(judge, token.source),
            (got & ~token.interest & CONF_EVENT_READABLE) != 0 ? "readable" : "writable");
    }
}

/* A verb on a pipe is a reason for events on both of its ends. */
static void stimulate_pipe(struct conf_judge *judge, uint8_t source)
{
    const struct conf_scenario *scenario = judge->model.scenario;

    for (unsigned i = 0; i < scenario->source_count; i++) {
        if (scenario->source[i].pipe == scenario->source[source].pipe) {
            judge->stimuli[i]++;
        }
    }
}

static void count_stimulus(struct conf_judge *judge, const struct conf_record *record)
{
    bool ends = record->kind == CONF_RECORD_END;

    if (record->source == CONF_NONE) {
        return;
    }
    if (record->kind == CONF_RECORD_DROP_BEGIN) {
        stimulate_pipe(judge, record->source);
        return;
    }
    switch ((enum conf_verb_code)record->code) {
    case CONF_VERB_READ:
        if (ends && ((record->word == CONF_WORD_DONE && record->a > 0) ||
                     record->word == CONF_WORD_WOULD_BLOCK)) {
            stimulate_pipe(judge, record->source);
        }
        break;
    case CONF_VERB_OPEN:
    case CONF_VERB_CONNECT:
    case CONF_VERB_DISCONNECT:
    case CONF_VERB_WRITE:
        if (!ends) {
            stimulate_pipe(judge, record->source);
        }
        break;
    case CONF_VERB_REGISTER:
    case CONF_VERB_REREGISTER:
    case CONF_VERB_DEREGISTER:
    case CONF_VERB_WAKE:
        judge->stimuli[record->source] += !ends;
        break;
    case CONF_VERB_DROP:
    case CONF_VERB_POLL:
    case CONF_VERB_TAKE_ERROR:
    case CONF_VERB_JOIN:
    case CONF_VERB_COUNT:
        break;
    }
}

void conf_see_event_storm(struct conf_judge *judge, const struct conf_record *record)
{
    struct conf_token_state token;

    if (record->kind != CONF_RECORD_EVENT) {
        count_stimulus(judge, record);
        return;
    }
    token = conf_token_look(&judge->model, record->thread, record->a);
    if (token.source == CONF_NONE || token.owners > 1) {
        return;
    }
    if (++judge->events[token.source] > 2 * judge->stimuli[token.source]) {
        conf_judge_find(judge, "%u events of %s, for %u reasons",
                        (unsigned)judge->events[token.source], conf_judge_name(judge, token.source),
                        (unsigned)judge->stimuli[token.source]);
    }
}

void conf_see_empty_poll(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model_verb *verb = conf_model_verb(&judge->model, record->thread);

    if (record->code != CONF_VERB_POLL || record->word != CONF_WORD_DONE || record->a > 0 ||
        !verb->running) {
        return;
    }
    if (verb->begin.b == CONF_WAIT_FOREVER) {
        conf_judge_find(judge, "poll %s without timeout returned without an event",
                        conf_judge_name(judge, record->source));
    } else if (record->b < verb->begin.b) {
        conf_judge_find(judge,
                        "poll %s returned without an event after %" PRIu64 " of %" PRIu64 " ns",
                        conf_judge_name(judge, record->source), record->b, verb->begin.b);
    }
}
