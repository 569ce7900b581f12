/* trace: rows to trace events. */
#include "fuzz/explore/trace.h"

#include "fakes/log.h"
#include "fuzz/explore/json.h"
#include "fuzz/explore/rows.h"

#include <string.h>

#define PROCESS   1u
#define LINE_SIZE 256

struct trace {
    struct fuzz_rows rows;
    struct fuzz_json json;
    uint64_t now_us;
    uint64_t flow;      /* arrows of wakes so far */
    uint32_t submitted; /* the request of the row, 0: none */
    struct {
        bool waits;
        uint64_t since_us;
        uint64_t woken_by; /* the arrow that ends here; 0: none */
    } lane[FUZZ_ROW_LANES_MAX];
};

/* open_event begins an event of a phase in a lane; the caller adds to it and closes it. */
static struct fuzz_json *open_event(struct trace *trace, const char *phase, const char *name,
                                    uint32_t lane, uint64_t time_us)
{
    struct fuzz_json *json = &trace->json;

    fuzz_json_open(json, NULL, '{');
    fuzz_json_text(json, "ph", phase);
    fuzz_json_text(json, "name", name);
    fuzz_json_count(json, "pid", PROCESS);
    fuzz_json_count(json, "tid", lane + 1);
    fuzz_json_count(json, "ts", time_us);
    return json;
}

static void print_slice(struct trace *trace, const char *name, uint32_t lane, uint64_t begin_us,
                        uint64_t end_us)
{
    struct fuzz_json *json = open_event(trace, "X", name, lane, begin_us);

    fuzz_json_count(json, "dur", end_us - begin_us);
    fuzz_json_close(json);
}

/* print_arrow prints an end of arrow `id`: phase "s" where it starts, "f" where it ends. */
static void print_arrow(struct trace *trace, const char *phase, const char *name, uint32_t lane,
                        uint64_t id)
{
    struct fuzz_json *json =
        open_event(trace, phase, name, lane, trace->now_us + FUZZ_TRACE_ROW_US / 2);

    fuzz_json_text(json, "cat", name);
    fuzz_json_count(json, "id", id);
    if (phase[0] == 'f') {
        fuzz_json_text(json, "bp", "e");
    }
    fuzz_json_close(json);
}

static void print_request(struct trace *trace, const char *phase, uint32_t request)
{
    char name[32];
    struct fuzz_json *json;

    snprintf(name, sizeof name, "r%u", request);
    json = open_event(trace, phase, name, fuzz_rows_kernel(&trace->rows), trace->now_us);
    fuzz_json_text(json, "cat", "request");
    fuzz_json_count(json, "id", request);
    fuzz_json_close(json);
}

/* packet_id tells the packets of requests apart; posted ones have no arrows. */
static uint64_t packet_id(const struct sim_event *event)
{
    return (UINT64_C(1) << 40) | ((uint64_t)event->object << 20) | event->a;
}

/* request_id is that of the arrow from a submission to its completion. */
static uint64_t request_id(uint32_t request)
{
    return (UINT64_C(1) << 41) | request;
}

/* slice_lane returns the lane of the actor, or one in which the row has a slice: there arrows end.
 */
static uint32_t slice_lane(const struct trace *trace, const struct fuzz_row *row)
{
    for (uint32_t i = 0; row->text[row->lane][0] == '\0' && i < trace->rows.lane_count; i++) {
        if (row->text[i][0] != '\0') {
            return i;
        }
    }
    return row->lane;
}

/* print_wake starts an arrow to a thread that goes on, or begins. */
static void print_wake(struct trace *trace, const struct fuzz_row *row, sim_actor_id woken)
{
    uint32_t lane = fuzz_rows_lane(&trace->rows, woken);

    if (lane != row->lane) {
        trace->lane[lane].woken_by = ++trace->flow;
        print_arrow(trace, "s", "wake", slice_lane(trace, row), trace->flow);
    }
}

/* print_life prints what an entry adds about a request: where it begins and ends. */
static void print_life(struct trace *trace, const struct fuzz_row *row,
                       const struct sim_event *event)
{
    uint32_t kernel = fuzz_rows_kernel(&trace->rows);

    if (event->kind == SIM_EVENT_SUBMIT) {
        trace->submitted = event->object;
        print_request(trace, "b", event->object);
        print_arrow(trace, "s", "request", slice_lane(trace, row), request_id(event->object));
    } else if (event->kind == SIM_EVENT_COMPLETE) {
        print_request(trace, "e", event->object);
        print_arrow(trace, "f", "request", kernel, request_id(event->object));
    } else if (trace->submitted != 0 && fuzz_event_is_refusal(event)) {
        print_request(trace, "e", trace->submitted);
    }
}

/* print_entry prints what an entry adds to the slice of its row. */
static void print_entry(struct trace *trace, const struct fuzz_row *row,
                        const struct sim_event *event)
{
    switch (event->kind) {
    case SIM_EVENT_SUBMIT:
    case SIM_EVENT_COMPLETE:
    case SIM_EVENT_RETURN:
        print_life(trace, row, event);
        break;
    case SIM_EVENT_PACKET:
        if (event->a != 0) {
            print_arrow(trace, "s", "packet", fuzz_rows_ports(&trace->rows), packet_id(event));
        }
        break;
    case SIM_EVENT_DEQUEUE:
        if (event->a != 0) {
            print_arrow(trace, "f", "packet", slice_lane(trace, row), packet_id(event));
        }
        break;
    case SIM_EVENT_WAKE:
    case SIM_EVENT_THREAD_START:
        print_wake(trace, row, (sim_actor_id)event->a);
        break;
    case SIM_EVENT_BLOCK:
        trace->lane[row->lane].waits = true;
        trace->lane[row->lane].since_us = trace->now_us + FUZZ_TRACE_ROW_US;
        break;
    }
}

/* print_row_slices prints a slice for each text of the row, with all its entries as arguments. */
static void print_row_slices(struct trace *trace, const struct fuzz_row *row)
{
    const struct sim_names *names = &trace->rows.names;
    char name[40];
    char line[LINE_SIZE];

    for (uint32_t i = 0; i < trace->rows.lane_count; i++) {
        if (row->text[i][0] == '\0') {
            continue;
        }
        struct fuzz_json *json =
            open_event(trace, "X", row->text[i] + strspn(row->text[i], " "), i, trace->now_us);
        fuzz_json_count(json, "dur", FUZZ_TRACE_ROW_US);
        fuzz_json_open(json, "args", '{');
        fuzz_json_count(json, "step", row->step);
        for (size_t k = row->begin; k < row->end; k++) {
            const struct sim_event *event = sim_log_at(trace->rows.log, k);
            if (event->kind < SIM_EVENT_HARNESS) {
                sim_event_format(event, names->name, names->count, line, sizeof line);
                snprintf(name, sizeof name, "entry %zu", k);
                fuzz_json_text(json, name, line + strspn(line, " "));
            }
        }
        for (uint32_t k = 0; k < row->choice_count; k++) {
            sim_decision_format(&trace->rows.played->decisions->item[row->choice[k]], names, line,
                                sizeof line);
            snprintf(name, sizeof name, "choice %u", row->choice[k] + 1);
            fuzz_json_text(json, name, line);
        }
        fuzz_json_close(json);
        fuzz_json_close(json);
    }
}

static void end_wait(struct trace *trace, uint32_t lane)
{
    if (trace->lane[lane].waits && trace->now_us > trace->lane[lane].since_us) {
        print_slice(trace, "waits", lane, trace->lane[lane].since_us, trace->now_us);
    }
    trace->lane[lane].waits = false;
}

static void print_row(void *argument, const struct fuzz_row *row)
{
    struct trace *trace = argument;

    end_wait(trace, row->lane);
    print_row_slices(trace, row);
    if (trace->lane[row->lane].woken_by != 0) {
        print_arrow(trace, "f", "wake", slice_lane(trace, row), trace->lane[row->lane].woken_by);
        trace->lane[row->lane].woken_by = 0;
    }
    trace->submitted = 0;
    for (size_t i = row->begin; i < row->end; i++) {
        print_entry(trace, row, sim_log_at(trace->rows.log, i));
    }
    trace->now_us += FUZZ_TRACE_ROW_US;
}

/* print_label names a lane, or the process. */
static void print_label(struct trace *trace, const char *what, uint32_t lane, const char *label)
{
    struct fuzz_json *json = open_event(trace, "M", what, lane, 0);

    fuzz_json_open(json, "args", '{');
    fuzz_json_text(json, "name", label);
    fuzz_json_close(json);
    fuzz_json_close(json);
}

void fuzz_trace_print(const struct fuzz_played *played, FILE *out)
{
    static struct trace trace; /* too large for the stack of a dying thread */
    struct fuzz_json *json = &trace.json;

    memset(&trace, 0, sizeof trace);
    fuzz_rows_init(&trace.rows, played);
    fuzz_json_begin(json, out);
    json->compact = true;
    fuzz_json_open(json, NULL, '{');
    fuzz_json_open(json, "traceEvents", '[');
    print_label(&trace, "process_name", 0, "execution");
    for (uint32_t i = 0; i < trace.rows.lane_count; i++) {
        print_label(&trace, "thread_name", i, trace.rows.name[i]);
    }
    fuzz_rows_walk(&trace.rows, false, print_row, &trace);
    for (uint32_t i = 0; i < trace.rows.lane_count; i++) {
        end_wait(&trace, i);
    }
    if (played->report->oracle[0] != '\0') {
        struct fuzz_json *event = open_event(&trace, "i", played->report->oracle, 0, trace.now_us);
        fuzz_json_text(event, "s", "g");
        fuzz_json_close(event);
    }
    fuzz_json_close(json);
    fuzz_json_text(json, "displayTimeUnit", "ns");
    fuzz_json_close(json);
    fuzz_json_end(json);
}
