#include "conformance/scenario_check.h"

#include "conformance/scenario_words.h"

#include <string.h>

/* Sources, and the names they use, are numbered in the order in which the text first mentions
 * them, and a field that a verb or kind does not use has its neutral value. So a scenario has one
 * text and one set of bytes, and equality is field by field. */

static bool broken(struct conf_breach *breach, uint16_t verb, const char *message,
                   const char *expected)
{
    if (breach != NULL) {
        breach->verb = verb;
        breach->message = message;
        breach->expected = expected;
    }
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool conf_name_is_legal(const char *text, size_t length)
{
    if (length == 0 || length >= CONF_NAME_MAX || !(is_letter(text[0]) || text[0] == '_')) {
        return false;
    }
    for (size_t i = 1; i < length; i++) {
        if (!is_letter(text[i]) && !is_digit(text[i]) && strchr("_.-", text[i]) == NULL) {
            return false;
        }
    }
    return true;
}

bool conf_id_is_legal(const char *text, size_t length)
{
    if (length == 0 || length >= CONF_NAME_MAX || !(text[0] >= 'a' && text[0] <= 'z')) {
        return false;
    }
    for (size_t i = 1; i < length; i++) {
        if (!(text[i] >= 'a' && text[i] <= 'z') && !is_digit(text[i]) && text[i] != '-') {
            return false;
        }
    }
    return true;
}

bool conf_title_is_legal(const char *text, size_t length)
{
    if (length == 0 || length >= sizeof(((struct conf_scenario *)0)->name)) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (!is_letter(text[i]) && !is_digit(text[i]) &&
            (i == 0 || strchr("_.-", text[i]) == NULL)) {
            return false;
        }
    }
    return true;
}

/* Names in `names`, each CONF_NAME_MAX wide, at a distance of `stride`, are legal and distinct. */
static bool check_names(const char *names, size_t stride, unsigned count,
                        bool (*is_legal)(const char *text, size_t length))
{
    for (unsigned i = 0; i < count; i++) {
        const char *name = names + i * stride;
        const char *end = memchr(name, 0, CONF_NAME_MAX);

        if (end == NULL || !is_legal(name, (size_t)(end - name))) {
            return false;
        }
        for (unsigned j = 0; j < i; j++) {
            if (strcmp(name, names + j * stride) == 0) {
                return false;
            }
        }
    }
    return true;
}

static bool check_counts(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    if (scenario->source_count > CONF_SOURCES_MAX || scenario->thread_count > CONF_THREADS_MAX ||
        scenario->pipe_count > CONF_SOURCES_MAX || scenario->label_count > CONF_LABELS_MAX ||
        scenario->verb_count > CONF_VERBS_MAX || scenario->allow_count > CONF_ALLOW_MAX ||
        scenario->forbid_count > CONF_ORACLES_MAX ||
        scenario->outcome_count > scenario->label_count ||
        scenario->forbid_given != (scenario->forbid_count > 0) ||
        (scenario->drop_count != 0 && scenario->drop_count != scenario->source_count)) {
        return broken(breach, CONF_NO_VERB, "a count is out of bounds", "the bounds of scenario.h");
    }
    return true;
}

static bool check_all_names(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    const char *title_end = memchr(scenario->name, 0, sizeof(scenario->name));

    if (title_end == NULL ||
        !conf_title_is_legal(scenario->name, (size_t)(title_end - scenario->name)) ||
        memchr(scenario->about, 0, sizeof(scenario->about)) == NULL) {
        return broken(breach, CONF_NO_VERB, "the scenario has no name", "a name");
    }
    if (!check_names(scenario->source[0].name, sizeof(scenario->source[0]), scenario->source_count,
                     conf_name_is_legal) ||
        !check_names(scenario->thread_name[0], CONF_NAME_MAX, scenario->thread_count,
                     conf_name_is_legal) ||
        !check_names(scenario->pipe_name[0], CONF_NAME_MAX, scenario->pipe_count,
                     conf_name_is_legal) ||
        !check_names(scenario->label_name[0], CONF_NAME_MAX, scenario->label_count,
                     conf_name_is_legal) ||
        !check_names(scenario->forbid[0], CONF_NAME_MAX, scenario->forbid_count,
                     conf_id_is_legal)) {
        return broken(breach, CONF_NO_VERB, "a name is malformed or used twice", "distinct names");
    }
    for (unsigned i = 0; i < scenario->thread_count; i++) {
        if (strcmp(scenario->thread_name[i], CONF_THREAD_RESERVED) == 0) {
            return broken(breach, CONF_NO_VERB, "a thread has the name of the runner's own thread",
                          "another name");
        }
    }
    return true;
}

static bool check_settings(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    for (unsigned i = 0; i < CONF_SETTING_COUNT; i++) {
        const struct conf_setting *setting = &conf_setting_table[i];
        uint8_t value = *((const uint8_t *)&scenario->settings + setting->offset);

        if (setting->value_count != 0 && value >= setting->value_count) {
            return broken(breach, CONF_NO_VERB, "a setting has no such value", "one of its values");
        }
    }
    return true;
}

static bool is_poll(const struct conf_scenario *scenario, unsigned source)
{
    return source < scenario->source_count && scenario->source[source].kind == CONF_POLL;
}

/* A source that is no pipe: what it says of streams. Streams are above what names them. */
static bool check_stream(const struct conf_scenario *scenario, unsigned index)
{
    const struct conf_source *source = &scenario->source[index];
    const struct conf_source *of = source->of < index ? &scenario->source[source->of] : NULL;
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;

    if ((of == NULL && source->of != CONF_NONE) || (source->action != 0 && kind != CONF_TASK) ||
        (source->split != 0 && !conf_kind_is_end(kind))) {
        return false;
    }
    if (kind == CONF_SIMPLEX || (kind == CONF_DUPLEX && of == NULL)) {
        return of == NULL && source->quota <= CONF_QUOTA_MAX && source->split <= 1;
    }
    if (kind == CONF_TASK) {
        return source->quota <= CONF_BUDGET_MAX && source->action < CONF_ACTION_COUNT &&
               (of != NULL) == (source->action != CONF_ACTION_NONE) &&
               (of == NULL || conf_kind_is_stream((enum conf_source_kind)of->kind));
    }
    if (kind == CONF_DUPLEX) {
        return of->kind == CONF_DUPLEX && of->of == CONF_NONE && source->quota == 0 &&
               source->split <= 1;
    }
    if (conf_kind_is_half(kind)) {
        return of != NULL && conf_kind_is_end((enum conf_source_kind)of->kind) &&
               source->quota == 0;
    }
    return of == NULL && source->quota == 0;
}

/* How many sources of a kind name a stream. */
static unsigned count_of(const struct conf_scenario *scenario, unsigned stream,
                         enum conf_source_kind kind)
{
    unsigned count = 0;

    for (unsigned i = 0; i < scenario->source_count; i++) {
        count += scenario->source[i].kind == kind && scenario->source[i].of == stream;
    }
    return count;
}

/* Ends and halves come in pairs. */
static bool check_pairs(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    for (unsigned i = 0; i < scenario->source_count; i++) {
        const struct conf_source *source = &scenario->source[i];
        unsigned readers = count_of(scenario, i, CONF_READ_HALF);

        if (source->kind == CONF_DUPLEX && source->of == CONF_NONE &&
            count_of(scenario, i, CONF_DUPLEX) != 1) {
            return broken(breach, CONF_NO_VERB, "a duplex has not two ends",
                          "one other duplex with of=");
        }
        if (readers > 1 || readers != count_of(scenario, i, CONF_WRITE_HALF)) {
            return broken(breach, CONF_NO_VERB, "a stream has not two halves",
                          "one read-half and one write-half of it, or none");
        }
        if (source->split != 0 && readers == 0) {
            return broken(breach, CONF_NO_VERB, "a stream is split, but has no halves",
                          "a read-half and a write-half of it");
        }
    }
    return true;
}

static bool check_source(const struct conf_scenario *scenario, unsigned index, unsigned *pipes_seen)
{
    const struct conf_source *source = &scenario->source[index];
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;

    if (source->kind >= CONF_SOURCE_KIND_COUNT) {
        return false;
    }
    if (kind == CONF_WAKER) {
        if (source->poll >= index || !is_poll(scenario, source->poll)) {
            return false;
        }
    } else if (source->poll != CONF_NONE || source->token != 0) {
        return false;
    }
    if (!conf_kind_is_pipe(kind)) {
        return source->pipe == CONF_NONE && source->mode == 0 && source->blocking == 0 &&
               check_stream(scenario, index);
    }
    if (source->of != CONF_NONE || source->split != 0 || source->action != 0) {
        return false;
    }
    if (source->pipe > *pipes_seen || source->pipe >= scenario->pipe_count) {
        return false;
    }
    *pipes_seen += source->pipe == *pipes_seen;
    return source->mode <= CONF_PIPE_MESSAGE && source->blocking <= conf_kind_is_raw(kind) &&
           source->quota <= (conf_kind_is_pipe_server(kind) ? CONF_QUOTA_MAX : 0u);
}

static bool check_sources(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    bool woken[CONF_SOURCES_MAX] = {false};
    unsigned pipes_seen = 0;

    for (unsigned i = 0; i < scenario->source_count; i++) {
        const struct conf_source *source = &scenario->source[i];

        if (!check_source(scenario, i, &pipes_seen)) {
            return broken(breach, CONF_NO_VERB, "an attribute does not fit its source",
                          "the attributes of its kind");
        }
        if (source->kind == CONF_WAKER) {
            if (woken[source->poll]) {
                return broken(breach, CONF_NO_VERB, "a poll has two wakers", "one waker a poll");
            }
            woken[source->poll] = true;
        }
    }
    if (pipes_seen != scenario->pipe_count) {
        return broken(breach, CONF_NO_VERB, "a pipe name is not used", "the names of the sources");
    }
    return check_pairs(scenario, breach);
}

/* What a verb does not use has its neutral value. */
static bool check_neutral(const struct conf_verb *verb)
{
    bool registers = verb->code == CONF_VERB_REGISTER || verb->code == CONF_VERB_REREGISTER;
    bool polls = verb->code == CONF_VERB_POLL;
    bool transfers = conf_verb_is_transfer((enum conf_verb_code)verb->code);
    bool is_polled = conf_verb_is_polled((enum conf_verb_code)verb->code);

    return (registers || (verb->interest == 0 && verb->token == 0)) &&
           (registers || verb->code == CONF_VERB_DEREGISTER || verb->poll == CONF_NONE) &&
           (polls || verb->timeout_ms == 0) && (polls || transfers || verb->size == 0) &&
           (is_polled || verb->task == CONF_NONE) &&
           (verb->code == CONF_VERB_JOIN) == (verb->source == CONF_NONE) &&
           (verb->code == CONF_VERB_JOIN || verb->target == CONF_NONE);
}

static bool check_operands(const struct conf_scenario *scenario, const struct conf_verb *verb)
{
    if (verb->code >= CONF_VERB_COUNT || !check_neutral(verb)) {
        return false;
    }
    if (verb->code == CONF_VERB_JOIN) {
        return verb->target < scenario->thread_count && verb->label == CONF_NONE;
    }
    if (verb->source >= scenario->source_count ||
        !conf_kind_takes((enum conf_source_kind)scenario->source[verb->source].kind,
                         (enum conf_verb_code)verb->code)) {
        return false;
    }
    switch ((enum conf_verb_code)verb->code) {
    case CONF_VERB_REGISTER:
    case CONF_VERB_REREGISTER:
        return is_poll(scenario, verb->poll) && conf_interest_name(verb->interest) != NULL;
    case CONF_VERB_DEREGISTER:
        return is_poll(scenario, verb->poll);
    case CONF_VERB_POLL:
        return verb->size <= CONF_EVENTS_MAX &&
               (verb->timeout_ms <= CONF_TIMEOUT_MAX || verb->timeout_ms == CONF_TIMEOUT_INFINITE);
    case CONF_VERB_READ:
    case CONF_VERB_WRITE:
        return verb->size <= CONF_IO_MAX;
    case CONF_VERB_POLL_READ:
    case CONF_VERB_POLL_WRITE:
    case CONF_VERB_POLL_WRITEV:
        return verb->size <= CONF_IO_MAX && verb->task < scenario->source_count &&
               scenario->source[verb->task].kind == CONF_TASK;
    case CONF_VERB_SPLIT:
    case CONF_VERB_UNSPLIT:
        return count_of(scenario, verb->source, CONF_READ_HALF) == 1;
    case CONF_VERB_DROP:
    case CONF_VERB_WAKE:
    case CONF_VERB_OPEN:
    case CONF_VERB_CONNECT:
    case CONF_VERB_DISCONNECT:
    case CONF_VERB_TAKE_ERROR:
    case CONF_VERB_FLUSH:
    case CONF_VERB_SHUTDOWN:
    case CONF_VERB_JOIN:
    case CONF_VERB_COUNT:
        break;
    }
    return true;
}

/* Verbs lie thread by thread and bind the labels in their order. */
static bool check_verbs(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    unsigned verb_index = 0, labels_seen = 0;

    if (scenario->thread_first[0] != 0 ||
        scenario->thread_first[scenario->thread_count] != scenario->verb_count) {
        return broken(breach, CONF_NO_VERB, "the verbs do not fill the threads", "grouped verbs");
    }
    for (unsigned t = 0; t < scenario->thread_count; t++) {
        if (scenario->thread_first[t + 1] < scenario->thread_first[t]) {
            return broken(breach, CONF_NO_VERB, "the verbs are not grouped", "grouped verbs");
        }
        for (; verb_index < scenario->thread_first[t + 1]; verb_index++) {
            const struct conf_verb *verb = &scenario->verb[verb_index];

            if (verb->thread != t || !check_operands(scenario, verb)) {
                return broken(breach, (uint16_t)verb_index, "an operand does not fit the verb",
                              "operands in range");
            }
            if (verb->label != CONF_NONE && verb->label != labels_seen++) {
                return broken(breach, (uint16_t)verb_index, "labels are not in order of binding",
                              "each label bound once");
            }
        }
    }
    if (labels_seen != scenario->label_count) {
        return broken(breach, CONF_NO_VERB, "a label is not bound", "each label bound once");
    }
    return true;
}

/* A task with a budget is polled by one thread, which fills the budget before each poll. */
static bool check_tasks(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    uint8_t poller[CONF_SOURCES_MAX];

    memset(poller, CONF_NONE, sizeof(poller));
    for (unsigned i = 0; i < scenario->verb_count; i++) {
        const struct conf_verb *verb = &scenario->verb[i];

        if (verb->task == CONF_NONE || scenario->source[verb->task].quota == 0) {
            continue;
        }
        if (poller[verb->task] != CONF_NONE && poller[verb->task] != verb->thread) {
            return broken(breach, (uint16_t)i, "another thread polls this task already",
                          "all polls by a task with a budget in one thread");
        }
        poller[verb->task] = verb->thread;
    }
    return true;
}

/* A poll is used by one thread at a time: the contract makes two at once a programmer error. */
static bool check_pollers(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    uint8_t poller[CONF_SOURCES_MAX];

    memset(poller, CONF_NONE, sizeof(poller));
    for (unsigned i = 0; i < scenario->verb_count; i++) {
        const struct conf_verb *verb = &scenario->verb[i];

        if (verb->code != CONF_VERB_POLL) {
            continue;
        }
        if (poller[verb->source] != CONF_NONE && poller[verb->source] != verb->thread) {
            return broken(breach, (uint16_t)i, "another thread polls this poll already",
                          "all polls of one poll in one thread");
        }
        poller[verb->source] = verb->thread;
    }
    return true;
}

/* Joins are the edges of a graph of threads; a cycle would block for ever. Adding edge by edge,
 * reach[a] is the set of threads that a waits for, directly or not, and itself. */
static bool check_joins(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    uint32_t reach[CONF_THREADS_MAX];

    for (unsigned t = 0; t < CONF_THREADS_MAX; t++) {
        reach[t] = 1u << t;
    }
    for (unsigned i = 0; i < scenario->verb_count; i++) {
        const struct conf_verb *verb = &scenario->verb[i];

        if (verb->code != CONF_VERB_JOIN) {
            continue;
        }
        if (verb->target == verb->thread) {
            return broken(breach, (uint16_t)i, "a thread joins itself", "another thread");
        }
        if ((reach[verb->target] >> verb->thread & 1u) != 0) {
            return broken(breach, (uint16_t)i, "threads join each other in a circle",
                          "a thread that does not wait for this one");
        }
        for (unsigned t = 0; t < CONF_THREADS_MAX; t++) {
            if ((reach[t] >> verb->thread & 1u) != 0) {
                reach[t] |= reach[verb->target];
            }
        }
    }
    return true;
}

static bool check_drops(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    uint32_t seen = 0;

    for (unsigned i = 0; i < scenario->drop_count; i++) {
        if (scenario->drop[i] >= scenario->source_count || (seen >> scenario->drop[i] & 1u) != 0) {
            return broken(breach, CONF_NO_VERB, "the drop order is no order of the sources",
                          "every source once");
        }
        seen |= 1u << scenario->drop[i];
    }
    return true;
}

static bool check_outcomes(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    uint32_t seen = 0;

    for (unsigned i = 0; i < scenario->outcome_count; i++) {
        if (scenario->outcome[i] >= scenario->label_count ||
            (seen >> scenario->outcome[i] & 1u) != 0) {
            return broken(breach, CONF_NO_VERB, "the outcome names no label, or one twice",
                          "distinct labels");
        }
        seen |= 1u << scenario->outcome[i];
    }
    if (scenario->allow_count > 0 && scenario->outcome_count == 0) {
        return broken(breach, CONF_NO_VERB, "allow without outcome", "an outcome");
    }
    for (unsigned i = 0; i < scenario->allow_count; i++) {
        const uint8_t *word = scenario->allow[i].word;

        for (unsigned j = 0; j < scenario->outcome_count; j++) {
            if (word[j] >= CONF_WORD_COUNT) {
                return broken(breach, CONF_NO_VERB, "no such word", "the word of a result");
            }
        }
        for (unsigned j = 0; j < i; j++) {
            if (memcmp(word, scenario->allow[j].word, scenario->outcome_count) == 0) {
                return broken(breach, CONF_NO_VERB, "an outcome is allowed twice",
                              "different outcomes");
            }
        }
    }
    return true;
}

bool conf_scenario_check(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    return check_counts(scenario, breach) && check_all_names(scenario, breach) &&
           check_settings(scenario, breach) && check_sources(scenario, breach) &&
           check_verbs(scenario, breach) && check_pollers(scenario, breach) &&
           check_tasks(scenario, breach) && check_joins(scenario, breach) &&
           check_drops(scenario, breach) && check_outcomes(scenario, breach);
}
