/* dpor_races: vector clocks, and which earlier steps a step races with. */
#include "fuzz/explore/dpor.h"

#include <string.h>

/* ---- accesses by resource ---- */

static void forget_events(struct dpor *dpor)
{
    dpor->event_count = 0;
    dpor->touch_count = 0;
    dpor->process_count = 0;
    dpor->access_count = 0;
    dpor->last_everything = 0;
    if (++dpor->resource_serial == 0) {
        memset(dpor->resource, 0, sizeof dpor->resource);
        dpor->resource_serial = 1;
    }
}

void dpor_keep_events(struct dpor *dpor, uint32_t count)
{
    if (count == 0 || count > dpor->event_count) {
        forget_events(dpor);
        return;
    }
    while (dpor->access_count != 0 && dpor->access[dpor->access_count - 1].event >= count) {
        const struct dpor_access *access = &dpor->access[--dpor->access_count];
        dpor->resource[access->slot].last = access->before;
    }
    dpor->touch_count = dpor->event[count - 1].touched.first + dpor->event[count - 1].touched.count;
    dpor->event_count = count;
    dpor->last_everything = 0;
    for (uint32_t p = 0; p < dpor->process_count; p++) {
        dpor->process[p].count = 0;
        memset(dpor->process[p].clock, 0, sizeof dpor->process[p].clock);
    }
    uint32_t processes = 0;
    for (uint32_t i = 0; i < count; i++) { /* the last event of each process has its clock */
        const struct dpor_event *event = &dpor->event[i];
        struct dpor_process *process = &dpor->process[event->process];
        process->count = event->number;
        process->last = i;
        processes = event->process >= processes ? event->process + 1u : processes;
        if (event->touched.everything || event->touched.barrier) {
            dpor->last_everything = i + 1;
        }
    }
    dpor->process_count = processes;
    for (uint32_t p = 0; p < processes; p++) {
        memcpy(dpor->process[p].clock, dpor->event[dpor->process[p].last].clock,
               sizeof dpor->process[p].clock);
    }
}

/* The slot of a resource in this execution. */
static uint32_t slot_of(struct dpor *dpor, sim_resource resource)
{
    uint64_t hash = resource * UINT64_C(0x9E3779B97F4A7C15);
    uint32_t at = (uint32_t)(hash >> 40) & (DPOR_RESOURCES - 1);
    for (uint32_t tries = 0; tries < DPOR_RESOURCES; tries++) {
        if (dpor->resource[at].serial != dpor->resource_serial) {
            dpor->resource[at].serial = dpor->resource_serial;
            dpor->resource[at].resource = resource;
            dpor->resource[at].last = DPOR_NO_ACCESS;
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

static uint32_t last_access(struct dpor *dpor, sim_resource resource)
{
    return dpor->resource[slot_of(dpor, resource)].last;
}

static void note_access(struct dpor *dpor, const struct sim_touch *touch, uint32_t event)
{
    if (dpor->access_count == DPOR_TOUCHES_MAX) {
        dpor->overflow = 1;
        return;
    }
    uint32_t slot = slot_of(dpor, touch->resource);
    dpor->access[dpor->access_count] =
        (struct dpor_access){event, dpor->resource[slot].last, (uint16_t)slot, touch->mode};
    dpor->resource[slot].last = dpor->access_count++;
}

/* ---- order ---- */

/* Whether event e happened before what has this clock. */
static bool before(const struct dpor_event *e, const uint16_t *clock)
{
    return clock[e->process] >= e->number;
}

static void join(const struct dpor *dpor, uint16_t *clock, const uint16_t *with)
{
    for (uint32_t p = 0; p < dpor->process_count; p++) {
        clock[p] = with[p] > clock[p] ? with[p] : clock[p];
    }
}

static bool is_race_mode(uint32_t earlier, uint32_t later)
{
    return ((earlier | later) & SIM_TOUCH_WRITE) != 0;
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
    uint32_t index; /* the events before it are those below */
    uint32_t process;
    const uint16_t *own;  /* clock of its process before it: what is ordered without it */
    const uint16_t *full; /* its own clock */
};

/* The actors that can begin what follows event e without depending on it and ends with the racing
 * step (the initials), as far as they could run at e's choice. */
static uint32_t initials(struct dpor *dpor, uint32_t e, const struct racer *racer)
{
    const struct dpor_event *earlier = &dpor->event[e];
    const struct dpor_node *node = &dpor->node[earlier->node];
    uint16_t first[DPOR_PROCESSES_MAX] = {0}; /* number of a process's first event in v */
    uint32_t set = 0;
    for (uint32_t x = e + 1; x <= racer->index; x++) {
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

/* Adds a backtrack point before event e, if the race can be reversed there; false if not. */
static bool reverse(struct dpor *dpor, uint32_t e, const struct racer *racer)
{
    if (dpor->event[e].node == DPOR_NO_NODE) {
        return false;
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

/* The races of one touch, from the latest access of its resource back. */
static void touch_races(struct dpor *dpor, const struct sim_touch *touch, const struct racer *racer)
{
    bool reversed = false;
    for (uint32_t at = last_access(dpor, touch->resource); at != DPOR_NO_ACCESS;
         at = dpor->access[at].before) {
        const struct dpor_access *access = &dpor->access[at];
        const struct dpor_event *e = &dpor->event[access->event];
        bool writes = (access->mode & SIM_TOUCH_WRITE) != 0;
        if (e->process == racer->process) {
            if (writes) {
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
    for (uint32_t i = 0; i < touched->count; i++) {
        touch_races(dpor, &dpor->touch[touched->first + i], racer);
    }
}

/* The clock of a step: after its process's last, and after all conflicting accesses. */
static void make_clock(struct dpor *dpor, const struct dpor_slice *touched, uint16_t *clock)
{
    if (dpor->last_everything != 0) {
        join(dpor, clock, dpor->event[dpor->last_everything - 1].clock);
    }
    for (uint32_t i = 0; i < touched->count; i++) {
        const struct sim_touch *touch = &dpor->touch[touched->first + i];
        for (uint32_t at = last_access(dpor, touch->resource); at != DPOR_NO_ACCESS;
             at = dpor->access[at].before) {
            const struct dpor_access *access = &dpor->access[at];
            if (is_race_mode(access->mode, touch->mode)) {
                join(dpor, clock, dpor->event[access->event].clock);
                if (access->mode & SIM_TOUCH_WRITE) {
                    break; /* it is after all accesses before it */
                }
            }
        }
    }
    if (touched->everything || touched->barrier) {
        for (uint32_t p = 0; p < dpor->process_count; p++) {
            join(dpor, clock, dpor->process[p].clock);
        }
    }
}

static uint32_t process_of(struct dpor *dpor, sim_actor_id actor)
{
    for (uint32_t p = 0; p < dpor->process_count; p++) {
        if (dpor->process[p].actor == actor) {
            return p;
        }
    }
    if (dpor->process_count == DPOR_PROCESSES_MAX) {
        dpor->overflow = 1;
        return 0;
    }
    struct dpor_process *fresh = &dpor->process[dpor->process_count];
    *fresh = (struct dpor_process){.actor = actor};
    return dpor->process_count++;
}

uint32_t dpor_event_add(struct dpor *dpor, const struct sim_step *step, uint32_t node,
                        bool with_races)
{
    const struct sim_footprint *footprint = step->footprint;
    uint32_t index = dpor->event_count;
    if (index == DPOR_EVENTS_MAX || dpor->touch_count + footprint->count > DPOR_TOUCHES_MAX) {
        dpor->overflow = 1;
        return DPOR_NO_NODE;
    }
    struct dpor_event *event = &dpor->event[index];
    uint32_t number = process_of(dpor, step->actor);
    struct dpor_process *process = &dpor->process[number];
    event->process = (uint8_t)number;
    event->node = node;
    event->op = step->op;
    event->touched = (struct dpor_slice){dpor->touch_count, footprint->count, footprint->everything,
                                         footprint->barrier};
    memcpy(&dpor->touch[dpor->touch_count], footprint->touch,
           footprint->count * sizeof dpor->touch[0]);
    dpor->touch_count += footprint->count;
    memcpy(event->clock, process->clock, sizeof event->clock);
    make_clock(dpor, &event->touched, event->clock);
    event->number = ++process->count;
    if (with_races) {
        struct racer racer = {index, number, process->clock, event->clock};
        races(dpor, &event->touched, &racer);
    }
    event->clock[number] = event->number;
    memcpy(process->clock, event->clock, sizeof process->clock);
    dpor->event_count++;
    for (uint32_t i = 0; i < event->touched.count; i++) {
        note_access(dpor, &dpor->touch[event->touched.first + i], index);
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
    dpor->touch[dpor->touch_count] = (struct sim_touch){lock, SIM_TOUCH_WRITE | SIM_TOUCH_ACQUIRE};
    struct dpor_slice touched = {.first = dpor->touch_count, .count = 1};
    uint32_t number = process_of(dpor, actor);
    uint16_t full[DPOR_PROCESSES_MAX];
    memcpy(full, dpor->process[number].clock, sizeof full);
    make_clock(dpor, &touched, full);
    struct racer racer = {dpor->event_count, number, dpor->process[number].clock, full};
    races(dpor, &touched, &racer);
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
