/* win32_module: modules and what they export, for code that looks functions up by name. Unknown
 * modules and names are not found: what is looked up is often optional. */
#include "fakes/world_state.h"

#include <winsock2.h>
#include <winternl.h>

#include <string.h>

#define MODULE_BASE UINT64_C(0x7FF000000000)

enum module { NTDLL, KERNEL32, WS2_32, MODULE_COUNT };

static const char *const modules[MODULE_COUNT] = {
    [NTDLL] = "ntdll", [KERNEL32] = "kernel32", [WS2_32] = "ws2_32"};

#define EXPORT(module, name)                         \
    {                                                \
        module, #name, (FARPROC)(void (*)(void))name \
    }

static const struct {
    enum module module;
    const char *name;
    FARPROC function;
} exports[] = {
    EXPORT(NTDLL, NtCancelIoFileEx),
    EXPORT(NTDLL, NtCreateFile),
    EXPORT(NTDLL, NtCreateKeyedEvent),
    EXPORT(NTDLL, NtDeviceIoControlFile),
    EXPORT(NTDLL, NtReleaseKeyedEvent),
    EXPORT(NTDLL, NtWaitForKeyedEvent),
    EXPORT(NTDLL, RtlInitUnicodeString),
    EXPORT(NTDLL, RtlNtStatusToDosError),
    EXPORT(KERNEL32, CancelIoEx),
    EXPORT(KERNEL32, GetQueuedCompletionStatusEx),
    EXPORT(KERNEL32, GetTickCount64),
    EXPORT(KERNEL32, SetFileCompletionNotificationModes),
    EXPORT(WS2_32, WSAIoctl),
};

static HMODULE handle_of(enum module module)
{
    return (HMODULE)(uintptr_t)(MODULE_BASE + ((uint64_t)module << 20));
}

/* Names compare without case and with or without ".dll". */
static HMODULE find(const char *name)
{
    for (uint32_t i = 0; i < MODULE_COUNT; i++) {
        size_t length = strlen(modules[i]);
        if (strncmp(name, modules[i], length) == 0 &&
            (name[length] == 0 || strcmp(name + length, ".dll") == 0)) {
            return handle_of((enum module)i);
        }
    }
    SetLastError(ERROR_MOD_NOT_FOUND);
    return NULL;
}

#define NAME_MAX_LENGTH 64u

HMODULE GetModuleHandleA(LPCSTR name)
{
    char folded[NAME_MAX_LENGTH];
    size_t length = 0;
    for (; name != NULL && name[length] != 0 && length + 1 < sizeof folded; length++) {
        char ch = name[length];
        folded[length] = (char)(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
    }
    folded[length] = 0;
    return find(folded);
}

HMODULE GetModuleHandleW(LPCWSTR name)
{
    char narrow[NAME_MAX_LENGTH];
    size_t length = 0;
    for (; name != NULL && name[length] != 0 && length + 1 < sizeof narrow; length++) {
        narrow[length] = (char)name[length];
    }
    narrow[length] = 0;
    return GetModuleHandleA(narrow);
}

FARPROC GetProcAddress(HMODULE module, LPCSTR name)
{
    for (size_t i = 0; i < sizeof exports / sizeof exports[0]; i++) {
        if (handle_of(exports[i].module) == module && strcmp(exports[i].name, name) == 0) {
            return exports[i].function;
        }
    }
    SetLastError(ERROR_PROC_NOT_FOUND);
    return NULL;
}
