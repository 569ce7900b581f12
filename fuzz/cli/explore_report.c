/* explore_report: findings as they come, and what the search came to. */
#include "fuzz/cli/explore.h"
#include "fuzz/cli/show.h"
#include "fuzz/explore/bound.h"
#include "fuzz/explore/count.h"

#include <inttypes.h>
#include <stdio.h>

#define PATH_SIZE 4096

void cli_explore_finding(struct cli_explore *explore, uint32_t index)
{
    const struct fuzz_finding *finding = &explore->result->finding[index];
    const char *reason = cli_known_find(&explore->known, finding->key);
    char path[PATH_SIZE];
    bool saved = false;

    fuzz_progress_clear(&explore->progress);
    if (reason != NULL) {
        explore->known_findings++;
    } else {
        explore->new_findings++;
    }
    if (explore->save != NULL) {
        saved = cli_save_finding(finding, explore->save, path, sizeof path);
        explore->broken = explore->broken || !saved;
    }
    if (explore->json) {
        cli_json_finding(&explore->out, finding, saved ? path : NULL, reason);
    } else if (reason != NULL) {
        printf("known finding %s: %s\n", finding->key, reason);
    } else {
        cli_show_finding(finding, &explore->result->shrink[index], stdout);
        if (saved) {
            printf("saved as %s\n\n", path);
        }
    }
    fflush(stdout);
}

static void print_gone(const struct cli_explore *explore)
{
    for (uint32_t i = 0; i < explore->known.count; i++) {
        if (!explore->known.item[i].seen) {
            printf("known finding %s did not show: %s\n", explore->known.item[i].key,
                   explore->known.item[i].reason);
        }
    }
}

/* What rates are of; a search that did nothing has none. */
static double seconds_of(const struct cli_explore *explore)
{
    return explore->search_ns > 0 ? (double)explore->search_ns / 1e9 : 1.0;
}

/* print_coverage says how much was seen, and how much of it is likely to be all. */
static void print_coverage(const struct cli_explore *explore)
{
    char classes[FUZZ_COUNT_SIZE];
    char classed[FUZZ_COUNT_SIZE];

    printf("%s classes in %s executions looked at",
           fuzz_count_format((double)explore->total_classes, classes),
           fuzz_count_format((double)explore->total_classed, classed));
    if (fuzz_strategy_draws(fuzz_strategy_find(explore->strategy))) {
        printf("; the next shows a new one with probability %.2g",
               fuzz_coverage_unseen(explore->total_once, explore->total_classed));
    }
    putchar('\n');
    if (fuzz_transitions_count(&explore->transitions) > 0) {
        printf("%u states and %u transitions reached\n",
               fuzz_transitions_states(&explore->transitions),
               fuzz_transitions_count(&explore->transitions));
    }
}

static void print_summary(struct cli_explore *explore)
{
    double seconds = seconds_of(explore);
    char executions[FUZZ_COUNT_SIZE];
    char rate[FUZZ_COUNT_SIZE];
    char steps[FUZZ_COUNT_SIZE];
    char histories[FUZZ_COUNT_SIZE];

    print_gone(explore);
    if (explore->nondeterministic) {
        printf("a program did something else under the same decisions: nothing is complete\n");
    }
    if (explore->complete && explore->subjects > 0) {
        printf("complete: every schedule%s%s, up to equivalence\n",
               explore->from == NULL ? "" : " from ", explore->from == NULL ? "" : explore->from);
    } else if (explore->has_cost && explore->subjects > 0) {
        char bound[FUZZ_BOUND_TEXT_SIZE];
        printf("complete up to %s%s%s\n", fuzz_bound_format(explore->cost, bound),
               explore->from == NULL ? "" : " from ", explore->from == NULL ? "" : explore->from);
    }
    print_coverage(explore);
    printf("%" PRIu64 " program%s, %s executions (%s/s), %s steps/s, %s histories, %u new and %u "
           "known findings, %.1f s\n",
           explore->subjects, explore->subjects == 1 ? "" : "s",
           fuzz_count_format((double)explore->total_executions, executions),
           fuzz_count_format((double)explore->total_executions / seconds, rate),
           fuzz_count_format((double)explore->total_steps / seconds, steps),
           fuzz_count_format((double)explore->total_histories, histories), explore->new_findings,
           explore->known_findings, (double)(fuzz_now_ns() - explore->begin_ns) / 1e9);
}

/* print_json writes what stands behind the findings. */
static void print_json(struct cli_explore *explore)
{
    struct fuzz_json *json = &explore->out;
    double seconds = seconds_of(explore);

    fuzz_json_close(json);
    fuzz_json_open(json, "known_gone", '[');
    for (uint32_t i = 0; i < explore->known.count; i++) {
        if (!explore->known.item[i].seen) {
            fuzz_json_text(json, NULL, explore->known.item[i].key);
        }
    }
    fuzz_json_close(json);
    fuzz_json_count(json, "programs", explore->subjects);
    fuzz_json_count(json, "executions", explore->total_executions);
    fuzz_json_number(json, "executions_per_second", (double)explore->total_executions / seconds);
    fuzz_json_count(json, "steps", explore->total_steps);
    fuzz_json_number(json, "steps_per_second", (double)explore->total_steps / seconds);
    fuzz_json_count(json, "histories", explore->total_histories);
    fuzz_json_count(json, "classes", explore->total_classes);
    fuzz_json_count(json, "classed", explore->total_classed);
    bool complete = explore->complete && explore->subjects > 0;
    if (complete) {
        fuzz_json_number(json, "estimated_unseen", 0);
    } else if (fuzz_strategy_draws(fuzz_strategy_find(explore->strategy))) {
        fuzz_json_number(json, "estimated_unseen",
                         fuzz_coverage_unseen(explore->total_once, explore->total_classed));
    } else {
        fuzz_json_null(json, "estimated_unseen");
    }
    fuzz_json_count(json, "states", fuzz_transitions_states(&explore->transitions));
    fuzz_json_count(json, "transitions", fuzz_transitions_count(&explore->transitions));
    fuzz_json_bool(json, "complete", complete);
    fuzz_json_bool(json, "nondeterministic", explore->nondeterministic);
    fuzz_json_count(json, "redundant", explore->blocked);
    if (explore->has_cost) {
        char bound[FUZZ_BOUND_TEXT_SIZE];
        fuzz_json_text(json, "bound", fuzz_bound_format(explore->cost, bound));
    } else {
        fuzz_json_null(json, "bound");
    }
    fuzz_json_number(json, "seconds", (double)(fuzz_now_ns() - explore->begin_ns) / 1e9);
    fuzz_json_count(json, "seed", explore->seed);
    fuzz_json_text(json, "strategy", explore->strategy);
    fuzz_json_close(json);
    fuzz_json_end(json);
}

void cli_explore_begin(struct cli_explore *explore)
{
    if (explore->json) {
        fuzz_json_begin(&explore->out, stdout);
        fuzz_json_open(&explore->out, NULL, '{');
        fuzz_json_open(&explore->out, "findings", '[');
    }
}

void cli_explore_end(struct cli_explore *explore)
{
    fuzz_progress_clear(&explore->progress);
    if (explore->json) {
        print_json(explore);
    } else {
        print_summary(explore);
    }
}
