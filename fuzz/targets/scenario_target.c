/* scenario_target: what the fuzz targets that execute scenarios have in common. See
 * scenario_target.h. */
#include "fuzz/targets/scenario_target.h"

#include "conformance/ports/port_core.h"
#include "conformance/runner.h"
#include "conformance/scenario_bytes.h"
#include "conformance/worlds/world_sim.h"
#include "fuzz/explore/explain.h"
#include "fuzz/scenario_subject.h"
#include "fuzz/targets/bench_seeds.h"
#include "fuzz/targets/fuzz_target.h"
#include "fuzz/targets/statecov.h"

#include <stdio.h>
#include <stdlib.h>

#define DECISIONS_MAX 65536u

static struct {
    struct sim_world *world;
    struct conf_runner *runner;
    struct conf_scenario scenario;
    struct sim_outcome outcome;
} target;

static void ensure_target(void)
{
    if (target.world == NULL) {
        target.world = sim_world_create();
        target.runner = conf_runner_create();
        if (target.world == NULL || target.runner == NULL) {
            fprintf(stderr, "%s: out of memory\n", scenario_target.name);
            exit(EXIT_FAILURE);
        }
        sim_world_no_hash(target.world);
    }
}

/* run decodes and executes an input once. */
static void run(const uint8_t *data, size_t size)
{
    struct sim_source_bytes bytes;
    const uint8_t *tail;
    size_t tail_size;

    ensure_target();
    conf_bytes_decode(scenario_target.profile, data, size, &target.scenario, &tail, &tail_size);
    sim_source_bytes_init(&bytes, tail, tail_size);
    conf_world_sim_run(target.runner, &conf_port_core, &target.scenario, target.world,
                       &bytes.source, &target.outcome);
}

/* cover tells the engine which states and transitions the execution went through. */
static void cover(void)
{
    const struct sim_log *log = sim_world_log(target.world);
    size_t count = sim_log_count(log);

    for (size_t i = 0; i < count; i++) {
        const struct sim_event *event = sim_log_at(log, i);
        struct conf_record record;
        if (event->kind == SIM_EVENT_HARNESS + CONF_RECORD_STATE &&
            conf_world_sim_record(event, &record)) {
            statecov_transition((uint32_t)record.a, record.code, (uint32_t)(record.b >> 32),
                                (uint32_t)record.b);
        }
    }
}

/* print_finding executes the input again, now with its decisions recorded, and prints it as a
 * scenario and as a picture. */
static void print_finding(const uint8_t *data, size_t size)
{
    struct sim_decision_log *decisions = calloc(1, sim_decision_log_size(DECISIONS_MAX));
    struct sim_decision *item = calloc(DECISIONS_MAX, sizeof *item);
    struct fuzz_subject *subject = fuzz_scenario_subject_create(&target.scenario, &conf_port_core);
    struct fuzz_report report;
    struct fuzz_played played = {
        .subject = subject, .world = target.world, .decisions = decisions, .report = &report};

    if (decisions == NULL || item == NULL || subject == NULL) {
        fprintf(stderr, "%s: out of memory\n", scenario_target.name);
        return;
    }
    fuzz_report_outcome(&report, &target.outcome);
    fprintf(stderr, "\nfinding: ");
    fuzz_verdict_print(subject, &report, stderr);
    decisions->capacity = DECISIONS_MAX;
    sim_world_record(target.world, decisions);
    run(data, size);
    fputc('\n', stderr);
    subject->ops->print(subject, item, sim_decisions_deviations(decisions, item, DECISIONS_MAX),
                        stderr);
    fputc('\n', stderr);
    fuzz_explain_print(&played, stderr);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *seconds = getenv("IOCPLAB_BENCH_SECONDS");

    ensure_target();
    if (seconds != NULL && *argc > 1) {
        exit(bench_seeds((*argv)[1], strtod(seconds, NULL)));
    }
    return 0;
}

uint32_t fuzz_target_run(const uint8_t *data, size_t size)
{
    run(data, size);
    cover();
    return target.outcome.steps;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_target_run(data, size);
    if (target.outcome.oracle != NULL) {
        print_finding(data, size);
        abort();
    }
    return 0;
}
