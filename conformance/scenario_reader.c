#include "conformance/scenario_reader.h"

#include "conformance/scenario_check.h"
#include "conformance/scenario_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define QUOTED_MAX 48 /* characters of the input in a message */

bool conf_reader_fail(struct conf_reader *reader, const struct conf_token *at, const char *expected,
                      const char *format, ...)
{
    char message[CONF_ERROR_TEXT_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);
    conf_error_set(reader->error, reader->file, at->line, at->column, expected, "%s", message);
    return false;
}

/* How much of a token a message quotes: whole characters of UTF-8. */
static int quoted_length(const struct conf_token *token)
{
    size_t length = token->length;

    if (length > QUOTED_MAX) {
        length = QUOTED_MAX;
        while (length > 0 && ((unsigned char)token->text[length] & 0xc0) == 0x80) {
            length--;
        }
    }
    return (int)length;
}

bool conf_reader_unexpected(struct conf_reader *reader, const char *expected)
{
    const struct conf_token *token = &reader->lexer.token;

    if (token->kind == CONF_TOKEN_END) {
        return conf_reader_fail(reader, token, expected, "unexpected end of line");
    }
    if (token->kind == CONF_TOKEN_UNCLOSED) {
        return conf_reader_fail(reader, token, "a closing \"", "unclosed string");
    }
    return conf_reader_fail(reader, token, expected, "unexpected '%.*s'", quoted_length(token),
                            token->text);
}

/* Writes `a, b or c`. */
static void list_names(char *out, size_t size, const char *const *names, size_t count)
{
    size_t length = 0;

    out[0] = 0;
    for (size_t i = 0; i < count && length < size; i++) {
        const char *between = i == 0 ? "" : i + 1 == count ? " or " : ", ";

        length += (size_t)snprintf(out + length, size - length, "%s%s", between, names[i]);
    }
}

bool conf_reader_unknown(struct conf_reader *reader, const struct conf_token *at, const char *what,
                         const char *const *names, size_t count)
{
    char expected[CONF_ERROR_TEXT_MAX];

    list_names(expected, sizeof(expected), names, count);
    return conf_reader_fail(reader, at, expected, "unknown %s '%.*s'", what, quoted_length(at),
                            at->text);
}

bool conf_reader_take(struct conf_reader *reader, enum conf_token_kind kind, const char *expected,
                      struct conf_token *token)
{
    if (reader->lexer.token.kind != kind) {
        return conf_reader_unexpected(reader, expected);
    }
    if (token != NULL) {
        *token = reader->lexer.token;
    }
    conf_lexer_advance(&reader->lexer);
    return true;
}

bool conf_reader_end(struct conf_reader *reader)
{
    return reader->lexer.token.kind == CONF_TOKEN_END ||
           conf_reader_unexpected(reader, "the end of the line");
}

bool conf_reader_new_name(struct conf_reader *reader, const char *what, struct conf_token *token,
                          char out[CONF_NAME_MAX])
{
    char expected[64];

    snprintf(expected, sizeof(expected), "the name of a %s", what);
    if (!conf_reader_take(reader, CONF_TOKEN_WORD, expected, token)) {
        return false;
    }
    if (!conf_name_is_legal(token->text, token->length)) {
        return conf_reader_fail(reader, token,
                                "at most 31 letters, digits, '_', '.' and '-', a letter first",
                                "'%.*s' is no name", quoted_length(token), token->text);
    }
    memset(out, 0, CONF_NAME_MAX);
    memcpy(out, token->text, token->length);
    return true;
}

bool conf_reader_source(struct conf_reader *reader, const char *expected, uint8_t *index)
{
    struct conf_token token;

    if (!conf_reader_take(reader, CONF_TOKEN_WORD, expected, &token)) {
        return false;
    }
    for (uint8_t i = 0; i < reader->out->source_count; i++) {
        if (conf_text_equals(token.text, token.length, reader->out->source[i].name)) {
            *index = i;
            return true;
        }
    }
    return conf_reader_fail(reader, &token, "a source declared above", "unknown source '%.*s'",
                            quoted_length(&token), token.text);
}

bool conf_reader_poll(struct conf_reader *reader, uint8_t *index)
{
    struct conf_token token = reader->lexer.token;

    if (!conf_reader_source(reader, "a poll", index)) {
        return false;
    }
    if (reader->out->source[*index].kind != CONF_POLL) {
        return conf_reader_fail(
            reader, &token, "a poll", "%s is a %s", reader->out->source[*index].name,
            conf_source_kind_name((enum conf_source_kind)reader->out->source[*index].kind));
    }
    return true;
}

/* Returns the value of a digit, 16 for none. */
static unsigned digit_value(char c)
{
    return c >= '0' && c <= '9'   ? (unsigned)(c - '0')
           : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
           : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10
                                  : 16;
}

/* Returns false for what is no number; one above 64 bits sets *overflows. */
static bool parse_number(const struct conf_token *token, uint64_t *value, bool *overflows)
{
    bool hexadecimal = token->length > 2 && token->text[0] == '0' &&
                       (token->text[1] == 'x' || token->text[1] == 'X');
    unsigned base = hexadecimal ? 16 : 10;

    *value = 0;
    *overflows = false;
    for (size_t i = hexadecimal ? 2 : 0; i < token->length; i++) {
        unsigned digit = digit_value(token->text[i]);

        if (digit >= base) {
            return false;
        }
        if (*value > (UINT64_MAX - digit) / base) {
            *overflows = true;
        }
        *value = *value * base + digit;
    }
    return true;
}

bool conf_reader_number(struct conf_reader *reader, const char *what, uint64_t min, uint64_t max,
                        uint64_t *value)
{
    struct conf_token token;
    bool overflows;

    if (!conf_reader_take(reader, CONF_TOKEN_WORD, what, &token)) {
        return false;
    }
    if (!parse_number(&token, value, &overflows)) {
        return conf_reader_fail(reader, &token, what, "'%.*s' is no number", quoted_length(&token),
                                token.text);
    }
    if (overflows || *value < min || *value > max) {
        return conf_reader_fail(reader, &token, what, "'%.*s' is out of range",
                                quoted_length(&token), token.text);
    }
    return true;
}

bool conf_reader_choice(struct conf_reader *reader, const char *what, const char *const *names,
                        size_t count, uint8_t *index)
{
    struct conf_token token;
    char expected[CONF_ERROR_TEXT_MAX];

    list_names(expected, sizeof(expected), names, count);
    if (!conf_reader_take(reader, CONF_TOKEN_WORD, expected, &token)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (conf_text_equals(token.text, token.length, names[i])) {
            *index = (uint8_t)i;
            return true;
        }
    }
    return conf_reader_unknown(reader, &token, what, names, count);
}

bool conf_reader_attribute(struct conf_reader *reader, const char *what, const char *const *names,
                           size_t count, uint32_t *given, unsigned *index)
{
    struct conf_token token = reader->lexer.token;
    char expected[CONF_ERROR_TEXT_MAX];
    uint8_t choice;

    if (token.kind == CONF_TOKEN_WORD && count == 0) {
        return conf_reader_unexpected(reader, "the end of the line");
    }
    if (!conf_reader_choice(reader, what, names, count, &choice)) {
        return false;
    }
    if ((*given >> choice & 1u) != 0) {
        return conf_reader_fail(reader, &token, "each at most once", "%s is given twice",
                                names[choice]);
    }
    *given |= 1u << choice;
    *index = choice;
    snprintf(expected, sizeof(expected), "'=' behind %s", names[choice]);
    return conf_reader_take(reader, CONF_TOKEN_EQUALS, expected, NULL);
}
