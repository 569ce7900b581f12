/* worker: jobs, the loop that runs them, and the parent's side of it. */
#include "fuzz/explore/worker.h"

#include "fuzz/explore/recheck.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HANG_MS_DEFAULT 10000u
#define TICK_MS         100u

/* An execution that does not compute either is given so many times longer: on a busy machine it may
 * just not have had its turn. */
#define HANG_PATIENCE 10u

enum job_kind { JOB_SEARCH, JOB_REPLAY };

struct job {
    enum job_kind kind;
    bool has_wanted;
    bool repair;
    struct fuzz_signature wanted;
    uint64_t executions_max; /* search: 0 for no limit; replay: repetitions */
    uint32_t count;          /* replay */
    struct sim_decision item[FUZZ_DECISIONS_MAX];
};

struct answer {
    enum fuzz_answer kind;
    struct fuzz_report report;
};

struct shared {
    uint32_t stop;      /* parent to child: end the job after this execution */
    uint64_t heartbeat; /* executions begun, replays included */
    struct answer answer;
    struct fuzz_statistics statistics;
    struct job job;
    _Alignas(64) unsigned char decisions[FUZZ_DECISION_LOG_SIZE]; /* struct sim_decision_log */
    _Alignas(64) unsigned char strategy[];                        /* memory_size bytes */
};

static struct sim_decision_log *decisions_of(const struct shared *shared)
{
    return (struct sim_decision_log *)shared->decisions;
}

struct fuzz_worker {
    struct fuzz_subject *subject;
    struct fuzz_worker_options options;
    struct fuzz_process *process; /* NULL when there is none */
    struct shared *shared;
    size_t shared_size;
    struct fuzz_order order;     /* of the child */
    struct fuzz_recheck recheck; /* of the child */
};

/* ---- the child ---- */

/* is_power_of_ten thins out the reports of one oracle. */
static bool is_power_of_ten(uint64_t value)
{
    while (value % 10 == 0 && value != 0) {
        value /= 10;
    }
    return value == 1;
}

/* count_finding counts a finding and returns how many of its oracle there were so far. */
static uint64_t count_finding(struct fuzz_statistics *statistics, const char *oracle)
{
    uint32_t i = 0;

    statistics->findings++;
    while (i < statistics->tally_count && strcmp(statistics->tally[i].oracle, oracle) != 0) {
        i++;
    }
    if (i == FUZZ_TALLY_MAX) {
        return 0; /* more kinds than anybody has ids for: counted only */
    }
    if (i == statistics->tally_count) {
        snprintf(statistics->tally[i].oracle, FUZZ_ORACLE_SIZE, "%s", oracle);
        statistics->tally_count++;
    }
    return ++statistics->tally[i].count;
}

/* judge tells whether the finding in `report` ends the job. */
static bool judge(struct shared *shared, const struct fuzz_report *report)
{
    uint64_t count = count_finding(&shared->statistics, report->oracle);

    if (shared->job.has_wanted) {
        return fuzz_signature_matches(&shared->job.wanted, report);
    }
    return is_power_of_ten(count);
}

/* execute runs the subject once under the strategy's source and counts what it shows. */
static void execute(struct fuzz_worker *worker, struct sim_world *world, struct sim_source *source,
                    struct sim_outcome *outcome)
{
    struct shared *shared = worker->shared;
    struct fuzz_statistics *statistics = &shared->statistics;
    const struct fuzz_strategy *strategy = worker->options.strategy;
    enum fuzz_classing classing = !strategy->one_per_class             ? FUZZ_CLASS_SAMPLE
                                  : worker->options.config.shards != 0 ? FUZZ_CLASS_ALL
                                                                       : FUZZ_CLASS_EACH;
    struct sim_source *used =
        fuzz_coverage_begin(&worker->order, source, statistics->executions, classing);

    shared->heartbeat++;
    worker->subject->ops->run(worker->subject, world, used, outcome);
    statistics->executions++;
    statistics->steps += outcome->steps;
    statistics->picks += outcome->picks;
    fuzz_coverage_end(&statistics->coverage, &worker->order, used, classing, worker->subject, world,
                      decisions_of(shared), outcome);
    if (strategy->end != NULL) {
        struct fuzz_execution execution = {.world = world,
                                           .decisions = decisions_of(shared),
                                           .finding = outcome->oracle != NULL,
                                           .steps = outcome->steps,
                                           .picks = outcome->picks};
        strategy->end(shared->strategy, &execution);
    }
}

/* is_repeatable tells whether the execution that has ended does the same again, where it is its
 * turn to be asked. What is found in it is asked by those who shrink it. */
static bool is_repeatable(struct fuzz_worker *worker, struct sim_world *world,
                          const struct sim_outcome *outcome)
{
    struct shared *shared = worker->shared;
    uint32_t every = worker->options.recheck_every;

    return every == 0 || (shared->statistics.executions - 1) % every != 0 || outcome->abandoned ||
           outcome->oracle != NULL ||
           fuzz_recheck_repeat(&worker->recheck, worker->subject, world, decisions_of(shared),
                               outcome, &shared->answer.report);
}

static enum fuzz_answer run_search(struct fuzz_worker *worker, struct sim_world *world,
                                   struct sim_outcome *outcome)
{
    struct shared *shared = worker->shared;
    struct fuzz_statistics *statistics = &shared->statistics;
    /* Strategies that split by themselves do not look at the number. */
    uint64_t shards = worker->options.config.shards > 1 ? worker->options.config.shards : 1;
    uint64_t shard = worker->options.config.shard;
    uint64_t end = shared->job.executions_max == 0
                       ? UINT64_MAX
                       : statistics->executions + shared->job.executions_max;

    while (statistics->executions < end) {
        struct sim_source *source = worker->options.strategy->begin(
            shared->strategy, statistics->executions * shards + shard);
        if (source == NULL) {
            return FUZZ_ANSWER_EXHAUSTED;
        }
        execute(worker, world, source, outcome);
        bool found = outcome->oracle != NULL;
        if (found) {
            fuzz_report_outcome(&shared->answer.report, outcome);
        } else {
            found = !is_repeatable(worker, world, outcome);
        }
        if (found && judge(shared, &shared->answer.report)) {
            return FUZZ_ANSWER_FINDING;
        }
        if (__atomic_load_n(&shared->stop, __ATOMIC_RELAXED) != 0) {
            return FUZZ_ANSWER_STOPPED;
        }
    }
    return FUZZ_ANSWER_CLEAN;
}

static enum fuzz_answer run_replay(struct fuzz_worker *worker, struct sim_world *world,
                                   struct sim_outcome *outcome)
{
    struct shared *shared = worker->shared;
    const struct job *job = &shared->job;
    struct fuzz_report *report = &shared->answer.report;
    uint64_t hash = 0;
    const char *oracle = NULL;

    for (uint64_t i = 0; i < job->executions_max; i++) {
        struct sim_source_replay replay;
        bool followed;

        sim_source_replay_init(&replay, job->item, job->count, job->repair);
        shared->heartbeat++;
        worker->subject->ops->run(worker->subject, world, &replay.source, outcome);
        followed = sim_source_replay_finish(&replay) || job->repair;
        shared->statistics.executions++;
        shared->statistics.steps += outcome->steps;
        if (i > 0 && followed && outcome->hash == hash && outcome->oracle == oracle) {
            if (__atomic_load_n(&shared->stop, __ATOMIC_RELAXED) != 0) {
                return FUZZ_ANSWER_STOPPED;
            }
            continue;
        }
        fuzz_report_outcome(report, outcome);
        report->diverged = replay.diverged;
        report->first_divergence = replay.first_divergence;
        if (i > 0 || !followed) {
            return FUZZ_ANSWER_DIVERGED;
        }
        hash = outcome->hash;
        oracle = outcome->oracle;
    }
    return oracle == NULL ? FUZZ_ANSWER_CLEAN : FUZZ_ANSWER_FINDING;
}

static void child_body(struct fuzz_process *self, void *argument)
{
    struct fuzz_worker *worker = argument;
    struct shared *shared = worker->shared;
    struct sim_world *world = sim_world_create();
    struct sim_outcome outcome;

    while (fuzz_process_receive(self)) {
        uint64_t begin_ns = fuzz_cpu_ns();
        if (world == NULL) {
            shared->answer.kind = FUZZ_ANSWER_BROKEN;
        } else {
            sim_world_record(world, decisions_of(shared));
            shared->answer.kind = shared->job.kind == JOB_SEARCH
                                      ? run_search(worker, world, &outcome)
                                      : run_replay(worker, world, &outcome);
        }
        shared->statistics.cpu_ns += fuzz_cpu_ns() - begin_ns;
        if (shared->job.kind == JOB_SEARCH) { /* shrinking replays by the thousand */
            shared->statistics.resident = fuzz_resident_bytes();
        }
        fuzz_process_send(self);
    }
    fuzz_recheck_deinit(&worker->recheck);
    sim_world_destroy(world);
}

/* ---- the parent ---- */

struct fuzz_worker *fuzz_worker_create(struct fuzz_subject *subject,
                                       const struct fuzz_worker_options *options)
{
    struct fuzz_worker *worker = calloc(1, sizeof *worker);

    assert(options->strategy->memory_size <= FUZZ_STRATEGY_MEMORY_MAX);
    if (worker == NULL) {
        return NULL;
    }
    worker->options = *options;
    if (worker->options.hang_ms == 0) {
        worker->options.hang_ms = HANG_MS_DEFAULT;
    }
    worker->shared_size = sizeof *worker->shared + options->strategy->memory_size;
    worker->shared = fuzz_shared_create(worker->shared_size);
    if (worker->shared == NULL) {
        free(worker);
        return NULL;
    }
    decisions_of(worker->shared)->capacity = FUZZ_DECISIONS_MAX;
    fuzz_worker_retarget(worker, subject, options->config.seed);
    return worker;
}

void fuzz_worker_destroy(struct fuzz_worker *worker)
{
    if (worker == NULL) {
        return;
    }
    fuzz_process_kill(worker->process);
    fuzz_shared_destroy(worker->shared, worker->shared_size);
    free(worker);
}

void fuzz_worker_retarget(struct fuzz_worker *worker, struct fuzz_subject *subject, uint64_t seed)
{
    fuzz_process_kill(worker->process);
    worker->process = NULL;
    worker->subject = subject;
    fuzz_worker_restart(worker, seed);
}

void fuzz_worker_restart(struct fuzz_worker *worker, uint64_t seed)
{
    worker->options.config.seed = seed;
    memset(&worker->shared->statistics, 0, sizeof worker->shared->statistics);
    worker->options.strategy->init(worker->shared->strategy, &worker->options.config);
}

/* note_death turns the death of the child into the answer of its job. */
static enum fuzz_answer note_death(struct fuzz_worker *worker, bool hung)
{
    struct shared *shared = worker->shared;
    const struct fuzz_strategy *strategy = worker->options.strategy;
    struct fuzz_report *report = &shared->answer.report;
    struct fuzz_death death;

    if (hung) {
        memset(report, 0, sizeof *report);
        strcpy(report->oracle, FUZZ_ORACLE_HANG);
        strcpy(report->message, "an execution did not come back and was stopped");
        report->died = true;
    } else {
        fuzz_process_death(worker->process, &death);
        fuzz_report_death(report, &death);
    }
    report->picks = decisions_of(shared)->count;
    fuzz_process_kill(worker->process);
    worker->process = NULL;
    shared->statistics.executions++;
    if (shared->job.kind == JOB_SEARCH && strategy->end != NULL) {
        struct fuzz_execution execution = {.world = NULL,
                                           .decisions = decisions_of(shared),
                                           .finding = true,
                                           .picks = report->picks};
        strategy->end(shared->strategy, &execution);
    }
    return FUZZ_ANSWER_FINDING;
}

/* When the child was last seen to begin an execution. */
struct pulse {
    uint64_t heartbeat;
    uint64_t cpu_ns;
    uint64_t since_ns;
};

/* hangs looks at the child, now and then; true when its execution takes too long. */
static bool hangs(const struct fuzz_worker *worker, struct pulse *pulse)
{
    uint64_t heartbeat = __atomic_load_n(&worker->shared->heartbeat, __ATOMIC_RELAXED);
    uint64_t cpu_ns = fuzz_process_cpu_ns(worker->process);
    uint64_t limit_ns = (uint64_t)worker->options.hang_ms * 1000000;

    if (heartbeat != pulse->heartbeat) {
        *pulse = (struct pulse){heartbeat, cpu_ns, fuzz_now_ns()};
        return false;
    }
    return cpu_ns > pulse->cpu_ns + limit_ns ||
           fuzz_now_ns() - pulse->since_ns > limit_ns * HANG_PATIENCE;
}

/* await waits for the child's answer to the job it was sent. */
static enum fuzz_answer await(struct fuzz_worker *worker)
{
    struct shared *shared = worker->shared;
    struct pulse pulse = {.heartbeat = UINT64_MAX};

    for (;;) {
        enum fuzz_wait wait = fuzz_process_wait(worker->process, TICK_MS);
        if (wait == FUZZ_WAIT_MESSAGE) {
            return shared->answer.kind;
        }
        if (wait == FUZZ_WAIT_DIED) {
            return note_death(worker, false);
        }
        if (hangs(worker, &pulse)) {
            return note_death(worker, true);
        }
        if (worker->options.tick != NULL &&
            !worker->options.tick(worker->options.tick_argument, &shared->statistics)) {
            __atomic_store_n(&shared->stop, 1, __ATOMIC_RELAXED);
        }
    }
}

/* run_job sends the job in the shared block to the child, which is started if there is none. */
static enum fuzz_answer run_job(struct fuzz_worker *worker, struct fuzz_report *report)
{
    enum fuzz_answer answer;

    if (worker->process == NULL) {
        worker->process = fuzz_process_start(child_body, worker);
        if (worker->process == NULL) {
            return FUZZ_ANSWER_BROKEN;
        }
    }
    worker->shared->stop = 0;
    decisions_of(worker->shared)->count = 0;
    memset(&worker->shared->answer, 0, sizeof worker->shared->answer);
    fuzz_process_send(worker->process);
    answer = await(worker);
    *report = worker->shared->answer.report;
    return answer;
}

enum fuzz_answer fuzz_worker_search(struct fuzz_worker *worker, uint64_t executions_max,
                                    const struct fuzz_signature *wanted, struct fuzz_report *report)
{
    struct shared *shared = worker->shared;
    uint64_t begin = shared->statistics.executions;
    uint64_t left = executions_max;
    enum fuzz_answer answer;

    for (;;) {
        shared->job.kind = JOB_SEARCH;
        shared->job.executions_max = left;
        shared->job.has_wanted = wanted != NULL;
        if (wanted != NULL) {
            shared->job.wanted = *wanted;
        }
        answer = run_job(worker, report);
        if (answer != FUZZ_ANSWER_FINDING || !report->died || judge(shared, report)) {
            return answer;
        }
        /* A death that is not wanted, or known already: the search goes on behind it. */
        if (executions_max != 0) {
            if (shared->statistics.executions - begin >= executions_max) {
                return FUZZ_ANSWER_CLEAN;
            }
            left = executions_max - (shared->statistics.executions - begin);
        }
        if (worker->options.tick != NULL &&
            !worker->options.tick(worker->options.tick_argument, &shared->statistics)) {
            return FUZZ_ANSWER_STOPPED;
        }
    }
}

enum fuzz_answer fuzz_worker_replay(struct fuzz_worker *worker, const struct sim_decision *item,
                                    uint32_t count, bool repair, uint64_t repeat,
                                    struct fuzz_report *report)
{
    struct job *job = &worker->shared->job;

    assert(count <= FUZZ_DECISIONS_MAX);
    job->kind = JOB_REPLAY;
    job->repair = repair;
    job->executions_max = repeat;
    job->count = count;
    if (count > 0) {
        memcpy(job->item, item, count * sizeof *item);
    }
    return run_job(worker, report);
}

uint32_t fuzz_worker_deviations(const struct fuzz_worker *worker, struct sim_decision *out,
                                uint32_t capacity)
{
    return sim_decisions_deviations(decisions_of(worker->shared), out, capacity);
}

const struct fuzz_statistics *fuzz_worker_statistics(const struct fuzz_worker *worker)
{
    return &worker->shared->statistics;
}

void fuzz_worker_progress(const struct fuzz_worker *worker, struct fuzz_strategy_progress *progress)
{
    const struct fuzz_strategy *strategy = worker->options.strategy;

    memset(progress, 0, sizeof *progress);
    if (strategy->progress != NULL) {
        strategy->progress(worker->shared->strategy, progress);
    }
}
