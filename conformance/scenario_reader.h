/* scenario_reader: what the parts of the text reader share: the place in the text, the scenario
 * that grows, and the ways to take a token or refuse it. Internal to scenario_text. */
#ifndef CONFORMANCE_SCENARIO_READER_H
#define CONFORMANCE_SCENARIO_READER_H

#include "conformance/compiler.h"
#include "conformance/error.h"
#include "conformance/scenario.h"
#include "conformance/scenario_lexer.h"
#include "conformance/scenario_decisions.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The value of a macro as text, for messages. */
#define CONF_TEXT_OF(number)  CONF_TEXT_OF_(number)
#define CONF_TEXT_OF_(number) #number

struct conf_reader {
    struct conf_lexer lexer;
    const char *file;
    const char *const *oracles;
    struct conf_scenario *out;
    struct conf_decision_lines decisions;
    struct conf_error *error;
    uint8_t thread; /* whose verbs come, CONF_NONE outside a thread */
    uint32_t settings_given;
    bool about_given;
    bool decisions_given;
    struct conf_token join[CONF_VERBS_MAX]; /* by verb: the thread that a join names */
};

/* conf_reader_fail records an error at a token and returns false. */
bool conf_reader_fail(struct conf_reader *reader, const struct conf_token *at, const char *expected,
                      const char *format, ...) CONF_PRINTF(4, 5);

/* conf_reader_unexpected refuses the current token. */
bool conf_reader_unexpected(struct conf_reader *reader, const char *expected);

/* conf_reader_unknown refuses a word that is none of `count` names. */
bool conf_reader_unknown(struct conf_reader *reader, const struct conf_token *at, const char *what,
                         const char *const *names, size_t count);

/* conf_reader_take takes the current token if it is of `kind`, and copies it to *token unless that
 * is NULL. */
bool conf_reader_take(struct conf_reader *reader, enum conf_token_kind kind, const char *expected,
                      struct conf_token *token);

/* conf_reader_end makes sure that the line ends here. */
bool conf_reader_end(struct conf_reader *reader);

/* conf_reader_new_name takes a well-formed name for a new `what` and writes it to `out`. */
bool conf_reader_new_name(struct conf_reader *reader, const char *what, struct conf_token *token,
                          char out[CONF_NAME_MAX]);

/* conf_reader_source takes the name of a declared source; its index goes to *index. */
bool conf_reader_source(struct conf_reader *reader, const char *expected, uint8_t *index);

/* conf_reader_poll takes the name of a poll. */
bool conf_reader_poll(struct conf_reader *reader, uint8_t *index);

/* conf_reader_number takes a number, decimal or 0x hexadecimal, of at most `max`. `what` says what
 * it is, with its unit and range. */
bool conf_reader_number(struct conf_reader *reader, const char *what, uint64_t min, uint64_t max,
                        uint64_t *value);

/* conf_reader_choice takes one of `count` words; its index goes to *index. */
bool conf_reader_choice(struct conf_reader *reader, const char *what, const char *const *names,
                        size_t count, uint8_t *index);

/* conf_reader_attribute takes `NAME=`, where NAME is one of `count` names (fewer than 32) whose bit
 * is not yet set in *given, and sets it. The value is the next token. */
bool conf_reader_attribute(struct conf_reader *reader, const char *what, const char *const *names,
                           size_t count, uint32_t *given, unsigned *index);

/* The statements: each reads what follows its word, up to the end of the line at most;
 * conf_read_decisions goes on to the `end` of the block. conf_read_verb reads a whole line: a verb
 * of the current thread. */
bool conf_read_about(struct conf_reader *reader);
bool conf_read_set(struct conf_reader *reader);
bool conf_read_source(struct conf_reader *reader);
bool conf_read_thread(struct conf_reader *reader);
bool conf_read_verb(struct conf_reader *reader);
/* conf_read_socket_operands reads what stands behind the source of a verb on a socket or a
 * user-made source: it knows which verbs those are, and reads nothing for others. */
bool conf_read_socket_operands(struct conf_reader *reader, struct conf_verb *verb);
bool conf_read_drop(struct conf_reader *reader);
bool conf_read_forbid(struct conf_reader *reader);
bool conf_read_outcome(struct conf_reader *reader);
bool conf_read_allow(struct conf_reader *reader);
bool conf_read_decisions(struct conf_reader *reader);

#endif
