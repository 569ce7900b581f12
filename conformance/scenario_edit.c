#include "conformance/scenario_edit.h"

#include "conformance/scenario_check.h"
#include "conformance/scenario_cut.h"
#include "conformance/scenario_words.h"

#include <assert.h>
#include <stddef.h>

/* Kinds of reductions; a and b say of what. Each makes the scenario smaller in this order: number
 * of sources, threads and verbs together; labels and outcomes; sizes; bits of interest; finite
 * timeouts and event limits; tokens; settings and attributes that are not the default, capacities;
 * a drop order that is not the default. */
enum edit_kind {
    EDIT_DROP_SOURCE,  /* source a and all that needs it */
    EDIT_DROP_THREAD,  /* thread a with its verbs */
    EDIT_CUT,          /* b verbs from a on */
    EDIT_MERGE,        /* the verbs of thread a go behind those of b */
    EDIT_DROP_OUTCOME, /* and what is allowed */
    EDIT_DROP_LABEL,   /* of verb a, which no outcome names */
    EDIT_SIZE,         /* verb a moves b bytes */
    EDIT_INTEREST,     /* verb a asks for b only */
    EDIT_TIMEOUT,      /* verb a waits for ever */
    EDIT_EVENTS,       /* verb a takes any number of events */
    EDIT_TOKEN,        /* verb a has token b */
    EDIT_SETTING,      /* setting a has value b */
    EDIT_QUOTA,        /* source a has the default */
    EDIT_MODE,         /* source a is in byte mode */
    EDIT_BLOCKING,     /* source a does not block */
    EDIT_FAMILIES,     /* all sockets of the name of source a are IPv4 */
    EDIT_HOW,          /* verb a sends to one only, or says less of a user-made source */
    EDIT_SOURCE_TOKEN, /* source a has token b */
    EDIT_CAPACITY,     /* stream a holds b bytes */
    EDIT_WHOLE,        /* stream a begins whole */
    EDIT_ACTION,       /* task a does nothing when it is woken */
    EDIT_DEFAULT_DROPS
};

struct edit {
    enum edit_kind kind;
    uint32_t a, b;
};

/* Goes through the reductions in order and stops at one. */
struct walk {
    uint32_t count; /* passed so far */
    uint32_t stop;  /* the index to stop at */
    struct edit found;
};

/* Offers one reduction; returns true when it is the one to stop at. */
static bool offer(struct walk *walk, enum edit_kind kind, uint32_t a, uint32_t b)
{
    if (walk->count == walk->stop) {
        walk->found = (struct edit){.kind = kind, .a = a, .b = b};
        return true;
    }
    walk->count++;
    return false;
}

static bool walk_large(struct walk *walk, const struct conf_scenario *scenario)
{
    for (unsigned i = 0; i < scenario->source_count; i++) {
        if (offer(walk, EDIT_DROP_SOURCE, i, 0)) {
            return true;
        }
    }
    for (unsigned t = 0; t < scenario->thread_count; t++) {
        if (offer(walk, EDIT_DROP_THREAD, t, 0)) {
            return true;
        }
    }
    return false;
}

/* Halves, quarters and so on of each thread, down to single verbs. Neighbouring stretches overlap
 * by half, so that any two verbs that only go together are tried together. */
static bool walk_cuts(struct walk *walk, const struct conf_scenario *scenario)
{
    unsigned length = 1;

    while (length * 2 < scenario->verb_count) {
        length *= 2;
    }
    for (; length > 0; length /= 2) {
        unsigned stride = length > 1 ? length / 2 : 1;

        for (unsigned t = 0; t < scenario->thread_count; t++) {
            unsigned end = scenario->thread_first[t + 1];

            if (length > 1 && end - scenario->thread_first[t] <= length) {
                continue; /* the whole thread: dropping it does that */
            }
            for (unsigned i = scenario->thread_first[t]; i + length <= end; i += stride) {
                if (offer(walk, EDIT_CUT, i, length)) {
                    return true;
                }
            }
        }
    }
    return false;
}

static bool walk_merges(struct walk *walk, const struct conf_scenario *scenario)
{
    for (unsigned from = 0; from < scenario->thread_count; from++) {
        for (unsigned into = 0; into < scenario->thread_count; into++) {
            if (from != into && offer(walk, EDIT_MERGE, from, into)) {
                return true;
            }
        }
    }
    return false;
}

static bool is_in_outcome(const struct conf_scenario *scenario, uint8_t label)
{
    for (unsigned i = 0; i < scenario->outcome_count; i++) {
        if (scenario->outcome[i] == label) {
            return true;
        }
    }
    return false;
}

static bool walk_labels(struct walk *walk, const struct conf_scenario *scenario)
{
    if (scenario->outcome_count > 0 && offer(walk, EDIT_DROP_OUTCOME, 0, 0)) {
        return true;
    }
    for (unsigned i = 0; i < scenario->verb_count; i++) {
        uint8_t label = scenario->verb[i].label;

        if (label != CONF_NONE && !is_in_outcome(scenario, label) &&
            offer(walk, EDIT_DROP_LABEL, i, 0)) {
            return true;
        }
    }
    return false;
}

/* The simple token of a source: small, and another one for each. */
static uint32_t simple_token(unsigned source)
{
    return source + 1;
}

static bool walk_operands(struct walk *walk, const struct conf_scenario *scenario, unsigned index)
{
    const struct conf_verb *verb = &scenario->verb[index];

    if (verb->code == CONF_VERB_POLL) {
        return (verb->timeout_ms != CONF_TIMEOUT_INFINITE && offer(walk, EDIT_TIMEOUT, index, 0)) ||
               (verb->size != 0 && offer(walk, EDIT_EVENTS, index, 0));
    }
    if (verb->code == CONF_VERB_SEND_TO && verb->how != CONF_CAST_ONE &&
        offer(walk, EDIT_HOW, index, CONF_CAST_ONE)) {
        return true;
    }
    for (uint32_t bit = 1; verb->code == CONF_VERB_READY && bit <= CONF_READY_FLAGS; bit *= 2) {
        if ((verb->how & bit) != 0 && offer(walk, EDIT_HOW, index, verb->how & ~bit)) {
            return true;
        }
    }
    return (verb->size > 1 && offer(walk, EDIT_SIZE, index, 1)) ||
           (verb->size > 3 && offer(walk, EDIT_SIZE, index, verb->size / 2)) ||
           (verb->size > 2 && offer(walk, EDIT_SIZE, index, verb->size - 1)) ||
           (verb->interest == (CONF_INTEREST_READABLE | CONF_INTEREST_WRITABLE) &&
            (offer(walk, EDIT_INTEREST, index, CONF_INTEREST_READABLE) ||
             offer(walk, EDIT_INTEREST, index, CONF_INTEREST_WRITABLE))) ||
           (verb->interest != 0 && verb->token > simple_token(verb->source) &&
            offer(walk, EDIT_TOKEN, index, simple_token(verb->source)));
}

static bool walk_settings(struct walk *walk, const struct conf_scenario *scenario)
{
    for (unsigned i = 0; i < CONF_SETTING_COUNT; i++) {
        const struct conf_setting *setting = &conf_setting_table[i];
        uint8_t value = *((const uint8_t *)&scenario->settings + setting->offset);

        if (value != 0 && offer(walk, EDIT_SETTING, i, 0)) {
            return true;
        }
        if (value > 1 && setting->value_count == 0 && offer(walk, EDIT_SETTING, i, value - 1u)) {
            return true;
        }
    }
    return false;
}

static bool walk_attributes(struct walk *walk, const struct conf_scenario *scenario, unsigned index)
{
    const struct conf_source *source = &scenario->source[index];

    if (conf_kind_is_end((enum conf_source_kind)source->kind)) {
        return (source->quota > 1 && offer(walk, EDIT_CAPACITY, index, 1)) ||
               (source->quota > 3 && offer(walk, EDIT_CAPACITY, index, source->quota / 2)) ||
               (source->quota > 2 && offer(walk, EDIT_CAPACITY, index, source->quota - 1)) ||
               (source->split != 0 && offer(walk, EDIT_WHOLE, index, 0));
    }
    return (source->quota != 0 && offer(walk, EDIT_QUOTA, index, 0)) ||
           (source->action != CONF_ACTION_NONE && offer(walk, EDIT_ACTION, index, 0)) ||
           (source->mode != CONF_PIPE_BYTE && offer(walk, EDIT_MODE, index, 0)) ||
           (source->blocking != 0 && offer(walk, EDIT_BLOCKING, index, 0)) ||
           (source->family != CONF_FAMILY_V4 && offer(walk, EDIT_FAMILIES, index, 0)) ||
           (source->token > simple_token(index) &&
            offer(walk, EDIT_SOURCE_TOKEN, index, simple_token(index)));
}

static bool walk_all(struct walk *walk, const struct conf_scenario *scenario)
{
    if (walk_large(walk, scenario) || walk_cuts(walk, scenario) || walk_merges(walk, scenario) ||
        walk_labels(walk, scenario)) {
        return true;
    }
    for (unsigned i = 0; i < scenario->verb_count; i++) {
        if (walk_operands(walk, scenario, i)) {
            return true;
        }
    }
    if (walk_settings(walk, scenario)) {
        return true;
    }
    for (unsigned i = 0; i < scenario->source_count; i++) {
        if (walk_attributes(walk, scenario, i)) {
            return true;
        }
    }
    return scenario->drop_count > 0 && offer(walk, EDIT_DEFAULT_DROPS, 0, 0);
}

uint32_t conf_edit_count(const struct conf_scenario *scenario)
{
    struct walk walk = {.stop = UINT32_MAX};

    walk_all(&walk, scenario);
    return walk.count;
}

/* Edits that take parts out or move them. Returns false for the other kinds. */
static bool apply_cut(const struct conf_scenario *scenario, const struct edit *edit,
                      struct conf_scenario *out)
{
    struct conf_cut cut;

    conf_cut_init(&cut);
    if (edit->kind == EDIT_DROP_SOURCE) {
        cut.source[edit->a] = false;
    } else if (edit->kind == EDIT_DROP_THREAD) {
        cut.thread[edit->a] = CONF_NONE;
    } else if (edit->kind == EDIT_CUT) {
        for (uint32_t i = 0; i < edit->b; i++) {
            cut.verb[edit->a + i] = false;
        }
    } else if (edit->kind == EDIT_MERGE) {
        cut.thread[edit->a] = (uint8_t)edit->b;
    } else {
        return false;
    }
    conf_cut_apply(scenario, &cut, out);
    return true;
}

/* Takes the label off a verb; the later ones move up. */
static void drop_label(const struct conf_scenario *scenario, uint32_t verb,
                       struct conf_scenario *out)
{
    struct conf_scenario unlabelled = *scenario;
    struct conf_cut all;

    unlabelled.verb[verb].label = CONF_NONE;
    conf_cut_init(&all);
    conf_cut_apply(&unlabelled, &all, out);
}

/* Everything at one address is IPv4. */
static void drop_family(uint8_t address, struct conf_scenario *out)
{
    for (unsigned i = 0; i < out->source_count; i++) {
        if (out->source[i].pipe == address) {
            out->source[i].family = CONF_FAMILY_V4;
        }
    }
}

static void apply_change(const struct conf_scenario *scenario, const struct edit *edit,
                         struct conf_scenario *out)
{
    struct conf_source *source = &out->source[edit->a % CONF_SOURCES_MAX];
    struct conf_verb *verb = &out->verb[edit->a % CONF_VERBS_MAX];

    *out = *scenario;
    switch (edit->kind) {
    case EDIT_DROP_OUTCOME:
        out->outcome_count = 0;
        out->allow_count = 0;
        break;
    case EDIT_DROP_LABEL:
        drop_label(scenario, edit->a, out);
        break;
    case EDIT_SIZE:
        verb->size = edit->b;
        break;
    case EDIT_INTEREST:
        verb->interest = (uint8_t)edit->b;
        break;
    case EDIT_TIMEOUT:
        verb->timeout_ms = CONF_TIMEOUT_INFINITE;
        break;
    case EDIT_EVENTS:
        verb->size = 0;
        break;
    case EDIT_TOKEN:
        verb->token = edit->b;
        break;
    case EDIT_SETTING:
        *((uint8_t *)&out->settings + conf_setting_table[edit->a].offset) = (uint8_t)edit->b;
        break;
    case EDIT_QUOTA:
        source->quota = 0;
        break;
    case EDIT_MODE:
        source->mode = CONF_PIPE_BYTE;
        break;
    case EDIT_BLOCKING:
        source->blocking = 0;
        break;
    case EDIT_FAMILIES:
        drop_family(source->pipe, out);
        break;
    case EDIT_HOW:
        verb->how = (uint8_t)edit->b;
        break;
    case EDIT_SOURCE_TOKEN:
        source->token = edit->b;
        break;
    case EDIT_CAPACITY:
        source->quota = edit->b;
        break;
    case EDIT_WHOLE:
        source->split = 0;
        break;
    case EDIT_ACTION:
        source->action = CONF_ACTION_NONE;
        source->of = CONF_NONE;
        break;
    case EDIT_DEFAULT_DROPS:
        out->drop_count = 0;
        break;
    case EDIT_DROP_SOURCE:
    case EDIT_DROP_THREAD:
    case EDIT_CUT:
    case EDIT_MERGE:
        assert(!"apply_cut has done these");
    }
}

bool conf_edit_apply(const struct conf_scenario *scenario, uint32_t k, struct conf_scenario *out)
{
    struct walk walk = {.stop = k};

    if (!walk_all(&walk, scenario)) {
        return false;
    }
    if (!apply_cut(scenario, &walk.found, out)) {
        apply_change(scenario, &walk.found, out);
    }
    return conf_scenario_check(out, NULL);
}
