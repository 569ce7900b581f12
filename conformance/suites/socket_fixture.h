/* socket_fixture: a poll with both ends of a TCP connection, for facts. */
#ifndef CONFORMANCE_SUITES_SOCKET_FIXTURE_H
#define CONFORMANCE_SUITES_SOCKET_FIXTURE_H

#include "conformance/suites/fact.h"
#include "core/poll.h"
#include "core/tcp_listener.h"
#include "core/tcp_stream.h"

#define LISTENER_TOKEN UINT64_C(1)
#define CLIENT_TOKEN   UINT64_C(2)
#define SERVER_TOKEN   UINT64_C(3)

/* What a poll waits to be sure that nothing is reported; the time of a simulated world is free. */
#define SILENCE_NS UINT64_C(20000000)

struct socket_fixture {
    rdy_poll *poll;
    rdy_registry *registry; /* of the poll */
    rdy_tcp_listener *listener;
    rdy_address address; /* of the listener */
    rdy_tcp_stream *client, *server;
};

/* sockets_listening makes a poll and a listener, sockets_connected a connection on top, of which
 * both ends know; nothing is registered. sockets_end destroys what is left, streams first, the poll
 * last. */
struct socket_fixture sockets_listening(void);
struct socket_fixture sockets_connected(void);
void sockets_end(struct socket_fixture *fixture);

/* sockets_connect adds a connection to a fixture that listens. */
void sockets_connect(struct socket_fixture *fixture);

/* sockets_register registers both streams for everything and takes the events of that, so that
 * nothing is due but what the other end does. */
void sockets_register(struct socket_fixture *fixture);

/* loopback returns 127.0.0.1 with a port. */
rdy_address loopback(uint16_t port);

/* events_of waits until a poll reports `token`, or for the timeout, and returns the flags of all
 * its events merged; 0 if there is none. Events of other tokens are merged into *others, which may
 * be NULL. */
uint32_t events_of(rdy_poll *poll, uint64_t token, uint64_t timeout_ns, uint32_t *others);

/* await_events waits until `token` was reported with all of `flags`, and returns what was
 * reported. */
uint32_t await_events(rdy_poll *poll, uint64_t token, uint32_t flags);

/* expect_silence fails the fact if a poll reports anything. */
void expect_silence(rdy_poll *poll);

/* These fail the fact unless the operation answers so. */
void expect_done(rdy_result result);
void expect_would_block(rdy_result result);
void expect_failed(rdy_result result, DWORD os_error);
void expect_closed(rdy_result result, DWORD os_error);

/* stream_put writes text, stream_take reads it, both whole; stream_await waits for events of a
 * registered stream until the text has come. */
void stream_put(rdy_tcp_stream *stream, const char *text);
void stream_take(rdy_tcp_stream *stream, const char *text);
void stream_await(rdy_poll *poll, rdy_tcp_stream *stream, uint64_t token, const char *text);

/* stream_read and stream_write are operations of at most 16 KiB whose bytes do not matter. */
rdy_result stream_read(rdy_tcp_stream *stream, size_t size, size_t *count);
rdy_result stream_write(rdy_tcp_stream *stream, size_t size, size_t *count);

/* stream_fill writes until it would block and returns how many bytes were taken; stream_drain reads
 * `size` bytes, waiting for events of a registered stream. Events of other tokens are merged into
 * *others, which may be NULL. */
size_t stream_fill(rdy_tcp_stream *stream);
void stream_drain(rdy_poll *poll, rdy_tcp_stream *stream, uint64_t token, size_t size,
                  uint32_t *others);

#endif
