#include "conformance/oracle_error.h"

#include "conformance/error_code.h"
#include "conformance/judge.h"
#include "conformance/oracle_socket.h"
#include "conformance/scenario_words.h"

#include <inttypes.h>

/* What may have happened to a source. */
enum condition {
    ALWAYS = 1u << 0,
    CLIENT = 1u << 1,
    BOUND = 1u << 2,        /* registered, or bound to another poll */
    UNREGISTERED = 1u << 3, /* or registered in another poll */
    POLL_GONE = 1u << 4,
    PEER_LEFT = 1u << 5,
    DISCONNECTED = 1u << 6, /* servers: by a disconnect, and connect has not been taken on since */
    NO_SERVER = 1u << 7,    /* some server of the pipe does not exist (any more) */
};

#define VERB(code)   (1u << CONF_VERB_##code)
#define REGISTRATION (VERB(REGISTER) | VERB(REREGISTER) | VERB(DEREGISTER))
#define ANY_IO                                                                                  \
    (VERB(CONNECT) | VERB(DISCONNECT) | VERB(READ) | VERB(WRITE) | VERB(TAKE_ERROR) |           \
     VERB(ACCEPT) | VERB(PEEK) | VERB(READV) | VERB(WRITEV) | VERB(RECV_FROM) | VERB(SEND_TO) | \
     VERB(READY))

static const struct rule {
    uint32_t verbs;
    uint32_t code;
    uint32_t conditions; /* any of them */
} rules[] = {
    {REGISTRATION, CONF_ERROR_ALREADY_EXISTS, BOUND},
    {VERB(REREGISTER) | VERB(DEREGISTER), CONF_ERROR_NOT_FOUND, UNREGISTERED},
    {REGISTRATION | ANY_IO | VERB(WAKE), CONF_ERROR_INVALID_HANDLE, POLL_GONE},
    {VERB(CONNECT) | VERB(DISCONNECT), CONF_ERROR_INVALID_FUNCTION, CLIENT},
    {VERB(OPEN), CONF_ERROR_FILE_NOT_FOUND, NO_SERVER},
    {VERB(OPEN), CONF_ERROR_PIPE_BUSY, ALWAYS},
    /* a server that leaves before the mode is set */
    {VERB(OPEN), CONF_ERROR_PIPE_NOT_CONNECTED, PEER_LEFT},
    {VERB(READ) | VERB(TAKE_ERROR), CONF_ERROR_PIPE_NOT_CONNECTED, DISCONNECTED | PEER_LEFT},
    {VERB(READ), CONF_ERROR_BROKEN_PIPE, PEER_LEFT}, /* reported as the end: false-eof judges */
    {VERB(WRITE) | VERB(TAKE_ERROR), CONF_ERROR_NO_DATA, PEER_LEFT},
    {VERB(WRITE) | VERB(TAKE_ERROR), CONF_ERROR_BROKEN_PIPE, PEER_LEFT},
    {VERB(WRITE), CONF_ERROR_PIPE_NOT_CONNECTED, DISCONNECTED | PEER_LEFT},
    {VERB(DISCONNECT), CONF_ERROR_PIPE_NOT_CONNECTED, DISCONNECTED},
};

static bool lacks_server(const struct conf_model *model, uint8_t source)
{
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        if (model->scenario->source[i].pipe == model->scenario->source[source].pipe &&
            conf_model_is_server(model, i) && model->source[i].life != CONF_LIVE) {
            return true;
        }
    }
    return model->streams.servers[model->scenario->source[source].pipe] == 0;
}

/* Evaluated at the end of the verb; what changed while it ran is in doubt, and doubt explains. */
static uint32_t conditions_of(const struct conf_model *model, const struct conf_record *record,
                              const struct conf_model_verb *verb)
{
    const struct conf_model_source *s = &model->source[record->source];
    bool server = conf_model_is_server(model, record->source);
    /* A registration verb counts itself. */
    bool changed = s->registrations != verb->registrations;
    bool connected;
    uint32_t conditions = ALWAYS;

    if (s->kind == CONF_POLL) {
        return conditions; /* no rule explains a poll that fails */
    }
    conditions |= server ? 0 : CLIENT;
    if (changed || s->registered != CONF_REGISTERED_NO ||
        (record->peer != CONF_NONE && (s->bound & ~(1u << record->peer)) != 0)) {
        conditions |= BOUND;
    }
    if (changed || s->registered != CONF_REGISTERED_YES || s->poll != record->peer) {
        conditions |= UNREGISTERED;
    }
    if (s->kind == CONF_WAKER
            ? model->source[model->scenario->source[record->source].poll].life != CONF_LIVE
            : conf_model_poll_is_gone(model, record->source)) {
        conditions |= POLL_GONE;
    }
    if (!conf_kind_is_pipe((enum conf_source_kind)s->kind)) {
        return conditions;
    }
    conditions |= conf_stream_peer_left(model, record->source) ? PEER_LEFT : 0;
    conditions |= lacks_server(model, record->source) ? NO_SERVER : 0;
    /* A connect that was taken on and cannot fail ends by nothing but disconnect. */
    connected = s->connect_since > s->epoch_since && s->connect_since < verb->seq &&
                s->connections == verb->connections && !s->connect_may_fail;
    if (server && !connected && (s->epoch > 0 || s->disconnecting > 0)) {
        conditions |= DISCONNECTED;
    }
    return conditions;
}

/* Of streams in memory only what a poll has to do with: wrong-result judges the rest. */
static bool judges_errors_of(const struct conf_model *model, const struct conf_record *record)
{
    bool transfers = record->code == CONF_VERB_READ || record->code == CONF_VERB_WRITE;

    return !conf_kind_is_stream((enum conf_source_kind)model->source[record->source].kind) ||
           (1u << record->code & REGISTRATION) != 0 ||
           (transfers && record->word == CONF_WORD_FAILED);
}

void conf_see_wrong_error(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model *model = &judge->model;
    const struct conf_model_verb *verb = conf_model_verb(model, record->thread);
    uint64_t code = record->b;
    uint32_t conditions;

    if (!verb->running || record->source == CONF_NONE ||
        conf_kind_is_raw((enum conf_source_kind)model->source[record->source].kind) ||
        !judges_errors_of(model, record)) {
        return;
    }
    if (record->code == CONF_VERB_TAKE_ERROR && record->word == CONF_WORD_DONE) {
        code = record->a;
        if (code == 0) {
            return;
        }
    } else if (record->word != CONF_WORD_FAILED && record->word != CONF_WORD_CLOSED) {
        return;
    }
    if (model->scenario->settings.faults > 0 && conf_error_is_resource(code)) {
        return;
    }
    if (conf_kind_is_socket((enum conf_source_kind)model->source[record->source].kind) &&
        conf_socket_error_is_explained(model, record, verb, code)) {
        return;
    }
    conditions = conditions_of(model, record, verb);
    for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if ((rules[i].verbs >> record->code & 1u) != 0 && rules[i].code == code &&
            (rules[i].conditions & conditions) != 0) {
            return;
        }
    }
    conf_judge_find(judge, "%s %s reports %s with error %" PRIu64 ", which nothing explains",
                    conf_verb_name((enum conf_verb_code)record->code),
                    conf_judge_name(judge, record->source),
                    conf_word_name((enum conf_word)record->word), code);
}
