/* compiler: what compilers spell differently. The only place in core that asks which one it is. */
#ifndef CORE_COMPILER_H
#define CORE_COMPILER_H

/* RDY_MUST_USE stands before a function whose result must be looked at. */
#if defined(_MSC_VER) && !defined(__clang__)
#include <sal.h>
#define RDY_MUST_USE _Check_return_
#else
#define RDY_MUST_USE __attribute__((warn_unused_result))
#endif

/* RDY_NOINLINE stands before a function that its callers rarely need. */
#if defined(_MSC_VER) && !defined(__clang__)
#define RDY_NOINLINE __declspec(noinline)
#else
#define RDY_NOINLINE __attribute__((noinline))
#endif

/* RDY_DATA stands before a variable that is part of the interface. Programs that use a shared core
 * are compiled with RDY_SHARED: on Windows they must reach it through a table of imports. */
#if defined(RDY_SHARED)
#define RDY_DATA extern __declspec(dllimport)
#else
#define RDY_DATA extern
#endif

/* RDY_READ_ACQUIRE64 loads a LONG64 that another thread stores: what that thread did before it is
 * visible then. The headers of mingw lack the name that Windows has for it. */
#if defined(__MINGW32__)
#define RDY_READ_ACQUIRE64(source) __atomic_load_n((source), __ATOMIC_ACQUIRE)
#else
#define RDY_READ_ACQUIRE64(source) ReadAcquire64(source)
#endif

#endif
