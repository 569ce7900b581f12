/* explain: rows and columns for the entries of a log. */
#include "fuzz/explore/explain.h"

#include "fakes/log.h"
#include "fuzz/explore/event_text.h"
#include "fuzz/explore/lanes.h"

#include <string.h>

#define THREAD_LANES_MAX (FUZZ_LANES_MAX - 2)
#define TEXT_SIZE        FUZZ_LANE_TEXT_SIZE

struct explainer {
    const struct fuzz_played *played;
    const struct sim_log *log;
    struct sim_names names;
    struct fuzz_lanes lanes;
    uint32_t thread_lanes;   /* threads beyond share the last of these */
    bool terse;              /* a harness says what happens: steps inside the subject may go */
    sim_actor_id last_actor; /* of the step before this one */
    uint32_t last_step;
    sim_actor_id row_actor; /* whose step the row shows */
    uint32_t row_step;
    sim_actor_id numbered_actor; /* of the last row with a number */
    uint32_t numbered_step;
    struct fuzz_event_texts texts;
};

static const char *thread_title(const struct explainer *explainer, uint32_t ordinal, char *out,
                                size_t size)
{
    sim_actor_format(ordinal, &explainer->names, out, size);
    return out;
}

/* ---- lanes ---- */

static uint32_t kernel_lane(const struct explainer *explainer)
{
    return explainer->thread_lanes;
}

static uint32_t port_lane(const struct explainer *explainer)
{
    return explainer->thread_lanes + 1;
}

static uint32_t actor_lane(const struct explainer *explainer, sim_actor_id actor)
{
    if (SIM_ACTOR_ID_KIND(actor) != SIM_ACTOR_THREAD) {
        return kernel_lane(explainer);
    }
    return actor < explainer->thread_lanes ? actor : explainer->thread_lanes - 1;
}

/* is_interrupted tells whether another actor goes on after entry `index`. */
static bool is_interrupted(const struct explainer *explainer, size_t index)
{
    const struct sim_event *event = sim_log_at(explainer->log, index);

    for (size_t i = index + 1; i < sim_log_count(explainer->log); i++) {
        const struct sim_event *next = sim_log_at(explainer->log, i);
        if (next->actor != event->actor) {
            return next->kind == SIM_EVENT_STEP || next->kind == SIM_EVENT_CLOCK;
        }
        if (next->step != event->step || next->kind != SIM_EVENT_WAKE) {
            return false;
        }
    }
    return false;
}

/* ---- decisions ---- */

/* is_decided tells whether a decision that was not dull made the step happen here, or was taken in
 * it. */
static bool is_decided(const struct explainer *explainer, const struct sim_event *event)
{
    const struct sim_decision_log *decisions = explainer->played->decisions;

    for (uint32_t i = 0; i < decisions->count; i++) {
        const struct sim_decision *decision = &decisions->item[i];
        sim_actor_id actor = SIM_POINT_ACTOR(decision->point);
        uint32_t step = SIM_POINT_STEP(decision->point);

        if (decision->index == 0) {
            continue;
        }
        if (SIM_POINT_KIND(decision->point) != SIM_PICK_ACTOR) {
            if (actor == event->actor && step == event->step) {
                return true;
            }
        } else if (decision->chosen == event->actor && actor == explainer->last_actor &&
                   step == explainer->last_step) {
            return true;
        }
    }
    return false;
}

/* ---- rows ---- */

/* put starts a new row when the entry belongs to another step than the row. */
static void put(struct explainer *explainer, const struct sim_event *event, uint32_t lane,
                const char *text)
{
    if (text[0] == '\0') {
        return;
    }
    if (event->actor != explainer->row_actor || event->step != explainer->row_step) {
        fuzz_lanes_flush(&explainer->lanes);
    }
    fuzz_lanes_put(&explainer->lanes, lane, text);
    explainer->row_actor = event->actor;
    explainer->row_step = event->step;
    if (SIM_ACTOR_ID_KIND(event->actor) == SIM_ACTOR_THREAD && event->kind < SIM_EVENT_HARNESS &&
        (event->actor != explainer->numbered_actor || event->step != explainer->numbered_step)) {
        fuzz_lanes_number(&explainer->lanes, event->step);
        explainer->numbered_actor = event->actor;
        explainer->numbered_step = event->step;
    }
}

/* continue_row adds to the text of the actor's step, or starts over when the row shows another. */
static void continue_row(struct explainer *explainer, const struct sim_event *event,
                         const char *text)
{
    uint32_t lane = actor_lane(explainer, event->actor);
    struct sim_event step = *event;
    char whole[TEXT_SIZE];
    size_t length;

    if (event->actor == explainer->row_actor && event->step == explainer->row_step &&
        !fuzz_lanes_is_free(&explainer->lanes, lane)) {
        fuzz_lanes_add(&explainer->lanes, lane, text);
        return;
    }
    step.kind = SIM_EVENT_STEP;
    fuzz_event_text(&explainer->texts, &step, whole, sizeof whole);
    length = strlen(whole);
    snprintf(whole + length, sizeof whole - length, "%s", text);
    put(explainer, event, lane, whole);
}

/* explain_simulated shows an entry of the simulator. */
static void explain_simulated(struct explainer *explainer, size_t index)
{
    const struct sim_event *event = sim_log_at(explainer->log, index);
    bool is_step = event->kind == SIM_EVENT_STEP || event->kind == SIM_EVENT_CLOCK;
    bool decided = is_step && is_decided(explainer, event);
    bool hidden = explainer->terse && !decided && fuzz_event_is_quiet(event) &&
                  !is_interrupted(explainer, index);
    char text[TEXT_SIZE];
    enum fuzz_event_place place = fuzz_event_text(&explainer->texts, event, text, sizeof text);

    switch (hidden ? FUZZ_PLACE_NONE : place) {
    case FUZZ_PLACE_NONE:
        break;
    case FUZZ_PLACE_ACTOR:
        put(explainer, event, actor_lane(explainer, event->actor), text);
        break;
    case FUZZ_PLACE_CONTINUED:
        continue_row(explainer, event, text);
        break;
    case FUZZ_PLACE_KERNEL:
        put(explainer, event, kernel_lane(explainer), text);
        break;
    case FUZZ_PLACE_PORT:
        put(explainer, event, port_lane(explainer), text);
        break;
    }
    if (decided) {
        fuzz_lanes_mark(&explainer->lanes);
    }
    if (is_step) {
        explainer->last_actor = event->actor;
        explainer->last_step = event->step;
    }
}

static void explain_event(struct explainer *explainer, size_t index)
{
    const struct fuzz_played *played = explainer->played;
    const struct sim_event *event = sim_log_at(explainer->log, index);
    char text[TEXT_SIZE] = "";

    if (event->kind < SIM_EVENT_HARNESS) {
        explain_simulated(explainer, index);
    } else {
        played->subject->ops->event_text(played->subject, played->world, index, text, sizeof text);
        put(explainer, event, actor_lane(explainer, event->actor), text);
    }
}

static void explain_events(struct explainer *explainer)
{
    explainer->row_actor = UINT32_MAX;
    explainer->numbered_actor = UINT32_MAX;
    explainer->last_actor = 0;
    explainer->last_step = 0;
    for (size_t i = 0; i < sim_log_count(explainer->log); i++) {
        explain_event(explainer, i);
    }
    fuzz_lanes_flush(&explainer->lanes);
}

static bool has_harness(const struct sim_log *log)
{
    for (size_t i = 0; i < sim_log_count(log); i++) {
        if (sim_log_at(log, i)->kind >= SIM_EVENT_HARNESS) {
            return true;
        }
    }
    return false;
}

/* count_threads returns how many threads the execution had. */
static uint32_t count_threads(const struct sim_log *log)
{
    uint32_t count = 1;

    for (size_t i = 0; i < sim_log_count(log); i++) {
        sim_actor_id actor = sim_log_at(log, i)->actor;
        if (SIM_ACTOR_ID_KIND(actor) == SIM_ACTOR_THREAD && actor + 1 > count) {
            count = actor + 1;
        }
    }
    return count;
}

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

void fuzz_explain_print(const struct fuzz_played *played, FILE *out)
{
    static struct explainer explainer; /* too large for the stack of a dying thread */
    char title_text[THREAD_LANES_MAX][32];
    const char *title[FUZZ_LANES_MAX];
    uint32_t threads;

    memset(&explainer, 0, sizeof explainer);
    explainer.played = played;
    explainer.log = sim_world_log(played->world);
    explainer.names = played->subject->ops->names(played->subject);
    explainer.terse = has_harness(explainer.log);
    threads = count_threads(explainer.log);
    explainer.thread_lanes = threads < THREAD_LANES_MAX ? threads : THREAD_LANES_MAX;
    for (uint32_t i = 0; i < explainer.thread_lanes; i++) {
        title[i] = thread_title(&explainer, i, title_text[i], sizeof title_text[i]);
    }
    title[kernel_lane(&explainer)] = "kernel";
    title[port_lane(&explainer)] = "ports";
    fuzz_lanes_init(&explainer.lanes, explainer.thread_lanes + 2);
    explain_events(&explainer); /* measures */
    fuzz_lanes_begin(&explainer.lanes, out, title, FUZZ_EXPLAIN_COLUMNS);
    memset(&explainer.texts, 0, sizeof explainer.texts);
    explain_events(&explainer);
    fputc('\n', out);
    if (played->report->died) {
        fprintf(out, "the process died here\n"); /* of what, only its parent knows */
    } else {
        fuzz_verdict_print(played->subject, played->report, out);
    }
}
