/* scenario_lexer: the lines and tokens of scenario text.
 *
 * A line is one statement; blanks and comments are no tokens. Tokens are slices of the text. */
#ifndef CONFORMANCE_SCENARIO_LEXER_H
#define CONFORMANCE_SCENARIO_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum conf_token_kind {
    CONF_TOKEN_END,    /* end of the line */
    CONF_TOKEN_WORD,   /* letters, digits, _ . - and anything from beyond ASCII */
    CONF_TOKEN_STRING, /* with its quotes */
    CONF_TOKEN_EQUALS,
    CONF_TOKEN_COMMA,
    CONF_TOKEN_BAR,
    CONF_TOKEN_ARROW,    /* -> */
    CONF_TOKEN_UNCLOSED, /* a string without its end */
    CONF_TOKEN_OTHER     /* a character that starts no token */
};

struct conf_token {
    enum conf_token_kind kind;
    uint32_t line, column; /* from 1, columns count bytes */
    const char *text;
    size_t length; /* 0 for CONF_TOKEN_END */
};

struct conf_lexer {
    const char *text;
    size_t size;
    size_t at;         /* behind the current token */
    size_t line_begin; /* where the current line begins */
    uint32_t line;
    bool indented; /* the current line starts with a blank */
    struct conf_token token;
};

/* conf_lexer_init starts before the first line; the text stays the caller's. A byte order mark is
 * passed over. */
void conf_lexer_init(struct conf_lexer *lexer, const char *text, size_t size);

/* conf_lexer_next_line goes to the next line that has a token, leaving the rest of this one, and
 * makes that the current token. It returns false at the end of the text; the current token is then
 * an END behind the last line. */
bool conf_lexer_next_line(struct conf_lexer *lexer);

/* conf_lexer_advance makes the next token of the line the current one; END repeats itself. */
void conf_lexer_advance(struct conf_lexer *lexer);

/* conf_lexer_line_rest returns the length of the line from the current token on, without blanks at
 * its end and without comment. */
size_t conf_lexer_line_rest(const struct conf_lexer *lexer);

/* conf_text_check finds the first byte that is no text: a control character other than tab and
 * the ends of lines, or malformed UTF-8. It returns NULL when there is none, else what it is and
 * where. */
const char *conf_text_check(const char *text, size_t size, uint32_t *line, uint32_t *column);

#endif
