/* types: Win32 base types with their Windows widths, whatever the host's `long` is. */
#ifndef FAKES_WIN32_TYPES_H
#define FAKES_WIN32_TYPES_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define FAKES_STATIC_ASSERT static_assert
#else
#define FAKES_STATIC_ASSERT _Static_assert
#endif

typedef void VOID, *PVOID, *LPVOID;
typedef const void *LPCVOID;
typedef int BOOL, *PBOOL, *LPBOOL;
typedef int INT;
typedef unsigned int UINT;
typedef char CHAR, *PCHAR, *LPSTR;
typedef const char *LPCSTR;
typedef wchar_t WCHAR, *PWSTR, *LPWSTR;
typedef const wchar_t *LPCWSTR, *PCWSTR;
typedef uint8_t BYTE, UCHAR, BOOLEAN, *PUCHAR;
typedef int16_t SHORT;
typedef uint16_t WORD, USHORT;
typedef int32_t LONG, *PLONG, *LPLONG, NTSTATUS, *PNTSTATUS;
typedef uint32_t DWORD, *PDWORD, *LPDWORD, ULONG, *PULONG, ACCESS_MASK;
typedef int64_t LONG64, LONGLONG, *PLONG64;
typedef uint64_t DWORD64, ULONG64, ULONGLONG, DWORDLONG;
typedef intptr_t LONG_PTR, INT_PTR;
typedef uintptr_t ULONG_PTR, *PULONG_PTR, DWORD_PTR, UINT_PTR;
typedef size_t SIZE_T;
typedef int errno_t; /* of the C runtime */
typedef void *HANDLE, **PHANDLE, *HMODULE, *HINSTANCE;
typedef intptr_t (*FARPROC)(void);

typedef union _LARGE_INTEGER {
    struct {
        DWORD LowPart;
        LONG HighPart;
    };
    struct {
        DWORD LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER;

/* Calling conventions are all the same here. */
#define WINAPI
#define NTAPI
#define CALLBACK
#define APIENTRY
#define WINBASEAPI
#ifndef __cdecl
#define __cdecl
#endif
#ifndef __stdcall
#define __stdcall
#endif
#define DECLSPEC_NORETURN __attribute__((noreturn))

#ifndef TRUE
#define TRUE 1
#endif
#ifndef FALSE
#define FALSE 0
#endif

#define INVALID_HANDLE_VALUE              ((HANDLE)(LONG_PTR)-1)
#define INFINITE                          UINT32_C(0xFFFFFFFF)
#define MAXDWORD                          UINT32_C(0xFFFFFFFF)
#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))

FAKES_STATIC_ASSERT(sizeof(WCHAR) == 2, "compile users of the fake Win32 with -fshort-wchar");
FAKES_STATIC_ASSERT(sizeof(LONG) == 4 && sizeof(DWORD) == 4,
                    "LONG and DWORD are 32 bits on Windows");

#endif
