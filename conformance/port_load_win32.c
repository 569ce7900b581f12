#include "conformance/port_load.h"

#include <windows.h>

#include <stdio.h>

bool conf_port_open(struct conf_port_library *library, const char *path, char *message, size_t size)
{
    char reason[256];

    library->port = NULL;
    library->handle = LoadLibraryA(path);
    if (library->handle == NULL) {
        snprintf(message, size, "%s: error %lu, expected a library of this system", path,
                 (unsigned long)GetLastError());
        return false;
    }
    library->port =
        (const struct conf_port *)(const void *)GetProcAddress(library->handle, CONF_PORT_SYMBOL);
    if (library->port == NULL) {
        snprintf(message, size, "%s: no symbol \"%s\", expected a port", path, CONF_PORT_SYMBOL);
        conf_port_close(library);
        return false;
    }
    if (!conf_port_check(library->port, reason, sizeof(reason))) {
        snprintf(message, size, "%s: %s", path, reason);
        conf_port_close(library);
        return false;
    }
    return true;
}

void conf_port_close(struct conf_port_library *library)
{
    FreeLibrary(library->handle);
    library->handle = NULL;
    library->port = NULL;
}
