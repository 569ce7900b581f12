/* oracle_clause: which clause of CONTRACT.md a breach is of. Oracles that watch several kinds of
 * sources have a clause for each. */
#ifndef CONFORMANCE_ORACLE_CLAUSE_H
#define CONFORMANCE_ORACLE_CLAUSE_H

#include "conformance/scenario.h"

/* conf_oracle_clause returns the clause that an oracle id stands for in a scenario whose sources
 * are of one kind: pipes, sockets, datagrams, streams in memory, with or without a poll, or
 * user-made. Where they are of several, for scenario NULL and for oracles that tell no kinds apart
 * it is the one in the oracle's row; "" for an unknown id. It has the level of that row. */
const char *conf_oracle_clause(const char *id, const struct conf_scenario *scenario);

#endif
