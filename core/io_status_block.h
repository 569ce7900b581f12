/* io_status_block: the result of a request that was submitted through the native API (mio
 * sys/windows/io_status_block.rs). Internal to core.
 *
 * The first two words of an OVERLAPPED are an IO_STATUS_BLOCK: Win32's own calls pass them to the
 * native ones as such. Core does the same, so that a native request has one address for all:
 * what the kernel writes, what its packet carries and what CancelIoEx looks for. */
#ifndef CORE_IO_STATUS_BLOCK_H
#define CORE_IO_STATUS_BLOCK_H

#include "core/overlapped.h"

/* rdy_io_status_block returns the block that a native call takes for `request`. */
static inline IO_STATUS_BLOCK *rdy_io_status_block(struct rdy_overlapped *request)
{
    return (IO_STATUS_BLOCK *)(void *)&request->overlapped;
}

/* rdy_io_status returns how a request ended. Only after its packet was dequeued. */
static inline NTSTATUS rdy_io_status(const struct rdy_overlapped *request)
{
    return (NTSTATUS)(DWORD)request->overlapped.Internal; /* only its low half is defined */
}

/* rdy_io_status_is_error tells whether a native call that answered `status` was refused. Successes,
 * STATUS_PENDING and warnings are accepted requests, whose packet will come. */
static inline BOOL rdy_io_status_is_error(NTSTATUS status)
{
    return (DWORD)status >> 30 == 3;
}

#endif
