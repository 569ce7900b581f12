/* dpor_races: vector clocks, and which earlier steps a step races with. */
#include "fuzz/explore/dpor.h"

#include <string.h>

/* ---- accesses by resource ---- */

static void forget_events(struct dpor *dpor)
{
    dpor->event_count = 0;
    dpor->touch_count = 0;
    dpor->process_count = 0;
    dpor->width = DPOR_CLOCK_UNIT;
    dpor->last_everything = 0;
    dpor->raced_count = 0;
    dpor->wake_count = 0;
    dpor->resource_used = 0;
    if (++dpor->resource_serial == 0) {
        memset(dpor->resource, 0, sizeof dpor->resource);
        dpor->resource_serial = 1;
    }
}

/* The slot of a resource that is not at `at`, where its hash points. */
static uint32_t __attribute__((noinline))
slot_behind(struct dpor *dpor, sim_resource resource, uint32_t at)
{
    for (uint32_t tries = 0; tries < DPOR_RESOURCES; tries++) {
        if (dpor->resource[at].serial != dpor->resource_serial) {
            dpor->resource[at].serial = dpor->resource_serial;
            dpor->resource[at].resource = resource;
            dpor->resource[at].last = DPOR_NO_ACCESS;
            dpor->resource_used++;
            return at;
        }
        if (dpor->resource[at].resource == resource) {
            return at;
        }
        at = (at + 1) & (DPOR_RESOURCES - 1);
    }
    dpor->overflow = 1;
    return at;
}

/* The slot of a resource in this execution. */
static inline uint32_t slot_of(struct dpor *dpor, sim_resource resource)
{
    uint64_t hash = resource * UINT64_C(0x9E3779B97F4A7C15);
    uint32_t at = (uint32_t)(hash >> 32) / (UINT32_MAX / DPOR_RESOURCES + 1);
    bool there = dpor->resource[at].resource == resource &&
                 dpor->resource[at].serial == dpor->resource_serial;
    return there ? at : slot_behind(dpor, resource, at);
}

/* Makes an access the last of its resource. */
static void link_access(struct dpor *dpor, uint32_t at)
{
    struct dpor_access *access = &dpor->access[at];
    access->before = dpor->resource[access->slot].last;
    dpor->resource[access->slot].last = at;
}

/* Resources that only earlier executions touched fill the table in the end: makes it anew. */
static void relink(struct dpor *dpor)
{
    memset(dpor->resource, 0, sizeof dpor->resource);
    dpor->resource_serial = 1;
    dpor->resource_used = 0;
    for (uint32_t at = 0; at < dpor->touch_count; at++) {
        dpor->access[at].slot = (uint16_t)slot_of(dpor, dpor->touch[at].resource);
        link_access(dpor, at);
    }
}

void dpor_keep_events(struct dpor *dpor, uint32_t count)
{
    if (count == 0 || count > dpor->event_count) {
        forget_events(dpor);
        return;
    }
    uint32_t end = dpor->event[count - 1].touched.first + dpor->event[count - 1].touched.count;
    while (dpor->touch_count > end) {
        const struct dpor_access *access = &dpor->access[--dpor->touch_count];
        dpor->resource[access->slot].last = access->before;
    }
    while (dpor->event_count > count) {
        const struct dpor_event *event = &dpor->event[--dpor->event_count];
        struct dpor_process *process = &dpor->process[event->process];
        process->count = (uint16_t)(event->number - 1);
        process->last = event->previous;
        dpor->last_everything = event->everything_before;
    }
    dpor->raced_count = count;
    while (dpor->wake_count != 0 && dpor->wake[dpor->wake_count - 1].event >= count) {
        dpor->wake_count--;
    }
    while (dpor->process[dpor->process_count - 1].count == 0) { /* numbered as they come */
        dpor->process_count--;
    }
    if (dpor->resource_used > DPOR_RESOURCES / 2) {
        relink(dpor);
    }
}

/* ---- order ---- */

/* Whether event e happened before what has this clock. */
static bool before(const struct dpor_event *e, const uint16_t *clock)
{
    return clock[e->process] >= e->number;
}

static void join(const struct dpor *dpor, uint16_t *clock, const uint16_t *with)
{
    for (uint32_t p = 0; p < dpor->width; p += DPOR_CLOCK_UNIT) {
        for (uint32_t i = p; i < p + DPOR_CLOCK_UNIT; i++) {
            clock[i] = with[i] > clock[i] ? with[i] : clock[i];
        }
    }
}

static void copy_clock(const struct dpor *dpor, uint16_t *clock, const uint16_t *from)
{
    for (uint32_t p = 0; p < dpor->width; p += DPOR_CLOCK_UNIT) {
        memcpy(clock + p, from + p, DPOR_CLOCK_UNIT * sizeof *clock);
    }
}

static const uint16_t no_clock[DPOR_PROCESSES_MAX]; /* of a process that has not begun */

/* The clock of a process: of its last event. */
static const uint16_t *clock_of(const struct dpor *dpor, uint32_t process)
{
    const struct dpor_process *p = &dpor->process[process];
    return p->count != 0 ? dpor->event[p->last].clock : no_clock;
}

/* The clock of an event's process before it. */
static const uint16_t *clock_before(const struct dpor *dpor, const struct dpor_event *event)
{
    return event->number != 1 ? dpor->event[event->previous].clock : no_clock;
}

static bool is_race_mode(uint32_t earlier, uint32_t later)
{
    return ((earlier | later) & SIM_TOUCH_WRITE) != 0;
}

/* Whether all that an access of the same process was after is all that a later one can be after:
 * then nobody looks further back, or a thread that spins would look back to its beginning. */
static bool is_after_own(uint32_t earlier, uint32_t later)
{
    return (earlier & SIM_TOUCH_WRITE) || !(later & SIM_TOUCH_WRITE);
}

/* A lock that was released could not have been acquired before: no race, only order. */
static bool could_be_reversed(uint32_t earlier, uint32_t later)
{
    return !((earlier & SIM_TOUCH_RELEASE) && (later & SIM_TOUCH_ACQUIRE));
}

/* ---- backtrack points ---- */

static uint32_t enabled_bit(const struct dpor_node *node, sim_actor_id actor)
{
    for (uint32_t i = 0; i < node->enabled_count; i++) {
        if (node->enabled[i] == actor) {
            return UINT32_C(1) << i;
        }
    }
    return 0;
}

/* A step that looks for its races. */
struct racer {
    uint32_t index; /* where its transition begins: the events before that are those below */
    uint32_t process;
    const uint16_t *own;  /* clock of its process before it: what is ordered without it */
    const uint16_t *full; /* clock of its transition */
};

/* The actors that can begin what follows event e without depending on it and ends with the racing
 * step (the initials), as far as they could run at e's choice. When one of them is on the backtrack
 * list there, nobody needs the others: they are left out. */
static uint32_t initials(struct dpor *dpor, uint32_t e, const struct racer *racer)
{
    const struct dpor_event *earlier = &dpor->event[e];
    const struct dpor_node *node = &dpor->node[earlier->node];
    uint16_t first[DPOR_PROCESSES_MAX]; /* number of a process's first event in v */
    memset(first, 0, dpor->width * sizeof first[0]);
    uint32_t set = 0;
    for (uint32_t x = e + 1; x <= racer->index && (set & node->backtrack) == 0; x++) {
        bool last = x == racer->index;
        uint32_t p = last ? racer->process : dpor->event[x].process;
        const uint16_t *clock = last ? racer->full : dpor->event[x].clock;
        uint16_t number = last ? UINT16_MAX : dpor->event[x].number;
        if ((!last && before(earlier, clock)) || first[p] != 0) {
            continue;
        }
        bool follows = false;
        for (uint32_t q = 0; q < dpor->process_count && !follows; q++) {
            follows = first[q] != 0 && q != p && clock[q] >= first[q];
        }
        first[p] = number;
        if (!follows) {
            set |= enabled_bit(node, dpor->process[p].actor);
        }
    }
    return set;
}

/* Adds a backtrack point before event e, if the race can be reversed there; false if not. What goes
 * on with another step is reversed with that: nobody can run between the two. */
static bool reverse(struct dpor *dpor, uint32_t e, const struct racer *racer)
{
    e = dpor->event[e].start;
    if (dpor->event[e].node == DPOR_NO_NODE || before(&dpor->event[e], racer->own)) {
        return false; /* in the latter case the step that came between has the race */
    }
    struct dpor_node *node = &dpor->node[dpor->event[e].node];
    uint32_t set = initials(dpor, e, racer);
    if (set == 0) {
        return false; /* e made the step possible */
    }
    if ((set & node->backtrack) == 0) {
        uint32_t own = enabled_bit(node, dpor->process[racer->process].actor) & set;
        node->backtrack |= own != 0 ? own : set & (~set + 1);
    }
    return true;
}

/* The races of one touch, from the access of its resource before it back. */
static void touch_races(struct dpor *dpor, const struct dpor_access *touch,
                        const struct racer *racer)
{
    bool reversed = false;
    for (uint32_t at = touch->before; at != DPOR_NO_ACCESS; at = dpor->access[at].before) {
        const struct dpor_access *access = &dpor->access[at];
        const struct dpor_event *e = &dpor->event[access->event];
        bool writes = (access->mode & SIM_TOUCH_WRITE) != 0;
        if (e->process == racer->process) {
            if (is_after_own(access->mode, touch->mode)) {
                return;
            }
            continue;
        }
        if (!is_race_mode(access->mode, touch->mode)) {
            continue;
        }
        if (before(e, racer->own)) {
            if (writes) {
                return; /* whoever is before it is ordered, too */
            }
            continue;
        }
        if (could_be_reversed(access->mode, touch->mode) && reverse(dpor, access->event, racer)) {
            reversed = true;
        }
        if (writes && reversed) {
            return; /* older ones are found once this one has been reversed */
        }
    }
}

/* Notes a touch behind those of the history, and where its resource stands. */
static void touch_enter(struct dpor *dpor, uint32_t at, const struct sim_touch *touch)
{
    dpor->touch[at].resource = touch->resource; /* by field, as the world has just stored them */
    dpor->touch[at].mode = touch->mode;
    dpor->access[at].slot = (uint16_t)slot_of(dpor, touch->resource);
    dpor->access[at].mode = touch->mode;
}

static void races(struct dpor *dpor, const struct dpor_slice *touched, const struct racer *racer)
{
    if (touched->everything) {
        for (uint32_t e = racer->index; e-- != 0;) {
            const struct dpor_event *event = &dpor->event[e];
            if (event->process != racer->process && !before(event, racer->own)) {
                (void)reverse(dpor, e, racer);
            }
        }
        return;
    }
    for (uint32_t at = touched->first; at < touched->first + touched->count; at++) {
        touch_races(dpor, &dpor->access[at], racer);
    }
}

/* Joins a clock with those of the accesses that one more of the process is in conflict with; false
 * if there is none of another process. */
static bool join_accesses(const struct dpor *dpor, const struct dpor_access *touch,
                          uint32_t process, uint16_t *clock)
{
    bool meets = false;
    for (uint32_t at = dpor->resource[touch->slot].last; at != DPOR_NO_ACCESS;
         at = dpor->access[at].before) {
        const struct dpor_access *access = &dpor->access[at];
        const struct dpor_event *event = &dpor->event[access->event];
        if (event->process == process && is_after_own(access->mode, touch->mode)) {
            break;
        }
        if (is_race_mode(access->mode, touch->mode)) {
            meets = true;
            if (!before(event, clock)) {
                join(dpor, clock, event->clock);
            }
            if (access->mode & SIM_TOUCH_WRITE) {
                break; /* it is after all accesses before it */
            }
        }
    }
    return meets;
}

/* The clock of a step: after its process's last, and after all conflicting accesses. False if
 * it can have no race: nothing of another process is in conflict with it. */
static bool make_clock(struct dpor *dpor, const struct dpor_slice *touched, uint32_t process,
                       uint16_t *clock)
{
    bool meets = touched->everything;
    if (dpor->last_everything != 0) {
        join(dpor, clock, dpor->event[dpor->last_everything - 1].clock);
    }
    for (uint32_t at = touched->first; at < touched->first + touched->count; at++) {
        meets |= join_accesses(dpor, &dpor->access[at], process, clock);
    }
    if (touched->everything || touched->barrier) {
        for (uint32_t p = 0; p < dpor->process_count; p++) {
            join(dpor, clock, clock_of(dpor, p));
        }
    }
    return meets;
}

bool dpor_conflict(const struct dpor_slice *left, const struct sim_touch *left_pool,
                   const struct dpor_slice *right, const struct sim_touch *right_pool)
{
    if (left->everything || right->everything || left->barrier || right->barrier) {
        return true;
    }
    for (uint32_t i = 0; i < left->count; i++) {
        const struct sim_touch *l = &left_pool[left->first + i];
        for (uint32_t j = 0; j < right->count; j++) {
            const struct sim_touch *r = &right_pool[right->first + j];
            if (l->resource == r->resource && is_race_mode(l->mode, r->mode)) {
                return true;
            }
        }
    }
    return false;
}

/* All that the last transition, which begins at `start`, has touched. */
static struct dpor_slice transition_touched(const struct dpor *dpor, uint32_t start)
{
    struct dpor_slice touched = dpor->event[start].touched;
    for (uint32_t i = start + 1; i < dpor->event_count; i++) {
        const struct dpor_slice *more = &dpor->event[i].touched;
        touched.count = (uint16_t)(touched.count + more->count);
        touched.everything = touched.everything || more->everything;
        touched.barrier = touched.barrier || more->barrier;
    }
    return touched;
}

/* Looks for those who woke somebody whom the last transition could have woken before. */
static void races_of_wakers(struct dpor *dpor, uint32_t start)
{
    const struct dpor_event *end = &dpor->event[dpor->event_count - 1];
    const struct racer racer = {start, end->process, clock_before(dpor, &dpor->event[start]),
                                end->clock};
    const struct dpor_slice touched = transition_touched(dpor, start);
    for (uint32_t i = 0; i < dpor->wake_count; i++) {
        const struct dpor_wake *wake = &dpor->wake[i];
        if (!before(&dpor->event[wake->event], end->clock) &&
            dpor_conflict(&wake->touched, dpor->pool, &touched, dpor->touch)) {
            (void)reverse(dpor, wake->event, &racer);
        }
    }
}

void dpor_end_transition(struct dpor *dpor)
{
    uint32_t count = dpor->event_count;
    uint32_t start = dpor->raced_count;
    if (start == count) {
        return;
    }
    dpor->raced_count = count;
    for (uint32_t i = start; i < count; i++) {
        const struct dpor_event *event = &dpor->event[i];
        if (event->meets) {
            struct racer racer = {start, event->process, clock_before(dpor, event),
                                  dpor->event[count - 1].clock};
            races(dpor, &event->touched, &racer);
        }
    }
    races_of_wakers(dpor, start);
    for (uint32_t i = start; i + 1 < count; i++) {
        copy_clock(dpor, dpor->event[i].clock, dpor->event[count - 1].clock);
    }
}

/* Clocks get more entries: none of the new processes has happened yet for anybody. */
static void widen(struct dpor *dpor)
{
    for (uint32_t i = 0; i < dpor->event_count; i++) {
        memset(&dpor->event[i].clock[dpor->width], 0, DPOR_CLOCK_UNIT * sizeof(uint16_t));
    }
    dpor->width += DPOR_CLOCK_UNIT;
}

/* The process of an actor that is not known yet. */
static uint32_t __attribute__((noinline)) process_add(struct dpor *dpor, sim_actor_id actor)
{
    if (dpor->process_count == DPOR_PROCESSES_MAX) {
        dpor->overflow = 1;
        return 0;
    }
    if (dpor->process_count == dpor->width) {
        widen(dpor);
    }
    dpor->process[dpor->process_count] = (struct dpor_process){.actor = actor};
    return dpor->process_count++;
}

static inline uint32_t process_of(struct dpor *dpor, sim_actor_id actor)
{
    for (uint32_t p = 0; p < dpor->process_count; p++) {
        if (dpor->process[p].actor == actor) {
            return p;
        }
    }
    return process_add(dpor, actor);
}

/* Whether the step of a process goes on with the one before it. */
static bool is_going_on(const struct dpor *dpor, const struct dpor_process *process)
{
    return !dpor->asked && process->count != 0 && process->last + 1 == dpor->event_count;
}

uint32_t dpor_event_add(struct dpor *dpor, const struct sim_step *step, uint32_t node,
                        bool with_races)
{
    const struct sim_footprint *footprint = step->footprint;
    uint32_t index = dpor->event_count;
    uint32_t first = dpor->touch_count;
    if (index == DPOR_EVENTS_MAX || first + footprint->count > DPOR_TOUCHES_MAX) {
        dpor->overflow = 1;
        return DPOR_NO_NODE;
    }
    uint32_t number = process_of(dpor, step->actor);
    struct dpor_process *process = &dpor->process[number];
    struct dpor_event *event = &dpor->event[index];
    bool goes_on = is_going_on(dpor, process);
    if (with_races && !goes_on) {
        dpor_end_transition(dpor);
    }
    for (uint32_t i = 0; i < footprint->count; i++) {
        touch_enter(dpor, first + i, &footprint->touch[i]);
        dpor->access[first + i].event = index;
    }
    event->touched = (struct dpor_slice){first, (uint16_t)footprint->count, footprint->everything,
                                         footprint->barrier};
    event->node = node;
    event->start = goes_on ? dpor->event[process->last].start : index;
    event->previous = process->last;
    event->everything_before = dpor->last_everything;
    event->number = (uint16_t)(process->count + 1);
    event->op = step->op;
    event->process = (uint8_t)number;
    copy_clock(dpor, event->clock, clock_before(dpor, event));
    event->meets = make_clock(dpor, &event->touched, number, event->clock);
    event->clock[number] = event->number;
    process->count = event->number;
    process->last = index;
    dpor->event_count++;
    dpor->touch_count += footprint->count;
    for (uint32_t at = first; at < dpor->touch_count; at++) {
        link_access(dpor, at);
    }
    if (footprint->everything || footprint->barrier) {
        dpor->last_everything = index + 1;
    }
    return index;
}

void dpor_blocked_races(struct dpor *dpor, sim_actor_id actor, sim_resource lock)
{
    if (dpor->touch_count == DPOR_TOUCHES_MAX) {
        dpor->overflow = 1;
        return;
    }
    struct sim_touch touch = {lock, SIM_TOUCH_WRITE | SIM_TOUCH_ACQUIRE};
    struct dpor_slice touched = {.first = dpor->touch_count, .count = 1};
    touch_enter(dpor, touched.first, &touch);
    dpor->access[touched.first].before = dpor->resource[dpor->access[touched.first].slot].last;
    uint32_t process = process_of(dpor, actor);
    uint16_t clock[DPOR_PROCESSES_MAX];
    struct racer racer = {dpor->event_count, process, clock_of(dpor, process), clock};
    copy_clock(dpor, clock, racer.own);
    if (make_clock(dpor, &touched, process, clock)) {
        races(dpor, &touched, &racer);
    }
}

uint64_t dpor_class_hash(const struct dpor *dpor)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < dpor->event_count; i++) {
        const struct dpor_event *event = &dpor->event[i];
        uint64_t actor = dpor->process[event->process].actor;
        uint64_t past = 0;
        for (uint32_t p = 0; p < dpor->process_count; p++) {
            if (event->clock[p] != 0) { /* by actor: numbers of processes depend on the order */
                past += fuzz_seed_mix(dpor->process[p].actor, event->clock[p]);
            }
        }
        sum += fuzz_seed_mix(fuzz_seed_mix(actor << 32 | event->number, event->op), past);
    }
    return sum;
}
