/* program_file: two statements, line by line. */
#include "fuzz/program_file.h"

#include <string.h>

struct line {
    const char *text; /* without blanks around it and without comment */
    size_t length;
    uint32_t number;
    uint32_t column;
};

struct cursor {
    const char *at;
    const char *end;
    uint32_t number; /* of the last line taken */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* take_line takes the next line that says something; false at the end. */
static bool take_line(struct cursor *cursor, struct line *line)
{
    while (cursor->at < cursor->end) {
        const char *begin = cursor->at;
        const char *newline = memchr(begin, '\n', (size_t)(cursor->end - begin));
        const char *end = newline == NULL ? cursor->end : newline;
        const char *comment = memchr(begin, '#', (size_t)(end - begin));
        const char *text = begin;

        cursor->at = newline == NULL ? cursor->end : newline + 1;
        cursor->number++;
        end = comment == NULL ? end : comment;
        while (text < end && is_blank(*text)) {
            text++;
        }
        while (end > text && is_blank(end[-1])) {
            end--;
        }
        if (end > text) {
            *line = (struct line){.text = text,
                                  .length = (size_t)(end - text),
                                  .number = cursor->number,
                                  .column = (uint32_t)(text - begin) + 1};
            return true;
        }
    }
    return false;
}

/* split_word returns the length of the first word of a line and points *rest at the second. */
static size_t split_word(const struct line *line, const char **rest, size_t *rest_length)
{
    size_t word = 0;
    size_t gap;

    while (word < line->length && !is_blank(line->text[word])) {
        word++;
    }
    gap = word;
    while (gap < line->length && is_blank(line->text[gap])) {
        gap++;
    }
    *rest = line->text + gap;
    *rest_length = line->length - gap;
    return word;
}

static bool is_word(const struct line *line, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(line->text, word, length) == 0;
}

static bool read_count(const char *text, size_t length, uint32_t *count)
{
    uint64_t value = 0;

    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9' || value > CONF_DECISIONS_MAX) {
            return false;
        }
        value = value * 10 + (uint64_t)(text[i] - '0');
    }
    *count = (uint32_t)value;
    return length > 0 && value <= CONF_DECISIONS_MAX;
}

bool fuzz_program_file_is(const char *text, size_t size)
{
    struct cursor cursor = {.at = text, .end = text + size};
    struct line line;
    const char *rest;
    size_t rest_length;

    return take_line(&cursor, &line) &&
           is_word(&line, split_word(&line, &rest, &rest_length), "program");
}

/* read_block reads what stands behind the path: nothing or a block of decisions. */
static bool read_block(struct cursor *cursor, const char *file_name, struct fuzz_program_file *out,
                       struct conf_error *error)
{
    struct line line;
    const char *rest;
    size_t rest_length;
    uint32_t count;

    if (!take_line(cursor, &line)) {
        return true;
    }
    if (!is_word(&line, split_word(&line, &rest, &rest_length), "decisions")) {
        conf_error_set(error, file_name, line.number, line.column,
                       "decisions or the end of the file", "unknown statement");
        return false;
    }
    if (!read_count(rest, rest_length, &count)) {
        conf_error_set(error, file_name, line.number, line.column,
                       "the number of lines that follow", "decisions without a count");
        return false;
    }
    out->decisions =
        (struct conf_decision_lines){.text = rest + rest_length,
                                     .size = (size_t)(cursor->end - rest - rest_length),
                                     .line = line.number,
                                     .count = count};
    for (uint32_t i = 0; i <= count; i++) {
        bool got = take_line(cursor, &line);
        bool is_end = got && is_word(&line, line.length, "end");
        if (!got || is_end != (i == count)) {
            conf_error_set(error, file_name, got ? line.number : cursor->number,
                           got ? line.column : 1, "as many decisions as counted, then end",
                           !got ? "the decisions have no end"
                                : "the decisions do not match their count");
            return false;
        }
    }
    if (take_line(cursor, &line)) {
        conf_error_set(error, file_name, line.number, line.column, "the end of the file",
                       "text behind the decisions");
        return false;
    }
    return true;
}

bool fuzz_program_file_read(const char *text, size_t size, const char *file_name,
                            struct fuzz_program_file *out, struct conf_error *error)
{
    struct cursor cursor = {.at = text, .end = text + size};
    struct line line;
    const char *rest;
    size_t rest_length;

    memset(out, 0, sizeof *out);
    if (!take_line(&cursor, &line) ||
        !is_word(&line, split_word(&line, &rest, &rest_length), "program")) {
        conf_error_set(error, file_name, 1, 1, "program PATH", "not a program file");
        return false;
    }
    if (rest_length == 0 || rest_length >= sizeof out->path) {
        conf_error_set(error, file_name, line.number, line.column, "the path of a shared library",
                       rest_length == 0 ? "program without a path" : "the path is too long");
        return false;
    }
    memcpy(out->path, rest, rest_length);
    return read_block(&cursor, file_name, out, error);
}
