/* lanes: rows of wrapped cells. */
#include "fuzz/explore/lanes.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define MARGIN_WIDTH   7u /* mark and number */
#define WIDTH_MIN      12u
#define WRAPPED_INDENT 4u /* of the lines after the first of a cell */

/* cut_line returns how many characters of `text` go into a line of `width`: up to the last blank
 * that fits, or all that fit where there is none. */
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
    return width;
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

/* print_cell prints the next line of a cell, padded unless it is the last of the row, and returns
 * what is left of the text. */
static const char *print_cell(struct fuzz_lanes *lanes, const char *text, bool first, bool last)
{
    uint32_t indent = first || text[0] == '\0' ? 0 : WRAPPED_INDENT;
    size_t width = lanes->lane_width - indent;
    size_t length = cut_line(text, width);

    fprintf(lanes->out, "%*s%.*s", (int)indent, "", (int)length, text);
    if (!last) {
        fprintf(lanes->out, "%*s | ", (int)(width - length), "");
    }
    text += length;
    return text + (text[0] == ' ');
}

void fuzz_lanes_flush(struct fuzz_lanes *lanes)
{
    const char *rest[FUZZ_LANES_MAX];
    bool more = lanes->row_used;

    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        rest[i] = lanes->text[i];
    }
    for (bool first = true; more; first = false) {
        print_margin(lanes, first);
        more = false;
        for (uint32_t i = 0; i < lanes->lane_count; i++) {
            rest[i] = print_cell(lanes, rest[i], first, i + 1 == lanes->lane_count);
            more = more || rest[i][0] != '\0';
        }
        fputc('\n', lanes->out);
    }
    for (uint32_t i = 0; i < lanes->lane_count; i++) {
        lanes->text[i][0] = '\0';
    }
    lanes->row_used = false;
    lanes->row_marked = false;
    lanes->row_number = 0;
}

void fuzz_lanes_begin(struct fuzz_lanes *lanes, FILE *out, const char *const *title,
                      uint32_t lane_count, uint32_t columns)
{
    uint32_t gaps = (lane_count - 1) * 3; /* " | " */

    assert(lane_count >= 1 && lane_count <= FUZZ_LANES_MAX);
    memset(lanes, 0, sizeof *lanes);
    lanes->out = out;
    lanes->lane_count = lane_count;
    lanes->lane_width = (columns - MARGIN_WIDTH - gaps) / lane_count;
    if (lanes->lane_width < WIDTH_MIN || columns < MARGIN_WIDTH + gaps) {
        lanes->lane_width = WIDTH_MIN;
    }
    for (uint32_t i = 0; i < lane_count; i++) {
        fuzz_lanes_put(lanes, i, title[i]);
    }
    fuzz_lanes_flush(lanes);
    fprintf(out, "%*s", (int)MARGIN_WIDTH, "");
    for (uint32_t i = 0; i < lane_count * (lanes->lane_width + 3) - 3; i++) {
        fputc(i % (lanes->lane_width + 3) == lanes->lane_width + 1 ? '+' : '-', out);
    }
    fputc('\n', out);
}

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

void fuzz_lanes_add(struct fuzz_lanes *lanes, uint32_t lane, const char *text)
{
    size_t length = strlen(lanes->text[lane]);

    snprintf(lanes->text[lane] + length, FUZZ_LANE_TEXT_SIZE - length, "%s", text);
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
