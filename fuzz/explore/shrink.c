/* shrink: greedy reduction of decisions and program. */
#include "fuzz/explore/shrink.h"

#include <stdlib.h>
#include <string.h>

#define RESEARCH_EXECUTIONS_DEFAULT 400u
#define LIMIT_MS_DEFAULT            20000u
#define VERIFY_REPEAT               3u

struct shrinker {
    struct fuzz_finding *finding; /* the best so far */
    const struct fuzz_shrink_options *options;
    struct fuzz_shrink_statistics *statistics;
    struct fuzz_signature wanted;
    struct fuzz_worker *worker; /* runs finding->subject */
    struct fuzz_worker *probe;  /* runs candidate subjects */
    uint64_t deadline_ns;
    bool broken; /* the host refused something */
};

static bool is_late(const struct shrinker *shrinker)
{
    return shrinker->broken || fuzz_interrupted() || fuzz_now_ns() >= shrinker->deadline_ns;
}

/* adopt keeps what `worker` has just reported if it is the finding wanted. */
static bool adopt(struct shrinker *shrinker, struct fuzz_worker *worker, enum fuzz_answer answer,
                  const struct fuzz_report *report)
{
    if (answer == FUZZ_ANSWER_BROKEN) {
        shrinker->broken = true;
    }
    if (answer != FUZZ_ANSWER_FINDING || !fuzz_signature_matches(&shrinker->wanted, report)) {
        return false;
    }
    if (!fuzz_finding_take(shrinker->finding, worker, report)) {
        shrinker->broken = true;
        return false;
    }
    return true;
}

/* try_decisions replays these decisions with repair and keeps what happens if the finding is there.
 * What is kept never has more decisions than were given: a replay deviates only where it is told.
 */
static bool try_decisions(struct shrinker *shrinker, struct fuzz_worker *worker,
                          const struct sim_decision *item, uint32_t count)
{
    struct fuzz_report report;
    enum fuzz_answer answer = fuzz_worker_replay(worker, item, count, true, 1, &report);

    shrinker->statistics->candidates++;
    shrinker->statistics->executions++;
    return adopt(shrinker, worker, answer, &report);
}

/* try_without leaves out `length` decisions from `at` on. */
static bool try_without(struct shrinker *shrinker, uint32_t at, uint32_t length)
{
    const struct fuzz_finding *finding = shrinker->finding;
    uint32_t rest = finding->count - at - length;
    struct sim_decision *item = malloc((at + rest + 1) * sizeof *item);
    bool kept;

    if (item == NULL) {
        shrinker->broken = true;
        return false;
    }
    memcpy(item, finding->item, at * sizeof *item);
    memcpy(item + at, finding->item + at + length, rest * sizeof *item);
    kept = try_decisions(shrinker, shrinker->worker, item, at + rest);
    free(item);
    return kept;
}

/* shrink_decisions ends when no single decision can be left out. */
static void shrink_decisions(struct shrinker *shrinker)
{
    struct fuzz_finding *finding = shrinker->finding;
    uint32_t chunk = finding->count;
    bool changed = false;

    while (chunk > 0 && !is_late(shrinker)) {
        uint32_t at = 0;
        while (at < finding->count && !is_late(shrinker)) {
            uint32_t left = finding->count - at;
            if (try_without(shrinker, at, left < chunk ? left : chunk)) {
                changed = true;
            } else {
                at += chunk;
            }
        }
        if (chunk == 1 && changed) {
            changed = false; /* one more round of single ones: leaving out can enable leaving out */
            continue;
        }
        chunk = chunk == 1 ? 0 : (chunk + 1) / 2;
    }
}

/* try_reduction takes reduction k of the program and keeps it if the finding can be had there. */
static bool try_reduction(struct shrinker *shrinker, uint32_t k)
{
    struct fuzz_finding *finding = shrinker->finding;
    struct fuzz_subject *candidate = finding->subject->ops->reduce(finding->subject, k);
    uint64_t executions = shrinker->options->research_executions;
    struct fuzz_worker *swap;
    bool kept;

    if (candidate == NULL) {
        return false;
    }
    fuzz_worker_retarget(shrinker->probe, candidate, fuzz_seed_mix(shrinker->options->seed, k));
    kept = try_decisions(shrinker, shrinker->probe, finding->item, finding->count);
    if (!kept && !is_late(shrinker)) {
        struct fuzz_report report;
        enum fuzz_answer answer = fuzz_worker_search(
            shrinker->probe, executions == 0 ? RESEARCH_EXECUTIONS_DEFAULT : executions,
            &shrinker->wanted, &report);
        shrinker->statistics->executions += fuzz_worker_statistics(shrinker->probe)->executions;
        kept = adopt(shrinker, shrinker->probe, answer, &report);
    }
    if (!kept) {
        candidate->ops->destroy(candidate);
        return false;
    }
    swap = shrinker->worker;
    shrinker->worker = shrinker->probe;
    shrinker->probe = swap;
    if (finding->owns_subject) {
        finding->subject->ops->destroy(finding->subject);
    }
    finding->subject = candidate;
    finding->owns_subject = true;
    return true;
}

/* shrink_program ends when a whole round of reductions has been refused. */
static void shrink_program(struct shrinker *shrinker)
{
    bool changed = true;

    while (changed && !is_late(shrinker)) {
        struct fuzz_subject **subject = &shrinker->finding->subject;
        changed = false;
        for (uint32_t k = 0; k < (*subject)->ops->reduction_count(*subject);) {
            if (is_late(shrinker)) {
                return;
            }
            if (try_reduction(shrinker, k)) {
                changed = true;
                shrink_decisions(shrinker);
            } else {
                k++;
            }
        }
    }
}

/* verify replays the finding strictly; a process that dies cannot repeat, so it does so once. */
static bool verify(struct shrinker *shrinker)
{
    struct fuzz_finding *finding = shrinker->finding;
    struct fuzz_report report;
    enum fuzz_answer answer = fuzz_worker_replay(shrinker->worker, finding->item, finding->count,
                                                 false, VERIFY_REPEAT, &report);

    if (answer == FUZZ_ANSWER_BROKEN) {
        shrinker->broken = true;
    }
    if (answer != FUZZ_ANSWER_FINDING || !fuzz_signature_matches(&shrinker->wanted, &report)) {
        return false;
    }
    finding->report = report;
    return true;
}

bool fuzz_shrink(struct fuzz_finding *finding, const struct fuzz_shrink_options *options,
                 struct fuzz_shrink_statistics *statistics)
{
    uint64_t begin_ns = fuzz_now_ns();
    uint64_t limit_ms = options->limit_ms == 0 ? LIMIT_MS_DEFAULT : options->limit_ms;
    struct fuzz_worker_options worker_options = {.strategy = &fuzz_strategy_random,
                                                 .config = {.seed = options->seed},
                                                 .hang_ms = options->hang_ms,
                                                 .tick = options->tick,
                                                 .tick_argument = options->tick_argument};
    struct shrinker shrinker = {.finding = finding,
                                .options = options,
                                .statistics = statistics,
                                .deadline_ns = begin_ns + limit_ms * 1000000};

    memset(statistics, 0, sizeof *statistics);
    fuzz_signature_of(&finding->report, &shrinker.wanted);
    shrinker.worker = fuzz_worker_create(finding->subject, &worker_options);
    shrinker.probe = fuzz_worker_create(finding->subject, &worker_options);
    shrinker.broken = shrinker.worker == NULL || shrinker.probe == NULL;
    finding->stable = !shrinker.broken && verify(&shrinker);
    finding->minimal = false;
    if (finding->stable) {
        shrink_decisions(&shrinker);
        shrink_program(&shrinker);
        finding->minimal = !is_late(&shrinker);
        finding->stable = verify(&shrinker);
        fuzz_finding_name(finding);
    }
    fuzz_worker_destroy(shrinker.worker);
    fuzz_worker_destroy(shrinker.probe);
    statistics->elapsed_ns = fuzz_now_ns() - begin_ns;
    return !shrinker.broken;
}
