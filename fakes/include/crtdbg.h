/* crtdbg.h of the simulated Win32: the debug heap of the C runtime, which finds nothing here. */
#ifndef FAKES_CRTDBG_H
#define FAKES_CRTDBG_H

#include "win32/types.h"

#define _CRT_WARN             0
#define _CRT_ERROR            1
#define _CRT_ASSERT           2
#define _CRTDBG_MODE_FILE     1
#define _CRTDBG_FILE_STDERR   ((void *)-5)
#define _CRTDBG_ALLOC_MEM_DF  1
#define _CRTDBG_LEAK_CHECK_DF 32

static inline int _CrtSetDbgFlag(int flags)
{
    return flags;
}

static inline int _CrtSetReportMode(int type, int mode)
{
    (void)type;
    return mode; /* of before */
}

static inline void *_CrtSetReportFile(int type, void *file)
{
    (void)type;
    return file; /* of before */
}

static inline int _CrtDumpMemoryLeaks(void)
{
    return 0;
}

#endif
