#include "conformance/port_load.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool conf_port_open(struct conf_port_library *library, const char *path, char *message, size_t size)
{
    char reason[256], here[PATH_MAX];

    library->port = NULL;
    /* A file of this directory comes before what the system's libraries are called. */
    snprintf(here, sizeof(here), "./%s", path);
    if (strchr(path, '/') == NULL && access(here, F_OK) == 0) {
        path = here;
    }
    /* RTLD_LOCAL: two ports may carry the same names inside. */
    library->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library->handle == NULL) {
        snprintf(message, size, "%s", dlerror());
        return false;
    }
    library->port = dlsym(library->handle, CONF_PORT_SYMBOL);
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
    dlclose(library->handle);
    library->handle = NULL;
    library->port = NULL;
}
