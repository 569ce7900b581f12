#include "conformance/oracle_socket.h"

#include "conformance/datagram.h"
#include "conformance/error_code.h"
#include "conformance/judge.h"
#include "conformance/scenario_words.h"
#include "conformance/token.h"

#define DATAGRAM_MAX  65507u /* bytes */
#define LAYERS_BSP    2u     /* of the setting layers: SIO_BASE_HANDLE is not let through */
#define QUESTIONS_BSP 3u     /* SIO_BSP_HANDLE_SELECT, _POLL and SIO_BSP_HANDLE lead below */

/* What may have happened to a socket. */
enum condition {
    ALWAYS = 1u << 0,
    NOT_CONNECTED = 1u << 1, /* nothing says that it is */
    RESET = 1u << 2,         /* its peer, or the listener that was to accept it, has gone */
    CLIENT_LEFT = 1u << 3,   /* listeners: somebody who may have waited has gone */
    REFUSED = 1u << 4,       /* there may have been no place at a listener */
    SHUT_IN = 1u << 5,
    SHUT_OUT = 1u << 6,
    UNREACHED = 1u << 7, /* udp: something was sent to where nobody may have listened */
    LARGER = 1u << 8,    /* udp: a datagram is larger than the room, or than any may be */
    BROADCAST = 1u << 9, /* udp: may not broadcast */
    GROUP = 1u << 10,    /* the verb joins or leaves the group, or sends to it */
    V6 = 1u << 11,
    UNASKED = 1u << 12, /* below a layer that hides its base, and none of the three questions that
                         * lead there was answered: each for want of room */
};

#define VERB(code) (1u << CONF_VERB_##code)
#define READS      (VERB(READ) | VERB(READV) | VERB(PEEK) | VERB(RECV_FROM))
#define WRITES     (VERB(WRITE) | VERB(WRITEV) | VERB(SEND_TO))

static const struct rule {
    uint32_t verbs;
    uint32_t code;
    uint32_t conditions; /* any of them */
} rules[] = {
    {READS, CONF_ERROR_ENDED, ALWAYS}, /* reported as the end: false-eof judges */
    {READS, CONF_ERROR_SHUT_DOWN, SHUT_IN},
    {WRITES, CONF_ERROR_SHUT_DOWN, SHUT_OUT},
    {READS | WRITES | VERB(SHUTDOWN) | VERB(ADDRESS), CONF_ERROR_NOT_CONNECTED, NOT_CONNECTED},
    {READS | WRITES | VERB(SHUTDOWN) | VERB(OPTION), CONF_ERROR_CONNECTION_RESET, RESET},
    {WRITES, CONF_ERROR_CONNECTION_ABORTED, RESET},
    {READS | WRITES, CONF_ERROR_CONNECTION_RESET, UNREACHED},
    {VERB(ACCEPT), CONF_ERROR_CONNECTION_RESET, CLIENT_LEFT},
    {VERB(CONNECT) | VERB(TAKE_ERROR), CONF_ERROR_REFUSED, REFUSED},
    {READS | WRITES, CONF_ERROR_MESSAGE_SIZE, LARGER},
    {WRITES, CONF_ERROR_ACCESS, BROADCAST},
    {VERB(OPTION) | WRITES, CONF_ERROR_ADDRESS_NOT_AVAILABLE, GROUP},
    {VERB(OPTION), CONF_ERROR_INVALID, GROUP},
    {VERB(OPTION), CONF_ERROR_NO_PROTOCOL_OPTION, V6},
    {VERB(REGISTER), CONF_ERROR_NOT_SUPPORTED, UNASKED},
};

static enum conf_source_kind kind_of(const struct conf_model *model, uint8_t source)
{
    return (enum conf_source_kind)model->source[source].kind;
}

/* Tells whether two sources are at the same address. */
static bool is_at(const struct conf_model *model, uint8_t one, uint8_t other)
{
    const struct conf_source *a = &model->scenario->source[one];
    const struct conf_source *b = &model->scenario->source[other];

    return a->pipe == b->pipe && a->family == b->family;
}

/* Looks for a source at the same address that `fits`. */
static bool any_at(const struct conf_model *model, uint8_t source,
                   bool (*fits)(const struct conf_model *model, uint8_t source, uint8_t other))
{
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        if (i != source && is_at(model, source, i) && fits(model, source, i)) {
            return true;
        }
    }
    return false;
}

static bool is_opposite(const struct conf_model *model, uint8_t source, uint8_t other)
{
    return conf_kind_is_tcp_stream(kind_of(model, other)) &&
           conf_model_is_server(model, source) != conf_model_is_server(model, other);
}

static bool is_client(const struct conf_model *model, uint8_t other)
{
    return conf_kind_is_tcp_stream(kind_of(model, other)) && !conf_model_is_server(model, other);
}

static bool has_gone(const struct conf_model *model, uint8_t other)
{
    return model->source[other].life == CONF_DROPPING || model->source[other].life == CONF_DROPPED;
}

static bool resets(const struct conf_model *model, uint8_t source, uint8_t other)
{
    return has_gone(model, other) &&
           (is_opposite(model, source, other) || conf_kind_is_listener(kind_of(model, other)));
}

static bool is_gone_client(const struct conf_model *model, uint8_t source, uint8_t other)
{
    return is_client(model, other) && has_gone(model, other);
}

/* A listener that was there from the start, has room, and stays. */
static bool is_steady_listener(const struct conf_model *model, uint8_t source, uint8_t other)
{
    return conf_kind_is_listener(kind_of(model, other)) && model->source[other].life == CONF_LIVE &&
           model->scenario->source[other].quota == 0;
}

static bool may_be_reset(const struct conf_model *model, uint8_t source)
{
    return any_at(model, source, resets) ||
           model->streams.phantom[model->scenario->source[source].pipe];
}

/* Nobody may have been there for something that a udp socket has sent. */
static bool may_be_unreached(const struct conf_model *model, uint8_t source)
{
    for (uint32_t i = 0; i < model->datagrams.count; i++) {
        const struct conf_datagram *datagram = &model->datagrams.datagram[i];

        if (datagram->writer == source && (datagram->to == CONF_NONE || datagram->anywhere ||
                                           model->source[datagram->to].life != CONF_LIVE ||
                                           model->source[datagram->to].socket.peer != CONF_NONE)) {
            return true;
        }
    }
    return false;
}

static bool may_be_larger(const struct conf_model *model, const struct conf_record *record,
                          const struct conf_model_verb *verb)
{
    if (!conf_verb_reads((enum conf_verb_code)record->code)) {
        return verb->begin.a > DATAGRAM_MAX;
    }
    for (uint32_t i = 0; i < model->datagrams.count; i++) {
        const struct conf_datagram *datagram = &model->datagrams.datagram[i];

        if (conf_datagram_may_reach(model, datagram, record->source) &&
            datagram->size > verb->begin.a) {
            return true;
        }
    }
    return false;
}

/* Nothing says that it could when the verb began, or something may have said that it must not. */
static bool may_not_broadcast(const struct conf_model_source *s, const struct conf_model_verb *verb)
{
    return s->socket.broadcasts == 0 || s->socket.broadcasts > verb->seq || s->socket.is_quiet;
}

static uint32_t conditions_of(const struct conf_model *model, const struct conf_record *record,
                              const struct conf_model_verb *verb)
{
    uint8_t source = record->source;
    const struct conf_model_source *s = &model->source[source];
    uint32_t conditions = ALWAYS;
    bool is_certain = conf_kind_is_accepted((enum conf_source_kind)s->kind) ||
                      (s->socket.connected != 0 && s->socket.connected < verb->seq);

    conditions |= is_certain ? 0 : NOT_CONNECTED;
    conditions |= (s->socket.shutting >> CONF_IN & 1u) != 0 ? SHUT_IN : 0;
    conditions |= (s->socket.shutting >> CONF_OUT & 1u) != 0 ? SHUT_OUT : 0;
    conditions |= model->scenario->source[source].family == CONF_FAMILY_V6 ? V6 : 0;
    conditions |= model->scenario->settings.layers == LAYERS_BSP &&
                          model->scenario->settings.faults >= QUESTIONS_BSP
                      ? UNASKED
                      : 0;
    if (conf_kind_is_udp((enum conf_source_kind)s->kind)) {
        conditions |= may_be_unreached(model, source) ? UNREACHED : 0;
        conditions |= may_be_larger(model, record, verb) ? LARGER : 0;
        conditions |= verb->begin.code == CONF_VERB_SEND_TO &&
                              verb->begin.b == CONF_CAST_BROADCAST && may_not_broadcast(s, verb)
                          ? BROADCAST
                          : 0;
        conditions |= record->code == CONF_VERB_OPTION
                          ? verb->begin.b == CONF_OPTION_GROUP ? GROUP : 0
                      : verb->begin.b != CONF_CAST_ONE ? GROUP
                                                       : 0;
        return conditions;
    }
    if (model->scenario->settings.faults > 0) { /* the network may do it, too */
        return conditions | RESET | CLIENT_LEFT | REFUSED;
    }
    conditions |= may_be_reset(model, source) ? RESET : 0;
    conditions |= any_at(model, source, is_gone_client) ? CLIENT_LEFT : 0;
    conditions |= any_at(model, source, is_steady_listener) ? 0 : REFUSED;
    return conditions;
}

bool conf_socket_error_is_explained(const struct conf_model *model,
                                    const struct conf_record *record,
                                    const struct conf_model_verb *verb, uint64_t code)
{
    uint32_t conditions = conditions_of(model, record, verb);

    for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
        if ((rules[i].verbs >> record->code & 1u) != 0 && rules[i].code == code &&
            (rules[i].conditions & conditions) != 0) {
            return true;
        }
    }
    return false;
}

/* ---- events ---- */

static bool has_acted(const struct conf_model *model, uint8_t source, uint8_t other)
{
    return is_opposite(model, source, other) && model->source[other].socket.acted;
}

static bool has_begun_to_connect(const struct conf_model *model, uint8_t source, uint8_t other)
{
    return is_client(model, other) && model->source[other].socket.connecting;
}

static bool has_sent_urgent(const struct conf_model *model, uint8_t source, uint8_t other)
{
    return is_opposite(model, source, other) && model->source[other].socket.urgent;
}

/* The flags that may be told of a stream. Its end: when the peer has shut down, or is gone. */
static uint32_t flags_of_stream(const struct conf_model *model, uint8_t source)
{
    bool fails = may_be_reset(model, source) ||
                 (is_client(model, source) && !any_at(model, source, is_steady_listener));
    uint32_t flags = CONF_EVENT_WRITABLE;

    if (fails) {
        flags |= CONF_EVENT_ERROR | CONF_EVENT_READ_CLOSED | CONF_EVENT_WRITE_CLOSED |
                 CONF_EVENT_READABLE;
    }
    if (any_at(model, source, has_acted)) {
        flags |= CONF_EVENT_READABLE;
    }
    if (conf_stream_peer_left(model, source)) {
        flags |= CONF_EVENT_READ_CLOSED;
    }
    if (any_at(model, source, has_sent_urgent)) {
        flags |= CONF_EVENT_PRIORITY;
    }
    return flags;
}

static uint32_t flags_of(const struct conf_model *model, uint8_t source)
{
    enum conf_source_kind kind = kind_of(model, source);

    if (kind == CONF_USER_SOURCE) {
        return model->source[source].socket.flags_since;
    }
    if (conf_kind_is_listener(kind)) {
        return any_at(model, source, has_begun_to_connect) ? CONF_EVENT_READABLE : 0;
    }
    if (conf_kind_is_udp(kind)) {
        return CONF_EVENT_WRITABLE |
               (conf_datagram_is_expected(model, source) || may_be_unreached(model, source)
                    ? CONF_EVENT_READABLE
                    : 0);
    }
    return flags_of_stream(model, source);
}

void conf_see_wrong_event(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model *model = &judge->model;
    const struct conf_settings *settings = &model->scenario->settings;
    struct conf_token_state token = conf_token_look(model, record->thread, record->a);
    char got[CONF_FLAGS_NAME_MAX], may[CONF_FLAGS_NAME_MAX];
    uint32_t flags;

    if (token.owners != 1 || settings->faults > 0 || settings->spurious_polls != 0 ||
        settings->crossed_polls != 0 ||
        !(conf_kind_is_socket(kind_of(model, token.source)) ||
          kind_of(model, token.source) == CONF_USER_SOURCE)) {
        return;
    }
    flags = flags_of(model, token.source);
    if (((uint32_t)record->b & ~flags) != 0 || record->b == 0) {
        conf_flags_name((uint32_t)record->b, got);
        conf_flags_name(flags, may);
        conf_judge_find(judge, "poll %s reports %s as %s, but it can be no more than %s",
                        conf_judge_name(judge, record->source),
                        conf_judge_name(judge, token.source), got, may);
    }
}

/* ---- ends and addresses ---- */

void conf_see_socket_end(struct conf_judge *judge)
{
    const struct conf_model *model = &judge->model;

    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        const struct conf_model_source *s = &model->source[i];
        const struct conf_stream *stream;

        if (!conf_kind_is_tcp_stream((enum conf_source_kind)s->kind) || s->life != CONF_LIVE ||
            s->registered != CONF_REGISTERED_YES || conf_model_poll_is_gone(model, i) ||
            (s->interest & CONF_INTEREST_READABLE) == 0 || s->socket.shutting != 0 ||
            model->scenario->settings.crossed_polls != 0 ||
            !conf_stream_peer_is_gone(model, i, CONF_IN)) {
            continue;
        }
        stream = conf_stream_incoming(model, i);
        if ((stream == NULL || stream->received == stream->accepted) &&
            s->direction[CONF_IN].ended <= s->registered_since) {
            conf_judge_find(
                judge,
                "the peer of %s has gone and all it sent was read, but no event said so "
                "since it was registered (record %u)",
                conf_judge_name(judge, i), (unsigned)s->registered_since);
        }
    }
}

/* Whom a udp socket was connected to all through a verb: the number of its name from 1; 0: unknown.
 */
static uint64_t certain_peer(const struct conf_model *model, uint8_t source,
                             const struct conf_model_verb *verb)
{
    const struct conf_model_source *s = &model->source[source];

    if (s->socket.peer == CONF_NONE || conf_datagram_peer_is_open(model, source) ||
        conf_datagram_is_connecting(model, source) || s->operated > verb->seq) {
        return 0;
    }
    return model->scenario->source[s->socket.peer].pipe + 1u;
}

/* The address that a verb certainly asks for, as the number of its name from 1; 0: it may be any.
 */
static uint64_t certain_name(const struct conf_model *model, uint8_t source,
                             const struct conf_model_verb *verb)
{
    enum conf_address_of of = (enum conf_address_of)verb->begin.b;
    enum conf_source_kind kind = (enum conf_source_kind)model->source[source].kind;
    uint64_t own = model->scenario->source[source].pipe + 1u;

    if (conf_kind_is_udp(kind)) {
        return of == CONF_ADDRESS_LOCAL ? own : certain_peer(model, source, verb);
    }
    if (is_client(model, source)) {
        return of == CONF_ADDRESS_PEER ? own : 0;
    }
    return of == CONF_ADDRESS_LOCAL ? own : 0;
}

bool conf_see_socket_result(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model_verb *verb = conf_model_verb(&judge->model, record->thread);
    uint64_t expected;

    if (record->code != CONF_VERB_ADDRESS) {
        return false;
    }
    if (record->kind == CONF_RECORD_END && verb->running && record->word == CONF_WORD_DONE) {
        expected = certain_name(&judge->model, record->source, verb);
        if (expected != 0 && record->a != expected) {
            conf_judge_find(judge, "the %s address of %s is not that of %s",
                            conf_address_of_name((enum conf_address_of)verb->begin.b),
                            conf_judge_name(judge, record->source),
                            judge->model.scenario->pipe_name[expected - 1]);
        }
    }
    return true;
}
