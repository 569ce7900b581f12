/* duplex_state: what the parts of duplex share. Internal to core. */
#ifndef CORE_DUPLEX_STATE_H
#define CORE_DUPLEX_STATE_H

#include "core/duplex.h"
#include "core/stream_end.h"

struct rdy_duplex_source;

struct rdy_duplex {
    struct rdy_stream_end end;
    struct rdy_duplex_source *source; /* NULL until it is registered for the first time */
    /* How the source is dropped: who never registers an end does not link what that takes. */
    void (*drop_source)(struct rdy_duplex_source *source);
};

#endif
