/* outcome: what one execution of a scenario came to, verb by verb.
 *
 * Taken from its records, so it is the same in every world. Two executions have the same outcome
 * when every verb had the same result: its word, bytes, error code, and the events of a poll in
 * their order. How long anything took, and what the runner did itself, is no part of it. */
#ifndef CONFORMANCE_OUTCOME_H
#define CONFORMANCE_OUTCOME_H

#include "conformance/history.h"
#include "conformance/scenario.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONF_OUTCOME_EVENTS_MAX 8 /* of one poll; what comes behind them is not told apart */

struct conf_outcome_verb {
    bool ended;
    uint8_t word; /* enum conf_word */
    uint8_t event_count;
    uint32_t error;
    uint64_t count; /* bytes, or the error that was taken */
    struct {
        uint64_t token;
        uint32_t flags;
    } event[CONF_OUTCOME_EVENTS_MAX];
};

struct conf_outcome {
    const struct conf_scenario *scenario;
    uint16_t running[CONF_THREADS_MAX]; /* number of the verb + 1 that a thread is in, 0 none */
    struct conf_outcome_verb verb[CONF_VERBS_MAX];
};

/* conf_outcome_begin empties the outcome of a scenario, which must outlive it. */
void conf_outcome_begin(struct conf_outcome *outcome, const struct conf_scenario *scenario);

/* conf_outcome_see takes in a record. It returns the number of the verb that ended with it, plus 1,
 * or 0. */
uint32_t conf_outcome_see(struct conf_outcome *outcome, const struct conf_record *record);

/* conf_outcome_format writes what all verbs came to in one line, by thread, each at its place:
 *
 *     Server: register=done connect=would-block poll=done[7:rw] | Client: open=done read=done:16
 *
 * The letters of an event are r(eadable), w(ritable), e(rror), R, W (read or write closed) and
 * p(riority). It returns the length, and cuts at `size`. */
size_t conf_outcome_format(const struct conf_outcome *outcome, char *out, size_t size);

/* conf_outcome_parse reads what conf_outcome_format wrote of an execution of the same scenario;
 * false if it is something else, or was cut. */
bool conf_outcome_parse(struct conf_outcome *outcome, const struct conf_scenario *scenario,
                        const char *text);

/* conf_outcome_verb_equal compares what verb number `verb` came to in two outcomes. */
bool conf_outcome_verb_equal(const struct conf_outcome *left, const struct conf_outcome *right,
                             uint32_t verb);

/* conf_outcome_tuple writes the words of the labels that the scenario calls its outcome, as `allow`
 * lists them: done,would-block. */
size_t conf_outcome_tuple(const struct conf_outcome *outcome, char *out, size_t size);

#endif
