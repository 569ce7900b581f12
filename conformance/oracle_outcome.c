#include "conformance/oracle_outcome.h"

#include "conformance/judge.h"
#include "conformance/scenario_words.h"

#include <stdio.h>

static bool is_allowed(const struct conf_judge *judge, const struct conf_allow *allow)
{
    const struct conf_scenario *scenario = judge->model.scenario;

    for (unsigned i = 0; i < scenario->outcome_count; i++) {
        if (allow->word[i] != judge->label_word[scenario->outcome[i]]) {
            return false;
        }
    }
    return true;
}

void conf_see_outcome(struct conf_judge *judge, const struct conf_record *record)
{
    const struct conf_scenario *scenario = judge->model.scenario;
    char text[CONF_LABELS_MAX * 16] = "";
    size_t length = 0;

    for (unsigned i = 0; i < scenario->allow_count; i++) {
        if (is_allowed(judge, &scenario->allow[i])) {
            return;
        }
    }
    if (scenario->allow_count == 0) {
        return;
    }
    for (unsigned i = 0; i < scenario->outcome_count && length < sizeof(text); i++) {
        enum conf_word word = (enum conf_word)judge->label_word[scenario->outcome[i]];
        length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s", i > 0 ? "," : "",
                                   conf_word_name(word));
    }
    conf_judge_find(judge, "the outcome is %s, which is not allowed", text);
}
