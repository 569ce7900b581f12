/* soundness: does a reduction explore what there is to explore? Small programs are explored
 * by plain depth-first search, which takes every schedule, and by dpor, whole, in shards, and with
 * sleep sets alone. All must reach the same outcomes and verdicts, and the same happens-before
 * classes; a bounded search, those that have a representative within the bound. */
#ifndef FUZZ_SOUNDNESS_H
#define FUZZ_SOUNDNESS_H

#include "fakes/world.h"

/* A small program, of which only the suite knows what it does. */
struct soundness_program {
    struct sim_settings settings;
    bool has_ports; /* arrivals at ports commute on purpose: classes are not compared */
    void (*body)(void *argument);
    void *argument;
    uint64_t (*seen)(void); /* after an execution: hash of what the operations returned */
    /* says which program it is that fails; NULL: its number must do */
    void (*print)(const struct soundness_program *program);
};

struct soundness {
    uint32_t programs;      /* from 0 */
    const uint64_t *also;   /* and these, which showed something once; ended by 0. NULL: none */
    uint32_t schedules_max; /* programs with more are passed over */
    uint32_t fewest;        /* as many programs must remain */
    void (*make)(uint64_t seed, struct soundness_program *program);
};

void soundness_check(const struct soundness *soundness);

/* A number below `count`, from `state`. */
uint32_t soundness_below(uint64_t *state, uint32_t count);

#endif
