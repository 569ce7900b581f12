/* explain: rows as columns of text. */
#include "fuzz/explore/explain.h"

#include "fuzz/explore/lanes.h"
#include "fuzz/explore/rows.h"

#include <string.h>

_Static_assert(FUZZ_LANES_MAX >= FUZZ_ROW_LANES_MAX, "every lane has a column");

void fuzz_verdict_print(struct fuzz_subject *subject, const struct fuzz_report *report, FILE *out)
{
    const char *clause;

    if (report->oracle[0] == '\0') {
        fprintf(out, "nothing was found\n");
        return;
    }
    clause = subject->ops->clause(subject, report->oracle);
    fprintf(out, "%s%s%s\n", report->oracle, clause[0] == '\0' ? "" : ": violates ", clause);
    for (const char *line = report->message; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        fprintf(out, "  %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void draw_row(void *argument, const struct fuzz_row *row)
{
    struct fuzz_lanes *lanes = argument;

    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        if (row->text[i][0] != '\0') {
            fuzz_lanes_put(lanes, i, row->text[i]);
        }
    }
    fuzz_lanes_number(lanes, row->number);
    if (row->decided) {
        fuzz_lanes_mark(lanes);
    }
    fuzz_lanes_flush(lanes);
}

static void draw(const struct fuzz_played *played, FILE *out, bool colours)
{
    static struct fuzz_rows rows; /* too large for the stack of a dying thread */
    static struct fuzz_lanes lanes;
    const char *title[FUZZ_LANES_MAX];

    fuzz_rows_init(&rows, played);
    for (uint32_t i = 0; i < rows.lane_count; i++) {
        title[i] = rows.name[i];
    }
    fuzz_lanes_init(&lanes, rows.lane_count);
    fuzz_rows_walk(&rows, true, draw_row, &lanes); /* measures */
    lanes.colours = colours;
    fuzz_lanes_begin(&lanes, out, title, FUZZ_EXPLAIN_COLUMNS);
    fuzz_rows_walk(&rows, true, draw_row, &lanes);
    fputc('\n', out);
    if (played->report->died) {
        fprintf(out, "the process died here\n"); /* of what, only its parent knows */
    } else {
        fuzz_verdict_print(played->subject, played->report, out);
    }
}

void fuzz_explain_print(const struct fuzz_played *played, FILE *out)
{
    draw(played, out, false);
}

void fuzz_explain_print_colours(const struct fuzz_played *played, FILE *out)
{
    draw(played, out, true);
}
