/* bench: the table, and the benches of the engine alone. Those of the corpus are in
 * bench_corpus.c. */
#include "fuzz/cli/bench.h"

#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/examples/bounded_queue.h"
#include "fuzz/explore/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLICE_SECONDS 0.1
#define MEMORY_WARM   UINT64_C(50000) /* measuring itself brings pages in, once */
#define MEMORY_BEGIN  UINT64_C(100000)
#define MEMORY_END    UINT64_C(10000000)

static struct bounded_queue_shape queue_2p1c = {.producers = 2, .consumers = 1, .items = 1};

/* run_queue searches the queue program for a time and leaves its statistics. */
static bool run_queue(double seconds, uint64_t seed, struct fuzz_search_result *result)
{
    struct fuzz_body_subject body;
    struct fuzz_search_options options = {.strategy = &fuzz_strategy_random,
                                          .config = {.seed = seed},
                                          .deadline_ns = fuzz_now_ns() + (uint64_t)(seconds * 1e9)};

    fuzz_body_subject_init(&body, "queue-2p1c", bounded_queue_run, &queue_2p1c);
    fuzz_search(&body.subject, &options, result);
    return !result->broken && result->finding_count == 0 && result->statistics.steps > 0;
}

/* run_slices searches the queue program in slices, for as long as a sample takes, and leaves the
 * statistics of the fastest in *best: what made the others slower is the machine's. */
static bool run_slices(double seconds, uint64_t seed, struct fuzz_search_result *found,
                       struct fuzz_statistics *best)
{
    uint64_t end_ns = fuzz_now_ns() + (uint64_t)(seconds * 1e9);

    memset(best, 0, sizeof *best);
    do {
        if (!run_queue(SLICE_SECONDS, seed, found)) {
            return false;
        }
        const struct fuzz_statistics *slice = &found->statistics;
        if (best->steps == 0 || (double)slice->cpu_ns * (double)best->steps <
                                    (double)best->cpu_ns * (double)slice->steps) {
            *best = *slice;
        }
    } while (fuzz_now_ns() < end_ns);
    return true;
}

/* sample_queue fills the samples with nanoseconds a step or executions a second. */
static bool sample_queue(const struct cli_bench_options *options, struct cli_bench_result *result,
                         bool per_step)
{
    struct fuzz_search_result *found = calloc(1, sizeof *found);
    struct fuzz_statistics best;
    bool good = found != NULL;

    for (uint32_t i = 0; good && i < options->samples; i++) {
        good = run_slices(options->seconds, i + 1, found, &best);
        if (good) {
            double elapsed_ns = (double)best.cpu_ns;
            result->sample[result->sample_count++] =
                per_step ? elapsed_ns / (double)best.steps
                         : (double)best.executions / elapsed_ns * 1e9;
            snprintf(result->note, sizeof result->note, "%.1f steps an execution",
                     (double)best.steps / (double)best.executions);
        }
    }
    free(found);
    return good;
}

static bool bench_step(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    return sample_queue(options, result, true);
}

static bool bench_queue(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    return sample_queue(options, result, false);
}

/* bench_memory compares what is resident in the worker early and late in one search. */
static bool bench_memory(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    struct fuzz_body_subject body;
    struct fuzz_worker_options worker_options = {.strategy = &fuzz_strategy_random,
                                                 .config = {.seed = 1}};
    struct fuzz_worker *worker;
    struct fuzz_report report;
    uint64_t early = 0;
    bool good;

    (void)options;
    fuzz_body_subject_init(&body, "queue-2p1c", bounded_queue_run, &queue_2p1c);
    worker = fuzz_worker_create(&body.subject, &worker_options);
    good =
        worker != NULL &&
        fuzz_worker_search(worker, MEMORY_WARM, NULL, &report) == FUZZ_ANSWER_CLEAN &&
        fuzz_worker_search(worker, MEMORY_BEGIN - MEMORY_WARM, NULL, &report) == FUZZ_ANSWER_CLEAN;
    if (good) {
        early = fuzz_worker_statistics(worker)->resident;
        good = fuzz_worker_search(worker, MEMORY_END - MEMORY_BEGIN, NULL, &report) ==
               FUZZ_ANSWER_CLEAN;
    }
    if (good) {
        result->sample[0] =
            ((double)fuzz_worker_statistics(worker)->resident - (double)early) / 1024;
        result->sample_count = 1;
    }
    fuzz_worker_destroy(worker);
    return good;
}

/* run_target measures a fuzz target of a sibling build, which prints one line of figures. */
static bool run_target(const char *preset, const char *target,
                       const struct cli_bench_options *options, struct cli_bench_result *result)
{
    char command[1024];
    double steps = 0;
    double executions = 0;
    FILE *pipe;

    snprintf(command, sizeof command, IOCPLAB_BUILD "/../%s/bin/fuzz_%s", preset, target);
    pipe = fopen(command, "rb");
    if (pipe == NULL) {
        snprintf(result->note, sizeof result->note, "preset %s is not built", preset);
        return true;
    }
    fclose(pipe);
    snprintf(command, sizeof command,
             "IOCPLAB_BENCH_SECONDS=%.3f '" IOCPLAB_BUILD "/../%s/bin/fuzz_%s' '" IOCPLAB_ROOT
             "/corpus/%s/seed'",
             options->seconds * options->samples, preset, target, target);
    pipe = popen(command, "r");
    if (pipe == NULL) {
        return false;
    }
    if (fscanf(pipe, "%lf steps/s %lf executions/s", &steps, &executions) == 2) {
        result->sample[result->sample_count++] = steps;
        snprintf(result->note, sizeof result->note, "%.0f executions/s", executions);
    } else {
        snprintf(result->note, sizeof result->note, "preset %s: the target fails", preset);
    }
    pclose(pipe);
    return true;
}

static bool bench_target(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    return run_target("fuzz", "named_pipe", options, result);
}

static bool bench_sockets(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    return run_target("fuzz", "sockets", options, result);
}

static bool bench_selector(const struct cli_bench_options *options, struct cli_bench_result *result)
{
    return run_target("fuzz", "selector", options, result);
}

static bool bench_target_asan(const struct cli_bench_options *options,
                              struct cli_bench_result *result)
{
    return run_target("fuzz-asan", "named_pipe", options, result);
}

static const struct cli_bench benches[] = {
    {"step", "cost of a step, at most 4 actors, queue program", "ns", 40, false, "", bench_step},
    {"queue-2p1c", "bounded queue, 2 producers, 1 consumer, random walk", "executions/s", 1e6, true,
     "Relacy 0.64-0.71 M", bench_queue},
    {"mutex-3x4", "34,650 traces of a mutex, exhaustive", "ms", 50, false, "GenMC, Nidhugg 4 s",
     cli_bench_mutex},
    {"iocp-k4w2s2", "4 completions, 2 ports, 2 workers, exhaustive", "executions", 16, false,
     "plain DFS > 20 M", cli_bench_iocp},
    {"fuzz-named-pipe", "libFuzzer target over its seeds", "steps/s", 8e6, true, "", bench_target},
    {"fuzz-named-pipe-asan", "the same under ASan and UBSan", "steps/s", 2.5e6, true, "",
     bench_target_asan},
    {"fuzz-sockets", "libFuzzer target of sockets over its seeds", "steps/s", 4e6, true, "",
     bench_sockets},
    {"fuzz-selector", "libFuzzer target of many sources over its seeds", "steps/s", 4e6, true, "",
     bench_selector},
    {"replay", "mismatches in 100,000 replays of the corpus", "mismatches", 0, false,
     "FoundationDB about 3", cli_bench_replay},
    {"shrink-200", "findings of 200 decisions made 1-minimal, the slower of two", "s", 2, false, "",
     cli_bench_shrink},
    {"clean", "false findings on the unplanted core", "findings", 0, false, "", cli_bench_clean},
    {"memory", "growth of resident memory, executions 10^5 to 10^7", "KiB", 64, false, "",
     bench_memory},
    {"selector-scale", "worst ratio of the cost of an event, beside 10 to 100,000 idle sockets",
     "ratio", 1.5, false, "", cli_bench_selector_scale},
    {"selector-life", "worst ratio of making, registering and dropping 1,000 to 100,000 sockets",
     "ratio", 1.5, false, "", cli_bench_selector_life},
    {"duplex-1", "1 byte written and read natively, polled by hand, against tokio", "of tokio", 0.9,
     false, "", cli_bench_duplex_1},
    {"duplex-64", "the same with 64 bytes", "of tokio", 0.9, false, "", cli_bench_duplex_64},
    {"duplex-4096", "the same with 4,096 bytes", "of tokio", 1, false, "", cli_bench_duplex_4096},
    {"duplex-65536", "the same with 65,536 bytes", "of tokio", 1, false, "",
     cli_bench_duplex_65536},
};

const struct cli_bench *cli_bench_at(uint32_t index)
{
    return index < sizeof benches / sizeof benches[0] ? &benches[index] : NULL;
}
