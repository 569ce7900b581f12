/* oracle_error: wrong-error.
 *
 * A verb on a source of the port reports an error code that nothing in its history explains. The
 * rules are a table of (verbs, code, what must have happened); a code is right when any row
 * explains it, and what may have happened counts as having happened. Codes that mean that the
 * system ran out of something are right whenever the scenario injects faults. Plain handles are not
 * judged: they are the kernel's. */
#ifndef CONFORMANCE_ORACLE_ERROR_H
#define CONFORMANCE_ORACLE_ERROR_H

#include "conformance/oracle.h"

void conf_see_wrong_error(struct conf_judge *judge, const struct conf_record *record);

#endif
