/* search: the loop around a worker. */
#include "fuzz/explore/search.h"

#include "fuzz/explore/recheck.h"

#include <assert.h>
#include <string.h>

struct search {
    const struct fuzz_search_options *options;
    struct fuzz_search_result *result;
    const char *phase;
};

static bool search_tick(void *argument, const struct fuzz_statistics *statistics)
{
    struct search *search = argument;
    const struct fuzz_search_options *options = search->options;

    if (options->progress != NULL) {
        options->progress(options->progress_argument, statistics, search->phase);
    }
    return !fuzz_interrupted() &&
           (options->deadline_ns == 0 || fuzz_now_ns() < options->deadline_ns);
}

static bool shrink_tick(void *argument, const struct fuzz_statistics *statistics)
{
    struct search *search = argument;
    const struct fuzz_search_options *options = search->options;

    (void)statistics; /* of the shrinker's worker: the search shows its own */
    if (options->progress != NULL) {
        options->progress(options->progress_argument, &search->result->statistics, search->phase);
    }
    return !fuzz_interrupted();
}

static bool is_known(const struct fuzz_search_result *result, const char *key)
{
    for (uint32_t i = 0; i < result->finding_count; i++) {
        if (strcmp(result->finding[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

/* keep_finding shrinks what the worker has just reported and puts it in the list, unless it is
 * there already. It returns false when memory runs out. */
static bool keep_finding(struct search *search, struct fuzz_subject *subject,
                         const struct fuzz_worker *worker, const struct fuzz_report *report)
{
    struct fuzz_search_result *result = search->result;
    struct fuzz_finding *finding = &result->finding[result->finding_count];
    struct fuzz_shrink_options options = {.seed = search->options->config.seed,
                                          .limit_ms = search->options->shrink_ms,
                                          .hang_ms = search->options->hang_ms,
                                          .tick = shrink_tick,
                                          .tick_argument = search};

    if (!fuzz_finding_init(finding, subject, worker, report)) {
        return false;
    }
    /* What does not repeat itself cannot be shrunk. */
    if (!search->options->raw && strcmp(report->oracle, FUZZ_ORACLE_NONDETERMINISM) != 0) {
        search->phase = "shrink";
        if (!fuzz_shrink(finding, &options, &result->shrink[result->finding_count])) {
            fuzz_finding_deinit(finding);
            return false;
        }
        search->phase = "search";
    }
    if (is_known(result, finding->key)) {
        fuzz_finding_deinit(finding);
    } else {
        result->finding_count++;
    }
    return true;
}

/* run_search runs the worker until a limit is reached. */
static void run_search(struct search *search, struct fuzz_subject *subject,
                       struct fuzz_worker *worker)
{
    const struct fuzz_search_options *options = search->options;
    struct fuzz_search_result *result = search->result;
    const struct fuzz_statistics *statistics = fuzz_worker_statistics(worker);
    struct fuzz_report report;

    while (result->finding_count < FUZZ_SEARCH_FINDINGS_MAX && search_tick(search, statistics) &&
           (options->executions_max == 0 || statistics->executions < options->executions_max)) {
        uint64_t left =
            options->executions_max == 0 ? 0 : options->executions_max - statistics->executions;
        uint64_t begin_ns = fuzz_now_ns();
        enum fuzz_answer answer = fuzz_worker_search(worker, left, NULL, &report);

        result->elapsed_ns += fuzz_now_ns() - begin_ns;
        result->statistics = *statistics;
        if (answer == FUZZ_ANSWER_BROKEN) {
            result->broken = true;
            return;
        }
        if (answer == FUZZ_ANSWER_EXHAUSTED) {
            result->exhausted = true;
            return;
        }
        if (answer != FUZZ_ANSWER_FINDING) {
            return;
        }
        if (options->oracles != NULL && !fuzz_list_has(options->oracles, report.oracle)) {
            continue;
        }
        if (!keep_finding(search, subject, worker, &report)) {
            result->broken = true;
            return;
        }
        if (!options->keep_going) {
            return;
        }
    }
}

bool fuzz_list_has(const char *list, const char *word)
{
    size_t length = strlen(word);

    while (*list != '\0') {
        size_t item = strcspn(list, ",");
        if (item == length && memcmp(list, word, length) == 0) {
            return true;
        }
        list += item + (list[item] == ',');
    }
    return false;
}

void fuzz_search(struct fuzz_subject *subject, const struct fuzz_search_options *options,
                 struct fuzz_search_result *result)
{
    struct search search = {.options = options, .result = result, .phase = "search"};
    struct fuzz_worker_options worker_options = {.strategy = options->strategy,
                                                 .config = options->config,
                                                 .hang_ms = options->hang_ms,
                                                 .recheck_every =
                                                     options->no_recheck ? 0 : FUZZ_RECHECK_EVERY,
                                                 .tick = search_tick,
                                                 .tick_argument = &search};
    struct fuzz_worker *worker;

    assert(options->executions_max != 0 || options->deadline_ns != 0);
    memset(result, 0, sizeof *result);
    worker = fuzz_worker_create(subject, &worker_options);
    if (worker == NULL) {
        result->broken = true;
        return;
    }
    run_search(&search, subject, worker);
    fuzz_worker_progress(worker, &result->progress);
    fuzz_worker_destroy(worker);
}

void fuzz_search_result_deinit(struct fuzz_search_result *result)
{
    for (uint32_t i = 0; i < result->finding_count; i++) {
        fuzz_finding_deinit(&result->finding[i]);
    }
    result->finding_count = 0;
}
