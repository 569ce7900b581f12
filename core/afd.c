/* afd: see afd.h. */
#include "core/afd.h"

#include "core/handle.h"
#include "core/io_status_block.h"
#include "core/winsock.h"

#include <stdint.h>

#define IOCTL_AFD_POLL 0x00012024u
#define TIMEOUT_NEVER  INT64_MAX

/* Service providers stacked upon each other: the system allows fewer (MAX_PROTOCOL_CHAIN). */
#define LAYERS_MAX 8u

static NTSTATUS open_device(HANDLE *handle)
{
    /* Any name below the device will do; ours shows in lists of handles. */
    WCHAR text[] = L"\\Device\\Afd\\iocplab";
    UNICODE_STRING name = {
        .Length = sizeof text - sizeof text[0], .MaximumLength = sizeof text, .Buffer = text};
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &name, 0, NULL, NULL);
    IO_STATUS_BLOCK block;
    return NtCreateFile(handle, SYNCHRONIZE, &attributes, &block, NULL, 0,
                        FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, 0, NULL, 0);
}

rdy_result rdy_afd_open(struct rdy_afd *afd, const struct rdy_completion_port *port)
{
    afd->handle = INVALID_HANDLE_VALUE;
    HANDLE handle;
    NTSTATUS status = open_device(&handle);
    if (status != 0) {
        return rdy_failed(RtlNtStatusToDosError(status));
    }
    afd->handle = handle;
    rdy_result result = rdy_completion_port_add_handle(port, handle);
    if (result.status == RDY_DONE &&
        !SetFileCompletionNotificationModes(handle, FILE_SKIP_SET_EVENT_ON_HANDLE)) {
        result = rdy_failed(GetLastError());
    }
    if (result.status != RDY_DONE) {
        rdy_afd_close(afd);
    }
    return result;
}

void rdy_afd_close(struct rdy_afd *afd)
{
    rdy_handle_close(&afd->handle);
}

rdy_result rdy_afd_poll(const struct rdy_afd *afd, struct rdy_afd_request *request, SOCKET socket,
                        uint32_t events)
{
    struct rdy_afd_poll_info *info = &request->info;
    info->timeout.QuadPart = TIMEOUT_NEVER;
    info->handle_count = 1;
    info->is_exclusive = FALSE;
    info->handle.handle = (HANDLE)socket;
    info->handle.events = events | RDY_AFD_LOCAL_CLOSE;
    info->handle.status = 0;
    NTSTATUS status =
        NtDeviceIoControlFile(afd->handle, NULL, NULL, &request->overlapped.overlapped,
                              rdy_io_status_block(&request->overlapped), IOCTL_AFD_POLL, info,
                              sizeof *info, info, sizeof *info);
    if (rdy_io_status_is_error(status)) {
        return rdy_failed(RtlNtStatusToDosError(status));
    }
    return rdy_done();
}

rdy_result rdy_afd_cancel(const struct rdy_afd *afd, struct rdy_afd_request *request)
{
    if (!CancelIoEx(afd->handle, &request->overlapped.overlapped)) {
        DWORD error = GetLastError();
        /* Not found: it has ended, and its packet is on the way. */
        return error == ERROR_NOT_FOUND ? rdy_done() : rdy_failed(error);
    }
    return rdy_done();
}

rdy_result rdy_afd_answer(const struct rdy_afd_request *request, uint32_t *events)
{
    *events = 0;
    NTSTATUS status = rdy_io_status(&request->overlapped);
    if (rdy_io_status_is_error(status)) {
        /* The info holds what was asked for: the kernel writes none for errors. */
        DWORD error = RtlNtStatusToDosError(status);
        return error == ERROR_OPERATION_ABORTED ? rdy_done() : rdy_failed(error);
    }
    if (request->info.handle_count > 0) {
        *events = request->info.handle.events;
    }
    return rdy_done();
}

/* 0, or SOCKET_ERROR and WSAGetLastError says why. */
static int ask(SOCKET socket, DWORD code, SOCKET *answer)
{
    DWORD size;
    return WSAIoctl(socket, code, NULL, 0, answer, sizeof *answer, &size, NULL, NULL);
}

/* Where a provider leads that does not answer the question itself; `socket` if nowhere. */
static SOCKET next_layer(SOCKET socket)
{
    static const DWORD codes[] = {SIO_BSP_HANDLE_SELECT, SIO_BSP_HANDLE_POLL, SIO_BSP_HANDLE};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        SOCKET next;
        if (ask(socket, codes[i], &next) == 0 && next != socket) {
            return next;
        }
    }
    return socket;
}

rdy_result rdy_afd_base_handle(SOCKET socket, SOCKET *base)
{
    SOCKET layer = socket;
    int error = 0;
    for (unsigned i = 0; i < LAYERS_MAX; i++) {
        if (ask(layer, SIO_BASE_HANDLE, base) == 0) {
            return rdy_done();
        }
        error = WSAGetLastError();
        /* Providers must not intercept that question, and some do. What they answer to others helps
         * only if it leads further down (wepoll ws_get_base_socket). */
        SOCKET next = next_layer(layer);
        if (next == layer) {
            break;
        }
        layer = next;
    }
    if (layer == socket) {
        return rdy_failed((DWORD)error);
    }
    *base = layer;
    return rdy_done();
}
