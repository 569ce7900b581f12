/* bench_corpus: benches over the scenarios of the corpus, on the core that is linked in. */
#include "fuzz/cli/bench.h"
#include "fuzz/cli/input.h"
#include "fuzz/explore/search.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#define REPLAYS        UINT64_C(100000)
#define SCHEDULES      8u /* replayed of each scenario */
#define DEVIATIONS_MAX 4096u
#define CLEAN_SHORT    UINT64_C(1000000)
#define CLEAN_LONG     UINT64_C(100000000)

/* for_corpus calls `visit` for each scenario of the corpus, with how many there are; false as soon
 * as one call says so, or when there is no corpus. */
static bool for_corpus(bool (*visit)(struct fuzz_subject *subject, size_t count, void *argument),
                       void *argument)
{
    const struct conf_port *port = cli_port_load(NULL, NULL);
    glob_t found;
    bool good = true;

    if (glob(IOCPLAB_ROOT "/corpus/scenarios/*.scn", 0, NULL, &found) != 0) {
        return false;
    }
    for (size_t i = 0; good && i < found.gl_pathc; i++) {
        struct cli_input input;
        good = cli_input_load(&input, found.gl_pathv[i], port);
        if (good) {
            good = visit(input.subject, found.gl_pathc, argument);
            cli_input_unload(&input);
        }
    }
    globfree(&found);
    return good;
}

/* replay_schedule draws one random schedule, replays it and adds up mismatches. */
static bool replay_schedule(struct fuzz_worker *worker, uint64_t repeat, double *mismatches)
{
    struct sim_decision *item = malloc(DEVIATIONS_MAX * sizeof *item);
    struct fuzz_report report;
    enum fuzz_answer answer = FUZZ_ANSWER_BROKEN;
    uint32_t count;

    if (item != NULL) {
        answer = fuzz_worker_search(worker, 1, NULL, &report);
    }
    if (answer == FUZZ_ANSWER_CLEAN || answer == FUZZ_ANSWER_FINDING) {
        count = fuzz_worker_deviations(worker, item, DEVIATIONS_MAX);
        if (count <= DEVIATIONS_MAX) {
            answer = fuzz_worker_replay(worker, item, count, false, repeat, &report);
            *mismatches += answer == FUZZ_ANSWER_DIVERGED;
        }
    }
    free(item);
    return answer != FUZZ_ANSWER_BROKEN;
}

static bool replay_scenario(struct fuzz_subject *subject, size_t count, void *argument)
{
    double *mismatches = argument;
    struct fuzz_worker_options options = {.strategy = &fuzz_strategy_random, .config = {.seed = 1}};
    struct fuzz_worker *worker = fuzz_worker_create(subject, &options);
    uint64_t repeat = REPLAYS / (count * SCHEDULES) + 1;
    bool good = worker != NULL;

    for (uint32_t i = 0; good && i < SCHEDULES; i++) {
        good = replay_schedule(worker, repeat, mismatches);
    }
    fuzz_worker_destroy(worker);
    return good;
}

bool cli_bench_replay(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    (void)options;
    if (!for_corpus(replay_scenario, &result->sample[0])) {
        return false;
    }
    result->sample_count = 1;
    return true;
}

struct clean {
    uint64_t executions;
    double findings;
};

static bool clean_scenario(struct fuzz_subject *subject, size_t count, void *argument)
{
    struct clean *clean = argument;
    struct fuzz_search_options options = {.strategy = &fuzz_strategy_random,
                                          .config = {.seed = 1},
                                          .executions_max = clean->executions / count + 1,
                                          .keep_going = true,
                                          .raw = true};
    struct fuzz_search_result *result = calloc(1, sizeof *result);
    bool good = result != NULL;

    if (good) {
        fuzz_search(subject, &options, result);
        good = !result->broken;
        clean->findings += (double)result->statistics.findings;
        fuzz_search_result_deinit(result);
    }
    free(result);
    return good;
}

bool cli_bench_clean(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    struct clean clean = {.executions = options->thorough ? CLEAN_LONG : CLEAN_SHORT};

    if (!for_corpus(clean_scenario, &clean)) {
        return false;
    }
    result->sample[0] = clean.findings;
    result->sample_count = 1;
    snprintf(result->note, sizeof result->note, "%.0f executions", (double)clean.executions);
    return true;
}
