/* afd_group: see afd_group.h.
 *
 * Invariants
 * 1. A handle has at most RDY_AFD_GROUP_SOCKETS_MAX sockets.
 * 2. The handles in the list `roomy` are those with room for another one: no handle is opened while
 *    there is one.
 * 3. At most one handle has no socket, the spare: who registers and deregisters one socket again
 *    and again opens no handle each time. */
#include "core/afd_group.h"

#include "core/assert.h"

static void link_roomy(struct rdy_afd_group *group, struct rdy_afd *afd)
{
    afd->next = group->roomy.next;
    afd->previous = &group->roomy;
    afd->next->previous = afd;
    afd->previous->next = afd;
}

static void unlink_roomy(struct rdy_afd *afd)
{
    afd->previous->next = afd->next;
    afd->next->previous = afd->previous;
    afd->next = NULL;
    afd->previous = NULL;
}

static BOOL has_roomy(const struct rdy_afd_group *group)
{
    return group->roomy.next != &group->roomy;
}

void rdy_afd_group_init(struct rdy_afd_group *group, const struct rdy_completion_port *port)
{
    group->port = port;
    InitializeSRWLock(&group->lock);
    group->roomy.next = &group->roomy;
    group->roomy.previous = &group->roomy;
    group->handle_count = 0;
    group->socket_count = 0;
    group->has_spare = FALSE;
}

static void close_unused(struct rdy_afd_group *group, struct rdy_afd *afd)
{
    RDY_ASSERT(afd->socket_count == 0);
    unlink_roomy(afd);
    rdy_afd_close(afd);
    HeapFree(GetProcessHeap(), 0, afd);
    group->handle_count--;
}

void rdy_afd_group_deinit(struct rdy_afd_group *group)
{
    struct rdy_afd *afd = group->roomy.next;
    while (afd != &group->roomy) {
        struct rdy_afd *next = afd->next;
        if (afd->socket_count == 0) {
            close_unused(group, afd);
        }
        afd = next;
    }
    group->has_spare = FALSE;
}

static rdy_result open_another(struct rdy_afd_group *group)
{
    struct rdy_afd *afd = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof *afd);
    if (afd == NULL) {
        return rdy_failed(ERROR_NOT_ENOUGH_MEMORY);
    }
    rdy_result result = rdy_afd_open(afd, group->port);
    if (result.status != RDY_DONE) {
        HeapFree(GetProcessHeap(), 0, afd);
        return result;
    }
    afd->group = group;
    link_roomy(group, afd);
    group->handle_count++;
    group->has_spare = TRUE;
    return result;
}

static struct rdy_afd *take_place(struct rdy_afd_group *group)
{
    struct rdy_afd *afd = group->roomy.next;
    if (afd->socket_count == 0) {
        group->has_spare = FALSE;
    }
    afd->socket_count++;
    group->socket_count++;
    if (afd->socket_count == RDY_AFD_GROUP_SOCKETS_MAX) {
        unlink_roomy(afd);
    }
    return afd;
}

rdy_result rdy_afd_group_acquire(struct rdy_afd_group *group, struct rdy_afd **afd)
{
    *afd = NULL;
    AcquireSRWLockExclusive(&group->lock);
    rdy_result result = has_roomy(group) ? rdy_done() : open_another(group);
    if (result.status == RDY_DONE) {
        *afd = take_place(group);
    }
    ReleaseSRWLockExclusive(&group->lock);
    return result;
}

void rdy_afd_group_release(struct rdy_afd *afd)
{
    struct rdy_afd_group *group = afd->group;
    AcquireSRWLockExclusive(&group->lock);
    RDY_ASSERT(afd->socket_count > 0);
    if (afd->socket_count == RDY_AFD_GROUP_SOCKETS_MAX) {
        link_roomy(group, afd);
    }
    afd->socket_count--;
    group->socket_count--;
    if (afd->socket_count == 0) {
        if (group->has_spare) {
            close_unused(group, afd);
        }
        group->has_spare = TRUE;
    }
    ReleaseSRWLockExclusive(&group->lock);
}

void rdy_afd_group_check(struct rdy_afd_group *group)
{
    AcquireSRWLockExclusive(&group->lock);
    ULONG roomy = 0, spares = 0, sockets = 0;
    for (const struct rdy_afd *afd = group->roomy.next; afd != &group->roomy; afd = afd->next) {
        RDY_ASSERT(afd->next->previous == afd && afd->previous->next == afd);
        RDY_ASSERT(afd->socket_count < RDY_AFD_GROUP_SOCKETS_MAX);
        roomy++;
        spares += afd->socket_count == 0;
        sockets += afd->socket_count;
    }
    RDY_ASSERT(spares == (ULONG)group->has_spare);
    RDY_ASSERT(roomy <= group->handle_count);
    sockets += (group->handle_count - roomy) * RDY_AFD_GROUP_SOCKETS_MAX;
    RDY_ASSERT(sockets == group->socket_count);
    ReleaseSRWLockExclusive(&group->lock);
}
