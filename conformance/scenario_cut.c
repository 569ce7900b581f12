#include "conformance/scenario_cut.h"

#include "conformance/scenario_words.h"

#include <string.h>

/* Where things go: the new index of each old one, CONF_NONE for what is cut. */
struct renumbering {
    uint8_t source[CONF_SOURCES_MAX];
    uint8_t thread[CONF_THREADS_MAX];
    uint8_t label[CONF_LABELS_MAX];
    bool halves[CONF_SOURCES_MAX]; /* streams, by old index, that keep theirs */
};

void conf_cut_init(struct conf_cut *cut)
{
    for (unsigned i = 0; i < CONF_SOURCES_MAX; i++) {
        cut->source[i] = true;
    }
    for (unsigned i = 0; i < CONF_VERBS_MAX; i++) {
        cut->verb[i] = true;
    }
    for (unsigned i = 0; i < CONF_THREADS_MAX; i++) {
        cut->thread[i] = (uint8_t)i;
    }
}

/* Gives the pipe named by `source` its index in *out, in order of first use. */
static uint8_t renumber_pipe(const struct conf_scenario *scenario, const struct conf_source *source,
                             struct conf_scenario *out)
{
    const char *name = scenario->pipe_name[source->pipe];
    uint8_t pipe = 0;

    while (pipe < out->pipe_count && strcmp(out->pipe_name[pipe], name) != 0) {
        pipe++;
    }
    if (pipe == out->pipe_count) {
        memcpy(out->pipe_name[pipe], name, CONF_NAME_MAX);
        out->pipe_count++;
    }
    return pipe;
}

/* Tells whether a source cannot be without another one: its poll, its stream, or the other one of a
 * pair of ends or halves. */
static bool needs(const struct conf_scenario *scenario, unsigned source, unsigned other)
{
    const struct conf_source *s = &scenario->source[source];
    const struct conf_source *o = &scenario->source[other];
    bool is_part = conf_kind_is_stream((enum conf_source_kind)s->kind) && s->of != CONF_NONE;

    return s->poll == other || (is_part && s->of == other) ||
           (s->kind == CONF_DUPLEX && o->kind == CONF_DUPLEX && o->of == source) ||
           (conf_kind_is_half((enum conf_source_kind)s->kind) &&
            conf_kind_is_half((enum conf_source_kind)o->kind) && s->of == o->of);
}

/* Finds out which sources stay when those that cannot be without another one go with it. */
static void spread(const struct conf_scenario *scenario, const struct conf_cut *cut,
                   bool stays[CONF_SOURCES_MAX])
{
    bool changed = true;

    memcpy(stays, cut->source, CONF_SOURCES_MAX * sizeof(stays[0]));
    while (changed) {
        changed = false;
        for (unsigned i = 0; i < scenario->source_count; i++) {
            for (unsigned j = 0; stays[i] && j < scenario->source_count; j++) {
                if (!stays[j] && needs(scenario, i, j)) {
                    stays[i] = false;
                    changed = true;
                }
            }
        }
    }
}

/* Tells whether a stream keeps the halves that it may be split into. */
static bool keeps_halves(const struct conf_scenario *scenario, unsigned stream,
                         const bool stays[CONF_SOURCES_MAX])
{
    for (unsigned i = 0; i < scenario->source_count; i++) {
        if (stays[i] && scenario->source[i].of == stream &&
            conf_kind_is_half((enum conf_source_kind)scenario->source[i].kind)) {
            return true;
        }
    }
    return false;
}

/* Puts right what the copy of a source says of streams: those it names are above it. */
static void cut_stream(struct conf_source *copy, const struct renumbering *renumbering,
                       unsigned index)
{
    if (copy->of != CONF_NONE) {
        copy->of = renumbering->source[copy->of];
        copy->action = copy->of == CONF_NONE ? CONF_ACTION_NONE : copy->action;
    }
    copy->split = copy->split && renumbering->halves[index];
}

static void cut_sources(const struct conf_scenario *scenario, const struct conf_cut *cut,
                        struct renumbering *renumbering, struct conf_scenario *out)
{
    bool stays[CONF_SOURCES_MAX];

    spread(scenario, cut, stays);
    for (unsigned i = 0; i < scenario->source_count; i++) {
        renumbering->halves[i] = keeps_halves(scenario, i, stays);
    }
    for (unsigned i = 0; i < scenario->source_count; i++) {
        const struct conf_source *source = &scenario->source[i];
        struct conf_source *copy = &out->source[out->source_count];

        renumbering->source[i] = stays[i] ? out->source_count : CONF_NONE;
        if (!stays[i]) {
            continue;
        }
        *copy = *source;
        cut_stream(copy, renumbering, i);
        if (source->poll != CONF_NONE) {
            copy->poll = renumbering->source[source->poll];
        }
        if (source->pipe != CONF_NONE) {
            copy->pipe = renumber_pipe(scenario, source, out);
        }
        out->source_count++;
    }
    for (unsigned i = 0; i < scenario->drop_count; i++) {
        uint8_t source = renumbering->source[scenario->drop[i]];

        if (source != CONF_NONE) {
            out->drop[out->drop_count++] = source;
        }
    }
}

static bool is_splitting(const struct conf_verb *verb)
{
    return verb->code == CONF_VERB_SPLIT || verb->code == CONF_VERB_UNSPLIT;
}

static void cut_verb(const struct conf_scenario *scenario, const struct conf_verb *verb,
                     uint8_t thread, struct renumbering *renumbering, struct conf_scenario *out)
{
    struct conf_verb *copy = &out->verb[out->verb_count];

    *copy = *verb;
    copy->thread = thread;
    if (verb->source != CONF_NONE) {
        copy->source = renumbering->source[verb->source];
    }
    if (verb->poll != CONF_NONE) {
        copy->poll = renumbering->source[verb->poll];
    }
    if (verb->target != CONF_NONE) {
        copy->target = renumbering->thread[verb->target];
    }
    if (verb->task != CONF_NONE) {
        copy->task = renumbering->source[verb->task];
    }
    if (verb->other != CONF_NONE) {
        copy->other = renumbering->source[verb->other];
    }
    if ((verb->source != CONF_NONE && copy->source == CONF_NONE) ||
        (verb->poll != CONF_NONE && copy->poll == CONF_NONE) ||
        (verb->task != CONF_NONE && copy->task == CONF_NONE) ||
        (verb->other != CONF_NONE && copy->other == CONF_NONE) ||
        (is_splitting(verb) && !renumbering->halves[verb->source]) ||
        (verb->target != CONF_NONE && (copy->target == CONF_NONE || copy->target == thread))) {
        return;
    }
    if (verb->label != CONF_NONE) {
        copy->label = out->label_count;
        renumbering->label[verb->label] = out->label_count;
        memcpy(out->label_name[out->label_count++], scenario->label_name[verb->label],
               CONF_NAME_MAX);
    }
    out->verb_count++;
}

static void cut_threads(const struct conf_scenario *scenario, const struct conf_cut *cut,
                        struct renumbering *renumbering, struct conf_scenario *out)
{
    for (unsigned t = 0; t < scenario->thread_count; t++) {
        if (cut->thread[t] == t) {
            memcpy(out->thread_name[out->thread_count], scenario->thread_name[t], CONF_NAME_MAX);
            renumbering->thread[t] = out->thread_count++;
        }
    }
    for (unsigned t = 0; t < scenario->thread_count; t++) {
        if (cut->thread[t] != t) {
            renumbering->thread[t] =
                cut->thread[t] == CONF_NONE ? CONF_NONE : renumbering->thread[cut->thread[t]];
        }
    }
    for (unsigned t = 0; t < scenario->thread_count; t++) {
        if (cut->thread[t] != t) {
            continue;
        }
        /* First its own verbs, then those of the threads that go behind it. */
        for (unsigned u = 0; u <= scenario->thread_count; u++) {
            unsigned from = u == 0 ? t : u - 1;

            if (cut->thread[from] != t || (u > 0 && from == t)) {
                continue;
            }
            for (unsigned i = scenario->thread_first[from]; i < scenario->thread_first[from + 1];
                 i++) {
                if (cut->verb[i]) {
                    cut_verb(scenario, &scenario->verb[i], renumbering->thread[t], renumbering,
                             out);
                }
            }
        }
        out->thread_first[renumbering->thread[t] + 1] = out->verb_count;
    }
}

static bool is_allowed(const struct conf_scenario *scenario, const struct conf_allow *allow)
{
    for (unsigned i = 0; i < scenario->allow_count; i++) {
        if (memcmp(&scenario->allow[i], allow, sizeof(*allow)) == 0) {
            return true;
        }
    }
    return false;
}

static void cut_outcome(const struct conf_scenario *scenario, const struct renumbering *renumbering,
                        struct conf_scenario *out)
{
    uint8_t column[CONF_LABELS_MAX];

    for (unsigned i = 0; i < scenario->outcome_count; i++) {
        uint8_t label = renumbering->label[scenario->outcome[i]];

        if (label != CONF_NONE) {
            column[out->outcome_count] = (uint8_t)i;
            out->outcome[out->outcome_count++] = label;
        }
    }
    if (out->outcome_count == 0) {
        return;
    }
    for (unsigned i = 0; i < scenario->allow_count; i++) {
        struct conf_allow allow;

        memset(&allow, 0, sizeof(allow));
        for (unsigned j = 0; j < out->outcome_count; j++) {
            allow.word[j] = scenario->allow[i].word[column[j]];
        }
        if (!is_allowed(out, &allow)) {
            out->allow[out->allow_count++] = allow;
        }
    }
}

void conf_cut_apply(const struct conf_scenario *scenario, const struct conf_cut *cut,
                    struct conf_scenario *out)
{
    struct renumbering renumbering;

    memset(&renumbering, CONF_NONE, sizeof(renumbering));
    conf_scenario_init(out, scenario->name);
    memcpy(out->about, scenario->about, strlen(scenario->about) + 1);
    out->settings = scenario->settings;
    out->forbid_given = scenario->forbid_given;
    out->forbid_count = scenario->forbid_count;
    memcpy(out->forbid, scenario->forbid, scenario->forbid_count * sizeof(scenario->forbid[0]));
    cut_sources(scenario, cut, &renumbering, out);
    cut_threads(scenario, cut, &renumbering, out);
    cut_outcome(scenario, &renumbering, out);
}
