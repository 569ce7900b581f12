/* fidelity: is the simulator faithful? What a real world does must be something it allows.
 *
 *   scenarios ──► observer (a real world, many runs) ──► outcomes ──► allowed (a schedule?) ──► no:
 *   confirmed with more patience on both sides, shrunk: a counterexample, of one of the two */
#ifndef FUZZ_FIDELITY_FIDELITY_H
#define FUZZ_FIDELITY_FIDELITY_H

#include "fuzz/fidelity/allowed.h"
#include "fuzz/fidelity/observer.h"

#include <stdbool.h>
#include <stdint.h>

struct fidelity_options {
    struct observer observer; /* the hasty one; counterexamples are confirmed with patience */
    uint64_t executions;      /* of the simulator, for one outcome; 0: the default */
};

struct fidelity_statistics {
    uint64_t scenarios, runs, outcomes, executions;
    uint64_t unconfirmed; /* suspicions that patience dispelled */
    uint64_t unmodelled;  /* outcomes the simulator could not judge */
};

/* What a real world did and the simulator does not allow. */
struct fidelity_counterexample {
    struct conf_scenario scenario;
    uint32_t seen, runs; /* how often, when it was confirmed */
    char outcome[OBSERVER_TEXT_SIZE];
    bool died;     /* the real world's program ended while it ran this */
    bool excluded; /* every schedule with two preemptions was tried */
};

enum fidelity_verdict { FIDELITY_FAITHFUL, FIDELITY_COUNTEREXAMPLE, FIDELITY_BROKEN };

struct fidelity;

/* fidelity_create prepares checks of a port of the simulated world; NULL when there is no memory.
 * The caller gives it back. */
struct fidelity *fidelity_create(const struct fidelity_options *options,
                                 const struct conf_port *port);
void fidelity_destroy(struct fidelity *fidelity);

/* fidelity_check runs `count` scenarios, whose names differ, in both worlds. It ends at the first
 * counterexample; BROKEN after a message on standard error. */
enum fidelity_verdict fidelity_check(struct fidelity *fidelity,
                                     const struct conf_scenario *scenario, uint32_t count,
                                     struct fidelity_counterexample *counterexample);

/* fidelity_shrink makes a counterexample smaller, as long as the real world shows something that is
 * not allowed, and until deadline_ns on fuzz_now_ns. */
void fidelity_shrink(struct fidelity *fidelity, struct fidelity_counterexample *counterexample,
                     uint64_t deadline_ns);

const struct fidelity_statistics *fidelity_statistics(const struct fidelity *fidelity);

/* fidelity_prepare gives a scenario the settings under which the simulator does all that the
 * declared divergences of Wine, and the freedom of real systems, let a real world do. */
void fidelity_prepare(struct conf_scenario *scenario);

#endif
