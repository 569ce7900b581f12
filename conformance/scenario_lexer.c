#include "conformance/scenario_lexer.h"

#include <string.h>

static const char byte_order_mark[] = "\xef\xbb\xbf";

void conf_lexer_init(struct conf_lexer *lexer, const char *text, size_t size)
{
    size_t mark = sizeof(byte_order_mark) - 1;

    memset(lexer, 0, sizeof(*lexer));
    if (size >= mark && memcmp(text, byte_order_mark, mark) == 0) {
        text += mark;
        size -= mark;
    }
    lexer->text = text;
    lexer->size = size;
    lexer->token.text = text;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_word(const struct conf_lexer *lexer, size_t at)
{
    char c = lexer->text[at];

    if (c == '-') {
        return at + 1 >= lexer->size || lexer->text[at + 1] != '>';
    }
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || (unsigned char)c >= 0x80;
}

static bool is_line_end(const struct conf_lexer *lexer, size_t at)
{
    return at >= lexer->size || lexer->text[at] == '\n';
}

/* A # behind a blank starts a comment; elsewhere it is part of a decision (ReadFile#3). */
static bool is_comment(const struct conf_lexer *lexer, size_t at)
{
    return lexer->text[at] == '#' && (at == lexer->line_begin || is_blank(lexer->text[at - 1]));
}

/* Sets the kind of the token that starts at `begin` and returns where it ends. */
static size_t scan(const struct conf_lexer *lexer, size_t begin, enum conf_token_kind *kind)
{
    size_t end = begin + 1;

    switch (lexer->text[begin]) {
    case '=':
        *kind = CONF_TOKEN_EQUALS;
        return end;
    case ',':
        *kind = CONF_TOKEN_COMMA;
        return end;
    case '|':
        *kind = CONF_TOKEN_BAR;
        return end;
    case '"':
        while (!is_line_end(lexer, end) && lexer->text[end] != '"') {
            end += lexer->text[end] == '\\' && !is_line_end(lexer, end + 1) ? 2 : 1;
        }
        *kind = is_line_end(lexer, end) ? CONF_TOKEN_UNCLOSED : CONF_TOKEN_STRING;
        return *kind == CONF_TOKEN_STRING ? end + 1 : end;
    default:
        break;
    }
    if (is_word(lexer, begin)) {
        while (!is_line_end(lexer, end) && is_word(lexer, end)) {
            end++;
        }
        *kind = CONF_TOKEN_WORD;
        return end;
    }
    if (lexer->text[begin] == '-') {
        *kind = CONF_TOKEN_ARROW; /* is_word has seen the > */
        return end + 1;
    }
    *kind = CONF_TOKEN_OTHER;
    return end;
}

void conf_lexer_advance(struct conf_lexer *lexer)
{
    struct conf_token *token = &lexer->token;
    size_t begin = lexer->at;

    while (!is_line_end(lexer, begin) && is_blank(lexer->text[begin])) {
        begin++;
    }
    token->line = lexer->line;
    token->column = (uint32_t)(begin - lexer->line_begin) + 1;
    token->text = lexer->text + begin;
    if (is_line_end(lexer, begin) || is_comment(lexer, begin)) {
        token->kind = CONF_TOKEN_END;
        token->length = 0;
        lexer->at = begin;
        return;
    }
    lexer->at = scan(lexer, begin, &token->kind);
    token->length = lexer->at - begin;
}

bool conf_lexer_next_line(struct conf_lexer *lexer)
{
    do {
        if (lexer->line > 0) {
            while (!is_line_end(lexer, lexer->at)) {
                lexer->at++;
            }
            if (lexer->at >= lexer->size) {
                conf_lexer_advance(lexer);
                return false;
            }
            lexer->at++;
        }
        lexer->line++;
        lexer->line_begin = lexer->at;
        lexer->indented = lexer->at < lexer->size && is_blank(lexer->text[lexer->at]);
        conf_lexer_advance(lexer);
    } while (lexer->token.kind == CONF_TOKEN_END);
    return true;
}

size_t conf_lexer_line_rest(const struct conf_lexer *lexer)
{
    size_t begin = (size_t)(lexer->token.text - lexer->text);
    size_t end = begin;

    while (!is_line_end(lexer, end) && !is_comment(lexer, end)) {
        end++;
    }
    while (end > begin && is_blank(lexer->text[end - 1])) {
        end--;
    }
    return end - begin;
}

/* Returns the length of the UTF-8 character at `text`, 0 if there is none. RFC 3629. */
static size_t utf8_length(const unsigned char *text, size_t size)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
    uint32_t code = text[0] & (0xff >> (length + 1));

    if (length == 1) {
        return 1;
    }
    if (text[0] < 0xc0 || text[0] > 0xf4 || length > size) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        code = code << 6 | (text[i] & 0x3f);
    }
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        return 0;
    }
    return length;
}

static bool is_control(const char *text, size_t size, size_t at)
{
    unsigned char c = (unsigned char)text[at];

    if (c == '\r') {
        return at + 1 >= size || text[at + 1] != '\n';
    }
    return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
}

const char *conf_text_check(const char *text, size_t size, uint32_t *line, uint32_t *column)
{
    size_t line_begin = 0;
    size_t at = 0;

    *line = 1;
    while (at < size) {
        size_t length = utf8_length((const unsigned char *)text + at, size - at);

        *column = (uint32_t)(at - line_begin) + 1;
        if (text[at] == 0) {
            return "a NUL byte: this is a binary file";
        }
        if (length == 0) {
            return "bytes that are not UTF-8";
        }
        if (is_control(text, size, at)) {
            return "a control character";
        }
        at += length;
        if (text[at - 1] == '\n') {
            line_begin = at;
            ++*line;
        }
    }
    return NULL;
}
