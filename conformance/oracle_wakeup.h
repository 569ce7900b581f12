/* oracle_wakeup: lost-wakeup.
 *
 * A direction is armed when its source is registered for it and no event came since (re)register
 * or since the last operation that would block. At the end, when every poll has reported until it
 * was empty, the runner performs the operation that an armed direction waits for. If that does not
 * block, and no event with the bit was delivered since the start of the operation that armed it,
 * the wakeup was lost. If it does block although the peer has certainly gone, it would for ever,
 * which is no better. A waker that was woken must be reported after the start of the last wake.
 *
 * Excused: a waker that was dropped (mio delivers only while it is alive); a failed wake or
 * operation, whose caller was told; an end or an error, when an event with those bits came; a
 * server whose connect() was never accepted in this epoch (nobody asked the kernel to report);
 * verbs that overlapped a registration; sources of a poll that is gone. */
#ifndef CONFORMANCE_ORACLE_WAKEUP_H
#define CONFORMANCE_ORACLE_WAKEUP_H

#include "conformance/oracle.h"

void conf_see_lost_wakeup(struct conf_judge *judge, const struct conf_record *record);

#endif
