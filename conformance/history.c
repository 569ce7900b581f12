#include "conformance/history.h"

#include "conformance/scenario_words.h"
#include "conformance/text.h"

#include <assert.h>
#include <inttypes.h>

/* What a formatter works on. */
struct view {
    const struct conf_record *record;
    const struct conf_scenario *scenario;
    const struct conf_port *port; /* may be NULL */
};

const char *conf_thread_name(const struct conf_scenario *scenario, uint8_t thread)
{
    return thread == CONF_CONTROLLER ? "main" : scenario->thread_name[thread];
}

static const char *source_name(const struct conf_scenario *scenario, uint8_t source)
{
    return source == CONF_NONE ? "?" : scenario->source[source].name;
}

/* ---- verbs ---- */

static void add_subject(struct conf_text *text, const struct view *view)
{
    const struct conf_record *record = view->record;

    conf_text_add(text, "%s %s", conf_verb_name((enum conf_verb_code)record->code),
                  record->code == CONF_VERB_JOIN ? conf_thread_name(view->scenario, record->peer)
                                                 : source_name(view->scenario, record->source));
}

static void add_registration(struct conf_text *text, const struct view *view)
{
    const struct conf_record *record = view->record;
    const char *interest = conf_interest_name((uint32_t)record->b);

    conf_text_add(text, " in %s", source_name(view->scenario, record->peer));
    if (record->code != CONF_VERB_DEREGISTER) {
        conf_text_add(text, " token=%" PRIu64 " interest=%s", record->a,
                      interest != NULL ? interest : "?");
    }
}

/* What verbs on sockets and user-made sources are about. */
static void add_socket_operands(struct conf_text *text, const struct view *view)
{
    const struct conf_record *record = view->record;
    enum conf_source_kind kind =
        record->source != CONF_NONE
            ? (enum conf_source_kind)view->scenario->source[record->source].kind
            : CONF_POLL;
    char flags[CONF_FLAGS_NAME_MAX];

    if (conf_verb_has_other((enum conf_verb_code)record->code, kind)) {
        conf_text_add(text, record->code == CONF_VERB_ACCEPT ? " as %s" : " to %s",
                      source_name(view->scenario, record->peer));
    }
    if (record->code == CONF_VERB_SEND_TO && record->b != CONF_CAST_ONE) {
        conf_text_add(text, " cast=%s", conf_cast_name((enum conf_cast)record->b));
    } else if (record->code == CONF_VERB_OPTION) {
        conf_text_add(text, " %s=%" PRIu64, conf_option_name((enum conf_option)record->b),
                      record->a);
    } else if (record->code == CONF_VERB_ADDRESS) {
        conf_text_add(text, " of=%s", conf_address_of_name((enum conf_address_of)record->b));
    } else if (record->code == CONF_VERB_READY) {
        conf_flags_name((uint32_t)record->b, flags);
        conf_text_add(text, " flags=%s", flags);
    } else if (record->code == CONF_VERB_SHUTDOWN && conf_kind_is_socket(kind)) {
        conf_text_add(text, " how=%s", conf_shutdown_name((enum conf_shutdown)record->b));
    }
}

static void add_begin(struct conf_text *text, const struct view *view)
{
    const struct conf_record *record = view->record;

    add_subject(text, view);
    if (record->code == CONF_VERB_REGISTER || record->code == CONF_VERB_REREGISTER ||
        record->code == CONF_VERB_DEREGISTER) {
        add_registration(text, view);
    } else if (record->code == CONF_VERB_POLL && record->b == CONF_WAIT_FOREVER) {
        conf_text_add(text, " timeout=inf");
    } else if (record->code == CONF_VERB_POLL) {
        conf_text_add(text, " timeout=%" PRIu64, record->b / 1000000);
    } else if (conf_verb_is_transfer((enum conf_verb_code)record->code)) {
        conf_text_add(text, " %" PRIu64, record->a);
    }
    if (conf_verb_is_polled((enum conf_verb_code)record->code) && record->peer != CONF_NONE) {
        conf_text_add(text, " by %s", source_name(view->scenario, record->peer));
    }
    add_socket_operands(text, view);
    if ((record->flags & CONF_RECORD_FLAG_PROBE) != 0) {
        conf_text_add(text, " (probe)");
    } else if ((record->flags & CONF_RECORD_FLAG_FINAL) != 0) {
        conf_text_add(text, " (final)");
    }
}

static void add_end(struct conf_text *text, const struct view *view)
{
    const struct conf_record *record = view->record;

    add_subject(text, view);
    conf_text_add(text, " -> %s", conf_word_name((enum conf_word)record->word));
    if (record->word == CONF_WORD_DONE &&
        (conf_verb_is_transfer((enum conf_verb_code)record->code) ||
         record->code == CONF_VERB_POLL || record->code == CONF_VERB_TAKE_ERROR)) {
        conf_text_add(text, " %" PRIu64, record->a);
    }
    if (record->code == CONF_VERB_RECV_FROM && record->peer != CONF_NONE) {
        conf_text_add(text, " from %s", source_name(view->scenario, record->peer));
    }
    if (record->code == CONF_VERB_ADDRESS && record->word == CONF_WORD_DONE) {
        conf_text_add(text, " %s",
                      record->a == 0 || record->a > view->scenario->pipe_count
                          ? "of no name"
                          : view->scenario->pipe_name[record->a - 1]);
    }
    if (record->b != 0 && record->code != CONF_VERB_POLL) {
        conf_text_add(text, " (error %" PRIu64 ")", record->b);
    }
}

static void add_event(struct conf_text *text, const struct view *view)
{
    static const char *const name[] = {"readable",    "writable",     "error",
                                       "read-closed", "write-closed", "priority"};
    const char *separator = " ";

    conf_text_add(text, "%s reports token=%" PRIu64,
                  source_name(view->scenario, view->record->source), view->record->a);
    for (unsigned i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
        if ((view->record->b >> i & 1) != 0) {
            conf_text_add(text, "%s%s", separator, name[i]);
            separator = "|";
        }
    }
}

/* ---- the life of sources ---- */

static void add_created(struct conf_text *text, const struct view *view)
{
    conf_text_add(text, "create %s -> %s", source_name(view->scenario, view->record->source),
                  conf_word_name((enum conf_word)view->record->word));
    if (view->record->b != 0) {
        conf_text_add(text, " (error %" PRIu64 ")", view->record->b);
    }
}

static void add_drop_begin(struct conf_text *text, const struct view *view)
{
    conf_text_add(text, "%s is being dropped", source_name(view->scenario, view->record->source));
}

static void add_drop_end(struct conf_text *text, const struct view *view)
{
    conf_text_add(text, "%s is dropped", source_name(view->scenario, view->record->source));
}

static void add_bound(struct conf_text *text, const struct view *view)
{
    conf_text_add(
        text,
        conf_kind_is_udp((enum conf_source_kind)view->scenario->source[view->record->source].kind)
            ? "%s got a datagram of %s, number %" PRIu64
            : "%s reads what %s sent in epoch %" PRIu64,
        source_name(view->scenario, view->record->source),
        source_name(view->scenario, view->record->peer), view->record->a);
}

static void add_mismatch(struct conf_text *text, const struct view *view)
{
    static const char *const mismatch[] = {
        [CONF_MISMATCH_CORRUPT] = "that were not sent",
        [CONF_MISMATCH_HOLE] = "past a hole",
        [CONF_MISMATCH_CONNECTION] = "of another connection",
    };
    static_assert(sizeof(mismatch) / sizeof(mismatch[0]) == CONF_MISMATCH_COUNT, "all of them");

    conf_text_add(text, "%s got bytes %s: at %" PRIu64 " %02x, expected %02x",
                  source_name(view->scenario, view->record->source), mismatch[view->record->code],
                  view->record->a, (unsigned)(view->record->b & 0xff),
                  (unsigned)(view->record->b >> 8 & 0xff));
}

static void add_task(struct conf_text *text, const struct view *view)
{
    static const char *const event[] = {
        [CONF_TASK_CLONED] = "is cloned",
        [CONF_TASK_WOKEN] = "is woken",
        [CONF_TASK_WOKEN_BY_REF] = "is woken by reference",
        [CONF_TASK_DROPPED] = "is dropped",
    };
    static_assert(sizeof(event) / sizeof(event[0]) == CONF_TASK_EVENT_COUNT, "all of them");

    conf_text_add(text, "a waker of %s %s", source_name(view->scenario, view->record->source),
                  event[view->record->code]);
}

/* ---- the course of the execution ---- */

static void add_halt(struct conf_text *text, const struct view *view)
{
    add_subject(text, view);
    conf_text_add(text, " of %s %s", conf_thread_name(view->scenario, view->record->thread),
                  view->record->kind == CONF_RECORD_IDLE ? "is idle and is ended" : "is stuck");
}

static void add_settled(struct conf_text *text, const struct view *view)
{
    conf_text_add(text, "settled: references held %" PRIu64 ", requests in flight %" PRIu64,
                  view->record->a, view->record->b);
}

static void add_left(struct conf_text *text, const struct view *view)
{
    conf_text_add(text, "end: %" PRIu64 " objects, %" PRIu64 " references", view->record->a,
                  view->record->b);
}

/* ---- observations ---- */

static void add_machine(struct conf_text *text, const struct view *view)
{
    const struct conf_record *record = view->record;

    if (record->source != CONF_NONE) {
        conf_text_add(text, "%s ", view->scenario->source[record->source].name);
    }
    if (view->port != NULL && view->port->machine_name != NULL) {
        conf_text_add(text, "%s", view->port->machine_name(record->code));
    } else {
        conf_text_add(text, "machine %u", record->code);
    }
    if (record->source == CONF_NONE) {
        conf_text_add(text, " %" PRIu64, record->a);
    }
    conf_text_add(text, ": ");
}

static void add_object(struct conf_text *text, const struct view *view)
{
    add_machine(text, view);
    if (view->record->kind == CONF_RECORD_OBJECT) {
        conf_text_add(text, "created");
    } else {
        conf_text_add(text, "destroyed, it held %" PRIu64, view->record->b);
    }
}

static void add_state(struct conf_text *text, const struct view *view)
{
    int32_t from = (int32_t)(view->record->b >> 32), to = (int32_t)view->record->b;

    add_machine(text, view);
    if (view->port != NULL && view->port->state_name != NULL) {
        conf_text_add(text, "%s -> %s", view->port->state_name(view->record->code, from),
                      view->port->state_name(view->record->code, to));
    } else {
        conf_text_add(text, "%d -> %d", (int)from, (int)to);
    }
    conf_text_add(text, "%s", view->record->word != 0 ? "" : " (illegal)");
}

static void add_request(struct conf_text *text, const struct view *view)
{
    const struct conf_record *record = view->record;

    add_machine(text, view);
    if (record->kind == CONF_RECORD_RETAIN) {
        conf_text_add(text, "takes a reference, holds %" PRIu64, record->b);
    } else if (record->kind == CONF_RECORD_RELEASE) {
        conf_text_add(text, "gives a reference back, held %" PRIu64, record->b);
    } else {
        conf_text_add(text, "its packet comes, it holds %u", (unsigned)(record->b >> 32));
        if ((uint32_t)record->b > 0) {
            conf_text_add(text, ", still in flight: %u", (unsigned)(uint32_t)record->b);
        }
    }
}

static void (*const format_of[CONF_RECORD_KIND_COUNT])(struct conf_text *, const struct view *) = {
    [CONF_RECORD_BEGIN] = add_begin,
    [CONF_RECORD_END] = add_end,
    [CONF_RECORD_EVENT] = add_event,
    [CONF_RECORD_CREATED] = add_created,
    [CONF_RECORD_DROP_BEGIN] = add_drop_begin,
    [CONF_RECORD_DROP_END] = add_drop_end,
    [CONF_RECORD_BOUND] = add_bound,
    [CONF_RECORD_MISMATCH] = add_mismatch,
    [CONF_RECORD_TASK] = add_task,
    [CONF_RECORD_IDLE] = add_halt,
    [CONF_RECORD_STUCK] = add_halt,
    [CONF_RECORD_SETTLED] = add_settled,
    [CONF_RECORD_LEFT] = add_left,
    [CONF_RECORD_OBJECT] = add_object,
    [CONF_RECORD_OBJECT_GONE] = add_object,
    [CONF_RECORD_STATE] = add_state,
    [CONF_RECORD_RETAIN] = add_request,
    [CONF_RECORD_RELEASE] = add_request,
    [CONF_RECORD_DISPATCH] = add_request,
};

size_t conf_record_format(const struct conf_record *record, const struct conf_scenario *scenario,
                          const struct conf_port *port, char *out, size_t size)
{
    struct conf_text text = conf_text_begin(out, size);
    struct view view = {.record = record, .scenario = scenario, .port = port};

    if (record->kind < CONF_RECORD_KIND_COUNT && format_of[record->kind] != NULL) {
        format_of[record->kind](&text, &view);
    }
    return text.length;
}
