/* status: NTSTATUS to Win32 error codes (RtlNtStatusToDosError). */
#ifndef FAKES_STATUS_H
#define FAKES_STATUS_H

#include <stdbool.h>

#include <windows.h>

/* status_to_error returns the Win32 code of a status; ERROR_MR_MID_NOT_FOUND (317) if it has none.
 * Evidence: probe p_status (Wine 8.0). */
DWORD status_to_error(NTSTATUS status);

static inline bool status_is_error(NTSTATUS status)
{
    return (uint32_t)status >> 30 == 3;
}

#endif
