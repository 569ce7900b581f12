#include "conformance/oracle_event.h"

#include "conformance/judge.h"
#include "conformance/scenario_words.h"
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

#define REGISTRATION \
    (1u << CONF_VERB_REGISTER | 1u << CONF_VERB_REREGISTER | 1u << CONF_VERB_DEREGISTER)

/* A verb on a pipe is a reason for events on both of its ends. */
static void stimulate_pipe(struct conf_judge *judge, uint8_t source)
{
    uint8_t pipe = judge->model.scenario->source[source].pipe;

    if (pipe != CONF_NONE) {
        judge->pipe_stimuli[pipe]++;
    }
}

/* A verb on a stream in memory is a reason for events on all ends. */
static void stimulate_ends(struct conf_judge *judge)
{
    for (unsigned i = 0; i < judge->model.scenario->source_count; i++) {
        judge->source_stimuli[i] += judge->model.source[i].kind == CONF_DUPLEX;
    }
}

/* A verb on a udp socket is a reason for events on all of them. */
static void stimulate_datagrams(struct conf_judge *judge)
{
    for (unsigned i = 0; i < judge->model.scenario->source_count; i++) {
        judge->source_stimuli[i] +=
            conf_kind_is_udp((enum conf_source_kind)judge->model.source[i].kind);
    }
}

static void count_stimulus(struct conf_judge *judge, const struct conf_record *record)
{
    bool ends = record->kind == CONF_RECORD_END;

    if (judge->model.channels.any && record->source != CONF_NONE &&
        conf_kind_is_stream((enum conf_source_kind)judge->model.source[record->source].kind)) {
        stimulate_ends(judge);
        return;
    }

    if (record->source != CONF_NONE &&
        conf_kind_is_udp((enum conf_source_kind)judge->model.source[record->source].kind)) {
        stimulate_datagrams(judge);
        return;
    }
    if (judge->model.source[record->source].kind == CONF_USER_SOURCE) {
        judge->source_stimuli[record->source]++;
        return;
    }
    if (record->kind == CONF_RECORD_DROP_BEGIN) {
        stimulate_pipe(judge, record->source);
    } else if (conf_verb_reads((enum conf_verb_code)record->code) ||
               record->code == CONF_VERB_ACCEPT) {
        if (ends && ((record->word == CONF_WORD_DONE &&
                      (record->a > 0 || record->code == CONF_VERB_ACCEPT)) ||
                     record->word == CONF_WORD_WOULD_BLOCK)) {
            stimulate_pipe(judge, record->source);
        }
    } else if (!ends && (1u << record->code & (REGISTRATION | 1u << CONF_VERB_WAKE)) != 0) {
        judge->source_stimuli[record->source]++;
    } else if (!ends) { /* open, connect, disconnect, write */
        stimulate_pipe(judge, record->source);
    }
}

static uint32_t stimuli_of(const struct conf_judge *judge, uint8_t source)
{
    uint8_t pipe = judge->model.scenario->source[source].pipe;

    return judge->source_stimuli[source] + (pipe != CONF_NONE ? judge->pipe_stimuli[pipe] : 0);
}

void conf_see_event_storm(struct conf_judge *judge, const struct conf_record *record)
{
    struct conf_token_state token;

    if (record->kind != CONF_RECORD_EVENT) {
        count_stimulus(judge, record);
        return;
    }
    token = conf_token_look(&judge->model, record->thread, record->a);
    if (token.source != CONF_NONE && token.owners == 1 &&
        ++judge->events[token.source] > 2 * stimuli_of(judge, token.source)) {
        conf_judge_find(judge, "%u events of %s, for %u reasons",
                        (unsigned)judge->events[token.source], conf_judge_name(judge, token.source),
                        (unsigned)stimuli_of(judge, token.source));
    }
}

void conf_see_empty_poll(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model_verb *verb = conf_model_verb(&judge->model, record->thread);

    if (record->word != CONF_WORD_DONE || record->a > 0 || !verb->running) {
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

/* What the verb that ends asks of the kernel may have been refused: it was told so, or has read
 * less than it asked for, and nobody hears that the kernel does not watch for the rest. */
static bool may_be_refused(const struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model_verb *verb = conf_model_verb(&judge->model, record->thread);

    if (record->kind != CONF_RECORD_END || record->word != CONF_WORD_DONE) {
        return record->word == CONF_WORD_FAILED;
    }
    return judge->model.scenario->settings.faults > 0 &&
           (record->code == CONF_VERB_READ || record->code == CONF_VERB_READV) &&
           record->a < verb->begin.a;
}

/* A verb begins or ends, or an idle one is ended: whatever was at rest may have been stirred. A
 * poll that was at rest, or is now, stirs nobody: it has nothing to process. */
static void note_stir(struct conf_judge *judge, const struct conf_record *record)
{
    uint32_t source = record->source == CONF_NONE ? 0 : 1u << record->source;

    if (record->code == CONF_VERB_JOIN && record->kind != CONF_RECORD_DROP_BEGIN) {
        return;
    }
    if (record->code != CONF_VERB_POLL || record->kind == CONF_RECORD_DROP_BEGIN) {
        judge->idle = 0;
        judge->refused |= may_be_refused(judge, record) ? source : 0;
    } else if (record->kind == CONF_RECORD_IDLE) {
        judge->idle |= source;
    } else if ((judge->idle & source) == 0) {
        judge->idle = 0;
    }
}

static bool may_be_overdue(const struct conf_judge *judge, uint8_t source)
{
    const struct conf_settings *settings = &judge->model.scenario->settings;

    return judge->guesses_rest || settings->crossed_polls != 0 || settings->spurious_polls != 0 ||
           (judge->refused >> source & 1u) != 0 ||
           (settings->faults > 0 && judge->model.source[source].kind == CONF_DUPLEX);
}

void conf_see_overdue_event(struct conf_judge *judge, const struct conf_record *record)
{
    struct conf_token_state token;

    if (record->kind != CONF_RECORD_EVENT) {
        note_stir(judge, record);
        return;
    }
    if ((judge->idle >> record->source & 1u) == 0) {
        return;
    }
    token = conf_token_look(&judge->model, record->thread, record->a);
    if (token.source != CONF_NONE && !may_be_overdue(judge, token.source)) {
        conf_judge_find(judge,
                        "poll %s reports %s, and nothing has happened since it waited in vain: the "
                        "event was due then",
                        conf_judge_name(judge, record->source),
                        conf_judge_name(judge, token.source));
    }
}
