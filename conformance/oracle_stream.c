#include "conformance/oracle_stream.h"

#include "conformance/error_code.h"
#include "conformance/judge.h"
#include "conformance/oracle_socket.h"
#include "conformance/scenario_words.h"

#include <inttypes.h>
#include <stdio.h>

/* The end of an operation, and what the model knows of it. */
struct view {
    const struct conf_record *record;
    const struct conf_channel *channel;
    const struct conf_channel_side *side;
    const struct conf_channel_operation *operation;
    enum conf_side which;
    uint8_t number; /* of the channel */
};

/* Finds what an END is about; false if it is not about an operation of a stream that has begun. */
static bool look(const struct conf_judge *judge, const struct conf_record *record,
                 struct view *view)
{
    const struct conf_model *model = &judge->model;

    if (record->kind != CONF_RECORD_END ||
        !conf_channel_find(model, record, &view->number, &view->which)) {
        return false;
    }
    view->record = record;
    view->channel = &model->channels.channel[view->number];
    view->side = &view->channel->side[view->which];
    view->operation = &view->side->operation;
    return view->operation->running;
}

static const char *verb_of(const struct view *view)
{
    return conf_verb_name((enum conf_verb_code)view->record->code);
}

static bool is_stream(const struct conf_judge *judge, const struct conf_record *record)
{
    return judge->model.channels.any && record->source != CONF_NONE &&
           conf_kind_is_stream((enum conf_source_kind)judge->model.source[record->source].kind);
}

/* ---- the model's answer ---- */

/* How many bytes an operation could certainly have moved, and may have moved. What the other side's
 * running operation has done already is not certain, though this side may have used it. */
struct bounds {
    uint64_t least, most;
};

static uint64_t difference(uint64_t from, uint64_t less)
{
    return from > less ? from - less : 0;
}

static struct bounds bounds_of(const struct view *view)
{
    uint64_t done = view->side->done;
    uint64_t other_least = view->operation->other_done;
    uint64_t other_most = conf_channel_other_may_have_done(view->channel, view->which);

    if (view->which == CONF_READER) {
        return (struct bounds){.least = difference(other_least, done),
                               .most = difference(other_most, done)};
    }
    return (struct bounds){
        .least = difference(view->channel->capacity, difference(done, other_least)),
        .most = difference(view->channel->capacity, difference(done, other_most))};
}

static uint64_t smaller(uint64_t left, uint64_t right)
{
    return left < right ? left : right;
}

/* Tells whether a side that ends the other's operations had certainly closed when one began. A
 * reader goes on behind the writer's end until everything is read. */
static bool was_closed(const struct view *view)
{
    return view->which == CONF_WRITER ? view->operation->own_closed || view->operation->other_closed
                                      : view->operation->other_closed;
}

static bool may_be_closed(const struct view *view)
{
    const struct conf_channel_side *other = &view->channel->side[1 - view->which];

    return other->closing || (view->which == CONF_WRITER && view->operation->own_closed);
}

/* What is wrong with an operation that was done; NULL if nothing is. */
static const char *judge_done(const struct conf_judge *judge, const struct view *view)
{
    struct bounds bounds = bounds_of(view);
    uint64_t size = view->operation->size;
    uint64_t count = view->record->a;

    if (view->which == CONF_WRITER && was_closed(view) &&
        conf_verb_is_transfer((enum conf_verb_code)view->record->code)) {
        return "is done behind the end";
    }
    if (size == 0) {
        return count == 0 ? NULL : "moves bytes that were not asked for";
    }
    if (count > smaller(size, bounds.most)) {
        return "moves too many bytes";
    }
    if (count == 0) {
        return "moves nothing, and says that it is done";
    }
    if (count < smaller(size, bounds.least) &&
        (view->which == CONF_READER || judge->model.scenario->settings.faults == 0)) {
        return "moves too few bytes";
    }
    return NULL;
}

static const char *judge_would_block(const struct view *view)
{
    if (view->operation->size == 0) {
        return "would block though it moves nothing";
    }
    if (was_closed(view)) {
        return "would block behind the end";
    }
    return bounds_of(view).least == 0 ? NULL : "would block though it could go on";
}

static const char *judge_closed(const struct view *view)
{
    if (view->which == CONF_READER && view->operation->size == 0) {
        return "finds the end though it moves nothing";
    }
    /* For readers false-eof and data-loss say more. */
    return view->which == CONF_READER || may_be_closed(view)
               ? NULL
               : "is told of an end that is not there";
}

static const char *judge_failed(const struct conf_judge *judge, const struct view *view)
{
    bool explained =
        judge->model.scenario->settings.faults > 0 && conf_error_is_resource(view->record->b);

    /* Readiness operations fail when their poll is gone: wrong-error judges that. */
    return explained || !conf_verb_is_polled((enum conf_verb_code)view->record->code)
               ? NULL
               : "fails, which nothing explains";
}

static const char *judge_result(const struct conf_judge *judge, const struct view *view)
{
    if (view->operation->exhausted) {
        return view->record->word == CONF_WORD_WOULD_BLOCK
                   ? (judge->model.channels.task[view->operation->task].woken > view->operation->seq
                          ? NULL
                          : "ends for want of budget and wakes nobody")
                   : "goes on though its task has used up its budget";
    }
    switch ((enum conf_word)view->record->word) {
    case CONF_WORD_DONE:
        return judge_done(judge, view);
    case CONF_WORD_WOULD_BLOCK:
        return judge_would_block(view);
    case CONF_WORD_CLOSED:
        return judge_closed(view);
    case CONF_WORD_FAILED:
        return judge_failed(judge, view);
    case CONF_WORD_GONE:
    case CONF_WORD_IDLE:
    case CONF_WORD_COUNT:
        break;
    }
    return NULL;
}

/* ---- oracles ---- */

static void see_created(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_source *source = &judge->model.scenario->source[record->source];

    if (conf_kind_is_end((enum conf_source_kind)source->kind) && record->word == CONF_WORD_DONE &&
        judge->model.channels.channel[record->source].capacity == 0) {
        conf_judge_find(judge, "%s is made with a capacity of 0: its first write waits for ever",
                        conf_judge_name(judge, record->source));
    }
}

void conf_see_wrong_result(struct conf_judge *judge, const struct conf_record *record)
{
    struct view view;
    const char *wrong;

    if (conf_see_socket_result(judge, record) || !judge->model.channels.any) {
        return;
    }
    if (record->kind == CONF_RECORD_CREATED) {
        see_created(judge, record);
        return;
    }
    if (!look(judge, record, &view)) {
        return;
    }
    wrong = judge_result(judge, &view);
    if (wrong != NULL) {
        struct bounds bounds = bounds_of(&view);
        conf_judge_find(judge,
                        "%s %s %s (%" PRIu64 " of %" PRIu64 " asked for, possible %" PRIu64
                        " to %" PRIu64 ")",
                        verb_of(&view), conf_judge_name(judge, record->source), wrong,
                        record->word == CONF_WORD_DONE ? record->a : 0, view.operation->size,
                        smaller(view.operation->size, bounds.least),
                        smaller(view.operation->size, bounds.most));
    }
}

void conf_see_double_wake(struct conf_judge *judge, const struct conf_record *record)
{
    if ((record->code == CONF_TASK_WOKEN || record->code == CONF_TASK_DROPPED) &&
        judge->model.channels.task[record->source].live == 0) {
        conf_judge_find(judge, "a waker of %s is %s though all were consumed before",
                        conf_judge_name(judge, record->source),
                        record->code == CONF_TASK_WOKEN ? "woken" : "dropped");
    }
}

void conf_see_waker_leak(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_model *model = &judge->model;

    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        if (model->scenario->source[i].kind == CONF_TASK && model->channels.task[i].live > 0) {
            conf_judge_find(judge, "%u wakers of %s were neither woken nor dropped",
                            (unsigned)model->channels.task[i].live, conf_judge_name(judge, i));
        }
    }
}

void conf_see_spurious_wake(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_channel_wakes *before, *now;
    struct view view;

    if (!look(judge, record, &view) || view.operation->exhausted ||
        record->code == CONF_VERB_SHUTDOWN || (record->word == CONF_WORD_DONE && record->a > 0)) {
        return;
    }
    before = &view.operation->wakes;
    now = &judge->model.channels.wakes[conf_thread_slot(record->thread)];
    /* A task that waits in the place of another one ends that wait without a word. */
    if (now->others != before->others ||
        (now->displacing != before->displacing && view.operation->task != CONF_NONE &&
         record->word == CONF_WORD_WOULD_BLOCK)) {
        conf_judge_find(judge, "%s %s moves nothing and wakes somebody", verb_of(&view),
                        conf_judge_name(judge, record->source));
    }
}

bool conf_see_stream_loss(struct conf_judge *judge, const struct conf_record *record)
{
    struct view view;
    uint64_t accepted;

    if (record->kind != CONF_RECORD_END || !is_stream(judge, record)) {
        return false;
    }
    if (!look(judge, record, &view) || view.which != CONF_READER || view.operation->size == 0) {
        return true;
    }
    accepted = view.channel->side[CONF_WRITER].done;
    if (view.side->done < accepted && (record->word == CONF_WORD_CLOSED ||
                                       (record->word == CONF_WORD_WOULD_BLOCK &&
                                        judge->model.settled && !view.operation->exhausted))) {
        conf_judge_find(judge, "%s got %" PRIu64 " of the %" PRIu64 " bytes written to it, then %s",
                        conf_judge_name(judge, record->source), view.side->done, accepted,
                        conf_word_name((enum conf_word)record->word));
    }
    return true;
}

bool conf_see_stream_end(struct conf_judge *judge, const struct conf_record *record)
{
    struct view view;

    if (record->kind != CONF_RECORD_END || !is_stream(judge, record)) {
        return false;
    }
    if (look(judge, record, &view) && view.which == CONF_READER &&
        record->word == CONF_WORD_CLOSED && !may_be_closed(&view)) {
        conf_judge_find(judge, "%s read the end, but nobody has ended its stream",
                        conf_judge_name(judge, record->source));
    }
    return true;
}

bool conf_see_stream_read_closed(struct conf_judge *judge, uint8_t source)
{
    const struct conf_model *model = &judge->model;
    uint8_t number;

    if (model->source[source].kind != CONF_DUPLEX) {
        return false;
    }
    number = conf_channel_of(model, source, CONF_READER);
    if (!model->channels.channel[number].side[CONF_WRITER].closing) {
        conf_judge_find(judge, "%s was reported read-closed, but nobody has ended its stream",
                        conf_judge_name(judge, source));
    }
    return true;
}

bool conf_see_stream_wakeup(struct conf_judge *judge, const struct conf_record *record)
{
    struct view view;

    if (record->kind != CONF_RECORD_END ||
        !conf_verb_is_polled((enum conf_verb_code)record->code)) {
        return false;
    }
    if (look(judge, record, &view) && (record->flags & CONF_RECORD_FLAG_PROBE) != 0 &&
        (record->word == CONF_WORD_DONE || record->word == CONF_WORD_CLOSED) &&
        conf_channel_waits(&judge->model, view.number, view.which)) {
        conf_judge_find(judge, "%s waits to %s %s, which would not block, and was never woken",
                        conf_judge_name(judge, view.side->task),
                        view.which == CONF_READER ? "read" : "write",
                        conf_judge_name(judge, record->source));
    }
    return true;
}
