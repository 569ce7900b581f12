/* port_load: takes a port from a shared library.
 *
 * A library is rejected with a reason before any of its functions is called: wrong version, wrong
 * size, a missing function for a capability it announces. */
#ifndef CONFORMANCE_PORT_LOAD_H
#define CONFORMANCE_PORT_LOAD_H

#include "conformance/port.h"

#include <stdbool.h>
#include <stddef.h>

#define CONF_PORT_SYMBOL "conf_port"

/* conf_port_check tells whether a table is usable; if not, *message (cut at `size`) says why. */
bool conf_port_check(const struct conf_port *port, char *message, size_t size);

/* A library with a port. */
struct conf_port_library {
    void *handle;
    const struct conf_port *port;
};

/* conf_port_open loads the library at `path` and checks its port. A library of the simulated world
 * binds its sim_* and Win32 names to those of the calling program, which must export them. On
 * failure it returns false and *message says why. Give it back with conf_port_close, after the last
 * use of the port. Not at the same time as other loads. */
bool conf_port_open(struct conf_port_library *library, const char *path, char *message,
                    size_t size);
void conf_port_close(struct conf_port_library *library);

#endif
