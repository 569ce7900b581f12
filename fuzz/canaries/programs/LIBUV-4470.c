/* LIBUV-4470: a reader peeks at a pipe and then reads what it saw with a call that blocks; another
 * reader takes the bytes in between.
 *
 * libuv 1.49.0 (727ee7237, PR 4470; what it left: c869cd1d8, f55efb2f3, issue 4548): uv__pipe_read
 * asks PeekNamedPipe and calls ReadFile without an OVERLAPPED. A second process, or a second handle
 * of the same pipe, may be faster, and the loop hangs.
 * Fixed: peek and read are one section; readers of other processes need a read that can be
 * cancelled. */
#include "fuzz/canaries/programs/support.h"

#define READERS 2

static struct canary_pipe both;
static SRWLOCK reading;

static DWORD WINAPI read_what_is_there(LPVOID unused)
{
    char bytes[8];
    DWORD available = 0;
    DWORD count;

    (void)unused;
    if (FIXED) {
        AcquireSRWLockExclusive(&reading);
    }
    canary_check(PeekNamedPipe(both.server, NULL, 0, NULL, &available, NULL), "no peek");
    if (available > 0) {
        canary_check(ReadFile(both.server, bytes, sizeof bytes, &count, NULL), "no read");
    }
    if (FIXED) {
        ReleaseSRWLockExclusive(&reading);
    }
    return 0;
}

void iocplab_program(void)
{
    HANDLE reader[READERS];

    both = canary_pipe_open(0, 0, 64);
    canary_write(both.client, "bytes", 5);
    for (int i = 0; i < READERS; i++) {
        reader[i] = canary_start(read_what_is_there, NULL);
    }
    for (int i = 0; i < READERS; i++) {
        canary_join(reader[i]);
    }
    canary_pipe_close(&both);
}
