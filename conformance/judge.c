#include "conformance/judge.h"

#include "conformance/compiler.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static_assert(CONF_ORACLE_COUNT <= 64, "a bit for each oracle");
static_assert(CONF_SOURCES_MAX <= 32, "a bit for each source");
static_assert(CONF_RECORD_KIND_COUNT <= 32 && CONF_VERB_COUNT <= 32, "a bit for each kind");

static uint64_t oracles_on(const struct conf_scenario *scenario)
{
    uint64_t on = 0;

    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        if (conf_oracle_is_on(scenario, conf_oracle_table[i].id)) {
            on |= UINT64_C(1) << i;
        }
    }
    return on;
}

static void list_oracles(struct conf_judge *judge)
{
    memset(judge->by_kind, 0, sizeof(judge->by_kind));
    memset(judge->by_verb, 0, sizeof(judge->by_verb));
    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        uint64_t bit = judge->on & UINT64_C(1) << i;
        for (unsigned kind = 0; kind < CONF_RECORD_KIND_COUNT; kind++) {
            judge->by_kind[kind] |= (conf_oracle_table[i].kinds >> kind & 1u) != 0 ? bit : 0;
        }
        for (unsigned verb = 0; verb < CONF_VERB_COUNT; verb++) {
            judge->by_verb[verb] |= (conf_oracle_table[i].verbs >> verb & 1u) != 0 ? bit : 0;
        }
    }
}

void conf_judge_begin(struct conf_judge *judge, const struct conf_scenario *scenario,
                      const struct conf_port *port, conf_stepped_function stepped, void *context)
{
    uint64_t on =
        scenario->forbid_given ? oracles_on(scenario) : UINT64_MAX >> (64 - CONF_ORACLE_COUNT);

    conf_model_begin(&judge->model, scenario, stepped, context);
    if (on != judge->on) { /* else the lists are right */
        judge->on = on;
        list_oracles(judge);
    }
    judge->port = port;
    judge->finding.oracle = NULL;
    judge->resource_errors = 0;
    judge->idle = 0;
    judge->refused = 0;
    judge->guesses_rest = false;
    memset(judge->events, 0, scenario->source_count * sizeof(judge->events[0]));
    memset(judge->source_stimuli, 0, scenario->source_count * sizeof(judge->source_stimuli[0]));
    memset(judge->pipe_stimuli, 0, scenario->pipe_count * sizeof(judge->pipe_stimuli[0]));
    memset(judge->label_word, CONF_WORD_GONE, sizeof(judge->label_word));
}

/* rows_for returns the oracles that look at a record. */
static uint64_t rows_for(const struct conf_judge *judge, const struct conf_record *record)
{
    uint64_t rows = judge->by_kind[record->kind];

    return record->kind == CONF_RECORD_BEGIN || record->kind == CONF_RECORD_END
               ? rows & judge->by_verb[record->code]
               : rows;
}

static void note_label(struct conf_judge *judge, const struct conf_record *record)
{
    if (record->kind == CONF_RECORD_END && record->c > 0) {
        uint8_t label = judge->model.scenario->verb[record->c - 1].label;
        if (label != CONF_NONE) {
            judge->label_word[label] = record->word;
        }
    }
}

const struct conf_finding *conf_judge_see(struct conf_judge *judge,
                                          const struct conf_record *record, uint32_t seq)
{
    bool had = judge->finding.oracle != NULL;

    judge->seq = seq;
    note_label(judge, record);
    for (uint64_t rows = rows_for(judge, record); rows != 0 && judge->finding.oracle == NULL;
         rows &= rows - 1) {
        judge->current = &conf_oracle_table[conf_lowest_bit(rows)];
        judge->current->see(judge, record);
    }
    if (record->kind < CONF_RECORD_OBJECT) { /* observations say nothing of sources */
        conf_model_see(&judge->model, record, seq);
    }
    return !had && judge->finding.oracle != NULL ? &judge->finding : NULL;
}

void conf_judge_find(struct conf_judge *judge, const char *format, ...)
{
    va_list arguments;

    if (judge->finding.oracle != NULL) {
        return;
    }
    judge->finding.oracle = judge->current;
    judge->finding.seq = judge->seq;
    va_start(arguments, format);
    vsnprintf(judge->finding.message, sizeof(judge->finding.message), format, arguments);
    va_end(arguments);
}

const char *conf_judge_name(const struct conf_judge *judge, uint8_t source)
{
    return source == CONF_NONE ? "?" : judge->model.scenario->source[source].name;
}
