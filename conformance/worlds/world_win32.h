/* world_win32: scenarios on real Win32 threads.
 *
 * The controller is the calling thread; each thread of the scenario is a real one. Nothing is
 * decided: the machine is what it is, and running again may end differently. Pauses of random
 * length before verbs make it do so more often.
 *
 * Nobody can tell when a real kernel has nothing left to do: here that is when every thread has
 * returned or waits for good, and for a set time nothing was recorded. On a busy machine that time
 * is longer: another thread is asked to answer a few times, as those that were woken must. */
#ifndef CONFORMANCE_WORLDS_WORLD_WIN32_H
#define CONFORMANCE_WORLDS_WORLD_WIN32_H

#include "conformance/runner.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A record, and who made it when. */
struct conf_win32_record {
    struct conf_record record;
    uint64_t time_ns; /* since the execution began */
    uint8_t thread;   /* of the scenario, or CONF_CONTROLLER */
};

struct conf_win32_options {
    uint64_t settle_ns; /* nothing recorded for that long: nothing will happen any more */
    uint64_t hang_ns;   /* nothing recorded for that long although a thread runs: it hangs */
    uint64_t seed;      /* of the pauses; 0: none */
};
#define CONF_WIN32_SETTLE_NS UINT64_C(20000000)
#define CONF_WIN32_HANG_NS   UINT64_C(10000000000)

struct conf_world_win32;

/* conf_world_win32_create allocates a world for one execution after the other; NULL when there is
 * no memory, or no addresses for its sockets. The caller owns it. */
struct conf_world_win32 *conf_world_win32_create(void);
void conf_world_win32_destroy(struct conf_world_win32 *world);

/* conf_world_win32_refuses returns which setting of a scenario no real world has, NULL if there is
 * none. A setting that only allows what real kernels do is no reason. */
const char *conf_world_win32_refuses(const struct conf_scenario *scenario);

/* conf_world_win32_run executes a legal scenario that is not refused once on `port`, which must be
 * one of this world. The runner tells what came of it. False if threads were left that never return
 * (a finding says so): they still use all three, and the process must end soon. */
bool conf_world_win32_run(struct conf_world_win32 *world, struct conf_runner *runner,
                          const struct conf_port *port, const struct conf_scenario *scenario,
                          const struct conf_win32_options *options);

/* conf_world_win32_records returns the history of the last execution and its length. */
const struct conf_win32_record *conf_world_win32_records(const struct conf_world_win32 *world,
                                                         size_t *count);

#endif
