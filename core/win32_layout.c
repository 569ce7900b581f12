/* win32_layout: the structures shared with the kernel have the layout that Windows gives them.
 *
 * Compiled in every world; on 64-bit Windows and in the simulated one the numbers are the same. The
 * system writes through these offsets, and the request structures of core embed them. */
#include "core/overlapped.h"
#include "core/win32.h"

#include <stddef.h>

_Static_assert(sizeof(DWORD) == 4, "DWORD has 32 bits");
_Static_assert(sizeof(LONG) == 4, "LONG has 32 bits");
_Static_assert(sizeof(LONG64) == 8, "LONG64 has 64 bits");
_Static_assert(sizeof(WCHAR) == 2, "WCHAR has 16 bits");
_Static_assert(sizeof(wchar_t) == sizeof(WCHAR), "wide literals are WCHAR");
_Static_assert(sizeof(ULONG_PTR) == sizeof(void *), "ULONG_PTR holds a pointer");
_Static_assert(sizeof(HANDLE) == sizeof(void *), "HANDLE is as wide as a pointer");
_Static_assert(sizeof(void *) == 8, "only 64-bit systems are supported");

_Static_assert(sizeof(OVERLAPPED) == 32, "OVERLAPPED");
_Static_assert(offsetof(OVERLAPPED, Internal) == 0, "OVERLAPPED.Internal");
_Static_assert(offsetof(OVERLAPPED, InternalHigh) == 8, "OVERLAPPED.InternalHigh");
_Static_assert(offsetof(OVERLAPPED, Offset) == 16, "OVERLAPPED.Offset");
_Static_assert(offsetof(OVERLAPPED, OffsetHigh) == 20, "OVERLAPPED.OffsetHigh");
_Static_assert(offsetof(OVERLAPPED, hEvent) == 24, "OVERLAPPED.hEvent");

_Static_assert(sizeof(OVERLAPPED_ENTRY) == 32, "OVERLAPPED_ENTRY");
_Static_assert(offsetof(OVERLAPPED_ENTRY, lpCompletionKey) == 0,
               "OVERLAPPED_ENTRY.lpCompletionKey");
_Static_assert(offsetof(OVERLAPPED_ENTRY, lpOverlapped) == 8, "OVERLAPPED_ENTRY.lpOverlapped");
_Static_assert(offsetof(OVERLAPPED_ENTRY, Internal) == 16, "OVERLAPPED_ENTRY.Internal");
_Static_assert(offsetof(OVERLAPPED_ENTRY, dwNumberOfBytesTransferred) == 24,
               "OVERLAPPED_ENTRY.dwNumberOfBytesTransferred");

_Static_assert(sizeof(IO_STATUS_BLOCK) == 16, "IO_STATUS_BLOCK");
_Static_assert(offsetof(IO_STATUS_BLOCK, Status) == 0, "IO_STATUS_BLOCK.Status");
_Static_assert(offsetof(IO_STATUS_BLOCK, Pointer) == 0, "IO_STATUS_BLOCK.Pointer");
_Static_assert(offsetof(IO_STATUS_BLOCK, Information) == 8, "IO_STATUS_BLOCK.Information");

_Static_assert(offsetof(struct rdy_overlapped, overlapped) == 0,
               "a packet's OVERLAPPED address is the address of the request");
