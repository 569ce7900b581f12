/* interlocked: the one atomic access that Win32 has no name for on every toolchain. */
#ifndef CORE_INTERLOCKED_H
#define CORE_INTERLOCKED_H

#include "core/win32.h"

/* rdy_interlocked_read returns the value of a word that others change by Interlocked operations. */
static inline LONG rdy_interlocked_read(LONG *word)
{
    return InterlockedCompareExchange(word, 0, 0);
}

#endif
