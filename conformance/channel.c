#include "conformance/channel.h"

#include "conformance/model.h"
#include "conformance/scenario_words.h"

#include <string.h>

/* ---- which channels there are ---- */

/* The other end of a stream: a simplex is its own. */
static uint8_t peer_of(const struct conf_scenario *scenario, uint8_t end)
{
    if (scenario->source[end].kind == CONF_SIMPLEX) {
        return end;
    }
    if (scenario->source[end].of != CONF_NONE) {
        return scenario->source[end].of;
    }
    for (uint8_t i = 0; i < scenario->source_count; i++) {
        if (scenario->source[i].kind == CONF_DUPLEX && scenario->source[i].of == end) {
            return i;
        }
    }
    return end;
}

/* The capacity stands at the first end. */
static uint32_t capacity_of(const struct conf_scenario *scenario, uint8_t end)
{
    const struct conf_source *source = &scenario->source[end];

    return source->of == CONF_NONE ? source->quota : scenario->source[source->of].quota;
}

void conf_channel_begin(struct conf_channel_table *table, const struct conf_scenario *scenario)
{
    table->any = false;
    for (uint8_t i = 0; i < scenario->source_count; i++) {
        const struct conf_source *source = &scenario->source[i];
        enum conf_source_kind kind = (enum conf_source_kind)source->kind;
        uint8_t end = conf_kind_is_half(kind) ? source->of : i;

        table->of[i][CONF_READER] = table->of[i][CONF_WRITER] = CONF_NONE;
        if (kind == CONF_TASK) {
            table->task[i] = (struct conf_model_task){.is_fresh = true};
        }
        if (!conf_kind_is_stream(kind)) {
            continue;
        }
        table->any = true;
        if (kind != CONF_WRITE_HALF) {
            table->of[i][CONF_READER] = peer_of(scenario, end);
        }
        if (kind != CONF_READ_HALF) {
            table->of[i][CONF_WRITER] = end;
        }
        if (conf_kind_is_end(kind)) {
            memset(&table->channel[i], 0, sizeof(table->channel[i]));
            table->channel[i].capacity = capacity_of(scenario, i);
        }
    }
    if (table->any) {
        memset(table->wakes, 0, sizeof(table->wakes));
    }
}

uint8_t conf_channel_of(const struct conf_model *model, uint8_t source, enum conf_side side)
{
    return model->channels.of[source][side];
}

static enum conf_side side_of(enum conf_verb_code code)
{
    if (code == CONF_VERB_READ || code == CONF_VERB_POLL_READ) {
        return CONF_READER;
    }
    if (code == CONF_VERB_WRITE || code == CONF_VERB_POLL_WRITE || code == CONF_VERB_POLL_WRITEV ||
        code == CONF_VERB_FLUSH || code == CONF_VERB_SHUTDOWN) {
        return CONF_WRITER;
    }
    return CONF_SIDE_COUNT;
}

bool conf_channel_find(const struct conf_model *model, const struct conf_record *record,
                       uint8_t *channel, enum conf_side *side)
{
    if (!model->channels.any || record->source == CONF_NONE ||
        (record->kind == CONF_RECORD_END && record->word == CONF_WORD_GONE)) {
        return false; /* what is gone never began */
    }
    *side = side_of((enum conf_verb_code)record->code);
    if (*side == CONF_SIDE_COUNT) {
        return false;
    }
    *channel = model->channels.of[record->source][*side];
    return *channel != CONF_NONE;
}

uint64_t conf_channel_other_may_have_done(const struct conf_channel *channel, enum conf_side side)
{
    const struct conf_channel_side *other = &channel->side[1 - side];

    return other->done + (other->operation.running ? other->operation.size : 0);
}

bool conf_channel_waits(const struct conf_model *model, uint8_t channel, enum conf_side side)
{
    const struct conf_channel_side *s = &model->channels.channel[channel].side[side];

    return s->armed && !s->closing && model->channels.task[s->task].woken <= s->since;
}

/* ---- operations ---- */

/* A task's budget is filled when it is polled for the first time after it was woken. Neither the
 * runner's own polls nor those inside a wake have one. */
static bool spend(struct conf_model *model, const struct conf_record *record)
{
    struct conf_model_task *task = &model->channels.task[record->peer];

    if (record->thread == CONF_CONTROLLER || (record->flags & CONF_RECORD_FLAG_NESTED) != 0 ||
        model->scenario->source[record->peer].quota == 0) {
        return false;
    }
    if (task->is_fresh) {
        task->left = model->scenario->source[record->peer].quota;
        task->is_fresh = false;
    }
    return task->left == 0;
}

static void see_begin(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    struct conf_channel_table *table = &model->channels;
    uint8_t task =
        conf_verb_is_polled((enum conf_verb_code)record->code) ? record->peer : CONF_NONE;
    enum conf_side side;
    uint8_t number;
    struct conf_channel *channel;

    if (!conf_channel_find(model, record, &number, &side)) {
        return;
    }
    channel = &table->channel[number];
    channel->side[side].operation = (struct conf_channel_operation){
        .running = true,
        .code = record->code,
        .thread = record->thread,
        .task = task,
        .seq = seq,
        .size = conf_verb_is_transfer((enum conf_verb_code)record->code) ? record->a : 0,
        .other_done = channel->side[1 - side].done,
        .own_closed = channel->side[side].closed,
        .other_closed = channel->side[1 - side].closed,
        .exhausted = task != CONF_NONE && spend(model, record),
        .wakes = table->wakes[conf_thread_slot(record->thread)],
    };
    if (record->code == CONF_VERB_SHUTDOWN) {
        channel->side[side].closing = true;
    }
}

/* The operation would block: its task waits from its begin on. A wake that came before its thread
 * did anything else was not for it. */
static void arm(struct conf_model *model, struct conf_channel_side *side)
{
    const struct conf_channel_operation *operation = &side->operation;
    uint32_t woken = model->channels.task[operation->task].woken;

    side->armed = true;
    side->task = operation->task;
    side->since = operation->seq;
    if (woken > operation->seq && model->stepped != NULL &&
        !model->stepped(model->stepped_context, operation->thread, operation->seq, woken)) {
        side->since = woken;
    }
}

/* A direction of an end is for one who waits: a task that polls it takes the place of the poll that
 * the end is registered with, and an operation of the poll takes it back. */
static void take_over(struct conf_model *model, const struct conf_record *record,
                      enum conf_side which, struct conf_channel_side *side)
{
    struct conf_model_source *source = &model->source[record->source];

    if (conf_verb_is_polled((enum conf_verb_code)record->code)) {
        source->direction[which == CONF_READER ? CONF_IN : CONF_OUT].armed = false;
    } else if (source->registered != CONF_REGISTERED_NO) {
        side->armed = false; /* whatever it answered: it may have been about to wait */
    }
}

/* To register an end, or to try, takes the place of tasks that wait on it. */
static void see_registration(struct conf_model *model, const struct conf_record *record)
{
    for (unsigned side = 0; side < CONF_SIDE_COUNT; side++) {
        uint8_t number = model->channels.of[record->source][side];
        if (number != CONF_NONE) {
            model->channels.channel[number].side[side].armed = false;
        }
    }
}

static void see_end(struct conf_model *model, const struct conf_record *record)
{
    struct conf_channel_table *table = &model->channels;
    enum conf_side which;
    uint8_t number;
    struct conf_channel_side *side;

    if (!conf_channel_find(model, record, &number, &which) ||
        !table->channel[number].side[which].operation.running) {
        return;
    }
    side = &table->channel[number].side[which];
    side->operation.running = false;
    take_over(model, record, which, side);
    table->wakes[conf_thread_slot(record->thread)] = side->operation.wakes;
    if (record->code == CONF_VERB_SHUTDOWN) {
        side->closed = true;
    }
    if (record->word == CONF_WORD_DONE) {
        side->done += side->operation.size > 0 ? record->a : 0;
    }
    if (side->operation.task == CONF_NONE && record->word == CONF_WORD_WOULD_BLOCK) {
        side->armed = false; /* the runner waits now */
    }
    if (side->operation.task == CONF_NONE || side->operation.exhausted) {
        return;
    }
    if (record->word == CONF_WORD_WOULD_BLOCK) {
        arm(model, side);
        return;
    }
    if (side->operation.size > 0 && side->task == side->operation.task) {
        side->armed = false; /* another task that waits still does */
    }
    if (table->task[side->operation.task].left > 0) {
        table->task[side->operation.task].left--;
    }
}

/* ---- drops and tasks ---- */

/* A drop wakes whom it likes, also in the middle of an operation of its thread. */
static void see_drop(struct conf_model *model, const struct conf_record *record, bool ended)
{
    uint8_t source = record->source;
    struct conf_channel_wakes *wakes = &model->channels.wakes[conf_thread_slot(record->thread)];

    if (ended) {
        *wakes = model->channels.wakes_before_drop[source];
    } else {
        model->channels.wakes_before_drop[source] = *wakes;
    }
    for (unsigned side = 0; model->channels.any && side < CONF_SIDE_COUNT; side++) {
        uint8_t number = model->channels.of[source][side];
        if (number != CONF_NONE) {
            struct conf_channel_side *s = &model->channels.channel[number].side[side];
            s->closing = true;
            s->closed = s->closed || ended;
            s->armed = false;
        }
    }
}

/* Whether an operation of the thread that wakes a task runs where that task waits: it has taken the
 * task's place, and if it need not wait after all it wakes the task, which looks for itself. */
static bool displaces(const struct conf_model *model, const struct conf_record *record)
{
    for (uint8_t i = 0; i < model->scenario->source_count; i++) {
        for (unsigned which = 0; which < CONF_SIDE_COUNT; which++) {
            const struct conf_channel_side *side = &model->channels.channel[i].side[which];

            if (conf_kind_is_end((enum conf_source_kind)model->scenario->source[i].kind) &&
                side->operation.running && side->operation.thread == record->thread &&
                side->operation.task != record->source && side->task == record->source &&
                side->since > 0) {
                return true;
            }
        }
    }
    return false;
}

static void see_wake(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    struct conf_model_task *task = &model->channels.task[record->source];
    struct conf_channel_wakes *wakes = &model->channels.wakes[conf_thread_slot(record->thread)];

    task->woken = seq;
    task->is_fresh = true;
    if (displaces(model, record)) {
        wakes->displacing++;
    } else {
        wakes->others++;
    }
}

static void see_task(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    struct conf_model_task *task = &model->channels.task[record->source];

    switch ((enum conf_task_event)record->code) {
    case CONF_TASK_CLONED:
        task->live++;
        break;
    case CONF_TASK_WOKEN:
    case CONF_TASK_DROPPED:
        task->live -= task->live > 0;
        break;
    case CONF_TASK_WOKEN_BY_REF:
    case CONF_TASK_EVENT_COUNT:
        break;
    }
    if (record->code == CONF_TASK_WOKEN || record->code == CONF_TASK_WOKEN_BY_REF) {
        see_wake(model, record, seq);
    }
}

void conf_channel_see(struct conf_model *model, const struct conf_record *record, uint32_t seq)
{
    if (!model->channels.any) {
        return;
    }
    switch ((enum conf_record_kind)record->kind) {
    case CONF_RECORD_BEGIN:
        see_begin(model, record, seq);
        break;
    case CONF_RECORD_END:
        if (record->code == CONF_VERB_REGISTER || record->code == CONF_VERB_REREGISTER) {
            see_registration(model, record);
        }
        see_end(model, record);
        break;
    case CONF_RECORD_DROP_BEGIN:
        see_drop(model, record, false);
        break;
    case CONF_RECORD_DROP_END:
        see_drop(model, record, true);
        break;
    case CONF_RECORD_TASK:
        see_task(model, record, seq);
        break;
    case CONF_RECORD_EVENT:
    case CONF_RECORD_CREATED:
    case CONF_RECORD_BOUND:
    case CONF_RECORD_MISMATCH:
    case CONF_RECORD_IDLE:
    case CONF_RECORD_STUCK:
    case CONF_RECORD_SETTLED:
    case CONF_RECORD_LEFT:
    case CONF_RECORD_OBJECT:
    case CONF_RECORD_OBJECT_GONE:
    case CONF_RECORD_STATE:
    case CONF_RECORD_RETAIN:
    case CONF_RECORD_RELEASE:
    case CONF_RECORD_DISPATCH:
    case CONF_RECORD_KIND_COUNT:
        break;
    }
}
