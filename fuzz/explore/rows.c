/* rows: grows one row at a time. */
#include "fuzz/explore/rows.h"

#include "fakes/log.h"

#include <stdlib.h>
#include <string.h>

#define THREAD_LANES_MAX (FUZZ_ROW_LANES_MAX - 2)
#define RECORD           "record " /* before the number of an entry, in messages */

/* ---- subject matter ---- */

static const char *about;

void fuzz_rows_about(const char *oracle)
{
    about = oracle;
}

const char *fuzz_rows_oracle(const struct fuzz_played *played)
{
    return about != NULL ? about : played->report->oracle;
}

/* ---- lanes ---- */

uint32_t fuzz_rows_kernel(const struct fuzz_rows *rows)
{
    return rows->thread_lanes;
}

uint32_t fuzz_rows_ports(const struct fuzz_rows *rows)
{
    return rows->thread_lanes + 1;
}

uint32_t fuzz_rows_lane(const struct fuzz_rows *rows, sim_actor_id actor)
{
    if (SIM_ACTOR_ID_KIND(actor) != SIM_ACTOR_THREAD) {
        return fuzz_rows_kernel(rows);
    }
    return actor < rows->thread_lanes ? actor : rows->thread_lanes - 1;
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

/* find_referred finds which entries of the log the message means by "record N", counted from 1. */
static void find_referred(struct fuzz_rows *rows)
{
    const char *at = rows->played->report->message;

    while (rows->referred_count < FUZZ_ROW_REFERRED_MAX && (at = strstr(at, RECORD)) != NULL) {
        at += strlen(RECORD);
        rows->referred[rows->referred_count++] = strtoul(at, NULL, 10) - 1;
    }
}

/* refer appends to a text that it is what the message means by that record. */
static void refer(const struct fuzz_rows *rows, size_t index, char *text, size_t size)
{
    size_t length = strlen(text);

    for (uint32_t i = 0; i < rows->referred_count; i++) {
        if (rows->referred[i] == index) {
            snprintf(text + length, size - length, " [" RECORD "%zu]", index + 1);
            return;
        }
    }
}

void fuzz_rows_init(struct fuzz_rows *rows, const struct fuzz_played *played)
{
    uint32_t threads;

    memset(rows, 0, sizeof *rows);
    rows->played = played;
    rows->log = sim_world_log(played->world);
    rows->names = played->subject->ops->names(played->subject);
    find_referred(rows);
    threads = count_threads(rows->log);
    rows->thread_lanes = threads < THREAD_LANES_MAX ? threads : THREAD_LANES_MAX;
    rows->lane_count = rows->thread_lanes + 2;
    for (uint32_t i = 0; i < rows->thread_lanes; i++) {
        sim_actor_format(i, &rows->names, rows->name[i], FUZZ_ROW_NAME_SIZE);
    }
    strcpy(rows->name[fuzz_rows_kernel(rows)], "kernel");
    strcpy(rows->name[fuzz_rows_ports(rows)], "ports");
}

/* ---- what belongs to a step ---- */

/* is_interrupted tells whether another actor goes on after entry `index`. */
static bool is_interrupted(const struct fuzz_rows *rows, size_t index)
{
    const struct sim_event *event = sim_log_at(rows->log, index);

    for (size_t i = index + 1; i < sim_log_count(rows->log); i++) {
        const struct sim_event *next = sim_log_at(rows->log, i);
        if (next->actor != event->actor) {
            return next->kind == SIM_EVENT_STEP || next->kind == SIM_EVENT_CLOCK;
        }
        if (next->step != event->step || next->kind != SIM_EVENT_WAKE) {
            return false;
        }
    }
    return false;
}

/* is_behind tells whether a decision made the step happen here, or was taken in it. */
static bool is_behind(const struct fuzz_rows *rows, const struct sim_decision *decision,
                      const struct sim_event *event)
{
    sim_actor_id actor = SIM_POINT_ACTOR(decision->point);
    uint32_t step = SIM_POINT_STEP(decision->point);

    if (SIM_POINT_KIND(decision->point) != SIM_PICK_ACTOR) {
        return actor == event->actor && step == event->step;
    }
    return decision->chosen == event->actor && actor == rows->last_actor && step == rows->last_step;
}

/* find_choices puts the decisions behind a step into the row. Both are in the order of time. */
static void find_choices(struct fuzz_rows *rows, const struct sim_event *event)
{
    const struct sim_decision_log *decisions = rows->played->decisions;
    struct fuzz_row *row = &rows->row;

    for (uint32_t i = rows->choice_next; i < decisions->count; i++) {
        const struct sim_decision *decision = &decisions->item[i];
        if (!is_behind(rows, decision, event)) {
            continue;
        }
        row->decided = row->decided || decision->index != 0;
        if (row->choice_count < FUZZ_ROW_CHOICES_MAX) {
            row->choice[row->choice_count++] = i;
        }
        rows->choice_next = i + 1;
    }
}

/* ---- rows ---- */

/* end_row shows the row, if it holds anything, and starts the next one at entry `index`. */
static void end_row(struct fuzz_rows *rows, size_t index)
{
    struct fuzz_row *row = &rows->row;

    row->end = index;
    if (rows->row_used && !(rows->hide_quiet && row->quiet)) {
        rows->see(rows->argument, row);
    } else if (row->number != 0) {
        rows->numbered_actor = UINT32_MAX; /* its number has not been seen */
    }
    memset(row, 0, sizeof *row);
    row->begin = index;
    row->actor = UINT32_MAX;
    rows->row_used = false;
}

/* put starts a new row when the entry belongs to another step than the row, when the lane is taken,
 * and behind a quiet step. */
static void put(struct fuzz_rows *rows, size_t index, uint32_t lane, const char *text)
{
    const struct sim_event *event = sim_log_at(rows->log, index);
    struct fuzz_row *row = &rows->row;

    if (text[0] == '\0') {
        return;
    }
    if (rows->row_used && (event->actor != row->actor || event->step != row->step || row->quiet ||
                           row->text[lane][0] != '\0')) {
        end_row(rows, index);
    }
    snprintf(row->text[lane], FUZZ_ROW_TEXT_SIZE, "%s", text);
    row->actor = event->actor;
    row->step = event->step;
    row->lane = fuzz_rows_lane(rows, event->actor);
    rows->row_used = true;
    if (SIM_ACTOR_ID_KIND(event->actor) == SIM_ACTOR_THREAD && event->kind < SIM_EVENT_HARNESS &&
        (event->actor != rows->numbered_actor || event->step != rows->numbered_step)) {
        row->number = event->step;
        rows->numbered_actor = event->actor;
        rows->numbered_step = event->step;
    }
}

/* continue_row adds to the text of the actor's step, or starts over when the row shows another. */
static void continue_row(struct fuzz_rows *rows, size_t index, const char *text)
{
    const struct sim_event *event = sim_log_at(rows->log, index);
    uint32_t lane = fuzz_rows_lane(rows, event->actor);
    char *cell = rows->row.text[lane];
    struct sim_event step = *event;
    char whole[FUZZ_ROW_TEXT_SIZE];
    size_t length;

    if (rows->row.told || (rows->row.quiet && rows->row_op != event->op)) {
        end_row(rows, index); /* what waits is the next step, which has not begun */
    }
    rows->row.quiet = false;
    if (rows->row_used && event->actor == rows->row.actor && event->step == rows->row.step &&
        cell[0] != '\0') {
        length = strlen(cell);
        snprintf(cell + length, FUZZ_ROW_TEXT_SIZE - length, "%s", text);
        return;
    }
    step.kind = SIM_EVENT_STEP;
    fuzz_event_text(&rows->texts, &step, whole, sizeof whole);
    length = strlen(whole);
    snprintf(whole + length, sizeof whole - length, "%s", text);
    put(rows, index, lane, whole);
}

/* add_simulated adds an entry of the simulator. */
static void add_simulated(struct fuzz_rows *rows, size_t index)
{
    const struct sim_event *event = sim_log_at(rows->log, index);
    bool is_step = event->kind == SIM_EVENT_STEP || event->kind == SIM_EVENT_CLOCK;
    char text[FUZZ_ROW_TEXT_SIZE];
    enum fuzz_event_place place = fuzz_event_text(&rows->texts, event, text, sizeof text);

    if (event->kind == SIM_EVENT_CREATE) {
        const struct fuzz_played *played = rows->played;
        played->subject->ops->object_name(played->subject, played->world, index, text, sizeof text);
        fuzz_event_name(&rows->texts, event->object, text);
    }
    if (is_step) {
        end_row(rows, index);
    }
    switch (place) {
    case FUZZ_PLACE_NONE:
        break;
    case FUZZ_PLACE_ACTOR:
        put(rows, index, fuzz_rows_lane(rows, event->actor), text);
        break;
    case FUZZ_PLACE_CONTINUED:
        continue_row(rows, index, text);
        break;
    case FUZZ_PLACE_KERNEL:
        put(rows, index, fuzz_rows_kernel(rows), text);
        break;
    case FUZZ_PLACE_PORT:
        put(rows, index, fuzz_rows_ports(rows), text);
        break;
    }
    if (is_step) {
        find_choices(rows, event);
        rows->row.quiet =
            !rows->row.decided && fuzz_event_is_quiet(event) && !is_interrupted(rows, index);
        rows->row_op = event->op;
        rows->last_actor = event->actor;
        rows->last_step = event->step;
    }
}

/* add_told adds an entry of the harness. */
static void add_told(struct fuzz_rows *rows, size_t index)
{
    const struct fuzz_played *played = rows->played;
    const struct sim_event *event = sim_log_at(rows->log, index);
    char text[FUZZ_ROW_TEXT_SIZE] = "";

    played->subject->ops->event_text(played->subject, played->world, index,
                                     fuzz_rows_oracle(played), text, sizeof text);
    if (text[0] != '\0') {
        refer(rows, index, text, sizeof text);
        put(rows, index, fuzz_rows_lane(rows, event->actor), text);
        rows->row.told = true;
    }
}

void fuzz_rows_walk(struct fuzz_rows *rows, bool hide_quiet, fuzz_row_see see, void *argument)
{
    size_t count = sim_log_count(rows->log);

    rows->hide_quiet = hide_quiet && has_harness(rows->log);
    rows->see = see;
    rows->argument = argument;
    memset(&rows->texts, 0, sizeof rows->texts);
    rows->row_used = false;
    rows->choice_next = 0;
    rows->last_actor = 0;
    rows->last_step = 0;
    rows->numbered_actor = UINT32_MAX;
    end_row(rows, 0);
    for (size_t i = 0; i < count; i++) {
        if (sim_log_at(rows->log, i)->kind < SIM_EVENT_HARNESS) {
            add_simulated(rows, i);
        } else {
            add_told(rows, i);
        }
    }
    end_row(rows, count);
}
