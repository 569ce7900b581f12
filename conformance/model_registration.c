/* What registrations and the arming of directions mean to the model. */
#include "conformance/model_part.h"

#include "conformance/error_code.h"
#include "conformance/scenario_words.h"

/* ---- arming ---- */

/* The begin of a verb is recorded when its thread comes to it, which may be long before it does
 * anything. What was reported in between was reported before it. */
void conf_model_arm(struct conf_model *model, uint8_t source, enum conf_way way,
                    const struct conf_model_verb *verb)
{
    struct conf_direction *direction = &model->source[source].direction[way];

    direction->armed = true;
    direction->since = verb->seq;
    if (direction->reported > verb->seq && model->stepped != NULL &&
        !model->stepped(model->stepped_context, verb->begin.thread, verb->seq,
                        direction->reported)) {
        direction->since = direction->reported;
    }
}

void conf_model_disarm(struct conf_model_source *s)
{
    s->direction[CONF_IN].armed = false;
    s->direction[CONF_OUT].armed = false;
}

/* registered_throughout tells whether a source was registered, without a registration verb before
 * the end or at the same time, while a verb ran. */
bool conf_model_registered_throughout(const struct conf_model_source *s,
                                      const struct conf_model_verb *verb)
{
    return s->registered == CONF_REGISTERED_YES && s->registering == 0 &&
           s->registrations == verb->registrations;
}

/* ---- registration ---- */

void conf_model_retire(struct conf_model *model, uint8_t source, uint32_t seq)
{
    const struct conf_model_source *s = &model->source[source];

    if (s->registered == CONF_REGISTERED_NO || model->retired_count == CONF_RETIRED_MAX) {
        return;
    }
    model->retired[model->retired_count++] = (struct conf_retired){
        .poll = s->poll,
        .source = source,
        .seq = s->registered == CONF_REGISTERED_MAYBE ? UINT32_MAX : seq,
        .interest = s->interest,
        .token = s->token,
    };
}

void conf_model_begin_registration(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_source *s = &model->source[record->source];

    s->registering++;
    s->registrations++;
}

/* Codes that say that nothing was changed. */
static bool is_refusal(uint64_t error)
{
    return error == CONF_ERROR_ALREADY_EXISTS || error == CONF_ERROR_NOT_FOUND ||
           error == CONF_ERROR_INVALID_HANDLE || error == CONF_ERROR_INVALID_PARAMETER;
}

/* keeps_what_was tells the sources whose old registration holds when a verb on it fails. */
static bool keeps_what_was(enum conf_source_kind kind)
{
    return conf_kind_is_pipe(kind) || conf_kind_is_socket(kind);
}

/* take_registration gives a source the registration that a verb asked for. */
static void take_registration(struct conf_model_source *s, const struct conf_record *begin,
                              enum conf_registered registered)
{
    s->registered = (uint8_t)registered;
    s->poll = begin->peer;
    s->token = begin->a;
    s->interest = (uint32_t)begin->b;
    s->bound = (registered == CONF_REGISTERED_YES ? 0 : s->bound) | 1u << begin->peer;
}

void conf_model_end_registration(struct conf_model *model, const struct conf_record *record,
                                 const struct conf_model_verb *verb, uint32_t seq)
{
    struct conf_model_source *s = &model->source[record->source];

    s->registering--;
    s->registrations++;
    if (record->word == CONF_WORD_FAILED && is_refusal(record->b)) {
        return;
    }
    if (record->word == CONF_WORD_FAILED && keeps_what_was((enum conf_source_kind)s->kind)) {
        if (conf_kind_is_pipe((enum conf_source_kind)s->kind)) {
            s->bound |= 1u << verb->begin.peer; /* perhaps */
        }
        conf_model_disarm(s); /* its caller knows that something may not have been announced */
        return;
    }
    conf_model_disarm(s);
    if (record->word != CONF_WORD_DONE) {
        conf_model_retire(model, record->source, UINT32_MAX);
        if (record->code != CONF_VERB_DEREGISTER) {
            take_registration(s, &verb->begin, CONF_REGISTERED_MAYBE);
        } else if (s->registered == CONF_REGISTERED_YES) {
            s->registered = CONF_REGISTERED_MAYBE;
        }
        return;
    }
    conf_model_retire(model, record->source, seq);
    if (record->code == CONF_VERB_DEREGISTER) {
        s->registered = CONF_REGISTERED_NO;
        if (conf_kind_is_socket((enum conf_source_kind)s->kind)) {
            s->bound = 0; /* others belong to their poll for ever */
        }
        return;
    }
    take_registration(s, &verb->begin, CONF_REGISTERED_YES);
    s->registered_since = verb->seq;
    if ((s->interest & CONF_INTEREST_READABLE) != 0) {
        conf_model_arm(model, record->source, CONF_IN, verb);
    }
    if ((s->interest & CONF_INTEREST_WRITABLE) != 0) {
        conf_model_arm(model, record->source, CONF_OUT, verb);
    }
}
