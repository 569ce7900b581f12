/* LIBUV-1843-ipc: both ends write what does not fit into the pipe before they read.
 *
 * libuv before 1.21.0 (4e53af912, PR 1843): the header of an IPC message was written with a call
 * that blocks. Two processes with full buffers that send to each other wait for ever.
 * Fixed: the write is overlapped, and each end reads meanwhile. */
#include "fuzz/canaries/programs/support.h"

#define QUOTA 4
#define SIZE  8 /* of a header */

static struct canary_pipe both;

static void send_and_receive(HANDLE end)
{
    OVERLAPPED sending = {.hEvent = canary_event(TRUE)};
    OVERLAPPED receiving = {.hEvent = canary_event(TRUE)};
    char header[SIZE] = "header";
    char bytes[SIZE];
    DWORD total = 0;
    DWORD count;

    WriteFile(end, header, sizeof header, NULL, &sending);
    if (!FIXED) {
        canary_finish(end, &sending, &count);
    }
    while (total < sizeof bytes) {
        ReadFile(end, bytes + total, (DWORD)sizeof bytes - total, NULL, &receiving);
        canary_check(canary_finish(end, &receiving, &count) == ERROR_SUCCESS, "a read failed");
        total += count;
    }
    if (FIXED) {
        canary_finish(end, &sending, &count);
    }
    CloseHandle(sending.hEvent);
    CloseHandle(receiving.hEvent);
}

static DWORD WINAPI run_client(LPVOID unused)
{
    (void)unused;
    send_and_receive(both.client);
    return 0;
}

void iocplab_program(void)
{
    HANDLE client;

    both = canary_pipe_open(FILE_FLAG_OVERLAPPED, FILE_FLAG_OVERLAPPED, QUOTA);
    client = canary_start(run_client, NULL);
    send_and_receive(both.server);
    canary_join(client);
    canary_pipe_close(&both);
}
