/* pipe_name: the full name of a scenario's pipe. */
#ifndef CONFORMANCE_PORTS_PIPE_NAME_H
#define CONFORMANCE_PORTS_PIPE_NAME_H

#include <winsock2.h>
#include <windows.h>

#include <stddef.h>

#define CONF_PIPE_PATH_MAX 128u /* characters, with prefix and final 0; names are far shorter */

/* conf_pipe_path writes the full name of a pipe whose bare name is ASCII. Each process has pipes of
 * its own: real worlds are shared by all. */
static inline void conf_pipe_path(const char *name, WCHAR out[CONF_PIPE_PATH_MAX])
{
    static const WCHAR prefix[] = L"\\\\.\\pipe\\iocplab-";
    size_t length = sizeof(prefix) / sizeof(prefix[0]) - 1;

    for (size_t i = 0; i < length; i++) {
        out[i] = prefix[i];
    }
    for (DWORD process = GetCurrentProcessId(); process != 0; process >>= 4) {
        out[length++] = (WCHAR)('a' + (process & 15));
    }
    out[length++] = '-';
    while (*name != 0 && length < CONF_PIPE_PATH_MAX - 1) {
        out[length++] = (WCHAR)(unsigned char)*name++;
    }
    out[length] = 0;
}

#endif
