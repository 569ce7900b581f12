/* echo_tcp on Windows.
 *
 *     echo_tcp serve [PORT]             serves clients of this machine for ever
 *     echo_tcp call PORT [MESSAGES]     is one
 *     echo_tcp                          is a server and two clients, and tells whether all went
 * well
 */
#include "core/examples/echo_tcp.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS  2u
#define MESSAGES 1000u

static rdy_address address; /* of the server */

static void set_port(const char *port)
{
    static const uint8_t loopback[4] = {127, 0, 0, 1};
    address = rdy_address_v4(loopback, (uint16_t)strtoul(port, NULL, 10));
}

static int serve(void)
{
    struct echo_server *server = echo_server_create(&address);
    if (server != NULL) {
        printf("serving at port %u\n", (unsigned)rdy_address_port(&address));
        fflush(stdout);
    }
    BOOL good = server != NULL && echo_server_run(server, UINT_MAX);
    echo_server_destroy(server);
    return good ? 0 : 1;
}

static int call(unsigned messages)
{
    BOOL good = echo_call(&address, messages);
    printf("%u messages %s\n", messages, good ? "came back" : "did not all come back");
    return good ? 0 : 1;
}

static DWORD WINAPI call_from_thread(LPVOID unused)
{
    (void)unused;
    return echo_call(&address, MESSAGES) ? 0 : 1;
}

static int serve_oneself(void)
{
    struct echo_server *server = echo_server_create(&address);
    HANDLE client[CLIENTS];
    DWORD failed, failures = 0;
    if (server == NULL) {
        fprintf(stderr, "echo_tcp: there is no server\n");
        return 1;
    }
    for (unsigned i = 0; i < CLIENTS; i++) {
        client[i] = CreateThread(NULL, 0, call_from_thread, NULL, 0, NULL);
    }
    BOOL good = echo_server_run(server, CLIENTS);
    for (unsigned i = 0; i < CLIENTS; i++) {
        (void)WaitForSingleObject(client[i], INFINITE);
        (void)GetExitCodeThread(client[i], &failed);
        CloseHandle(client[i]);
        failures += failed;
    }
    echo_server_destroy(server);
    printf("%u clients, %u messages each: %s\n", CLIENTS, MESSAGES,
           good && failures == 0 ? "all came back" : "not all came back");
    return good && failures == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    set_port(argc > 2 ? argv[2] : "0");
    if (strcmp(verb, "serve") == 0) {
        return serve();
    }
    if (strcmp(verb, "call") == 0 && argc > 2) {
        return call(argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : MESSAGES);
    }
    if (argc > 1) {
        fprintf(stderr, "echo_tcp: %s, expected serve [PORT] or call PORT [MESSAGES]\n", verb);
        return 2;
    }
    return serve_oneself();
}
