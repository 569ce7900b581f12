#include "conformance/judge.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static_assert(CONF_ORACLE_COUNT <= 32, "a bit for each oracle");
static_assert(CONF_RECORD_KIND_COUNT <= 32, "a bit for each kind of record");

static void select_oracles(struct conf_judge *judge, const struct conf_scenario *scenario)
{
    uint32_t on = 0;

    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        if (conf_oracle_is_on(scenario, conf_oracle_table[i].id)) {
            on |= 1u << i;
        }
    }
    if (on == judge->on) {
        return; /* as in the execution before: the lists are right */
    }
    judge->on = on;
    memset(judge->by_kind, 0, sizeof(judge->by_kind));
    for (unsigned i = 0; i < CONF_ORACLE_COUNT; i++) {
        for (unsigned kind = 0; kind < CONF_RECORD_KIND_COUNT; kind++) {
            if ((on >> i & conf_oracle_table[i].kinds >> kind & 1u) != 0) {
                judge->by_kind[kind] |= 1u << i;
            }
        }
    }
}

void conf_judge_begin(struct conf_judge *judge, const struct conf_scenario *scenario,
                      conf_stepped_function stepped, void *context)
{
    conf_model_begin(&judge->model, scenario, stepped, context);
    select_oracles(judge, scenario);
    judge->finding.oracle = NULL;
    memset(judge->events, 0, scenario->source_count * sizeof(judge->events[0]));
    memset(judge->stimuli, 0, scenario->source_count * sizeof(judge->stimuli[0]));
    memset(judge->label_word, CONF_WORD_GONE, sizeof(judge->label_word));
}

const struct conf_finding *conf_judge_see(struct conf_judge *judge,
                                          const struct conf_record *record, uint32_t seq)
{
    bool had = judge->finding.oracle != NULL;

    judge->seq = seq;
    for (uint32_t rows = judge->by_kind[record->kind]; rows != 0 && judge->finding.oracle == NULL;
         rows &= rows - 1) {
        judge->current = &conf_oracle_table[__builtin_ctz(rows)];
        judge->current->see(judge, record);
    }
    conf_model_see(&judge->model, record, seq);
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
