/* winternl.h of the simulated Win32: the native API that readiness libraries need. */
#ifndef FAKES_WINTERNL_H
#define FAKES_WINTERNL_H

#include <windows.h>

typedef struct _IO_STATUS_BLOCK {
    union {
        NTSTATUS Status;
        PVOID Pointer;
    };
    ULONG_PTR Information;
} IO_STATUS_BLOCK, *PIO_STATUS_BLOCK;

#ifdef __cplusplus
extern "C" {
#endif

ULONG NTAPI RtlNtStatusToDosError(NTSTATUS status);

#ifdef __cplusplus
}
#endif

#endif
