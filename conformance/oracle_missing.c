#include "conformance/oracle_missing.h"

#include "conformance/error_code.h"
#include "conformance/judge.h"
#include "conformance/scenario_words.h"
#include "conformance/token.h"

#include <inttypes.h>

#define VERB(code)   (1u << CONF_VERB_##code)
#define REGISTRATION (VERB(REGISTER) | VERB(REREGISTER) | VERB(DEREGISTER))
#define TRANSFER     (VERB(CONNECT) | VERB(READ) | VERB(WRITE))
#define ANY_IO       (TRANSFER | VERB(DISCONNECT) | VERB(TAKE_ERROR))

/* Of a pipe that says nothing of it. */
#define QUOTA_DEFAULT 65536u

static bool is_pipe_of_port(const struct conf_model *model, uint8_t source)
{
    enum conf_source_kind kind = (enum conf_source_kind)model->source[source].kind;

    return conf_kind_is_pipe(kind) && !conf_kind_is_raw(kind);
}

static void find(struct conf_judge *judge, const struct conf_record *record, const char *why)
{
    conf_judge_find(
        judge, "%s %s is %s, although %s", conf_verb_name((enum conf_verb_code)record->code),
        conf_judge_name(judge, record->source), conf_word_name((enum conf_word)record->word), why);
}

/* ---- registration ---- */

/* The verb counts itself, as `registering`. */
static void check_registration(struct conf_judge *judge, const struct conf_record *record,
                               const struct conf_model_verb *verb)
{
    const struct conf_model_source *s = &judge->model.source[record->source];

    if (record->word != CONF_WORD_DONE || s->registering != 1 ||
        s->registrations != verb->registrations) {
        return;
    }
    if (record->code == CONF_VERB_REGISTER && s->registered == CONF_REGISTERED_YES) {
        find(judge, record, "it is registered already");
    } else if (record->code != CONF_VERB_REGISTER && s->registered == CONF_REGISTERED_NO) {
        find(judge, record, "it is not registered");
    } else if (s->bound != 0 && (s->bound >> record->peer & 1u) == 0 &&
               judge->model.scenario->settings.faults == 0) {
        find(judge, record, "it belongs to another poll for ever");
    }
}

/* An operation of a pipe that is not registered, or whose poll is gone, all the time it ran. */
static void check_standing(struct conf_judge *judge, const struct conf_record *record,
                           const struct conf_model_verb *verb)
{
    const struct conf_model *model = &judge->model;
    const struct conf_model_source *s = &model->source[record->source];
    bool one_poll = s->bound != 0 && (s->bound & (s->bound - 1)) == 0;

    if (s->registering > 0 || s->registrations != verb->registrations ||
        record->word == CONF_WORD_GONE) {
        return;
    }
    if (one_poll && model->source[conf_lowest_bit(s->bound)].life == CONF_DROPPED) {
        if (record->word != CONF_WORD_FAILED && model->scenario->settings.faults == 0) {
            find(judge, record, "its poll is gone");
        }
    } else if (s->registered == CONF_REGISTERED_NO && (1u << record->code & TRANSFER) != 0 &&
               !conf_model_poll_is_gone(model, record->source) &&
               record->word != CONF_WORD_WOULD_BLOCK) {
        find(judge, record, "it is not registered");
    }
}

/* ---- errors that are due ---- */

static void check_told(struct conf_judge *judge, const struct conf_record *record,
                       const struct conf_model_verb *verb)
{
    const struct conf_model_source *s = &judge->model.source[record->source];

    if (!verb->owes_error || s->operations != verb->operations) {
        return;
    }
    if (record->code == CONF_VERB_TAKE_ERROR
            ? record->word == CONF_WORD_DONE && record->a == 0
            : record->word == CONF_WORD_DONE || record->word == CONF_WORD_WOULD_BLOCK) {
        find(judge, record, "the event before it says that there is an error");
    }
}

/* Each fault is one error of one call, and returned once. */
static void count_resource_errors(struct conf_judge *judge, const struct conf_record *record)
{
    uint8_t faults = judge->model.scenario->settings.faults;
    bool taken = record->code == CONF_VERB_TAKE_ERROR && record->word == CONF_WORD_DONE;

    if ((taken && conf_error_is_resource(record->a)) ||
        (record->word == CONF_WORD_FAILED && conf_error_is_resource(record->b))) {
        judge->resource_errors++;
        if (faults > 0 && judge->resource_errors > faults) {
            conf_judge_find(judge,
                            "%s %s reports resource error number %u, after at most %u faults",
                            conf_verb_name((enum conf_verb_code)record->code),
                            conf_judge_name(judge, record->source),
                            (unsigned)judge->resource_errors, (unsigned)faults);
        }
    }
}

void conf_see_missing_error(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model_verb *verb = conf_model_verb(&judge->model, record->thread);

    if (!verb->running || record->source == CONF_NONE) {
        return;
    }
    if (record->code == CONF_VERB_WAKE) {
        check_standing(judge, record, verb);
    }
    if (!is_pipe_of_port(&judge->model, record->source)) {
        return;
    }
    if ((1u << record->code & REGISTRATION) != 0) {
        check_registration(judge, record, verb);
    } else if ((1u << record->code & ANY_IO) != 0) {
        check_standing(judge, record, verb);
        check_told(judge, record, verb);
    }
    count_resource_errors(judge, record);
}

/* ---- a write that failed ---- */

/* More than the pipe holds was never read by a peer that has gone: some write was still under way
 * then, and has failed. What a read was asked for and has not returned may have been on its way. */
static bool has_failed(const struct conf_model *model, uint8_t writer)
{
    const struct conf_model_source *s = &model->source[writer];
    uint8_t pipe = model->scenario->source[writer].pipe;
    uint8_t server = CONF_NONE, reader = CONF_NONE;
    const struct conf_stream *stream = NULL;
    uint64_t quota;

    if (conf_stream_racy(model, writer, CONF_OUT) ||
        !conf_stream_peer_is_gone(model, writer, CONF_OUT)) {
        return false;
    }
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        if (model->scenario->source[i].pipe == pipe && conf_model_is_server(model, i)) {
            server = i;
        }
    }
    for (uint32_t i = 0; i < model->streams.count; i++) {
        if (model->streams.stream[i].writer == writer &&
            model->streams.stream[i].epoch == s->epoch) {
            stream = &model->streams.stream[i];
        }
    }
    for (uint8_t i = 0; stream != NULL && i < model->scenario->source_count; i++) {
        if (i != writer && conf_stream_may_reach(model, stream, i)) {
            reader = reader == CONF_NONE ? i : writer;
        }
    }
    quota = server != CONF_NONE ? model->scenario->source[server].quota : 0;
    quota = quota != 0 ? quota : QUOTA_DEFAULT;
    return server != CONF_NONE && reader != CONF_NONE && reader != writer && !stream->excused &&
           conf_kind_is_raw((enum conf_source_kind)model->source[reader].kind) &&
           stream->accepted > stream->received + quota + model->source[reader].asked;
}

void conf_see_untold_write(struct conf_judge *judge)
{
    const struct conf_model *model = &judge->model;

    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        const struct conf_model_source *s = &model->source[i];
        if (is_pipe_of_port(model, i) && s->life == CONF_LIVE &&
            s->registered == CONF_REGISTERED_YES && (s->interest & CONF_INTEREST_WRITABLE) != 0 &&
            !conf_model_poll_is_gone(model, i) && has_failed(model, i)) {
            conf_judge_find(judge, "a write of %s has failed, and no event says so",
                            conf_judge_name(judge, i));
        }
    }
}

/* ---- events of an old connection ---- */

/* A server that certainly waits for its client: what it does would block. */
static bool listens(const struct conf_model *model, uint8_t server)
{
    const struct conf_model_source *s = &model->source[server];
    uint8_t pipe = model->scenario->source[server].pipe;

    if (!conf_model_is_server(model, server) || model->streams.servers[pipe] != 1 ||
        model->streams.phantom[pipe] || (s->epoch_since > 0 && !s->connect_accepted)) {
        return false;
    }
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        const struct conf_model_source *client = &model->source[i];
        if (model->scenario->source[i].pipe == pipe && i != server &&
            (conf_model_is_used(model, i) ||
             (client->life != CONF_ABSENT && client->epoch_last >= s->epoch))) {
            return false;
        }
    }
    return true;
}

void conf_see_event_of_the_past(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model *model = &judge->model;
    const struct conf_model_verb *poll = conf_model_verb(model, record->thread);
    struct conf_token_state token = conf_token_look(model, record->thread, record->a);
    const struct conf_model_source *s;

    if (token.owners != 1 || !is_pipe_of_port(model, token.source)) {
        return;
    }
    s = &model->source[token.source];
    if (listens(model, token.source) && (record->b & CONF_EVENT_ERROR) == 0 &&
        (record->b & (CONF_EVENT_READABLE | CONF_EVENT_WRITABLE)) != 0 && s->operated < poll->seq &&
        !conf_model_is_used(model, token.source)) {
        conf_judge_find(judge, "poll %s reports %s ready, but no client has come to it",
                        conf_judge_name(judge, record->source),
                        conf_judge_name(judge, token.source));
        return;
    }
    /* Since the disconnect nothing has asked for an event, not even a verb that still runs. */
    if (s->epoch_since > 0 && s->epoch_since < poll->seq && s->operated <= s->epoch_since &&
        s->registered == CONF_REGISTERED_YES && !conf_model_is_used(model, token.source)) {
        conf_judge_find(judge,
                        "poll %s reports %s, which was disconnected (record %u) before this poll "
                        "started and is not asked to connect",
                        conf_judge_name(judge, record->source),
                        conf_judge_name(judge, token.source), (unsigned)s->epoch_since);
    }
}
