/* rows: the entries of a log put together as the rows of a picture: what one actor did at one
 * moment, with a text in each lane that has something to say. The terminal, the page and the trace
 * are drawn from the same rows.
 *
 * Lanes: one for each thread (those beyond the last share it), then the kernel, then the ports. */
#ifndef FUZZ_EXPLORE_ROWS_H
#define FUZZ_EXPLORE_ROWS_H

#include "fuzz/explore/event_text.h"
#include "fuzz/explore/playback.h"

#define FUZZ_ROW_LANES_MAX    10u
#define FUZZ_ROW_TEXT_SIZE    160u
#define FUZZ_ROW_NAME_SIZE    32u
#define FUZZ_ROW_REFERRED_MAX 4u
#define FUZZ_ROW_CHOICES_MAX  8u /* of one step; more are not shown */

struct fuzz_row {
    sim_actor_id actor; /* who acts */
    uint32_t lane;      /* its lane */
    uint32_t step;      /* which of its steps; 0 for kernel actions */
    uint32_t number;    /* the same in the first row of a thread's step, else 0 */
    bool decided;       /* because of a decision that was not the dull one */
    bool quiet;         /* only guards the subject's own data, and nobody interrupted it */
    bool told;          /* words of the subject's harness */
    size_t begin, end;  /* the entries of the log that it stands for */
    uint32_t choice_count;
    uint32_t choice[FUZZ_ROW_CHOICES_MAX]; /* the decisions behind it, by index in their log */
    char text[FUZZ_ROW_LANES_MAX][FUZZ_ROW_TEXT_SIZE]; /* "": nothing */
};

/* Called for each row in the order of time. The row is valid during the call only. */
typedef void (*fuzz_row_see)(void *argument, const struct fuzz_row *row);

/* A picture in the making. About 4 KiB: static where a dying thread draws. */
struct fuzz_rows {
    const struct fuzz_played *played;
    const struct sim_log *log;
    struct sim_names names;
    uint32_t thread_lanes;
    uint32_t lane_count; /* threads, kernel and ports */
    char name[FUZZ_ROW_LANES_MAX][FUZZ_ROW_NAME_SIZE];
    /* the walk */
    bool hide_quiet;
    size_t referred[FUZZ_ROW_REFERRED_MAX]; /* entries that the message of the finding names */
    uint32_t referred_count;
    fuzz_row_see see;
    void *argument;
    struct fuzz_event_texts texts;
    struct fuzz_row row; /* the one that grows */
    bool row_used;
    uint16_t row_op;         /* of the last step */
    uint32_t choice_next;    /* decisions before it belong to earlier steps */
    sim_actor_id last_actor; /* of the step before this one */
    uint32_t last_step;
    sim_actor_id numbered_actor; /* of the last row with a number */
    uint32_t numbered_step;
};

/* fuzz_rows_about says what pictures drawn from now on are about: a finding of `oracle`, which
 * stays the caller's. NULL, as at first: what the drawn execution itself shows. */
void fuzz_rows_about(const char *oracle);

/* fuzz_rows_oracle returns what the picture of an execution is about, "" if it is about nothing. */
const char *fuzz_rows_oracle(const struct fuzz_played *played);

/* fuzz_rows_init prepares the rows of an execution, which outlives them. */
void fuzz_rows_init(struct fuzz_rows *rows, const struct fuzz_played *played);

/* fuzz_rows_kernel and fuzz_rows_ports return the lanes behind those of the threads;
 * fuzz_rows_lane returns the one in which an actor acts. */
uint32_t fuzz_rows_kernel(const struct fuzz_rows *rows);
uint32_t fuzz_rows_ports(const struct fuzz_rows *rows);
uint32_t fuzz_rows_lane(const struct fuzz_rows *rows, sim_actor_id actor);

/* fuzz_rows_walk shows each row to `see`. With `hide_quiet`, quiet ones are left out where a
 * harness says what happens. May be called again. */
void fuzz_rows_walk(struct fuzz_rows *rows, bool hide_quiet, fuzz_row_see see, void *argument);

#endif
