/* BPO-33694: reading is paused by cancelling the read in flight; what it had received is gone.
 *
 * CPython, bpo-33694 (3.7): pause_reading of the proactor event loop cancelled the overlapped read
 * and forgot it; resume_reading began another one. Bytes that had arrived when the cancel came were
 * lost.
 * Fixed: the result of a cancelled read is taken like any other. */
#include "fakes/world.h"
#include "fuzz/canaries/programs/support.h"

#include <string.h>

/* A cancel may lose. */
const struct sim_settings iocplab_program_settings = {.cancel_races = true};

static const char sent[] = "abc";

static DWORD WINAPI send_bytes(LPVOID client)
{
    canary_write(client, sent, sizeof sent);
    return 0;
}

void iocplab_program(void)
{
    struct canary_pipe both = canary_pipe_open(FILE_FLAG_OVERLAPPED, 0, 64);
    OVERLAPPED overlapped = {.hEvent = canary_event(TRUE)};
    HANDLE sender = canary_start(send_bytes, both.client);
    char bytes[8] = "";
    DWORD count = 0;

    ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
    CancelIoEx(both.server, &overlapped);
    if (canary_finish(both.server, &overlapped, &count) != ERROR_SUCCESS || !FIXED) {
        count = 0;
    }
    canary_join(sender);
    if (count == 0) {
        BOOL at_once = ReadFile(both.server, bytes, sizeof bytes, NULL, &overlapped);
        canary_check(at_once, "the bytes are gone"); /* they were written long ago */
    }
    canary_check(memcmp(bytes, sent, sizeof sent) == 0, "other bytes");
    CloseHandle(overlapped.hEvent);
    canary_pipe_close(&both);
}
