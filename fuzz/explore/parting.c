/* parting: each execution tells its choices and its rows as lines; what differs first is shown. */
#include "fuzz/explore/parting.h"

#include "fuzz/explore/playback.h"
#include "fuzz/explore/rows.h"

#include <stdlib.h>
#include <string.h>

#define COMMON_ROWS  2u  /* shown before the runs part */
#define PARTED_ROWS  12u /* shown of each behind that, at most */
#define LINE_SIZE    512
#define ACTOR_WIDTH  7 /* of THREAD#N; longer ones push their text to the right */
#define COLUMN_LEAST 30u

/* ---- inside the process that executes ---- */

struct teller {
    struct fuzz_rows rows;
    FILE *out;
};

/* tell_row writes who acts, and all that the row says, as one line. */
static void tell_row(void *argument, const struct fuzz_row *row)
{
    struct teller *teller = argument;
    const struct fuzz_rows *rows = &teller->rows;
    char actor[FUZZ_ROW_NAME_SIZE];
    char name[FUZZ_ROW_NAME_SIZE + 16];
    const char *separator = "";

    sim_actor_format(row->actor, &rows->names, actor, sizeof actor);
    if (row->lane == fuzz_rows_kernel(rows)) {
        snprintf(name, sizeof name, "kernel");
    } else if (row->number != 0) {
        snprintf(name, sizeof name, "%s#%u", actor, row->number);
    } else {
        snprintf(name, sizeof name, "%s", actor);
    }
    fprintf(teller->out, "%c %-*s ", row->decided ? '*' : ' ', ACTOR_WIDTH, name);
    for (uint32_t i = 0; i < rows->lane_count; i++) {
        if (row->text[i][0] != '\0') {
            fprintf(teller->out, "%s%s", separator, row->text[i]);
            separator = "; ";
        }
    }
    fputc('\n', teller->out);
}

/* tell writes the choices, an empty line, and the rows. */
static void tell(const struct fuzz_played *played, FILE *out)
{
    static struct teller teller; /* too large for the stack of a dying thread */
    char line[LINE_SIZE];

    teller.out = out;
    fuzz_rows_init(&teller.rows, played);
    for (uint32_t i = 0; i < played->decisions->count; i++) {
        sim_decision_format(&played->decisions->item[i], &teller.rows.names, line, sizeof line);
        fprintf(out, "%s\n", line);
    }
    fputc('\n', out);
    fuzz_rows_walk(&teller.rows, true, tell_row, &teller);
}

/* telling_of executes the subject and returns what it tells, which the caller frees; NULL when the
 * host refuses. */
static char *telling_of(struct fuzz_subject *subject, const struct fuzz_parting_run *run)
{
    struct fuzz_report report;
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    bool good =
        file != NULL && fuzz_play(subject, run->item, run->count, true, tell, file, &report);

    if (file != NULL) {
        good = fclose(file) == 0 && good;
    }
    if (!good) {
        free(text);
        return NULL;
    }
    return text;
}

/* ---- lines ---- */

static size_t line_length(const char *text)
{
    return strcspn(text, "\n");
}

static const char *next_line(const char *text)
{
    size_t length = line_length(text);

    return text + length + (text[length] == '\n');
}

static bool is_same_line(const char *left, const char *right)
{
    size_t length = line_length(left);

    return length == line_length(right) && memcmp(left, right, length) == 0;
}

/* rows_of returns what stands behind the choices. */
static const char *rows_of(const char *telling)
{
    while (*telling != '\n' && *telling != '\0') {
        telling = next_line(telling);
    }
    return next_line(telling);
}

/* print_choices writes the first choice that was made otherwise; false if there is none. */
static bool print_choices(const char *failing, const char *passing, FILE *out)
{
    uint32_t choice = 1;

    while (line_length(failing) > 0 && is_same_line(failing, passing)) {
        failing = next_line(failing);
        passing = next_line(passing);
        choice++;
    }
    if (line_length(failing) == 0 && line_length(passing) == 0) {
        return false;
    }
    fprintf(out,
            "The nearest passing run is the same until choice %u:\n  fails   %.*s\n  passes  "
            "%.*s\n\n",
            choice, (int)line_length(failing), failing, (int)line_length(passing), passing);
    return true;
}

/* ---- two columns ---- */

/* print_part writes what of a row fits into a column, and dots where more follows. */
static void print_part(const char *row, uint32_t width, bool pad, FILE *out)
{
    size_t length = line_length(row);
    bool cut = length > width;
    size_t shown = cut ? width - 2 : length;

    fprintf(out, "%.*s%s", (int)shown, row, cut ? ".." : "");
    if (pad && !cut) {
        fprintf(out, "%*s", (int)(width - shown), "");
    }
}

static void print_pair(const char *left, const char *right, uint32_t width, FILE *out)
{
    print_part(left, width, true, out);
    fputs(" | ", out);
    print_part(right, width, false, out);
    fputc('\n', out);
}

static void print_rows(const char *failing, const char *passing, uint32_t columns, FILE *out)
{
    uint32_t width = columns < 2 * COLUMN_LEAST + 3 ? COLUMN_LEAST : (columns - 3) / 2;
    const char *common[COMMON_ROWS] = {"", ""};
    uint32_t count = 0;

    while (line_length(failing) > 0 && is_same_line(failing, passing)) {
        memmove(common, common + 1, (COMMON_ROWS - 1) * sizeof common[0]);
        common[COMMON_ROWS - 1] = failing;
        failing = next_line(failing);
        passing = next_line(passing);
        count++;
    }
    print_pair("  this run fails", "  the nearest passing run", width, out);
    for (uint32_t i = 0; i < width; i++) {
        fputc('-', out);
    }
    fputs("-+-", out);
    for (uint32_t i = 0; i < width; i++) {
        fputc('-', out);
    }
    fputc('\n', out);
    if (count > COMMON_ROWS) {
        fprintf(out, "  (%u rows in which they do not differ)\n", count - COMMON_ROWS);
    }
    for (uint32_t i = 0; i < COMMON_ROWS; i++) {
        if (common[i][0] != '\0') {
            print_pair(common[i], "  =", width, out);
        }
    }
    for (uint32_t i = 0; i < PARTED_ROWS && (*failing != '\0' || *passing != '\0'); i++) {
        print_pair(failing, passing, width, out);
        failing = next_line(failing);
        passing = next_line(passing);
    }
    if (*failing != '\0' || *passing != '\0') {
        print_pair(*failing != '\0' ? "  ..." : "", *passing != '\0' ? "  ..." : "", width, out);
    }
}

bool fuzz_parting_print(struct fuzz_subject *subject, const struct fuzz_parting_run *failing,
                        const struct fuzz_parting_run *passing, uint32_t columns, FILE *out)
{
    char *left = telling_of(subject, failing);
    char *right = telling_of(subject, passing);
    bool good = left != NULL && right != NULL;

    if (good && print_choices(left, right, out)) {
        print_rows(rows_of(left), rows_of(right), columns, out);
    }
    free(right);
    free(left);
    return good;
}
