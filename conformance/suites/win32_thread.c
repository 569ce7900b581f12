/* win32_thread: see win32_thread.h. */
#include "conformance/suites/win32_thread.h"

#include "conformance/suites/fact.h"

#define NO_CODE 0xdeadu /* what no function returns */

HANDLE start_thread(LPTHREAD_START_ROUTINE routine, void *argument)
{
    HANDLE thread = CreateThread(NULL, 0, routine, argument, 0, NULL);
    EXPECT(thread != NULL);
    return thread;
}

DWORD join_thread(HANDLE thread)
{
    DWORD code = NO_CODE;
    EXPECT_EQUAL(WaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);
    EXPECT(GetExitCodeThread(thread, &code));
    EXPECT(CloseHandle(thread));
    return code;
}
