/* echo_tcp in the simulated world: a program that the search runs under schedule after schedule.
 *
 *     iocplab explore echo_tcp.so */
#include "core/examples/echo_tcp.h"

#define CLIENTS  2u
#define MESSAGES 2u

void iocplab_program(void);

static rdy_address address; /* of the server */

static void require(BOOL condition, const char *message)
{
    if (!condition) {
        OutputDebugStringA(message);
        RaiseFailFastException(NULL, NULL, 0);
    }
}

static DWORD WINAPI call_from_thread(LPVOID unused)
{
    (void)unused;
    require(echo_call(&address, MESSAGES), "a message did not come back");
    return 0;
}

void iocplab_program(void)
{
    static const uint8_t loopback[4] = {127, 0, 0, 1};
    HANDLE client[CLIENTS];
    address = rdy_address_v4(loopback, 0);
    struct echo_server *server = echo_server_create(&address);
    require(server != NULL, "there is no server");
    for (unsigned i = 0; i < CLIENTS; i++) {
        client[i] = CreateThread(NULL, 0, call_from_thread, NULL, 0, NULL);
        require(client[i] != NULL, "there is no client");
    }
    require(echo_server_run(server, CLIENTS), "the server fails");
    for (unsigned i = 0; i < CLIENTS; i++) {
        (void)WaitForSingleObject(client[i], INFINITE);
        CloseHandle(client[i]);
    }
    echo_server_destroy(server);
}
