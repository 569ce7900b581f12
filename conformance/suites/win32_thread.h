/* win32_thread: threads of facts about Win32. */
#ifndef CONFORMANCE_SUITES_WIN32_THREAD_H
#define CONFORMANCE_SUITES_WIN32_THREAD_H

#include <winsock2.h>
#include <windows.h>

/* start_thread runs a function on another thread; join_thread waits for its end, closes it and
 * returns what the function did. */
HANDLE start_thread(LPTHREAD_START_ROUTINE routine, void *argument);
DWORD join_thread(HANDLE thread);

#endif
