/* What kinds of sources, and verbs, of scenario_words.h have in common. */
#include "conformance/scenario_words.h"

bool conf_kind_is_pipe(enum conf_source_kind kind)
{
    return conf_kind_is_pipe_server(kind) || kind == CONF_PIPE_CLIENT ||
           kind == CONF_RAW_PIPE_CLIENT;
}

bool conf_kind_is_pipe_server(enum conf_source_kind kind)
{
    return kind == CONF_PIPE_SERVER || kind == CONF_RAW_PIPE_SERVER;
}

bool conf_kind_is_raw(enum conf_source_kind kind)
{
    return kind == CONF_RAW_PIPE_SERVER || kind == CONF_RAW_PIPE_CLIENT ||
           (kind >= CONF_RAW_TCP_LISTENER && kind <= CONF_RAW_UDP);
}

bool conf_kind_is_end(enum conf_source_kind kind)
{
    return kind == CONF_SIMPLEX || kind == CONF_DUPLEX;
}

bool conf_kind_is_half(enum conf_source_kind kind)
{
    return kind == CONF_READ_HALF || kind == CONF_WRITE_HALF;
}

bool conf_kind_is_stream(enum conf_source_kind kind)
{
    return conf_kind_is_end(kind) || conf_kind_is_half(kind);
}

bool conf_kind_is_listener(enum conf_source_kind kind)
{
    return kind == CONF_TCP_LISTENER || kind == CONF_RAW_TCP_LISTENER;
}

bool conf_kind_is_accepted(enum conf_source_kind kind)
{
    return kind == CONF_TCP_ACCEPTED || kind == CONF_RAW_TCP_ACCEPTED;
}

bool conf_kind_is_tcp_stream(enum conf_source_kind kind)
{
    return conf_kind_is_accepted(kind) || kind == CONF_TCP_STREAM || kind == CONF_RAW_TCP_STREAM;
}

bool conf_kind_is_tcp(enum conf_source_kind kind)
{
    return conf_kind_is_listener(kind) || conf_kind_is_tcp_stream(kind);
}

bool conf_kind_is_udp(enum conf_source_kind kind)
{
    return kind == CONF_UDP || kind == CONF_RAW_UDP;
}

bool conf_kind_is_socket(enum conf_source_kind kind)
{
    return conf_kind_is_tcp(kind) || conf_kind_is_udp(kind);
}

bool conf_kind_has_name(enum conf_source_kind kind)
{
    return conf_kind_is_pipe(kind) || conf_kind_is_socket(kind);
}

bool conf_accept_fits(const struct conf_source *listener, const struct conf_source *accepted)
{
    return conf_kind_is_raw((enum conf_source_kind)listener->kind) ==
               conf_kind_is_raw((enum conf_source_kind)accepted->kind) &&
           listener->pipe == accepted->pipe && listener->family == accepted->family;
}

bool conf_kind_has_option(enum conf_source_kind kind, enum conf_option option)
{
    switch (option) {
    case CONF_OPTION_NODELAY:
        return conf_kind_is_tcp_stream(kind);
    case CONF_OPTION_LINGER:
        return conf_kind_is_tcp_stream(kind) && conf_kind_is_raw(kind);
    case CONF_OPTION_TTL:
        return conf_kind_is_socket(kind) && !conf_kind_is_raw(kind);
    case CONF_OPTION_BROADCAST:
    case CONF_OPTION_LOOP:
    case CONF_OPTION_GROUP:
        return conf_kind_is_udp(kind);
    case CONF_OPTION_COUNT:
        break;
    }
    return false;
}

bool conf_verb_is_polled(enum conf_verb_code code)
{
    return code == CONF_VERB_POLL_READ || code == CONF_VERB_POLL_WRITE ||
           code == CONF_VERB_POLL_WRITEV;
}

bool conf_verb_is_transfer(enum conf_verb_code code)
{
    return code == CONF_VERB_READ || code == CONF_VERB_WRITE || conf_verb_is_polled(code) ||
           (code >= CONF_VERB_PEEK && code <= CONF_VERB_SEND_TO);
}

bool conf_verb_reads(enum conf_verb_code code)
{
    return code == CONF_VERB_READ || code == CONF_VERB_READV || code == CONF_VERB_PEEK ||
           code == CONF_VERB_RECV_FROM;
}

bool conf_verb_creates(enum conf_verb_code code, enum conf_source_kind kind)
{
    return code == CONF_VERB_OPEN || (code == CONF_VERB_CONNECT && conf_kind_is_tcp_stream(kind));
}

bool conf_verb_has_how(enum conf_verb_code code, enum conf_source_kind kind)
{
    return code == CONF_VERB_SEND_TO || code == CONF_VERB_OPTION || code == CONF_VERB_ADDRESS ||
           code == CONF_VERB_READY || (code == CONF_VERB_SHUTDOWN && conf_kind_is_socket(kind));
}

bool conf_verb_has_other(enum conf_verb_code code, enum conf_source_kind kind)
{
    return code == CONF_VERB_ACCEPT || code == CONF_VERB_SEND_TO ||
           (code == CONF_VERB_CONNECT && conf_kind_is_udp(kind));
}
