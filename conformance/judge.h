/* judge: takes in the history of one execution and keeps the first breach that an oracle sees. */
#ifndef CONFORMANCE_JUDGE_H
#define CONFORMANCE_JUDGE_H

#include "conformance/compiler.h"
#include "conformance/model.h"
#include "conformance/oracle.h"

/* Memory of the caller, reused for execution after execution. */
struct conf_judge {
    struct conf_model model;
    struct conf_finding finding;
    uint64_t on; /* a bit for each row of the table that is on */
    /* rows that look at a kind of record, or at a verb that begins or ends, among those on */
    uint64_t by_kind[CONF_RECORD_KIND_COUNT];
    uint64_t by_verb[CONF_VERB_COUNT];
    const struct conf_oracle *current;
    const struct conf_port *port; /* names machines and states in messages; may be NULL */
    uint32_t seq;
    /* of single oracles */
    uint32_t events[CONF_SOURCES_MAX];                                         /* event-storm */
    uint32_t source_stimuli[CONF_SOURCES_MAX], pipe_stimuli[CONF_SOURCES_MAX]; /* event-storm */
    uint32_t resource_errors;                                                  /* wrong-error */
    uint32_t idle;     /* overdue-event: polls that were ended at rest, and nothing stirred since */
    uint32_t refused;  /* overdue-event: sources that the kernel may not watch */
    bool guesses_rest; /* overdue-event */
    uint8_t label_word[CONF_LABELS_MAX]; /* outcome */
};

/* conf_judge_begin starts a new history of a scenario on a port (NULL: unknown); both must outlive
 * it. `stepped` is as in conf_model_begin. A world that takes silence for rest sets `guesses_rest`
 * behind it. */
void conf_judge_begin(struct conf_judge *judge, const struct conf_scenario *scenario,
                      const struct conf_port *port, conf_stepped_function stepped, void *context);

/* conf_judge_see judges and takes in one record, and returns the finding when this record is the
 * first to show one, else NULL. */
const struct conf_finding *conf_judge_see(struct conf_judge *judge,
                                          const struct conf_record *record, uint32_t seq);

/* conf_judge_find is for oracles: it reports a breach by the running oracle. */
void conf_judge_find(struct conf_judge *judge, const char *format, ...) CONF_PRINTF(2, 3);

/* conf_judge_name returns the name of a source, for messages. */
const char *conf_judge_name(const struct conf_judge *judge, uint8_t source);

#endif
