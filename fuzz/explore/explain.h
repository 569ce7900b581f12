/* explain: one execution as a picture in text: a column for each thread, one for the kernel, one
 * for the ports, time going down; then what was violated. */
#ifndef FUZZ_EXPLORE_EXPLAIN_H
#define FUZZ_EXPLORE_EXPLAIN_H

#include "fuzz/explore/playback.h"

#define FUZZ_EXPLAIN_COLUMNS 120u

/* fuzz_explain_style sets how pictures and verdicts of this process look from now on; at first they
 * have no colours and FUZZ_EXPLAIN_COLUMNS columns. Colours are for a terminal: one for each lane,
 * rows that a decision made bold, verdicts red or green. */
void fuzz_explain_style(bool colours, uint32_t columns);

/* fuzz_explain_columns returns the width that was set. */
uint32_t fuzz_explain_columns(void);

/* fuzz_explain_print writes the picture of an execution; it is a printer for fuzz_play. Steps that
 * nobody interrupted and that only guard the subject's own data (locks, interlocked operations) are
 * left out where a harness says what happens. A row that starts with * happens because of a
 * decision that was not the dull one. The verdict follows, unless the process died. */
void fuzz_explain_print(const struct fuzz_played *played, FILE *out);

/* fuzz_verdict_print writes what was found, with its clause and what that demands; "nothing was
 * found" if so. */
void fuzz_verdict_print(struct fuzz_subject *subject, const struct fuzz_report *report, FILE *out);

#endif
