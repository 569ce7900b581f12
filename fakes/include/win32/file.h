/* file: handles, overlapped I/O, completion ports and named pipes (kernel32). */
#ifndef FAKES_WIN32_FILE_H
#define FAKES_WIN32_FILE_H

#include "win32/types.h"

typedef struct _OVERLAPPED {
    ULONG_PTR Internal;
    ULONG_PTR InternalHigh;
    union {
        struct {
            DWORD Offset;
            DWORD OffsetHigh;
        };
        PVOID Pointer;
    };
    HANDLE hEvent;
} OVERLAPPED, *LPOVERLAPPED;

typedef struct _OVERLAPPED_ENTRY {
    ULONG_PTR lpCompletionKey;
    LPOVERLAPPED lpOverlapped;
    ULONG_PTR Internal;
    DWORD dwNumberOfBytesTransferred;
} OVERLAPPED_ENTRY, *LPOVERLAPPED_ENTRY;

typedef struct _SECURITY_ATTRIBUTES {
    DWORD nLength;
    LPVOID lpSecurityDescriptor;
    BOOL bInheritHandle;
} SECURITY_ATTRIBUTES, *PSECURITY_ATTRIBUTES, *LPSECURITY_ATTRIBUTES;

/* A visible step, other than in Windows, where it is a look into memory: a completion comes before
 * it or after it. */
BOOL sim_has_overlapped_io_completed(const OVERLAPPED *overlapped);
#define HasOverlappedIoCompleted(overlapped) sim_has_overlapped_io_completed(overlapped)

#define GENERIC_READ             UINT32_C(0x80000000)
#define GENERIC_WRITE            UINT32_C(0x40000000)
#define GENERIC_ALL              UINT32_C(0x10000000)
#define SYNCHRONIZE              UINT32_C(0x00100000)
#define STANDARD_RIGHTS_REQUIRED UINT32_C(0x000F0000)
#define FILE_READ_DATA           UINT32_C(0x0001)
#define FILE_WRITE_DATA          UINT32_C(0x0002)
#define FILE_WRITE_ATTRIBUTES    UINT32_C(0x0100)
#define FILE_SHARE_READ          UINT32_C(1)
#define FILE_SHARE_WRITE         UINT32_C(2)
#define OPEN_EXISTING            UINT32_C(3)

#define FILE_ATTRIBUTE_NORMAL         UINT32_C(0x00000080)
#define FILE_FLAG_OVERLAPPED          UINT32_C(0x40000000)
#define FILE_FLAG_FIRST_PIPE_INSTANCE UINT32_C(0x00080000)
#define FILE_FLAG_WRITE_THROUGH       UINT32_C(0x80000000)
#define SECURITY_SQOS_PRESENT         UINT32_C(0x00100000)
#define SECURITY_IDENTIFICATION       UINT32_C(0x00010000)

#define PIPE_ACCESS_INBOUND        UINT32_C(1)
#define PIPE_ACCESS_OUTBOUND       UINT32_C(2)
#define PIPE_ACCESS_DUPLEX         UINT32_C(3)
#define PIPE_TYPE_BYTE             UINT32_C(0)
#define PIPE_TYPE_MESSAGE          UINT32_C(4)
#define PIPE_READMODE_BYTE         UINT32_C(0)
#define PIPE_READMODE_MESSAGE      UINT32_C(2)
#define PIPE_WAIT                  UINT32_C(0)
#define PIPE_NOWAIT                UINT32_C(1)
#define PIPE_ACCEPT_REMOTE_CLIENTS UINT32_C(0)
#define PIPE_REJECT_REMOTE_CLIENTS UINT32_C(8)
#define PIPE_UNLIMITED_INSTANCES   UINT32_C(255)
#define PIPE_CLIENT_END            UINT32_C(0)
#define PIPE_SERVER_END            UINT32_C(1)

#define FILE_SKIP_COMPLETION_PORT_ON_SUCCESS 0x1
#define FILE_SKIP_SET_EVENT_ON_HANDLE        0x2

#define DUPLICATE_CLOSE_SOURCE UINT32_C(1)
#define DUPLICATE_SAME_ACCESS  UINT32_C(2)

#ifdef __cplusplus
extern "C" {
#endif

DWORD WINAPI GetLastError(void);
VOID WINAPI SetLastError(DWORD error);

BOOL WINAPI CloseHandle(HANDLE object);
BOOL WINAPI DuplicateHandle(HANDLE source_process, HANDLE source, HANDLE target_process,
                            HANDLE *target, DWORD access, BOOL inherit, DWORD options);
BOOL WINAPI GetHandleInformation(HANDLE object, DWORD *flags);

HANDLE WINAPI CreateIoCompletionPort(HANDLE file, HANDLE existing_port, ULONG_PTR key,
                                     DWORD concurrency);
BOOL WINAPI GetQueuedCompletionStatus(HANDLE port, DWORD *bytes, ULONG_PTR *key,
                                      LPOVERLAPPED *overlapped, DWORD milliseconds);
BOOL WINAPI GetQueuedCompletionStatusEx(HANDLE port, LPOVERLAPPED_ENTRY entries, ULONG count,
                                        ULONG *removed, DWORD milliseconds, BOOL alertable);
BOOL WINAPI PostQueuedCompletionStatus(HANDLE port, DWORD bytes, ULONG_PTR key,
                                       LPOVERLAPPED overlapped);
BOOL WINAPI SetFileCompletionNotificationModes(HANDLE file, UCHAR flags);

HANDLE WINAPI CreateFileW(LPCWSTR name, DWORD access, DWORD share, LPSECURITY_ATTRIBUTES security,
                          DWORD disposition, DWORD flags, HANDLE template_file);
BOOL WINAPI ReadFile(HANDLE file, LPVOID buffer, DWORD size, LPDWORD read, LPOVERLAPPED overlapped);
BOOL WINAPI WriteFile(HANDLE file, LPCVOID buffer, DWORD size, LPDWORD written,
                      LPOVERLAPPED overlapped);
BOOL WINAPI GetOverlappedResult(HANDLE file, LPOVERLAPPED overlapped, LPDWORD bytes, BOOL wait);
BOOL WINAPI CancelIo(HANDLE file);
BOOL WINAPI CancelIoEx(HANDLE file, LPOVERLAPPED overlapped);

HANDLE WINAPI CreateNamedPipeW(LPCWSTR name, DWORD open_mode, DWORD pipe_mode, DWORD instances_max,
                               DWORD out_size, DWORD in_size, DWORD default_timeout,
                               LPSECURITY_ATTRIBUTES security);
BOOL WINAPI ConnectNamedPipe(HANDLE pipe, LPOVERLAPPED overlapped);
BOOL WINAPI DisconnectNamedPipe(HANDLE pipe);
BOOL WINAPI SetNamedPipeHandleState(HANDLE pipe, LPDWORD mode, LPDWORD max_count, LPDWORD timeout);
BOOL WINAPI PeekNamedPipe(HANDLE pipe, LPVOID buffer, DWORD size, LPDWORD read, LPDWORD available,
                          LPDWORD left);
BOOL WINAPI GetNamedPipeInfo(HANDLE pipe, LPDWORD flags, LPDWORD out_size, LPDWORD in_size,
                             LPDWORD instances_max);

/* Declared so that code which may call them links; calling one is a finding. */
typedef VOID(WINAPI *LPOVERLAPPED_COMPLETION_ROUTINE)(DWORD error, DWORD bytes,
                                                      LPOVERLAPPED overlapped);
BOOL WINAPI FlushFileBuffers(HANDLE file);
BOOL WINAPI TransactNamedPipe(HANDLE pipe, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                              LPDWORD read, LPOVERLAPPED overlapped);
BOOL WINAPI CallNamedPipeW(LPCWSTR name, LPVOID in, DWORD in_size, LPVOID out, DWORD out_size,
                           LPDWORD read, DWORD timeout_ms);
BOOL WINAPI WaitNamedPipeW(LPCWSTR name, DWORD timeout_ms);
BOOL WINAPI CreatePipe(PHANDLE read, PHANDLE write, LPSECURITY_ATTRIBUTES security, DWORD size);
BOOL WINAPI ImpersonateNamedPipeClient(HANDLE pipe);
BOOL WINAPI ReadFileEx(HANDLE file, LPVOID buffer, DWORD size, LPOVERLAPPED overlapped,
                       LPOVERLAPPED_COMPLETION_ROUTINE routine);
BOOL WINAPI WriteFileEx(HANDLE file, LPCVOID buffer, DWORD size, LPOVERLAPPED overlapped,
                        LPOVERLAPPED_COMPLETION_ROUTINE routine);
BOOL WINAPI CancelSynchronousIo(HANDLE thread);

#ifdef __cplusplus
}
#endif

#endif
