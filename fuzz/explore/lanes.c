/* lanes: rows of wrapped cells. */
#include "fuzz/explore/lanes.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#define MARGIN_WIDTH   7u /* mark and number */
#define GAP_WIDTH      3u /* " | " */
#define WIDTH_MIN      8u /* ten lanes fit into 120 columns */
#define WRAPPED_INDENT 4u /* of the lines after the first of a cell */

void fuzz_lanes_init(struct fuzz_lanes *lanes, uint32_t lane_count)
{
    assert(lane_count >= 1 && lane_count <= FUZZ_LANES_MAX);
    memset(lanes, 0, sizeof *lanes);
    lanes->lane_count = lane_count;
}

/* ---- cells ---- */

/* cut_line returns how many characters of `text` go into a line of `width`: all, or up to a blank,
 * or up to where a word like GetQueuedCompletionStatusEx or IO_PENDING has a seam, or as many as
 * fit. */
static size_t cut_line(const char *text, size_t width)
{
    size_t length = strlen(text);

    if (length <= width) {
        return length;
    }
    for (size_t cut = width; cut > width / 2; cut--) {
        if (text[cut] == ' ') {
            return cut;
        }
    }
    for (size_t cut = width; cut > width / 3; cut--) {
        if (text[cut - 1] == '_' || text[cut - 1] == '|' ||
            (isupper((unsigned char)text[cut]) && islower((unsigned char)text[cut - 1]))) {
            return cut;
        }
    }
    return width;
}

/* Of the lanes in turn; grey for what stands between them. Red is left for verdicts. */
static const char *const colour[] = {"36", "33", "32", "35", "34", "96", "93", "92"};

/* print_text prints a part of a cell in the colour of its lane. */
static void print_text(struct fuzz_lanes *lanes, uint32_t lane, const char *text, size_t length)
{
    if (!lanes->colours || length == 0) {
        fprintf(lanes->out, "%.*s", (int)length, text);
    } else {
        fprintf(lanes->out, "\033[%s%sm%.*s\033[0m", lanes->row_marked ? "1;" : "",
                colour[lane % (sizeof colour / sizeof colour[0])], (int)length, text);
    }
}

static void print_margin(struct fuzz_lanes *lanes, bool first)
{
    if (!first) {
        fprintf(lanes->out, "%*s", (int)MARGIN_WIDTH, "");
    } else if (lanes->row_number == 0) {
        fprintf(lanes->out, "%c%*s", lanes->row_marked ? '*' : ' ', (int)MARGIN_WIDTH - 1, "");
    } else {
        fprintf(lanes->out, "%c%4u  ", lanes->row_marked ? '*' : ' ', lanes->row_number);
    }
}

/* print_cell prints the next line of a cell, padded unless the line ends there, and returns what is
 * left of the text. */
static const char *print_cell(struct fuzz_lanes *lanes, uint32_t lane, const char *text, bool first,
                              bool last)
{
    uint32_t indent = first || text[0] == '\0' ? 0 : WRAPPED_INDENT;
    size_t width = lanes->width[lane] - indent;
    size_t length = cut_line(text, width);

    fprintf(lanes->out, "%*s", (int)indent, "");
    print_text(lanes, lane, text, length);
    if (!last) {
        fprintf(lanes->out, "%*s | ", (int)(width - length), "");
    }
    text += length;
    return text + (text[0] == ' ');
}

/* last_lane returns the last lane with a column. */
static uint32_t last_lane(const struct fuzz_lanes *lanes)
{
    uint32_t lane = lanes->lane_count - 1;

    while (lane > 0 && lanes->width[lane] == 0) {
        lane--;
    }
    return lane;
}

static void print_row(struct fuzz_lanes *lanes)
{
    const char *rest[FUZZ_LANES_MAX];
    uint32_t last = last_lane(lanes);
    bool more = true;

    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        rest[i] = lanes->text[i];
    }
    for (bool first = true; more; first = false) {
        print_margin(lanes, first);
        more = false;
        for (uint32_t i = 0; i < lanes->lane_count; i++) {
            if (lanes->width[i] > 0) {
                rest[i] = print_cell(lanes, i, rest[i], first, i == last);
                more = more || rest[i][0] != '\0';
            }
        }
        fputc('\n', lanes->out);
    }
}

static void measure_row(struct fuzz_lanes *lanes)
{
    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        uint32_t length = (uint32_t)strlen(lanes->text[i]);
        lanes->width[i] = length > lanes->width[i] ? length : lanes->width[i];
    }
}

/* is_left_out tells whether the row is one of those in the middle that nobody would read. */
static bool is_left_out(const struct fuzz_lanes *lanes)
{
    return lanes->row_count > FUZZ_LANES_ROWS_FIRST + FUZZ_LANES_ROWS_LAST &&
           lanes->row_index >= FUZZ_LANES_ROWS_FIRST &&
           lanes->row_index < lanes->row_count - FUZZ_LANES_ROWS_LAST;
}

void fuzz_lanes_flush(struct fuzz_lanes *lanes)
{
    if (lanes->row_used && lanes->out == NULL) {
        measure_row(lanes);
    } else if (lanes->row_used && !is_left_out(lanes)) {
        print_row(lanes);
    } else if (lanes->row_used && lanes->row_index == FUZZ_LANES_ROWS_FIRST) {
        fprintf(lanes->out, "\n%*s%u rows are left out\n\n", (int)MARGIN_WIDTH, "",
                lanes->row_count - FUZZ_LANES_ROWS_FIRST - FUZZ_LANES_ROWS_LAST);
    }
    lanes->row_index += lanes->row_used;
    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        lanes->text[i][0] = '\0';
    }
    lanes->row_used = false;
    lanes->row_marked = false;
    lanes->row_number = 0;
}

/* ---- columns ---- */

/* divide gives each used lane an equal share of `columns`, or what it needs where that is less;
 * what such lanes leave goes to the others. */
static void divide(struct fuzz_lanes *lanes, uint32_t columns)
{
    bool settled[FUZZ_LANES_MAX] = {false};
    uint32_t open = 0;
    uint32_t left = columns - MARGIN_WIDTH;
    bool changed = true;

    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        open += lanes->width[i] > 0;
    }
    left = open == 0 || left < open * GAP_WIDTH ? 0 : left - (open - 1) * GAP_WIDTH;
    while (changed && open > 0) {
        uint32_t share = left / open;
        changed = false;
        for (uint32_t i = 0; i < lanes->lane_count; i++) {
            if (!settled[i] && lanes->width[i] > 0 && lanes->width[i] <= share) {
                settled[i] = true;
                left -= lanes->width[i];
                open--;
                changed = true;
            }
        }
    }
    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        if (!settled[i] && lanes->width[i] > 0) {
            lanes->width[i] = left / open < WIDTH_MIN ? WIDTH_MIN : left / open;
        }
    }
}

void fuzz_lanes_begin(struct fuzz_lanes *lanes, FILE *out, const char *const *title,
                      uint32_t columns)
{
    uint32_t last;

    fuzz_lanes_flush(lanes);
    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        uint32_t length = (uint32_t)strlen(title[i]);
        if (lanes->width[i] > 0 && lanes->width[i] < length) {
            lanes->width[i] = length;
        }
    }
    divide(lanes, columns);
    last = last_lane(lanes);
    lanes->row_count = lanes->row_index;
    lanes->row_index = 0;
    lanes->out = out;
    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        fuzz_lanes_put(lanes, i, title[i]);
    }
    fuzz_lanes_flush(lanes);
    fprintf(out, "%*s", (int)MARGIN_WIDTH, "");
    for (uint32_t i = 0; i <= last; i++) {
        for (uint32_t j = 0; j < lanes->width[i]; j++) {
            fputc('-', out);
        }
        if (lanes->width[i] > 0 && i < last) {
            fputs("-+-", out);
        }
    }
    fputc('\n', out);
    lanes->row_index = 0;
}

/* ---- rows ---- */

bool fuzz_lanes_is_free(const struct fuzz_lanes *lanes, uint32_t lane)
{
    return lanes->text[lane][0] == '\0';
}

void fuzz_lanes_put(struct fuzz_lanes *lanes, uint32_t lane, const char *text)
{
    assert(lane < lanes->lane_count);
    if (!fuzz_lanes_is_free(lanes, lane)) {
        fuzz_lanes_flush(lanes);
    }
    snprintf(lanes->text[lane], FUZZ_LANE_TEXT_SIZE, "%s", text);
    lanes->row_used = true;
}

void fuzz_lanes_number(struct fuzz_lanes *lanes, uint32_t number)
{
    lanes->row_number = number;
}

void fuzz_lanes_mark(struct fuzz_lanes *lanes)
{
    lanes->row_marked = true;
}
