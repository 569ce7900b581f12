/* socket_layer: handles of sockets, and layered service providers.
 *
 * A layered provider gives its callers a handle that is none of the AFD driver's and has the real
 * socket, the base, behind it: Winsock calls see through, the native API does not. The setting
 * layers tells whether there is one, and whether it lets SIO_BASE_HANDLE through, as it must, or
 * answers only SIO_BSP_HANDLE_*, as those of Komodia do (wepoll ws.c, mio selector.rs). */
#include "fakes/scheduler.h"
#include "fakes/socket.h"

struct sim_layer {
    struct sim_file file;
    struct sim_socket *base; /* alive as long as its handle is open */
    HANDLE base_handle;
};

static NTSTATUS refuse_transfer(struct sim_file *file, struct sim_request *request)
{
    (void)file;
    sim_report(SIM_ORACLE_UNMODELLED, "%s through a layered provider",
               sim_op_info(request->op)->name);
}

static void layer_cancel(struct sim_request *request)
{
    (void)request; /* it never has any */
}

static void layer_cleanup(struct sim_file *file)
{
    (void)handle_close(((struct sim_layer *)file)->base_handle);
}

static void layer_destroy(struct sim_file *file)
{
    arena_free(&sim_running->arena, file, sizeof(struct sim_layer));
}

static const struct sim_device layer_device = {
    .name = "layered socket",
    .read = refuse_transfer,
    .write = refuse_transfer,
    .cancel = layer_cancel,
    .cleanup = layer_cleanup,
    .destroy = layer_destroy,
};

HANDLE socket_publish(struct sim_socket *socket)
{
    HANDLE handle = handle_open(&socket->file.object, FILE_READ_DATA | FILE_WRITE_DATA);
    if (sim_running->settings.layers == SIM_LAYERS_NONE) {
        return handle;
    }
    struct sim_layer *layer = arena_alloc(&sim_running->arena, sizeof *layer);
    file_init(&layer->file, &layer_device, false);
    layer->base = socket;
    layer->base_handle = handle;
    return handle_open(&layer->file.object, FILE_READ_DATA | FILE_WRITE_DATA);
}

static struct sim_layer *layer_at(HANDLE handle)
{
    struct sim_object *object = handle_peek(handle);
    bool is_layer = object != NULL && object->type == SIM_OBJECT_FILE &&
                    ((struct sim_file *)object)->device == &layer_device;
    return is_layer ? (struct sim_layer *)object : NULL;
}

HANDLE layer_base(HANDLE handle)
{
    const struct sim_layer *layer = layer_at(handle);
    return layer != NULL ? layer->base_handle : NULL;
}

struct sim_socket *socket_at(SOCKET s)
{
    HANDLE handle = (HANDLE)s;
    struct sim_file *file = (struct sim_file *)handle_find(handle, SIM_OBJECT_FILE, NULL);
    struct sim_layer *layer = layer_at(handle);
    if (layer != NULL) {
        return layer->base;
    }
    if (file != NULL && file_is_socket(file)) {
        return (struct sim_socket *)file;
    }
    if (file != NULL && !sim_running->settings.bad_handles) {
        sim_report(SIM_ORACLE_MISUSE, "%s on a handle of a %s",
                   sim_op_info(sim_running->current->op)->name, file->device->name);
    }
    SetLastError(WSAENOTSOCK);
    return NULL;
}
