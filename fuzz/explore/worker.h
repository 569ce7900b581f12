/* worker: a process that executes a subject again and again, so that a crash is a result.
 *
 * The process is forked on demand and shares one block of memory with its parent: the job, the
 * decisions of the running execution, the statistics and the strategy's state. When it dies (by a
 * signal, an assertion, a sanitizer, or because the parent gave up waiting) the parent finds there
 * which decisions led to it, reports a finding, and starts another process for the next job.
 *
 *   parent: create ──► search or replay ──► (answer) ──► search or replay ──► destroy
 *   child:  wait for a job ──► run executions until the job ends ──► answer ──► wait ...
 *
 * Invariants
 *  W1  Between jobs the child, if there is one, waits; it touches the shared block only inside one.
 *  W2  `decisions` holds the decisions of the last execution begun.
 *  W3  An execution that killed its process counts in `executions`, once.
 *
 * A worker belongs to the thread that created it. */
#ifndef FUZZ_EXPLORE_WORKER_H
#define FUZZ_EXPLORE_WORKER_H

#include "fuzz/explore/coverage.h"
#include "fuzz/explore/report.h"
#include "fuzz/explore/strategy.h"
#include "fuzz/explore/subject.h"

#define FUZZ_DECISIONS_MAX 65536u /* of one execution; more are dropped and cannot be replayed */
#define FUZZ_DECISION_LOG_SIZE \
    (sizeof(struct sim_decision_log) + FUZZ_DECISIONS_MAX * sizeof(struct sim_decision))
#define FUZZ_TALLY_MAX 32u /* oracles told apart in one search */

struct fuzz_tally {
    char oracle[FUZZ_ORACLE_SIZE];
    uint64_t count;
};

struct fuzz_statistics {
    uint64_t executions;
    uint64_t steps;
    uint64_t picks;
    uint64_t findings;
    uint64_t cpu_ns;   /* processor time of jobs that ended in good order */
    uint64_t resident; /* bytes resident in the child when the last search ended */
    uint32_t tally_count;
    struct fuzz_tally tally[FUZZ_TALLY_MAX];
    struct fuzz_coverage coverage;
};

enum fuzz_answer {
    FUZZ_ANSWER_CLEAN,     /* the job ran to its end without a finding */
    FUZZ_ANSWER_STOPPED,   /* `tick` said stop */
    FUZZ_ANSWER_EXHAUSTED, /* the strategy has nothing left to try */
    FUZZ_ANSWER_FINDING,   /* the report says what; decisions hold how */
    FUZZ_ANSWER_DIVERGED,  /* replay: repetitions differ, or decisions could not be followed */
    FUZZ_ANSWER_BROKEN     /* the host refuses memory or processes */
};

/* Called about ten times a second while a job runs; returning false stops the job. */
typedef bool (*fuzz_tick)(void *argument, const struct fuzz_statistics *statistics);

struct fuzz_worker_options {
    const struct fuzz_strategy *strategy;
    struct fuzz_strategy_config config;
    uint32_t hang_ms; /* an execution that computes for longer, or waits ten times as long, is a
                       * finding; 0 for the default of 10 s */
    uint32_t recheck_every; /* executions, of which one is repeated and compared; 0: none is */
    fuzz_tick tick;         /* may be NULL */
    void *tick_argument;
};

struct fuzz_worker;

/* fuzz_worker_create prepares a worker for `subject`, which stays the caller's and must not change
 * while the worker lives; NULL when the host refuses memory. */
struct fuzz_worker *fuzz_worker_create(struct fuzz_subject *subject,
                                       const struct fuzz_worker_options *options);
void fuzz_worker_destroy(struct fuzz_worker *worker);

/* fuzz_worker_retarget makes the worker run another subject, under a search that starts anew. */
void fuzz_worker_retarget(struct fuzz_worker *worker, struct fuzz_subject *subject, uint64_t seed);

/* fuzz_worker_restart starts the search of the same subject anew, with another seed. It costs
 * little: the process goes on. */
void fuzz_worker_restart(struct fuzz_worker *worker, uint64_t seed);

/* fuzz_worker_search runs executions under the strategy until `executions_max` more have run (0: no
 * limit) or there is a finding. With `wanted` only a finding of that signature ends the job;
 * without, findings of one oracle are reported at the first, tenth, hundredth ... of them, and only
 * counted in between. */
enum fuzz_answer fuzz_worker_search(struct fuzz_worker *worker, uint64_t executions_max,
                                    const struct fuzz_signature *wanted,
                                    struct fuzz_report *report);

/* fuzz_worker_replay runs the subject `repeat` times under the given decisions. With `repair`,
 * decisions that do not fit are skipped and never a divergence. The first repetition that ends
 * differently (another hash or another verdict) ends the job as DIVERGED. */
enum fuzz_answer fuzz_worker_replay(struct fuzz_worker *worker, const struct sim_decision *item,
                                    uint32_t count, bool repair, uint64_t repeat,
                                    struct fuzz_report *report);

/* fuzz_worker_deviations copies the decisions of the reported execution that are not dull to `out`
 * (room for `capacity`) and returns how many there are. */
uint32_t fuzz_worker_deviations(const struct fuzz_worker *worker, struct sim_decision *out,
                                uint32_t capacity);

/* fuzz_worker_statistics returns what has been counted since create or retarget. It stays the
 * worker's and moves on during a job. */
const struct fuzz_statistics *fuzz_worker_statistics(const struct fuzz_worker *worker);

/* fuzz_worker_progress asks the strategy how far it has come; all zero if it cannot tell. */
void fuzz_worker_progress(const struct fuzz_worker *worker,
                          struct fuzz_strategy_progress *progress);

#endif
