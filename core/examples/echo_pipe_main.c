/* echo_pipe on Windows.
 *
 *     echo_pipe serve [NAME]             serves clients for ever
 *     echo_pipe call [NAME [MESSAGES]]   is one
 *     echo_pipe                          is a server and two clients, and tells whether all went
 * well
 */
#include "core/examples/echo_pipe.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_DEFAULT  "iocplab-echo"
#define NAME_PREFIX   "\\\\.\\pipe\\"
#define NAME_MAX_SIZE 128u
#define CLIENTS       2u
#define MESSAGES      1000u

static WCHAR pipe_name[NAME_MAX_SIZE];

static BOOL set_name(const char *name)
{
    char whole[NAME_MAX_SIZE];
    int length = snprintf(whole, sizeof whole, NAME_PREFIX "%s", name);
    for (int i = 0; i <= length && i < (int)NAME_MAX_SIZE; i++) {
        pipe_name[i] = (WCHAR)(unsigned char)whole[i];
    }
    return length < (int)NAME_MAX_SIZE;
}

static int serve(unsigned clients)
{
    struct echo_server *server = echo_server_create(pipe_name);
    BOOL good = server != NULL && echo_server_run(server, clients);
    echo_server_destroy(server);
    return good ? 0 : 1;
}

static int call(unsigned messages)
{
    BOOL good = echo_call(pipe_name, messages);
    printf("%u messages %s\n", messages, good ? "came back" : "did not all come back");
    return good ? 0 : 1;
}

static DWORD WINAPI call_from_thread(LPVOID unused)
{
    (void)unused;
    return echo_call(pipe_name, MESSAGES) ? 0 : 1;
}

static int serve_oneself(void)
{
    struct echo_server *server = echo_server_create(pipe_name);
    HANDLE client[CLIENTS];
    DWORD failed, failures = 0;
    for (unsigned i = 0; i < CLIENTS; i++) {
        client[i] = CreateThread(NULL, 0, call_from_thread, NULL, 0, NULL);
    }
    BOOL good = server != NULL && echo_server_run(server, CLIENTS);
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
    if (!set_name(argc > 2 ? argv[2] : NAME_DEFAULT)) {
        fprintf(stderr, "echo_pipe: the name is too long\n");
        return 2;
    }
    if (strcmp(verb, "serve") == 0) {
        return serve(UINT_MAX);
    }
    if (strcmp(verb, "call") == 0) {
        return call(argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : MESSAGES);
    }
    if (argc > 1) {
        fprintf(stderr, "echo_pipe: unknown verb %s, expected serve or call\n", verb);
        return 2;
    }
    return serve_oneself();
}
