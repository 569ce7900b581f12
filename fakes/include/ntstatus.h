/* ntstatus.h of the simulated Win32: windows.h has all of it. */
#ifndef FAKES_NTSTATUS_H
#define FAKES_NTSTATUS_H

#include <windows.h>

#endif
