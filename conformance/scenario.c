#include "conformance/scenario.h"

#include <stdio.h>
#include <string.h>

void conf_scenario_init(struct conf_scenario *scenario, const char *name)
{
    memset(scenario, 0, sizeof(*scenario));
    snprintf(scenario->name, sizeof(scenario->name), "%s", name);
}

static bool equal_source(const struct conf_source *left, const struct conf_source *right)
{
    return left->kind == right->kind && left->poll == right->poll && left->pipe == right->pipe &&
           left->mode == right->mode && left->blocking == right->blocking &&
           left->of == right->of && left->split == right->split && left->action == right->action &&
           left->family == right->family && left->token == right->token &&
           left->quota == right->quota && strcmp(left->name, right->name) == 0;
}

static bool equal_verb(const struct conf_verb *left, const struct conf_verb *right)
{
    return left->code == right->code && left->thread == right->thread &&
           left->source == right->source && left->poll == right->poll &&
           left->interest == right->interest && left->target == right->target &&
           left->label == right->label && left->task == right->task &&
           left->other == right->other && left->how == right->how && left->size == right->size &&
           left->timeout_ms == right->timeout_ms && left->token == right->token;
}

/* Counts of the two are equal already. */
static bool equal_names(const struct conf_scenario *left, const struct conf_scenario *right)
{
    for (unsigned i = 0; i < left->thread_count; i++) {
        if (strcmp(left->thread_name[i], right->thread_name[i]) != 0 ||
            left->thread_first[i + 1] != right->thread_first[i + 1]) {
            return false;
        }
    }
    for (unsigned i = 0; i < left->pipe_count; i++) {
        if (strcmp(left->pipe_name[i], right->pipe_name[i]) != 0) {
            return false;
        }
    }
    for (unsigned i = 0; i < left->label_count; i++) {
        if (strcmp(left->label_name[i], right->label_name[i]) != 0) {
            return false;
        }
    }
    for (unsigned i = 0; i < left->forbid_count; i++) {
        if (strcmp(left->forbid[i], right->forbid[i]) != 0) {
            return false;
        }
    }
    return strcmp(left->name, right->name) == 0 && strcmp(left->about, right->about) == 0;
}

static bool equal_counts(const struct conf_scenario *left, const struct conf_scenario *right)
{
    return left->source_count == right->source_count && left->thread_count == right->thread_count &&
           left->pipe_count == right->pipe_count && left->label_count == right->label_count &&
           left->drop_count == right->drop_count && left->outcome_count == right->outcome_count &&
           left->forbid_count == right->forbid_count && left->forbid_given == right->forbid_given &&
           left->verb_count == right->verb_count && left->allow_count == right->allow_count;
}

bool conf_scenario_equal(const struct conf_scenario *left, const struct conf_scenario *right)
{
    if (!equal_counts(left, right) || !equal_names(left, right) ||
        memcmp(&left->settings, &right->settings, sizeof(left->settings)) != 0 ||
        memcmp(left->drop, right->drop, left->drop_count) != 0 ||
        memcmp(left->outcome, right->outcome, left->outcome_count) != 0) {
        return false;
    }
    for (unsigned i = 0; i < left->source_count; i++) {
        if (!equal_source(&left->source[i], &right->source[i])) {
            return false;
        }
    }
    for (unsigned i = 0; i < left->verb_count; i++) {
        if (!equal_verb(&left->verb[i], &right->verb[i])) {
            return false;
        }
    }
    for (unsigned i = 0; i < left->allow_count; i++) {
        if (memcmp(left->allow[i].word, right->allow[i].word, left->outcome_count) != 0) {
            return false;
        }
    }
    return true;
}
