/* lanes: prints short texts in columns, one row a moment, wrapped inside their column.
 *
 *      S  T0                  | T1                  | kernel
 *      3  connect S           |                     |
 *      4  ConnectNamedPipe #4 |                     | r1 pending
 *   *  5                      | open C              |
 *
 * A row holds at most one text per lane; putting a second one into a lane starts a new row. What is
 * written is put twice: the first time only the lengths are taken, so that lanes without text get
 * no column and the others as much as they can use.
 *
 *   MEASURING --> PRINTING [fuzz_lanes_begin] */
#ifndef FUZZ_EXPLORE_LANES_H
#define FUZZ_EXPLORE_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define FUZZ_LANES_MAX      10u
#define FUZZ_LANE_TEXT_SIZE 160u

/* Of a picture with more rows than these together, the middle is left out. */
#define FUZZ_LANES_ROWS_FIRST 100u
#define FUZZ_LANES_ROWS_LAST  200u

struct fuzz_lanes {
    FILE *out;    /* NULL: measuring */
    bool colours; /* for a terminal: a colour for each lane, marked rows bold */
    uint32_t lane_count;
    uint32_t width[FUZZ_LANES_MAX]; /* measuring: of the longest text; 0: no text, no column */
    uint32_t row_count;             /* measured */
    uint32_t row_index;             /* of the row that grows */
    bool row_used;
    bool row_marked;
    uint32_t row_number;
    char text[FUZZ_LANES_MAX][FUZZ_LANE_TEXT_SIZE];
};

/* fuzz_lanes_init prepares `lane_count` lanes (at most FUZZ_LANES_MAX) and begins to measure.
 * Nothing needs to be given back. */
void fuzz_lanes_init(struct fuzz_lanes *lanes, uint32_t lane_count);

/* fuzz_lanes_begin ends measuring: it divides `columns` among the lanes that were used, prints the
 * header with the title of each, and prints rows from now on. */
void fuzz_lanes_begin(struct fuzz_lanes *lanes, FILE *out, const char *const *title,
                      uint32_t columns);

/* fuzz_lanes_is_free tells whether the row has no text in a lane yet. */
bool fuzz_lanes_is_free(const struct fuzz_lanes *lanes, uint32_t lane);

/* fuzz_lanes_put writes a text into a lane of the row, after ending a row in which it is taken. */
void fuzz_lanes_put(struct fuzz_lanes *lanes, uint32_t lane, const char *text);

/* fuzz_lanes_number gives the row its number; fuzz_lanes_mark marks it. */
void fuzz_lanes_number(struct fuzz_lanes *lanes, uint32_t number);
void fuzz_lanes_mark(struct fuzz_lanes *lanes);

/* fuzz_lanes_flush ends the row, if it holds anything. */
void fuzz_lanes_flush(struct fuzz_lanes *lanes);

#endif
