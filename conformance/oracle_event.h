/* oracle_event: stale-token, interest-exceeded, event-storm, empty-poll, overdue-event.
 *
 * stale-token: a poll reports a token that nothing was registered with in it, or that was given up
 * before this poll started. Excused: registration verbs that run or failed half-way (the token may
 * be registered), and wakers that were woken.
 *
 * interest-exceeded: readable or writable without being asked for. Error and closed bits may always
 * ride along. Excused: interest given up or changed while the poll ran.
 *
 * event-storm: more than twice as many events of a source as there were reasons: verbs of anybody
 * on its pipe, registrations, operations that would block. A read that reports the end, or fails,
 * is no reason. Excused: several sources behind one token.
 *
 * empty-poll: no event although the timeout has not passed. Excused: polls ended by the runner.
 *
 * overdue-event: a poll waited until nothing could happen any more and was ended by the runner; a
 * later one has an event although nobody did anything in between: the first one slept through it.
 * Excused: sources that a verb has failed on, or has read less from than it asked for where the
 * kernel may refuse to watch for more (what they ask for is tried again by the next poll),
 * ends of streams under faults (who announces has no caller to tell), polls that may lose events or
 * make them up, and worlds that only guess when nothing can happen. */
#ifndef CONFORMANCE_ORACLE_EVENT_H
#define CONFORMANCE_ORACLE_EVENT_H

#include "conformance/oracle.h"

void conf_see_stale_token(struct conf_judge *judge, const struct conf_record *record);
void conf_see_interest_exceeded(struct conf_judge *judge, const struct conf_record *record);
void conf_see_event_storm(struct conf_judge *judge, const struct conf_record *record);
void conf_see_empty_poll(struct conf_judge *judge, const struct conf_record *record);
void conf_see_overdue_event(struct conf_judge *judge, const struct conf_record *record);

#endif
