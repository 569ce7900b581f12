/* page: a finding as one HTML page that needs nothing else: no network, no other file.
 *
 * The picture is drawn by the page itself from the timelines in it (page.html is its frame). */
#ifndef FUZZ_EXPLORE_PAGE_H
#define FUZZ_EXPLORE_PAGE_H

#include "fuzz/explore/report.h"

#include <stdio.h>

/* One execution. The timeline is a text that fuzz_timeline_print wrote. */
struct fuzz_page_run {
    const struct fuzz_report *report;
    const char *timeline;
};

/* What the page shows; all of it stays the caller's. Texts may be "". */
struct fuzz_page {
    const char *file;
    const char *program; /* with its decisions, in its file format */
    const char *clause, *clause_level, *clause_text, *clause_source;
    struct fuzz_page_run run;
    const struct fuzz_page_run *nearest; /* the passing run next to it; NULL: none is known */
};

/* fuzz_page_print writes the page; false when memory runs out. */
bool fuzz_page_print(const struct fuzz_page *page, FILE *out);

#endif
