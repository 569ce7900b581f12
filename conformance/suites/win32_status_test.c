/* win32_status_test: NTSTATUS to Win32 error codes: one row, one fact.
 *
 * Evidence: P p_status (RtlNtStatusToDosError recorded on Wine 8; not compared with a Windows). */
#include "conformance/suites/win32_fixture.h"

struct row {
    DWORD status;
    DWORD error;
};

static void status_maps(const void *argument)
{
    const struct row *row = argument;
    EXPECT_EQUAL(RtlNtStatusToDosError((NTSTATUS)row->status), row->error);
}

#define ROW(status_name, status_value, error_value)                                          \
    {                                                                                        \
        .name = #status_name "_is_" #error_value, .check = status_maps, .flags = FACT_PLAIN, \
        .row = &(const struct row)                                                           \
        {                                                                                    \
            status_value, error_value                                                        \
        }                                                                                    \
    }

static const struct fact facts[] = {
    ROW(STATUS_SUCCESS, 0x00000000, 0),
    ROW(STATUS_ABANDONED_WAIT_0, 0x00000080, 128),
    ROW(STATUS_USER_APC, 0x000000C0, 737),
    ROW(STATUS_TIMEOUT, 0x00000102, 1460),
    ROW(STATUS_PENDING, 0x00000103, 997),
    ROW(STATUS_BUFFER_OVERFLOW, 0x80000005, 234),
    ROW(STATUS_HANDLES_CLOSED, 0x8000000A, 676),
    ROW(STATUS_INVALID_HANDLE, 0xC0000008, 6),
    ROW(STATUS_INVALID_PARAMETER, 0xC000000D, 87),
    ROW(STATUS_ACCESS_DENIED, 0xC0000022, 5),
    ROW(STATUS_OBJECT_NAME_INVALID, 0xC0000033, 123),
    ROW(STATUS_OBJECT_NAME_NOT_FOUND, 0xC0000034, 2),
    ROW(STATUS_OBJECT_TYPE_MISMATCH, 0xC0000024, 6),
    ROW(STATUS_INSUFFICIENT_RESOURCES, 0xC000009A, 1450),
    ROW(STATUS_INSTANCE_NOT_AVAILABLE, 0xC00000AB, 231),
    ROW(STATUS_PIPE_NOT_AVAILABLE, 0xC00000AC, 231),
    ROW(STATUS_INVALID_PIPE_STATE, 0xC00000AD, 230),
    ROW(STATUS_PIPE_BUSY, 0xC00000AE, 231),
    ROW(STATUS_ILLEGAL_FUNCTION, 0xC00000AF, 1),
    ROW(STATUS_PIPE_DISCONNECTED, 0xC00000B0, 233),
    ROW(STATUS_PIPE_CLOSING, 0xC00000B1, 232),
    ROW(STATUS_PIPE_CONNECTED, 0xC00000B2, 535),
    ROW(STATUS_PIPE_LISTENING, 0xC00000B3, 536),
    ROW(STATUS_IO_TIMEOUT, 0xC00000B5, 121),
    ROW(STATUS_PIPE_EMPTY, 0xC00000D9, 232),
    ROW(STATUS_CANCELLED, 0xC0000120, 995),
    ROW(STATUS_FILE_CLOSED, 0xC0000128, 6),
    ROW(STATUS_LOCAL_DISCONNECT, 0xC000013B, 64),
    ROW(STATUS_REMOTE_DISCONNECT, 0xC000013C, 64),
    ROW(STATUS_PIPE_BROKEN, 0xC000014B, 109),
    ROW(STATUS_CONNECTION_DISCONNECTED, 0xC000020C, 64),
    ROW(STATUS_CONNECTION_RESET, 0xC000020D, 64),
    ROW(STATUS_NOT_FOUND, 0xC0000225, 1168),
    ROW(STATUS_CONNECTION_REFUSED, 0xC0000236, 1225),
    ROW(STATUS_NETWORK_UNREACHABLE, 0xC000023C, 1231),
    ROW(STATUS_CONNECTION_ABORTED, 0xC0000241, 1236),
    ROW(UNKNOWN_STATUS, 0xC000FFFE, 317),
};

FACT_SUITE(win32_status);
