#include "conformance/worlds/world_sim.h"

#include "conformance/ports/port_raw.h"

#include "fakes/decision_text.h"

#include <winsock2.h>
#include <windows.h>

#include <assert.h>
#include <string.h>

static_assert((int)CONF_RESULT_AT_DEQUEUE == (int)SIM_RESULT_AT_DEQUEUE &&
                  (int)CONF_RESULT_EARLY == (int)SIM_RESULT_EARLY &&
                  (int)CONF_RESULT_ANY == (int)SIM_RESULT_ANY,
              "the words mean the same");

/* Below the ports that sockets get which ask for none. */
#define ADDRESS_BASE 20000u

struct world_sim {
    struct conf_world base;
    struct conf_runner *runner;
    const struct conf_port *port;
    const struct conf_scenario *scenario;
    struct sim_world *world;
    SRWLOCK lock[CONF_SOURCES_MAX]; /* registration verbs of a source that threads compete for */
};

/* ---- records in the log ---- */

static uint16_t op_of(const struct conf_record *record)
{
    return (uint16_t)(record->code | record->word << 8);
}

static uint32_t object_of(const struct conf_record *record)
{
    return record->source | (uint32_t)record->peer << 8 | (uint32_t)record->thread << 16 |
           (uint32_t)record->flags << 24;
}

bool conf_world_sim_record(const struct sim_event *event, struct conf_record *record)
{
    if (event->kind < SIM_EVENT_HARNESS ||
        event->kind >= SIM_EVENT_HARNESS + CONF_RECORD_KIND_COUNT) {
        return false;
    }
    *record = (struct conf_record){.kind = (uint16_t)(event->kind - SIM_EVENT_HARNESS),
                                   .code = (uint8_t)event->op,
                                   .word = (uint8_t)(event->op >> 8),
                                   .source = (uint8_t)event->object,
                                   .peer = (uint8_t)(event->object >> 8),
                                   .thread = (uint8_t)(event->object >> 16),
                                   .flags = (uint8_t)(event->object >> 24),
                                   .a = event->a,
                                   .b = event->b,
                                   .c = event->c};
    return true;
}

/* Numbers are indexes in the log plus 1, so that 0 stays "never". */
static uint32_t note(struct conf_world *base, const struct conf_record *record)
{
    return 1 + (uint32_t)sim_log_note((uint16_t)(SIM_EVENT_HARNESS + record->kind), op_of(record),
                                      object_of(record), record->a, record->b, record->c);
}

/* ---- the table ---- */

static uint32_t ordinal_of(uint8_t thread)
{
    return thread == CONF_CONTROLLER ? 0 : thread + 1u;
}

static uint32_t spawn(struct conf_world *base, const char *name, void (*body)(void *argument),
                      void *argument)
{
    return sim_spawn(name, body, argument);
}

static void join(struct conf_world *base, uint32_t id)
{
    sim_thread_join(id);
}

static void settle(struct conf_world *base)
{
    sim_wait_quiescent();
}

static void enter(struct conf_world *base, uint8_t source)
{
    AcquireSRWLockExclusive(&((struct world_sim *)base)->lock[source]);
}

static void leave(struct conf_world *base, uint8_t source)
{
    ReleaseSRWLockExclusive(&((struct world_sim *)base)->lock[source]);
}

static uint8_t self(struct conf_world *base)
{
    uint32_t ordinal = sim_thread_self();

    return ordinal == 0 ? CONF_CONTROLLER : (uint8_t)(ordinal - 1);
}

static void yield(struct conf_world *base)
{
    sim_yield();
}

static void touch_source(struct conf_world *base, uint8_t source, bool change)
{
    sim_touch(source, change);
}

static bool stepped(struct conf_world *base, uint8_t thread, uint32_t from, uint32_t to)
{
    const struct sim_log *log = sim_world_log(((struct world_sim *)base)->world);

    for (uint32_t i = from; i + 1 < to; i++) {
        const struct sim_event *event = sim_log_at(log, i);
        if (event->kind == SIM_EVENT_STEP && event->actor == ordinal_of(thread)) {
            return true;
        }
    }
    return false;
}

static uint64_t now(struct conf_world *base)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (uint64_t)count.QuadPart / (uint64_t)frequency.QuadPart * UINT64_C(1000000000) +
           (uint64_t)count.QuadPart % (uint64_t)frequency.QuadPart * UINT64_C(1000000000) /
               (uint64_t)frequency.QuadPart;
}

static uint32_t in_flight(struct conf_world *base, const void *request)
{
    return sim_inflight(request);
}

static void quiet(struct conf_world *base, bool on)
{
    sim_faults_suspend(on);
}

static void report(struct conf_world *base, const struct conf_finding *finding)
{
    char graph[1024] = "";

    if (strcmp(finding->oracle->id, SIM_ORACLE_DEADLOCK) == 0) {
        graph[0] = '\n';
        sim_wait_graph(graph + 1, sizeof(graph) - 1);
    }
    sim_report(finding->oracle->id, "%s%s", finding->message, graph);
}

static const struct conf_world_ops ops = {
    .spawn = spawn,
    .join = join,
    .settle = settle,
    .enter = enter,
    .leave = leave,
    .self = self,
    .touch = touch_source,
    .yield = yield,
    .note = note,
    .stepped = stepped,
    .now = now,
    .in_flight = in_flight,
    .quiet = quiet,
    .report = report,
};

/* ---- running ---- */

struct sim_settings conf_world_sim_settings(const struct conf_settings *settings)
{
    return (struct sim_settings){
        .result_write = (enum sim_result_write)settings->result_write,
        .handles = settings->fresh_handles ? SIM_HANDLES_FRESH : SIM_HANDLES_REUSE,
        .waiters = settings->waiters_any ? SIM_WAITERS_ANY : SIM_WAITERS_LIFO,
        .faults_max = settings->faults,
        .cancel_races = settings->cancel_races != 0,
        .short_pipe_writes = settings->short_writes != 0,
        .pending_though_done = settings->pending_done != 0,
        .coarse_clock = settings->coarse_clock != 0,
        .prompt_network = settings->prompt_network != 0,
        .late_polls = settings->late_polls != 0,
        .spurious_polls = settings->spurious_polls != 0,
        .crossed_polls = settings->crossed_polls != 0,
        .layers = (enum sim_layers)settings->layers,
        .socket_buffer = settings->socket_buffer,
        .late_packets = settings->late_packets != 0,
        .wine_sockets = settings->wine_sockets != 0,
    };
}

static void run_scenario(void *argument)
{
    struct world_sim *world = argument;

    conf_runner_run(world->runner, &world->base, world->port, world->scenario);
}

void conf_world_sim_run(struct conf_runner *runner, const struct conf_port *port,
                        const struct conf_scenario *scenario, struct sim_world *world,
                        struct sim_source *source, struct sim_outcome *outcome)
{
    struct sim_settings settings = conf_world_sim_settings(&scenario->settings);
    struct world_sim self = {
        .base = {.ops = &ops, .raw = &conf_port_raw, .address_base = ADDRESS_BASE},
        .runner = runner,
        .port = port,
        .scenario = scenario,
        .world = world,
    };

    sim_world_run(world, &settings, source, run_scenario, &self, outcome);
    if (outcome->oracle != NULL && strcmp(outcome->oracle, SIM_ORACLE_UNMODELLED) != 0 &&
        !conf_oracle_is_on(scenario, outcome->oracle)) {
        outcome->oracle = NULL;
        outcome->message[0] = 0;
    }
}

/* ---- history ---- */

uint32_t conf_world_sim_names(const struct conf_scenario *scenario,
                              const char *name[CONF_THREADS_MAX + 1])
{
    name[0] = conf_thread_name(scenario, CONF_CONTROLLER);
    for (unsigned i = 0; i < scenario->thread_count; i++) {
        name[i + 1] = scenario->thread_name[i];
    }
    return scenario->thread_count + 1u;
}

void conf_world_sim_history(const struct conf_scenario *scenario, const struct conf_port *port,
                            const struct sim_world *world, bool whole, FILE *out)
{
    const struct sim_log *log = sim_world_log(world);
    const char *name[CONF_THREADS_MAX + 1];
    const struct sim_names names = {.name = name, .count = conf_world_sim_names(scenario, name)};

    for (size_t i = 0; i < sim_log_count(log); i++) {
        const struct sim_event *event = sim_log_at(log, i);
        struct conf_record record;
        bool own = conf_world_sim_record(event, &record);
        char actor[64], line[256];
        if (!own && !whole) {
            continue;
        }
        sim_actor_format(event->actor, &names, actor, sizeof(actor));
        if (own) {
            conf_record_format(&record, scenario, port, line, sizeof(line));
        } else {
            sim_event_format(event, name, names.count, line, sizeof(line));
        }
        fprintf(out, "%5zu  %-8s %s%s\n", i + 1, actor, own ? "" : "  ", line);
    }
}
