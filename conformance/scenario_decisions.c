#include "conformance/scenario_decisions.h"

#include "conformance/scenario_reader.h"
#include "conformance/scenario_words.h"

#include <stdio.h>
#include <string.h>

static bool is_end(const struct conf_token *token)
{
    return token->kind == CONF_TOKEN_WORD && conf_text_equals(token->text, token->length, "end");
}

/* decisions N, N lines, end */
bool conf_read_decisions(struct conf_reader *reader)
{
    struct conf_lexer *lexer = &reader->lexer;
    struct conf_token first = lexer->token;
    struct conf_decision_lines *lines = &reader->decisions;
    uint64_t announced = 0;
    char expected[64];

    if (!conf_reader_number(reader, "how many decisions, 0 to " CONF_TEXT_OF(CONF_DECISIONS_MAX), 0,
                            CONF_DECISIONS_MAX, &announced) ||
        !conf_reader_end(reader)) {
        return false;
    }
    reader->decisions_given = true;
    lines->text = lexer->text + lexer->at;
    lines->line = first.line;
    snprintf(expected, sizeof(expected), "end behind %u decisions", (unsigned)announced);
    while (conf_lexer_next_line(lexer) && !is_end(&lexer->token)) {
        if (lines->count == announced) {
            return conf_reader_fail(reader, &lexer->token, expected, "one decision too many");
        }
        lines->count++;
    }
    if (lexer->token.kind == CONF_TOKEN_END) {
        return conf_reader_fail(reader, &lexer->token, "end",
                                "the decisions of line %u have no end", first.line);
    }
    if (lines->count != announced) {
        return conf_reader_fail(reader, &lexer->token, expected, "the block has %u of %u decisions",
                                lines->count, (unsigned)announced);
    }
    lines->size = (size_t)(lexer->token.text - lines->text);
    conf_lexer_advance(lexer);
    return true;
}

bool conf_decision_lines_next(struct conf_decision_lines *lines, struct conf_decision_line *line)
{
    struct conf_lexer lexer;
    size_t used;

    if (lines->count == 0) {
        return false;
    }
    /* The slice starts behind the last token of a line, so the first line found is the next. */
    memset(&lexer, 0, sizeof(lexer));
    lexer.text = lines->text;
    lexer.size = lines->size;
    lexer.line = lines->line;
    if (!conf_lexer_next_line(&lexer)) {
        return false;
    }
    line->text = lexer.token.text;
    line->length = (uint32_t)conf_lexer_line_rest(&lexer);
    line->line = lexer.token.line;
    line->column = lexer.token.column;
    used = (size_t)(line->text - lines->text) + line->length;
    lines->text += used;
    lines->size -= used;
    lines->line = line->line;
    lines->count--;
    return true;
}
