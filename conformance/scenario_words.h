/* scenario_words: the words of the scenario language and which go together.
 *
 * Reader, printer, runner and pictures take them from here. Finders return the COUNT value of
 * their enumeration when there is no such word; names stay the module's. */
#ifndef CONFORMANCE_SCENARIO_WORDS_H
#define CONFORMANCE_SCENARIO_WORDS_H

#include "conformance/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

const char *conf_source_kind_name(enum conf_source_kind kind);
enum conf_source_kind conf_source_kind_find(const char *text, size_t length);

/* conf_action_name returns the word of what a task does. */
const char *conf_action_name(enum conf_action action);

const char *conf_verb_name(enum conf_verb_code code);
enum conf_verb_code conf_verb_find(const char *text, size_t length);

/* conf_word_name returns the word of an outcome, as in `allow done,would-block`. */
const char *conf_word_name(enum conf_word word);
enum conf_word conf_word_find(const char *text, size_t length);

/* conf_interest_name returns r, w or rw for a set of CONF_INTEREST_* bits, NULL for others. */
const char *conf_interest_name(uint32_t interest);

/* conf_kind_takes tells whether a verb is legal for sources of a kind. */
bool conf_kind_takes(enum conf_source_kind kind, enum conf_verb_code code);

/* What kinds have in common. */
bool conf_kind_is_pipe(enum conf_source_kind kind);
bool conf_kind_is_pipe_server(enum conf_source_kind kind);
bool conf_kind_is_raw(enum conf_source_kind kind);    /* outside the port under test */
bool conf_kind_is_end(enum conf_source_kind kind);    /* a stream in memory that may be split */
bool conf_kind_is_half(enum conf_source_kind kind);   /* of such a stream */
bool conf_kind_is_stream(enum conf_source_kind kind); /* either */

/* What verbs have in common. */
bool conf_verb_is_polled(enum conf_verb_code code);   /* poll-read, poll-write, poll-writev */
bool conf_verb_is_transfer(enum conf_verb_code code); /* moves bytes */

/* One setting: its word and the words of its values, the default first. A setting without words
 * takes a number from 0 (the default) to 255. */
struct conf_setting {
    const char *name;
    uint8_t offset; /* of its byte in struct conf_settings */
    uint8_t value_count;
    const char *value[3];
};
#define CONF_SETTING_COUNT 8
extern const struct conf_setting conf_setting_table[CONF_SETTING_COUNT];

/* conf_text_equals compares a slice with a string. */
bool conf_text_equals(const char *text, size_t length, const char *string);

#endif
