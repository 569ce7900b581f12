/* real_session: one execution after the other on real threads. */
#include "fuzz/cli/real_session.h"

#include "conformance/port_load.h"
#include "conformance/ports/port_core.h"

#include <winsock2.h>
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What OutputDebugStringA raises: its arguments are a length and a text. */
#define DEBUG_STRING_EXCEPTION 0x40010006u

static const struct cli_session *current;

static LONG CALLBACK on_exception(PEXCEPTION_POINTERS pointers)
{
    const EXCEPTION_RECORD *record = pointers->ExceptionRecord;

    if (record->ExceptionCode == DEBUG_STRING_EXCEPTION && record->NumberParameters >= 2 &&
        current != NULL) {
        fprintf(stderr, "%s: %.*s\n", current->scenario.name, (int)record->ExceptionInformation[0],
                (const char *)record->ExceptionInformation[1]);
        fflush(stderr);
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

static const struct conf_port *load_port(const struct cli_verb *verb, const char *path)
{
    struct conf_port_library library;
    char message[512];

    if (path == NULL) {
        return &conf_port_core;
    }
    if (!conf_port_open(&library, path, message, sizeof message)) {
        cli_complain(verb, "--port: %s", message);
        return NULL;
    }
    if (library.port->world != CONF_WORLD_WIN32) {
        cli_complain(verb, "--port: %s: not for real Windows, expected one that is", path);
        return NULL;
    }
    return library.port;
}

struct cli_session *cli_session_begin(const struct cli_verb *verb, const char *path)
{
    const struct conf_port *port = load_port(verb, path);
    struct cli_session *session = port == NULL ? NULL : calloc(1, sizeof *session);

    if (port == NULL) {
        return NULL;
    }
    if (session != NULL) {
        session->port = port;
        session->world = conf_world_win32_create();
        session->runner = conf_runner_create();
        session->options = (struct conf_win32_options){.settle_ns = CONF_WIN32_SETTLE_NS,
                                                       .hang_ns = CONF_WIN32_HANG_NS};
    }
    if (session == NULL || session->world == NULL || session->runner == NULL) {
        cli_complain(verb, "there is no memory");
        cli_session_end(session);
        return NULL;
    }
    current = session;
    AddVectoredExceptionHandler(1, on_exception);
    return session;
}

void cli_session_end(struct cli_session *session)
{
    if (session != NULL) {
        conf_world_win32_destroy(session->world);
        conf_runner_destroy(session->runner);
    }
    current = NULL;
    free(session);
}

bool cli_session_run(struct cli_session *session)
{
    bool returned = conf_world_win32_run(session->world, session->runner, session->port,
                                         &session->scenario, &session->options);
    size_t count;
    const struct conf_win32_record *record = conf_world_win32_records(session->world, &count);

    conf_outcome_begin(&session->outcome, &session->scenario);
    for (size_t i = 0; i < count; i++) {
        conf_outcome_see(&session->outcome, &record[i].record);
    }
    return returned;
}
