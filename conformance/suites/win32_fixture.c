/* win32_fixture: see win32_fixture.h. */
#include "conformance/suites/win32_fixture.h"

#include <string.h>

#define MARKER_KEY    ((ULONG_PTR)0x6d61726b)
#define NAME_PREFIX   L"\\\\.\\pipe\\iocplab-win32-"
#define SERIAL_DIGITS 8u
#define INSTANCES_MAX 4u

/* ---- requests ---- */

static void poison(struct request *request)
{
    memset(request, POISON_BYTE, sizeof *request);
    request->overlapped.Offset = 0;
    request->overlapped.OffsetHigh = 0;
    request->overlapped.hEvent = NULL;
    SetLastError(POISON);
}

static DWORD answered(BOOL result)
{
    return result ? ERROR_SUCCESS : GetLastError();
}

DWORD start_read_into(HANDLE file, struct request *request, void *buffer, DWORD size)
{
    poison(request);
    return answered(ReadFile(file, buffer, size, &request->count, &request->overlapped));
}

DWORD start_write_from(HANDLE file, struct request *request, const void *buffer, DWORD size)
{
    poison(request);
    return answered(WriteFile(file, buffer, size, &request->count, &request->overlapped));
}

DWORD start_read(HANDLE file, struct request *request, DWORD size)
{
    return start_read_into(file, request, request->bytes, size);
}

DWORD start_write(HANDLE file, struct request *request, DWORD size)
{
    poison(request);
    for (DWORD i = 0; i < size; i++) {
        request->bytes[i] = (char)('a' + i % 26);
    }
    return answered(WriteFile(file, request->bytes, size, &request->count, &request->overlapped));
}

DWORD start_connect(HANDLE pipe, struct request *request)
{
    poison(request);
    return answered(ConnectNamedPipe(pipe, &request->overlapped));
}

DWORD start_read_with_event(HANDLE file, struct request *request, DWORD size, HANDLE event)
{
    poison(request);
    request->overlapped.hEvent = event;
    return answered(ReadFile(file, request->bytes, size, &request->count, &request->overlapped));
}

DWORD request_status(const struct request *request)
{
    return (DWORD)request->overlapped.Internal;
}

DWORD request_bytes(const struct request *request)
{
    return (DWORD)request->overlapped.InternalHigh;
}

bool request_holds(const struct request *request, const char *text)
{
    size_t length = strlen(text);
    bool holds = memcmp(request->bytes, text, length) == 0;
    for (size_t i = length; i < BYTES_MAX; i++) {
        holds = holds && (unsigned char)request->bytes[i] == POISON_BYTE;
    }
    return holds;
}

DWORD result_of(HANDLE file, struct request *request, bool wait, DWORD *bytes)
{
    *bytes = POISON;
    SetLastError(POISON);
    return answered(GetOverlappedResult(file, &request->overlapped, bytes, wait));
}

DWORD cancel(HANDLE file, struct request *request)
{
    SetLastError(POISON);
    return answered(CancelIoEx(file, request != NULL ? &request->overlapped : NULL));
}

/* ---- packets ---- */

HANDLE new_port(DWORD concurrency)
{
    HANDLE port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, concurrency);
    EXPECT(port != NULL);
    return port;
}

struct packet take_packet(HANDLE port)
{
    OVERLAPPED_ENTRY entry;
    ULONG count = POISON;
    memset(&entry, POISON_BYTE, sizeof entry);
    EXPECT(GetQueuedCompletionStatusEx(port, &entry, 1, &count, INFINITE, FALSE));
    EXPECT_EQUAL(count, 1);
    return (struct packet){
        .key = entry.lpCompletionKey,
        .overlapped = entry.lpOverlapped,
        .status = (DWORD)entry.Internal, /* its low half is the status */
        .bytes = entry.dwNumberOfBytesTransferred,
    };
}

bool try_packet(HANDLE port, struct packet *packet)
{
    memset(packet, POISON_BYTE, sizeof *packet);
    BOOL result =
        GetQueuedCompletionStatus(port, &packet->bytes, &packet->key, &packet->overlapped, 0);
    packet->status = result ? ERROR_SUCCESS : GetLastError();
    return result || packet->overlapped != NULL;
}

void post_packet(HANDLE port, ULONG_PTR key)
{
    EXPECT(PostQueuedCompletionStatus(port, 0, key, NULL));
}

DWORD dequeue(HANDLE port, OVERLAPPED_ENTRY *entries, ULONG room, ULONG *removed,
              DWORD milliseconds)
{
    memset(entries, POISON_BYTE, room * sizeof *entries);
    *removed = POISON;
    SetLastError(POISON);
    return answered(GetQueuedCompletionStatusEx(port, entries, room, removed, milliseconds, FALSE));
}

struct single dequeue_one(HANDLE port, DWORD milliseconds)
{
    struct single single;
    memset(&single, POISON_BYTE, sizeof single);
    SetLastError(POISON);
    single.error = answered(GetQueuedCompletionStatus(port, &single.bytes, &single.key,
                                                      &single.overlapped, milliseconds));
    return single;
}

void expect_packet(const char *file, unsigned line, HANDLE port, ULONG_PTR key,
                   const struct request *request, DWORD status, DWORD bytes)
{
    struct packet packet = take_packet(port);
    if (packet.overlapped != &request->overlapped) {
        fact_failed(file, line, "the packet of this request");
    }
    fact_expect_equal(file, line, "the packet's key", packet.key, key);
    fact_expect_equal(file, line, "the packet's status", packet.status, status);
    fact_expect_equal(file, line, "the packet's bytes", packet.bytes, bytes);
    fact_expect_equal(file, line, "the block's status", request_status(request), status);
    fact_expect_equal(file, line, "the block's bytes", request_bytes(request), bytes);
}

void expect_no_packet(const char *file, unsigned line, HANDLE port)
{
    post_packet(port, MARKER_KEY);
    if (take_packet(port).key != MARKER_KEY) {
        fact_failed(file, line, "no packet");
    }
}

/* ---- pairs ---- */

void new_pipe_name(WCHAR *name)
{
    static LONG serial;
    static const WCHAR prefix[] = NAME_PREFIX;
    ULONG number = (ULONG)InterlockedIncrement(&serial) + (GetCurrentProcessId() << 16);
    memcpy(name, prefix, sizeof prefix);
    WCHAR *digit = name + sizeof prefix / sizeof prefix[0] - 1;
    for (unsigned i = 0; i < SERIAL_DIGITS; i++, number >>= 4) {
        *digit++ = (WCHAR)('a' + (number & 15));
    }
    *digit = 0;
}

HANDLE create_server(const WCHAR *name, DWORD open_mode, DWORD pipe_mode, DWORD instances_max,
                     DWORD quota)
{
    SetLastError(POISON);
    HANDLE handle =
        CreateNamedPipeW(name, open_mode, pipe_mode, instances_max, quota, quota, 0, NULL);
    return handle != INVALID_HANDLE_VALUE ? handle : NULL;
}

HANDLE open_client(const WCHAR *name, DWORD flags)
{
    SetLastError(POISON);
    HANDLE handle =
        CreateFileW(name, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, flags, NULL);
    return handle != INVALID_HANDLE_VALUE ? handle : NULL;
}

static void bind_end(const struct pair *pair, HANDLE end, ULONG_PTR key, uint32_t flags)
{
    if (flags & (PAIR_UNBOUND | PAIR_SYNCHRONOUS)) {
        return;
    }
    EXPECT(CreateIoCompletionPort(end, pair->port, key, 0) == pair->port);
    if (flags & PAIR_SKIPPING) {
        EXPECT(SetFileCompletionNotificationModes(end, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS));
    }
}

static void open_pair_client(struct pair *pair, uint32_t flags)
{
    pair->client = open_client(pair->name, flags & PAIR_SYNCHRONOUS ? 0 : FILE_FLAG_OVERLAPPED);
    EXPECT(pair->client != NULL);
    if (flags & PAIR_MESSAGES) {
        DWORD mode = PIPE_READMODE_MESSAGE;
        EXPECT(SetNamedPipeHandleState(pair->client, &mode, NULL, NULL));
    }
    bind_end(pair, pair->client, CLIENT_KEY, flags);
}

struct pair pair_of_quota(uint32_t flags, DWORD quota)
{
    struct pair pair = {.port = new_port(0)};
    new_pipe_name(pair.name);
    DWORD open_mode = PIPE_ACCESS_DUPLEX | (flags & PAIR_SYNCHRONOUS ? 0 : FILE_FLAG_OVERLAPPED);
    DWORD pipe_mode =
        flags & (PAIR_MESSAGES | PAIR_MESSAGE_TYPE) ? PIPE_TYPE_MESSAGE : PIPE_TYPE_BYTE;
    pipe_mode |= flags & PAIR_MESSAGES ? PIPE_READMODE_MESSAGE : PIPE_READMODE_BYTE;
    pair.server = create_server(pair.name, open_mode, pipe_mode, INSTANCES_MAX, quota);
    EXPECT(pair.server != NULL);
    bind_end(&pair, pair.server, SERVER_KEY, flags);
    if (!(flags & PAIR_LISTENING)) {
        open_pair_client(&pair, flags);
    }
    return pair;
}

struct pair pair_open(uint32_t flags)
{
    return pair_of_quota(flags, QUOTA);
}

void pair_connect(struct pair *pair)
{
    open_pair_client(pair, 0);
}

void close_end(HANDLE *end)
{
    if (*end != NULL) {
        EXPECT(CloseHandle(*end));
        *end = NULL;
    }
}

void pair_close(struct pair *pair)
{
    close_end(&pair->client);
    close_end(&pair->server);
    close_end(&pair->port);
}

/* ---- threads ---- */

LONG word_read(LONG *word)
{
    return InterlockedCompareExchange(word, 0, 0);
}
