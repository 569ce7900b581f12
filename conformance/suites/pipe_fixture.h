/* pipe_fixture: a poll with both ends of a pipe, for facts. */
#ifndef CONFORMANCE_SUITES_PIPE_FIXTURE_H
#define CONFORMANCE_SUITES_PIPE_FIXTURE_H

#include "conformance/ports/pipe_name.h"
#include "conformance/suites/fact.h"
#include "core/named_pipe.h"
#include "core/poll.h"

#define SERVER_TOKEN UINT64_C(1)
#define CLIENT_TOKEN UINT64_C(2)

struct pipe_fixture {
    rdy_poll *poll;
    rdy_registry *registry; /* of the poll */
    rdy_named_pipe *server, *client;
};

/* fixture_name returns the full name of the fixture's pipe, which no other process uses, written to
 * `out`. fixture_create and fixture_open make a server and a client of that name. */
const WCHAR *fixture_name(WCHAR out[CONF_PIPE_PATH_MAX]);
rdy_result fixture_create(const struct rdy_named_pipe_options *options, rdy_named_pipe **pipe);
rdy_result fixture_open(const struct rdy_named_pipe_options *options, rdy_named_pipe **pipe);

/* fixture_listening makes a poll and a server, fixture_connected a client on top; nothing is
 * registered. fixture_end destroys what is left, client first. */
struct pipe_fixture fixture_listening(const struct rdy_named_pipe_options *options);
struct pipe_fixture fixture_connected(const struct rdy_named_pipe_options *options);
void fixture_end(struct pipe_fixture *fixture);

/* fixture_register registers both ends for everything, connects the server and takes the events of
 * that, so that both are connected and nothing is due. */
void fixture_register(struct pipe_fixture *fixture);

/* flags_of waits (timeout 0: takes what is there) until a poll reports `token` and returns the
 * flags of all its events merged; 0 if there is none. Events of other tokens are merged into
 * *others, which may be NULL. */
uint32_t flags_of(struct pipe_fixture *fixture, uint64_t token, uint64_t timeout_ns,
                  uint32_t *others);

/* expect_* fail the fact unless the operation answers so. */
void expect_done(rdy_result result);
void expect_would_block(rdy_result result);
void expect_failed(rdy_result result, DWORD os_error);

/* put writes text and takes reads it, whole. */
void put(rdy_named_pipe *pipe, const char *text);
void take(rdy_named_pipe *pipe, const char *text);
/* await reads text that may arrive piece by piece, waiting for events of `token`. */
void await(struct pipe_fixture *fixture, rdy_named_pipe *pipe, uint64_t token, const char *text);

/* read_result and write_result are single operations of at most 16 KiB whose bytes do not matter.
 */
rdy_result read_result(rdy_named_pipe *pipe, size_t size, size_t *count);
rdy_result write_result(rdy_named_pipe *pipe, size_t size, size_t *count);

#endif
