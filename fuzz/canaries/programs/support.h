/* support: what the programs share: how they fail, their threads, and the ends of a pipe. Knows
 * Win32 only.
 *
 * A program is a bug in the shape in which it was shipped, reduced to the calls that matter. Its
 * twin is the same source with FIXED defined as 1; it must be clean under every schedule. */
#ifndef FUZZ_CANARIES_PROGRAMS_SUPPORT_H
#define FUZZ_CANARIES_PROGRAMS_SUPPORT_H

#include <windows.h>

#ifndef FIXED
#define FIXED 0
#endif

/* iocplab_program is the program. */
void iocplab_program(void);

/* canary_check ends the program with a failed assertion that says `what` unless `holds`. */
void canary_check(BOOL holds, const char *what);

/* canary_start begins a thread; canary_join waits for its end and closes its handle. */
HANDLE canary_start(LPTHREAD_START_ROUTINE body, LPVOID argument);
void canary_join(HANDLE thread);

/* canary_event makes an event that stays set (manual) or releases one waiter. */
HANDLE canary_event(BOOL manual);

/* canary_pipe_server makes a listening instance of the one pipe there is, with `quota` bytes of
 * buffer in each direction; canary_pipe_client opens the client end, INVALID_HANDLE_VALUE if none
 * listens. `flags`: FILE_FLAG_OVERLAPPED or 0. */
HANDLE canary_pipe_server(DWORD flags, DWORD quota);
HANDLE canary_pipe_client(DWORD flags);

/* Both ends of a pipe, connected. canary_pipe_close closes those that are open. */
struct canary_pipe {
    HANDLE server, client;
};
struct canary_pipe canary_pipe_open(DWORD server_flags, DWORD client_flags, DWORD quota);
void canary_pipe_close(struct canary_pipe *pipe);

/* canary_write writes to an end that was opened without FILE_FLAG_OVERLAPPED, and waits. */
void canary_write(HANDLE end, const void *bytes, DWORD size);

/* canary_finish waits for an overlapped request whose OVERLAPPED has an event, and returns its
 * error code; *count is what it moved. */
DWORD canary_finish(HANDLE end, OVERLAPPED *overlapped, DWORD *count);

#endif
