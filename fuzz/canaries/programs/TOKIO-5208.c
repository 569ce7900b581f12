/* TOKIO-5208: a loop that connects waits for readiness and does not take it away when it was of no
 * use.
 *
 * tokio before 1.23.0 (issue 5170, PR 5208, commit 2682c505e): NamedPipeServer::connect awaited
 * "writable" after connect had said WouldBlock. What was left of the connection before is enough
 * for that: the loop never lets go of its thread, and the events it waits for are taken by nobody.
 * Fixed: an operation that would block clears what it was let on by. */
#include "conformance/clients/readiness_cache.h"
#include "conformance/port.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario.h"
#include "fuzz/canaries/programs/support.h"

#define PIPE "canary"

static void *poll;
static struct conf_readiness readiness; /* of the server */
static HANDLE listening;

/* The loop of a runtime with one thread: tasks first, then events. */
static void turn(void)
{
    struct conf_event event;
    struct conf_result result = conf_port_core.poll_wait(poll, &event, 1, CONF_WAIT_FOREVER);

    canary_check(result.status == CONF_DONE, "the poll failed");
    conf_readiness_set(&readiness, event.flags);
}

static void connect_server(void *server)
{
    while (conf_port_core.pipe_connect(server).status == CONF_WOULD_BLOCK) {
        struct conf_ready ready = conf_readiness_look(&readiness, CONF_INTEREST_WRITABLE);

        SetEvent(listening);
        if (FIXED) {
            conf_readiness_clear(&readiness, ready);
            ready = conf_readiness_look(&readiness, CONF_INTEREST_WRITABLE);
        }
        while (ready.bits == 0) {
            turn();
            ready = conf_readiness_look(&readiness, CONF_INTEREST_WRITABLE);
        }
    }
}

static DWORD WINAPI visit(LPVOID unused)
{
    void *client = NULL;

    (void)unused;
    WaitForSingleObject(listening, INFINITE);
    canary_check(conf_port_core.pipe_client_open(PIPE, 0, &client).status == CONF_DONE, "no pipe");
    conf_port_core.source_drop(client);
    return 0;
}

void iocplab_program(void)
{
    void *server;

    conf_readiness_init(&readiness);
    listening = canary_event(FALSE);
    conf_port_core.begin();
    conf_port_core.poll_create(&poll);
    conf_port_core.pipe_server_create(PIPE, 0, 0, &server);
    conf_port_core.source_register(server, poll, 1,
                                   CONF_INTEREST_READABLE | CONF_INTEREST_WRITABLE);
    for (int i = 0; i < 2; i++) {
        HANDLE visitor = canary_start(visit, NULL);
        connect_server(server);
        canary_join(visitor);
        conf_port_core.pipe_disconnect(server);
        ResetEvent(listening);
    }
    conf_port_core.source_drop(server);
    conf_port_core.poll_drop(poll);
    CloseHandle(listening);
}
