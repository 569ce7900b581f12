/* oracle_missing: answers that should have been errors, and errors that nobody was told of.
 *
 * missing-error: registrations that must be refused (REG-5), operations without a registration or a
 * poll (REG-6, REG-9), an error that an event has announced and the next operation does not return,
 * resource errors that are returned more often than there were faults. For lost-wakeup: a write
 * that failed behind its writer's back (PIPE-8). For cross-connection: events of a connection that
 * was ended, or that nobody has come to (PIPE-2, PIPE-6). Pipes and wakers only.
 *
 * Doubt excuses: verbs that overlap, registrations that may or may not hold, faults. */
#ifndef CONFORMANCE_ORACLE_MISSING_H
#define CONFORMANCE_ORACLE_MISSING_H

#include "conformance/history.h"

struct conf_judge;

/* conf_see_missing_error looks at the end of a verb. */
void conf_see_missing_error(struct conf_judge *judge, const struct conf_record *record);

/* conf_see_untold_write looks at all writers when everything has settled, for lost-wakeup. */
void conf_see_untold_write(struct conf_judge *judge);

/* conf_see_event_of_the_past looks at an event, for cross-connection. */
void conf_see_event_of_the_past(struct conf_judge *judge, const struct conf_record *record);

#endif
