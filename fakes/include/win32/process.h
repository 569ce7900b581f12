/* process: threads, time, heap, and the last words of a failing program (kernel32). */
#ifndef FAKES_WIN32_PROCESS_H
#define FAKES_WIN32_PROCESS_H

#include "win32/file.h"
#include "win32/types.h"

typedef DWORD(WINAPI *LPTHREAD_START_ROUTINE)(LPVOID parameter);

#define HEAP_NO_SERIALIZE 0x1
#define HEAP_ZERO_MEMORY  0x8

#define STILL_ACTIVE UINT32_C(259)

#define ZeroMemory(destination, length)         __builtin_memset((destination), 0, (length))
#define FillMemory(destination, length, fill)   __builtin_memset((destination), (fill), (length))
#define CopyMemory(destination, source, length) __builtin_memcpy((destination), (source), (length))
#define MoveMemory(destination, source, length) __builtin_memmove((destination), (source), (length))

#ifdef __cplusplus
extern "C" {
#endif

HANDLE WINAPI CreateThread(LPSECURITY_ATTRIBUTES security, SIZE_T stack_size,
                           LPTHREAD_START_ROUTINE start, LPVOID parameter, DWORD flags,
                           LPDWORD thread_id);
BOOL WINAPI GetExitCodeThread(HANDLE thread, LPDWORD exit_code);
DWORD WINAPI GetCurrentThreadId(void);
DWORD WINAPI GetCurrentProcessId(void);
HANDLE WINAPI GetCurrentProcess(void);
BOOL WINAPI SwitchToThread(void);
VOID WINAPI Sleep(DWORD milliseconds);

HMODULE WINAPI GetModuleHandleA(LPCSTR name);
HMODULE WINAPI GetModuleHandleW(LPCWSTR name);
FARPROC WINAPI GetProcAddress(HMODULE module, LPCSTR name);

#define TLS_OUT_OF_INDEXES UINT32_C(0xFFFFFFFF)
DWORD WINAPI TlsAlloc(void);
BOOL WINAPI TlsFree(DWORD index);
LPVOID WINAPI TlsGetValue(DWORD index);
BOOL WINAPI TlsSetValue(DWORD index, LPVOID value);

BOOL WINAPI QueryPerformanceCounter(LARGE_INTEGER *count);
BOOL WINAPI QueryPerformanceFrequency(LARGE_INTEGER *frequency);
ULONGLONG WINAPI GetTickCount64(void);
DWORD WINAPI GetTickCount(void);

HANDLE WINAPI GetProcessHeap(void);
LPVOID WINAPI HeapAlloc(HANDLE heap, DWORD flags, SIZE_T size);
LPVOID WINAPI HeapReAlloc(HANDLE heap, DWORD flags, LPVOID memory, SIZE_T size);
BOOL WINAPI HeapFree(HANDLE heap, DWORD flags, LPVOID memory);
SIZE_T WINAPI HeapSize(HANDLE heap, DWORD flags, LPCVOID memory);

VOID WINAPI OutputDebugStringA(LPCSTR text);
/* Ends the execution with an "assertion" finding whose message is the last debug string. */
VOID WINAPI RaiseFailFastException(PVOID record, PVOID context, DWORD flags);

#ifdef __cplusplus
}
#endif

#endif
