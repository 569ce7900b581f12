/* windows.h of native Linux: the same names and widths as in the simulated Win32, and nothing
 * simulated behind them. There are no kernel objects but threads: code that uses others does not
 * link. */
#ifndef FAKES_NATIVE_WINDOWS_H
#define FAKES_NATIVE_WINDOWS_H

#include "win32/types.h"

#include "win32/codes.h"
#include "win32/file.h"
#include "win32/process.h"

#include "native/sync.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The simulated threads have no way out but their end. */
DECLSPEC_NORETURN VOID WINAPI ExitThread(DWORD exit_code);

#ifdef __cplusplus
}
#endif

#endif
