/* lost_update: a program of its own, as anybody may write one for `iocplab explore
 * ./lost_update.so`: two threads add one to a counter, each by reading it and writing it back.
 * Knows Win32 only. */
#include <windows.h>

static LONG counter; /* put back to 0 before each execution */

static DWORD WINAPI add_one(LPVOID unused)
{
    LONG seen = InterlockedCompareExchange(&counter, 0, 0);

    (void)unused;
    InterlockedExchange(&counter, seen + 1);
    return 0;
}

void iocplab_program(void);

void iocplab_program(void)
{
    HANDLE thread[2];

    for (int i = 0; i < 2; i++) {
        thread[i] = CreateThread(NULL, 0, add_one, NULL, 0, NULL);
    }
    WaitForMultipleObjects(2, thread, TRUE, INFINITE);
    for (int i = 0; i < 2; i++) {
        CloseHandle(thread[i]);
    }
    if (counter != 2) {
        OutputDebugStringA("the counter is not 2: an update was lost");
        RaiseFailFastException(NULL, NULL, 0);
    }
}
