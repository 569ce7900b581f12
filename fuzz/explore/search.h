/* search: explores the schedules of one subject for a share of time and collects its findings.
 *
 * Each finding is shrunk and named as it comes; one whose name is already in the list is counted
 * and forgotten. */
#ifndef FUZZ_EXPLORE_SEARCH_H
#define FUZZ_EXPLORE_SEARCH_H

#include "fuzz/explore/finding.h"
#include "fuzz/explore/shrink.h"

#define FUZZ_SEARCH_FINDINGS_MAX 32u

struct fuzz_search_options {
    const struct fuzz_strategy *strategy;
    struct fuzz_strategy_config config; /* seed, bound, shard */
    uint64_t executions_max;            /* 0: no limit */
    uint64_t deadline_ns; /* on fuzz_now_ns; 0: none. One of the two limits is given. */
    uint32_t hang_ms;     /* as for workers */
    uint64_t shrink_ms;   /* limit for shrinking one finding; 0: the default */
    bool no_recheck;      /* do not repeat executions to see whether they do the same */
    bool keep_going;      /* go on behind the first finding */
    bool raw;             /* leave findings as they were found */
    const char *oracles;  /* only findings of these, "a,b", are kept; NULL: of any */
    /* progress is called about ten times a second; NULL is allowed. */
    void (*progress)(void *argument, const struct fuzz_statistics *statistics, const char *phase);
    void *progress_argument;
};

struct fuzz_search_result {
    struct fuzz_statistics statistics;
    uint64_t elapsed_ns; /* without shrinking */
    bool exhausted;      /* the strategy had nothing left to try */
    struct fuzz_strategy_progress progress;
    bool broken; /* the host refused memory or processes */
    uint32_t finding_count;
    struct fuzz_finding finding[FUZZ_SEARCH_FINDINGS_MAX];
    struct fuzz_shrink_statistics shrink[FUZZ_SEARCH_FINDINGS_MAX];
};

/* fuzz_search fills *result, which the caller gives back with fuzz_search_result_deinit. Findings
 * may refer to `subject`, which outlives the result. */
void fuzz_search(struct fuzz_subject *subject, const struct fuzz_search_options *options,
                 struct fuzz_search_result *result);
void fuzz_search_result_deinit(struct fuzz_search_result *result);

/* fuzz_list_has tells whether a word is in a comma-separated list. */
bool fuzz_list_has(const char *list, const char *word);

#endif
