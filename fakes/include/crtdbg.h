/* crtdbg.h of the simulated Win32: the debug heap of the C runtime, which finds nothing here. */
#ifndef FAKES_CRTDBG_H
#define FAKES_CRTDBG_H

#define _CRT_WARN              0
#define _CRT_ERROR             1
#define _CRT_ASSERT            2
#define _CRTDBG_MODE_FILE      1
#define _CRTDBG_FILE_STDERR    ((void *)-5)
#define _CRTDBG_ALLOC_MEM_DF   1
#define _CRTDBG_LEAK_CHECK_DF  32

#define _CrtSetDbgFlag(flags)            ((void)(flags), 0)
#define _CrtSetReportMode(type, mode)    ((void)(type), (void)(mode), 0)
#define _CrtSetReportFile(type, file)    ((void)(type), (void)(file), (void *)0)
#define _CrtDumpMemoryLeaks()            0

#endif
