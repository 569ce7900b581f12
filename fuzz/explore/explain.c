/* explain: rows as columns of text. */
#include "fuzz/explore/explain.h"

#include "fuzz/explore/lanes.h"
#include "fuzz/explore/rows.h"

#include <string.h>

#define CLAUSE_SIZE  1200
#define CLAUSE_WIDTH 100u /* wider lines are hard to read */

_Static_assert(FUZZ_LANES_MAX >= FUZZ_ROW_LANES_MAX, "every lane has a column");

/* ---- style ---- */

static struct {
    bool colours;
    uint32_t columns;
} style = {.columns = FUZZ_EXPLAIN_COLUMNS};

void fuzz_explain_style(bool colours, uint32_t columns)
{
    style.colours = colours;
    style.columns = columns;
}

uint32_t fuzz_explain_columns(void)
{
    return style.columns;
}

/* ---- the verdict ---- */

/* print_verdict writes a line that is red where something was found, green where nothing was. */
static void print_verdict(const char *oracle, const char *clause, FILE *out)
{
    const char *begin = !style.colours ? "" : oracle[0] == '\0' ? "\033[1;32m" : "\033[1;31m";
    const char *end = style.colours ? "\033[0m" : "";

    if (oracle[0] == '\0') {
        fprintf(out, "%snothing was found%s\n", begin, end);
    } else {
        fprintf(out, "%s%s%s%s%s\n", begin, oracle, clause[0] == '\0' ? "" : ": violates ", clause,
                end);
    }
}

/* print_wrapped writes a text in lines of at most CLAUSE_WIDTH, each behind `indent`. */
static void print_wrapped(const char *indent, const char *text, FILE *out)
{
    while (*text != '\0') {
        size_t length = strlen(text);
        if (length > CLAUSE_WIDTH) {
            length = CLAUSE_WIDTH;
            while (length > 0 && text[length] != ' ') {
                length--;
            }
            length = length == 0 ? CLAUSE_WIDTH : length;
        }
        fprintf(out, "%s%.*s\n", indent, (int)length, text);
        text += length + (text[length] == ' ');
    }
}

void fuzz_verdict_print(struct fuzz_subject *subject, const struct fuzz_report *report, FILE *out)
{
    const char *clause = subject->ops->clause(subject, report->oracle);
    char text[CLAUSE_SIZE];

    print_verdict(report->oracle, clause, out);
    if (report->oracle[0] == '\0') {
        return;
    }
    for (const char *line = report->message; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        fprintf(out, "  %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    subject->ops->clause_text(subject, report->oracle, text, sizeof text);
    if (text[0] != '\0') {
        fprintf(out, "  %s demands:\n", clause);
        print_wrapped("    ", text, out);
    }
}

/* ---- the picture ---- */

struct picture {
    struct fuzz_rows rows;
    struct fuzz_lanes lanes;
    bool decided; /* there is a row that a decision made */
};

static void draw_row(void *argument, const struct fuzz_row *row)
{
    struct picture *picture = argument;
    struct fuzz_lanes *lanes = &picture->lanes;

    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        if (row->text[i][0] != '\0') {
            fuzz_lanes_put(lanes, i, row->text[i]);
        }
    }
    fuzz_lanes_number(lanes, row->number);
    if (row->decided) {
        picture->decided = true;
        fuzz_lanes_mark(lanes);
    }
    fuzz_lanes_flush(lanes);
}

void fuzz_explain_print(const struct fuzz_played *played, FILE *out)
{
    static struct picture picture; /* too large for the stack of a dying thread */
    struct fuzz_rows *rows = &picture.rows;
    const char *title[FUZZ_LANES_MAX];

    picture.decided = false;
    fuzz_rows_init(rows, played);
    for (uint32_t i = 0; i < rows->lane_count; i++) {
        title[i] = rows->name[i];
    }
    fuzz_lanes_init(&picture.lanes, rows->lane_count);
    fuzz_rows_walk(rows, true, draw_row, &picture); /* measures */
    picture.lanes.colours = style.colours;
    fuzz_lanes_begin(&picture.lanes, out, title, style.columns);
    fuzz_rows_walk(rows, true, draw_row, &picture);
    fprintf(out, "\n%s",
            picture.decided ? "* marks where a decision departs from the dull schedule\n\n" : "");
    if (played->report->died) {
        fprintf(out, "the process died here\n"); /* of what, only its parent knows */
    } else {
        fuzz_verdict_print(played->subject, played->report, out);
    }
}
