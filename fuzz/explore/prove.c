/* prove: bounded searches below a cost vector. */
#include "fuzz/explore/prove.h"

#include <string.h>

#define LIMIT_MS_DEFAULT 60000u
#define VERIFY_REPEAT    3u
#define COST_SATURATED   255u /* nobody knows by how much more */

struct prover {
    struct fuzz_finding *finding;
    const struct fuzz_shrink_options *options;
    struct fuzz_proof *proof;
    struct fuzz_signature wanted;
    uint64_t deadline_ns;
    bool broken;
};

static bool prover_tick(void *argument, const struct fuzz_statistics *statistics)
{
    struct prover *prover = argument;
    const struct fuzz_shrink_options *options = prover->options;

    return !fuzz_interrupted() && fuzz_now_ns() < prover->deadline_ns &&
           (options->tick == NULL || options->tick(options->tick_argument, statistics));
}

/* What a search within a bound came to. */
enum verdict { NOTHING_THERE, CHEAPER, UNKNOWN };

/* adopt takes the cheaper schedule for the finding, once it has shown that it replays. */
static enum verdict adopt(struct prover *prover, struct fuzz_worker *worker,
                          const struct fuzz_report *found)
{
    struct fuzz_finding *finding = prover->finding;
    struct fuzz_report report;

    if (!fuzz_finding_take(finding, worker, found)) {
        prover->broken = true;
        return UNKNOWN;
    }
    if (fuzz_worker_replay(worker, finding->item, finding->count, false, VERIFY_REPEAT, &report) !=
            FUZZ_ANSWER_FINDING ||
        !fuzz_signature_matches(&prover->wanted, &report)) {
        finding->stable = false;
        return UNKNOWN;
    }
    finding->report = report;
    prover->proof->improved++;
    return CHEAPER;
}

/* search_within looks for the finding among all schedules that cost at most `bound`. */
static enum verdict search_within(struct prover *prover, uint32_t bound)
{
    struct fuzz_worker_options options = {.strategy = &fuzz_strategy_dfs,
                                          .config = {.bounded = true, .bound = bound},
                                          .hang_ms = prover->options->hang_ms,
                                          .tick = prover_tick,
                                          .tick_argument = prover};
    struct fuzz_worker *worker = fuzz_worker_create(prover->finding->subject, &options);
    enum verdict verdict = UNKNOWN;
    struct fuzz_strategy_progress progress;
    struct fuzz_report report;
    enum fuzz_answer answer = FUZZ_ANSWER_BROKEN;

    if (worker != NULL) {
        answer = fuzz_worker_search(worker, 0, &prover->wanted, &report);
        prover->proof->executions += fuzz_worker_statistics(worker)->executions;
    }
    if (answer == FUZZ_ANSWER_BROKEN) {
        prover->broken = true;
    } else if (answer == FUZZ_ANSWER_EXHAUSTED) {
        fuzz_worker_progress(worker, &progress);
        verdict = progress.complete && !progress.nondeterministic ? NOTHING_THERE : UNKNOWN;
    } else if (answer == FUZZ_ANSWER_FINDING) {
        verdict = adopt(prover, worker, &report);
    }
    fuzz_worker_destroy(worker);
    return verdict;
}

/* cost_of adds up what the decisions cost: the report of an execution that died does not say. */
static uint32_t cost_of(const struct fuzz_finding *finding)
{
    uint32_t cost = 0;

    for (uint32_t i = 0; i < finding->count; i++) {
        cost = sim_cost_add(cost, finding->item[i].cost);
    }
    return cost;
}

/* search_below looks for the finding among all schedules that cost less than the finding. */
static enum verdict search_below(struct prover *prover)
{
    uint32_t cost = cost_of(prover->finding);

    for (unsigned shift = 0; shift < 32; shift += 8) {
        uint32_t part = cost >> shift & 0xff;
        enum verdict verdict = NOTHING_THERE;
        if (part == COST_SATURATED) {
            return UNKNOWN;
        }
        if (part > 0) {
            verdict = search_within(prover, cost - (UINT32_C(1) << shift));
        }
        if (verdict != NOTHING_THERE) {
            return verdict;
        }
    }
    return NOTHING_THERE;
}

bool fuzz_prove(struct fuzz_finding *finding, const struct fuzz_shrink_options *options,
                struct fuzz_proof *proof)
{
    uint64_t begin_ns = fuzz_now_ns();
    uint64_t limit_ms = options->limit_ms == 0 ? LIMIT_MS_DEFAULT : options->limit_ms;
    struct prover prover = {.finding = finding,
                            .options = options,
                            .proof = proof,
                            .deadline_ns = begin_ns + limit_ms * 1000000};
    enum verdict verdict = finding->stable ? CHEAPER : UNKNOWN;

    memset(proof, 0, sizeof *proof);
    fuzz_signature_of(&finding->report, &prover.wanted);
    while (verdict == CHEAPER) { /* the cost falls each time */
        verdict = search_below(&prover);
    }
    proof->proved = verdict == NOTHING_THERE;
    proof->elapsed_ns = fuzz_now_ns() - begin_ns;
    return !prover.broken;
}
