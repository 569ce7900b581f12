/* oracle: what can be wrong with an execution, as a table.
 *
 * Each oracle watches one clause of CONTRACT.md. It reads the history record by record, with the
 * model as it was before the record, and reports the first breach; most are silent in doubt, and
 * their headers say what excuses. Rows without a function are reported by the world itself (the
 * checks built into fakes). Ids are stable: files and people refer to them. */
#ifndef CONFORMANCE_ORACLE_H
#define CONFORMANCE_ORACLE_H

#include "conformance/history.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf_judge;

/* MUST: what mio documents. SHOULD: what this project adds where mio is silent or wrong. */
enum conf_level { CONF_MUST, CONF_SHOULD };

struct conf_oracle {
    const char *id;
    const char *clause; /* what it is a breach of in general: conformance/oracle_clause.h */
    enum conf_level level;
    const char *about; /* one line */
    uint32_t kinds;    /* a bit for each enum conf_record_kind it looks at */
    uint32_t verbs;    /* of the verbs that begin or end: a bit for each enum conf_verb_code */
    void (*see)(struct conf_judge *judge, const struct conf_record *record);
};

#define CONF_ORACLE_COUNT 32
extern const struct conf_oracle conf_oracle_table[CONF_ORACLE_COUNT];

/* conf_oracle_ids are the ids alone, NULL-terminated, for the readers of files. */
extern const char *const conf_oracle_ids[CONF_ORACLE_COUNT + 1];

/* conf_oracle_find returns the row of an id, NULL if there is none. */
const struct conf_oracle *conf_oracle_find(const char *id);

/* conf_oracle_is_on tells whether a scenario asks for an oracle: it names it, or names none. */
bool conf_oracle_is_on(const struct conf_scenario *scenario, const char *id);

#define CONF_FINDING_MESSAGE_MAX 512

/* A breach. `oracle` is NULL while there is none. */
struct conf_finding {
    const struct conf_oracle *oracle;
    uint32_t seq; /* number of the record that showed it */
    char message[CONF_FINDING_MESSAGE_MAX];
};

#endif
