/* scenario_check_source: what makes the sources of a scenario legal. Internal to scenario_check. */
#ifndef CONFORMANCE_SCENARIO_CHECK_SOURCE_H
#define CONFORMANCE_SCENARIO_CHECK_SOURCE_H

#include "conformance/scenario.h"
#include "conformance/scenario_check.h"

#include <stdbool.h>

/* conf_check_broken says in *breach (may be NULL) what is wrong, and returns false. */
static inline bool conf_check_broken(struct conf_breach *breach, uint16_t verb, const char *message,
                                     const char *expected)
{
    if (breach != NULL) {
        breach->verb = verb;
        breach->message = message;
        breach->expected = expected;
    }
    return false;
}

static inline bool conf_check_is_poll(const struct conf_scenario *scenario, unsigned source)
{
    return source < scenario->source_count && scenario->source[source].kind == CONF_POLL;
}

/* conf_check_count_of returns how many sources of a kind name a stream. */
unsigned conf_check_count_of(const struct conf_scenario *scenario, unsigned stream,
                             enum conf_source_kind kind);

/* conf_check_sources tells whether all sources are legal; the counts are. */
bool conf_check_sources(const struct conf_scenario *scenario, struct conf_breach *breach);

#endif
