/* port_cached: core as a runtime shows it, through a readiness cache.
 *
 * Reads and writes ask the cache first and would block while it says so; what core says clears it
 * (tokio's try_read and try_write). Polls feed it. Sources are registered under numbers of the
 * port's own, and events get the user's token back: so this port keeps the contract as far as core
 * and the cache do. Linked into a program it is `conf_port_cached`; the build renames it in a
 * library. */
#ifndef CONFORMANCE_PORTS_PORT_CACHED_H
#define CONFORMANCE_PORTS_PORT_CACHED_H

#include "conformance/port.h"

extern const struct conf_port conf_port_cached;

#endif
