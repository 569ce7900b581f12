#include "conformance/oracle_deadlock.h"

#include "conformance/judge.h"
#include "conformance/scenario_words.h"

void conf_see_deadlock(struct conf_judge *judge, const struct conf_record *record)
{
    if (record->code != CONF_VERB_POLL) {
        conf_judge_find(judge, "%s is blocked for ever in %s %s",
                        conf_thread_name(judge->model.scenario, record->thread),
                        conf_verb_name((enum conf_verb_code)record->code),
                        conf_judge_name(judge, record->source));
    }
}
