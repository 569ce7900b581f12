#include "conformance/scenario_text.h"

#include "conformance/scenario_check.h"
#include "conformance/scenario_reader.h"
#include "conformance/scenario_words.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Statements behind the first one, which is `scenario`. */
static const struct {
    const char *word;
    bool (*read)(struct conf_reader *reader);
} statement_table[] = {
    {"about", conf_read_about},    {"set", conf_read_set},
    {"source", conf_read_source},  {"thread", conf_read_thread},
    {"drop", conf_read_drop},      {"forbid", conf_read_forbid},
    {"require", conf_read_forbid}, {"outcome", conf_read_outcome},
    {"allow", conf_read_allow},    {"decisions", conf_read_decisions},
};

static bool read_title(struct conf_reader *reader)
{
    struct conf_token token;

    if (!conf_lexer_next_line(&reader->lexer)) {
        return conf_reader_fail(reader, &reader->lexer.token, "scenario NAME", "an empty file");
    }
    token = reader->lexer.token;
    if (token.kind != CONF_TOKEN_WORD || reader->lexer.indented ||
        !conf_text_equals(token.text, token.length, "scenario")) {
        return conf_reader_unexpected(reader, "scenario NAME on the first line");
    }
    conf_lexer_advance(&reader->lexer);
    if (!conf_reader_take(reader, CONF_TOKEN_WORD, "the name of the scenario", &token)) {
        return false;
    }
    if (!conf_title_is_legal(token.text, token.length)) {
        return conf_reader_fail(reader, &token, "at most 63 letters, digits, '_', '.' and '-'",
                                "this is no name of a scenario");
    }
    memcpy(reader->out->name, token.text, token.length);
    return conf_reader_end(reader);
}

static bool read_statement(struct conf_reader *reader)
{
    const char *names[COUNT_OF(statement_table)];
    struct conf_token token = reader->lexer.token;
    uint8_t index = 0;

    for (unsigned i = 0; i < COUNT_OF(statement_table); i++) {
        names[i] = statement_table[i].word;
    }
    if (reader->decisions_given) {
        return conf_reader_unexpected(reader, "nothing behind the end of the decisions");
    }
    if (token.kind == CONF_TOKEN_WORD &&
        conf_verb_find(token.text, token.length) != CONF_VERB_COUNT &&
        !conf_text_equals(token.text, token.length, "drop")) {
        return conf_reader_unexpected(reader, "a blank in front of the verbs of a thread");
    }
    if (!conf_reader_choice(reader, "statement", names, COUNT_OF(names), &index)) {
        return false;
    }
    reader->thread = CONF_NONE;
    return statement_table[index].read(reader) && conf_reader_end(reader);
}

/* Looks up what the joins name, now that all threads are known. */
static bool resolve_joins(struct conf_reader *reader)
{
    struct conf_scenario *out = reader->out;

    for (unsigned i = 0; i < out->verb_count; i++) {
        const struct conf_token *name = &reader->join[i];
        uint8_t t = 0;

        if (out->verb[i].code != CONF_VERB_JOIN) {
            continue;
        }
        while (t < out->thread_count &&
               !conf_text_equals(name->text, name->length, out->thread_name[t])) {
            t++;
        }
        if (t == out->thread_count) {
            return conf_reader_fail(reader, name, "a thread of this scenario",
                                    "there is no such thread");
        }
        out->verb[i].target = t;
    }
    return true;
}

/* The rules about the program as a whole: who polls, who joins whom. */
static bool check_program(struct conf_reader *reader)
{
    struct conf_breach breach;
    struct conf_token at = {.kind = CONF_TOKEN_WORD};

    if (conf_scenario_check(reader->out, &breach)) {
        return true;
    }
    assert(breach.verb != CONF_NO_VERB); /* the statements have refused all the rest */
    at.line = reader->out->verb[breach.verb].line;
    at.column = reader->out->verb[breach.verb].column;
    return conf_reader_fail(reader, &at, breach.expected, "%s", breach.message);
}

static bool read_all(struct conf_reader *reader)
{
    bool ok = read_title(reader);

    while (ok && conf_lexer_next_line(&reader->lexer)) {
        ok = reader->lexer.indented && !reader->decisions_given ? conf_read_verb(reader)
                                                                : read_statement(reader);
        reader->out->thread_first[reader->out->thread_count] = reader->out->verb_count;
    }
    return ok && resolve_joins(reader) && check_program(reader);
}

bool conf_scenario_read(const char *text, size_t size, const char *file_name,
                        const char *const *oracles, struct conf_scenario *out,
                        struct conf_decision_lines *decisions, struct conf_error *error)
{
    struct conf_reader reader;
    struct conf_token bad = {.kind = CONF_TOKEN_OTHER};
    const char *reason;

    memset(&reader, 0, sizeof(reader));
    reader.file = file_name;
    reader.oracles = oracles;
    reader.out = out;
    reader.error = error;
    reader.thread = CONF_NONE;
    reason = conf_text_check(text, size, &bad.line, &bad.column);
    if (reason != NULL) {
        return conf_reader_fail(&reader, &bad, "text in UTF-8", "%s", reason);
    }
    conf_lexer_init(&reader.lexer, text, size);
    conf_scenario_init(out, "");
    if (!read_all(&reader)) {
        return false;
    }
    if (decisions != NULL) {
        *decisions = reader.decisions;
    }
    return true;
}

/* Loads at most CONF_FILE_SIZE_MAX bytes; returns NULL with *error set. */
static char *load(const char *path, size_t *size, struct conf_error *error)
{
    FILE *file = fopen(path, "rb");
    char *text;
    int reason;

    if (file == NULL) {
        conf_error_set(error, path, 0, 0, "a readable file", "%s", strerror(errno));
        return NULL;
    }
    text = malloc(CONF_FILE_SIZE_MAX + 1);
    if (text == NULL) {
        conf_error_set(error, path, 0, 0, "", "not enough memory");
        fclose(file);
        return NULL;
    }
    errno = 0;
    *size = fread(text, 1, CONF_FILE_SIZE_MAX + 1, file);
    reason = ferror(file) ? errno : 0;
    fclose(file);
    if (reason != 0) {
        conf_error_set(error, path, 0, 0, "a readable file", "%s", strerror(reason));
    } else if (*size > CONF_FILE_SIZE_MAX) {
        conf_error_set(error, path, 0, 0, "at most 4 MiB of text", "the file is too large");
    } else {
        text[*size] = 0;
        return text;
    }
    free(text);
    return NULL;
}

bool conf_scenario_read_file(const char *path, const char *const *oracles,
                             struct conf_scenario *out, struct conf_decision_lines *decisions,
                             char **text, struct conf_error *error)
{
    size_t size;

    *text = load(path, &size, error);
    if (*text == NULL) {
        return false;
    }
    if (!conf_scenario_read(*text, size, path, oracles, out, decisions, error)) {
        free(*text);
        *text = NULL;
        return false;
    }
    return true;
}
