/* lanes: prints short texts in columns, one row a moment, wrapped inside their column.
 *
 *      S  T0                  | T1                  | kernel
 *      3  connect S           |                     |
 *      4  ConnectNamedPipe #4 |                     | r1 pending
 *   *  5                      | open C              |
 *
 * A row holds at most one text per column; putting a second one into a column starts a new row. */
#ifndef FUZZ_EXPLORE_LANES_H
#define FUZZ_EXPLORE_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define FUZZ_LANES_MAX      10u
#define FUZZ_LANE_TEXT_SIZE 160u

struct fuzz_lanes {
    FILE *out;
    uint32_t lane_count;
    uint32_t lane_width;
    bool row_used;
    bool row_marked;
    uint32_t row_number;
    char text[FUZZ_LANES_MAX][FUZZ_LANE_TEXT_SIZE];
};

/* fuzz_lanes_begin prints the header. `title` has the name of each of `lane_count` columns (at most
 * FUZZ_LANES_MAX) and `columns` is the width of a line. Nothing needs to be given back. */
void fuzz_lanes_begin(struct fuzz_lanes *lanes, FILE *out, const char *const *title,
                      uint32_t lane_count, uint32_t columns);

/* fuzz_lanes_is_free tells whether the row has no text in a column yet. */
bool fuzz_lanes_is_free(const struct fuzz_lanes *lanes, uint32_t lane);

/* fuzz_lanes_put writes a text into a column of the row, after printing the row if that column is
 * taken. fuzz_lanes_add appends to the text of a column. */
void fuzz_lanes_put(struct fuzz_lanes *lanes, uint32_t lane, const char *text);
void fuzz_lanes_add(struct fuzz_lanes *lanes, uint32_t lane, const char *text);

/* fuzz_lanes_number gives the row its number; fuzz_lanes_mark marks it. */
void fuzz_lanes_number(struct fuzz_lanes *lanes, uint32_t number);
void fuzz_lanes_mark(struct fuzz_lanes *lanes);

/* fuzz_lanes_flush prints the row, if it holds anything. */
void fuzz_lanes_flush(struct fuzz_lanes *lanes);

#endif
