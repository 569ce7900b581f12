/* allowed: strategies of explore, guided by the outcome that is looked for. */
#include "fuzz/fidelity/allowed.h"

#include "conformance/runner.h"
#include "conformance/scenario_words.h"
#include "conformance/worlds/world_sim.h"
#include "fakes/log.h"
#include "fuzz/explore/strategy.h"

#include <stdlib.h>
#include <string.h>

/* A source that does what another one says until a verb ends otherwise than wanted. */
struct guide {
    struct sim_source source;
    struct sim_source *inner;
    const struct sim_log *log;
    const struct conf_outcome *wanted;
    struct conf_outcome so_far;
    size_t looked_at; /* entries of the log */
    uint32_t ended;   /* verbs that ended as wanted */
    bool differs;
};

struct fidelity_search {
    const struct conf_port *port;
    struct sim_world *world;
    struct conf_runner *runner;
    void *memory; /* of the strategy */
    uint64_t executions;
    struct guide guide;
};

/* One attempt after the other, with a share of the executions each. */
static const struct attempt {
    const struct fuzz_strategy *strategy;
    uint32_t bound;
    uint32_t share; /* of 16 */
} attempts[] = {
    {&fuzz_strategy_random, 0, 3},
    {&fuzz_strategy_dfs, SIM_COST_PREEMPTION, 3},
    {&fuzz_strategy_pos, 0, 3},
    {&fuzz_strategy_dfs, 2 * SIM_COST_PREEMPTION, 7},
};

/* Of the simulator's own freedom, what the bounds leave free: they are about schedules. */
#define BOUND_OF_THE_REST (4 * SIM_COST_REORDERING | 4 * SIM_COST_TIMEOUT)

#define FIRST_SEED 1u

/* ---- the guide ---- */

/* Wine has other codes for what fails at a socket (its facts name some): any of them will do. */
static bool fails_both(const struct guide *guide, uint32_t verb)
{
    uint8_t source = guide->wanted->scenario->verb[verb].source;

    return source != CONF_NONE && guide->so_far.verb[verb].word == CONF_WORD_FAILED &&
           guide->wanted->verb[verb].word == CONF_WORD_FAILED &&
           conf_kind_is_socket((enum conf_source_kind)guide->wanted->scenario->source[source].kind);
}

/* look takes in what was logged since the last time. */
static void look(struct guide *guide)
{
    size_t count = sim_log_count(guide->log);

    for (; guide->looked_at < count && !guide->differs; guide->looked_at++) {
        struct conf_record record;
        uint32_t verb;
        if (!conf_world_sim_record(sim_log_at(guide->log, guide->looked_at), &record)) {
            continue;
        }
        verb = conf_outcome_see(&guide->so_far, &record);
        if (verb != 0) {
            guide->differs = !conf_outcome_verb_equal(&guide->so_far, guide->wanted, verb - 1) &&
                             !fails_both(guide, verb - 1);
            guide->ended += !guide->differs;
        }
    }
}

static uint32_t guide_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct guide *guide = (struct guide *)source; /* its first member */

    look(guide);
    return guide->differs ? SIM_PICK_STOP : sim_source_ask(guide->inner, pick);
}

static void guide_step(struct sim_source *source, const struct sim_step *step)
{
    struct guide *guide = (struct guide *)source;

    guide->inner->step(guide->inner, step);
}

static void guide_begin(struct guide *guide, struct sim_source *inner,
                        const struct conf_scenario *scenario)
{
    guide->source = (struct sim_source){.pick = guide_pick,
                                        .by_count = inner->by_count,
                                        .ask_alone = inner->ask_alone,
                                        .step = inner->step != NULL ? guide_step : NULL};
    guide->inner = inner;
    guide->looked_at = 0;
    guide->ended = 0;
    guide->differs = false;
    conf_outcome_begin(&guide->so_far, scenario);
}

/* ---- the search ---- */

struct fidelity_search *fidelity_search_create(const struct conf_port *port)
{
    struct fidelity_search *search = calloc(1, sizeof *search);
    size_t size = 0;

    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        size_t own = attempts[i].strategy->memory_size;
        size = own > size ? own : size;
    }
    if (search != NULL) {
        search->port = port;
        search->world = sim_world_create();
        search->runner = conf_runner_create();
        search->memory = malloc(size);
    }
    if (search == NULL || search->world == NULL || search->runner == NULL ||
        search->memory == NULL) {
        fidelity_search_destroy(search);
        return NULL;
    }
    return search;
}

void fidelity_search_destroy(struct fidelity_search *search)
{
    if (search == NULL) {
        return;
    }
    free(search->memory);
    conf_runner_destroy(search->runner);
    if (search->world != NULL) {
        sim_world_destroy(search->world);
    }
    free(search);
}

/* attempt runs one strategy until the outcome comes, it has nothing left or the executions are
 * used up. */
static enum fidelity_answer attempt(struct fidelity_search *search, const struct attempt *attempt,
                                    const struct conf_scenario *scenario, uint64_t executions)
{
    struct fuzz_strategy_config config = {
        .seed = FIRST_SEED,
        .bounded = attempt->bound != 0,
        .bound = attempt->bound | BOUND_OF_THE_REST,
    };
    struct guide *guide = &search->guide;

    attempt->strategy->init(search->memory, &config);
    for (uint64_t i = 0; i < executions; i++) {
        struct sim_source *inner = attempt->strategy->begin(search->memory, i);
        struct sim_outcome outcome;
        if (inner == NULL) {
            return FIDELITY_EXCLUDED;
        }
        guide_begin(guide, inner, scenario);
        search->executions++;
        conf_world_sim_run(search->runner, search->port, scenario, search->world, &guide->source,
                           &outcome);
        guide->log = sim_world_log(search->world);
        look(guide);
        if (outcome.oracle != NULL && strcmp(outcome.oracle, SIM_ORACLE_UNMODELLED) == 0) {
            return FIDELITY_UNMODELLED;
        }
        if (!guide->differs && guide->ended == scenario->verb_count) {
            return FIDELITY_ALLOWED;
        }
        if (attempt->strategy->end != NULL) {
            struct fuzz_execution execution = {
                .world = search->world, .steps = outcome.steps, .picks = outcome.picks};
            attempt->strategy->end(search->memory, &execution);
        }
    }
    return FIDELITY_NOT_FOUND;
}

enum fidelity_answer fidelity_allows(struct fidelity_search *search,
                                     const struct conf_scenario *scenario,
                                     const struct conf_outcome *wanted, uint64_t executions)
{
    enum fidelity_answer answer = FIDELITY_NOT_FOUND;

    search->guide.wanted = wanted;
    search->guide.log = sim_world_log(search->world);
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        answer = attempt(search, &attempts[i], scenario, executions * attempts[i].share / 16);
        if (answer == FIDELITY_ALLOWED || answer == FIDELITY_UNMODELLED) {
            return answer;
        }
    }
    return answer;
}

uint64_t fidelity_executions(const struct fidelity_search *search)
{
    return search->executions;
}
