/* port_broken_socket: the flaws of sockets and user-made sources. Part of port_broken. */
#ifndef CONFORMANCE_PORTS_PORT_BROKEN_SOCKET_H
#define CONFORMANCE_PORTS_PORT_BROKEN_SOCKET_H

#include "conformance/port.h"

#include <stdbool.h>
#include <stddef.h>

/* A function of the table that a flaw replaces. */
struct conf_plant {
    const char *flaw;
    size_t offset; /* of a function in the table */
    void (*replacement)(void);
};

/* The last row has no flaw. */
extern const struct conf_plant conf_socket_plants[];

/* conf_broken_socket_begin forgets what flaws remember, for the next execution. */
void conf_broken_socket_begin(void);

#endif
