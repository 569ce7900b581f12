/* The verbs of the scenario reader: `VERB OPERAND... [-> LABEL]`. */
#include "conformance/scenario_reader.h"
#include "conformance/scenario_words.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool read_code(struct conf_reader *reader, struct conf_verb *verb)
{
    const char *names[CONF_VERB_COUNT];

    for (unsigned i = 0; i < CONF_VERB_COUNT; i++) {
        names[i] = conf_verb_name((enum conf_verb_code)i);
    }
    verb->line = reader->lexer.token.line;
    verb->column = reader->lexer.token.column;
    return conf_reader_choice(reader, "verb", names, CONF_VERB_COUNT, &verb->code);
}

/* Takes the source of a verb and makes sure that its kind has such a verb. */
static bool read_operand(struct conf_reader *reader, const struct conf_token *word,
                         struct conf_verb *verb)
{
    char expected[CONF_ERROR_TEXT_MAX] = "";
    const struct conf_source *source;
    const char *kind;

    if (!conf_reader_source(reader, "a source", &verb->source)) {
        return false;
    }
    source = &reader->out->source[verb->source];
    if (conf_kind_takes((enum conf_source_kind)source->kind, (enum conf_verb_code)verb->code)) {
        return true;
    }
    for (unsigned i = 0; i < CONF_VERB_COUNT; i++) {
        if (conf_kind_takes((enum conf_source_kind)source->kind, (enum conf_verb_code)i)) {
            strcat(expected, expected[0] != 0 ? ", " : "one of ");
            strcat(expected, conf_verb_name((enum conf_verb_code)i));
        }
    }
    kind = conf_source_kind_name((enum conf_source_kind)source->kind);
    return conf_reader_fail(reader, word, expected, "%s is a %s, which has no verb %s",
                            source->name, kind, conf_verb_name((enum conf_verb_code)verb->code));
}

/* `in POLL` */
static bool read_in_poll(struct conf_reader *reader, struct conf_verb *verb)
{
    static const char *const in[] = {"in"};
    uint8_t ignored;

    return conf_reader_choice(reader, "word", in, 1, &ignored) &&
           conf_reader_poll(reader, &verb->poll);
}

/* `token=N interest=r|w|rw` */
static bool read_registration(struct conf_reader *reader, struct conf_verb *verb)
{
    enum { TOKEN, INTEREST };
    static const char *const names[] = {[TOKEN] = "token", [INTEREST] = "interest"};
    static const char *const interests[] = {"r", "w", "rw"};
    uint32_t given = 0;
    unsigned index;

    while (reader->lexer.token.kind == CONF_TOKEN_WORD) {
        if (!conf_reader_attribute(reader, "attribute", names, COUNT_OF(names), &given, &index)) {
            return false;
        }
        if (index == TOKEN) {
            if (!conf_reader_number(reader, "a token from 0 to 2^64 - 1", 0, UINT64_MAX,
                                    &verb->token)) {
                return false;
            }
        } else {
            if (!conf_reader_choice(reader, "interest", interests, COUNT_OF(interests),
                                    &verb->interest)) {
                return false;
            }
            verb->interest++; /* r is bit 0, w is bit 1 */
        }
    }
    for (unsigned i = 0; i < COUNT_OF(names); i++) {
        if ((given >> i & 1u) == 0) {
            return conf_reader_unexpected(reader,
                                          i == TOKEN ? "token=NUMBER" : "interest=r, w or rw");
        }
    }
    return true;
}

static bool read_timeout(struct conf_reader *reader, struct conf_verb *verb)
{
    const struct conf_token *token = &reader->lexer.token;
    uint64_t number = 0;

    if (token->kind == CONF_TOKEN_WORD && conf_text_equals(token->text, token->length, "inf")) {
        conf_lexer_advance(&reader->lexer);
        return true;
    }
    if (!conf_reader_number(reader, "inf or 0 to " CONF_TEXT_OF(CONF_TIMEOUT_MAX) " milliseconds",
                            0, CONF_TIMEOUT_MAX, &number)) {
        return false;
    }
    verb->timeout_ms = (uint32_t)number;
    return true;
}

/* `[timeout=inf|MS] [max=N]` */
static bool read_poll_limits(struct conf_reader *reader, struct conf_verb *verb)
{
    enum { TIMEOUT, MAX };
    static const char *const names[] = {[TIMEOUT] = "timeout", [MAX] = "max"};
    uint32_t given = 0;
    unsigned index;

    verb->timeout_ms = CONF_TIMEOUT_INFINITE;
    while (reader->lexer.token.kind == CONF_TOKEN_WORD) {
        uint64_t number = 0;

        if (!conf_reader_attribute(reader, "attribute", names, COUNT_OF(names), &given, &index)) {
            return false;
        }
        if (index == TIMEOUT) {
            if (!read_timeout(reader, verb)) {
                return false;
            }
            continue;
        }
        if (!conf_reader_number(reader, "1 to " CONF_TEXT_OF(CONF_EVENTS_MAX) " events", 1,
                                CONF_EVENTS_MAX, &number)) {
            return false;
        }
        verb->size = (uint32_t)number;
    }
    return true;
}

static bool read_size(struct conf_reader *reader, struct conf_verb *verb)
{
    uint64_t number = 0;

    if (!conf_reader_number(reader, "a size from 0 to " CONF_TEXT_OF(CONF_IO_MAX) " bytes", 0,
                            CONF_IO_MAX, &number)) {
        return false;
    }
    verb->size = (uint32_t)number;
    return true;
}

/* `by TASK` */
static bool read_by_task(struct conf_reader *reader, struct conf_verb *verb)
{
    static const char *const by[] = {"by"};
    struct conf_token token;
    uint8_t ignored;

    if (!conf_reader_choice(reader, "word", by, 1, &ignored)) {
        return false;
    }
    token = reader->lexer.token;
    if (!conf_reader_source(reader, "a task", &verb->task)) {
        return false;
    }
    if (reader->out->source[verb->task].kind != CONF_TASK) {
        return conf_reader_fail(reader, &token, "a task", "%s is no task",
                                reader->out->source[verb->task].name);
    }
    return true;
}

/* The thread of a join may be declared further down: its name is kept and looked up at the end. */
static bool read_join(struct conf_reader *reader)
{
    return conf_reader_take(reader, CONF_TOKEN_WORD, "a thread",
                            &reader->join[reader->out->verb_count]);
}

static bool read_operands(struct conf_reader *reader, const struct conf_token *word,
                          struct conf_verb *verb)
{
    if (verb->code == CONF_VERB_JOIN) {
        return read_join(reader);
    }
    if (!read_operand(reader, word, verb)) {
        return false;
    }
    if (verb->code == CONF_VERB_REGISTER || verb->code == CONF_VERB_REREGISTER) {
        return read_in_poll(reader, verb) && read_registration(reader, verb);
    }
    if (verb->code == CONF_VERB_DEREGISTER) {
        return read_in_poll(reader, verb);
    }
    if (verb->code == CONF_VERB_POLL) {
        return read_poll_limits(reader, verb);
    }
    if (conf_verb_is_transfer((enum conf_verb_code)verb->code) && !read_size(reader, verb)) {
        return false;
    }
    if (conf_verb_is_polled((enum conf_verb_code)verb->code)) {
        return read_by_task(reader, verb);
    }
    return conf_read_socket_operands(reader, verb);
}

/* `-> LABEL` */
static bool read_label(struct conf_reader *reader, struct conf_verb *verb)
{
    struct conf_scenario *out = reader->out;
    struct conf_token token = reader->lexer.token;
    char name[CONF_NAME_MAX];

    conf_lexer_advance(&reader->lexer);
    if (verb->code == CONF_VERB_JOIN) {
        return conf_reader_fail(reader, &token, "the end of the line", "a join has no result");
    }
    if (out->label_count == CONF_LABELS_MAX) {
        return conf_reader_fail(reader, &token, "at most " CONF_TEXT_OF(CONF_LABELS_MAX),
                                "too many labels");
    }
    if (!conf_reader_new_name(reader, "label", &token, name)) {
        return false;
    }
    for (unsigned i = 0; i < out->label_count; i++) {
        if (strcmp(out->label_name[i], name) == 0) {
            return conf_reader_fail(reader, &token, "another name", "label %s is bound twice",
                                    name);
        }
    }
    memcpy(out->label_name[out->label_count], name, CONF_NAME_MAX);
    verb->label = out->label_count++;
    return true;
}

bool conf_read_verb(struct conf_reader *reader)
{
    struct conf_scenario *out = reader->out;
    struct conf_token word = reader->lexer.token;
    struct conf_verb *verb = &out->verb[out->verb_count];

    if (reader->thread == CONF_NONE) {
        return conf_reader_fail(reader, &word, "a thread statement above the first verb",
                                "a verb outside a thread");
    }
    if (out->verb_count == CONF_VERBS_MAX) {
        return conf_reader_fail(reader, &word, "at most " CONF_TEXT_OF(CONF_VERBS_MAX),
                                "too many verbs");
    }
    memset(verb, 0, sizeof(*verb));
    verb->thread = reader->thread;
    verb->source = verb->poll = verb->target = verb->label = CONF_NONE;
    verb->task = verb->other = CONF_NONE;
    if (!read_code(reader, verb) || !read_operands(reader, &word, verb)) {
        return false;
    }
    if (reader->lexer.token.kind == CONF_TOKEN_ARROW && !read_label(reader, verb)) {
        return false;
    }
    if (!conf_reader_end(reader)) {
        return false;
    }
    out->verb_count++;
    return true;
}
