/* explain: from log entries to texts in columns. */
#include "fuzz/explore/explain.h"

#include "fakes/log.h"
#include "fakes/op.h"
#include "fuzz/explore/lanes.h"

#include <inttypes.h>
#include <string.h>

#define THREAD_LANES_MAX (FUZZ_LANES_MAX - 2)
#define OBJECTS_MAX      512u
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
    uint8_t object_type[OBJECTS_MAX]; /* by ordinal, from SIM_EVENT_CREATE */
};

/* ---- names ---- */

static const char *error_name(uint64_t code)
{
    static const struct {
        uint16_t code;
        const char *name;
    } table[] = {
        {2, "FILE_NOT_FOUND"},     {5, "ACCESS_DENIED"},
        {6, "INVALID_HANDLE"},     {87, "INVALID_PARAMETER"},
        {109, "BROKEN_PIPE"},      {121, "SEM_TIMEOUT"},
        {230, "BAD_PIPE"},         {231, "PIPE_BUSY"},
        {232, "NO_DATA"},          {233, "PIPE_NOT_CONNECTED"},
        {234, "MORE_DATA"},        {258, "WAIT_TIMEOUT"},
        {535, "PIPE_CONNECTED"},   {536, "PIPE_LISTENING"},
        {735, "ABANDONED_WAIT_0"}, {995, "OPERATION_ABORTED"},
        {996, "IO_INCOMPLETE"},    {997, "IO_PENDING"},
        {1168, "NOT_FOUND"},       {1450, "NO_SYSTEM_RESOURCES"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].code == code) {
            return table[i].name;
        }
    }
    return NULL;
}

static const char *status_name(uint64_t status)
{
    static const struct {
        uint32_t status;
        const char *name;
    } table[] = {
        {0x00000000, "SUCCESS"},
        {0x00000102, "TIMEOUT"},
        {0x00000103, "PENDING"},
        {0x80000005, "BUFFER_OVERFLOW"},
        {0xC000014B, "PIPE_BROKEN"},
        {0xC00000B0, "PIPE_DISCONNECTED"},
        {0xC00000B1, "PIPE_CLOSING"},
        {0xC00000B2, "PIPE_CONNECTED"},
        {0xC0000120, "CANCELLED"},
        {0xC0000011, "END_OF_FILE"},
        {0xC00000D9, "PIPE_EMPTY"},
        {0xC00000B3, "PIPE_LISTENING"},
        {0xC00000AD, "INVALID_PIPE_STATE"},
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].status == (uint32_t)status) {
            return table[i].name;
        }
    }
    return NULL;
}

static const char *format_status(uint64_t status, char *out, size_t size)
{
    const char *name = status_name(status);

    if (name != NULL) {
        return name;
    }
    snprintf(out, size, "0x%08" PRIX32, (uint32_t)status);
    return out;
}

/* object_name returns what stands before the number of the object of a step; locks and condition
 * variables are numbered on their own. */
static const char *object_name(const struct explainer *explainer, const struct sim_event *event)
{
    static const char *const names[] = {"", "port", "file", "thread", "event", "sem", "mutex"};
    uint8_t type = event->object < OBJECTS_MAX ? explainer->object_type[event->object] : 0;

    if (event->op >= SIM_OP_SRW_ACQUIRE && event->op <= SIM_OP_CS_LEAVE) {
        return "lock";
    }
    if (event->op >= SIM_OP_CV_SLEEP && event->op <= SIM_OP_CV_WAKE_ALL) {
        return "variable";
    }
    if (event->op == SIM_OP_SUBMITTED) {
        return "request";
    }
    return names[type < sizeof names / sizeof names[0] ? type : 0];
}

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

/* is_quiet tells whether a step only guards data of the subject itself, without blocking. */
static bool is_quiet(const struct sim_event *event)
{
    switch ((enum sim_op)event->op) {
    case SIM_OP_SRW_ACQUIRE:
    case SIM_OP_SRW_TRY_ACQUIRE:
    case SIM_OP_SRW_RELEASE:
    case SIM_OP_SRW_ACQUIRE_SHARED:
    case SIM_OP_SRW_TRY_ACQUIRE_SHARED:
    case SIM_OP_SRW_RELEASE_SHARED:
    case SIM_OP_CS_ENTER:
    case SIM_OP_CS_TRY_ENTER:
    case SIM_OP_CS_LEAVE:
    case SIM_OP_INTERLOCKED:
    case SIM_OP_INTERLOCKED_READ:
    case SIM_OP_THREAD_START:
    case SIM_OP_THREAD_EXIT:
    case SIM_OP_SUBMITTED:
        return event->kind == SIM_EVENT_STEP;
    default:
        return false;
    }
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

/* ---- texts ---- */

static void step_text(const struct explainer *explainer, const struct sim_event *event, char *out)
{
    const char *name = sim_op_info((enum sim_op)event->op)->name;

    if (event->object == 0) {
        snprintf(out, TEXT_SIZE, "  %s", name);
    } else if (SIM_ACTOR_ID_KIND(event->actor) != SIM_ACTOR_THREAD) {
        snprintf(out, TEXT_SIZE, "%s r%" PRIu32, name, event->object);
    } else {
        snprintf(out, TEXT_SIZE, "  %s %s#%" PRIu32, name, object_name(explainer, event),
                 event->object);
    }
}

static void return_text(const struct sim_event *event, char *out)
{
    const char *name = error_name(event->b);

    if (event->a == 1) {
        snprintf(out, TEXT_SIZE, " = TRUE");
    } else if (event->a != 0 || event->b == 0) {
        snprintf(out, TEXT_SIZE, " = %" PRIu64, event->a);
    } else if (name != NULL) {
        snprintf(out, TEXT_SIZE, " = %s", name);
    } else {
        snprintf(out, TEXT_SIZE, " = error %" PRIu64, event->b);
    }
}

/* kernel_text describes entries about requests and the clock. */
static void kernel_text(const struct sim_event *event, char *out)
{
    char status[16];
    const char *op = sim_op_info((enum sim_op)event->op)->name;

    switch ((enum sim_event_kind)event->kind) {
    case SIM_EVENT_SUBMIT:
        snprintf(out, TEXT_SIZE, "r%" PRIu32 " %s", event->object, op);
        break;
    case SIM_EVENT_COMPLETE:
        snprintf(out, TEXT_SIZE, "r%" PRIu32 " completes: %s %" PRIu64, event->object,
                 format_status(event->a, status, sizeof status), event->b);
        break;
    case SIM_EVENT_RESULT:
        snprintf(out, TEXT_SIZE, "r%" PRIu32 " result written", event->object);
        break;
    case SIM_EVENT_CLOCK:
        snprintf(out, TEXT_SIZE, "time is %.3f ms", (double)event->a / 1e4);
        break;
    default:
        out[0] = '\0';
        break;
    }
}

static void port_text(const struct sim_event *event, char *out)
{
    bool queued = event->kind == SIM_EVENT_PACKET;

    if (event->a == 0) {
        snprintf(out, TEXT_SIZE, "#%" PRIu32 " %s posted packet", event->object,
                 queued ? "<-" : "->");
    } else {
        snprintf(out, TEXT_SIZE, "#%" PRIu32 " %s r%" PRIu64, event->object, queued ? "<-" : "->",
                 event->a);
    }
}

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
    if (SIM_ACTOR_ID_KIND(event->actor) == SIM_ACTOR_THREAD && event->kind == SIM_EVENT_STEP) {
        fuzz_lanes_number(&explainer->lanes, event->step);
    }
}

static void explain_return(struct explainer *explainer, const struct sim_event *event)
{
    uint32_t lane = actor_lane(explainer, event->actor);
    char text[TEXT_SIZE];

    return_text(event, text);
    if (event->actor == explainer->row_actor && event->step == explainer->row_step &&
        !fuzz_lanes_is_free(&explainer->lanes, lane)) {
        fuzz_lanes_add(&explainer->lanes, lane, text);
    } else {
        char whole[TEXT_SIZE];
        snprintf(whole, sizeof whole, "  %.40s%.80s", sim_op_info((enum sim_op)event->op)->name,
                 text);
        put(explainer, event, lane, whole);
    }
}

static void explain_block(struct explainer *explainer, const struct sim_event *event)
{
    uint32_t lane = actor_lane(explainer, event->actor);

    if (event->actor == explainer->row_actor && event->step == explainer->row_step &&
        !fuzz_lanes_is_free(&explainer->lanes, lane)) {
        fuzz_lanes_add(&explainer->lanes, lane, " waits ...");
    } else {
        put(explainer, event, lane, "  waits ...");
    }
}

static void explain_event(struct explainer *explainer, size_t index)
{
    const struct sim_event *event = sim_log_at(explainer->log, index);
    struct fuzz_subject *subject = explainer->played->subject;
    uint32_t lane = actor_lane(explainer, event->actor);
    bool is_step = event->kind == SIM_EVENT_STEP || event->kind == SIM_EVENT_CLOCK;
    bool marked = is_step && is_decided(explainer, event);
    char text[TEXT_SIZE] = "";

    if (event->kind >= SIM_EVENT_HARNESS) {
        subject->ops->event_text(subject, explainer->played->world, index, text, sizeof text);
        put(explainer, event, lane, text);
        return;
    }
    switch ((enum sim_event_kind)event->kind) {
    case SIM_EVENT_STEP:
        if (!explainer->terse || !is_quiet(event) || is_interrupted(explainer, index) || marked) {
            step_text(explainer, event, text);
            put(explainer, event, lane, text);
        }
        break;
    case SIM_EVENT_RETURN:
        explain_return(explainer, event);
        break;
    case SIM_EVENT_SUBMIT:
    case SIM_EVENT_COMPLETE:
    case SIM_EVENT_RESULT:
    case SIM_EVENT_CLOCK:
        kernel_text(event, text);
        put(explainer, event, kernel_lane(explainer), text);
        break;
    case SIM_EVENT_PACKET:
    case SIM_EVENT_DEQUEUE:
        port_text(event, text);
        put(explainer, event, port_lane(explainer), text);
        break;
    case SIM_EVENT_BLOCK:
        explain_block(explainer, event);
        break;
    case SIM_EVENT_FAULT:
        snprintf(text, sizeof text, "fault: %s fails", sim_op_info((enum sim_op)event->op)->name);
        put(explainer, event, kernel_lane(explainer), text);
        break;
    case SIM_EVENT_CREATE:
        if (event->object < OBJECTS_MAX) {
            explainer->object_type[event->object] = (uint8_t)event->a;
        }
        break;
    case SIM_EVENT_NOTE:
        snprintf(text, sizeof text, "note %" PRIu64 " %" PRIu64, event->a, event->b);
        put(explainer, event, lane, text);
        break;
    case SIM_EVENT_WAKE: /* the row of the thread that was woken shows it */
    case SIM_EVENT_THREAD_START:
    case SIM_EVENT_THREAD_EXIT:
    case SIM_EVENT_HARNESS:
        break;
    }
    if (marked) {
        fuzz_lanes_mark(&explainer->lanes);
    }
    if (is_step) {
        explainer->last_actor = event->actor;
        explainer->last_step = event->step;
    }
}

static void explain_events(struct explainer *explainer)
{
    explainer->row_actor = UINT32_MAX;
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
    explain_events(&explainer);
    fputc('\n', out);
    if (played->report->died) {
        fprintf(out, "the process died here\n"); /* of what, only its parent knows */
    } else {
        fuzz_verdict_print(played->subject, played->report, out);
    }
}
