/* network: segments in flight. See network.h. */
#include "fakes/network.h"

#include "fakes/scheduler.h"

static void channel_unlink(struct sim_world *world, struct sim_channel *channel)
{
    channel->in_flight = false;
    if (channel->previous != NULL) {
        channel->previous->next = channel->next;
    } else {
        world->channels = channel->next;
    }
    if (channel->next != NULL) {
        channel->next->previous = channel->previous;
    } else {
        world->channels_last = channel->previous;
    }
    world->channel_count--;
}

static void segment_arrive(void *argument)
{
    struct sim_channel *channel = argument;
    channel_unlink(sim_running, channel);
    channel->arrive(channel);
}

void network_launch(struct sim_channel *channel, sim_actor_id id)
{
    struct sim_world *world = sim_running;
    channel->in_flight = true;
    channel->next = NULL;
    channel->previous = world->channels_last;
    if (world->channels_last != NULL) {
        world->channels_last->next = channel;
    } else {
        world->channels = channel;
    }
    world->channels_last = channel;
    world->channel_count++;
    if (!world->settings.prompt_network) {
        scheduler_add_actor(id, SIM_OP_SEGMENT_ARRIVE, channel->ordinal, segment_arrive, channel);
    }
}

void network_recall(struct sim_channel *channel)
{
    if (channel->in_flight) {
        channel_unlink(sim_running, channel);
        scheduler_remove_actor(segment_arrive, channel);
    }
}

void network_settle(void)
{
    struct sim_world *world = sim_running;
    uint32_t most = world->settings.prompt_network ? 0 : SIM_CHANNELS_IN_FLIGHT_MAX;
    while (world->channel_count > most) {
        struct sim_channel *channel = world->channels;
        network_recall(channel);
        channel->arrive(channel);
    }
}

void network_reset(struct sim_world *world)
{
    world->channels = NULL;
    world->channels_last = NULL;
    world->channel_count = 0;
}
