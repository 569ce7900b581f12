/* oracle_deadlock: deadlock.
 *
 * When nothing else can happen, a thread is blocked inside a verb other than poll (or than a plain
 * blocking transfer, which the runner ends, or a join): nobody will ever release it. The world adds
 * who waits for what, if it knows. */
#ifndef CONFORMANCE_ORACLE_DEADLOCK_H
#define CONFORMANCE_ORACLE_DEADLOCK_H

#include "conformance/oracle.h"

void conf_see_deadlock(struct conf_judge *judge, const struct conf_record *record);

#endif
