/* afd_group: shares handles of the driver among sockets, so many to each (mio AfdGroup).
 *
 * The driver looks through all polls of a handle at times; with a bound on their number that costs
 * the same for any number of sockets. Internal to core. */
#ifndef CORE_AFD_GROUP_H
#define CORE_AFD_GROUP_H

#include "core/afd.h"

/* Sockets that share a handle; wepoll and mio have the same bound. */
#define RDY_AFD_GROUP_SOCKETS_MAX 32u

/* Embedded; its address must not change. */
struct rdy_afd_group {
    const struct rdy_completion_port *port; /* never changes */
    SRWLOCK lock;                           /* guards all that follows */
    struct rdy_afd roomy; /* head of those with room for another socket, and no more than that */
    ULONG handle_count;   /* all, with room or without */
    ULONG socket_count;
    BOOL has_spare; /* one handle is open for which there is no socket */
};

/* rdy_afd_group_init makes a group without handles, whose polls queue their packets at `port`,
 * which must outlive it. rdy_afd_group_deinit closes what is open; nobody uses the group any more.
 * Handles that still have sockets are not closed: the kernel holds memory of theirs. */
void rdy_afd_group_init(struct rdy_afd_group *group, const struct rdy_completion_port *port);
void rdy_afd_group_deinit(struct rdy_afd_group *group);

/* rdy_afd_group_acquire gives a place on a handle to one socket; *afd stays where it is until
 * rdy_afd_group_release takes the place back, when the socket has no poll in flight any more.
 * FAILED as rdy_afd_open, or ERROR_NOT_ENOUGH_MEMORY. Any thread; may open or close a handle. */
RDY_MUST_USE rdy_result rdy_afd_group_acquire(struct rdy_afd_group *group, struct rdy_afd **afd);
void rdy_afd_group_release(struct rdy_afd *afd);

/* rdy_afd_group_check asserts the invariants in core/afd_group.c. Takes the group's lock. */
void rdy_afd_group_check(struct rdy_afd_group *group);

#endif
