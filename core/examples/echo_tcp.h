/* echo_tcp: an echo server over TCP and a client of it, as an event loop writes them.
 *
 * The same source runs on Windows (echo_tcp_main.c) and, under every schedule, in the simulated
 * world (echo_tcp_program.c). */
#ifndef CORE_EXAMPLES_ECHO_TCP_H
#define CORE_EXAMPLES_ECHO_TCP_H

#include "core/address.h"
#include "core/poll.h"

#define ECHO_CONNECTIONS_MAX 4u /* served at a time; others wait in the listener */

struct echo_server;

/* echo_server_create makes a server that listens at *address from now on, and writes where to
 * *address when the port is 0; NULL when the system refuses. The caller gives it back with
 * echo_server_destroy. */
struct echo_server *echo_server_create(rdy_address *address);
void echo_server_destroy(struct echo_server *server);

/* echo_server_run sends back what clients send, until `clients` of them have come and gone. FALSE
 * when the system fails. */
BOOL echo_server_run(struct echo_server *server, unsigned clients);

/* echo_call connects to a server, sends `messages` messages one after the other and waits for each
 * to come back. FALSE if it comes back different, or not at all. */
BOOL echo_call(const rdy_address *address, unsigned messages);

#endif
