/* machine: what modules with a state machine share: its table, and how they report to observe.
 *
 * Internal to core. Each table stands in the module of its machine, below the diagram it repeats.
 */
#ifndef CORE_MACHINE_H
#define CORE_MACHINE_H

#include "core/observe.h"

#include <stddef.h>
#include <stdint.h>

#define RDY_MACHINE_STATES_MAX 8

/* One bit of rdy_machine_table.next. */
#define RDY_TO(state) (UINT32_C(1) << (state))

struct rdy_machine_table {
    const char *name;
    int state_count;
    const char *state[RDY_MACHINE_STATES_MAX];
    uint32_t next[RDY_MACHINE_STATES_MAX]; /* which states may follow, one bit each */
};

extern const struct rdy_machine_table rdy_poll_machine;
extern const struct rdy_machine_table rdy_registry_machine;
extern const struct rdy_machine_table rdy_waker_machine;
extern const struct rdy_machine_table rdy_pipe_machine;
extern const struct rdy_machine_table rdy_pipe_connect_machine;
extern const struct rdy_machine_table rdy_pipe_read_machine;
extern const struct rdy_machine_table rdy_pipe_write_machine;
extern const struct rdy_machine_table rdy_pipe_event_machine;
extern const struct rdy_machine_table rdy_channel_machine;
extern const struct rdy_machine_table rdy_channel_side_machine;
extern const struct rdy_machine_table rdy_io_source_machine;
extern const struct rdy_machine_table rdy_sock_machine;
extern const struct rdy_machine_table rdy_sock_poll_machine;
extern const struct rdy_machine_table rdy_source_machine;
extern const struct rdy_machine_table rdy_source_event_machine;

static inline void rdy_report(const struct rdy_observation *observation)
{
    if (rdy_observe != NULL) {
        rdy_observe(observation);
    }
}

/* rdy_report_object reports that an object is created or destroyed. */
static inline void rdy_report_object(enum rdy_observation_kind kind, enum rdy_machine machine,
                                     const void *object)
{
    rdy_report(&(struct rdy_observation){.kind = kind, .machine = machine, .object = object});
}

/* rdy_report_request reports what happens to the reference of a request: retain, release, dispatch.
 */
static inline void rdy_report_request(enum rdy_observation_kind kind, enum rdy_machine machine,
                                      const void *object, const void *overlapped)
{
    rdy_report(&(struct rdy_observation){
        .kind = kind, .machine = machine, .object = object, .overlapped = overlapped});
}

/* rdy_report_state reports a transition. */
static inline void rdy_report_state(enum rdy_machine machine, const void *object, int from, int to)
{
    rdy_report(&(struct rdy_observation){
        .kind = RDY_OBSERVE_STATE, .machine = machine, .object = object, .from = from, .to = to});
}

#endif
