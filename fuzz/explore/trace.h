/* trace: one execution as Chrome trace JSON, which Perfetto (ui.perfetto.dev) and chrome://tracing
 * open: a track for each thread, one for the kernel and one for the ports. A row of the picture
 * takes 10 microseconds there; waiting is a slice, a request an asynchronous slice; arrows go from
 * a submission to its completion, from a packet's arrival at a port to whoever takes it, and from
 * whoever wakes to whom it wakes.
 *
 * Format: "Trace Event Format", Google, 2016. */
#ifndef FUZZ_EXPLORE_TRACE_H
#define FUZZ_EXPLORE_TRACE_H

#include "fuzz/explore/playback.h"

#define FUZZ_TRACE_ROW_US 10u

/* fuzz_trace_print writes the trace; it is a printer for fuzz_play. */
void fuzz_trace_print(const struct fuzz_played *played, FILE *out);

#endif
