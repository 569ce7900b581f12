/* tcp_stream_state: what tcp_listener needs to make the streams that it accepts. Internal to
 * core. */
#ifndef CORE_TCP_STREAM_STATE_H
#define CORE_TCP_STREAM_STATE_H

#include "core/source_state.h"
#include "core/tcp_stream.h"

struct rdy_tcp_stream {
    struct rdy_source_state state; /* first */
};

#endif
