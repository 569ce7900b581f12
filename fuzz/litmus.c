/* litmus: executions, and what each came to. */
#include "fuzz/litmus.h"

#include "conformance/outcome.h"
#include "conformance/runner.h"
#include "conformance/worlds/world_sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct litmus {
    const struct conf_scenario *scenario;
    struct sim_world *world;
    struct conf_runner *runner;
    struct sim_decision_log *decisions;
    void *memory; /* of the strategy */
    struct conf_outcome outcome;
};

#define DECISIONS_MAX 65536u

/* What the last execution came to. */
static void observe(struct litmus *litmus, char *text, size_t size)
{
    const struct sim_log *log = sim_world_log(litmus->world);
    size_t count = sim_log_count(log);

    conf_outcome_begin(&litmus->outcome, litmus->scenario);
    for (size_t i = 0; i < count; i++) {
        struct conf_record record;
        if (conf_world_sim_record(sim_log_at(log, i), &record)) {
            (void)conf_outcome_see(&litmus->outcome, &record);
        }
    }
    if (litmus->scenario->outcome_count != 0) {
        conf_outcome_tuple(&litmus->outcome, text, size);
    } else {
        conf_outcome_format(&litmus->outcome, text, size);
    }
}

/* Counts an execution; false when there is no going on. */
static bool count(struct litmus *litmus, const struct sim_outcome *outcome,
                  struct fuzz_litmus_result *result)
{
    char text[FUZZ_LITMUS_TEXT_SIZE];

    if (outcome->abandoned) {
        return true;
    }
    result->executions++;
    if (outcome->oracle != NULL) {
        result->answer = FUZZ_LITMUS_FOUND;
        snprintf(result->finding, sizeof result->finding, "%.60s: %s", outcome->oracle,
                 outcome->message);
        return false;
    }
    observe(litmus, text, sizeof text);
    if (!fuzz_outcome_set_add(&result->set, text, 1)) {
        result->answer = FUZZ_LITMUS_TOO_MANY;
        return false;
    }
    return true;
}

static void run(struct litmus *litmus, const struct conf_port *port,
                const struct fuzz_strategy *strategy, uint64_t seed, uint64_t executions_max,
                struct fuzz_litmus_result *result)
{
    struct fuzz_strategy_config config = {.seed = seed};
    struct fuzz_strategy_progress progress = {.complete = false};
    struct sim_source *source = NULL;
    bool good = true;

    strategy->init(litmus->memory, &config);
    for (uint64_t i = 0; good && i < executions_max; i++) {
        struct sim_outcome outcome;
        source = strategy->begin(litmus->memory, i);
        if (source == NULL) {
            break;
        }
        conf_world_sim_run(litmus->runner, port, litmus->scenario, litmus->world, source, &outcome);
        good = count(litmus, &outcome, result);
        if (strategy->end != NULL) {
            struct fuzz_execution execution = {.world = litmus->world,
                                               .decisions = litmus->decisions,
                                               .finding = outcome.oracle != NULL,
                                               .steps = outcome.steps,
                                               .picks = outcome.picks};
            strategy->end(litmus->memory, &execution);
        }
    }
    if (good) {
        if (strategy->progress != NULL) {
            strategy->progress(litmus->memory, &progress);
        }
        result->answer = progress.complete ? FUZZ_LITMUS_ALL : FUZZ_LITMUS_SOME;
    }
}

bool fuzz_litmus_run(const struct conf_scenario *scenario, const struct conf_port *port,
                     const struct fuzz_strategy *strategy, uint64_t seed, uint64_t executions_max,
                     struct fuzz_litmus_result *result)
{
    struct litmus *litmus = calloc(1, sizeof *litmus);
    bool good = litmus != NULL;

    if (good) {
        litmus->scenario = scenario;
        litmus->world = sim_world_create();
        litmus->runner = conf_runner_create();
        litmus->decisions = calloc(1, sim_decision_log_size(DECISIONS_MAX));
        litmus->memory = malloc(strategy->memory_size);
        good = litmus->world != NULL && litmus->runner != NULL && litmus->decisions != NULL &&
               litmus->memory != NULL;
    }
    if (good) {
        litmus->decisions->capacity = DECISIONS_MAX;
        sim_world_record(litmus->world, litmus->decisions);
        run(litmus, port, strategy, seed, executions_max, result);
    }
    if (litmus != NULL) {
        free(litmus->memory);
        free(litmus->decisions);
        conf_runner_destroy(litmus->runner);
        if (litmus->world != NULL) {
            sim_world_destroy(litmus->world);
        }
    }
    free(litmus);
    return good;
}
