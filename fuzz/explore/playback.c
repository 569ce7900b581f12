/* playback: one execution in a child process that writes to a temporary file of its parent. */
#include "fuzz/explore/playback.h"

#include "fuzz/explore/worker.h"

#include <string.h>

#define PLAYBACK_TIMEOUT_MS 60000u

struct shared {
    struct fuzz_report report;
    _Alignas(64) unsigned char decisions[FUZZ_DECISION_LOG_SIZE]; /* struct sim_decision_log */
};

static struct sim_decision_log *decisions_of(struct shared *shared)
{
    return (struct sim_decision_log *)shared->decisions;
}

struct playback {
    struct fuzz_subject *subject;
    struct sim_source *source;
    struct sim_source_replay *replay; /* the same one, if it is a replay */
    fuzz_played_print print;
    FILE *file;
    struct shared *shared;
    struct sim_world *world;
};

static void print_played(struct playback *playback)
{
    struct fuzz_played played = {.subject = playback->subject,
                                 .world = playback->world,
                                 .decisions = decisions_of(playback->shared),
                                 .report = &playback->shared->report};

    if (playback->print != NULL) {
        playback->print(&played, playback->file);
    }
    fflush(playback->file);
}

static void print_death(void *argument)
{
    struct playback *playback = argument;
    struct fuzz_report *report = &playback->shared->report;

    report->died = true;
    strcpy(report->oracle, FUZZ_ORACLE_CRASH);
    strcpy(report->message, "the process died here");
    print_played(playback);
}

static void child_body(struct fuzz_process *self, void *argument)
{
    struct playback *playback = argument;
    struct shared *shared = playback->shared;
    struct sim_outcome outcome;

    playback->world = sim_world_create();
    if (playback->world == NULL) {
        return;
    }
    sim_world_record(playback->world, decisions_of(shared));
    fuzz_fatal_catch(print_death, playback);
    playback->subject->ops->run(playback->subject, playback->world, playback->source, &outcome);
    fuzz_fatal_catch(NULL, NULL);
    fuzz_report_outcome(&shared->report, &outcome);
    if (playback->replay != NULL) {
        sim_source_replay_finish(playback->replay);
        shared->report.diverged = playback->replay->diverged;
        shared->report.first_divergence = playback->replay->first_divergence;
    }
    print_played(playback);
    fuzz_process_send(self);
}

/* copy_text appends what the child wrote to `out`. */
static void copy_text(FILE *from, FILE *out)
{
    char buffer[4096];
    size_t got;

    rewind(from);
    while ((got = fread(buffer, 1, sizeof buffer, from)) > 0) {
        fwrite(buffer, 1, got, out);
    }
}

/* await fills the report from how the child ended; false when it could not even begin. */
static bool await(struct playback *playback, struct fuzz_process *process,
                  struct fuzz_report *report)
{
    struct fuzz_death death;

    switch (fuzz_process_wait(process, PLAYBACK_TIMEOUT_MS)) {
    case FUZZ_WAIT_MESSAGE:
        *report = playback->shared->report;
        return true;
    case FUZZ_WAIT_TIMEOUT:
        memset(report, 0, sizeof *report);
        strcpy(report->oracle, FUZZ_ORACLE_HANG);
        strcpy(report->message, "the execution did not come back and was stopped");
        report->died = true;
        return true;
    case FUZZ_WAIT_DIED:
        fuzz_process_death(process, &death);
        fuzz_report_death(report, &death);
        report->picks = decisions_of(playback->shared)->count;
        return true;
    }
    return false;
}

/* play runs a filled playback and copies what it printed to `out`. */
static bool play(struct playback *playback, FILE *out, struct fuzz_report *report)
{
    struct fuzz_process *process = NULL;
    bool played = false;

    playback->file = tmpfile();
    playback->shared = fuzz_shared_create(sizeof(struct shared));
    if (playback->file != NULL && playback->shared != NULL) {
        decisions_of(playback->shared)->capacity = FUZZ_DECISIONS_MAX;
        process = fuzz_process_start(child_body, playback);
    }
    if (process != NULL) {
        played = await(playback, process, report);
        fuzz_process_kill(process);
        copy_text(playback->file, out);
    }
    fuzz_shared_destroy(playback->shared, sizeof(struct shared));
    if (playback->file != NULL) {
        fclose(playback->file);
    }
    return played;
}

bool fuzz_play(struct fuzz_subject *subject, const struct sim_decision *item, uint32_t count,
               bool repair, fuzz_played_print print, FILE *out, struct fuzz_report *report)
{
    struct sim_source_replay replay;
    struct playback playback = {
        .subject = subject, .source = &replay.source, .replay = &replay, .print = print};

    sim_source_replay_init(&replay, item, count, repair);
    return play(&playback, out, report);
}

bool fuzz_play_source(struct fuzz_subject *subject, struct sim_source *source,
                      fuzz_played_print print, FILE *out, struct fuzz_report *report)
{
    struct playback playback = {.subject = subject, .source = source, .print = print};

    return play(&playback, out, report);
}
