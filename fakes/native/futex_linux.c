/* futex: the system call of Linux. The calls of a word stay in this process. */
#include "fakes/native/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MILLISECONDS_PER_SECOND     1000
#define NANOSECONDS_PER_MILLISECOND 1000000

bool native_futex_wait(uint32_t *word, uint32_t value, uint32_t milliseconds)
{
    struct timespec timeout = {.tv_sec = milliseconds / MILLISECONDS_PER_SECOND,
                               .tv_nsec = (long)(milliseconds % MILLISECONDS_PER_SECOND) *
                                          NANOSECONDS_PER_MILLISECOND};
    long result = syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value,
                          milliseconds == UINT32_MAX ? NULL : &timeout, NULL, 0);

    return result == 0 || errno != ETIMEDOUT;
}

void native_futex_wake(uint32_t *word, int32_t count)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, count, NULL, NULL, 0);
}
