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

/* Words of what verbs on sockets are about. Option names are those of `option`. */
const char *conf_shutdown_name(enum conf_shutdown how);
const char *conf_cast_name(enum conf_cast cast);
const char *conf_address_of_name(enum conf_address_of of);
const char *conf_option_name(enum conf_option option);
const char *conf_family_name(enum conf_family family);

/* conf_option_max returns the largest value of an option; conf_kind_has_option tells whether a kind
 * has it. */
uint32_t conf_option_max(enum conf_option option);
bool conf_kind_has_option(enum conf_source_kind kind, enum conf_option option);

/* conf_flags_name writes event flags as letters, r(eadable), w(ritable), e(rror), R, W (read or
 * write closed), p(riority), "none" without any; conf_flags_find reads them: false for others, or
 * letters in another order. */
#define CONF_FLAGS_NAME_MAX 8
void conf_flags_name(uint32_t flags, char out[CONF_FLAGS_NAME_MAX]);
bool conf_flags_find(const char *text, size_t length, uint8_t *flags);

/* What kinds have in common. */
bool conf_kind_is_pipe(enum conf_source_kind kind);
bool conf_kind_is_pipe_server(enum conf_source_kind kind);
bool conf_kind_is_raw(enum conf_source_kind kind);        /* outside the port under test */
bool conf_kind_is_end(enum conf_source_kind kind);        /* a stream in memory that may be split */
bool conf_kind_is_half(enum conf_source_kind kind);       /* of such a stream */
bool conf_kind_is_stream(enum conf_source_kind kind);     /* either */
bool conf_kind_is_listener(enum conf_source_kind kind);   /* of TCP connections */
bool conf_kind_is_accepted(enum conf_source_kind kind);   /* what such a listener accepts */
bool conf_kind_is_tcp_stream(enum conf_source_kind kind); /* a connection, from either side */
bool conf_kind_is_tcp(enum conf_source_kind kind);        /* a listener or a connection */
bool conf_kind_is_udp(enum conf_source_kind kind);
bool conf_kind_is_socket(enum conf_source_kind kind); /* TCP or UDP */
bool conf_kind_has_name(enum conf_source_kind kind);  /* pipe ends and sockets */

/* conf_accept_fits tells whether a listener may accept a connection as that source: both through
 * the port or both not, of one name and family. */
bool conf_accept_fits(const struct conf_source *listener, const struct conf_source *accepted);

/* What verbs have in common. */
bool conf_verb_is_polled(enum conf_verb_code code);   /* poll-read, poll-write, poll-writev */
bool conf_verb_is_transfer(enum conf_verb_code code); /* moves bytes: has their number */
bool conf_verb_reads(
    enum conf_verb_code code); /* of those, the ones that read from a pipe or socket */
/* conf_verb_creates tells whether a verb brings its source to life: open, and connect of a TCP
 * stream. (What accept brings to life is another source.) */
bool conf_verb_creates(enum conf_verb_code code, enum conf_source_kind kind);
/* conf_verb_has_how tells whether a verb on a kind of source has a `how`. */
bool conf_verb_has_how(enum conf_verb_code code, enum conf_source_kind kind);
/* conf_verb_has_other tells whether it has a second source that is neither poll nor task. */
bool conf_verb_has_other(enum conf_verb_code code, enum conf_source_kind kind);

/* One setting: its word and the words of its values, the default first. A setting without words
 * takes a number from 0 (the default) to 255. */
struct conf_setting {
    const char *name;
    uint8_t offset; /* of its byte in struct conf_settings */
    uint8_t value_count;
    const char *value[3];
};
#define CONF_SETTING_COUNT 16
extern const struct conf_setting conf_setting_table[CONF_SETTING_COUNT];

/* conf_text_equals compares a slice with a string. */
bool conf_text_equals(const char *text, size_t length, const char *string);

#endif
