/* port_core: core (rdy_*) as a port, in the simulated world or on real Win32.
 *
 * Linked into a program it is `conf_port_core`. Compiled into a shared library of its own it is the
 * library's `conf_port` (the build renames it) and carries its own core, so that planted variants
 * of core are loaded beside the real one; it then uses the simulator of the program that loads it.
 */
#ifndef CONFORMANCE_PORTS_PORT_CORE_H
#define CONFORMANCE_PORTS_PORT_CORE_H

#include "conformance/port.h"

extern const struct conf_port conf_port_core;

#endif
