/* json: writes one JSON value to a file, piece by piece, with commas and indentation.
 *
 *   fuzz_json_open(&json, NULL, '{');  fuzz_json_number(&json, "executions", 12);
 *   fuzz_json_close(&json);            fuzz_json_end(&json);
 *
 * Inside an object every piece has a name, inside an array none (NULL). */
#ifndef FUZZ_EXPLORE_JSON_H
#define FUZZ_EXPLORE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define FUZZ_JSON_DEPTH_MAX 8

struct fuzz_json {
    FILE *out;
    bool compact; /* all on one line: set it behind fuzz_json_begin */
    uint32_t depth;
    struct {
        char close;
        bool filled;
    } level[FUZZ_JSON_DEPTH_MAX];
};

/* fuzz_json_begin starts a value on `out`, which stays the caller's; fuzz_json_end ends the line.
 * Every open has been closed by then. */
void fuzz_json_begin(struct fuzz_json *json, FILE *out);
void fuzz_json_end(struct fuzz_json *json);

/* fuzz_json_open opens an object ('{') or an array ('['), fuzz_json_close closes the innermost. */
void fuzz_json_open(struct fuzz_json *json, const char *name, char bracket);
void fuzz_json_close(struct fuzz_json *json);

/* Values. Text is escaped; bytes that are not UTF-8 appear as \u00XX. Numbers that are no numbers
 * are null. */
void fuzz_json_text(struct fuzz_json *json, const char *name, const char *text);
void fuzz_json_count(struct fuzz_json *json, const char *name, uint64_t value);
void fuzz_json_number(struct fuzz_json *json, const char *name, double value);
void fuzz_json_bool(struct fuzz_json *json, const char *name, bool value);
void fuzz_json_null(struct fuzz_json *json, const char *name);
/* fuzz_json_hash writes a 64-bit hash as a text of 16 digits: JSON readers round large numbers. */
void fuzz_json_hash(struct fuzz_json *json, const char *name, uint64_t hash);
/* fuzz_json_raw writes a text that is a JSON value already. */
void fuzz_json_raw(struct fuzz_json *json, const char *name, const char *value);

#endif
