#include "conformance/oracle_clause.h"

#include "conformance/oracle.h"
#include "conformance/scenario_words.h"

#include <stddef.h>
#include <string.h>

enum family { PIPES, TCP, UDP, TASKS, STREAMS, USER, FAMILY_COUNT };

/* NULL: as in the row of the oracle. TASKS are streams that nothing polls but tasks. */
static const struct {
    const char *id;
    const char *clause[FAMILY_COUNT];
} by_family[] = {
    {"lost-wakeup", {[TASKS] = "STREAM-4"}},
    {"false-eof", {[TCP] = "NET-4", [TASKS] = "STREAM-3", [STREAMS] = "STREAM-3"}},
    {"wrong-error", {[TCP] = "NET-7", [UDP] = "NET-8"}},
    {"cross-connection",
     {[TCP] = "NET-3", [UDP] = "NET-8", [TASKS] = "STREAM-2", [STREAMS] = "STREAM-2"}},
    {"data-corruption",
     {[TCP] = "NET-3", [UDP] = "NET-8", [TASKS] = "STREAM-2", [STREAMS] = "STREAM-2"}},
    {"data-loss", {[TCP] = "NET-3", [TASKS] = "STREAM-2", [STREAMS] = "STREAM-2"}},
    {"wrong-result", {[TCP] = "NET-11", [UDP] = "NET-11"}},
    {"event-storm", {[USER] = "USER-1"}},
    {"wrong-event", {[USER] = "USER-2"}},
};

/* family_of returns the family of a source; FAMILY_COUNT for polls, wakers and tasks. */
static enum family family_of(enum conf_source_kind kind)
{
    return conf_kind_is_pipe(kind)     ? PIPES
           : conf_kind_is_tcp(kind)    ? TCP
           : conf_kind_is_udp(kind)    ? UDP
           : conf_kind_is_stream(kind) ? TASKS
           : kind == CONF_USER_SOURCE  ? USER
                                       : FAMILY_COUNT;
}

/* only_family returns the family of all sources of a scenario, FAMILY_COUNT when there are several
 * or none. */
static enum family only_family(const struct conf_scenario *scenario)
{
    enum family only = FAMILY_COUNT;
    bool polled = false;

    for (uint8_t i = 0; i < scenario->source_count; i++) {
        enum family family = family_of((enum conf_source_kind)scenario->source[i].kind);
        polled = polled || scenario->source[i].kind == CONF_POLL;
        if (family != FAMILY_COUNT && only != FAMILY_COUNT && family != only) {
            return FAMILY_COUNT;
        }
        only = family != FAMILY_COUNT ? family : only;
    }
    return only == TASKS && polled ? STREAMS : only;
}

const char *conf_oracle_clause(const char *id, const struct conf_scenario *scenario)
{
    const struct conf_oracle *oracle = conf_oracle_find(id);
    enum family family = scenario != NULL ? only_family(scenario) : FAMILY_COUNT;

    for (size_t i = 0; i < sizeof(by_family) / sizeof(by_family[0]); i++) {
        if (family != FAMILY_COUNT && strcmp(by_family[i].id, id) == 0 &&
            by_family[i].clause[family] != NULL) {
            return by_family[i].clause[family];
        }
    }
    return oracle != NULL ? oracle->clause : "";
}
