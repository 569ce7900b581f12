/* json: a writer without memory of what it wrote, but for the open brackets. */
#include "fuzz/explore/json.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

/* utf8_length returns the length of the legal UTF-8 sequence at `text`, 0 if there is none. */
static int utf8_length(const unsigned char *text)
{
    int length = text[0] < 0x80   ? 1
                 : text[0] < 0xc2 ? 0
                 : text[0] < 0xe0 ? 2
                 : text[0] < 0xf0 ? 3
                 : text[0] < 0xf5 ? 4
                                  : 0;

    for (int i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

static void write_text(FILE *out, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    fputc('"', out);
    while (*at != '\0') {
        int length = utf8_length(at);
        if (*at == '"' || *at == '\\') {
            fprintf(out, "\\%c", *at);
        } else if (*at == '\n') {
            fputs("\\n", out);
        } else if (*at < 0x20 || length == 0) {
            fprintf(out, "\\u%04x", *at);
            length = 1;
        } else {
            fwrite(at, 1, (size_t)length, out);
        }
        at += length;
    }
    fputc('"', out);
}

static void begin_line(struct fuzz_json *json)
{
    if (!json->compact) {
        fprintf(json->out, "\n%*s", (int)json->depth * 2, "");
    }
}

/* begin_piece writes what stands before a value: the comma, the line and the name. */
static void begin_piece(struct fuzz_json *json, const char *name)
{
    if (json->depth > 0) {
        fputs(json->level[json->depth - 1].filled ? "," : "", json->out);
        json->level[json->depth - 1].filled = true;
        begin_line(json);
    }
    if (name != NULL) {
        write_text(json->out, name);
        fputs(json->compact ? ":" : ": ", json->out);
    }
}

void fuzz_json_begin(struct fuzz_json *json, FILE *out)
{
    json->out = out;
    json->depth = 0;
    json->compact = false;
}

void fuzz_json_end(struct fuzz_json *json)
{
    assert(json->depth == 0);
    fputc('\n', json->out);
}

void fuzz_json_open(struct fuzz_json *json, const char *name, char bracket)
{
    assert(json->depth < FUZZ_JSON_DEPTH_MAX);
    begin_piece(json, name);
    fputc(bracket, json->out);
    json->level[json->depth].close = bracket == '{' ? '}' : ']';
    json->level[json->depth].filled = false;
    json->depth++;
}

void fuzz_json_close(struct fuzz_json *json)
{
    assert(json->depth > 0);
    json->depth--;
    if (json->level[json->depth].filled) {
        begin_line(json);
    }
    fputc(json->level[json->depth].close, json->out);
}

void fuzz_json_text(struct fuzz_json *json, const char *name, const char *text)
{
    begin_piece(json, name);
    write_text(json->out, text);
}

void fuzz_json_count(struct fuzz_json *json, const char *name, uint64_t value)
{
    begin_piece(json, name);
    fprintf(json->out, "%" PRIu64, value);
}

void fuzz_json_number(struct fuzz_json *json, const char *name, double value)
{
    begin_piece(json, name);
    if (isfinite(value)) {
        fprintf(json->out, "%.6g", value);
    } else {
        fputs("null", json->out);
    }
}

void fuzz_json_bool(struct fuzz_json *json, const char *name, bool value)
{
    begin_piece(json, name);
    fputs(value ? "true" : "false", json->out);
}

void fuzz_json_null(struct fuzz_json *json, const char *name)
{
    begin_piece(json, name);
    fputs("null", json->out);
}

void fuzz_json_hash(struct fuzz_json *json, const char *name, uint64_t hash)
{
    char text[17];

    snprintf(text, sizeof text, "%016" PRIx64, hash);
    fuzz_json_text(json, name, text);
}

void fuzz_json_raw(struct fuzz_json *json, const char *name, const char *value)
{
    begin_piece(json, name);
    fputs(value, json->out);
}
