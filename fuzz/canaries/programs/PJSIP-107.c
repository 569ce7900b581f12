/* PJSIP-107: a callback unregisters its own key and waits for the lock that its caller holds.
 *
 * pjsip, ticket 107: the lock of a key was held while its callback ran.
 * Fixed: it is given up before. */
#include "fuzz/canaries/programs/support.h"

struct key {
    SRWLOCK lock;
    BOOL is_registered;
    void (*callback)(struct key *key);
};

static void unregister(struct key *key)
{
    AcquireSRWLockExclusive(&key->lock);
    key->is_registered = FALSE;
    ReleaseSRWLockExclusive(&key->lock);
}

static void dispatch(struct key *key)
{
    AcquireSRWLockExclusive(&key->lock);
    BOOL is_registered = key->is_registered;
    if (FIXED) {
        ReleaseSRWLockExclusive(&key->lock);
    }
    if (is_registered) {
        key->callback(key);
    }
    if (!FIXED) {
        ReleaseSRWLockExclusive(&key->lock);
    }
}

void iocplab_program(void)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
    struct key key = {.is_registered = TRUE, .callback = unregister};
    DWORD count;
    ULONG_PTR completion_key;
    OVERLAPPED *overlapped;

    PostQueuedCompletionStatus(port, 0, (ULONG_PTR)&key, NULL);
    GetQueuedCompletionStatus(port, &count, &completion_key, &overlapped, INFINITE);
    dispatch((struct key *)completion_key);
    CloseHandle(port);
}
