/* result: what every operation of core answers. */
#ifndef CORE_RESULT_H
#define CORE_RESULT_H

#include "core/compiler.h"
#include "core/win32.h"

enum rdy_status {
    RDY_DONE,        /* it happened */
    RDY_WOULD_BLOCK, /* not now; an event will say when, if the source is registered */
    RDY_CLOSED,      /* end of the stream */
    RDY_FAILED       /* os_error says why */
};

/* A value; nothing to release. Which Win32 code becomes which status is a table in core/RESULTS.md.
 * Every function that answers one is RDY_MUST_USE: an error that nobody looks at is lost. */
typedef struct rdy_result {
    enum rdy_status status;
    DWORD os_error; /* Win32 code when FAILED or CLOSED, else 0 */
} rdy_result;

/* rdy_done, rdy_would_block, rdy_closed and rdy_failed make a result of that status. */
static inline rdy_result rdy_done(void)
{
    return (rdy_result){RDY_DONE, ERROR_SUCCESS};
}

static inline rdy_result rdy_would_block(void)
{
    return (rdy_result){RDY_WOULD_BLOCK, ERROR_SUCCESS};
}

static inline rdy_result rdy_closed(DWORD os_error)
{
    return (rdy_result){RDY_CLOSED, os_error};
}

static inline rdy_result rdy_failed(DWORD os_error)
{
    return (rdy_result){RDY_FAILED, os_error};
}

#endif
