/* oracle_outcome: outcome.
 *
 * The observation of a scenario with `outcome` and `allow` is not among those allowed. Silent when
 * the scenario allows none (everything is), and for verbs that the execution never came to. */
#ifndef CONFORMANCE_ORACLE_OUTCOME_H
#define CONFORMANCE_ORACLE_OUTCOME_H

#include "conformance/oracle.h"

void conf_see_outcome(struct conf_judge *judge, const struct conf_record *record);

#endif
