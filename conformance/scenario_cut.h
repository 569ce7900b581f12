/* scenario_cut: a scenario with parts taken out and everything that named them put right. */
#ifndef CONFORMANCE_SCENARIO_CUT_H
#define CONFORMANCE_SCENARIO_CUT_H

#include "conformance/scenario.h"

#include <stdbool.h>
#include <stdint.h>

/* What is to stay. */
struct conf_cut {
    bool source[CONF_SOURCES_MAX];
    bool verb[CONF_VERBS_MAX];
    uint8_t thread[CONF_THREADS_MAX]; /* where its verbs go: the thread itself, behind those of
                                         another that stays, or CONF_NONE for nowhere */
};

/* conf_cut_init keeps everything. */
void conf_cut_init(struct conf_cut *cut);

/* conf_cut_apply builds in *out what is left of a legal scenario. Without their source, poll, task
 * or thread, wakers and verbs go too, and so do the other end of a duplex, the other half, and what
 * a stream is split into; a task that did something to a stream does nothing then. Joins of the own
 * thread go; labels that no verb binds leave the outcome, and the allowed outcomes lose that
 * column. *out must not be the scenario itself. The result is legal but for joins, which merging
 * threads may close to a circle. */
void conf_cut_apply(const struct conf_scenario *scenario, const struct conf_cut *cut,
                    struct conf_scenario *out);

#endif
