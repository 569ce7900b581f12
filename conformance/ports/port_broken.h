/* port_broken: core with a flaw on top, to show that each oracle sees what it should.
 *
 * Flaws are wrong answers, not wrong memory: they are planted in the table of functions. */
#ifndef CONFORMANCE_PORTS_PORT_BROKEN_H
#define CONFORMANCE_PORTS_PORT_BROKEN_H

#include "conformance/port.h"

/* conf_port_broken returns the port with one flaw, NULL if there is none of that name, which must
 * outlive the port. The table is reused by the next call. */
const struct conf_port *conf_port_broken(const char *flaw);

/* The names of the flaws and the oracle that must see each; the last row has NULLs. */
struct conf_flaw {
    const char *name;
    const char *oracle;
};
extern const struct conf_flaw conf_flaws[];
extern const struct conf_flaw conf_socket_flaws[]; /* of sockets and user-made sources */

#endif
