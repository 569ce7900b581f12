/* error_code: the operating system codes that the contract names. Values are those of Win32; a port
 * to another system maps its own to them. */
#ifndef CONFORMANCE_ERROR_CODE_H
#define CONFORMANCE_ERROR_CODE_H

#include <stdbool.h>
#include <stdint.h>

enum conf_error_code {
    CONF_ERROR_INVALID_FUNCTION = 1,
    CONF_ERROR_FILE_NOT_FOUND = 2,
    CONF_ERROR_INVALID_HANDLE = 6,
    CONF_ERROR_NOT_ENOUGH_MEMORY = 8,
    CONF_ERROR_OUTOFMEMORY = 14,
    CONF_ERROR_INVALID_PARAMETER = 87,
    CONF_ERROR_BROKEN_PIPE = 109,
    CONF_ERROR_ALREADY_EXISTS = 183,
    CONF_ERROR_PIPE_BUSY = 231,
    CONF_ERROR_NO_DATA = 232,
    CONF_ERROR_PIPE_NOT_CONNECTED = 233,
    CONF_ERROR_OPERATION_ABORTED = 995,
    CONF_ERROR_IO_PENDING = 997,
    CONF_ERROR_NOT_FOUND = 1168,
    CONF_ERROR_NO_SYSTEM_RESOURCES = 1450,
    CONF_ERROR_COMMITMENT_LIMIT = 1455,
    CONF_ERROR_NOT_ENOUGH_QUOTA = 1816
};

/* conf_error_is_resource tells whether a code means that the system ran out of something. */
static inline bool conf_error_is_resource(uint64_t code)
{
    return code == CONF_ERROR_NOT_ENOUGH_MEMORY || code == CONF_ERROR_OUTOFMEMORY ||
           code == CONF_ERROR_NO_SYSTEM_RESOURCES || code == CONF_ERROR_COMMITMENT_LIMIT ||
           code == CONF_ERROR_NOT_ENOUGH_QUOTA;
}

#endif
