/* The short statements of the scenario reader: all but sources, verbs and decisions. */
#include "conformance/scenario_check.h"
#include "conformance/scenario_reader.h"
#include "conformance/scenario_words.h"

#include <string.h>

/* about "TEXT", with \" and \\ */
bool conf_read_about(struct conf_reader *reader)
{
    struct conf_token token = reader->lexer.token;
    char *about = reader->out->about;
    size_t length = 0;

    if (reader->about_given) {
        return conf_reader_fail(reader, &token, "one about", "about is given twice");
    }
    reader->about_given = true;
    if (!conf_reader_take(reader, CONF_TOKEN_STRING, "a string in \"\"", &token)) {
        return false;
    }
    for (size_t i = 1; i + 1 < token.length; i++) {
        if (token.text[i] == '\\') {
            i++;
            if (token.text[i] != '"' && token.text[i] != '\\') {
                token.column += (uint32_t)i - 1;
                return conf_reader_fail(reader, &token, "\\\" or \\\\", "unknown escape");
            }
        }
        if (length + 1 == CONF_ABOUT_MAX) {
            return conf_reader_fail(reader, &token, "at most 255 bytes", "the string is too long");
        }
        about[length++] = token.text[i];
    }
    return true;
}

/* set NAME=VALUE ... */
bool conf_read_set(struct conf_reader *reader)
{
    const char *names[CONF_SETTING_COUNT];

    for (unsigned i = 0; i < CONF_SETTING_COUNT; i++) {
        names[i] = conf_setting_table[i].name;
    }
    do {
        const struct conf_setting *setting;
        uint64_t number = 0;
        uint8_t *value;
        unsigned index;

        if (!conf_reader_attribute(reader, "setting", names, CONF_SETTING_COUNT,
                                   &reader->settings_given, &index)) {
            return false;
        }
        setting = &conf_setting_table[index];
        value = (uint8_t *)&reader->out->settings + setting->offset;
        if (setting->value_count > 0) {
            if (!conf_reader_choice(reader, "value", setting->value, setting->value_count, value)) {
                return false;
            }
        } else {
            if (!conf_reader_number(reader, "a number from 0 to 255", 0, UINT8_MAX, &number)) {
                return false;
            }
            *value = (uint8_t)number;
        }
    } while (reader->lexer.token.kind != CONF_TOKEN_END);
    return true;
}

/* thread NAME */
bool conf_read_thread(struct conf_reader *reader)
{
    struct conf_scenario *out = reader->out;
    struct conf_token token = reader->lexer.token;
    char *name = out->thread_name[out->thread_count];

    if (out->thread_count == CONF_THREADS_MAX) {
        return conf_reader_fail(reader, &token, "at most " CONF_TEXT_OF(CONF_THREADS_MAX),
                                "too many threads");
    }
    if (!conf_reader_new_name(reader, "thread", &token, name)) {
        return false;
    }
    if (strcmp(name, CONF_THREAD_RESERVED) == 0) {
        return conf_reader_fail(reader, &token, "another name",
                                "main is the name of the runner's own thread");
    }
    for (unsigned i = 0; i < out->thread_count; i++) {
        if (strcmp(out->thread_name[i], name) == 0) {
            return conf_reader_fail(reader, &token, "another name", "thread %s is declared twice",
                                    name);
        }
    }
    reader->thread = out->thread_count++;
    return true;
}

/* drop SOURCE ... */
bool conf_read_drop(struct conf_reader *reader)
{
    struct conf_scenario *out = reader->out;
    struct conf_token first = reader->lexer.token;
    uint32_t seen = 0;

    if (out->drop_count > 0) {
        return conf_reader_fail(reader, &first, "one drop order", "the drop order is given twice");
    }
    do {
        struct conf_token token = reader->lexer.token;
        uint8_t source;

        if (!conf_reader_source(reader, "a source", &source)) {
            return false;
        }
        if ((seen >> source & 1u) != 0) {
            return conf_reader_fail(reader, &token, "every source once", "%s is dropped twice",
                                    out->source[source].name);
        }
        seen |= 1u << source;
        out->drop[out->drop_count++] = source;
    } while (reader->lexer.token.kind != CONF_TOKEN_END);
    for (unsigned i = 0; i < out->source_count; i++) {
        if ((seen >> i & 1u) == 0) {
            return conf_reader_fail(reader, &reader->lexer.token,
                                    "every source once (a verb needs a blank in front)",
                                    "the drop order leaves out %s", out->source[i].name);
        }
    }
    return true;
}

static bool check_oracle(struct conf_reader *reader, const struct conf_token *token)
{
    size_t count = 0;

    if (!conf_id_is_legal(token->text, token->length)) {
        return conf_reader_fail(reader, token,
                                "at most 31 small letters, digits and '-', a letter first",
                                "this is no id of an oracle");
    }
    if (reader->oracles == NULL) {
        return true;
    }
    for (; reader->oracles[count] != NULL; count++) {
        if (conf_text_equals(token->text, token->length, reader->oracles[count])) {
            return true;
        }
    }
    return conf_reader_unknown(reader, token, "oracle", reader->oracles, count);
}

/* forbid ORACLE ... */
bool conf_read_forbid(struct conf_reader *reader)
{
    struct conf_scenario *out = reader->out;

    do {
        struct conf_token token;

        if (!conf_reader_take(reader, CONF_TOKEN_WORD, "the id of an oracle", &token) ||
            !check_oracle(reader, &token)) {
            return false;
        }
        for (unsigned i = 0; i < out->forbid_count; i++) {
            if (conf_text_equals(token.text, token.length, out->forbid[i])) {
                return conf_reader_fail(reader, &token, "each oracle once", "%s is named twice",
                                        out->forbid[i]);
            }
        }
        if (out->forbid_count == CONF_ORACLES_MAX) {
            return conf_reader_fail(reader, &token, "at most " CONF_TEXT_OF(CONF_ORACLES_MAX),
                                    "too many oracles");
        }
        memcpy(out->forbid[out->forbid_count++], token.text, token.length);
        out->forbid_given = 1;
    } while (reader->lexer.token.kind != CONF_TOKEN_END);
    return true;
}

/* outcome LABEL ... */
bool conf_read_outcome(struct conf_reader *reader)
{
    struct conf_scenario *out = reader->out;
    struct conf_token token = reader->lexer.token;

    if (out->outcome_count > 0) {
        return conf_reader_fail(reader, &token, "one outcome", "the outcome is given twice");
    }
    do {
        const char *names[CONF_LABELS_MAX];
        uint8_t label = 0;

        for (unsigned i = 0; i < out->label_count; i++) {
            names[i] = out->label_name[i];
        }
        token = reader->lexer.token;
        if (out->label_count == 0) {
            return conf_reader_unexpected(reader, "labels bound above by -> LABEL");
        }
        if (!conf_reader_choice(reader, "label", names, out->label_count, &label)) {
            return false;
        }
        if (memchr(out->outcome, label, out->outcome_count) != NULL) {
            return conf_reader_fail(reader, &token, "each label once", "%s is named twice",
                                    names[label]);
        }
        out->outcome[out->outcome_count++] = label;
    } while (reader->lexer.token.kind != CONF_TOKEN_END);
    return true;
}

/* WORD,WORD,... with one word for each label of the outcome */
static bool read_tuple(struct conf_reader *reader, struct conf_allow *allow)
{
    const char *names[CONF_WORD_COUNT];
    struct conf_token first = reader->lexer.token;
    unsigned count = 0;
    uint8_t word;

    for (unsigned i = 0; i < CONF_WORD_COUNT; i++) {
        names[i] = conf_word_name((enum conf_word)i);
    }
    memset(allow, 0, sizeof(*allow));
    for (;;) {
        if (!conf_reader_choice(reader, "word", names, CONF_WORD_COUNT, &word)) {
            return false;
        }
        if (count < reader->out->outcome_count) {
            allow->word[count] = word;
        }
        count++;
        if (reader->lexer.token.kind != CONF_TOKEN_COMMA) {
            break;
        }
        conf_lexer_advance(&reader->lexer);
    }
    if (count != reader->out->outcome_count) {
        return conf_reader_fail(reader, &first, "one word for each label of the outcome",
                                "%u words for an outcome of %u", count, reader->out->outcome_count);
    }
    return true;
}

/* allow TUPLE | TUPLE ... */
bool conf_read_allow(struct conf_reader *reader)
{
    struct conf_scenario *out = reader->out;

    if (out->outcome_count == 0) {
        return conf_reader_fail(reader, &reader->lexer.token, "an outcome statement above it",
                                "allow without outcome");
    }
    for (;;) {
        struct conf_token first = reader->lexer.token;
        struct conf_allow *allow = &out->allow[out->allow_count];

        if (out->allow_count == CONF_ALLOW_MAX) {
            return conf_reader_fail(reader, &first, "at most " CONF_TEXT_OF(CONF_ALLOW_MAX),
                                    "too many outcomes are allowed");
        }
        if (!read_tuple(reader, allow)) {
            return false;
        }
        for (unsigned i = 0; i < out->allow_count; i++) {
            if (memcmp(&out->allow[i], allow, sizeof(*allow)) == 0) {
                return conf_reader_fail(reader, &first, "each outcome once",
                                        "this outcome is allowed twice");
            }
        }
        out->allow_count++;
        if (reader->lexer.token.kind != CONF_TOKEN_BAR) {
            return true;
        }
        conf_lexer_advance(&reader->lexer);
    }
}
