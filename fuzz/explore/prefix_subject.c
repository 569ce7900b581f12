/* prefix_subject: counts choices: so many are replayed, the rest are the source's. */
#include "fuzz/explore/prefix_subject.h"

#include "fuzz/explore/rows.h"

#include <stdlib.h>
#include <string.h>

/* The source of an execution: first the replay, then the one that was given. */
struct relay {
    struct sim_source source;
    struct sim_source_replay replay;
    struct sim_source *next;
    uint32_t left; /* choices to replay */
};

struct prefix_subject {
    struct fuzz_subject subject;
    struct fuzz_subject *whole;
    struct relay relay;
    uint32_t choices; /* of the prefix */
    uint32_t count;
    struct sim_decision item[];
};

static struct prefix_subject *self_of(struct fuzz_subject *subject)
{
    return (struct prefix_subject *)subject; /* its first member */
}

/* ---- the source ---- */

static void relay_step(struct sim_source *source, const struct sim_step *step)
{
    struct relay *relay = (struct relay *)source;

    if (relay->next->step != NULL) {
        relay->next->step(relay->next, step);
    }
}

/* Wants of the world what the given source does; in the prefix only to be told of the steps: it is
 * replayed by what there is to choose from, and counted by choices. */
static void follow(struct relay *relay)
{
    relay->source.by_count = relay->left == 0 && relay->next->by_count;
    relay->source.ask_alone = relay->left == 0 && relay->next->ask_alone;
    relay->source.step = relay->next->step != NULL ? relay_step : NULL;
}

static uint32_t relay_pick(struct sim_source *source, const struct sim_pick *pick)
{
    struct relay *relay = (struct relay *)source;

    if (relay->left > 0) {
        if (--relay->left == 0) {
            follow(relay);
            relay->source.refresh = true;
        }
        return relay->replay.source.pick(&relay->replay.source, pick);
    }
    uint32_t index = sim_source_pass(source, relay->next, pick);
    source->step = relay->next->step != NULL ? relay_step : NULL;
    return index;
}

static void prefix_run(struct fuzz_subject *subject, struct sim_world *world,
                       struct sim_source *source, struct sim_outcome *outcome)
{
    struct prefix_subject *self = self_of(subject);
    struct relay *relay = &self->relay;

    *relay = (struct relay){.source = {.pick = relay_pick}, .next = source, .left = self->choices};
    follow(relay);
    sim_source_replay_init(&relay->replay, self->item, self->count, true);
    self->whole->ops->run(self->whole, world, &relay->source, outcome);
}

/* ---- all else is as in the whole ---- */

static struct sim_names prefix_names(struct fuzz_subject *subject)
{
    struct fuzz_subject *whole = self_of(subject)->whole;

    return whole->ops->names(whole);
}

static const char *prefix_clause(struct fuzz_subject *subject, const char *oracle)
{
    struct fuzz_subject *whole = self_of(subject)->whole;

    return whole->ops->clause(whole, oracle);
}

static void prefix_clause_text(struct fuzz_subject *subject, const char *oracle, char *out,
                               size_t size)
{
    struct fuzz_subject *whole = self_of(subject)->whole;

    whole->ops->clause_text(whole, oracle, out, size);
}

static void prefix_print(struct fuzz_subject *subject, const struct sim_decision *item,
                         uint32_t count, FILE *out)
{
    struct fuzz_subject *whole = self_of(subject)->whole;

    whole->ops->print(whole, item, count, out);
}

static void prefix_transitions(struct fuzz_subject *subject, struct sim_world *world,
                               struct fuzz_transitions *reached)
{
    struct fuzz_subject *whole = self_of(subject)->whole;

    if (whole->ops->transitions != NULL) {
        whole->ops->transitions(whole, world, reached);
    }
}

static void prefix_history(struct fuzz_subject *subject, struct sim_world *world, FILE *out)
{
    struct fuzz_subject *whole = self_of(subject)->whole;

    whole->ops->history(whole, world, out);
}

static size_t prefix_event_text(struct fuzz_subject *subject, struct sim_world *world, size_t index,
                                const char *oracle, char *out, size_t size)
{
    struct fuzz_subject *whole = self_of(subject)->whole;

    return whole->ops->event_text(whole, world, index, oracle, out, size);
}

static void prefix_object_name(struct fuzz_subject *subject, struct sim_world *world, size_t index,
                               char *out, size_t size)
{
    struct fuzz_subject *whole = self_of(subject)->whole;

    whole->ops->object_name(whole, world, index, out, size);
}

/* A smaller program would begin otherwise. */
static uint32_t prefix_reduction_count(struct fuzz_subject *subject)
{
    (void)subject;
    return 0;
}

static struct fuzz_subject *prefix_reduce(struct fuzz_subject *subject, uint32_t k)
{
    (void)subject;
    (void)k;
    return NULL;
}

static uint64_t prefix_key(struct fuzz_subject *subject)
{
    struct fuzz_subject *whole = self_of(subject)->whole;

    return whole->ops->key(whole);
}

static void prefix_destroy(struct fuzz_subject *subject)
{
    free(self_of(subject));
}

/* ---- how long the prefix is ---- */

/* One step of a thread, and the choices before it and those that led to it. */
struct place {
    struct fuzz_step_name name;
    uint32_t choices;
};

struct places {
    struct fuzz_rows rows;
    FILE *out;
};

static void print_place(void *argument, const struct fuzz_row *row)
{
    struct places *places = argument;
    struct place place = {.name = {.thread = row->actor, .step = row->number},
                          .choices =
                              row->choice_count > 0 ? row->choice[0] : places->rows.choice_next};

    if (row->number != 0) {
        fwrite(&place, sizeof place, 1, places->out);
    }
}

/* print_places writes the steps of all threads, for the process that asked. */
static void print_places(const struct fuzz_played *played, FILE *out)
{
    static struct places places; /* too large for the stack of a dying thread */

    places.out = out;
    fuzz_rows_init(&places.rows, played);
    fuzz_rows_walk(&places.rows, false, print_place, &places);
}

/* find_choices executes the subject and counts the choices before a step; false when the step is
 * not reached, or the host refuses (then *refused is set). */
static bool find_choices(struct fuzz_subject *whole, const struct sim_decision *item,
                         uint32_t count, const struct fuzz_step_name *until, uint32_t *choices,
                         bool *refused)
{
    struct fuzz_report report;
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    bool found = false;

    *refused = file == NULL || !fuzz_play(whole, item, count, true, print_places, file, &report);
    if (file != NULL && fclose(file) != 0) {
        *refused = true;
    }
    for (size_t at = 0; !*refused && !found && at + sizeof(struct place) <= size;
         at += sizeof(struct place)) {
        struct place place;
        memcpy(&place, text + at, sizeof place);
        found = place.name.thread == until->thread && place.name.step == until->step;
        *choices = place.choices;
    }
    free(text);
    return found;
}

struct fuzz_subject *fuzz_prefix_subject_create(struct fuzz_subject *whole,
                                                const struct sim_decision *item, uint32_t count,
                                                const struct fuzz_step_name *until, bool *refused)
{
    static const struct fuzz_subject_ops ops = {
        .run = prefix_run,
        .names = prefix_names,
        .clause = prefix_clause,
        .clause_text = prefix_clause_text,
        .print = prefix_print,
        .history = prefix_history,
        .transitions = prefix_transitions,
        .event_text = prefix_event_text,
        .object_name = prefix_object_name,
        .reduction_count = prefix_reduction_count,
        .reduce = prefix_reduce,
        .key = prefix_key,
        .destroy = prefix_destroy,
    };
    struct prefix_subject *self;
    uint32_t choices;

    if (!find_choices(whole, item, count, until, &choices, refused)) {
        return NULL;
    }
    self = calloc(1, sizeof *self + count * sizeof self->item[0]);
    *refused = self == NULL;
    if (self == NULL) {
        return NULL;
    }
    self->subject.ops = &ops;
    self->whole = whole;
    self->choices = choices;
    self->count = count;
    if (count > 0) {
        memcpy(self->item, item, count * sizeof self->item[0]);
    }
    return &self->subject;
}
