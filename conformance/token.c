#include "conformance/token.h"

static void own(struct conf_token_state *state, uint8_t source)
{
    state->owners += state->owners == 0 || state->source != source;
    state->source = source;
    state->legal = true;
}

static void add_current(const struct conf_model *model, uint8_t poll, uint64_t token,
                        struct conf_token_state *state)
{
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        const struct conf_model_source *s = &model->source[i];
        const struct conf_source *declared = &model->scenario->source[i];
        if (s->registered != CONF_REGISTERED_NO && s->poll == poll && s->token == token) {
            own(state, i);
            state->interest |= s->registered == CONF_REGISTERED_YES
                                   ? s->interest
                                   : CONF_INTEREST_READABLE | CONF_INTEREST_WRITABLE;
        } else if (s->kind == CONF_WAKER && declared->poll == poll && declared->token == token) {
            if (s->wakes > 0) {
                own(state, i);
            }
            state->source = i;
            state->interest |= CONF_INTEREST_READABLE;
        }
    }
}

/* A registration may be reported before the verb that makes it has returned. */
static void add_running(const struct conf_model *model, uint8_t poll, uint64_t token,
                        struct conf_token_state *state)
{
    for (unsigned i = 0; i <= CONF_THREADS_MAX; i++) {
        const struct conf_model_verb *verb = &model->verb[i];
        if (verb->running &&
            (verb->begin.code == CONF_VERB_REGISTER || verb->begin.code == CONF_VERB_REREGISTER) &&
            verb->begin.peer == poll && verb->begin.a == token) {
            own(state, verb->begin.source);
            state->interest |= (uint32_t)verb->begin.b;
        }
    }
}

/* A begin is recorded when its thread comes to it, which may be before it does anything: a poll
 * that has not yet touched the kernel when a token is given up starts later. */
static bool given_up_after(const struct conf_model *model, const struct conf_model_verb *poll,
                           const struct conf_retired *retired)
{
    if (retired->seq == UINT32_MAX) {
        return true;
    }
    return retired->seq > poll->seq &&
           (model->stepped == NULL ||
            model->stepped(model->stepped_context, poll->begin.thread, poll->seq, retired->seq));
}

static void add_retired(const struct conf_model *model, const struct conf_model_verb *poll,
                        uint64_t token, struct conf_token_state *state)
{
    for (uint32_t i = model->retired_count; i-- > 0;) {
        const struct conf_retired *retired = &model->retired[i];
        if (retired->token != token || retired->poll != poll->begin.source) {
            continue;
        }
        if (state->source == CONF_NONE) {
            state->source = retired->source;
            state->retired = retired->seq;
        }
        if (given_up_after(model, poll, retired)) {
            own(state, retired->source);
            state->interest |= retired->interest;
        }
    }
}

struct conf_token_state conf_token_look(const struct conf_model *model, uint8_t thread,
                                        uint64_t token)
{
    const struct conf_model_verb *poll = conf_model_verb(model, thread);
    struct conf_token_state state = {.source = CONF_NONE};

    add_current(model, poll->begin.source, token, &state);
    add_running(model, poll->begin.source, token, &state);
    add_retired(model, poll, token, &state);
    return state;
}
