/* bench_selector: does a socket cost the same however many others there are? In the simulated
 * world, by the processor's time. */
#include "fuzz/cli/bench.h"

#include "core/poll.h"
#include "core/udp_socket.h"
#include "fakes/world.h"
#include "fuzz/explore/host.h"

#include <stdio.h>
#include <stdlib.h>

#define IDLE_MIN    10u
#define IDLE_MAX    100000u
#define LIFE_MIN    1000u /* fewer do not pay for what a poll costs */
#define EVENTS      4000u
#define WARM_EVENTS 500u
#define REPEATS     3u     /* of a small crowd: its figures are the base of the ratio */
#define PORT_FIRST  1024u  /* of the idle sources, each at a port of its own */
#define PORTS       48000u /* of one address */
#define BUSY        4u     /* sources that have the events */
#define BUSY_PORT   900u
#define STEPS_MAX   UINT32_MAX

/* One crowd, and what it costs. */
struct crowd {
    uint32_t idle;
    uint64_t event_ns; /* of an event: a datagram, the poll that tells of it, and reading it */
    uint64_t life_ns;  /* of a source: to make, register and drop it */
    bool good;

    rdy_poll *poll;
    rdy_udp_socket *busy[BUSY];
    rdy_udp_socket **source;
};

static rdy_address address_of(uint32_t index)
{
    const uint8_t bytes[4] = {127, 0, 0, (uint8_t)(1 + index / PORTS)};
    return rdy_address_v4(bytes, (uint16_t)(PORT_FIRST + index % PORTS));
}

static rdy_address busy_address(uint32_t index)
{
    static const uint8_t bytes[4] = {127, 0, 0, 1};
    return rdy_address_v4(bytes, (uint16_t)(BUSY_PORT + index));
}

static bool add(struct crowd *crowd, const rdy_address *address, uint64_t token,
                rdy_udp_socket **source)
{
    return rdy_udp_socket_bind(address, source).status == RDY_DONE &&
           rdy_udp_socket_register(*source, rdy_poll_registry(crowd->poll), token,
                                   RDY_INTEREST_READABLE)
                   .status == RDY_DONE;
}

/* One datagram from a busy source to the next, until it was read and nothing is left. */
static bool event(struct crowd *crowd, uint32_t round)
{
    uint32_t target = round % BUSY;
    rdy_address to = busy_address(target);
    rdy_address from;
    rdy_event event;
    char byte = 'x';
    size_t count;

    bool good =
        rdy_udp_socket_send_to(crowd->busy[(round + 1) % BUSY], &byte, 1, &to, &count).status ==
            RDY_DONE &&
        rdy_poll_wait(crowd->poll, &event, 1, RDY_WAIT_FOREVER, &count).status == RDY_DONE;
    good = good && count == 1 && event.token == target;
    good =
        good && rdy_udp_socket_receive_from(crowd->busy[target], &byte, 1, &count, &from).status ==
                    RDY_DONE;
    return good &&
           rdy_udp_socket_receive_from(crowd->busy[target], &byte, 1, &count, &from).status ==
               RDY_WOULD_BLOCK;
}

static bool events(struct crowd *crowd, uint32_t count)
{
    bool good = true;

    for (uint32_t i = 0; good && i < count; i++) {
        good = event(crowd, i);
    }
    return good;
}

static void add_all(struct crowd *crowd)
{
    rdy_event event;
    size_t count;

    crowd->good = rdy_poll_create(&crowd->poll).status == RDY_DONE;
    for (uint32_t i = 0; crowd->good && i < crowd->idle; i++) {
        rdy_address address = address_of(i);
        crowd->good = add(crowd, &address, BUSY + i, &crowd->source[i]);
    }
    for (uint32_t i = 0; crowd->good && i < BUSY; i++) {
        rdy_address address = busy_address(i);
        crowd->good = add(crowd, &address, i, &crowd->busy[i]);
    }
    /* The kernel hears of them now. */
    crowd->good =
        crowd->good && rdy_poll_wait(crowd->poll, &event, 1, 0, &count).status == RDY_DONE;
}

static void drop_all(struct crowd *crowd)
{
    for (uint32_t i = 0; i < crowd->idle; i++) {
        rdy_udp_socket_destroy(crowd->source[i]);
    }
    for (uint32_t i = 0; i < BUSY; i++) {
        rdy_udp_socket_destroy(crowd->busy[i]);
    }
    rdy_poll_destroy(crowd->poll);
}

/* The first simulated thread. */
static void live(void *argument)
{
    struct crowd *crowd = argument;
    uint64_t begin_ns = fuzz_cpu_ns();

    add_all(crowd);
    uint64_t added_ns = fuzz_cpu_ns();
    crowd->good = crowd->good && events(crowd, WARM_EVENTS);
    uint64_t warm_ns = fuzz_cpu_ns();
    crowd->good = crowd->good && events(crowd, EVENTS);
    uint64_t end_ns = fuzz_cpu_ns();
    if (crowd->good) {
        drop_all(crowd);
    }
    crowd->event_ns = (end_ns - warm_ns) / EVENTS;
    crowd->life_ns = (added_ns - begin_ns + fuzz_cpu_ns() - end_ns) / crowd->idle;
}

/* measure fills a crowd's costs; false if something failed on the way. */
static bool measure(struct crowd *crowd, uint32_t idle)
{
    const struct sim_settings settings = {.steps_max = STEPS_MAX};
    struct sim_world *world = sim_world_create();
    struct sim_outcome outcome;

    *crowd = (struct crowd){.idle = idle, .source = calloc(idle, sizeof *crowd->source)};
    if (world == NULL || crowd->source == NULL) {
        crowd->good = false;
    } else {
        sim_world_run(world, &settings, &sim_source_dull, live, crowd, &outcome);
        crowd->good = crowd->good && outcome.oracle == NULL;
    }
    free(crowd->source);
    sim_world_destroy(world);
    return crowd->good;
}

/* The least of some measurements: what the machine does beside only adds. */
static bool measure_best(uint32_t idle, uint32_t repeats, uint64_t *event_ns, uint64_t *life_ns)
{
    *event_ns = UINT64_MAX;
    *life_ns = UINT64_MAX;
    for (uint32_t i = 0; i < repeats; i++) {
        struct crowd crowd;
        if (!measure(&crowd, idle)) {
            return false;
        }
        *event_ns = crowd.event_ns < *event_ns ? crowd.event_ns : *event_ns;
        *life_ns = crowd.life_ns < *life_ns ? crowd.life_ns : *life_ns;
    }
    return true;
}

/* worst_ratio compares crowds of `least` sources with larger ones, up to IDLE_MAX. */
static bool worst_ratio(uint32_t least, bool of_events, const struct cli_bench_options *options,
                        struct cli_bench_result *result)
{
    uint64_t event_ns, life_ns;
    bool good = true;

    for (uint32_t i = 0; good && i < options->samples; i++) {
        uint64_t base_ns = 0, largest_ns = 0;
        double worst = 0;
        for (uint32_t idle = least; good && idle <= IDLE_MAX; idle *= 10) {
            good = measure_best(idle, idle < IDLE_MAX ? REPEATS : 1, &event_ns, &life_ns);
            largest_ns = of_events ? event_ns : life_ns;
            base_ns = idle == least ? largest_ns : base_ns;
            double ratio = (double)largest_ns / (double)base_ns;
            worst = ratio > worst ? ratio : worst;
        }
        result->sample[i] = worst;
        result->sample_count = i + 1;
        snprintf(result->note, sizeof result->note, "%llu ns beside %u, %llu ns beside %u",
                 (unsigned long long)base_ns, least, (unsigned long long)largest_ns, IDLE_MAX);
    }
    return good;
}

bool cli_bench_selector_scale(const struct cli_bench_options *options,
                              struct cli_bench_result *result)
{
    return worst_ratio(IDLE_MIN, true, options, result);
}

bool cli_bench_selector_life(const struct cli_bench_options *options,
                             struct cli_bench_result *result)
{
    return worst_ratio(LIFE_MIN, false, options, result);
}
