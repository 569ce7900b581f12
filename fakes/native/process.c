/* process: memory, time, the last error of a thread and the last words of a program. */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NANOSECONDS_PER_SECOND 1000000000

static __thread DWORD last_error;

DWORD GetLastError(void)
{
    return last_error;
}

VOID SetLastError(DWORD error)
{
    last_error = error;
}

/* There is one heap, and it is malloc's. */
HANDLE GetProcessHeap(void)
{
    static char heap;

    return &heap;
}

LPVOID HeapAlloc(HANDLE heap, DWORD flags, SIZE_T size)
{
    (void)heap;
    size = size > 0 ? size : 1; /* never NULL while there is memory */
    return (flags & HEAP_ZERO_MEMORY) != 0 ? calloc(1, size) : malloc(size);
}

BOOL HeapFree(HANDLE heap, DWORD flags, LPVOID memory)
{
    (void)heap;
    (void)flags;
    free(memory);
    return TRUE;
}

BOOL QueryPerformanceCounter(LARGE_INTEGER *count)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    count->QuadPart = (LONGLONG)now.tv_sec * NANOSECONDS_PER_SECOND + now.tv_nsec;
    return TRUE;
}

BOOL QueryPerformanceFrequency(LARGE_INTEGER *frequency)
{
    frequency->QuadPart = NANOSECONDS_PER_SECOND;
    return TRUE;
}

ULONGLONG GetTickCount64(void)
{
    LARGE_INTEGER now;

    QueryPerformanceCounter(&now);
    return (ULONGLONG)now.QuadPart / 1000000;
}

VOID OutputDebugStringA(LPCSTR text)
{
    fputs(text, stderr);
    fputc('\n', stderr);
}

VOID RaiseFailFastException(PVOID record, PVOID context, DWORD flags)
{
    (void)record;
    (void)context;
    (void)flags;
    abort();
}
