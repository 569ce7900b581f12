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

/* RDY_DATA stands before a variable that is part of the interface. Programs that use a shared core
 * are compiled with RDY_SHARED: on Windows they must reach it through a table of imports. */
#if defined(RDY_SHARED)
#define RDY_DATA extern __declspec(dllimport)
#else
#define RDY_DATA extern
#endif

#endif
