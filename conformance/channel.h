/* channel: the reference model of streams in memory: what each operation may answer.
 *
 * One direction of a stream is a channel: a number of bytes written, a number of bytes read, and
 * whether either side has closed. Without overlap that says exactly what an operation answers. An
 * operation that overlaps one of the other side may see any of that side's progress between its own
 * begin and end; so the model keeps bounds: what the other side had certainly done when the
 * operation began, and what it may have done when it ended.
 *
 * A channel has the number of the source that writes it: the simplex, or the duplex end. Part of
 * the model (model.h); the oracles of streams (oracle_stream.h) judge. */
#ifndef CONFORMANCE_CHANNEL_H
#define CONFORMANCE_CHANNEL_H

#include "conformance/history.h"

#include <stdbool.h>
#include <stdint.h>

enum conf_side { CONF_READER, CONF_WRITER, CONF_SIDE_COUNT };

/* Wakes of tasks by a thread: by its innermost operation, and before it. */
struct conf_channel_wakes {
    uint32_t displacing; /* of a task whose place that operation has taken */
    uint32_t others;
};

/* The operation that runs on a side, or the last one. */
struct conf_channel_operation {
    bool running;
    uint8_t code; /* enum conf_verb_code; DROP when the side goes */
    uint8_t thread;
    uint8_t task; /* CONF_NONE if none */
    uint32_t seq; /* of its begin */
    uint64_t size;
    uint64_t other_done;             /* bytes the other side had moved when it began */
    bool own_closed, other_closed;   /* when it began */
    bool exhausted;                  /* its task had no budget left */
    struct conf_channel_wakes wakes; /* of its thread, when it began */
};

struct conf_channel_side {
    uint64_t done; /* bytes moved by operations that have ended */
    bool closing;  /* a shutdown or drop has begun */
    bool closed;   /* and ended */
    struct conf_channel_operation operation;
    /* who waits: the task of the last operation, if that would block */
    bool armed;
    uint8_t task;
    uint32_t since; /* a wake of the task behind it answers the wait */
};

struct conf_channel {
    uint64_t capacity;
    struct conf_channel_side side[CONF_SIDE_COUNT];
};

struct conf_model_task {
    uint32_t live;  /* clones of its waker */
    uint32_t left;  /* of its budget */
    bool is_fresh;  /* its budget is filled before its next poll */
    uint32_t woken; /* number of the last record that says so, 0 for never */
};

struct conf_channel_table {
    bool any;                                      /* the scenario has streams */
    uint8_t of[CONF_SOURCES_MAX][CONF_SIDE_COUNT]; /* by source: its channels, else CONF_NONE */
    struct conf_channel channel[CONF_SOURCES_MAX];
    struct conf_model_task task[CONF_SOURCES_MAX];
    struct conf_channel_wakes wakes[CONF_THREADS_MAX + 1];         /* by thread */
    struct conf_channel_wakes wakes_before_drop[CONF_SOURCES_MAX]; /* by source being dropped */
};

struct conf_model;

/* conf_channel_begin makes the channels of a scenario. */
void conf_channel_begin(struct conf_channel_table *table, const struct conf_scenario *scenario);

/* conf_channel_see takes in the next record. */
void conf_channel_see(struct conf_model *model, const struct conf_record *record, uint32_t seq);

/* conf_channel_of returns the number of the channel that a source reads from or writes to,
 * CONF_NONE if it has no such side. */
uint8_t conf_channel_of(const struct conf_model *model, uint8_t source, enum conf_side side);

/* conf_channel_find returns the channel and side that a verb record is about; false if none. */
bool conf_channel_find(const struct conf_model *model, const struct conf_record *record,
                       uint8_t *channel, enum conf_side *side);

/* conf_channel_other_may_have_done returns how many bytes the other side may have moved by now. */
uint64_t conf_channel_other_may_have_done(const struct conf_channel *channel, enum conf_side side);

/* conf_channel_waits tells whether somebody waits on that side of a channel and was not woken. */
bool conf_channel_waits(const struct conf_model *model, uint8_t channel, enum conf_side side);

#endif
