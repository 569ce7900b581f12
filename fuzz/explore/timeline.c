/* timeline: rows to JSON. */
#include "fuzz/explore/timeline.h"

#include "fakes/log.h"
#include "fuzz/explore/json.h"
#include "fuzz/explore/rows.h"

#define LINE_SIZE 256

struct timeline {
    struct fuzz_rows rows;
    struct fuzz_json json;
    uint32_t row_count;
    uint32_t row_index;
};

static void count_row(void *argument, const struct fuzz_row *row)
{
    struct timeline *timeline = argument;

    (void)row;
    timeline->row_count++;
}

/* ---- one row ---- */

static void print_cells(struct timeline *timeline, const struct fuzz_row *row)
{
    struct fuzz_json *json = &timeline->json;

    fuzz_json_open(json, "cells", '[');
    for (uint32_t i = 0; i < timeline->rows.lane_count; i++) {
        if (row->text[i][0] != '\0') {
            const char *text = row->text[i];
            while (*text == ' ') {
                text++;
            }
            fuzz_json_open(json, NULL, '[');
            fuzz_json_count(json, NULL, i);
            fuzz_json_text(json, NULL, text);
            fuzz_json_close(json);
        }
    }
    fuzz_json_close(json);
}

/* print_details writes all entries of the row, one a line. */
static void print_details(struct timeline *timeline, const struct fuzz_row *row)
{
    const struct fuzz_played *played = timeline->rows.played;
    const struct sim_names *names = &timeline->rows.names;
    char line[LINE_SIZE];

    fuzz_json_open(&timeline->json, "details", '[');
    for (size_t i = row->begin; i < row->end; i++) {
        const struct sim_event *event = sim_log_at(timeline->rows.log, i);
        size_t length;
        if (event->kind < SIM_EVENT_HARNESS) {
            length = sim_event_format(event, names->name, names->count, line, sizeof line);
        } else {
            length = played->subject->ops->event_text(played->subject, played->world, i,
                                                      fuzz_rows_oracle(played), line, sizeof line);
        }
        if (length > 0) {
            fuzz_json_text(&timeline->json, NULL, line);
        }
    }
    fuzz_json_close(&timeline->json);
}

static void print_mark(struct fuzz_json *json, const char *word, uint64_t request, uint64_t port)
{
    fuzz_json_open(json, NULL, '[');
    fuzz_json_text(json, NULL, word);
    fuzz_json_count(json, NULL, request);
    fuzz_json_count(json, NULL, port);
    fuzz_json_close(json);
}

/* print_marks writes where the lives of requests and packets begin and end. A request that is
 * refused lives in its row only. */
static void print_marks(struct timeline *timeline, const struct fuzz_row *row)
{
    struct fuzz_json *json = &timeline->json;
    uint32_t submitted = 0;

    fuzz_json_open(json, "marks", '[');
    for (size_t i = row->begin; i < row->end; i++) {
        const struct sim_event *event = sim_log_at(timeline->rows.log, i);
        if (event->kind == SIM_EVENT_SUBMIT) {
            print_mark(json, "submit", event->object, 0);
            submitted = event->object;
        } else if (submitted != 0 && fuzz_event_is_refusal(event)) {
            print_mark(json, "complete", submitted, 0);
        } else if (event->kind == SIM_EVENT_COMPLETE) {
            print_mark(json, "complete", event->object, 0);
        } else if (event->kind == SIM_EVENT_PACKET) {
            print_mark(json, "packet", event->a, event->object);
        } else if (event->kind == SIM_EVENT_DEQUEUE) {
            print_mark(json, "dequeue", event->a, event->object);
        }
    }
    fuzz_json_close(json);
}

/* print_wakes writes whom the row releases, and whether its actor waits from here on. */
static void print_wakes(struct timeline *timeline, const struct fuzz_row *row)
{
    struct fuzz_json *json = &timeline->json;
    bool waits = false;

    fuzz_json_open(json, "wakes", '[');
    for (size_t i = row->begin; i < row->end; i++) {
        const struct sim_event *event = sim_log_at(timeline->rows.log, i);
        if (event->kind == SIM_EVENT_WAKE || event->kind == SIM_EVENT_THREAD_START) {
            fuzz_json_count(json, NULL, fuzz_rows_lane(&timeline->rows, (sim_actor_id)event->a));
        }
        waits = waits || event->kind == SIM_EVENT_BLOCK;
    }
    fuzz_json_close(json);
    fuzz_json_bool(json, "waits", waits);
}

static void print_row(void *argument, const struct fuzz_row *row)
{
    struct timeline *timeline = argument;
    struct fuzz_json *json = &timeline->json;
    uint32_t index = timeline->row_index++;
    char actor[FUZZ_ROW_NAME_SIZE];

    if (timeline->row_count > FUZZ_TIMELINE_ROWS_FIRST + FUZZ_TIMELINE_ROWS_LAST &&
        index >= FUZZ_TIMELINE_ROWS_FIRST &&
        index < timeline->row_count - FUZZ_TIMELINE_ROWS_LAST) {
        return;
    }
    sim_actor_format(row->actor, &timeline->rows.names, actor, sizeof actor);
    fuzz_json_open(json, NULL, '{');
    fuzz_json_text(json, "actor", actor);
    fuzz_json_count(json, "lane", row->lane);
    fuzz_json_count(json, "step", row->step);
    fuzz_json_count(json, "number", row->number);
    fuzz_json_bool(json, "decided", row->decided);
    fuzz_json_bool(json, "quiet", row->quiet);
    fuzz_json_bool(json, "told", row->told);
    print_cells(timeline, row);
    print_wakes(timeline, row);
    print_marks(timeline, row);
    fuzz_json_open(json, "choices", '[');
    for (uint32_t i = 0; i < row->choice_count; i++) {
        fuzz_json_count(json, NULL, row->choice[i]);
    }
    fuzz_json_close(json);
    print_details(timeline, row);
    fuzz_json_close(json);
}

/* ---- the whole ---- */

static void print_lanes(struct timeline *timeline)
{
    struct fuzz_json *json = &timeline->json;
    const struct fuzz_rows *rows = &timeline->rows;

    fuzz_json_open(json, "lanes", '[');
    for (uint32_t i = 0; i < rows->lane_count; i++) {
        fuzz_json_open(json, NULL, '{');
        fuzz_json_text(json, "name", rows->name[i]);
        fuzz_json_text(json, "kind",
                       i == fuzz_rows_kernel(rows)  ? "kernel"
                       : i == fuzz_rows_ports(rows) ? "ports"
                                                    : "thread");
        fuzz_json_close(json);
    }
    fuzz_json_close(json);
}

static void print_choices(struct timeline *timeline)
{
    struct fuzz_json *json = &timeline->json;
    const struct sim_decision_log *decisions = timeline->rows.played->decisions;
    char line[LINE_SIZE];

    fuzz_json_open(json, "choices", '[');
    for (uint32_t i = 0; i < decisions->count; i++) {
        const struct sim_decision *decision = &decisions->item[i];
        sim_decision_format(decision, &timeline->rows.names, line, sizeof line);
        fuzz_json_open(json, NULL, '{');
        fuzz_json_text(json, "text", line);
        fuzz_json_count(json, "index", decision->index);
        fuzz_json_count(json, "count", decision->count);
        fuzz_json_count(json, "cost", decision->cost);
        fuzz_json_close(json);
    }
    fuzz_json_close(json);
}

void fuzz_timeline_print(const struct fuzz_played *played, FILE *out)
{
    static struct timeline timeline; /* too large for the stack of a dying thread */
    uint32_t shown = FUZZ_TIMELINE_ROWS_FIRST + FUZZ_TIMELINE_ROWS_LAST;

    fuzz_rows_init(&timeline.rows, played);
    timeline.row_count = 0;
    timeline.row_index = 0;
    fuzz_rows_walk(&timeline.rows, false, count_row, &timeline);
    fuzz_json_begin(&timeline.json, out);
    timeline.json.compact = true;
    fuzz_json_open(&timeline.json, NULL, '{');
    print_lanes(&timeline);
    fuzz_json_open(&timeline.json, "rows", '[');
    fuzz_rows_walk(&timeline.rows, false, print_row, &timeline);
    fuzz_json_close(&timeline.json);
    fuzz_json_count(&timeline.json, "left_out",
                    timeline.row_count > shown ? timeline.row_count - shown : 0);
    print_choices(&timeline);
    fuzz_json_close(&timeline.json);
    fuzz_json_end(&timeline.json);
}
