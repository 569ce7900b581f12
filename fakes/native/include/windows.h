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

#endif
