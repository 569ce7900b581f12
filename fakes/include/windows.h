/* windows.h of the simulated Win32: real names, Windows widths, no host headers behind them. */
#ifndef FAKES_WINDOWS_H
#define FAKES_WINDOWS_H

#include "win32/types.h"

#include "win32/codes.h"
#include "win32/file.h"
#include "win32/process.h"
#include "win32/sync.h"

#endif
