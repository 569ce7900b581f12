#include "conformance/outcome.h"

#include "conformance/scenario_words.h"
#include "conformance/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char event_letters[] = "rweRWp";

void conf_outcome_begin(struct conf_outcome *outcome, const struct conf_scenario *scenario)
{
    outcome->scenario = scenario;
    memset(outcome->running, 0, sizeof(outcome->running));
    memset(outcome->verb, 0, scenario->verb_count * sizeof(outcome->verb[0]));
}

static void see_event(struct conf_outcome_verb *verb, const struct conf_record *record)
{
    if (verb->event_count < CONF_OUTCOME_EVENTS_MAX) {
        verb->event[verb->event_count].token = record->a;
        verb->event[verb->event_count].flags = (uint32_t)record->b;
        verb->event_count++;
    }
}

uint32_t conf_outcome_see(struct conf_outcome *outcome, const struct conf_record *record)
{
    struct conf_outcome_verb *verb;

    if (record->thread >= CONF_THREADS_MAX) {
        return 0;
    }
    if (record->kind == CONF_RECORD_BEGIN) {
        outcome->running[record->thread] = (uint16_t)record->c;
    } else if (record->kind == CONF_RECORD_EVENT && outcome->running[record->thread] != 0) {
        see_event(&outcome->verb[outcome->running[record->thread] - 1], record);
    } else if (record->kind == CONF_RECORD_END && record->c != 0) {
        outcome->running[record->thread] = 0;
        verb = &outcome->verb[record->c - 1];
        verb->ended = true;
        verb->word = record->word;
        verb->count = record->a;
        verb->error = (uint32_t)record->b;
        return (uint32_t)record->c;
    }
    return 0;
}

static void add_events(struct conf_text *text, const struct conf_outcome_verb *verb)
{
    conf_text_add(text, "[");
    for (uint8_t i = 0; i < verb->event_count; i++) {
        conf_text_add(text, "%s%" PRIu64 ":", i == 0 ? "" : ",", verb->event[i].token);
        for (uint32_t bit = 0; event_letters[bit] != '\0'; bit++) {
            if ((verb->event[i].flags >> bit & 1) != 0) {
                conf_text_add(text, "%c", event_letters[bit]);
            }
        }
    }
    conf_text_add(text, "%s]", verb->count > verb->event_count ? "+" : "");
}

static bool has_count(enum conf_verb_code code)
{
    return code == CONF_VERB_READ || code == CONF_VERB_WRITE || code == CONF_VERB_TAKE_ERROR ||
           (code >= CONF_VERB_PEEK && code <= CONF_VERB_SEND_TO) || code == CONF_VERB_ADDRESS;
}

static void add_verb(struct conf_text *text, const struct conf_outcome *outcome, uint32_t index)
{
    const struct conf_outcome_verb *verb = &outcome->verb[index];
    enum conf_verb_code code = (enum conf_verb_code)outcome->scenario->verb[index].code;

    conf_text_add(text, "%s=", conf_verb_name(code));
    if (!verb->ended) {
        conf_text_add(text, "never-ended");
        return;
    }
    conf_text_add(text, "%s", conf_word_name((enum conf_word)verb->word));
    if (verb->word == CONF_WORD_DONE && code == CONF_VERB_POLL) {
        add_events(text, verb);
    } else if (verb->word == CONF_WORD_DONE && has_count(code)) {
        conf_text_add(text, ":%" PRIu64, verb->count);
    } else if (verb->word == CONF_WORD_FAILED || verb->word == CONF_WORD_CLOSED) {
        conf_text_add(text, ":%" PRIu32, verb->error);
    }
}

size_t conf_outcome_format(const struct conf_outcome *outcome, char *out, size_t size)
{
    const struct conf_scenario *scenario = outcome->scenario;
    struct conf_text text = conf_text_begin(out, size);

    for (unsigned thread = 0; thread < scenario->thread_count; thread++) {
        conf_text_add(&text, "%s%s:", thread == 0 ? "" : " | ", scenario->thread_name[thread]);
        for (unsigned i = scenario->thread_first[thread]; i < scenario->thread_first[thread + 1];
             i++) {
            conf_text_add(&text, " ");
            add_verb(&text, outcome, i);
        }
    }
    return text.length;
}

/* ---- reading ---- */

static bool skip(const char **at, const char *expected)
{
    size_t length = strlen(expected);

    if (strncmp(*at, expected, length) != 0) {
        return false;
    }
    *at += length;
    return true;
}

static bool parse_number(const char **at, uint64_t *number)
{
    char *end;

    if (**at < '0' || **at > '9') {
        return false;
    }
    *number = strtoull(*at, &end, 10);
    *at = end;
    return true;
}

static bool parse_events(const char **at, struct conf_outcome_verb *verb)
{
    while (**at != ']' && **at != '+') {
        uint64_t token;
        uint32_t flags = 0;
        const char *letter;
        if ((verb->event_count > 0 && !skip(at, ",")) || !parse_number(at, &token) ||
            !skip(at, ":") || verb->event_count == CONF_OUTCOME_EVENTS_MAX) {
            return false;
        }
        for (; **at != '\0' && (letter = strchr(event_letters, **at)) != NULL; ++*at) {
            flags |= UINT32_C(1) << (letter - event_letters);
        }
        verb->event[verb->event_count].token = token;
        verb->event[verb->event_count].flags = flags;
        verb->event_count++;
    }
    verb->count = verb->event_count + (skip(at, "+") ? 1u : 0u);
    return skip(at, "]");
}

static bool parse_verb(const char **at, enum conf_verb_code code, struct conf_outcome_verb *verb)
{
    uint64_t error = 0;
    size_t length;

    if (!skip(at, conf_verb_name(code)) || !skip(at, "=")) {
        return false;
    }
    if (skip(at, "never-ended")) {
        return true;
    }
    verb->ended = true;
    length = strcspn(*at, " :[");
    verb->word = (uint8_t)conf_word_find(*at, length);
    *at += length;
    if (verb->word == CONF_WORD_COUNT) {
        return false;
    }
    if (verb->word == CONF_WORD_DONE && code == CONF_VERB_POLL) {
        return skip(at, "[") && parse_events(at, verb);
    }
    if (verb->word == CONF_WORD_DONE && has_count(code)) {
        return skip(at, ":") && parse_number(at, &verb->count);
    }
    if (verb->word == CONF_WORD_FAILED || verb->word == CONF_WORD_CLOSED) {
        bool good = skip(at, ":") && parse_number(at, &error);
        verb->error = (uint32_t)error;
        return good;
    }
    return true;
}

bool conf_outcome_parse(struct conf_outcome *outcome, const struct conf_scenario *scenario,
                        const char *text)
{
    conf_outcome_begin(outcome, scenario);
    for (unsigned thread = 0; thread < scenario->thread_count; thread++) {
        if ((thread > 0 && !skip(&text, " | ")) || !skip(&text, scenario->thread_name[thread]) ||
            !skip(&text, ":")) {
            return false;
        }
        for (unsigned i = scenario->thread_first[thread]; i < scenario->thread_first[thread + 1];
             i++) {
            if (!skip(&text, " ") || !parse_verb(&text, (enum conf_verb_code)scenario->verb[i].code,
                                                 &outcome->verb[i])) {
                return false;
            }
        }
    }
    return *text == '\0';
}

bool conf_outcome_verb_equal(const struct conf_outcome *left, const struct conf_outcome *right,
                             uint32_t verb)
{
    const struct conf_outcome_verb *a = &left->verb[verb];
    const struct conf_outcome_verb *b = &right->verb[verb];
    enum conf_verb_code code = (enum conf_verb_code)left->scenario->verb[verb].code;

    if (a->ended != b->ended || a->word != b->word || a->event_count != b->event_count) {
        return false;
    }
    for (uint8_t i = 0; i < a->event_count; i++) {
        if (a->event[i].token != b->event[i].token || a->event[i].flags != b->event[i].flags) {
            return false;
        }
    }
    switch ((enum conf_word)a->word) {
    case CONF_WORD_DONE:
        return !has_count(code) || a->count == b->count;
    case CONF_WORD_CLOSED:
    case CONF_WORD_FAILED:
        return a->error == b->error;
    case CONF_WORD_WOULD_BLOCK:
    case CONF_WORD_GONE:
    case CONF_WORD_IDLE:
    case CONF_WORD_COUNT:
        break;
    }
    return true;
}

/* ---- litmus ---- */

size_t conf_outcome_tuple(const struct conf_outcome *outcome, char *out, size_t size)
{
    const struct conf_scenario *scenario = outcome->scenario;
    struct conf_text text = conf_text_begin(out, size);

    for (unsigned i = 0; i < scenario->outcome_count; i++) {
        enum conf_word word = CONF_WORD_GONE;
        for (unsigned k = 0; k < scenario->verb_count; k++) {
            if (scenario->verb[k].label == scenario->outcome[i] && outcome->verb[k].ended) {
                word = (enum conf_word)outcome->verb[k].word;
            }
        }
        conf_text_add(&text, "%s%s", i == 0 ? "" : ",", conf_word_name(word));
    }
    return text.length;
}
