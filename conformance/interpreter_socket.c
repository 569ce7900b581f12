#include "conformance/interpreter_socket.h"

#include "conformance/datagram.h"
#include "conformance/error_code.h"
#include "conformance/interpreter.h"
#include "conformance/interpreter_pipe.h"
#include "conformance/payload.h"
#include "conformance/scenario_words.h"

#define PIECES 3u /* of a vectored transfer */

static enum conf_source_kind kind_of(const struct conf_runner *runner, uint8_t source)
{
    return (enum conf_source_kind)runner->scenario->source[source].kind;
}

bool conf_socket_runs(const struct conf_runner *runner, uint8_t source)
{
    return conf_kind_is_socket(kind_of(runner, source)) ||
           kind_of(runner, source) == CONF_USER_SOURCE;
}

/* What the port calls it. */
static uint32_t socket_kind(const struct conf_runner *runner, uint8_t source)
{
    enum conf_source_kind kind = kind_of(runner, source);

    return conf_kind_is_listener(kind) ? CONF_SOCKET_LISTENER
           : conf_kind_is_udp(kind)    ? CONF_SOCKET_UDP
                                       : CONF_SOCKET_STREAM;
}

static struct conf_result done(void)
{
    return (struct conf_result){.status = CONF_DONE};
}

/* ---- addresses ---- */

static struct conf_address address_of(const struct conf_runner *runner, uint8_t source)
{
    const struct conf_source *declared = &runner->scenario->source[source];

    return (struct conf_address){
        .family = declared->family,
        .port = (uint16_t)(runner->world->address_base + declared->pipe),
    };
}

/* The udp socket at an address, CONF_NONE if there is none. */
static uint8_t find_sender(const struct conf_runner *runner, const struct conf_address *from)
{
    for (uint8_t i = 0; i < runner->scenario->source_count; i++) {
        const struct conf_source *declared = &runner->scenario->source[i];

        if (conf_kind_is_udp((enum conf_source_kind)declared->kind) &&
            runner->judge.model.source[i].life != CONF_ABSENT && declared->family == from->family &&
            runner->world->address_base + declared->pipe == from->port) {
            return i;
        }
    }
    return CONF_NONE;
}

/* ---- life ---- */

struct conf_result conf_socket_create(struct conf_runner *runner, uint8_t source)
{
    struct conf_runner_source *s = &runner->source[source];
    struct conf_address address;

    if (kind_of(runner, source) == CONF_USER_SOURCE) {
        return s->port->user_create(&s->object);
    }
    address = address_of(runner, source);
    if (conf_kind_is_udp(kind_of(runner, source))) {
        return s->port->udp_bind(&address, &s->object);
    }
    return s->port->tcp_listen(&address, runner->scenario->source[source].quota, &s->object);
}

void conf_socket_drop(struct conf_runner *runner, uint8_t source)
{
    struct conf_runner_source *s = &runner->source[source];

    if (kind_of(runner, source) == CONF_USER_SOURCE) {
        s->port->user_drop(s->object);
    } else {
        s->port->socket_drop(socket_kind(runner, source), s->object);
    }
}

static struct conf_result run_connect(struct conf_runner *runner, const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    struct conf_address address =
        address_of(runner, verb->other == CONF_NONE ? verb->source : verb->other);
    struct conf_result result;

    if (verb->other != CONF_NONE) {
        return s->port->udp_connect(s->object, &address);
    }
    result = s->port->tcp_connect(&address, &s->object);
    conf_runner_born(runner, verb->source, result.status == CONF_DONE);
    return result;
}

/* The runner's own accept only wants to know whether there is something. */
static struct conf_result run_accept(struct conf_runner *runner, const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    void *accepted = NULL;
    struct conf_result result = s->port->tcp_accept(s->object, &accepted);

    if (verb->other != CONF_NONE) {
        runner->source[verb->other].object = accepted;
        conf_runner_born(runner, verb->other, result.status == CONF_DONE);
    } else if (result.status == CONF_DONE) {
        s->port->socket_drop(CONF_SOCKET_STREAM, accepted);
    }
    return result;
}

/* ---- streams ---- */

static struct conf_result run_read(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    size_t half = verb->size / 2;
    const struct conf_room rooms[PIECES] = {
        {thread->bytes, verb->code == CONF_VERB_READV ? half : verb->size},
        {thread->bytes + half, 0},
        {thread->bytes + half, verb->size - half},
    };
    struct conf_result result =
        verb->code == CONF_VERB_PEEK
            ? s->port->socket_peek(CONF_SOCKET_STREAM, s->object, thread->bytes, verb->size)
            : s->port->socket_read(CONF_SOCKET_STREAM, s->object, rooms,
                                   verb->code == CONF_VERB_READV ? PIECES : 1);

    if (result.status == CONF_DONE) {
        result.count = result.count > verb->size ? verb->size : result.count;
        conf_runner_check(runner, thread, verb->source, result.count);
    }
    return result;
}

static struct conf_result run_write(struct conf_runner *runner, struct conf_runner_thread *thread,
                                    const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    size_t half = verb->size / 2;
    const struct conf_slice slices[PIECES] = {
        {thread->bytes, verb->code == CONF_VERB_WRITEV ? half : verb->size},
        {thread->bytes + half, 0},
        {thread->bytes + half, verb->size - half},
    };

    conf_runner_fill(runner, thread, verb->source, verb->size);
    return s->port->socket_write(CONF_SOCKET_STREAM, s->object, slices,
                                 verb->code == CONF_VERB_WRITEV ? PIECES : 1);
}

/* ---- datagrams ---- */

/* Records what is wrong with a datagram, or which one it is. */
static void check_datagram(struct conf_runner *runner, struct conf_runner_thread *thread,
                           const struct conf_verb *verb, size_t size, bool is_cut)
{
    struct conf_record record = {.thread = thread->index,
                                 .source = verb->source,
                                 .peer = thread->sender,
                                 .code = verb->code,
                                 .kind = CONF_RECORD_BOUND};
    struct conf_datagram_report report;

    conf_runner_lock(runner);
    report = conf_datagram_check(&runner->judge.model, verb->source, thread->sender, thread->bytes,
                                 size, is_cut);
    if (report.mismatch) {
        record.kind = CONF_RECORD_MISMATCH;
        record.code = (uint8_t)report.kind;
        record.a = report.offset;
        record.b = (uint64_t)report.expected << 8 | report.got;
        conf_runner_emit(runner, &record);
    } else if (report.known && verb->code != CONF_VERB_PEEK) {
        record.peer = report.writer;
        record.a = report.number;
        conf_runner_emit(runner, &record);
    }
    conf_runner_unlock(runner);
}

static struct conf_result receive(struct conf_runner *runner, struct conf_runner_thread *thread,
                                  const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    const struct conf_room room = {thread->bytes, verb->size};
    struct conf_address from = {.port = 0};
    struct conf_result result;

    if (verb->code == CONF_VERB_RECV_FROM) {
        result = s->port->udp_receive_from(s->object, thread->bytes, verb->size, &from);
        thread->sender = find_sender(runner, &from);
    } else if (verb->code == CONF_VERB_PEEK) {
        result = s->port->socket_peek(CONF_SOCKET_UDP, s->object, thread->bytes, verb->size);
    } else {
        result = s->port->socket_read(CONF_SOCKET_UDP, s->object, &room, 1);
    }
    if (result.status == CONF_DONE) {
        result.count = result.count > verb->size ? verb->size : result.count;
        check_datagram(runner, thread, verb, (size_t)result.count, false);
    } else if (result.status == CONF_FAILED && result.error == CONF_ERROR_MESSAGE_SIZE) {
        check_datagram(runner, thread, verb, verb->size, true);
    }
    return result;
}

static struct conf_result run_send(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    const struct conf_slice slice = {thread->bytes, verb->size};
    struct conf_address to;
    uint32_t number;

    conf_runner_lock(runner);
    number = conf_datagram_running(&runner->judge.model, thread->index);
    conf_runner_unlock(runner);
    conf_payload_fill(thread->bytes, verb->size, verb->source, 0,
                      (uint64_t)number * CONF_DATAGRAM_STRIDE);
    if (verb->code == CONF_VERB_WRITE) {
        return s->port->socket_write(CONF_SOCKET_UDP, s->object, &slice, 1);
    }
    to = address_of(runner, verb->other);
    to.cast = verb->how;
    return s->port->udp_send_to(s->object, thread->bytes, verb->size, &to);
}

/* ---- the rest ---- */

static struct conf_result run_take_error(struct conf_runner *runner, uint8_t source)
{
    struct conf_runner_source *s = &runner->source[source];
    struct conf_result result = s->port->socket_take_error(socket_kind(runner, source), s->object);

    if (result.status == CONF_DONE) {
        result.count = result.error;
        result.error = 0;
    }
    return result;
}

/* The count is the number of the name whose address it is, from 1; 0 for any other. */
static struct conf_result run_address(struct conf_runner *runner, const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    struct conf_address address = {.port = 0};
    struct conf_result result =
        s->port->socket_address(socket_kind(runner, verb->source), s->object, verb->how, &address);
    uint32_t name = (uint32_t)address.port - runner->world->address_base;

    if (result.status == CONF_DONE) {
        result.count = name < runner->scenario->pipe_count ? name + 1 : 0;
    }
    return result;
}

static struct conf_result run_registration(struct conf_runner *runner, const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    uint32_t kind = socket_kind(runner, verb->source);
    void *poll = runner->source[verb->poll].object;

    if (verb->code == CONF_VERB_DEREGISTER) {
        return s->port->socket_deregister(kind, s->object, poll);
    }
    return (verb->code == CONF_VERB_REGISTER
                ? s->port->socket_register
                : s->port->socket_reregister)(kind, s->object, poll, verb->token, verb->interest);
}

static struct conf_result run_user(struct conf_runner *runner, const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];

    if (verb->code == CONF_VERB_READY) {
        return s->port->user_ready(s->object, verb->how);
    }
    if (verb->code == CONF_VERB_READ || verb->code == CONF_VERB_WRITE) {
        return s->port->user_take(s->object, verb->code == CONF_VERB_READ ? CONF_INTEREST_READABLE
                                                                          : CONF_INTEREST_WRITABLE);
    }
    if (verb->code == CONF_VERB_DEREGISTER) {
        return s->port->user_deregister(s->object, runner->source[verb->poll].object);
    }
    return (verb->code == CONF_VERB_REGISTER ? s->port->user_register : s->port->user_reregister)(
        s->object, runner->source[verb->poll].object, verb->token, verb->interest);
}

static struct conf_result run_transfer(struct conf_runner *runner,
                                       struct conf_runner_thread *thread,
                                       const struct conf_verb *verb)
{
    bool reads = conf_verb_reads((enum conf_verb_code)verb->code);

    if (conf_kind_is_udp(kind_of(runner, verb->source))) {
        return reads ? receive(runner, thread, verb) : run_send(runner, thread, verb);
    }
    return reads ? run_read(runner, thread, verb) : run_write(runner, thread, verb);
}

struct conf_result conf_socket_run(struct conf_runner *runner, struct conf_runner_thread *thread,
                                   const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    const struct conf_source *declared = &runner->scenario->source[verb->source];
    enum conf_verb_code code = (enum conf_verb_code)verb->code;

    if (declared->kind == CONF_USER_SOURCE) {
        return run_user(runner, verb);
    }
    if (conf_verb_is_transfer(code)) {
        return run_transfer(runner, thread, verb);
    }
    if (code == CONF_VERB_REGISTER || code == CONF_VERB_REREGISTER ||
        code == CONF_VERB_DEREGISTER) {
        return run_registration(runner, verb);
    }
    if (code == CONF_VERB_CONNECT) {
        return run_connect(runner, verb);
    }
    if (code == CONF_VERB_ACCEPT) {
        return run_accept(runner, verb);
    }
    if (code == CONF_VERB_SHUTDOWN) {
        return s->port->tcp_shutdown(s->object, verb->how);
    }
    if (code == CONF_VERB_URGENT) {
        return s->port->tcp_urgent(s->object);
    }
    if (code == CONF_VERB_OPTION) {
        return s->port->socket_option(socket_kind(runner, verb->source), s->object,
                                      declared->family, verb->how, verb->size);
    }
    if (code == CONF_VERB_ADDRESS) {
        return run_address(runner, verb);
    }
    return code == CONF_VERB_TAKE_ERROR ? run_take_error(runner, verb->source) : done();
}
