/* timeline: one execution as data: lanes, rows and choices as a JSON value, for the page.
 *
 *   { "lanes": [{"name", "kind": "thread" | "kernel" | "ports"}],
 *     "rows": [{"actor", "lane", "step", "number", "cells": [[lane, text]], "choices": [index],
 *               "details": [line], and where it is so: "decided", "quiet", "told", "waits": true,
 *               "wakes": [lane], "marks": [[word, request or 0, port or 0]]}],
 *     "left_out": rows that were dropped from the middle,
 *     "choices": [{"text", "index", "count", "cost"}] } */
#ifndef FUZZ_EXPLORE_TIMELINE_H
#define FUZZ_EXPLORE_TIMELINE_H

#include "fuzz/explore/playback.h"

/* Of an execution with more rows than these together, the middle is left out. */
#define FUZZ_TIMELINE_ROWS_FIRST 1000u
#define FUZZ_TIMELINE_ROWS_LAST  3000u

/* fuzz_timeline_print writes the value on one line; it is a printer for fuzz_play. */
void fuzz_timeline_print(const struct fuzz_played *played, FILE *out);

#endif
