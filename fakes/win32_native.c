/* win32_native: files of the native API: the handles of \Device\Afd and their polls (ntdll). */
#include "fakes/afd.h"
#include "fakes/scheduler.h"

#include <winternl.h>

#include <string.h>

static uint32_t ordinal_of(HANDLE handle)
{
    const struct sim_object *object = handle_peek(handle);
    return object != NULL ? object->ordinal : 0;
}

static NTSTATUS answer(enum sim_op op, NTSTATUS status)
{
    scheduler_log(SIM_EVENT_RETURN, op, 0, (uint32_t)status, 0, 0);
    return status;
}

static struct sim_file *file_find(HANDLE handle)
{
    DWORD error = GetLastError(); /* the native API leaves it alone */
    struct sim_object *object = handle_find(handle, SIM_OBJECT_FILE, NULL);
    SetLastError(error);
    return (struct sim_file *)object;
}

VOID RtlInitUnicodeString(PUNICODE_STRING string, PCWSTR text)
{
    USHORT length = 0;
    while (text != NULL && text[length] != 0) {
        length++;
    }
    *string = (UNICODE_STRING){
        .Length = (USHORT)(length * sizeof text[0]),
        .MaximumLength = text != NULL ? (USHORT)((length + 1u) * sizeof text[0]) : 0,
        .Buffer = (PWSTR)(uintptr_t)text,
    };
}

/* ---- \Device\Afd ---- */

/* The device, or any name below it (Wine ws2_32/afd.c test_open_device). */
static bool names_afd(const OBJECT_ATTRIBUTES *attributes)
{
    static const uint16_t device[] = {'\\', 'D', 'e', 'v', 'i', 'c', 'e', '\\', 'A', 'f', 'd'};
    const size_t length = sizeof device / sizeof device[0];
    const UNICODE_STRING *name = attributes->ObjectName;
    if (attributes->RootDirectory != NULL || name == NULL || name->Length < sizeof device) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        uint16_t unit = (uint16_t)name->Buffer[i];
        uint16_t folded = unit >= 'a' && unit <= 'z' ? (uint16_t)(unit - 32) : unit;
        uint16_t wanted =
            device[i] >= 'a' && device[i] <= 'z' ? (uint16_t)(device[i] - 32) : device[i];
        if (folded != wanted) {
            return false;
        }
    }
    return name->Length == sizeof device || name->Buffer[length] == '\\';
}

NTSTATUS NtCreateFile(PHANDLE file, ACCESS_MASK access, POBJECT_ATTRIBUTES attributes,
                      PIO_STATUS_BLOCK block, PLARGE_INTEGER allocation_size, ULONG file_attributes,
                      ULONG share, ULONG disposition, ULONG options, PVOID ea, ULONG ea_size)
{
    (void)allocation_size;
    (void)file_attributes;
    (void)share;
    scheduler_step(SIM_OP_NT_CREATE_FILE, 0, access, options);
    if (!names_afd(attributes) || ea != NULL || ea_size != 0 || disposition != FILE_OPEN ||
        (options & (FILE_SYNCHRONOUS_IO_ALERT | FILE_SYNCHRONOUS_IO_NONALERT))) {
        sim_report(SIM_ORACLE_UNMODELLED, "NtCreateFile of what is no asynchronous \\Device\\Afd");
    }
    if (scheduler_fault(SIM_OP_NT_CREATE_FILE, 1) != 0) {
        return answer(SIM_OP_NT_CREATE_FILE, STATUS_INSUFFICIENT_RESOURCES);
    }
    *file = handle_open(&afd_open()->object, access);
    block->Status = STATUS_SUCCESS;
    block->Information = FILE_OPEN;
    return answer(SIM_OP_NT_CREATE_FILE, STATUS_SUCCESS);
}

/* Everything of a poll that is known before it is one: STATUS_SUCCESS, or its error. */
static NTSTATUS check_poll(const struct sim_file *file, PIO_APC_ROUTINE routine, ULONG code,
                           const void *in, ULONG in_size, ULONG out_size)
{
    if (!file_takes_polls(file) || code != SIM_IOCTL_AFD_POLL) {
        sim_report(SIM_ORACLE_UNMODELLED, "NtDeviceIoControlFile 0x%x of a %s", code,
                   file->device->name);
    }
    if (routine != NULL && file->port == NULL) {
        sim_report(SIM_ORACLE_UNMODELLED, "an asynchronous procedure call");
    }
    if (routine != NULL) {
        return STATUS_INVALID_PARAMETER; /* a port takes its place (Wine ws2_32/afd.c:2565) */
    }
    if (scheduler_fault(SIM_OP_NT_DEVICE_CONTROL, 1) != 0) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return afd_poll_check(in, in_size, out_size);
}

/* METHOD_BUFFERED: the input is taken before the device sees the request. */
static NTSTATUS take_input(struct sim_file *file, struct sim_request *request)
{
    struct sim_poll *poll = (struct sim_poll *)request;
    memcpy(&poll->info, request->input, sizeof poll->info);
    request->input = NULL;
    return afd_poll_start(file, request);
}

NTSTATUS NtDeviceIoControlFile(HANDLE file, HANDLE event, PIO_APC_ROUTINE routine, PVOID context,
                               PIO_STATUS_BLOCK block, ULONG code, PVOID in, ULONG in_size,
                               PVOID out, ULONG out_size)
{
    scheduler_step(SIM_OP_NT_DEVICE_CONTROL, ordinal_of(file), code, in_size);
    struct sim_file *object = file_find(file);
    if (object == NULL) {
        return answer(SIM_OP_NT_DEVICE_CONTROL, STATUS_INVALID_HANDLE);
    }
    NTSTATUS status = check_poll(object, routine, code, in, in_size, out_size);
    if (status != STATUS_SUCCESS) {
        return answer(SIM_OP_NT_DEVICE_CONTROL, status);
    }
    struct sim_native_call native = {
        .block = (struct sim_status_block *)(void *)block, .context = context, .event = event};
    struct sim_request_parameters parameters = {
        .op = SIM_OP_NT_DEVICE_CONTROL,
        .file = object,
        .native = &native,
        .input = in,
        .buffer = out,
        .length = out_size,
        .size = sizeof(struct sim_poll),
    };
    return file_submit_native(&parameters, take_input);
}

NTSTATUS NtCancelIoFileEx(HANDLE file, PIO_STATUS_BLOCK request, PIO_STATUS_BLOCK block)
{
    scheduler_step(SIM_OP_NT_CANCEL, ordinal_of(file), request != NULL, 0);
    struct sim_file *object = file_find(file);
    if (object == NULL) {
        return answer(SIM_OP_NT_CANCEL, STATUS_INVALID_HANDLE);
    }
    bool found = file_cancel(object, request, UINT32_MAX) != 0;
    block->Status = found ? STATUS_SUCCESS : STATUS_NOT_FOUND;
    block->Information = 0;
    return answer(SIM_OP_NT_CANCEL, block->Status);
}
