#include "conformance/interpreter_pipe.h"

#include "conformance/interpreter.h"
#include "conformance/payload.h"

/* ---- bytes ---- */

void conf_runner_check(struct conf_runner *runner, struct conf_runner_thread *thread,
                       uint8_t source, uint64_t size)
{
    struct conf_record record = {.thread = thread->index, .source = source, .peer = CONF_NONE};
    struct conf_payload_report report;

    conf_runner_lock(runner);
    report = conf_payload_check(&runner->judge.model, source, thread->bytes, (size_t)size);
    if (report.bound) {
        record.kind = CONF_RECORD_BOUND;
        record.peer = report.writer;
        record.a = report.epoch;
        conf_runner_emit(runner, &record);
    } else if (report.mismatch) {
        record.kind = CONF_RECORD_MISMATCH;
        record.code = (uint8_t)report.kind;
        record.a = report.offset;
        record.b = (uint64_t)report.expected << 8 | report.got;
        conf_runner_emit(runner, &record);
    }
    conf_runner_unlock(runner);
}

void conf_runner_fill(struct conf_runner *runner, struct conf_runner_thread *thread, uint8_t source,
                      uint32_t size)
{
    const struct conf_stream *stream;
    uint32_t epoch;
    uint64_t accepted;

    conf_runner_lock(runner);
    epoch = runner->judge.model.source[source].epoch;
    stream = conf_stream_find(&runner->judge.model.streams, source, epoch);
    accepted = stream != NULL ? stream->accepted : 0;
    conf_runner_unlock(runner);
    conf_payload_fill(thread->bytes, size, source, epoch, accepted);
}

/* ---- verbs ---- */

struct conf_result conf_run_open(struct conf_runner *runner, struct conf_runner_thread *thread,
                                 const struct conf_verb *verb)
{
    const struct conf_source *declared = &runner->scenario->source[verb->source];
    struct conf_runner_source *s = &runner->source[verb->source];
    uint32_t flags = (declared->mode == CONF_PIPE_MESSAGE ? CONF_PIPE_FLAG_MESSAGE : 0) |
                     (declared->blocking ? CONF_PIPE_FLAG_BLOCKING : 0);
    struct conf_result result =
        s->port->pipe_client_open(runner->scenario->pipe_name[declared->pipe], flags, &s->object);

    conf_runner_born(runner, verb->source, result.status == CONF_DONE);
    return result;
}

struct conf_result conf_run_connect(struct conf_runner *runner, struct conf_runner_thread *thread,
                                    const struct conf_verb *verb)
{
    return runner->source[verb->source].port->pipe_connect(runner->source[verb->source].object);
}

struct conf_result conf_run_disconnect(struct conf_runner *runner,
                                       struct conf_runner_thread *thread,
                                       const struct conf_verb *verb)
{
    return runner->source[verb->source].port->pipe_disconnect(runner->source[verb->source].object);
}

struct conf_result conf_run_read(struct conf_runner *runner, struct conf_runner_thread *thread,
                                 const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    struct conf_result result;

    result = s->port->source_read(s->object, thread->bytes, verb->size);

    if (result.status == CONF_DONE) {
        if (result.count > verb->size) {
            result.count = verb->size;
        }
        conf_runner_check(runner, thread, verb->source, result.count);
    }
    return result;
}

struct conf_result conf_run_write(struct conf_runner *runner, struct conf_runner_thread *thread,
                                  const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];

    conf_runner_fill(runner, thread, verb->source, verb->size);
    return s->port->source_write(s->object, thread->bytes, verb->size);
}

struct conf_result conf_run_take_error(struct conf_runner *runner,
                                       struct conf_runner_thread *thread,
                                       const struct conf_verb *verb)
{
    struct conf_runner_source *s = &runner->source[verb->source];
    struct conf_result result = s->port->source_take_error(s->object);

    if (result.status == CONF_DONE) {
        result.count = result.error;
        result.error = 0;
    }
    return result;
}
