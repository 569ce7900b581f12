/* playback: executes a schedule once, in a process of its own, and prints from inside it.
 *
 * The log of an execution lies in the memory of the process that ran it. Here the printing happens
 * there, also when the execution dies on the way: what had been logged until then is printed. */
#ifndef FUZZ_EXPLORE_PLAYBACK_H
#define FUZZ_EXPLORE_PLAYBACK_H

#include "fuzz/explore/report.h"
#include "fuzz/explore/subject.h"

/* What a printer is given. All of it is valid during the call only. */
struct fuzz_played {
    struct fuzz_subject *subject;
    struct sim_world *world;                  /* after the execution, or where it died */
    const struct sim_decision_log *decisions; /* those that were taken */
    const struct fuzz_report *report;
};
typedef void (*fuzz_played_print)(const struct fuzz_played *played, FILE *out);

/* fuzz_play executes `subject` under these deviations (with repair: those that do not fit are
 * skipped), lets `print` (may be NULL) write to `out`, and fills *report. It returns false when the
 * host refuses memory or a process. */
bool fuzz_play(struct fuzz_subject *subject, const struct sim_decision *item, uint32_t count,
               bool repair, fuzz_played_print print, FILE *out, struct fuzz_report *report);

/* fuzz_play_source does the same under any decision source. The source is used up in the process of
 * the execution only: the caller's stays as it was. */
bool fuzz_play_source(struct fuzz_subject *subject, struct sim_source *source,
                      fuzz_played_print print, FILE *out, struct fuzz_report *report);

#endif
