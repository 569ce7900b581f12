/* classics: how many schedules each strategy needs to find the bugs of the classic subjects.
 *
 *   classics [--trials N] [--seed N] [--executions N] [--only NAME] [--except NAME]
 *            [--strategy NAME] [--must]
 *
 * prints a table of means over the trials, whose seeds begin with --seed (1); a search is given up
 * after --executions. With --must one success is enough, and the exit status is 1 when the bug of
 * some subject is found in no trial of any strategy. */
#include "fuzz/explore/body_subject.h"
#include "fuzz/explore/examples/examples.h"
#include "fuzz/explore/worker.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
    uint64_t trials, seed, executions;
    const char *only, *except, *strategy;
    bool must;
};

static bool read_options(int argc, char **argv, struct options *options)
{
    static const struct option known[] = {{"trials", required_argument, NULL, 't'},
                                          {"seed", required_argument, NULL, 'f'},
                                          {"executions", required_argument, NULL, 'e'},
                                          {"only", required_argument, NULL, 'o'},
                                          {"except", required_argument, NULL, 'x'},
                                          {"strategy", required_argument, NULL, 's'},
                                          {"must", no_argument, NULL, 'm'},
                                          {NULL, 0, NULL, 0}};
    int option;

    *options = (struct options){.trials = 200, .seed = 1, .executions = 100000};
    while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (option) {
        case 't':
            options->trials = strtoull(optarg, NULL, 10);
            break;
        case 'f':
            options->seed = strtoull(optarg, NULL, 10);
            break;
        case 'e':
            options->executions = strtoull(optarg, NULL, 10);
            break;
        case 'o':
            options->only = optarg;
            break;
        case 'x':
            options->except = optarg;
            break;
        case 's':
            options->strategy = optarg;
            break;
        case 'm':
            options->must = true;
            break;
        default:
            return false;
        }
    }
    return optind == argc && options->trials != 0 && options->executions != 0;
}

/* Strategies without chance need one trial. */
static bool is_fixed(const struct fuzz_strategy *strategy)
{
    return strategy == &fuzz_strategy_dfs || strategy == &fuzz_strategy_dpor;
}

/* Prints one field of the table; true if the bug was found at least once. */
static bool measure(const struct fuzz_example *example, const struct fuzz_strategy *strategy,
                    const struct options *options)
{
    struct fuzz_body_subject body;
    struct fuzz_worker_options worker_options = {.strategy = strategy};
    uint64_t trials = is_fixed(strategy) ? 1 : options->trials;
    uint64_t found = 0, executions = 0;

    fuzz_body_subject_init(&body, example->name, example->body, example->argument);
    struct fuzz_worker *worker = fuzz_worker_create(&body.subject, &worker_options);
    if (worker == NULL) {
        fprintf(stderr, "classics: the host refuses memory or processes\n");
        exit(2);
    }
    for (uint64_t i = 0; i < trials && !(options->must && found != 0); i++) {
        struct fuzz_report report;
        fuzz_worker_retarget(worker, &body.subject, options->seed + i);
        enum fuzz_answer answer = fuzz_worker_search(worker, options->executions, NULL, &report);
        if (answer == FUZZ_ANSWER_FINDING && strcmp(report.oracle, example->oracle) == 0) {
            found++;
            executions += fuzz_worker_statistics(worker)->executions;
        }
    }
    fuzz_worker_destroy(worker);
    if (found == 0) {
        printf(" - |");
    } else if (found == trials) {
        printf(" %.0f |", (double)executions / (double)found);
    } else {
        printf(" %.0f (%llu of %llu) |", (double)executions / (double)found,
               (unsigned long long)found, (unsigned long long)trials);
    }
    fflush(stdout);
    return found != 0;
}

static bool is_wanted(const char *only, const char *name)
{
    return only == NULL || strcmp(only, name) == 0;
}

int main(int argc, char **argv)
{
    struct options options;
    bool all_found = true;

    if (!read_options(argc, argv, &options)) {
        fprintf(stderr, "classics: expected [--trials N] [--seed N] [--executions N] "
                        "[--only NAME] [--except NAME] [--strategy NAME] [--must]\n");
        return 2;
    }
    printf("| subject |");
    for (size_t s = 0; fuzz_strategy_at(s) != NULL; s++) {
        if (is_wanted(options.strategy, fuzz_strategy_at(s)->name)) {
            printf(" %s |", fuzz_strategy_at(s)->name);
        }
    }
    printf("\n");
    for (size_t i = 0; fuzz_example_at(i) != NULL; i++) {
        const struct fuzz_example *example = fuzz_example_at(i);
        bool found = false;
        if (example->oracle == NULL || !is_wanted(options.only, example->name) ||
            (options.except != NULL && strcmp(options.except, example->name) == 0)) {
            continue;
        }
        printf("| %s |", example->name);
        for (size_t s = 0; fuzz_strategy_at(s) != NULL; s++) {
            if (is_wanted(options.strategy, fuzz_strategy_at(s)->name)) {
                found |= measure(example, fuzz_strategy_at(s), &options);
            }
        }
        printf("\n");
        all_found &= found;
    }
    return options.must && !all_found;
}
