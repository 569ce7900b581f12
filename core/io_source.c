/* io_source: see io_source.h. */
#include "core/io_source.h"

#include "core/net.h"
#include "core/source_state.h"

struct rdy_io_source {
    struct rdy_source_state state; /* first */
};

rdy_result rdy_io_source_from_raw_socket(SOCKET socket, rdy_io_source **source)
{
    void *created;
    rdy_result result = rdy_net_from_raw(socket, sizeof **source, &created);
    *source = created;
    return result;
}

SOCKET rdy_io_source_raw_socket(const rdy_io_source *source)
{
    return source->state.socket;
}

SOCKET rdy_io_source_into_raw_socket(rdy_io_source *source)
{
    return rdy_source_state_drop(&source->state);
}

rdy_result rdy_io_source_register(rdy_io_source *source, rdy_registry *registry, uint64_t token,
                                  rdy_interest interest)
{
    return rdy_source_state_register(&source->state, registry, token, interest);
}

rdy_result rdy_io_source_reregister(rdy_io_source *source, rdy_registry *registry, uint64_t token,
                                    rdy_interest interest)
{
    return rdy_source_state_reregister(&source->state, registry, token, interest);
}

rdy_result rdy_io_source_deregister(rdy_io_source *source, rdy_registry *registry)
{
    return rdy_source_state_deregister(&source->state, registry);
}

rdy_result rdy_io_source_enter(rdy_io_source *source)
{
    return rdy_source_state_enter(&source->state);
}

rdy_result rdy_io_source_would_block(rdy_io_source *source, rdy_interest direction)
{
    return rdy_source_state_would_block(&source->state, direction);
}

rdy_result rdy_io_source_take_error(rdy_io_source *source, DWORD *error)
{
    return rdy_net_take_error(&source->state, error);
}

void rdy_io_source_destroy(rdy_io_source *source)
{
    rdy_net_drop(&source->state);
}

void rdy_io_source_check(rdy_io_source *source)
{
    rdy_source_state_check(&source->state);
}
