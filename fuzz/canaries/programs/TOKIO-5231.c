/* TOKIO-5231: who waits for readiness is told more than there is.
 *
 * tokio before 1.23.0 (commit 644cb8207, PR 5231): the future that waits for an interest, once it
 * was woken, answered with all that the interest may bring and not with what had come, the end of
 * the stream included. The patch plants that in the cache; this program asks it.
 *
 * A task waits until it can read; the peer writes and stays. */
#include "conformance/clients/readiness_cache.h"
#include "conformance/port.h"
#include "conformance/ports/port_core.h"
#include "conformance/scenario.h"
#include "fuzz/canaries/programs/support.h"

#define PIPE "canary"

enum { TOKEN_SERVER = 1, TOKEN_CLIENT = 2 };

static struct conf_readiness readiness; /* of the server */

static DWORD WINAPI wait_for_bytes(LPVOID unused)
{
    struct conf_ready ready;

    (void)unused;
    canary_check(conf_readiness_wait(&readiness, CONF_INTEREST_READABLE, &ready), "shut down");
    canary_check((ready.bits & CONF_EVENT_READ_CLOSED) == 0,
                 "the end, but the peer has not closed");
    return 0;
}

/* Takes events until the server can be read. */
static void drive(void *poll)
{
    struct conf_event event = {.token = 0};

    while (event.token != TOKEN_SERVER) {
        conf_port_core.poll_wait(poll, &event, 1, CONF_WAIT_FOREVER);
    }
    conf_readiness_set(&readiness, event.flags);
}

void iocplab_program(void)
{
    void *poll, *server, *client;
    HANDLE task;

    conf_readiness_init(&readiness);
    conf_port_core.begin();
    conf_port_core.poll_create(&poll);
    conf_port_core.pipe_server_create(PIPE, 0, 0, &server);
    conf_port_core.pipe_client_open(PIPE, 0, &client);
    conf_port_core.source_register(server, poll, TOKEN_SERVER, CONF_INTEREST_READABLE);
    conf_port_core.source_register(client, poll, TOKEN_CLIENT, CONF_INTEREST_WRITABLE);
    conf_port_core.pipe_connect(server);
    task = canary_start(wait_for_bytes, NULL);
    conf_port_core.source_write(client, "bytes", 5);
    drive(poll);
    canary_join(task);
    conf_port_core.source_drop(client);
    conf_port_core.source_drop(server);
    conf_port_core.poll_drop(poll);
}
