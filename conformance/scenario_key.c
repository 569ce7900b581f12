#include "conformance/scenario_key.h"

#include "conformance/scenario_words.h"

#include <string.h>

/* Settings that are always part of a key. Later ones are so only when they are not the default, so
 * that no key changes when one is added. */
#define SETTINGS_FIRST 8u

/* Things are numbered in the order in which the verbs first use them, then, for those that no verb
 * uses, in the order of declaration. */
struct numbering {
    uint8_t source[CONF_SOURCES_MAX]; /* CONF_NONE until it has a number */
    uint8_t order[CONF_SOURCES_MAX];  /* sources by number */
    uint8_t source_count;
    uint8_t pipe[CONF_SOURCES_MAX];
    uint8_t pipe_count;
    uint64_t token[CONF_VERBS_MAX + CONF_SOURCES_MAX];
    uint32_t token_count;
};

/* FNV-1a over numbers, eight bytes each, least significant first. */
static void add(uint64_t *hash, uint64_t number)
{
    for (unsigned i = 0; i < 8; i++) {
        *hash = (*hash ^ (number >> (8 * i) & 0xff)) * UINT64_C(0x100000001b3);
    }
}

static uint8_t number_source(struct numbering *numbering, uint8_t source)
{
    if (source == CONF_NONE) {
        return CONF_NONE;
    }
    if (numbering->source[source] == CONF_NONE) {
        numbering->order[numbering->source_count] = source;
        numbering->source[source] = numbering->source_count++;
    }
    return numbering->source[source];
}

static uint8_t number_pipe(struct numbering *numbering, uint8_t pipe)
{
    if (pipe == CONF_NONE) {
        return CONF_NONE;
    }
    if (numbering->pipe[pipe] == CONF_NONE) {
        numbering->pipe[pipe] = numbering->pipe_count++;
    }
    return numbering->pipe[pipe];
}

static uint32_t number_token(struct numbering *numbering, uint64_t token)
{
    uint32_t number = 0;

    while (number < numbering->token_count && numbering->token[number] != token) {
        number++;
    }
    if (number == numbering->token_count) {
        numbering->token[numbering->token_count++] = token;
    }
    return number;
}

static void add_verb(uint64_t *hash, struct numbering *numbering, const struct conf_verb *verb)
{
    add(hash, verb->code);
    add(hash, number_source(numbering, verb->source));
    add(hash, number_source(numbering, verb->poll));
    add(hash, verb->target);
    add(hash, verb->interest);
    add(hash, verb->size);
    add(hash, verb->timeout_ms);
    add(hash, verb->interest != 0 ? number_token(numbering, verb->token) : 0);
    if (verb->task != CONF_NONE) {
        add(hash, number_source(numbering, verb->task));
    }
    if (verb->other != CONF_NONE || verb->how != 0) {
        add(hash, number_source(numbering, verb->other));
        add(hash, verb->how);
    }
}

static void add_source(uint64_t *hash, struct numbering *numbering,
                       const struct conf_source *source)
{
    add(hash, source->kind);
    add(hash, number_source(numbering, source->poll));
    add(hash, number_pipe(numbering, source->pipe));
    add(hash, source->mode);
    add(hash, source->blocking);
    add(hash, source->quota);
    add(hash, source->kind == CONF_WAKER ? number_token(numbering, source->token) : 0);
    if (source->kind == CONF_TASK || conf_kind_is_stream((enum conf_source_kind)source->kind)) {
        add(hash, number_source(numbering, source->of));
        add(hash, source->split);
        add(hash, source->action);
    }
    if (source->family != CONF_FAMILY_V4) {
        add(hash, source->family);
    }
}

uint64_t conf_scenario_key(const struct conf_scenario *scenario)
{
    struct numbering numbering;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    const uint8_t *settings = (const uint8_t *)&scenario->settings;

    memset(&numbering, CONF_NONE, sizeof(numbering));
    numbering.source_count = numbering.pipe_count = 0;
    numbering.token_count = 0;
    for (unsigned i = 0; i < sizeof(scenario->settings); i++) {
        if (i < SETTINGS_FIRST || settings[i] != 0) {
            add(&hash, settings[i]);
        }
        if (i >= SETTINGS_FIRST && settings[i] != 0) {
            add(&hash, i);
        }
    }
    add(&hash, scenario->thread_count);
    for (unsigned t = 0; t < scenario->thread_count; t++) {
        add(&hash, scenario->thread_first[t + 1] - scenario->thread_first[t]);
    }
    for (unsigned i = 0; i < scenario->verb_count; i++) {
        add_verb(&hash, &numbering, &scenario->verb[i]);
    }
    for (unsigned i = 0; i < scenario->source_count; i++) {
        number_source(&numbering, (uint8_t)i);
    }
    for (unsigned i = 0; i < numbering.source_count; i++) {
        add_source(&hash, &numbering, &scenario->source[numbering.order[i]]);
    }
    for (unsigned i = 0; i < scenario->source_count; i++) {
        uint8_t source = scenario->drop_count > 0 ? scenario->drop[i] : (uint8_t)i;

        add(&hash, numbering.source[source]);
    }
    return hash;
}
