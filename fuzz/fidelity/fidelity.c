/* fidelity: observe, ask, confirm, shrink. */
#include "fuzz/fidelity/fidelity.h"

#include "conformance/scenario_edit.h"
#include "fuzz/explore/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXECUTIONS_DEFAULT UINT64_C(30000)
#define PATIENCE           10u /* times as many executions to confirm */
#define PATIENT_RUNS       40u /* of the real world, to confirm */
#define PATIENT_SETTLE     0.025
#define SHRINK_RUNS        60u
#define SHRINK_BATCH       32u /* candidates observed together */

struct fidelity {
    struct fidelity_options options;
    struct fidelity_statistics statistics;
    struct fidelity_search *search;
    struct conf_outcome wanted;
    struct observation *observation; /* of a batch */
    uint32_t observation_capacity;
    struct observation patient; /* of one scenario */
    struct conf_scenario candidate[SHRINK_BATCH];
};

struct fidelity *fidelity_create(const struct fidelity_options *options,
                                 const struct conf_port *port)
{
    struct fidelity *fidelity = calloc(1, sizeof *fidelity);

    if (fidelity != NULL) {
        fidelity->options = *options;
        if (options->executions == 0) {
            fidelity->options.executions = EXECUTIONS_DEFAULT;
        }
        fidelity->search = fidelity_search_create(port);
    }
    if (fidelity == NULL || fidelity->search == NULL) {
        fidelity_destroy(fidelity);
        return NULL;
    }
    return fidelity;
}

void fidelity_destroy(struct fidelity *fidelity)
{
    if (fidelity != NULL) {
        fidelity_search_destroy(fidelity->search);
        free(fidelity->observation);
    }
    free(fidelity);
}

void fidelity_prepare(struct conf_scenario *scenario)
{
    scenario->settings = (struct conf_settings){
        .result_write = CONF_RESULT_ANY,
        .waiters_any = 1,
        .cancel_races = 1,
        .pending_done = 1,
        .late_polls = 1,
        .late_packets = 1,
        .wine_sockets = 1,
    };
}

/* watch observes and counts. */
static bool watch(struct fidelity *fidelity, const struct observer *observer,
                  const struct conf_scenario *scenario, uint32_t count,
                  struct observation *observation, uint32_t *died)
{
    fidelity->statistics.runs += (uint64_t)count * observer->runs;
    return observer_watch(observer, scenario, count, observation, died);
}

static bool make_room(struct fidelity *fidelity, uint32_t count)
{
    if (fidelity->observation_capacity < count) {
        free(fidelity->observation);
        fidelity->observation = malloc(count * sizeof *fidelity->observation);
        fidelity->observation_capacity = fidelity->observation == NULL ? 0 : count;
    }
    if (fidelity->observation == NULL) {
        fprintf(stderr, "there is no memory for %u observations\n", count);
        return false;
    }
    return true;
}

/* judge asks the simulator. An outcome that cannot be read is none that it has. */
static enum fidelity_answer judge(struct fidelity *fidelity, const struct conf_scenario *scenario,
                                  const struct observed_outcome *outcome, uint64_t executions)
{
    enum fidelity_answer answer = FIDELITY_NOT_FOUND;

    fidelity->statistics.outcomes++;
    if (conf_outcome_parse(&fidelity->wanted, scenario, outcome->text)) {
        answer = fidelity_allows(fidelity->search, scenario, &fidelity->wanted, executions);
    }
    fidelity->statistics.unmodelled += answer == FIDELITY_UNMODELLED;
    return answer;
}

/* Whether an outcome may be haste, on a busy machine: it says that something never came, or the
 * runner may have ended a poll that was about to end by itself. That shows as idle, unless events
 * were there by then: of them it takes its own wake away, and that of a waker with it. */
static bool may_be_haste(const struct conf_scenario *scenario, const char *outcome)
{
    for (uint8_t i = 0; i < scenario->source_count; i++) {
        if (scenario->source[i].kind == CONF_WAKER) {
            return true;
        }
    }
    return strstr(outcome, "=idle") != NULL || strstr(outcome, "=never-ended") != NULL;
}

/* find_strange returns the first outcome of an observation that the simulator does not allow, of
 * those that are no haste if asked so; NULL if there is none. */
static const struct observed_outcome *find_strange(struct fidelity *fidelity,
                                                   const struct conf_scenario *scenario,
                                                   const struct observation *observation,
                                                   uint64_t executions, bool sure, bool *excluded)
{
    for (uint32_t i = 0; i < observation->count; i++) {
        const struct observed_outcome *outcome = &observation->outcome[i];
        enum fidelity_answer answer = sure && may_be_haste(scenario, outcome->text)
                                          ? FIDELITY_ALLOWED
                                          : judge(fidelity, scenario, outcome, executions);
        if (answer == FIDELITY_NOT_FOUND || answer == FIDELITY_EXCLUDED) {
            *excluded = answer == FIDELITY_EXCLUDED;
            return outcome;
        }
    }
    return NULL;
}

/* convict looks at an observation with patience of the simulator: false if it allows all of it. */
static bool convict(struct fidelity *fidelity, const struct conf_scenario *scenario,
                    const struct observation *observation, uint32_t runs, bool sure,
                    struct fidelity_counterexample *counterexample)
{
    const struct observed_outcome *strange =
        find_strange(fidelity, scenario, observation, PATIENCE * fidelity->options.executions, sure,
                     &counterexample->excluded);

    if (strange == NULL) {
        return false;
    }
    counterexample->scenario = *scenario;
    counterexample->runs = runs;
    counterexample->died = false;
    counterexample->seen = strange->seen;
    snprintf(counterexample->outcome, sizeof counterexample->outcome, "%s", strange->text);
    return true;
}

/* confirm looks at one scenario that is suspicious for what was observed, or because the real
 * world's program died in it (NULL): with patience of the simulator, and unless that is enough, of
 * the real world, too. */
static enum fidelity_verdict confirm(struct fidelity *fidelity,
                                     const struct conf_scenario *scenario,
                                     const struct observation *observation,
                                     struct fidelity_counterexample *counterexample)
{
    struct observer patient = fidelity->options.observer;
    uint32_t died;

    if (observation != NULL &&
        convict(fidelity, scenario, observation, patient.runs, true, counterexample)) {
        return FIDELITY_COUNTEREXAMPLE;
    }
    patient.runs = PATIENT_RUNS;
    patient.settle_seconds = PATIENT_SETTLE;
    if (!watch(fidelity, &patient, scenario, 1, &fidelity->patient, &died)) {
        return FIDELITY_BROKEN;
    }
    if (observation == NULL && died == 0) {
        counterexample->scenario = *scenario;
        counterexample->runs = PATIENT_RUNS;
        counterexample->died = true;
        snprintf(counterexample->outcome, sizeof counterexample->outcome, "%s",
                 fidelity->patient.finding);
        return FIDELITY_COUNTEREXAMPLE;
    }
    if (convict(fidelity, scenario, &fidelity->patient, PATIENT_RUNS, false, counterexample)) {
        return FIDELITY_COUNTEREXAMPLE;
    }
    fidelity->statistics.unconfirmed++;
    return FIDELITY_FAITHFUL;
}

/* is_whole tells whether each scenario was seen as often as it was to be, but for the one that the
 * program died in: what was not looked at is no part of an answer. */
static bool is_whole(const struct fidelity *fidelity, const struct conf_scenario *scenario,
                     uint32_t count, uint32_t died)
{
    for (uint32_t i = 0; i < count; i++) {
        if (i != died && !fidelity->observation[i].complete) {
            fprintf(stderr, "%s: not reported by the real world, expected %u runs of it\n",
                    scenario[i].name, fidelity->options.observer.runs);
            return false;
        }
    }
    return true;
}

/* check_some checks scenarios until the real world's program dies; *next is where to go on. */
static enum fidelity_verdict check_some(struct fidelity *fidelity,
                                        const struct conf_scenario *scenario, uint32_t count,
                                        uint32_t *next,
                                        struct fidelity_counterexample *counterexample)
{
    enum fidelity_verdict verdict = FIDELITY_FAITHFUL;
    uint32_t died, observed;
    uint32_t *suspect = malloc((count + 1) * sizeof *suspect);
    uint32_t suspects = 0;
    bool excluded;

    if (suspect == NULL || !make_room(fidelity, count) ||
        !watch(fidelity, &fidelity->options.observer, scenario, count, fidelity->observation,
               &died)) {
        free(suspect);
        return FIDELITY_BROKEN;
    }
    observed = died < count ? died + 1 : count;
    if (!is_whole(fidelity, scenario, observed, died)) {
        free(suspect);
        return FIDELITY_BROKEN;
    }
    fidelity->statistics.scenarios += observed;
    for (uint32_t i = 0; i < observed; i++) {
        if (i == died || find_strange(fidelity, &scenario[i], &fidelity->observation[i],
                                      fidelity->options.executions, false, &excluded) != NULL) {
            suspect[suspects++] = i;
        }
    }
    for (uint32_t i = 0; i < suspects && verdict == FIDELITY_FAITHFUL; i++) {
        verdict =
            confirm(fidelity, &scenario[suspect[i]],
                    suspect[i] == died ? NULL : &fidelity->observation[suspect[i]], counterexample);
    }
    free(suspect);
    *next = observed;
    return verdict;
}

enum fidelity_verdict fidelity_check(struct fidelity *fidelity,
                                     const struct conf_scenario *scenario, uint32_t count,
                                     struct fidelity_counterexample *counterexample)
{
    enum fidelity_verdict verdict = FIDELITY_FAITHFUL;
    uint32_t at = 0;

    while (at < count && verdict == FIDELITY_FAITHFUL) {
        uint32_t next = count;
        verdict = check_some(fidelity, scenario + at, count - at, &next, counterexample);
        at += next;
    }
    fidelity->statistics.executions = fidelity_executions(fidelity->search);
    return verdict;
}

/* ---- shrinking ---- */

/* collect fills the candidates with reductions from number `from` on, and returns where it ended.
 */
static uint32_t collect(struct fidelity *fidelity, const struct conf_scenario *scenario,
                        uint32_t from, uint32_t *count)
{
    uint32_t reductions = conf_edit_count(scenario);

    *count = 0;
    while (from < reductions && *count < SHRINK_BATCH) {
        struct conf_scenario *candidate = &fidelity->candidate[*count];
        bool legal = conf_edit_apply(scenario, from++, candidate);
        if (legal) {
            candidate->settings = scenario->settings; /* they belong to the check */
            snprintf(candidate->name, sizeof candidate->name, "shrunk-%u", from);
            *count += !conf_scenario_equal(candidate, scenario);
        }
    }
    return from;
}

/* reduce replaces a counterexample by the first smaller one; false when there is none. */
static bool reduce(struct fidelity *fidelity, struct fidelity_counterexample *counterexample,
                   uint64_t deadline_ns)
{
    struct fidelity_counterexample smaller = {.died = false};
    uint32_t count, from = 0;

    do {
        from = collect(fidelity, &counterexample->scenario, from, &count);
        if (count > 0 && fidelity_check(fidelity, fidelity->candidate, count, &smaller) ==
                             FIDELITY_COUNTEREXAMPLE) {
            memcpy(smaller.scenario.name, counterexample->scenario.name,
                   sizeof smaller.scenario.name);
            *counterexample = smaller;
            return true;
        }
    } while (count > 0 && fuzz_now_ns() < deadline_ns);
    return false;
}

void fidelity_shrink(struct fidelity *fidelity, struct fidelity_counterexample *counterexample,
                     uint64_t deadline_ns)
{
    struct fidelity_statistics statistics = fidelity->statistics;

    fidelity->options.observer.runs = SHRINK_RUNS;
    while (fuzz_now_ns() < deadline_ns && reduce(fidelity, counterexample, deadline_ns)) {
    }
    fidelity->statistics = statistics; /* they are about the search */
}

const struct fidelity_statistics *fidelity_statistics(const struct fidelity *fidelity)
{
    return &fidelity->statistics;
}
