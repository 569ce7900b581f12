/* core's user-made sources as the functions of a port. The user is a box of flags: what it is ready
 * for, which an operation uses up. */
#include "conformance/ports/port_core_socket.h"

#include "core/poll.h"
#include "core/registry.h"
#include "core/source.h"

#include <winsock2.h>
#include <windows.h>

struct user {
    rdy_source *source;
    SRWLOCK lock; /* guards flags, and keeps what core is told in the order of changes */
    uint32_t flags;
};

static struct conf_result convert(rdy_result result, uint64_t count)
{
    return (struct conf_result){
        .status = (uint32_t)result.status, .error = result.os_error, .count = count};
}

struct conf_result conf_core_user_create(void **source)
{
    struct user *user = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*user));
    rdy_result result;

    *source = NULL;
    if (user == NULL) {
        return (struct conf_result){.status = CONF_FAILED, .error = ERROR_NOT_ENOUGH_MEMORY};
    }
    InitializeSRWLock(&user->lock);
    result = rdy_source_create(&user->source);
    if (result.status != RDY_DONE) {
        HeapFree(GetProcessHeap(), 0, user);
        return convert(result, 0);
    }
    *source = user;
    return convert(result, 0);
}

void conf_core_user_drop(void *source)
{
    struct user *user = source;

    rdy_source_destroy(user->source);
    HeapFree(GetProcessHeap(), 0, user);
}

struct conf_result conf_core_user_register(void *source, void *poll, uint64_t token,
                                           uint32_t interest)
{
    struct user *user = source;

    return convert(rdy_source_register(user->source, rdy_poll_registry(poll), token, interest), 0);
}

struct conf_result conf_core_user_reregister(void *source, void *poll, uint64_t token,
                                             uint32_t interest)
{
    struct user *user = source;

    return convert(rdy_source_reregister(user->source, rdy_poll_registry(poll), token, interest),
                   0);
}

struct conf_result conf_core_user_deregister(void *source, void *poll)
{
    struct user *user = source;

    return convert(rdy_source_deregister(user->source, rdy_poll_registry(poll)), 0);
}

struct conf_result conf_core_user_ready(void *source, uint32_t flags)
{
    struct user *user = source;
    rdy_result result;

    AcquireSRWLockExclusive(&user->lock);
    user->flags = flags;
    result = rdy_source_set_ready(user->source, flags);
    ReleaseSRWLockExclusive(&user->lock);
    return convert(result, 0);
}

/* What is used up is gone, whether or not core can tell. */
struct conf_result conf_core_user_take(void *source, uint32_t direction)
{
    struct user *user = source;
    rdy_result result;

    AcquireSRWLockExclusive(&user->lock);
    if ((user->flags & direction) != 0) {
        user->flags &= ~direction;
        result = rdy_source_set_ready(user->source, user->flags);
    } else {
        result = rdy_source_would_block(user->source, direction);
    }
    ReleaseSRWLockExclusive(&user->lock);
    return convert(result, result.status == RDY_DONE);
}
