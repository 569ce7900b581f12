/* litmus_kinds: scenarios about a pipe, a connection, and datagrams. */
#include "fuzz/fidelity/litmus_draw.h"

#define ADDRESS       0 /* of the pipe, the listener, the first of two that send datagrams */
#define OTHER_ADDRESS 1

/* ---- a pipe ---- */

static void begin_pipe(struct litmus_draw *draw)
{
    static const uint32_t quotas[] = {0, 0, 1, 16};
    uint32_t ends = litmus_below(draw, 6); /* which of the two ends is a plain handle */
    uint8_t mode = litmus_below(draw, 6) == 0 ? CONF_PIPE_MESSAGE : CONF_PIPE_BYTE;
    uint8_t server =
        litmus_add_source(draw, ends == 0 ? CONF_RAW_PIPE_SERVER : CONF_PIPE_SERVER, "S", ADDRESS);
    uint8_t client = litmus_add_source(
        draw, ends == 1 || ends == 2 ? CONF_RAW_PIPE_CLIENT : CONF_PIPE_CLIENT, "C", ADDRESS);

    draw->out->source[server].quota = quotas[litmus_below(draw, 4)];
    draw->out->source[server].mode = mode;
    draw->out->source[client].mode = mode;
}

/* Some of what leads to a connection, in the order in which it is done. */
static void setup_pipe(struct litmus_draw *draw)
{
    uint8_t client = (uint8_t)(draw->out->source_count - 1);
    uint8_t server = (uint8_t)(client - 1);
    bool raw_server = draw->out->source[server].kind == CONF_RAW_PIPE_SERVER;
    bool raw_client = draw->out->source[client].kind == CONF_RAW_PIPE_CLIENT;
    uint32_t how_far =
        litmus_below(draw, 3) == 0 ? litmus_below(draw, 5) : 2 + litmus_below(draw, 3);

    if (how_far >= 1 && !raw_server) {
        litmus_add_verb(draw, CONF_VERB_REGISTER, server);
    }
    if (how_far >= 2 && litmus_below(draw, 2) == 0) {
        litmus_add_verb(draw, CONF_VERB_CONNECT, server);
    }
    if (how_far >= 2) {
        litmus_add_verb(draw, CONF_VERB_OPEN, client);
    }
    if (how_far >= 3 && !raw_client) {
        litmus_add_verb(draw, CONF_VERB_REGISTER, client);
    }
    if (how_far >= 3) {
        litmus_add_verb(draw, CONF_VERB_CONNECT, server);
    }
    if (how_far >= 4) {
        litmus_add_verb(draw, CONF_VERB_POLL, 0)->timeout_ms = 0;
    }
}

static const uint8_t pipe_codes[] = {
    CONF_VERB_POLL,       CONF_VERB_POLL,     CONF_VERB_POLL,       CONF_VERB_READ,
    CONF_VERB_READ,       CONF_VERB_READ,     CONF_VERB_WRITE,      CONF_VERB_WRITE,
    CONF_VERB_WRITE,      CONF_VERB_CONNECT,  CONF_VERB_CONNECT,    CONF_VERB_OPEN,
    CONF_VERB_OPEN,       CONF_VERB_REGISTER, CONF_VERB_REREGISTER, CONF_VERB_DEREGISTER,
    CONF_VERB_DISCONNECT, CONF_VERB_DROP,     CONF_VERB_WAKE,       CONF_VERB_TAKE_ERROR,
    CONF_VERB_READY,
};

const struct litmus_kind litmus_kind_pipe = {begin_pipe, setup_pipe, pipe_codes,
                                             LITMUS_COUNT_OF(pipe_codes)};

/* ---- a connection ---- */

static void begin_tcp(struct litmus_draw *draw)
{
    uint32_t ends = litmus_below(draw, 6); /* which of the ends are plain sockets */
    bool raw_server = ends == 0;

    litmus_add_source(draw, raw_server ? CONF_RAW_TCP_LISTENER : CONF_TCP_LISTENER, "L", ADDRESS);
    litmus_add_source(draw, raw_server ? CONF_RAW_TCP_ACCEPTED : CONF_TCP_ACCEPTED, "S", ADDRESS);
    litmus_add_source(draw, ends == 1 || ends == 2 ? CONF_RAW_TCP_STREAM : CONF_TCP_STREAM, "C",
                      ADDRESS);
}

/* As setup_pipe. Nobody polls here: all polls of a poll are in one thread. */
static void setup_tcp(struct litmus_draw *draw)
{
    uint8_t client = (uint8_t)(draw->out->source_count - 1);
    uint8_t server = (uint8_t)(client - 1), listener = (uint8_t)(client - 2);
    bool raw_server = draw->out->source[server].kind == CONF_RAW_TCP_ACCEPTED;
    bool raw_client = draw->out->source[client].kind == CONF_RAW_TCP_STREAM;
    uint32_t how_far =
        litmus_below(draw, 3) == 0 ? litmus_below(draw, 5) : 3 + litmus_below(draw, 2);

    if (how_far >= 1 && !raw_server) {
        litmus_add_verb(draw, CONF_VERB_REGISTER, listener)->interest = CONF_INTEREST_READABLE;
    }
    if (how_far >= 2) {
        litmus_add_verb(draw, CONF_VERB_CONNECT, client);
    }
    if (how_far >= 3) {
        litmus_add_verb(draw, CONF_VERB_ACCEPT, listener)->other = server;
    }
    if (how_far >= 4 && !raw_server) {
        litmus_add_verb(draw, CONF_VERB_REGISTER, server);
    }
    if (how_far >= 4 && !raw_client) {
        litmus_add_verb(draw, CONF_VERB_REGISTER, client);
    }
}

static const uint8_t tcp_codes[] = {
    CONF_VERB_POLL,       CONF_VERB_POLL,     CONF_VERB_POLL,     CONF_VERB_READ,
    CONF_VERB_READ,       CONF_VERB_READ,     CONF_VERB_WRITE,    CONF_VERB_WRITE,
    CONF_VERB_WRITE,      CONF_VERB_CONNECT,  CONF_VERB_CONNECT,  CONF_VERB_ACCEPT,
    CONF_VERB_ACCEPT,     CONF_VERB_REGISTER, CONF_VERB_REGISTER, CONF_VERB_REREGISTER,
    CONF_VERB_DEREGISTER, CONF_VERB_SHUTDOWN, CONF_VERB_DROP,     CONF_VERB_WAKE,
    CONF_VERB_TAKE_ERROR, CONF_VERB_PEEK,     CONF_VERB_READV,    CONF_VERB_WRITEV,
    CONF_VERB_READY,      CONF_VERB_OPTION,
};

const struct litmus_kind litmus_kind_tcp = {begin_tcp, setup_tcp, tcp_codes,
                                            LITMUS_COUNT_OF(tcp_codes)};

/* ---- datagrams ---- */

static void begin_udp(struct litmus_draw *draw)
{
    uint32_t ends = litmus_below(draw, 4);

    litmus_add_source(draw, CONF_UDP, "A", ADDRESS);
    litmus_add_source(draw, ends == 0 ? CONF_RAW_UDP : CONF_UDP, "B", OTHER_ADDRESS);
}

static void setup_udp(struct litmus_draw *draw)
{
    uint8_t other = (uint8_t)(draw->out->source_count - 1);
    uint8_t one = (uint8_t)(other - 1);
    bool raw = draw->out->source[other].kind == CONF_RAW_UDP;

    litmus_add_verb(draw, CONF_VERB_REGISTER, one);
    if (!raw && litmus_below(draw, 2) == 0) {
        litmus_add_verb(draw, CONF_VERB_REGISTER, other);
    }
    if (litmus_below(draw, 2) == 0) {
        litmus_add_verb(draw, CONF_VERB_CONNECT, one)->other = other;
    }
    if (litmus_below(draw, 2) == 0) {
        litmus_add_verb(draw, CONF_VERB_CONNECT, other)->other = one;
    }
}

static const uint8_t udp_codes[] = {
    CONF_VERB_POLL,     CONF_VERB_POLL,       CONF_VERB_POLL,       CONF_VERB_SEND_TO,
    CONF_VERB_SEND_TO,  CONF_VERB_RECV_FROM,  CONF_VERB_RECV_FROM,  CONF_VERB_READ,
    CONF_VERB_READ,     CONF_VERB_WRITE,      CONF_VERB_WRITE,      CONF_VERB_CONNECT,
    CONF_VERB_REGISTER, CONF_VERB_REREGISTER, CONF_VERB_DEREGISTER, CONF_VERB_DROP,
    CONF_VERB_WAKE,     CONF_VERB_TAKE_ERROR, CONF_VERB_PEEK,       CONF_VERB_READY,
};

const struct litmus_kind litmus_kind_udp = {begin_udp, setup_udp, udp_codes,
                                            LITMUS_COUNT_OF(udp_codes)};
