/* GOWINIO-31: a request is counted only after it was seen that nobody closes.
 *
 * go-winio 31 and 32: closing was looked at before the count of requests was raised. A
 * close in between finds nothing to wait for, closes the handle, and the request goes to a handle
 * that is closed, or somebody else's by now.
 * Fixed: count first, look then, and look again once it is submitted. */
#include "fuzz/canaries/programs/support.h"

static struct canary_pipe both;
static LONG closing;
static LONG requests;

static void count_down(void)
{
    InterlockedDecrement(&requests);
    WakeByAddressAll(&requests);
}

static BOOL begin_request(void)
{
    if (FIXED) {
        InterlockedIncrement(&requests);
        if (ReadAcquire(&closing)) {
            count_down();
            return FALSE;
        }
    } else {
        if (ReadAcquire(&closing)) {
            return FALSE;
        }
        InterlockedIncrement(&requests);
    }
    return TRUE;
}

static DWORD WINAPI read_once(LPVOID unused)
{
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    char bytes[8];
    DWORD count;

    (void)unused;
    if (begin_request()) {
        ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
        if (ReadAcquire(&closing)) {
            CancelIoEx(both.server, &overlapped);
        }
        canary_finish(both.server, &overlapped, &count);
        count_down();
    }
    CloseHandle(overlapped.hEvent);
    return 0;
}

static void close_server(void)
{
    LONG seen;

    InterlockedExchange(&closing, 1);
    CancelIoEx(both.server, NULL);
    for (seen = ReadAcquire(&requests); seen != 0; seen = ReadAcquire(&requests)) {
        WaitOnAddress(&requests, &seen, sizeof seen, INFINITE);
    }
    CloseHandle(both.server);
}

void iocplab_program(void)
{
    HANDLE reader;

    both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    reader = canary_start(read_once, NULL);
    close_server();
    canary_join(reader);
    CloseHandle(both.client);
}
