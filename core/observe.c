/* observe: see observe.h. The names of all machines; rdy_observe itself is in observer.c. */
#include "core/machine.h"

static const struct rdy_machine_table *const machines[] = {
    [RDY_MACHINE_POLL] = &rdy_poll_machine,
    [RDY_MACHINE_WAKER] = &rdy_waker_machine,
    [RDY_MACHINE_PIPE] = &rdy_pipe_machine,
    [RDY_MACHINE_PIPE_CONNECT] = &rdy_pipe_connect_machine,
    [RDY_MACHINE_PIPE_READ] = &rdy_pipe_read_machine,
    [RDY_MACHINE_PIPE_WRITE] = &rdy_pipe_write_machine,
    [RDY_MACHINE_PIPE_EVENT] = &rdy_pipe_event_machine,
    [RDY_MACHINE_REGISTRY] = &rdy_registry_machine,
    [RDY_MACHINE_CHANNEL] = &rdy_channel_machine,
    [RDY_MACHINE_CHANNEL_READER] = &rdy_channel_side_machine,
    [RDY_MACHINE_CHANNEL_WRITER] = &rdy_channel_side_machine,
    [RDY_MACHINE_IO_SOURCE] = &rdy_io_source_machine,
    [RDY_MACHINE_SOCK] = &rdy_sock_machine,
    [RDY_MACHINE_SOCK_POLL] = &rdy_sock_poll_machine,
    [RDY_MACHINE_SOURCE] = &rdy_source_machine,
    [RDY_MACHINE_SOURCE_EVENT] = &rdy_source_event_machine,
};
_Static_assert(sizeof machines / sizeof machines[0] == RDY_MACHINE_COUNT, "one row a machine");

static const struct rdy_machine_table *find(enum rdy_machine machine)
{
    return (unsigned)machine < RDY_MACHINE_COUNT ? machines[machine] : NULL;
}

static int has_state(const struct rdy_machine_table *table, int state)
{
    return table != NULL && state >= 0 && state < table->state_count;
}

const char *rdy_machine_name(enum rdy_machine machine)
{
    const struct rdy_machine_table *table = find(machine);
    return table != NULL ? table->name : "?";
}

const char *rdy_state_name(enum rdy_machine machine, int state)
{
    const struct rdy_machine_table *table = find(machine);
    return has_state(table, state) ? table->state[state] : "?";
}

int rdy_transition_is_legal(enum rdy_machine machine, int from, int to)
{
    const struct rdy_machine_table *table = find(machine);
    return has_state(table, from) && has_state(table, to) && (table->next[from] & RDY_TO(to)) != 0;
}
