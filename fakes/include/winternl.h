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

typedef VOID(NTAPI *PIO_APC_ROUTINE)(PVOID context, PIO_STATUS_BLOCK block, ULONG reserved);

typedef struct _UNICODE_STRING {
    USHORT Length; /* bytes */
    USHORT MaximumLength;
    PWSTR Buffer;
} UNICODE_STRING, *PUNICODE_STRING;

typedef struct _OBJECT_ATTRIBUTES {
    ULONG Length;
    HANDLE RootDirectory;
    PUNICODE_STRING ObjectName;
    ULONG Attributes;
    PVOID SecurityDescriptor;
    PVOID SecurityQualityOfService;
} OBJECT_ATTRIBUTES, *POBJECT_ATTRIBUTES;

#define InitializeObjectAttributes(attributes, name, flags, root, security) \
    do {                                                                    \
        (attributes)->Length = sizeof(OBJECT_ATTRIBUTES);                   \
        (attributes)->RootDirectory = (root);                               \
        (attributes)->ObjectName = (name);                                  \
        (attributes)->Attributes = (flags);                                 \
        (attributes)->SecurityDescriptor = (security);                      \
        (attributes)->SecurityQualityOfService = NULL;                      \
    } while (0)

#define FILE_OPEN                    UINT32_C(1)
#define FILE_SYNCHRONOUS_IO_ALERT    UINT32_C(0x10)
#define FILE_SYNCHRONOUS_IO_NONALERT UINT32_C(0x20)

/* Code that looks these functions up by name keeps them in variables of the same names: the labels
 * leave those names to it. */
#define FAKES_NATIVE(name) __asm__("sim_" #name)

FAKES_STATIC_ASSERT(sizeof(IO_STATUS_BLOCK) == 16, "layout of IO_STATUS_BLOCK");
FAKES_STATIC_ASSERT(sizeof(UNICODE_STRING) == 16, "layout of UNICODE_STRING");
FAKES_STATIC_ASSERT(sizeof(OBJECT_ATTRIBUTES) == 48, "layout of OBJECT_ATTRIBUTES");

#ifdef __cplusplus
extern "C" {
#endif

ULONG NTAPI RtlNtStatusToDosError(NTSTATUS status) FAKES_NATIVE(RtlNtStatusToDosError);
VOID NTAPI RtlInitUnicodeString(PUNICODE_STRING string, PCWSTR text)
    FAKES_NATIVE(RtlInitUnicodeString);

NTSTATUS NTAPI NtCreateFile(PHANDLE file, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                            PIO_STATUS_BLOCK block, PLARGE_INTEGER allocation_size,
                            ULONG file_attributes, ULONG share, ULONG disposition, ULONG options,
                            PVOID ea, ULONG ea_size) FAKES_NATIVE(NtCreateFile);
NTSTATUS NTAPI NtDeviceIoControlFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine,
                                     PVOID context, PIO_STATUS_BLOCK block, ULONG code, PVOID in,
                                     ULONG in_size, PVOID out, ULONG out_size)
    FAKES_NATIVE(NtDeviceIoControlFile);
NTSTATUS NTAPI NtCancelIoFileEx(HANDLE file, PIO_STATUS_BLOCK request, PIO_STATUS_BLOCK block)
    FAKES_NATIVE(NtCancelIoFileEx);

NTSTATUS NTAPI NtCreateKeyedEvent(PHANDLE event, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                                  ULONG flags) FAKES_NATIVE(NtCreateKeyedEvent);
NTSTATUS NTAPI NtWaitForKeyedEvent(HANDLE event, PVOID key, BOOLEAN alertable,
                                   PLARGE_INTEGER timeout) FAKES_NATIVE(NtWaitForKeyedEvent);
NTSTATUS NTAPI NtReleaseKeyedEvent(HANDLE event, PVOID key, BOOLEAN alertable,
                                   PLARGE_INTEGER timeout) FAKES_NATIVE(NtReleaseKeyedEvent);

#ifdef __cplusplus
}
#endif

#endif
