/* network: what is in flight between sockets.
 *
 * A channel is a sequence of segments that arrive in order: a direction of a connection, or what
 * one socket sends as datagrams. The first of its segments is a kernel action, so that its arrival
 * may happen before or after whatever others do; those behind it follow one by one. When more
 * channels than SIM_CHANNELS_IN_FLIGHT_MAX wait, the one that waits longest arrives at the end of
 * the call that sends: a bound of the simulator, within what is legal, since any arrival may be
 * prompt. With the setting prompt_network everything arrives so. */
#ifndef FAKES_NETWORK_H
#define FAKES_NETWORK_H

#include "fakes/world_state.h"

#define SIM_CHANNELS_IN_FLIGHT_MAX 256u

struct sim_channel {
    struct sim_channel *next, *previous; /* of those in flight, in order of sending */
    bool in_flight;
    uint32_t ordinal;                            /* for the log and for footprints */
    void (*arrive)(struct sim_channel *channel); /* the first segment has arrived */
};

/* network_launch puts the first segment of a channel in flight; `id` names it. network_recall takes
 * it back, if it is in flight. */
void network_launch(struct sim_channel *channel, sim_actor_id id);
void network_recall(struct sim_channel *channel);

/* network_settle ends a call that may have sent something. */
void network_settle(void);

void network_reset(struct sim_world *world);

#endif
