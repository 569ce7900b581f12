/* port_raw: plain named pipe handles, outside the port under test, which play the peer.
 *
 * A port with the pipe functions only. Ends made with CONF_PIPE_FLAG_BLOCKING are synchronous
 * handles whose calls wait. The others are overlapped, with at most one read, one write and one
 * connect under way: a read or connect that the kernel does not finish at once would block, and the
 * next call asks again; a write that it does not finish is DONE with the error code 997, since its
 * bytes are on their way, and the next one would block until it has finished.
 *
 *   slot  FREE -> BUSY             [a call takes it]
 *         BUSY -> FREE             [finished at once, or refused]
 *         BUSY -> PENDING          [the kernel keeps it]
 *         BUSY -> HELD             [a read returned more than was asked for]
 *         PENDING, HELD -> BUSY    [the next call]
 *
 * Not judged, and made without faults. Compiled against real and simulated Win32 alike. */
#ifndef CONFORMANCE_PORTS_PORT_RAW_H
#define CONFORMANCE_PORTS_PORT_RAW_H

#include "conformance/port.h"

extern const struct conf_port conf_port_raw;

#endif
