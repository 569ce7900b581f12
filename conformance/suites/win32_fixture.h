/* win32_fixture: what the suites of Win32 facts share: requests whose every output is poisoned
 * before the call, packets, and pairs of pipe ends on one port.
 *
 * No fact sleeps. A packet that must come is waited for without a limit (the runner has one); that
 * none is queued is shown by a packet posted behind it. */
#ifndef CONFORMANCE_SUITES_WIN32_FIXTURE_H
#define CONFORMANCE_SUITES_WIN32_FIXTURE_H

#include "conformance/suites/fact.h"
#include "conformance/suites/win32_thread.h"

#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0602
#endif
#define WIN32_NO_STATUS
#include <windows.h>
#undef WIN32_NO_STATUS
#include <ntstatus.h>
#include <winternl.h>

#include <stdbool.h>

#define POISON      0xa5a5a5a5u
#define POISON_BYTE 0xa5
#define SERVER_KEY  ((ULONG_PTR)11)
#define CLIENT_KEY  ((ULONG_PTR)22)
#define QUOTA       65536u /* of a pipe, each direction, unless the fact says otherwise */
#define BYTES_MAX   64u    /* of a request's own buffer */

/* ---- requests ---- */

/* One overlapped operation: start_* poison everything in it before the call. */
struct request {
    OVERLAPPED overlapped;
    DWORD count; /* what the call itself said it transferred */
    char bytes[BYTES_MAX];
};

/* start_* make one call and return what it answered: ERROR_SUCCESS if it is done, ERROR_IO_PENDING,
 * or its error. size is at most BYTES_MAX unless the buffer is the caller's. start_write sends
 * "abcdef...". The event is NULL unless start_with_event was told another. */
DWORD start_read(HANDLE file, struct request *request, DWORD size);
DWORD start_write(HANDLE file, struct request *request, DWORD size);
DWORD start_read_into(HANDLE file, struct request *request, void *buffer, DWORD size);
DWORD start_write_from(HANDLE file, struct request *request, const void *buffer, DWORD size);
DWORD start_connect(HANDLE pipe, struct request *request);
DWORD start_read_with_event(HANDLE file, struct request *request, DWORD size, HANDLE event);

/* request_status and request_bytes are what the block says; whatever is there, final or not. */
DWORD request_status(const struct request *request);
DWORD request_bytes(const struct request *request);
/* request_holds tells whether the buffer begins with `text` and is poisoned behind it. */
bool request_holds(const struct request *request, const char *text);

/* result_of is GetOverlappedResult: 0 or its error, with the count in *bytes. */
DWORD result_of(HANDLE file, struct request *request, bool wait, DWORD *bytes);

/* cancel is CancelIoEx: 0 or its error. request may be NULL. */
DWORD cancel(HANDLE file, struct request *request);

/* ---- packets ---- */

struct packet {
    ULONG_PTR key;
    OVERLAPPED *overlapped;
    DWORD status, bytes;
};

HANDLE new_port(DWORD concurrency);
/* take_packet waits for one packet, try_packet takes one if it is there. try_packet goes through
 * GetQueuedCompletionStatus and looks no further. */
struct packet take_packet(HANDLE port);
bool try_packet(HANDLE port, struct packet *packet);
void post_packet(HANDLE port, ULONG_PTR key);

/* dequeue is one GetQueuedCompletionStatusEx, dequeue_one one GetQueuedCompletionStatus, with every
 * output poisoned before: 0 or the error. */
DWORD dequeue(HANDLE port, OVERLAPPED_ENTRY *entries, ULONG room, ULONG *removed,
              DWORD milliseconds);

struct single {
    DWORD error, bytes;
    ULONG_PTR key;
    OVERLAPPED *overlapped;
};
struct single dequeue_one(HANDLE port, DWORD milliseconds);

/* EXPECT_PACKET takes a packet and fails the fact unless it is this one; the request's block must
 * be final then. EXPECT_KEY takes a packet of which only the key matters. */
#define EXPECT_PACKET(port, key, request, status, bytes) \
    expect_packet(__FILE__, __LINE__, (port), (key), (request), (DWORD)(status), (bytes))
#define EXPECT_KEY(from, expected) EXPECT_EQUAL(take_packet(from).key, (expected))
/* EXPECT_NO_PACKET fails the fact if something is queued. */
#define EXPECT_NO_PACKET(port) expect_no_packet(__FILE__, __LINE__, (port))

void expect_packet(const char *file, unsigned line, HANDLE port, ULONG_PTR key,
                   const struct request *request, DWORD status, DWORD bytes);
void expect_no_packet(const char *file, unsigned line, HANDLE port);

/* ---- pairs ---- */

enum pair_flag {
    PAIR_LISTENING = 1,    /* no client yet */
    PAIR_UNBOUND = 2,      /* not associated with the port */
    PAIR_MESSAGES = 4,     /* message type, both ends read messages */
    PAIR_MESSAGE_TYPE = 8, /* message type, both ends read bytes */
    PAIR_SYNCHRONOUS = 16, /* opened without FILE_FLAG_OVERLAPPED; never bound */
    PAIR_SKIPPING = 32     /* both ends skip the port on success */
};

struct pair {
    HANDLE port;           /* of both ends: keys SERVER_KEY and CLIENT_KEY */
    HANDLE server, client; /* NULL: closed or not opened */
    WCHAR name[48];        /* of its own */
};

/* pair_open makes a server and, unless it is to listen, a client. */
struct pair pair_open(uint32_t flags);
struct pair pair_of_quota(uint32_t flags, DWORD quota);

/* pair_connect opens the client of a listening pair and binds it to the port. */
void pair_connect(struct pair *pair);

/* pair_close closes what is open; close_end closes one handle and forgets it. */
void pair_close(struct pair *pair);
void close_end(HANDLE *end);

/* new_pipe_name writes a name that nobody has used. */
void new_pipe_name(WCHAR *name);
/* create_server and open_client are CreateNamedPipeW and CreateFileW: the handle, or NULL with the
 * error as LastError. */
HANDLE create_server(const WCHAR *name, DWORD open_mode, DWORD pipe_mode, DWORD instances_max,
                     DWORD quota);
HANDLE open_client(const WCHAR *name, DWORD flags);

/* ---- threads ---- */

/* word_read reads a word that other threads write. */
LONG word_read(LONG *word);

/* A handle value that is none. */
#define HANDLE_INVALID ((HANDLE)(ULONG_PTR)0x7770)

#endif
