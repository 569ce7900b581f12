/* echo_pipe: an echo server over a named pipe and a client of it, as an event loop writes them.
 *
 * The same source runs on Windows (echo_pipe_main.c) and, under every schedule, in the simulated
 * world (echo_pipe_program.c). */
#ifndef CORE_EXAMPLES_ECHO_PIPE_H
#define CORE_EXAMPLES_ECHO_PIPE_H

#include "core/named_pipe.h"
#include "core/poll.h"

#define ECHO_INSTANCES 2u /* clients served at a time */

struct echo_server;

/* echo_server_create makes a server on the pipe `name`, which clients may open from now on; NULL
 * when the system refuses. The caller gives it back with echo_server_destroy. */
struct echo_server *echo_server_create(const WCHAR *name);
void echo_server_destroy(struct echo_server *server);

/* echo_server_run sends back what clients send, until `clients` of them have come and gone. FALSE
 * when the system fails. */
BOOL echo_server_run(struct echo_server *server, unsigned clients);

/* echo_call connects to a server, sends `messages` messages one after the other and waits for each
 * to come back. FALSE if it comes back different, or not at all. */
BOOL echo_call(const WCHAR *name, unsigned messages);

#endif
