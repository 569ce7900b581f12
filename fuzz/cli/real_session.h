/* real_session: what running scenarios on real Windows needs: a world, a runner and a port. */
#ifndef FUZZ_CLI_REAL_SESSION_H
#define FUZZ_CLI_REAL_SESSION_H

#include "conformance/outcome.h"
#include "conformance/worlds/world_win32.h"
#include "fuzz/cli/arguments.h"

struct cli_session {
    struct conf_world_win32 *world;
    struct conf_runner *runner;
    const struct conf_port *port;
    struct conf_scenario scenario; /* the one that runs */
    struct conf_outcome outcome;   /* of the last execution */
    struct conf_win32_options options;
};

/* cli_session_begin makes a session with the port in the library at `path`, core when NULL; NULL
 * after a message of `verb` on standard error. From then on a message for the debugger, such as
 * that of a broken assertion, goes to standard error with the name of the scenario. There is one
 * session at a time; the caller gives it back with cli_session_end. */
struct cli_session *cli_session_begin(const struct cli_verb *verb, const char *path);
void cli_session_end(struct cli_session *session);

/* cli_session_run executes the session's scenario once. False if threads never return: the process
 * must end. */
bool cli_session_run(struct cli_session *session);

#endif
