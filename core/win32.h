/* win32: the only door to the operating system.
 *
 * Real Win32 names, real or simulated: the build puts another set of headers first on the include
 * path and nothing else changes. No wrapper and no conditional code: the bugs that matter live
 * exactly at these calls. */
#ifndef CORE_WIN32_H
#define CORE_WIN32_H

#ifndef WIN32_LEAN_AND_MEAN
#define WIN32_LEAN_AND_MEAN
#endif
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0602
#endif

#include <winsock2.h>
#include <windows.h>
#include <winternl.h>

#endif
