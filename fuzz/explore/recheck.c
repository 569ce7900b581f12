/* recheck: copies the log, repeats the execution, compares. */
#include "fuzz/explore/recheck.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENT_TEXT_SIZE 256

void fuzz_recheck_deinit(struct fuzz_recheck *recheck)
{
    free(recheck->event);
    free(recheck->item);
    *recheck = (struct fuzz_recheck){.event = NULL};
}

/* Makes room; false when there is no memory. */
static bool reserve(struct fuzz_recheck *recheck, size_t events, uint32_t items)
{
    if (events > recheck->capacity) {
        free(recheck->event);
        recheck->event = malloc(2 * events * sizeof *recheck->event);
        recheck->capacity = recheck->event == NULL ? 0 : 2 * events;
    }
    if (items > recheck->item_capacity) {
        free(recheck->item);
        recheck->item = malloc(2 * items * sizeof *recheck->item);
        recheck->item_capacity = recheck->item == NULL ? 0 : 2 * items;
    }
    return events <= recheck->capacity && items <= recheck->item_capacity;
}

static void describe(const struct sim_event *event, const struct sim_names *names,
                     char text[EVENT_TEXT_SIZE])
{
    size_t length;

    if (event == NULL) {
        snprintf(text, EVENT_TEXT_SIZE, "(ends)");
        return;
    }
    length = sim_actor_format(event->actor, names, text, EVENT_TEXT_SIZE);
    length += (size_t)snprintf(text + length, EVENT_TEXT_SIZE - length, "#%u ", event->step);
    sim_event_format(event, names->name, names->count, text + length, EVENT_TEXT_SIZE - length);
}

/* The first entry in which the copy of the first log and the log of the world differ. */
static size_t first_difference(const struct fuzz_recheck *recheck, size_t count,
                               const struct sim_log *log)
{
    size_t at = 0;

    while (at < count && at < sim_log_count(log) &&
           memcmp(&recheck->event[at], sim_log_at(log, at), sizeof *recheck->event) == 0) {
        at++;
    }
    return at;
}

static void tell(const struct fuzz_recheck *recheck, size_t count, struct fuzz_subject *subject,
                 const struct sim_world *world, const struct sim_outcome *first,
                 const struct sim_outcome *second, struct fuzz_report *report)
{
    const struct sim_log *log = sim_world_log(world);
    struct sim_names names = subject->ops->names(subject);
    size_t at = first_difference(recheck, count, log);
    char before[EVENT_TEXT_SIZE], after[EVENT_TEXT_SIZE];

    fuzz_report_outcome(report, first);
    snprintf(report->oracle, sizeof report->oracle, "%s", FUZZ_ORACLE_NONDETERMINISM);
    if (at == count && at == sim_log_count(log)) {
        snprintf(report->message, sizeof report->message,
                 "under the same decisions it ended with %s, and then with %s",
                 first->oracle == NULL ? "no finding" : first->oracle,
                 second->oracle == NULL ? "no finding" : second->oracle);
        return;
    }
    describe(at < count ? &recheck->event[at] : NULL, &names, before);
    describe(sim_log_at(log, at), &names, after);
    snprintf(report->message, sizeof report->message,
             "under the same decisions entry %zu of its history was\n  %s\nand then\n  %s", at + 1,
             before, after);
}

bool fuzz_recheck_repeat(struct fuzz_recheck *recheck, struct fuzz_subject *subject,
                         struct sim_world *world, struct sim_decision_log *decisions,
                         const struct sim_outcome *outcome, struct fuzz_report *report)
{
    const struct sim_log *log = sim_world_log(world);
    size_t count = sim_log_count(log);
    struct sim_source_replay replay;
    struct sim_outcome again;
    uint32_t items;

    if (decisions->dropped != 0 || !reserve(recheck, count, decisions->count)) {
        return true;
    }
    if (count != 0) {
        memcpy(recheck->event, sim_log_at(log, 0), count * sizeof *recheck->event);
    }
    items = sim_decisions_deviations(decisions, recheck->item, recheck->item_capacity);
    sim_source_replay_init(&replay, recheck->item, items, false);
    sim_world_record(world, NULL);
    subject->ops->run(subject, world, &replay.source, &again);
    sim_world_record(world, decisions);
    if (again.hash == outcome->hash && again.oracle == outcome->oracle) {
        return true;
    }
    tell(recheck, count, subject, world, outcome, &again, report);
    return false;
}
