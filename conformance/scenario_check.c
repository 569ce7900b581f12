#include "conformance/scenario_check.h"

#include "conformance/scenario_check_source.h"
#include "conformance/scenario_words.h"

#include <string.h>

/* Sources, and the names they use, are numbered in the order in which the text first mentions
 * them, and a field that a verb or kind does not use has its neutral value. So a scenario has one
 * text and one set of bytes, and equality is field by field. */

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
        return conf_check_broken(breach, CONF_NO_VERB, "a count is out of bounds",
                                 "the bounds of scenario.h");
    }
    return true;
}

static bool check_all_names(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    const char *title_end = memchr(scenario->name, 0, sizeof(scenario->name));

    if (title_end == NULL ||
        !conf_title_is_legal(scenario->name, (size_t)(title_end - scenario->name)) ||
        memchr(scenario->about, 0, sizeof(scenario->about)) == NULL) {
        return conf_check_broken(breach, CONF_NO_VERB, "the scenario has no name", "a name");
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
        return conf_check_broken(breach, CONF_NO_VERB, "a name is malformed or used twice",
                                 "distinct names");
    }
    for (unsigned i = 0; i < scenario->thread_count; i++) {
        if (strcmp(scenario->thread_name[i], CONF_THREAD_RESERVED) == 0) {
            return conf_check_broken(breach, CONF_NO_VERB,
                                     "a thread has the name of the runner's own thread",
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
            return conf_check_broken(breach, CONF_NO_VERB, "a setting has no such value",
                                     "one of its values");
        }
    }
    return true;
}

/* What a verb does not use has its neutral value. */
static bool check_neutral(const struct conf_verb *verb)
{
    enum conf_verb_code code = (enum conf_verb_code)verb->code;
    bool registers = code == CONF_VERB_REGISTER || code == CONF_VERB_REREGISTER;
    bool polls = code == CONF_VERB_POLL;
    bool has_size = polls || conf_verb_is_transfer(code) || code == CONF_VERB_OPTION;

    return (registers || (verb->interest == 0 && verb->token == 0)) &&
           (registers || code == CONF_VERB_DEREGISTER || verb->poll == CONF_NONE) &&
           (polls || verb->timeout_ms == 0) && (has_size || verb->size == 0) &&
           (conf_verb_is_polled(code) || verb->task == CONF_NONE) &&
           (code == CONF_VERB_JOIN) == (verb->source == CONF_NONE) &&
           (code == CONF_VERB_JOIN || verb->target == CONF_NONE);
}

/* The same of what verbs on sockets and user-made sources are about; the source is there. */
static bool check_socket_operands(const struct conf_scenario *scenario,
                                  const struct conf_verb *verb)
{
    enum conf_verb_code code = (enum conf_verb_code)verb->code;
    const struct conf_source *source = &scenario->source[verb->source];
    enum conf_source_kind kind = (enum conf_source_kind)source->kind;
    const struct conf_source *other =
        verb->other < scenario->source_count ? &scenario->source[verb->other] : NULL;

    if ((other == NULL && verb->other != CONF_NONE) ||
        conf_verb_has_other(code, kind) != (other != NULL) ||
        (verb->how != 0 && !conf_verb_has_how(code, kind))) {
        return false;
    }
    if (code == CONF_VERB_ACCEPT) {
        return conf_kind_is_accepted((enum conf_source_kind)other->kind) &&
               conf_accept_fits(source, other);
    }
    if (other != NULL && (!conf_kind_is_udp((enum conf_source_kind)other->kind) ||
                          other->family != source->family)) {
        return false;
    }
    if (code == CONF_VERB_OPTION) {
        return verb->how < CONF_OPTION_COUNT &&
               conf_kind_has_option(kind, (enum conf_option)verb->how) &&
               verb->size <= conf_option_max((enum conf_option)verb->how);
    }
    return verb->how <= (code == CONF_VERB_SEND_TO    ? CONF_CAST_BROADCAST
                         : code == CONF_VERB_ADDRESS  ? CONF_ADDRESS_PEER
                         : code == CONF_VERB_SHUTDOWN ? CONF_SHUTDOWN_BOTH
                                                      : (int)CONF_READY_FLAGS);
}

static bool check_operands(const struct conf_scenario *scenario, const struct conf_verb *verb)
{
    enum conf_verb_code code = (enum conf_verb_code)verb->code;

    if (verb->code >= CONF_VERB_COUNT || !check_neutral(verb)) {
        return false;
    }
    if (code == CONF_VERB_JOIN) {
        return verb->target < scenario->thread_count && verb->label == CONF_NONE &&
               verb->other == CONF_NONE && verb->how == 0;
    }
    if (verb->source >= scenario->source_count ||
        !conf_kind_takes((enum conf_source_kind)scenario->source[verb->source].kind, code) ||
        !check_socket_operands(scenario, verb) ||
        (conf_verb_is_transfer(code) && verb->size > CONF_IO_MAX)) {
        return false;
    }
    if (code == CONF_VERB_REGISTER || code == CONF_VERB_REREGISTER) {
        return conf_check_is_poll(scenario, verb->poll) &&
               conf_interest_name(verb->interest) != NULL;
    }
    if (code == CONF_VERB_DEREGISTER) {
        return conf_check_is_poll(scenario, verb->poll);
    }
    if (code == CONF_VERB_POLL) {
        return verb->size <= CONF_EVENTS_MAX &&
               (verb->timeout_ms <= CONF_TIMEOUT_MAX || verb->timeout_ms == CONF_TIMEOUT_INFINITE);
    }
    if (conf_verb_is_polled(code)) {
        return verb->task < scenario->source_count &&
               scenario->source[verb->task].kind == CONF_TASK;
    }
    if (code == CONF_VERB_SPLIT || code == CONF_VERB_UNSPLIT) {
        return conf_check_count_of(scenario, verb->source, CONF_READ_HALF) == 1;
    }
    return true;
}

/* Verbs lie thread by thread and bind the labels in their order. */
static bool check_verbs(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    unsigned verb_index = 0, labels_seen = 0;

    if (scenario->thread_first[0] != 0 ||
        scenario->thread_first[scenario->thread_count] != scenario->verb_count) {
        return conf_check_broken(breach, CONF_NO_VERB, "the verbs do not fill the threads",
                                 "grouped verbs");
    }
    for (unsigned t = 0; t < scenario->thread_count; t++) {
        if (scenario->thread_first[t + 1] < scenario->thread_first[t]) {
            return conf_check_broken(breach, CONF_NO_VERB, "the verbs are not grouped",
                                     "grouped verbs");
        }
        for (; verb_index < scenario->thread_first[t + 1]; verb_index++) {
            const struct conf_verb *verb = &scenario->verb[verb_index];

            if (verb->thread != t || !check_operands(scenario, verb)) {
                return conf_check_broken(breach, (uint16_t)verb_index,
                                         "an operand does not fit the verb", "operands in range");
            }
            if (verb->label != CONF_NONE && verb->label != labels_seen++) {
                return conf_check_broken(breach, (uint16_t)verb_index,
                                         "labels are not in order of binding",
                                         "each label bound once");
            }
        }
    }
    if (labels_seen != scenario->label_count) {
        return conf_check_broken(breach, CONF_NO_VERB, "a label is not bound",
                                 "each label bound once");
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
            return conf_check_broken(breach, (uint16_t)i, "another thread polls this task already",
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
            return conf_check_broken(breach, (uint16_t)i, "another thread polls this poll already",
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
            return conf_check_broken(breach, (uint16_t)i, "a thread joins itself",
                                     "another thread");
        }
        if ((reach[verb->target] >> verb->thread & 1u) != 0) {
            return conf_check_broken(breach, (uint16_t)i, "threads join each other in a circle",
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
            return conf_check_broken(breach, CONF_NO_VERB,
                                     "the drop order is no order of the sources",
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
            return conf_check_broken(breach, CONF_NO_VERB,
                                     "the outcome names no label, or one twice", "distinct labels");
        }
        seen |= 1u << scenario->outcome[i];
    }
    if (scenario->allow_count > 0 && scenario->outcome_count == 0) {
        return conf_check_broken(breach, CONF_NO_VERB, "allow without outcome", "an outcome");
    }
    for (unsigned i = 0; i < scenario->allow_count; i++) {
        const uint8_t *word = scenario->allow[i].word;

        for (unsigned j = 0; j < scenario->outcome_count; j++) {
            if (word[j] >= CONF_WORD_COUNT) {
                return conf_check_broken(breach, CONF_NO_VERB, "no such word",
                                         "the word of a result");
            }
        }
        for (unsigned j = 0; j < i; j++) {
            if (memcmp(word, scenario->allow[j].word, scenario->outcome_count) == 0) {
                return conf_check_broken(breach, CONF_NO_VERB, "an outcome is allowed twice",
                                         "different outcomes");
            }
        }
    }
    return true;
}

bool conf_scenario_check(const struct conf_scenario *scenario, struct conf_breach *breach)
{
    return check_counts(scenario, breach) && check_all_names(scenario, breach) &&
           check_settings(scenario, breach) && conf_check_sources(scenario, breach) &&
           check_verbs(scenario, breach) && check_pollers(scenario, breach) &&
           check_tasks(scenario, breach) && check_joins(scenario, breach) &&
           check_drops(scenario, breach) && check_outcomes(scenario, breach);
}
